"""References that find the invoice again in a bank line, and the QR code that carries them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

_MOST_CHARACTERS = 21
_MOST_BYTES = 331
_LEAST, _MOST = Decimal("0.01"), Decimal("999999999.99")


class NoReference(ValueError):
    """This number cannot become a creditor reference of ISO 11649."""


class NoTransferCode(ValueError):
    """This transfer cannot be written as an EPC069-12 code."""


def creditor_reference(number: str) -> str:
    """Return the ISO 11649 reference of an invoice or account `number`.

    Only its letters and digits count; a number that has none, or more than 21, is refused rather
    than cut, since two invoices could then share one reference.

    >>> creditor_reference("FA-2026/0042")
    'RF83FA20260042'
    """
    kept = "".join(c for c in number.upper() if c.isascii() and c.isalnum())
    if not kept:
        raise NoReference(f"{number!r} holds no letter or digit")
    if len(kept) > _MOST_CHARACTERS:
        raise NoReference(f"{number!r} has more than {_MOST_CHARACTERS} letters and digits")
    return f"RF{98 - _remainder(kept + 'RF00'):02d}{kept}"


def is_creditor_reference(text: str) -> bool:
    """Tell whether `text`, spaces aside, is an ISO 11649 reference with the right check digits.

    >>> is_creditor_reference("RF18 5390 0754 7034")
    True
    """
    compact = _compact(text)
    if not (5 <= len(compact) <= 4 + _MOST_CHARACTERS and compact.startswith("RF")):
        return False
    return _alphanumeric(compact) and compact[2:4].isdigit() and _checks(compact)


def belgian_reference(number: int) -> str:
    """Return the structured message of Belgian transfers: ten digits, and their remainder by 97.

    >>> belgian_reference(90933755)
    '+++009/0933/75538+++'
    """
    if not 0 <= number < 10**10:
        raise NoReference(f"{number} has more than ten digits")
    digits = f"{number:010d}{number % 97 or 97:02d}"
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def is_iban(text: str) -> bool:
    """Tell whether `text` has the form and the check digits of an IBAN (ISO 13616).

    >>> is_iban("FR76 3000 6000 0112 3456 7890 189")
    True
    """
    compact = _compact(text)
    if not (15 <= len(compact) <= 34 and _alphanumeric(compact)):
        return False
    return compact[:2].isalpha() and compact[2:4].isdigit() and _checks(compact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A SEPA transfer that the debtor only has to scan; `reference` or `text`, never both."""

    name: str
    iban: str
    amount: Decimal
    reference: str = ""
    text: str = ""
    bic: str = ""
    purpose: str = ""
    note: str = ""


def transfer_code(transfer: Transfer) -> str:
    """Return the text of the EPC069-12 QR code (version 002, UTF-8) of `transfer`.

    Raises NoTransferCode when banks would refuse it: a code that fails at the till costs more
    than none. Draw it with error correction M.
    """
    lines = [
        "BCD",
        "002",
        "1",
        "SCT",
        _line("BIC", _compact(transfer.bic), 11),
        _line("name", transfer.name.strip(), 70, required=True),
        _iban(transfer.iban),
        f"EUR{_amount(transfer.amount)}",
        _line("purpose", transfer.purpose, 4),
        _line("reference", _compact(transfer.reference), 35),
        _line("text", transfer.text, 140),
        _line("note", transfer.note, 70),
    ]
    if transfer.reference and transfer.text:
        raise NoTransferCode("a reference and a text exclude each other")
    code = "\n".join(lines).rstrip("\n")
    if len(code.encode()) > _MOST_BYTES:
        raise NoTransferCode(f"more than {_MOST_BYTES} bytes")
    return code


def _line(field: str, value: str, most: int, *, required: bool = False) -> str:
    if any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise NoTransferCode(f"the {field} holds a control character")
    if len(value) > most:
        raise NoTransferCode(f"the {field} is longer than {most} characters")
    if required and not value:
        raise NoTransferCode(f"the {field} is missing")
    return value


def _iban(iban: str) -> str:
    if not is_iban(iban):
        raise NoTransferCode(f"{iban!r} is no IBAN")
    return _compact(iban)


def _amount(amount: Decimal) -> str:
    if not _LEAST <= amount <= _MOST or amount != amount.quantize(_LEAST):
        raise NoTransferCode(f"{amount} is no amount between {_LEAST} and {_MOST} euros")
    return f"{amount:.2f}"


def _compact(text: str) -> str:
    return "".join(text.split()).upper()


def _alphanumeric(text: str) -> bool:
    return text.isascii() and text.isalnum()


def _checks(compact: str) -> bool:
    return _remainder(compact[4:] + compact[:4]) == 1


def _remainder(text: str) -> int:
    """The text as a number, A = 10 to Z = 35, modulo 97 (ISO 7064)."""
    return int("".join(str(int(c, 36)) for c in text)) % 97
