"""Field 61, a movement, and the balances of fields 60 and 62."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.sources.days import FIRST_YEAR
from acquit.sources.errors import StructureError
from acquit.sources.mt940.message import Field
from acquit.sources.statement import CREDIT, DEBIT

_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]{1,20}(?:,[0-9]*)?)")
_MOVEMENT = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4}| {4})?(?P<mark>R?[CD])(?P<funds>[A-Z])?[\n ]?"
    r"(?P<amount>[0-9]{1,20}(?:,[0-9]*)?)(?:(?P<type>[A-Z][A-Z0-9 ]{3})(?P<rest>[^\n]*)| *)"
    r"(?P<more>(?:\n[^\n]*)*)"
)
_SIDES = {"C": CREDIT, "D": DEBIT, "RC": DEBIT, "RD": CREDIT}
#: How the money moved, by the last three letters of the type.
_METHODS = {
    "TRF": "transfer", "STO": "transfer", "103": "transfer", "202": "transfer",
    "DDT": "direct_debit", "CHK": "cheque", "CLR": "cheque", "ECK": "cheque", "TCK": "cheque",
    "BOE": "bill", "CHG": "fee", "COM": "fee", "BRF": "fee",
}  # fmt: skip
_RETURNED_ITEM = "RTI"
_NO_REFERENCE = frozenset({"N", "NONREF", "NOREF", "NOTPROVIDED", "EREF", "KREF", "PREF", "MARF"})
_REFERENCE_WIDTH = 16


@dataclass(frozen=True, slots=True)
class Balance:
    """A booked balance with its sign."""

    on: date
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What field 61 says. `beside` is what stands after the references, `below` the lines under them."""

    booked_on: date
    value_on: date
    amount: Decimal
    direction: str
    is_return: bool
    type: str
    reference: str
    bank_reference: str
    beside: str
    below: tuple[str, ...]

    @property
    def method(self) -> str:
        """How the money moved, or ""."""
        return _METHODS.get(self.type[1:], "")


def balance_of(field: Field) -> Balance:
    """Return the balance that a field 60 or 62 states, or raise StructureError `mt940_bad_balance`."""
    found = _BALANCE.fullmatch(field.first)
    if found is None:
        raise StructureError("mt940_bad_balance", line=field.line, value=field.first)
    amount = _amount(found[4], field)
    return Balance(_day(found[2], field), found[3], amount if found[1] == "C" else -amount)


def movement_of(field: Field) -> Movement:
    """Return the movement of a field 61, or raise StructureError `mt940_bad_movement`.

    A letter after the mark is the third of the currency ("DR": a debit in euros), and is not needed.
    RC takes back a credit, so it is a debit; RD is a credit.
    """
    found = _MOVEMENT.fullmatch("\n".join(field.rows).rstrip())
    if found is None:
        raise StructureError("mt940_bad_movement", line=field.line, value=field.first)
    value_on = _day(found["value"], field)
    kind = (found["type"] or "").strip()
    reference, bank_reference, beside = _references(found["rest"] or "")
    return Movement(
        booked_on=_entry_day(found["entry"] or "", value_on, field), value_on=value_on,
        amount=_amount(found["amount"], field), direction=_SIDES[found["mark"]],
        is_return=found["mark"].startswith("R") or kind[1:] == _RETURNED_ITEM, type=kind,
        reference=reference, bank_reference=bank_reference, beside=beside,
        below=tuple(row.strip() for row in found["more"].split("\n") if row.strip()),
    )  # fmt: skip


def _references(rest: str) -> tuple[str, str, str]:
    """Return the customer's reference, the bank's, and what stands beside them.

    The first has sixteen places. Without the "//" that announces the bank's, the rest is words.
    """
    at = rest.find("//")
    if 0 <= at <= _REFERENCE_WIDTH:
        return _given(rest[:at]), _given(rest[at + 2 :]), ""
    return _given(rest[:_REFERENCE_WIDTH]), "", rest[_REFERENCE_WIDTH:].strip()


def _given(said: str) -> str:
    said = said.strip()
    return "" if said.upper() in _NO_REFERENCE or not said.strip("0 -/+") else said


def _entry_day(said: str, value_on: date, field: Field) -> date:
    """Return the booking day: month and day as written, in the year that brings it nearest to the value.

    So a value of 31 December that is entered on 0102 is booked in the new year.
    """
    if not said.strip():
        return value_on
    near = []
    for year in (value_on.year - 1, value_on.year, value_on.year + 1):
        try:
            near.append(date(year, int(said[:2]), int(said[2:])))
        except ValueError:
            continue
    if not near:
        raise StructureError("not_a_date", line=field.line, value=said)
    return min(near, key=lambda one: abs((one - value_on).days))


def _day(said: str, field: Field) -> date:
    year = 2000 + int(said[:2])
    year = year - 100 if year >= FIRST_YEAR + 100 else year
    try:
        return date(year, int(said[2:4]), int(said[4:]))
    except ValueError as error:
        raise StructureError("not_a_date", line=field.line, value=said) from error


def _amount(said: str, field: Field) -> Decimal:
    whole, _, decimals = said.partition(",")
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    if len(whole) > 14:
        raise StructureError("amount_too_big", line=field.line, value=said)
    if len(decimals) > 4:
        raise StructureError("too_many_decimals", line=field.line, value=said)
    return Decimal(f"{whole}.{decimals or '0'}")
