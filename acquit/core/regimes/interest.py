"""Late interest, line by line: each euro shows its base, its days and its rate.

Simple interest on the amount with tax, for each day after the due date up to the day of payment
included. Amounts stay exact along the way; they are rounded when a payment strikes the account,
since what it leaves is a debt in cents, and once at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple, get_args

from acquit.core.money import Money, round_reckoned
from acquit.core.regimes.base import Dated, HalfYear, NothingToClaim, Rate, RateDay, Regime
from acquit.core.terms import add_months

ZERO = Decimal(0)
_DAY = timedelta(days=1)

#: What a partial payment settles first. The law says interest (C. civ. 1343-1); a contract may
#: say principal.
Imputation = Literal["interest_first", "principal_first"]
IMPUTATIONS: tuple[Imputation, ...] = get_args(Imputation)


class Received(NamedTuple):
    """A payment, or a credit note, which reduces the principal whatever the imputation."""

    on: date
    amount: Decimal
    credit_note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One term in arrears and what came in for it.

    `judged_on` is the day of the judgment that opened insolvency proceedings, where the term is of before it:
    interest stops on its eve, and a term that falls due from then on owes no fixed sum (C. com. L622-28,
    L441-10 II).
    """

    amount: Money
    due: date
    received: tuple[Received, ...] = ()
    notice_on: date | None = None
    contract_rate: Decimal | None = None
    imputation: Imputation = "interest_first"
    judged_on: date | None = None

    def bears_until(self, until: date) -> date:
        """Return the last day that can bear interest, at the end of `until`."""
        return until if self.judged_on is None else min(until, self.judged_on - _DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Days at one rate on one base, first and last day included; `interest` is exact."""

    first: date
    last: date
    base: Decimal
    rate: Rate
    interest: Decimal

    @property
    def days(self) -> int:
        """How many days bear interest."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What late payment adds to a debt, and what is left of both.

    `why` says why there is no interest; `below_floor` names the semesters in which the contract's
    rate is under the least that the law allows, which is reported and never mended.
    """

    interest: Money
    principal_left: Money
    interest_left: Money
    surplus: Money
    fixed_sum: Money | None
    segments: tuple[Segment, ...]
    below_floor: tuple[HalfYear, ...] = ()
    why: str = ""

    @property
    def left(self) -> Money:
        """Principal and interest still owed."""
        return self.principal_left + self.interest_left

    def read_from(self) -> tuple[Dated, ...]:
        """Return the legal values that the interest rests on, each once, in order."""
        return tuple(dict.fromkeys(s.rate.read_from for s in self.segments if s.rate.read_from))


def late_interest(regime: Regime, debt: Debt, until: date) -> Claim:
    """Return what `debt` has come to at the end of `until`; what came in later is not looked at.

    Raises MissingRate, which names the semester, and NothingToClaim where a contract's rate has
    no place.
    """
    last = debt.bears_until(until)
    floor = _below_floor(regime, debt, last)
    start = regime.interest_starts_on(debt.due, debt.notice_on)
    account = _Account(debt, last)
    for day, came in _days_of_receipt(debt, until):
        if start is not None:
            account.run(regime, start, min(day, last))
        account.strike(came)
    if start is not None:
        account.run(regime, start, last)
    return account.claim(
        fixed_sum=_fixed_sum(regime, debt, last),
        below_floor=floor,
        why=regime.why if start is None else "",
    )


class _Account:
    """What is owed while the days go by. Never leaves this module."""

    def __init__(self, debt: Debt, last: date) -> None:
        self.debt = debt
        paid_on = (came.on for came in debt.received if not came.credit_note and came.on < last)
        self.ends = (*sorted(paid_on), last)  # of the stretches that a payment or the reckoning closes
        self.principal = debt.amount.amount
        self.accrued = ZERO  # since the account was last struck, exact
        self.struck = ZERO  # interest owed in cents
        self.settled = ZERO  # interest paid
        self.capitalised = ZERO  # of what was struck, what bears interest itself
        self.surplus = ZERO
        self.segments: list[Segment] = []
        self.run_to: date | None = None

    def run(self, regime: Regime, start: date, last: date) -> None:
        """Let interest run on what is left of the principal, to the end of `last`."""
        if not regime.capitalises:
            self._run_year(regime, start, last)
            return
        for anniversary in _anniversaries(start, last):
            if self.run_to is not None and anniversary <= self.run_to:
                continue  # a year that was over when an earlier receipt came
            self._run_year(regime, start, anniversary - _DAY)
            self._strike_interest()
            self.capitalised = self.struck
        self._run_year(regime, start, last)

    def _run_year(self, regime: Regime, start: date, last: date) -> None:
        first = start if self.run_to is None else self.run_to + _DAY
        base = self.principal + self.capitalised
        if last < first:
            return
        self.run_to = last
        if base <= 0:
            return
        paid_on = next(day for day in self.ends if day >= last)
        for begins, ends, rate in _spans(regime, self.debt, first, last, start=start, paid_on=paid_on):
            days = (ends - begins).days + 1
            interest = base * rate.percent * days / (100 * regime.year_basis)
            self.accrued += interest
            self.segments.append(Segment(first=begins, last=ends, base=base, rate=rate, interest=interest))

    def strike(self, came: Received) -> None:
        """Set one receipt against the debt, in the order that law or contract gives."""
        if came.credit_note:
            self.surplus += self._on_principal(came.amount)
            return
        self._strike_interest()
        if self.debt.imputation == "interest_first":
            self.surplus += self._on_principal(self._on_interest(came.amount))
        else:
            self.surplus += self._on_interest(self._on_principal(came.amount))

    def _strike_interest(self) -> None:
        self.struck += self._rounded(self.accrued)
        self.accrued = ZERO

    def claim(self, *, fixed_sum: Money | None, below_floor: tuple[HalfYear, ...], why: str) -> Claim:
        """Return the account as it stands, rounded."""
        left = self.struck + self._rounded(self.accrued)
        return Claim(
            interest=self._money(self.settled + left),
            principal_left=self._money(self.principal),
            interest_left=self._money(left),
            surplus=self._money(self.surplus),
            fixed_sum=fixed_sum,
            segments=tuple(self.segments),
            below_floor=below_floor,
            why=why,
        )

    def _on_principal(self, amount: Decimal) -> Decimal:
        used = min(amount, self.principal)
        self.principal -= used
        return amount - used

    def _on_interest(self, amount: Decimal) -> Decimal:
        used = min(amount, self.struck)
        self.struck -= used
        self.capitalised -= min(used, self.capitalised)  # what bears interest is settled first
        self.settled += used
        return amount - used

    def _rounded(self, amount: Decimal) -> Decimal:
        return round_reckoned(amount, self.debt.amount.currency)

    def _money(self, amount: Decimal) -> Money:
        return Money(self._rounded(amount), self.debt.amount.currency)


def _spans(
    regime: Regime, debt: Debt, first: date, last: date, *, start: date, paid_on: date
) -> Iterator[tuple[date, date, Rate]]:
    """Cut the days from `first` to `last` where the rate changes; `paid_on` ends their stretch."""
    if debt.contract_rate is not None:
        yield first, last, Rate(debt.contract_rate)
    elif regime.rate_day is RateDay.START:
        yield first, last, regime.rate(HalfYear.of(start))
    elif regime.rate_day is RateDay.PAYMENT:
        yield first, last, regime.rate(HalfYear.of(paid_on))
    else:
        for half_year in _half_years(first, last):
            yield max(first, half_year.first), min(last, half_year.last), regime.rate(half_year)


def _anniversaries(start: date, last: date) -> Iterator[date]:
    """Return the days up to `last` on which interest has run for another whole year."""
    years = 1
    while (day := add_months(start, 12 * years)) <= last:
        yield day
        years += 1


def _half_years(first: date, last: date) -> Iterator[HalfYear]:
    half_year = HalfYear.of(first)
    while half_year.first <= last:
        yield half_year
        half_year = HalfYear.of(half_year.last + _DAY)


def _days_of_receipt(debt: Debt, until: date) -> Iterable[tuple[date, Received]]:
    """What came in by `until`, by day; on one day credit notes come before payments."""
    known = [came for came in debt.received if came.on <= until]
    known.sort(key=lambda came: (came.on, not came.credit_note))
    return ((came.on, came) for came in known)


def _fixed_sum(regime: Regime, debt: Debt, until: date) -> Money | None:
    if not _late(debt, until):
        return None
    return regime.fixed_sum(debt.due, debt.amount, on=until, notice_on=debt.notice_on)


def _late(debt: Debt, until: date) -> bool:
    """Tell whether anything was still owed once the due date had passed."""
    in_time = sum((came.amount for came in debt.received if came.on <= debt.due), ZERO)
    return until > debt.due and in_time < debt.amount.amount


def _below_floor(regime: Regime, debt: Debt, until: date) -> tuple[HalfYear, ...]:
    """Return the semesters in which the contract's rate is under the least allowed."""
    if debt.contract_rate is None or until <= debt.due:
        return ()
    below = []
    for half_year in _half_years(debt.due + _DAY, until):
        floor = regime.clause_floor(half_year)
        if floor is None:
            raise NothingToClaim(
                f"a contract's rate is not looked at in {regime.country} for a {regime.kind} debtor"
            )
        if debt.contract_rate < floor:
            below.append(half_year)
    return tuple(below)
