"""Learn how debtors pay, and keep what was learned only while it beats their own past."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from acquit.core.payer import Quality
from acquit.core.payer_forecast import CashError, cash_error, origins
from acquit.core.payer_model import beats, encoded
from acquit.flows.material.fitting import MOST_TERMS, examples, fitted, judged
from acquit.store import tenancy
from acquit.store.payers.models import PayerModelFit
from acquit.store.payers.settled import settled_terms

#: Terms issued so lately are left out: of these only the quick payers are settled yet.
_RIPE = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What came of it: `because` is better, not_better or too_few; qualities are of the same unseen terms.

    `forecast` is how far weekly cash was missed after the split; `forecasts` tells to use the model there.
    """

    terms: int
    kept: bool
    because: str
    split_on: date | None = None
    baseline: Quality | None = None
    learned: Quality | None = None
    forecast: CashError | None = None

    @property
    def forecasts(self) -> bool:
        """Tell whether the model is kept, and better at the cash of weeks too."""
        return self.kept and self.forecast is not None and self.forecast.learned_is_better


def learn_payers(*, organisation_id: int, today: date, now: datetime, since: date | None = None) -> Learned:
    """Fit the model to what was settled before `today`, judge it on later terms, and record both.

    `since` is the first day of issue of the terms to judge by; without it, the last quarter.
    """
    with tenancy.organisation(organisation_id):
        terms = settled_terms(before=today, most=MOST_TERMS)
        given = [one for one in examples(terms) if one.term.issued_on <= today - _RIPE]
        found = judged(given, since)
        if found is None:
            done = Learned(terms=len(given), kept=False, because="too_few")
        else:
            better = beats(found.learned, found.baseline)
            newest = max(one.term.issued_on for one in given)
            days = origins(found.split_on, until=today, newest=newest)
            done = Learned(
                terms=len(given), kept=better, because="better" if better else "not_better",
                split_on=found.split_on, baseline=found.baseline, learned=found.learned,
                forecast=cash_error(terms, found.model, days),
            )  # fmt: skip
        PayerModelFit.objects.create(
            organisation_id=organisation_id,
            fitted_at=now,
            split_on=done.split_on,
            terms=done.terms,
            kept=done.kept,
            because=done.because,
            baseline=asdict(done.baseline) if done.baseline else {},
            learned=asdict(done.learned) if done.learned else {},
            weights=encoded(fitted(given)) if done.kept else {},
            forecast=asdict(done.forecast) if done.forecast else {},
            forecasts=done.forecasts,
        )
    return done
