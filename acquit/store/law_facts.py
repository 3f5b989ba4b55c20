"""What a person entered of the law, as the core reads it: rates, and what moved a limitation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.db import connection

from acquit.core.regimes.base import Dated, HalfYear
from acquit.core.regimes.entered import Entry, by_series
from acquit.core.regimes.fr.caps import Trade
from acquit.core.regimes.interest import Imputation
from acquit.core.regimes.limitation import Moved

#: The name of a series → its values of a person, by semester.
Rates = Mapping[str, Mapping[HalfYear, Dated]]

_HUNDREDTH = Decimal("0.01")
_RATES = """
SELECT series, year, half, percent, source, read_on FROM law_legalrate
WHERE organisation_id = %s ORDER BY series, year, half
"""
_MOVED = """
SELECT account_id, invoice_id, kind, "on", until, years FROM law_interruption
WHERE organisation_id = %s AND account_id = ANY(%s) AND cancelled_at IS NULL ORDER BY "on", id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a creditor's conditions of sale say of lateness, and how he reckons it."""

    trade: Trade = Trade.GENERAL
    contract_rate: Decimal | None = None
    imputation: Imputation = "principal_first"
    year_basis: int = 365

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> Conditions:
        """Return the conditions of (trade, contract_rate, imputation, year_basis)."""
        trade, rate, imputation, basis = row
        return cls(
            trade=Trade(trade), contract_rate=rate, imputation=cast("Imputation", imputation),
            year_basis=basis,
        )  # fmt: skip


def entries_of(organisation_id: int) -> list[Entry]:
    """Return the rates that the organisation's people entered."""
    return [
        Entry(
            series=series, half_year=HalfYear(year, half), percent=_short(percent),
            source=source, read_on=read_on,
        )
        for series, year, half, percent, source, read_on in _read(_RATES, organisation_id)
    ]  # fmt: skip


def rates_of(organisation_id: int) -> Rates:
    """Return the rates that the organisation's people entered, as a regime reads them."""
    return by_series(entries_of(organisation_id))


class Movements:
    """What moved the limitation of some accounts' claims."""

    def __init__(self, organisation_id: int, account_ids: Sequence[int]) -> None:
        self._by_account: defaultdict[int, list[tuple[int | None, Moved]]] = defaultdict(list)
        for account, invoice, *moved in _read(_MOVED, organisation_id, list(account_ids)):
            self._by_account[account].append((invoice, Moved(*moved)))

    def of(self, account_id: int, invoice_id: int) -> tuple[Moved, ...]:
        """Return what is about the invoice, or about all of its account."""
        known = self._by_account.get(account_id)
        if known is None:
            return ()
        return tuple(moved for invoice, moved in known if invoice in (None, invoice_id))


def _short(percent: Decimal) -> Decimal:
    """Return `percent` with two decimals where it has no more."""
    short = percent.quantize(_HUNDREDTH)
    return short if short == percent else percent.normalize()


def _read(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return list(cursor.fetchall())
