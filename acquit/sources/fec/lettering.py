"""Lettrage: the same letter on lines of one customer says that they settle each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Lettered:
    """A customer line that bears a letter; `signed` is debit less credit."""

    debtor: str
    letter: str
    lettered_on: str
    on: date
    line: int
    signed: Decimal
    key: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A part of a claim settled by a part of a payment or credit note."""

    claim: Lettered
    credit: Lettered
    amount: Decimal


def match(lines: Iterable[Lettered]) -> tuple[list[Match], int]:
    """Return what settles what, and how many groups leave a remainder.

    Within a group the oldest claim is settled first by the oldest credit. A group that does not
    balance (partial lettrage) settles what it can: the rest stays open.
    """
    groups: dict[tuple[str, str], list[Lettered]] = defaultdict(list)
    for line in lines:
        groups[line.debtor, line.letter].append(line)
    matches: list[Match] = []
    partial = 0
    for group in groups.values():
        for part in _parts(group):
            partial += _sum(part) != 0
            matches += _oldest_first(part)
    return matches, partial


def _parts(group: list[Lettered]) -> list[list[Lettered]]:
    """Split a letter used again (another lettering day, another year) where the parts balance."""
    if len(group) <= 2:
        return [group]
    for mark in (_lettering_day, _year):
        parts = _split(group, mark)
        if len(parts) > 1 and all(_sum(part) == 0 for part in parts):
            return parts
    return [group]


def _lettering_day(line: Lettered) -> str:
    return line.lettered_on


def _year(line: Lettered) -> str:
    return str(line.on.year)


def _split(group: list[Lettered], mark: Callable[[Lettered], str]) -> list[list[Lettered]]:
    parts: dict[str, list[Lettered]] = defaultdict(list)
    for line in group:
        parts[mark(line)].append(line)
    return list(parts.values())


def _sum(part: list[Lettered]) -> Decimal:
    return sum((line.signed for line in part), Decimal(0))


def _oldest_first(part: list[Lettered]) -> list[Match]:
    ordered = sorted(part, key=lambda line: (line.on, line.line))
    claims = [line for line in ordered if line.signed > 0]
    matches = []
    at, left = 0, claims[0].signed if claims else Decimal(0)
    for credit in (line for line in ordered if line.signed < 0):
        rest = -credit.signed
        while rest > 0 and at < len(claims):
            amount = min(rest, left)
            matches.append(Match(claims[at], credit, amount))
            rest, left = rest - amount, left - amount
            if left == 0:
                at += 1
                left = claims[at].signed if at < len(claims) else Decimal(0)
    return matches
