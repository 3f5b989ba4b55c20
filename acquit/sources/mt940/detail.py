"""Field 86, the words of a movement: in numbered subfields, in slashed keys, or free.

Each bank has its way. What is understood goes to its place; all the rest is kept as words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

_WIDTH, _PART = 64, 27  # characters that a line has at least when it goes on; those of a subfield
_NUMBERED = re.compile(r"\s*([0-9]{3})\s*([?<>~^@|!#$%&])\s*(?=[0-9]{2})")
_SUBFIELD = r"\s*(00|10|2[0-9]|3[0-9]|6[0-3])"
_PURPOSE = tuple(f"{n}" for n in (*range(20, 30), *range(60, 64)))
_NAME = ("32", "33")
_SEPA = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP)\+")
_KEYS = (
    "ABWA", "ADDR", "BENM", "BIC", "CHGS", "CHGS1", "CHGS2", "CNTP", "CSID", "EREF", "EXCH", "IBAN", "ID",
    "INFO", "ISDT", "KREF", "MARF", "MREF", "NAME", "OCMT", "ORDP", "PREF", "PURP", "REMI", "RTRN", "RTYP",
    "SVCL", "SWOC", "TRTP", "TRCD", "UCRD", "UDTR", "ULTC", "ULTD",
)  # fmt: skip
_SLASHED = re.compile(rf"/({'|'.join(_KEYS)})/")
_LEFT_OUT = frozenset({"BIC", "ISDT", "IBAN", "NAME", "EREF", "CNTP", "REMI", "RTRN"})
_REK = re.compile(r"\bREK:\s*([A-Z0-9]{5,34})/NAAM:\s*([^\n]*)")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_CHARGE = re.compile(r"([A-Z]{3})([0-9]{1,14})(?:,([0-9]{0,4}))?")
_TRIODOS = "000"
_RETURNED = frozenset({"108", "109", "159"})  # of SEPA debits and transfers, in the German list of codes
_ABSENT = frozenset({"NOTPROVIDED", "NONREF", "NOTPROVIDED."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What field 86 says."""

    label: tuple[str, ...] = ()
    name: str = ""
    account: str = ""
    reference: str = ""
    end_to_end: str = ""
    code: str = ""
    is_return: bool = False
    return_reason: str = ""
    charges: Decimal | None = None


def detail_of(rows: Sequence[str], currency: str) -> Detail:
    """Return what the rows of field 86 say of a movement, in the account's `currency`."""
    if rows and all(row.endswith(" ") for row in rows):
        rows = [row[:-1] for row in rows]  # written by the bank's software, not by the payer
    joined = "".join(rows)
    if found := _NUMBERED.match(joined):
        parts = re.split(rf"{re.escape(found[2])}{_SUBFIELD}", joined[found.end(1) :])
        return _numbered(found[1], _subfields(parts), currency)
    if _SLASHED.match(joined.lstrip()):
        return _slashed(_slashed_keys(joined), currency)
    return _free(_unwrapped(rows))


def is_account(text: str) -> bool:
    """Tell whether the text has the form of an IBAN; banks' own samples do not check out."""
    return _IBAN.fullmatch(text) is not None


def _subfields(parts: Sequence[str]) -> dict[str, str]:
    """Return the text of each subfield; one that comes twice goes on."""
    found: dict[str, str] = {}
    for code, value in zip(parts[1::2], parts[2::2], strict=True):
        found[code] = found.get(code, "") + value
    return found


def _numbered(code: str, subfields: Mapping[str, str], currency: str) -> Detail:
    purpose = _joined([subfields.get(key, "") for key in _PURPOSE], "\n")
    keyed, words = _keyed(purpose)
    account = _account(code, subfields) or _compact(keyed.get("IBAN", ""))
    back = code in _RETURNED and currency == "EUR"
    name = _joined([subfields.get(key, "") for key in _NAME], " ") or _folded(keyed.get("ABWA", ""))
    return Detail(
        label=(*words, _folded(subfields.get("00", ""))), name=name, account=account,
        end_to_end=_given(keyed.get("EREF", "").replace("\n", "")), code=code, is_return=back,
        return_reason=_folded(subfields.get("34", "")) if back else "",
    )  # fmt: skip


def _account(code: str, subfields: Mapping[str, str]) -> str:
    """Return the other account: subfield 38 (an IBAN) or 31; Triodos has our own in 31, the other in 10."""
    iban, account, tenth = (_compact(subfields.get(key, "")) for key in ("38", "31", "10"))
    if is_account(iban):
        return iban
    return tenth if code == _TRIODOS else account


def _keyed(purpose: str) -> tuple[dict[str, str], list[str]]:
    """Return the SEPA keys of a purpose ("EREF+…SVWZ+…"), and its words with the payer's own first."""
    parts = _SEPA.split(purpose)
    keyed: dict[str, str] = {}
    for key, value in zip(parts[1::2], parts[2::2], strict=True):
        keyed[key] = f"{keyed[key]} {value}" if key in keyed else value
    others = [value for key, value in keyed.items() if key not in {"SVWZ", "EREF", "IBAN", "BIC"}]
    rows = [row for text in (keyed.get("SVWZ", ""), parts[0], *others) for row in text.split("\n")]
    return keyed, [_folded(row) for row in rows]


def _slashed_keys(joined: str) -> dict[str, str]:
    parts = _SLASHED.split(joined.lstrip())
    found: dict[str, str] = {}
    for key, value in zip(parts[1::2], parts[2::2], strict=True):
        found[key] = f"{found.get(key, '')} {value.strip('/ ')}".strip()
    return found


def _slashed(found: Mapping[str, str], currency: str) -> Detail:
    """Return what keys say: ABN AMRO, Rabobank and ING, whose CNTP holds account, BIC and name."""
    counterparty = [part.strip() for part in found.get("CNTP", "").split("/")] + ["", "", ""]
    words, reference = _remittance(found.get("REMI", ""))
    others = [_folded(value) for key, value in found.items() if key not in _LEFT_OUT]
    return Detail(
        label=(words, *others), name=_folded(found.get("NAME", "") or counterparty[2]),
        account=_compact(found.get("IBAN", "") or counterparty[0]), reference=reference,
        end_to_end=_given(found.get("EREF", "")), is_return="RTRN" in found,
        return_reason=_folded(found.get("RTRN", "")).split("/")[0],
        charges=_charges(found, currency),
    )  # fmt: skip


def _remittance(said: str) -> tuple[str, str]:
    """Return the words and the structured reference of a REMI: "USTD//words", "STRD/CUR/reference"."""
    if said.startswith("USTD"):
        return _folded(said.removeprefix("USTD").strip("/ ")), ""
    if said.startswith("STRD/"):
        return "", _folded(said.rsplit("/", 1)[-1])
    return _folded(said), ""


def _charges(found: Mapping[str, str], currency: str) -> Decimal | None:
    total = Decimal(0)
    for key in ("CHGS", "CHGS1", "CHGS2"):
        said = _CHARGE.fullmatch(found.get(key, ""))
        if said and said[1] == currency:
            total += Decimal(f"{said[2]}.{said[3] or '0'}")
    return total or None


def _free(text: str) -> Detail:
    """Return free words, and what Knab (REK/NAAM) or a SEPA key says among them."""
    rek = _REK.search(text)
    keyed, words = _keyed(text)
    return Detail(
        label=tuple(words), name=_folded(rek[2]) if rek else "",
        account=rek[1] if rek else _compact(keyed.get("IBAN", "")), end_to_end=_given(keyed.get("EREF", "")),
    )  # fmt: skip


def _unwrapped(rows: Sequence[str]) -> str:
    """Return the rows as lines; one that fills its width to the last letter goes on in the next."""
    said = ""
    for row in rows:
        goes_on = len(row) >= _WIDTH and not row.endswith(" ")
        said += row if goes_on else f"{row}\n"
    return said


def _joined(parts: Sequence[str], between: str) -> str:
    """Return the parts together: a full one goes on in the next, after another stands `between`."""
    said = ""
    for part in parts:
        if part.strip():
            said += part.strip() + ("" if len(part) == _PART and not part.endswith(" ") else between)
    return said.strip()


def _compact(text: str) -> str:
    return text.replace(" ", "").replace("\n", "").upper()


def _folded(text: str) -> str:
    return " ".join(text.split())


def _given(text: str) -> str:
    folded = _folded(text)
    return "" if folded.upper() in _ABSENT else folded
