"""Bank statements of every format, as facts, and how they become the tables of a Reading.

A format's reader finds the `Statement`s and their `Line`s; this module checks that opening plus
movements is the closing, names every line for ever, and makes the tables. Amounts of lines are
positive with a direction; balances have their sign.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

import polars as pl

from acquit.sources.base import SCHEMAS, Reading, all_tables
from acquit.sources.errors import RowError, StructureError
from acquit.sources.words import Why

CREDIT, DEBIT = "credit", "debit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A booked movement. `amount` is above zero; `line` is its place in the file.

    `bank_reference` is the reference by which the bank names this one movement, "" where it gives
    none or the same to several; `part` tells the transactions of one batch entry apart.
    """

    line: int | None
    booked_on: date
    value_on: date
    amount: Decimal
    direction: str
    label: str = ""
    counterparty_name: str = ""
    counterparty_iban: str = ""
    reference: str = ""
    end_to_end: str = ""
    bank_reference: str = ""
    part: int = 0
    code: str = ""
    method: str = ""
    is_return: bool = False
    return_reason: str = ""
    charges: Decimal | None = None

    @property
    def signed(self) -> Decimal:
        """The movement with its sign."""
        return self.amount if self.direction == CREDIT else -self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a file says of one account over some days. Balances are None where it states none.

    `key` names the statement for ever within its account, "" where the lines stand alone (an
    advice, a list); `key` must be the same in a later copy of the same statement.
    """

    bank_account: str
    currency: str
    key: str = ""
    number: str = ""
    account_name: str = ""
    from_on: date | None = None
    to_on: date | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    line: int | None = None
    lines: tuple[Line, ...] = field(default=())


def check_balance(statement: Statement) -> None:
    """Raise StructureError `statement_unbalanced`, with the difference, unless the sums agree."""
    if statement.opening is None or statement.closing is None:
        return
    moved = sum((line.signed for line in statement.lines), Decimal(0))
    difference = statement.closing - statement.opening - moved
    if difference:
        raise StructureError(
            "statement_unbalanced", line=statement.line, account=statement.bank_account,
            number=statement.number or statement.key, opening=statement.opening, moved=moved,
            closing=statement.closing, difference=difference, currency=statement.currency,
        )  # fmt: skip


def reading_of(
    kind: str,
    statements: Sequence[Statement],
    *,
    errors: Sequence[RowError] = (),
    notes: Sequence[Why] = (),
    encoding: str = "",
) -> Reading:
    """Return the statements as a Reading of `kind`, each of them once and checked by `check_balance`."""
    for statement in statements:
        check_balance(statement)
    given, statements = len(statements), once_each(statements)
    if given > len(statements):
        notes = [*notes, Why("same_statements", {"count": given - len(statements)})]
    rows = list(_line_rows(statements))
    heads = [_statement_row(one) for one in statements if one.key]
    days = [line.booked_on for one in statements for line in one.lines]
    ends = [day for one in statements for day in (one.from_on, one.to_on) if day is not None]
    return Reading(
        kind=kind,
        tables=all_tables(
            statements=pl.DataFrame(heads, schema=SCHEMAS["statements"]),
            bank_lines=pl.DataFrame(rows, schema=SCHEMAS["bank_lines"]),
        ),
        errors=tuple(errors), notes=tuple(notes), rows=len(rows), encoding=encoding,
        first_on=min([*days, *ends], default=None), last_on=max([*days, *ends], default=None),
        bank_accounts=tuple(dict.fromkeys(one.bank_account for one in statements if one.bank_account)),
    )  # fmt: skip


def once_each(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements without exact copies; what only bears another's key gets its own.

    Files put together by hand hold a statement twice. Only what has a number can be told a copy:
    two anonymous lists that look alike may be two.
    """
    kept: dict[tuple[str, str, str, str], list[Statement]] = {}
    unique = []
    for one in statements:
        alike = kept.setdefault((one.bank_account, one.currency, one.key, one.number), [])
        if one.number and any(_said(one) == _said(other) for other in alike):
            continue
        alike.append(one)
        again = one.key and len(alike) > 1
        unique.append(replace(one, key=f"{one.key} #{len(alike)}") if again else one)
    return unique


def _said(one: Statement) -> Statement:
    """Return the statement without its places in the file."""
    return replace(one, line=None, lines=tuple(replace(line, line=None) for line in one.lines))


def _statement_row(one: Statement) -> dict[str, object]:
    return {
        "line": one.line, "statement": one.key, "bank_account": one.bank_account,
        "account_name": one.account_name, "number": one.number, "currency": one.currency,
        "from_on": one.from_on, "to_on": one.to_on, "opening": one.opening, "closing": one.closing,
    }  # fmt: skip


def _line_rows(statements: Sequence[Statement]) -> Iterator[dict[str, object]]:
    """Yield the lines; two that are alike to the letter differ by their rank within the file.

    The rank is counted per day and likeness, so that a file that holds the day whole gives each line
    the same key as any other file that does. A bank reference that two lines of a day and an amount
    share names neither: ranks would let one take the place of the other in a file that holds only one.
    """
    named = Counter(_named(one, line) for one in statements for line in one.lines if line.bank_reference)
    seen: Counter[str] = Counter()
    for one in statements:
        for line in one.lines:
            by_bank = _named(one, line)[1] if line.bank_reference else ""
            key = by_bank if named[one.bank_account, by_bank] == 1 else _told(line)
            rank = seen[f"{one.bank_account} {key}"] = seen[f"{one.bank_account} {key}"] + 1
            yield {
                "line": line.line, "external_key": key if rank == 1 else f"{key} #{rank}",
                "bank_account": one.bank_account, "currency": one.currency, "statement": one.key,
                "booked_on": line.booked_on, "value_on": line.value_on, "amount": line.amount,
                "direction": line.direction, "is_return": line.is_return,
                "return_reason": line.return_reason, "counterparty_name": line.counterparty_name,
                "counterparty_iban": line.counterparty_iban, "label": line.label,
                "reference": line.reference, "end_to_end": line.end_to_end,
                "bank_reference": line.bank_reference, "code": line.code, "method": line.method,
                "charges": line.charges,
            }  # fmt: skip


def _named(one: Statement, line: Line) -> tuple[str, str]:
    """Return the account and what names the line by the bank's own reference."""
    part = f" {line.part}" if line.part else ""
    return one.bank_account, f"bank {line.booked_on:%Y%m%d} {line.bank_reference}{part} {_plain(line)}"


def _told(line: Line) -> str:
    """Return what names the line by all that it says."""
    told = (line.label, line.counterparty_name, line.counterparty_iban, line.reference, line.end_to_end)
    said = "\x1f".join(told)
    return f"line {line.booked_on:%Y%m%d} {_plain(line)} {sha256(said.encode()).hexdigest()[:32]}"


def _plain(line: Line) -> str:
    return f"{line.signed.normalize():f}"
