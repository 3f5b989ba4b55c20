"""The figures of the benchmarks as one table: beside each its target, its floor and its growth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured of one kind of work, in seconds or in pieces a second ("/s").

    `floor` is what the bare tool took or did in the same run, `smaller` the same work at a tenth
    of the size. `processor` are the seconds that the processor worked, which other work on the
    machine changes less.
    """

    work: str
    value: float
    unit: str = "s"
    target: float | None = None
    floor: float | None = None
    floor_is: str = ""
    smaller: float | None = None
    processor: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        return self.value <= self.target if self.unit == "s" else self.value >= self.target

    @property
    def times_the_floor(self) -> float | None:
        """How many times the floor's time this takes."""
        if not self.floor:
            return None
        return self.value / self.floor if self.unit == "s" else self.floor / self.value

    @property
    def growth(self) -> float | None:
        """How many times the seconds, or the pieces a second, of a tenth of the size."""
        return self.value / self.smaller if self.smaller else None


_HEADS = ("work", "measured", "target", "", "floor", "x floor", "x at 10x", "processor", "floor is")


def print_table(figures: Iterable[Figure]) -> None:
    """Print every figure in one table, then the remarks."""
    figures = list(figures)
    rows = [_HEADS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    for number, row in enumerate(rows):
        left_or_right = (
            cell.ljust(width) if column in (0, 3, 8) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )  # fmt: skip
        print("  ".join(left_or_right).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))
    for figure in figures:
        if figure.note:
            print(f"{figure.work}: {figure.note}")


def _cells(figure: Figure) -> tuple[str, ...]:
    met = {None: "", True: "met", False: "MISSED"}[figure.met]
    return (
        figure.work,
        _number(figure.value, figure.unit),
        _number(figure.target, figure.unit),
        met,
        _number(figure.floor, figure.unit),
        _times(figure.times_the_floor),
        _times(figure.growth),
        _number(figure.processor, "s"),
        figure.floor_is,
    )


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def _times(value: float | None) -> str:
    return "" if value is None else f"{value:,.1f}"
