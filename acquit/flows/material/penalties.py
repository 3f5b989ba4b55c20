"""What the law adds to late invoices, as a message may say it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from acquit.core.regimes.base import HalfYear, MissingRate, NothingToClaim, Regime
from acquit.core.regimes.doubt import Doubt, doubts_of
from acquit.core.regimes.interest import Claim
from acquit.core.snapshot import TermFacts
from acquit.flows.material.law import claim_on, interest_owed, regime_of
from acquit.store.charges import Settled
from acquit.store.facts import Case
from acquit.wording.facts import MAY_OWE_PENALTIES, Penalties, RatePeriod

#: Credit notes and payments of a term: (day, amount, is a credit note).
Receipts = Mapping[Any, Sequence[tuple[date, Decimal, bool]]]


@dataclass(frozen=True, slots=True)
class Law:
    """The penalties of a message, and what each term adds; empty where nothing may be named.

    `missing` names the semester whose rate nobody entered yet; `doubts` what rests on less than two sources.
    """

    penalties: Penalties | None = None
    interest: dict[Any, Decimal] = field(default_factory=dict)
    fixed_sums: dict[Any, Decimal] = field(default_factory=dict)
    claims: dict[Any, Claim] = field(default_factory=dict)
    missing: str = ""
    doubts: tuple[Doubt, ...] = ()


def penalties_of(
    case: Case, listed: Sequence[TermFacts], receipts: Receipts, settled: Settled | None = None
) -> Law:
    """Return what the law adds to the late terms of `listed` up to today, less what is `settled` of it.

    What a part payment settles first is the creditor's choice; a judgment stops interest. A missing
    rate is named, never guessed.
    """
    kind = case.snapshot.kind
    if kind not in MAY_OWE_PENALTIES:
        return Law()
    regime, settled = regime_of(case), settled or Settled()
    claims: dict[Any, Claim] = {}
    try:
        for term in listed:
            if term.due < case.today:
                claims[term.key] = claim_on(regime, case, term, receipts.get(term.key, ()), case.today)
        rate = _rate(regime, case)
    except MissingRate as missing:
        return Law(missing=str(missing))
    except NothingToClaim:
        return Law()
    if not claims:
        return Law()
    fixed = {claim.fixed_sum for claim in claims.values() if claim.fixed_sum}
    return Law(
        penalties=Penalties(
            rate=rate,
            periods=_periods(claims.values()),
            fixed_sum_each=next(iter(fixed)) if len(fixed) == 1 else None,
            fixed_sum_currency=next((sum_.currency for sum_ in fixed), "EUR"),
            law=_article(regime, "interest", case.today),
            fixed_sum_law=_article(regime, "fixed_sum", case.today),
        ),
        interest={
            term.key: settled.interest_left(term.key, interest_owed(claims[term.key], term.open))
            for term in listed
            if term.key in claims
        },
        fixed_sums=_once_per_invoice(listed, claims, settled),
        claims=claims,
        doubts=doubts_of(regime, claims.values(), case.today),
    )


def _rate(regime: Regime, case: Case) -> Decimal:
    """Return the rate of today: the one that the conditions of sale set, else the law's."""
    agreed = case.creditor.conditions.contract_rate
    if agreed is not None and case.snapshot.kind == "business" and regime.country == "FR":
        return agreed
    return regime.rate(HalfYear.of(case.today)).percent


def _once_per_invoice(
    listed: Sequence[TermFacts], claims: Mapping[Any, Claim], settled: Settled
) -> dict[Any, Decimal]:
    """The fixed sum is owed once for each late invoice, however many of its terms are late (F-25)."""
    seen: set[str] = set()
    sums: dict[Any, Decimal] = {}
    for term in listed:
        claim = claims.get(term.key)
        if claim is not None and claim.fixed_sum is not None and term.invoice not in seen:
            seen.add(term.invoice)
            left = settled.fixed_sum_left(term.key, claim.fixed_sum.amount)
            if left > 0:
                sums[term.key] = left
    return sums


def _periods(claims: Collection[Claim]) -> tuple[RatePeriod, ...]:
    """Return the rates applied and the days of each, the whole of the claims taken together."""
    spans: dict[tuple[HalfYear, Decimal], tuple[date, date]] = {}
    for claim in claims:
        for segment in claim.segments:
            key = (HalfYear.of(segment.first), segment.rate.percent)
            first, last = spans.get(key, (segment.first, segment.last))
            spans[key] = (min(first, segment.first), max(last, segment.last))
    return tuple(
        RatePeriod(rate=rate, from_on=first, to_on=last)
        for (_, rate), (first, last) in sorted(spans.items(), key=lambda item: item[1])
    )


def _article(regime: Regime, subject: str, on: date) -> str | None:
    citation = regime.cites(subject, on)
    return citation.article if citation is not None else None
