"""A list as SQL: a page of its rows, and the totals of all, which are the figures that it stands behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Protocol

from psycopg import sql

from acquit.core.money import round_reckoned
from acquit.reports.behind import Part
from acquit.reports.filters import Filters
from acquit.reports.scope import Row, fetch
from acquit.reports.spreadsheet import PERCENTAGES, Sheet, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What a list adds up to in one currency: how many rows, of how many accounts, and sums by column."""

    count: int = 0
    accounts: int = 0
    sums: Mapping[str, Decimal | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page of a list. `accounts` has the account of each row, `totals` are those of all rows."""

    sheet: Sheet
    accounts: Sequence[int]
    totals: Mapping[str, Total]

    @property
    def count(self) -> int:
        """How many rows the whole list has."""
        return sum(one.count for one in self.totals.values())


class Lister(Protocol):
    """Returns a page of a list, from the row `start` on; without `most`, all of it."""

    def __call__(
        self, filters: Filters, part: Part, *, most: int | None = None, start: int = 0
    ) -> Listed: ...


def _nothing(_: Filters, __: Part) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """A list as SQL.

    `query` gives rows with id, account_id, invoice_id, number, currency and the other `columns`; the debtor,
    the code of the account and the number of an invoice (or of another `piece`) are looked up for the rows
    shown alone. `added` are the columns that add up to figures; those of them in `shares` are parts of an
    amount, rounded so that the rows of one `share_of` (columns of the query) add up to it as it is written.
    """

    key: str
    columns: tuple[str, ...]
    added: tuple[str, ...] = ()
    order: str
    query: str
    shares: tuple[str, ...] = ()
    share_of: str = "currency"
    parts: Callable[[Filters, Part], Mapping[str, sql.Composable]] = _nothing
    values: Callable[[Filters, Part], Mapping[str, Any]] = _nothing

    def __call__(self, filters: Filters, part: Part, *, most: int | None = None, start: int = 0) -> Listed:
        """Return a page of the list with the totals of all its rows."""
        rows = self._fetch(self._page(), filters, part, most=most, start=start)
        wide = 1 + len(self.columns)
        sheet = Sheet(
            key=self.key, title=f"{self.key} {filters.on}", columns=self.columns,
            rows=[self._written(row[1:wide], row[wide:]) for row in rows],
            added=tuple(self.columns.index(name) for name in self.added),
        )  # fmt: skip
        return Listed(sheet=sheet, accounts=[row[0] for row in rows], totals=self._totals(filters, part))

    def _page(self) -> str:
        chosen = [_LOOKED_UP.get(name, f"q.{name}") for name in self.columns]
        sums = [f"sum({name}) OVER until AS {name}_up_to" for name in self.shares]
        window = f"WINDOW until AS (PARTITION BY currency, {self.share_of} ORDER BY {self.order})"
        return _PAGE.format(
            chosen=", ".join([*chosen, *(f"q.{name}_up_to" for name in self.shares)]),
            rows=", ".join(["r.*", *sums]),
            query=self.query,
            window=window if sums else "",
            order=self.order,
            in_order=", ".join(f"q.{name}" for name in self.order.split(", ")),
        )

    def _written(self, row: Row, up_to: Row) -> list[Value]:
        """Return a row whose shares are what the sums rounded up to it and up to the one before differ by."""
        written = list(row)
        currency = row[self.columns.index("currency")]
        for place, name in enumerate(self.columns):
            if isinstance(row[place], Decimal) and name not in PERCENTAGES:
                written[place] = _money(row[place], currency)
        for name, so_far in zip(self.shares, up_to, strict=True):
            exact = row[self.columns.index(name)]
            written[self.columns.index(name)] = _money(so_far, currency) - _money(so_far - exact, currency)
        return written

    def _totals(self, filters: Filters, part: Part) -> dict[str, Total]:
        query = _TOTALS.format(
            query=self.query,
            sums="".join(f", coalesce(sum({name}), 0)" for name in self.added),
            share_of=self.share_of,
        )
        found: dict[str, Total] = {}
        for currency, count, accounts, *sums in self._fetch(query, filters, part):
            before = found.get(currency) or Total(sums=dict.fromkeys(self.added, 0))
            found[currency] = Total(
                count=before.count + count,
                accounts=before.accounts + accounts,
                sums={
                    name: before.sums[name] + (_money(one, currency) if isinstance(one, Decimal) else one)
                    for name, one in zip(self.added, sums, strict=True)
                },
            )
        return found

    def _fetch(self, query: str, filters: Filters, part: Part, **more: Any) -> list[Row]:
        values = {**asdict(part), **self.values(filters, part), **more}
        narrowed = {
            "in_currency": sql.SQL("currency = {}").format(sql.Literal(filters.currency))
            if filters.currency
            else sql.SQL("true")
        }
        return fetch(query, filters, parts={**narrowed, **self.parts(filters, part)}, **values)


_NUMBER = "coalesce(q.number, i.number)"
_LOOKED_UP = {
    "debtor": "d.name", "external_id": "k.external_id", "number": _NUMBER, "piece": _NUMBER,
}  # fmt: skip
_PAGE = """
SELECT q.account_id, {chosen}
FROM (SELECT {rows} FROM ({query}) r {window} ORDER BY {order} LIMIT %(most)s OFFSET %(start)s) q
JOIN accounts_account k ON k.id = q.account_id JOIN accounts_debtor d ON d.id = k.debtor_id
LEFT JOIN ledger_invoice i ON i.id = q.invoice_id
ORDER BY {in_order}
"""
_TOTALS = """
SELECT currency, count(*), count(DISTINCT account_id){sums} FROM ({query}) r
GROUP BY currency, {share_of} ORDER BY currency
"""


def _money(amount: Decimal, currency: str) -> Decimal:
    return round_reckoned(amount, currency or "EUR") + 0
