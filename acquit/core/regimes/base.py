"""The questions that the law of a country answers, and values that are dated and sourced.

The answers written here are those of a country that we know nothing of: claim nothing. A country
overrides what its law gives, in its own folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from acquit.core.money import Money
from acquit.core.terms import add_months


class Confidence(StrEnum):
    """How well a legal value is established. None of them was validated by a lawyer."""

    TWO_SOURCES = "two sources"
    ONE_SOURCE = "one source"
    GENERAL = "general knowledge"
    UNCERTAIN = "uncertain"


class HalfYear(NamedTuple):
    """A semester of the calendar, by which late-payment rates are fixed."""

    year: int
    half: int

    @classmethod
    def of(cls, day: date) -> HalfYear:
        """Return the semester in which `day` lies."""
        return cls(day.year, 1 if day.month <= 6 else 2)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    def __str__(self) -> str:
        return f"{self.year} S{self.half}"


@dataclass(frozen=True, slots=True)
class Dated:
    """A legal value from a day on, where it was read and when."""

    since: date
    value: Decimal
    source: str
    read_on: date
    confidence: Confidence


class Reading(NamedTuple):
    """Where a legal value was read, and when; `address` is that of the page, where it has one."""

    source: str
    read_on: date
    address: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """An article behind a claim, in the version in force from a day on.

    `sum_confidence` is how sure the sum claimed by it is, where that is better established than the
    article itself: of the 40 EUR the directive says it too. `readings` are where it was read.
    """

    subject: str
    article: str
    since: date
    read_on: date
    confidence: Confidence
    version: str = ""
    sum_confidence: Confidence | None = None
    readings: tuple[Reading, ...] = ()

    @property
    def changes_sum(self) -> bool:
        """Tell whether what is not sure of it could make another sum."""
        return (self.sum_confidence or self.confidence) is not Confidence.TWO_SOURCES


class MissingRate(LookupError):
    """A legal rate is not known for a semester; it is never carried over from another one."""

    def __init__(self, series: str, half_year: HalfYear) -> None:
        super().__init__(f"no value of «{series}» for {half_year}")
        self.series = series
        self.half_year = half_year


@dataclass(frozen=True, slots=True)
class HalfYearly:
    """A rate in percent that the law fixes each semester; `address` is where it is published."""

    name: str
    values: Mapping[HalfYear, Dated]
    address: str = ""

    def at(self, half_year: HalfYear) -> Dated:
        """Return the value of a semester; raises MissingRate, which names it."""
        if half_year not in self.values:
            raise MissingRate(self.name, half_year)
        return self.values[half_year]


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of interest in percent a year, with what it was read from."""

    percent: Decimal
    read_from: Dated | None = None


class RateDay(StrEnum):
    """Which half-year's rate a delay bears."""

    EACH_HALF_YEAR = "the rate follows each new half-year"
    START = "the rate of the day on which interest began, to the end"
    PAYMENT = "the rate of the day of payment, for the whole delay"


class NothingToClaim(ValueError):
    """The law, or our ignorance of it, gives no interest on this debt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """The law that applies to one debt: a country, and what the debtor is.

    `year_basis` is the number of days that a rate is divided by. Where `capitalises`, what has run
    for a year without being paid bears interest itself from then on. `entered` are rates that a person
    gave, by the name of their series and the semester; they go before those written here.
    """

    country: str
    kind: str
    why: str = ""
    rate_day: RateDay = RateDay.EACH_HALF_YEAR
    capitalises: bool = False
    year_basis: int = 365
    series: tuple[HalfYearly, ...] = ()
    citations: tuple[Citation, ...] = ()
    entered: Mapping[str, Mapping[HalfYear, Dated]] = field(default_factory=dict)

    def read(self, series: HalfYearly, half_year: HalfYear) -> Dated:
        """Return the value of a semester: the one that a person entered, else the shipped one.

        Raises MissingRate, which names the semester.
        """
        own = self.entered.get(series.name, {}).get(half_year)
        return own if own is not None else series.at(half_year)

    def interest_starts_on(self, due: date, notice_on: date | None = None) -> date | None:
        """Return the first day that bears interest; None while none runs.

        `notice_on` is the day on which the debtor received the formal notice, where one counts.
        """
        del due, notice_on
        return None

    def rate(self, half_year: HalfYear) -> Rate:
        """Return the rate of a semester when the contract is silent."""
        del half_year
        raise NothingToClaim(self.why)

    def clause_floor(self, half_year: HalfYear) -> Decimal | None:
        """Return the least rate that a contract may set; None where a clause is not looked at."""
        del half_year
        return None

    def fixed_sum(self, due: date, amount: Money, *, on: date, notice_on: date | None = None) -> Money | None:
        """Return what a late invoice of `amount` adds once, for the cost of collecting it, as of `on`."""
        del due, amount, on, notice_on
        return None

    def may_claim_costs(self) -> bool:
        """Tell whether the debtor may be asked for costs of collection at all."""
        return False

    def lapses_on(self, due: date, kind: str) -> date | None:
        """Return the day from which the claim can no longer be sued for; None if unknown."""
        del due, kind
        return None

    def cites(self, subject: str, on: date) -> Citation | None:
        """Return the article behind `subject` in the version in force on `on`."""
        known = [c for c in self.citations if c.subject == subject and c.since <= on]
        return max(known, key=lambda citation: citation.since, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent(Regime):
    """A law that we know to lapse after `years`, and of which nothing else is claimed; `why` says so."""

    years: int

    def lapses_on(self, due: date, kind: str) -> date | None:
        """Return the day from which the claim can no longer be sued for."""
        del kind
        return add_months(due, 12 * self.years)


class Ask(Regime):
    """Nobody but a person can say which law holds; until then nothing is claimed. `why` is the question."""
