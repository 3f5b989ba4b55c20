"""The figures at the top of an account, and how the client usually pays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from statistics import median

from acquit.core.ageing import STANDARD
from acquit.core.regimes.base import MissingRate, NothingToClaim
from acquit.flows.material.law import claim_on, regime_of
from acquit.store.facts import Case
from acquit.web.clients.record import Record
from acquit.web.clients.standing import InvoiceRow
from acquit.web.formats import age_of

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """What is owed in one currency. `penalties` is None where the law gives none, or its rate is unknown."""

    currency: str
    balance: Decimal
    invoices: int
    overdue: Decimal
    late_invoices: int
    oldest_days: int
    promised: Decimal
    promised_on: date | None
    disputed: Decimal
    disputes: int
    penalties: Decimal | None
    ages: tuple[Decimal, ...]
    to_match: Decimal
    other_debits: Decimal
    lines: Decimal


def strips(rows: Sequence[InvoiceRow], record: Record, case: Case, *, currency: str) -> list[Strip]:
    """Return one strip per currency, that of the largest sum first."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, ZERO) + row.open
    for money in record.to_match:
        sums.setdefault(money.currency, ZERO)
    ordered = sorted(sums, key=lambda one: (-sums[one], one)) or [currency]
    return [_strip(one, [r for r in rows if r.currency == one], record, case) for one in ordered]


def _strip(currency: str, rows: Sequence[InvoiceRow], record: Record, case: Case) -> Strip:
    ages = [ZERO] * len(STANDARD)
    for row in rows:
        ages[STANDARD.place(row.due_on, case.today)] += row.open
    late = [row for row in rows if row.late_days > 0]
    matched = sum((m.left for m in record.to_match if m.currency == currency), ZERO)
    others = record.other_debits.get(currency, ZERO)
    promises = [p for p in record.promises if p.currency == currency]
    disputes = [d for d in record.disputes if d.currency == currency]
    lines = sum(ages, ZERO)
    return Strip(
        currency=currency,
        balance=lines + others - matched,
        invoices=len({row.number for row in rows}),
        overdue=sum(ages[1:], ZERO),
        late_invoices=len({row.number for row in late}),
        oldest_days=max((row.late_days for row in late), default=0),
        promised=min(sum((p.amount for p in promises), ZERO), lines),
        promised_on=min((p.until for p in promises), default=None),
        disputed=sum((d.amount for d in disputes), ZERO),
        disputes=len(disputes),
        penalties=_penalties(late, case),
        ages=tuple(ages),
        to_match=matched,
        other_debits=others,
        lines=lines,
    )


def _penalties(late: Iterable[InvoiceRow], case: Case) -> Decimal | None:
    """Add up interest on what is still owed, and the fixed sum of each late invoice.

    Interest on what was paid late is not counted: the least that may be claimed. A missing rate
    gives no figure rather than a wrong one.
    """
    regime = regime_of(case)
    terms = {term.key: term for term in case.snapshot.terms}
    total, invoices = ZERO, set()
    for row in late:
        term = replace(terms[row.term_id], amount=row.open)
        try:
            claim = claim_on(regime, case, term, (), case.today)
        except (MissingRate, NothingToClaim):
            return None
        total += claim.interest.amount
        if (
            claim.fixed_sum is not None
            and claim.fixed_sum.currency == row.currency
            and row.number not in invoices
        ):
            invoices.add(row.number)
            total += claim.fixed_sum.amount
    return total or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One paid invoice of the chart, in hundredths of its height."""

    left: Decimal
    height: Decimal
    top: Decimal
    age: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How late the last paid invoices were."""

    bars: tuple[Bar, ...]
    median_days: Decimal
    median_top: Decimal
    on_time: int
    count: int
    promises_kept: int
    promises_past: int


def habits(record: Record) -> Habits | None:
    """Return the habits, or None while nothing was ever paid."""
    late = record.lateness
    if not late:
        return None
    tallest = max(*late, 10) if len(late) > 1 else max(late[0], 10)
    middle = Decimal(str(median(late)))
    wide = Decimal(100) / max(len(late), 6)
    bars = [_bar(position, days, tallest, wide) for position, days in enumerate(late)]
    return Habits(
        bars=tuple(bars),
        median_days=middle,
        median_top=_top(max(middle, ZERO), tallest),
        on_time=sum(days <= 0 for days in late),
        count=len(late),
        promises_kept=record.promises_kept,
        promises_past=record.promises_past,
    )


def _bar(position: int, days: int, tallest: int, wide: Decimal) -> Bar:
    height = max(Decimal(max(days, 0)) * 96 / tallest, Decimal(2))
    return Bar(
        left=(position * wide).quantize(Decimal("0.01")),
        height=height.quantize(Decimal("0.01")),
        top=(100 - height).quantize(Decimal("0.01")),
        age=age_of(days),
        days=days,
    )


def _top(days: Decimal, tallest: int) -> Decimal:
    return (100 - days * 96 / tallest).quantize(Decimal("0.01"))
