"""Which items add up to a sum, within a bounded number of steps whatever the items.

Items of equal amounts stand for each other, and the oldest are taken: 1 000 invoices of 90.00 are
1 001 choices, not 2 to the thousandth. Two choices differ where their amounts do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb, prod

#: The sums held of each half of the items, when two halves are laid against each other.
HALF = 4_096
_MOST_FOUND = 3


@dataclass(frozen=True, slots=True)
class Sums:
    """The choices found, each as positions in order; all there are where `complete`.

    `steps` is how many sums were formed, the measure of the work.
    """

    found: tuple[tuple[int, ...], ...]
    complete: bool
    steps: int


@dataclass(slots=True)
class _Group:
    """Items of one amount, oldest first, and how many of them a choice may take."""

    amount: int
    positions: list[int]
    most: int


def sums_to(amounts: Sequence[int], target: int) -> Sums:
    """Return up to three choices of two or more `amounts`, oldest first, that add up to `target`.

    Amounts are above zero. All choices are tried where there are few kinds of amounts (some
    24 different ones); beyond, the oldest are, and every pair, and everything but one.
    """
    groups = _groups(amounts, target)
    left, right, complete = _halves(groups)
    left_sums, right_sums = _all_sums(left), _all_sums(right)
    found: dict[tuple[int, ...], tuple[int, ...]] = {}
    for counts in _meeting(left, left_sums, right, right_sums, target):
        _keep(found, [p for group, count in counts for p in group.positions[:count]], amounts)
    steps = len(left_sums) + len(right_sums)
    if not complete:
        steps += 2 * len(amounts)
        for positions in _pairs(groups, target):
            _keep(found, positions, amounts)
        for positions in _all_but_one(amounts, target):
            _keep(found, positions, amounts)
    return Sums(tuple(sorted(found.values(), key=lambda p: (len(p), p)))[:_MOST_FOUND], complete, steps)


def by_chance(amounts: Sequence[int], chosen: Sequence[int], target: int, unit: int) -> float:
    """Return how many choices as large as this one would add up to `target` by mere chance.

    So many choices of as many items there are, each as likely to hit any of the sums up to it (in
    steps of `unit`). Neighbours in the order of the items are a choice among fewer.
    """
    usable = [amount for amount in amounts if amount <= target]
    many = len(usable)
    if chosen[-1] - chosen[0] + 1 == len(chosen):
        choices = many * (many + 1) // 2
    else:
        counts: dict[int, int] = {}
        for amount in usable:
            counts[amount] = counts.get(amount, 0) + 1
        choices = min(comb(many, len(chosen)), prod(count + 1 for count in counts.values()))
    return choices / max(target // unit, 1)


def _groups(amounts: Sequence[int], target: int) -> list[_Group]:
    groups: dict[int, _Group] = {}
    for position, amount in enumerate(amounts):
        if amount <= target:
            groups.setdefault(amount, _Group(amount, [], 0)).positions.append(position)
    for group in groups.values():
        group.most = min(len(group.positions), target // group.amount)
    return list(groups.values())


def _halves(groups: Sequence[_Group]) -> tuple[list[_Group], list[_Group], bool]:
    """Share the groups out, oldest first, so that neither half has more than HALF choices."""
    halves: tuple[list[_Group], list[_Group]] = ([], [])
    sizes = [1, 1]
    complete = True
    for group in groups:
        side = 0 if sizes[0] <= sizes[1] else 1
        most = min(group.most, HALF // sizes[side] - 1)
        complete = complete and most == group.most
        if most > 0:
            halves[side].append(_Group(group.amount, group.positions, most))
            sizes[side] *= most + 1
    return *halves, complete


def _all_sums(groups: Sequence[_Group]) -> list[int]:
    """Return the sum of every choice; its place tells how many of each group are taken."""
    sums = [0]
    for group in groups:
        sums = [s + taken * group.amount for taken in range(group.most + 1) for s in sums]
    return sums


def _meeting(
    left: Sequence[_Group], left_sums: list[int], right: Sequence[_Group], right_sums: list[int], target: int
) -> Iterator[list[tuple[_Group, int]]]:
    wanted = set(left_sums)
    found = 0
    for right_place, other in enumerate(right_sums):
        if target - other not in wanted:
            continue
        for left_place in (place for place, one in enumerate(left_sums) if one + other == target):
            yield _counts(left, left_place) + _counts(right, right_place)
            found += 1
            if found > _MOST_FOUND:
                return


def _counts(groups: Sequence[_Group], place: int) -> list[tuple[_Group, int]]:
    counts = []
    for group in groups:
        place, taken = divmod(place, group.most + 1)
        counts.append((group, taken))
    return counts


def _pairs(groups: Sequence[_Group], target: int) -> Iterator[list[int]]:
    by_amount = {group.amount: group for group in groups}
    for group in groups:
        other = by_amount.get(target - group.amount)
        if other is group and len(group.positions) > 1:
            yield group.positions[:2]
        elif other is not None and group.amount < other.amount:
            yield [group.positions[0], other.positions[0]]


def _all_but_one(amounts: Sequence[int], target: int) -> Iterator[list[int]]:
    surplus = sum(amounts) - target
    if surplus > 0 and surplus in amounts:
        newest = len(amounts) - 1 - list(reversed(amounts)).index(surplus)
        yield [position for position in range(len(amounts)) if position != newest]


def _keep(
    found: dict[tuple[int, ...], tuple[int, ...]], positions: Sequence[int], amounts: Sequence[int]
) -> None:
    if len(positions) > 1:
        chosen = tuple(sorted(positions))
        found.setdefault(tuple(sorted(amounts[p] for p in chosen)), chosen)
