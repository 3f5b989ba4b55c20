"""A learned model of when a term is paid: a few numbers about debtor and term, weighed.

The weights are fitted elsewhere, by a library; here they are only applied, so that a prediction needs
nothing but arithmetic and each of its causes can be named. It is used only while it beats the debtor's
own past (`payer`) on terms that it has not seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import exp, expm1, log, log1p
from typing import Any

from acquit.core.payer import Pasts, Prediction, Quality
from acquit.core.payer_days import PARTS, UsualDays

#: What is known of a term on the day of its issue, in this order. A model fitted on others is not read.
FEATURES = ("late", "late_of_segment", "days", "cautious_days", "seen", "amount")
_CERTAIN = 0.01
#: A model that was not learned anew for so long says nothing any more: it is learned every week.
STALE = timedelta(days=35)
#: Beyond so many days what is told is told no better.
_FARTHEST = 3650


def features(pasts: Pasts, amount: Decimal) -> tuple[float, ...]:
    """Return the numbers of a term of `amount` whose debtor has these pasts, in the order of FEATURES."""
    told_by = pasts.own if pasts.own.count else pasts.alike if pasts.alike.count else pasts.everybody
    return (
        _odds(pasts.late),
        _odds(pasts.late_of_segment),
        told_by.days,
        told_by.cautious_days,
        log1p(pasts.own.count),
        log1p(max(0.0, float(amount))),
    )


def _odds(share: float) -> float:
    """Return the logarithm of the odds, kept away from what no past can prove.

    >>> round(_odds(0.5), 3), round(_odds(0.0), 3)
    (0.0, -4.595)
    """
    share = min(1 - _CERTAIN, max(_CERTAIN, share))
    return log(share / (1 - share))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A sum of weighed features: `start` and, for each, its weight per unit away from `centre`."""

    start: float
    weights: tuple[float, ...]
    centre: tuple[float, ...]

    def of(self, features: Sequence[float]) -> float:
        """Return the sum.

        >>> Weighed(start=1.0, weights=(2.0,), centre=(3.0,)).of((5.0,))
        5.0
        """
        return self.start + sum(self.shares(features))

    def shares(self, features: Sequence[float]) -> tuple[float, ...]:
        """Return how much each feature moves the sum away from that of an ordinary term."""
        return tuple(
            weight * (value - centre)
            for weight, value, centre in zip(self.weights, features, self.centre, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerModel:
    """What was learned of the log-odds of being late, and of the likely and the cautious days.

    `spread` is how the terms that it learned from fell around their likely day, in order, one for each of
    PARTS equal parts of them; its unit is the time from the likely to the cautious day.
    """

    late: Weighed
    days: Weighed
    cautious_days: Weighed
    spread: tuple[float, ...]

    def predict(self, pasts: Pasts, amount: Decimal) -> Prediction:
        """Return the prediction for a term of `amount` issued now; the cautious day is not the earlier."""
        told = features(pasts, amount)
        days = self.days.of(told)
        return Prediction(
            late=1 / (1 + exp(-self.late.of(told))),
            days=days,
            cautious_days=max(days, self.cautious_days.of(told)),
            seen=pasts.own.count,
        )

    def usual_days(self, pasts: Pasts) -> UsualDays:
        """Return on which days an ordinary term of who has these pasts is expected."""
        told = self.predict(pasts, Decimal(expm1(self.days.centre[FEATURES.index("amount")])))
        days = sorted(told.days + part * span(told) for part in self.spread)
        return UsualDays(
            days=tuple(max(-_FARTHEST, min(_FARTHEST, round(day))) for day in days), weight=PARTS
        )

    def causes(self, pasts: Pasts, amount: Decimal) -> tuple[tuple[str, float], ...]:
        """Return the features that move the chance of being late, the strongest first; above zero: later."""
        moved = zip(FEATURES, self.late.shares(features(pasts, amount)), strict=True)
        return tuple(sorted(moved, key=lambda one: (-abs(one[1]), one[0])))


def span(told: Prediction) -> float:
    """Return the days from the likely to the cautious day, one at least: the unit of a model's spread."""
    return max(1.0, told.cautious_days - told.days)


class OtherFeatures(ValueError):
    """The stored model was fitted on other features than those of this version."""


def encoded(model: PayerModel) -> dict[str, Any]:
    """Return `model` as JSON keeps it."""
    return {
        "features": list(FEATURES),
        "spread": list(model.spread),
        **{
            name: {"start": one.start, "weights": list(one.weights), "centre": list(one.centre)}
            for name, one in (
                ("late", model.late),
                ("days", model.days),
                ("cautious_days", model.cautious_days),
            )
        },
    }


def decoded(kept: Mapping[str, Any]) -> PayerModel:
    """Return the model that `encoded` gave; raise OtherFeatures for one of another version."""
    spread = tuple(map(float, kept.get("spread", ())))
    if tuple(kept.get("features", ())) != FEATURES or len(spread) != PARTS:
        raise OtherFeatures
    late, days, cautious = (
        Weighed(
            start=float(kept[name]["start"]),
            weights=tuple(map(float, kept[name]["weights"])),
            centre=tuple(map(float, kept[name]["centre"])),
        )
        for name in ("late", "days", "cautious_days")
    )
    return PayerModel(late=late, days=days, cautious_days=cautious, spread=spread)


def beats(learned: Quality, baseline: Quality) -> bool:
    """Tell whether the learned model is the better one on the same terms.

    Its chances must be nearer to what happened (Brier), and its days not farther off; a tie keeps what is
    simpler.
    """
    return learned.brier < baseline.brier and learned.mean_error_days <= baseline.mean_error_days


def split_on(issued: Sequence[date], *, share: float = 0.75) -> date:
    """Return the day that parts the terms in time: `share` of them were issued before it.

    >>> split_on([date(2026, 1, d) for d in range(1, 9)])
    datetime.date(2026, 1, 7)
    """
    ordered = sorted(issued)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
