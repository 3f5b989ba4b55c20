"""A bank's export of movements becomes statements, its running balance being checked row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import polars as pl

from acquit.sources import vocabulary as words
from acquit.sources.bank_csv.fields import FIELDS, is_of_a_bank, names_a_debtor
from acquit.sources.bank_csv.preamble import Stated, is_balance_row, proven_order, stated
from acquit.sources.bank_csv.running import Step, check_running
from acquit.sources.banking import (
    LONGEST,
    LONGEST_CODE,
    account_number,
    is_taken_back,
    joined,
    known_by,
    method_of,
    valid_iban,
)
from acquit.sources.base import Options, Reading, content_of
from acquit.sources.columns import map_columns
from acquit.sources.days import find_order
from acquit.sources.errors import StructureError
from acquit.sources.identify import open_head
from acquit.sources.listing import Listing, open_listing, require
from acquit.sources.records import cell
from acquit.sources.sheet import Sheet, open_sheet
from acquit.sources.statement import CREDIT, DEBIT, Line, Statement, reading_of
from acquit.sources.words import Why

_MONEY = ("amount", "credit", "debit", "balance")
_DAYS = ("booked_on", "value_on")
_TEXTS = ("label", "detail", "reference", "transaction", "counterparty", "counterparty_iban",
          "bank_account", "code")  # fmt: skip
_NOT_BOOKED = (
    r"(?i)attente|pending|processing|en cours|refus|declin|annul|cancel|reject|rejet|venir|fail|[ée]chou"
)
_TOO_BIG = Decimal(10) ** 14
_SIDES = {"d": -1, "debit": -1, "débit": -1, "-": -1, "c": 1, "credit": 1, "crédit": 1, "+": 1}


@dataclass(frozen=True, slots=True)
class BankList:
    """A CSV or Excel list of movements, below whatever the bank writes above its header."""

    KIND = "bank_csv"
    LABEL = "mouvements bancaires (CSV, Excel)"
    FIELDS: ClassVar[tuple[str, ...]] = tuple(field.name for field in FIELDS)

    def identify(self, content: bytes, filename: str) -> float:  # noqa: ARG002
        """Return 0.96 for what only a bank exports, surer than any list; 0.2 for days, labels and sums."""
        try:
            sheet = open_head(content, FIELDS)
            mapping, _ = map_columns(sheet.header, sheet.frame, FIELDS, {})
        except StructureError:
            return 0.0
        named = {m.field: m.column for m in mapping if m.confidence >= 0.7}
        if not named.keys() & {"booked_on", "value_on"} or not named.keys() & {"amount", "credit"}:
            return 0.0
        if "bank_account" in named and not _are_accounts(sheet, named["bank_account"]):
            return 0.0
        if _says_it_is_a_banks(sheet, named):
            return 0.96
        return 0.2 if "label" in named and not names_a_debtor(sheet.header) else 0.0

    def read(self, content: bytes | Path, filename: str = "", options: Options | None = None) -> Reading:  # noqa: ARG002
        """Return the movements of the export, or raise StructureError where its balances do not follow."""
        options = options or Options()
        listing = open_listing(open_sheet(content_of(content), FIELDS, options), FIELDS, options)
        require(listing, "booked_on", "booked_on", "value_on")
        require(listing, "amount", "amount", "credit")
        if not _says_it_is_a_banks(listing.sheet, {m.field: m.column for m in listing.mapping}):
            listing.notes.append(Why("taken_for_a_bank"))
        beside = stated([*listing.sheet.preamble, *_take_balance_rows(listing)])
        _leave_unbooked_out(listing)
        rows = _rows(listing)
        statements = list(_statements(rows, listing, beside))
        made = reading_of(self.KIND, statements)
        return replace(
            listing.reading(self.KIND), tables=made.tables, first_on=made.first_on, last_on=made.last_on,
            bank_accounts=made.bank_accounts,
        )  # fmt: skip


def _are_accounts(sheet: Sheet, column: str) -> bool:
    """Tell whether a column holds accounts of a bank, not the codes of clients, which ledgers call 411."""
    told = sheet.frame[cell(sheet.header.index(column))].str.strip_chars().head(200)
    told = told.filter(told != "")
    return bool((told.str.contains(r"\d{3}") & ~told.str.starts_with("411")).all())


def _says_it_is_a_banks(sheet: Sheet, named: Mapping[str, str]) -> bool:
    day = named.get("booked_on") or named["value_on"]
    return is_of_a_bank(sheet.header, set(named), day, is_stated=bool(stated(sheet.preamble)))


def _take_balance_rows(listing: Listing) -> list[tuple[str, ...]]:
    """Take the rows that state a balance out of the movements, also those of another width."""
    cells = [name for name in listing.frame.columns if name != "line"]
    taken: list[tuple[str, ...]] = []
    lines = []
    suspects = listing.frame.filter(
        pl.any_horizontal(pl.col(cells).str.contains("(?i)solde|balance")) if cells else pl.lit(False)
    )
    for line, *row in suspects.iter_rows():
        if is_balance_row(row):
            taken.append(tuple(row))
            lines.append(line)
    listing.frame = listing.frame.filter(~pl.col("line").is_in(lines))
    errors = [error for error in listing.sheet.errors if is_balance_row(error.row)]
    kept = tuple(error for error in listing.sheet.errors if error not in errors)
    listing.sheet = replace(listing.sheet, errors=kept)
    return taken + [error.row for error in errors]


def _leave_unbooked_out(listing: Listing) -> None:
    waiting = listing.text("status").str.contains(_NOT_BOOKED)
    if waiting.any():
        listing.notes.append(Why("bank_not_booked", {"count": int(waiting.sum())}))
        listing.frame = listing.frame.filter(~waiting)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as read. `moved` is None where it was refused."""

    line: int
    booked_on: date | None
    value_on: date | None
    moved: Decimal | None
    balance: Decimal | None
    currency: str
    texts: dict[str, str]


def _rows(listing: Listing) -> list[_Row]:
    """Return the rows in the order of the file, those refused without what they moved."""
    if listing.options.date_order is None and find_order([listing.text(one) for one in _DAYS]) is None:
        listing.options = replace(listing.options, date_order=proven_order(listing.sheet.preamble))
    listing.settle_date_order(_DAYS)
    booked, value = listing.days("booked_on"), listing.days("value_on")
    undated = booked.is_null() & value.is_null()
    name = "booked_on" if listing.has("booked_on") else "value_on"
    listing.refuse(undated & (listing.text(name) == ""), name, Why("missing_value"))
    money = {one: listing.amounts(one) for one in _MONEY}
    moved = _moved(listing, {one: values for one, (values, _) in money.items()})
    currency = listing.currencies([own for _, own in money.values()], _MONEY)
    texts = {one: listing.text(one).to_list() for one in _TEXTS}
    texts["method"] = listing.first_match("method", words.METHODS).to_list()
    lines = listing.lines.to_list()
    columns = zip(booked, value, moved, money["balance"][0], currency, strict=True)
    rows = [
        _Row(lines[at], on or valued, valued or on, None if lines[at] in listing.refused else amount,
             balance, iso, {one: told[at] for one, told in texts.items()})
        for at, (on, valued, amount, balance, iso) in enumerate(columns)
    ]  # fmt: skip
    refused = [_Row(error.line or 0, None, None, None, None, "", {}) for error in listing.sheet.errors]
    return sorted([*rows, *refused], key=lambda row: row.line)


def _moved(listing: Listing, money: dict[str, pl.Series]) -> list[Decimal | None]:
    """Return what each row moved, with its sign; a row that says it twice, or not at all, is refused."""
    sides = listing.text("side").str.to_lowercase().to_list()
    moved: list[Decimal | None] = []
    columns = zip(money["amount"], money["credit"], money["debit"], sides, strict=True)
    for at, (amount, credit, debit, side) in enumerate(columns):
        if credit and debit:
            why = Why("debit_and_amount", {"debit": debit, "credit": credit})
            listing.refuse_row(at, "credit", why, str(credit))
        elif side and side not in _SIDES and amount is not None:
            listing.refuse_row(at, "side", Why("bad_sense", {"value": side[:60]}), side)
        moved.append(_one(amount, credit, debit, _SIDES.get(side)))
        if moved[-1] is None and int(listing.lines[at]) not in listing.refused:
            name = "amount" if listing.has("amount") else "credit"
            listing.refuse_row(at, name, Why("missing_value"))
    return moved


def _one(
    amount: Decimal | None, credit: Decimal | None, debit: Decimal | None, side: int | None
) -> Decimal | None:
    if credit is not None or debit is not None:
        return (credit or Decimal(0)) - abs(debit or Decimal(0))
    return amount if amount is None or side is None else abs(amount) * side


def _statements(rows: list[_Row], listing: Listing, beside: Stated) -> Iterator[Statement]:
    """Yield one statement per account and currency, in the order of their first rows."""
    accounts: dict[tuple[str, str], list[_Row]] = {}
    refused = [row for row in rows if not row.texts]
    for row in rows:
        if row.texts:
            given = row.texts["bank_account"]
            number = account_number(given) or "".join(given.split())[:LONGEST_CODE]
            accounts.setdefault((number or beside.account, row.currency), []).append(row)
    if beside.account and not accounts:
        accounts[beside.account, listing.options.currency] = []
    is_only = len(accounts) == 1
    zeros = 0
    for (number, currency), held in accounts.items():
        steps = [Step(one.line, one.booked_on, one.moved, one.balance) for one in
                 sorted([*held, *refused], key=lambda one: one.line)]  # fmt: skip
        found = check_running(steps, currency)
        whole = all(step.moved is not None for step in steps)
        opening, closing = _balances(found, beside if is_only else Stated(), is_whole=whole)
        lines = tuple(_line(one, one.moved) for one in held if one.moved)
        zeros += sum(1 for one in held if one.moved is not None and not one.moved)
        closing_on = beside.closing_on if is_only else None
        yield _statement(number, currency, lines, balances=(opening, closing), closing_on=closing_on)
    if zeros:
        listing.notes.append(Why("zero_rows", {"count": zeros}))


def _balances(
    running: tuple[Decimal | None, Decimal | None], beside: Stated, *, is_whole: bool
) -> tuple[Decimal | None, Decimal | None]:
    """Return opening and closing: those beside the rows, else those that the rows themselves give.

    Where a row was refused, the opening is left out: the sums cannot agree before it is corrected.
    """
    opening, closing = running
    if beside.opening is not None and beside.closing is not None:
        opening, closing = beside.opening, beside.closing
    closing = closing if closing is not None else beside.closing
    return _kept(opening) if is_whole else None, _kept(closing)


def _kept(balance: Decimal | None) -> Decimal | None:
    """Return the balance unless it has more digits than any table holds."""
    return None if balance is None or abs(balance) >= _TOO_BIG else balance


def _statement(
    number: str, currency: str, lines: tuple[Line, ...], *,
    balances: tuple[Decimal | None, Decimal | None], closing_on: date | None,
) -> Statement:  # fmt: skip
    """Return the statement; without a balance the lines stand alone."""
    opening, closing = balances
    days = [one.booked_on for one in lines]
    from_on = min(days, default=None)
    to_on = max([*days, *([closing_on] if closing_on else [])], default=None)
    named = [f"{one}" for one in (from_on, to_on) if one]
    key = "" if closing is None else " ".join(["list", *named, f"{closing:f}"])
    return Statement(
        bank_account=number, currency=currency, key=key, number=f"{to_on}" if key and to_on else "",
        from_on=from_on, to_on=to_on, opening=opening, closing=closing,
        line=lines[0].line if lines else None, lines=lines,
    )  # fmt: skip


def _line(row: _Row, moved: Decimal) -> Line:
    assert row.booked_on is not None
    assert row.value_on is not None
    texts = row.texts
    label = joined([texts["label"], texts["detail"]])
    direction = CREDIT if moved > 0 else DEBIT
    return Line(
        line=row.line, booked_on=row.booked_on, value_on=row.value_on, amount=abs(moved),
        direction=direction, label=label, counterparty_name=texts["counterparty"][:LONGEST],
        counterparty_iban=valid_iban(texts["counterparty_iban"]), reference=texts["reference"][:LONGEST],
        bank_reference=known_by(texts["transaction"]), code=texts["code"][:LONGEST_CODE],
        method=texts["method"] or method_of(f"{texts['code']} {label}", direction),
        is_return=is_taken_back(f"{texts['code']} {label}", direction),
    )  # fmt: skip
