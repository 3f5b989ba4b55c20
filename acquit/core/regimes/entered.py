"""Rates that a person enters each half-year, held against those that are written here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from acquit.core.regimes import SERIES
from acquit.core.regimes.base import Confidence, Dated, HalfYear, Regime

#: Days before a new semester from which its missing rate is spoken of.
NEAR_DAYS = 30
_LEAST, _MOST = Decimal(-5), Decimal(40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A rate as it is entered: percent of the series in a semester, with where it was read."""

    series: str
    half_year: HalfYear
    percent: Decimal
    source: str
    read_on: date


class NotARate(ValueError):
    """This cannot be the value of a legal rate."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A semester for which the program ships another value than the one that was entered."""

    series: str
    half_year: HalfYear
    shipped: Decimal
    entered: Decimal


@dataclass(frozen=True, slots=True)
class Gap:
    """A semester whose rate nobody knows yet; `days` until it begins, below one: it has begun."""

    series: str
    half_year: HalfYear
    days: int


def check(entry: Entry) -> Contradiction | None:
    """Return how `entry` contradicts the shipped value, or None; raises NotARate."""
    if entry.series not in SERIES:
        raise NotARate(f"«{entry.series}» is no series: {', '.join(SERIES)}")
    if not _LEAST <= entry.percent <= _MOST:
        raise NotARate(f"{entry.percent} % is no rate of this kind: from {_LEAST} to {_MOST}")
    if entry.half_year.half not in (1, 2):
        raise NotARate("a year has the semesters 1 and 2")
    if not entry.source.strip():
        raise NotARate("a rate has a source")
    shipped = SERIES[entry.series].values.get(entry.half_year)
    if shipped is None or shipped.value == entry.percent:
        return None
    return Contradiction(entry.series, entry.half_year, shipped.value, entry.percent)


def by_series(entries: Iterable[Entry]) -> dict[str, dict[HalfYear, Dated]]:
    """Return `entries` as a regime reads them. What one person read once is of one source."""
    found: dict[str, dict[HalfYear, Dated]] = {}
    for one in entries:
        dated = Dated(one.half_year.first, one.percent, one.source, one.read_on, Confidence.ONE_SOURCE)
        found.setdefault(SERIES[one.series].name, {})[one.half_year] = dated
    return found


def with_rates(
    regime: Regime, rates: Mapping[str, Mapping[HalfYear, Dated]], year_basis: int = 365
) -> Regime:
    """Return `regime` with the rates that were entered, and the creditor's days of a year.

    A law whose year has its own basis keeps it.
    """
    basis = year_basis if regime.year_basis == 365 else regime.year_basis
    return replace(regime, entered=rates, year_basis=basis)


def gaps(
    rates: Mapping[str, Mapping[HalfYear, Dated]], today: date, series: Iterable[str] = SERIES
) -> tuple[Gap, ...]:
    """Return the semesters that are missing now, or will be within `NEAR_DAYS`.

    >>> [str(gap.half_year) for gap in gaps({}, date(2026, 12, 2), ["ecb"])]
    ['2027 S1']
    >>> gaps({}, date(2026, 12, 1), ["ecb"])
    ()
    """
    present = HalfYear.of(today)
    following = HalfYear(present.year + present.half - 1, 3 - present.half)
    found = []
    for key in series:
        one = SERIES[key]
        for half_year in (present, following):
            days = (half_year.first - today).days
            known = half_year in one.values or half_year in rates.get(one.name, {})
            if not known and days <= NEAR_DAYS:
                found.append(Gap(key, half_year, days))
    return tuple(found)
