"""Fitting the payer model to settled terms, and judging it on later ones that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from acquit.core.payer import (
    History,
    Pasts,
    Prediction,
    Quality,
    Settled,
    by_date_of_issue,
    predicted,
    quality,
)
from acquit.core.payer_days import SHARES
from acquit.core.payer_model import PayerModel, Weighed, features, span, split_on

#: Fewer settled terms teach nothing that a debtor's own past does not say.
FEWEST_TERMS = 200
#: So many terms must be left to judge by.
FEWEST_TESTED = 50
#: So many terms are enough; the quantiles cost more than in proportion.
MOST_TERMS = 5000
#: So much history a prediction needs before one learns from it.
_WARM_UP = 50
_LIKELY, _CAUTIOUS = 0.5, 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A settled term, and what was known of its debtor on the day of its issue."""

    term: Settled
    pasts: Pasts


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How good the debtor's own past and the `model` learned before the split are on the same later terms."""

    split_on: date
    baseline: Quality
    learned: Quality
    model: PayerModel = field(compare=False)


def examples(terms: Sequence[Settled]) -> list[Example]:
    """Return the terms by their day of issue, each with what was known then and nothing later."""
    found = [
        Example(term=term, pasts=pasts)
        for term, history in by_date_of_issue(terms, date.min)
        if (pasts := _known(term, history)) is not None
    ]
    return found[_WARM_UP:]


def _known(term: Settled, history: History) -> Pasts | None:
    return history.pasts(term.debtor, term.segment)


def judged(given: Sequence[Example], since: date | None = None) -> Judged | None:
    """Return both qualities on the terms issued from `since` on; None where too few stand on either side.

    The model that is judged learned only from terms paid before that day. Without `since`, the last quarter
    of the terms is judged.
    """
    if len(given) < FEWEST_TERMS:
        return None
    day = since or split_on([one.term.issued_on for one in given])
    taught = [one for one in given if one.term.paid_on < day]
    later = [one for one in given if one.term.issued_on >= day]
    if len(later) < FEWEST_TESTED or not _both_kinds(taught):
        return None
    model = fitted(taught)
    return Judged(
        split_on=day,
        baseline=_quality(later, lambda pasts, _: predicted(pasts)),
        learned=_quality(later, model.predict),
        model=model,
    )


def _both_kinds(given: Sequence[Example]) -> bool:
    """Tell whether some were late and some were not: else there is nothing to tell apart."""
    return len(given) >= FEWEST_TERMS // 2 and len({one.term.days > 0 for one in given}) > 1


def _quality(given: Sequence[Example], predict: Any) -> Quality:
    told: list[tuple[Prediction, int]] = [
        (predict(one.pasts, one.term.amount), one.term.days) for one in given
    ]
    return quality(told)


def fitted(given: Sequence[Example]) -> PayerModel:
    """Return the model that fits these terms: logistic for being late, linear quantiles for the days.

    The same terms give the same model: no chance enters.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression, QuantileRegressor
    from sklearn.preprocessing import StandardScaler

    rows = np.array([features(one.pasts, Decimal(one.term.amount)) for one in given])
    days = np.array([one.term.days for one in given], dtype=float)
    scaler = StandardScaler().fit(rows)
    scaled = scaler.transform(rows)
    late = LogisticRegression(C=0.1, max_iter=1000).fit(scaled, days > 0)
    likely, cautious = (
        QuantileRegressor(quantile=share, alpha=0.001, solver="highs").fit(scaled, days)
        for share in (_LIKELY, _CAUTIOUS)
    )
    model = PayerModel(
        late=_weighed(scaler, late.intercept_[0], late.coef_[0]),
        days=_weighed(scaler, likely.intercept_, likely.coef_),
        cautious_days=_weighed(scaler, cautious.intercept_, cautious.coef_),
        spread=(),
    )
    return replace(model, spread=_spread(model, given))


def _spread(model: PayerModel, given: Sequence[Example]) -> tuple[float, ...]:
    """Return how the terms fell around their likely days, in units of the model's own span."""
    import numpy as np

    told = [(model.predict(one.pasts, one.term.amount), one.term.days) for one in given]
    away = [(days - one.days) / span(one) for one, days in told]
    return tuple(float(part) for part in np.quantile(away, SHARES))


def _weighed(scaler: Any, start: Any, weights: Any) -> Weighed:
    """Return the fitted sum in the features' own units instead of the scaler's."""
    return Weighed(
        start=float(start),
        weights=tuple(float(weight / scale) for weight, scale in zip(weights, scaler.scale_, strict=True)),
        centre=tuple(float(mean) for mean in scaler.mean_),
    )
