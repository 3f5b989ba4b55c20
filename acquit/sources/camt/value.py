"""Single values of a camt file: amounts, days, sides, and the refusal of what is none."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from acquit.sources.days import FIRST_YEAR, LAST_YEAR
from acquit.sources.errors import StructureError
from acquit.sources.statement import CREDIT, DEBIT
from acquit.sources.xml import Element, text

_AMOUNT = re.compile(r"\+?0*([0-9]*)(?:\.([0-9]*))?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[TZ+-].*)?")
_SIDES = {"CRDT": CREDIT, "DBIT": DEBIT}
_MIDNIGHT = re.compile(r"T00:00(:00)?")


def needed(element: Element, path: str) -> Element:
    """Return the element at `path`; raises StructureError `camt_missing` where there is none."""
    found = element.find(path)
    if found is None:
        raise StructureError("camt_missing", line=element.sourceline, field=path)
    return found


def money(element: Element, path: str) -> tuple[Decimal, str]:
    """Return the amount and the currency at `path`, refusing what is not both.

    ISO 20022 allows five decimals; no currency has more than four, and what cannot be kept exactly
    is refused rather than rounded.
    """
    found = needed(element, path)
    currency = found.get("Ccy", "")
    if not _CURRENCY.fullmatch(currency):
        raise StructureError("camt_bad_value", line=found.sourceline, field=f"{path}/@Ccy", value=currency)
    return _amount(text(found, "."), found, path), currency


def own_money(element: Element, path: str, currency: str) -> Decimal:
    """Return the amount at `path`, which must be in the account's `currency`."""
    amount, said = money(element, path)
    if said != currency:
        raise StructureError(
            "camt_other_currency", line=element.sourceline, currency=said, account_currency=currency
        )
    return amount


def _amount(said: str, found: Element, path: str) -> Decimal:
    form = _AMOUNT.fullmatch(said)
    if form is None or not any(c.isdigit() for c in said):
        raise StructureError("camt_bad_value", line=found.sourceline, field=path, value=said)
    whole, decimals = form[1] or "0", (form[2] or "").rstrip("0")
    if len(whole) > 14:
        raise StructureError("amount_too_big", line=found.sourceline, value=said)
    if len(decimals) > 4:
        raise StructureError("too_many_decimals", line=found.sourceline, value=said)
    return Decimal(f"{whole}.{decimals or '0'}")


def side(element: Element) -> str:
    """Return credit or debit, as the element's indicator says."""
    found = needed(element, "CdtDbtInd")
    said = text(found, ".")
    if said not in _SIDES:
        raise StructureError("camt_bad_value", line=found.sourceline, field="CdtDbtInd", value=said)
    return _SIDES[said]


def day(element: Element, path: str) -> date | None:
    """Return the day at `path`, written as Dt or DtTm, or None. An hour counts as the bank wrote it."""
    said = text(element, f"{path}/Dt") or text(element, f"{path}/DtTm")
    return as_day(said, element) if said else None


def as_day(said: str, element: Element) -> date:
    """Return the day that an ISO date, or moment, begins with; raises StructureError `not_a_date`."""
    form = _DAY.fullmatch(said)
    try:
        found = date.fromisoformat(form[1]) if form else None
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise StructureError("not_a_date", line=element.sourceline, value=said)
    return found


def is_midnight(said: str) -> bool:
    """Tell whether a moment is the very beginning of its day."""
    return _MIDNIGHT.match(said[10:]) is not None
