"""Where things go on a scenario's axis: true time above, equal cards below, joined by a line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from acquit.web.components import ScenarioStep

STEP_WIDTH = 152
GAP = 10
MARGIN_DAYS = 5
STAGES = ("courtesy", "reminder", "legal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The days of one stage on the axis."""

    stage: str
    left: float
    width: float
    label_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A step with its dot on the axis and the path down to its card."""

    step: ScenarioStep
    dot: float
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A drawn scenario; lengths in pixels."""

    width: int
    due: float
    bands: tuple[Band, ...]
    ticks: tuple[float, ...]
    placed: tuple[Placed, ...]


def draw_axis(steps: Sequence[ScenarioStep]) -> Axis:
    """Place the steps of a scenario, in the order of their days, on a scale of days.

    >>> axis = draw_axis(
    ...     [ScenarioStep(offset_days=day, name="", icon="mail", tone=0, mode="") for day in (-5, 0, 10)]
    ... )
    >>> axis.width, [placed.dot for placed in axis.placed], axis.due
    (476, [95.2, 190.4, 380.8], 190.4)
    """
    count = max(len(steps), 1)
    width = count * STEP_WIDTH + (count - 1) * GAP
    offsets = [step.offset_days for step in steps] or [0]
    first, last = min(*offsets, 0) - MARGIN_DAYS, max(*offsets, 0) + MARGIN_DAYS

    def across(day: float) -> float:
        return round((day - first) * width / (last - first), 1)

    every = 10 if last - first <= 150 else 30
    ticks = tuple(
        across(day) for day in range(first - first % every, last, every) if day > first and day != 0
    )
    return Axis(
        width=width,
        due=across(0),
        bands=_bands(steps, first=first, last=last, across=across),
        ticks=ticks,
        placed=tuple(_place(position, step, across(step.offset_days)) for position, step in enumerate(steps)),
    )


def _place(position: int, step: ScenarioStep, dot: float) -> Placed:
    card = position * (STEP_WIDTH + GAP) + STEP_WIDTH / 2
    return Placed(step=step, dot=dot, path=f"M{dot} 31 V48 C{dot} 68 {card} 62 {card} 92")


def _bands(
    steps: Sequence[ScenarioStep], *, first: int, last: int, across: Callable[[float], float]
) -> tuple[Band, ...]:
    """Split the axis where the stage changes, halfway between two steps; courtesy ends at the due date."""
    edges: list[tuple[str, float]] = [("courtesy", first)]
    previous: ScenarioStep | None = None
    for step in steps:
        if step.stage != edges[-1][0] and STAGES.index(step.stage) > STAGES.index(edges[-1][0]):
            start = (
                0.0
                if step.stage == "reminder"
                else (step.offset_days + (previous.offset_days if previous else 0)) / 2
            )
            edges.append((step.stage, max(start, edges[-1][1])))
        previous = step
    ends = [start for _, start in edges[1:]] + [last]
    return tuple(
        Band(
            stage=stage,
            left=across(start),
            width=max(across(end) - across(start) - 2, 0),
            label_at=across(start) + 8,
        )
        for (stage, start), end in zip(edges, ends, strict=True)
    )
