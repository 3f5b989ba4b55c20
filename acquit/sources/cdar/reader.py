"""A life-cycle message of the e-invoicing network becomes statuses, one a row."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from acquit.sources.base import SCHEMAS, Options, Reading, all_tables, content_of
from acquit.sources.cdar.names import NAMESPACES, ROOT, SIREN, SIRET, day_of, moment_of
from acquit.sources.errors import RowError, StructureError
from acquit.sources.words import Why
from acquit.sources.xml import Element, each, parse_xml, root_name, text, texts

_CODE = re.compile(r"[0-9]{1,6}", re.ASCII)
_AMOUNT = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,4})?", re.ASCII)
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?", re.ASCII)
_SELLER, _BUYER = "SE", "BY"


class _Refused(Exception):
    """A status cannot be read: the field and the reason, whose `value` is what stood there."""

    def __init__(self, name: str, why: Why) -> None:
        self.name, self.why = name, why
        super().__init__(why.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Party:
    """Who issues or receives, by role and SIREN; both may be ""."""

    role: str
    siren: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What a message says once for all of its statuses."""

    message: str
    at: datetime | None
    issuer: _Party
    parties: tuple[_Party, ...]

    def siren_of(self, role: str) -> str:
        """Return the SIREN of the first party in `role`, or ""."""
        return next((party.siren for party in self.parties if party.role == role and party.siren), "")


@dataclass(frozen=True, slots=True)
class CdarMessage:
    """A CDAR message about one invoice or several, whatever its codes: unknown ones are kept too."""

    KIND = "cdar"
    LABEL = "statuts de factures électroniques (CDAR)"
    FIELDS: ClassVar[tuple[str, ...]] = ()

    def identify(self, content: bytes, filename: str) -> float:  # noqa: ARG002
        """Return 1 where the root is that of a CDAR message."""
        return 1.0 if root_name(content) == (NAMESPACES["rsm"], ROOT) else 0.0

    def read(self, content: bytes | Path, filename: str = "", options: Options | None = None) -> Reading:  # noqa: ARG002
        """Return the statuses that the message tells.

        Raises StructureError: `cdar_other_root`, `cdar_empty`, and those of `parse_xml`.
        """
        root = parse_xml(content_of(content))
        if root.tag != ROOT:
            raise StructureError("cdar_other_root", root=str(root.tag)[:60])
        found = _Found()
        head = _head(root)
        for acknowledgement in each(root, "AcknowledgementDocument"):
            at = _moment(acknowledgement, "IssueDateTime") or head.at
            for reference in each(acknowledgement, "ReferenceReferencedDocument"):
                found.add(reference, head, at)
        if not found.references:
            raise StructureError("cdar_empty")
        return found.reading()


@dataclass(slots=True)
class _Found:
    """The statuses found so far, and those that could not be read."""

    references: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def add(self, reference: Element, head: _Head, at: datetime | None) -> None:
        """Add what `reference` says of its invoice."""
        self.references += 1
        try:
            for row in _statuses(reference, head, at):
                key = row["external_key"]
                self.seen[key] += 1
                if self.seen[key] > 1:
                    row["external_key"] = f"{key} #{self.seen[key]}"
                self.rows.append(row)
        except _Refused as refused:
            value = str(refused.why.params["value"])
            self.errors.append(RowError(reference.sourceline, refused.name, refused.why, value))

    def reading(self) -> Reading:
        """Return what was found as a Reading."""
        sellers = {str(row["seller"]) for row in self.rows}
        days = [row["at"].date() for row in self.rows]
        return Reading(
            kind=CdarMessage.KIND,
            tables=all_tables(statuses=pl.DataFrame(self.rows, schema=SCHEMAS["statuses"])),
            errors=tuple(self.errors), rows=self.references, encoding="utf-8",
            first_on=min(days, default=None), last_on=max(days, default=None),
            creditor_siren=sellers.pop() if len(sellers) == 1 else "",
        )  # fmt: skip


def _head(root: Element) -> _Head:
    document = root.find("ExchangedDocument")
    if document is None:
        nobody = _Party(role="", siren="")
        return _Head(message="", at=None, issuer=nobody, parties=())
    issuer = _party(document.find("IssuerTradeParty"))
    recipients = (_party(one) for one in each(document, "RecipientTradeParty"))
    return _Head(
        message=text(document, "ID"), at=_moment(document, "IssueDateTime"), issuer=issuer,
        parties=(issuer, *recipients),
    )  # fmt: skip


def _party(element: Element | None) -> _Party:
    return _Party(role=text(element, "RoleCode")[:10], siren=_siren(element))


def _siren(party: Element | None) -> str:
    """Return the SIREN by which a party is named, taken from its SIRET if need be."""
    if party is None:
        return ""
    named = {one.get("schemeID"): "".join((one.text or "").split()) for one in each(party, "GlobalID")}
    return (named.get(SIREN) or named.get(SIRET, ""))[:9]


def _moment(element: Element, name: str) -> datetime | None:
    return moment_of(*_written(element.find(name)))


def _written(element: Element | None) -> tuple[str, str]:
    """Return what a date element says and its format; a plain `DateTime` is ISO 8601."""
    if element is None:
        return "", ""
    said = element.find("DateTimeString")
    if said is None:
        return text(element, "DateTime"), ""
    return "".join((said.text or "").split()), said.get("format") or ""


def _statuses(reference: Element, head: _Head, at: datetime | None) -> Iterator[dict[str, Any]]:
    """Yield the status of `reference`, then those that its details state under a code of their own."""
    number = text(reference, "IssuerAssignedID")
    if not number:
        raise _Refused("invoice_number", Why("cdar_no_number", {"value": ""}))
    if at is None:
        raise _Refused("at", Why("cdar_no_moment", {"value": ""}))
    issued_on = _issued_on(reference)
    seller = _siren(reference.find("IssuerTradeParty")) or head.siren_of(_SELLER)
    details: dict[int, list[Element]] = {_code(reference): []}
    for detail in each(reference, "SpecifiedDocumentStatus"):
        own = _code(detail) if detail.find("ProcessConditionCode") is not None else _code(reference)
        details.setdefault(own, []).append(detail)
    for code, said in details.items():
        labelled = reference if code == _code(reference) else said[0]
        yield {
            "line": reference.sourceline,
            "external_key": f"{head.message} {number} {issued_on or ''} {code}",
            "invoice_number": number, "invoice_issued_on": issued_on, "seller": seller,
            "buyer": head.siren_of(_BUYER), "code": code, "label": text(labelled, "ProcessCondition"),
            "at": at, "issuer_role": head.issuer.role,
            "reasons": " ".join(dict.fromkeys(r for one in said for r in texts(one, "ReasonCode"))),
            "note": _note(said), "amounts": json.dumps([a for one in said for a in _amounts(one)]),
        }  # fmt: skip


def _code(element: Element) -> int:
    said = text(element, "ProcessConditionCode")
    if not _CODE.fullmatch(said):
        raise _Refused("status_code", Why("cdar_no_code", {"value": said}))
    return int(said)


def _issued_on(reference: Element) -> date | None:
    written, form = _written(reference.find("FormattedIssueDateTime"))
    day = day_of(written, form)
    if written and day is None:
        raise _Refused("invoice_issued_on", Why("cdar_bad_day", {"value": written}))
    return day


def _note(details: Sequence[Element]) -> str:
    """Return what was written in words: the reasons, then the notes."""
    told = (
        told for one in details for path in ("Reason", "IncludedNote/Content") for told in texts(one, path)
    )
    return "\n".join(dict.fromkeys(told))


def _amounts(detail: Element) -> Iterator[dict[str, str]]:
    """Yield the characteristics of a status: a type with an amount, or with a value in words."""
    for one in each(detail, "SpecifiedDocumentCharacteristic"):
        found = {"type": text(one, "TypeCode")}
        amount = one.find("ValueAmount")
        if amount is not None:
            found["amount"] = _number(amount, _AMOUNT)
            found["currency"] = (amount.get("currencyID") or "").strip()
        percent = one.find("ValuePercent")
        if percent is not None:
            found["rate"] = _number(percent, _PERCENT)
        day = day_of(*_written(one.find("ValueDateTime")))
        if day is not None:
            found["on"] = day.isoformat()
        said = " ".join(texts(one, "Value") or texts(one, "ValueCode"))
        if said:
            found["value"] = said
        yield found


def _number(element: Element, form: re.Pattern[str]) -> str:
    said = "".join((element.text or "").split())
    if not form.fullmatch(said):
        raise _Refused("amounts", Why("cdar_bad_amount", {"value": said}))
    return said
