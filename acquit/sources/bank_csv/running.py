"""The running balance beside each movement: each must follow from the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.sources.errors import StructureError


@dataclass(frozen=True, slots=True)
class Step:
    """A row: what it moved, and the balance beside it, None where it states none.

    `moved` is None where the row was refused: across it nothing can be checked.
    """

    line: int
    on: date | None
    moved: Decimal | None
    balance: Decimal | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Where the balance does not follow: what it should be, and what is written."""

    line: int
    expected: Decimal
    stated: Decimal


def check_running(steps: Sequence[Step], currency: str) -> tuple[Decimal | None, Decimal | None]:
    """Return the balances before and after the steps; raise StructureError `bank_gap` where one is missing.

    The newest may stand first. A balance that is the same on all rows is that of the account today.
    """
    stated = [step.balance for step in steps if step.balance is not None]
    if not stated:
        return None, None
    if len(set(stated)) == 1:
        return None, stated[0] if len(stated) > 1 else _end(_in_order(steps), before=False)
    forward = _in_order(steps)
    if gaps := _gaps(forward):
        first = min(gaps, key=lambda gap: gap.line)
        raise StructureError(
            "bank_gap", line=first.line, expected=first.expected, stated=first.stated,
            difference=first.stated - first.expected, currency=currency,
        )  # fmt: skip
    backward = [
        Step(one.line, one.on, None if one.moved is None else -one.moved, one.balance)
        for one in reversed(forward)
    ]
    return _end(backward, before=True), _end(forward, before=False)


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """Return the steps oldest first: by their days, else as the balances follow best."""
    forward, backward = list(steps), list(reversed(steps))
    days = [step.on for step in steps if step.on is not None]
    if days and days[0] != days[-1]:
        return forward if days[0] < days[-1] else backward
    return min(backward, forward, key=lambda order: len(_gaps(order)))


def _gaps(steps: Sequence[Step]) -> list[Gap]:
    gaps = []
    known: Decimal | None = None
    for step in steps:
        if step.moved is None:
            known = None
            continue
        known = None if known is None else known + step.moved
        if step.balance is None:
            continue
        if known is not None and known != step.balance:
            gaps.append(Gap(step.line, known, step.balance))
        known = step.balance
    return gaps


def _end(steps: Sequence[Step], *, before: bool) -> Decimal | None:
    """Return the balance at the end of the steps.

    With `before` the steps go back in time, their movements undone: a balance is that after its own
    movement, which is undone with the rest.
    """
    known: Decimal | None = None
    for step in steps:
        if step.moved is None:
            known = None
        elif step.balance is not None:
            known = step.balance + (step.moved if before else 0)
        elif known is not None:
            known += step.moved
    return known
