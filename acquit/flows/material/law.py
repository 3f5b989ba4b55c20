"""The law of a case: which one, with the rates that a person entered and the creditor's conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.core.money import Money
from acquit.core.regimes import applicable
from acquit.core.regimes.base import Regime
from acquit.core.regimes.entered import with_rates
from acquit.core.regimes.fr.caps import Trade
from acquit.core.regimes.interest import Claim, Debt, Received, late_interest
from acquit.core.snapshot import TermFacts
from acquit.store.facts import Case

#: Claims for carriage lapse after a year, whoever owes them (C. com. L133-6).
_LAPSE_AS = {Trade.TRANSPORT: "transport"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfTrade:
    """The law for the claims of a trade that lapse sooner."""

    regime: Regime
    kind: str

    def lapses_on(self, due: date, kind: str) -> date | None:
        """Return the earlier of both days."""
        days = (self.regime.lapses_on(due, one) for one in (kind, self.kind))
        return min((day for day in days if day is not None), default=None)


def regime_of(case: Case) -> Regime:
    """Return the law that applies to the debts of `case`."""
    regime = applicable(case.creditor.country, case.country, case.snapshot.kind)
    conditions = case.creditor.conditions
    return with_rates(regime, case.rates, conditions.year_basis)


def limits_of(case: Case) -> Regime | _OfTrade:
    """Return the law as it says when a claim lapses, with what is shorter for the creditor's trade."""
    regime = regime_of(case)
    shorter = _LAPSE_AS.get(case.creditor.conditions.trade)
    return regime if shorter is None or regime.country != "FR" else _OfTrade(regime=regime, kind=shorter)


def claim_on(
    regime: Regime, case: Case, term: TermFacts, received: Sequence[tuple[date, Decimal, bool]], until: date
) -> Claim:
    """Return what lateness adds to `term` at the end of `until`; `received` as (day, amount, credit note).

    A judgment freezes what was invoiced before it. Raises MissingRate.
    """
    conditions = case.creditor.conditions
    rate = conditions.contract_rate if case.snapshot.kind == "business" and regime.country == "FR" else None
    judged = case.snapshot.insolvent_on
    debt = Debt(
        amount=Money(term.amount, term.currency),
        due=term.due,
        received=tuple(Received(on, amount, note) for on, amount, note in received),
        contract_rate=rate,
        imputation=conditions.imputation,
        judged_on=judged if judged is not None and term.issued <= judged else None,
    )
    return late_interest(regime, debt, until)


def interest_owed(claim: Claim, left: Decimal) -> Decimal:
    """Return the interest still owed beside the `left` of the principal, whatever a payment settled first.

    Where interest comes first more is left of the law's principal than of the ledger's: the difference
    is owed too.
    """
    return max(claim.left.amount - left, Decimal(0))
