"""What the law adds to late invoices, as a message may say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from acquit.core.money import Money
from acquit.core.regimes import applicable
from acquit.core.regimes.base import HalfYear, MissingRate, NothingToClaim, Regime
from acquit.core.regimes.interest import Claim, Debt, Received, late_interest
from acquit.core.snapshot import TermFacts
from acquit.store.facts import Case
from acquit.wording.facts import MAY_OWE_PENALTIES, Penalties, RatePeriod

#: Credit notes and payments of a term: (day, amount, is a credit note).
Receipts = Mapping[Any, Sequence[tuple[date, Decimal, bool]]]


@dataclass(frozen=True, slots=True)
class Law:
    """The penalties of a message, and what each term adds; empty where nothing may be named.

    `missing` names the semester whose rate nobody entered yet.
    """

    penalties: Penalties | None = None
    interest: dict[Any, Decimal] = field(default_factory=dict)
    fixed_sums: dict[Any, Decimal] = field(default_factory=dict)
    missing: str = ""


def penalties_of(case: Case, listed: Iterable[TermFacts], receipts: Receipts) -> Law:
    """Return what the law adds to the late terms of `listed` up to today.

    Payments are set against the principal first, as the ledger allocates them: the least that
    may be claimed. A missing rate is named, never guessed.
    """
    kind = case.snapshot.kind
    if kind not in MAY_OWE_PENALTIES:
        return Law()
    regime = applicable(case.creditor.country, case.country, kind)
    claims: dict[Any, Claim] = {}
    try:
        for term in listed:
            if term.due < case.today:
                claims[term.key] = late_interest(regime, _debt(term, receipts), case.today)
        rate = regime.rate(HalfYear.of(case.today)).percent
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
        interest={key: claim.interest.amount for key, claim in claims.items()},
        fixed_sums=_once_per_invoice(listed, claims),
    )


def _debt(term: TermFacts, receipts: Receipts) -> Debt:
    received = tuple(Received(on, amount, note) for on, amount, note in receipts.get(term.key, ()))
    return Debt(
        amount=Money(term.amount, term.currency),
        due=term.due,
        received=received,
        imputation="principal_first",
    )


def _once_per_invoice(listed: Iterable[TermFacts], claims: Mapping[Any, Claim]) -> dict[Any, Decimal]:
    """The fixed sum is owed once for each late invoice, however many of its terms are late (F-25)."""
    seen: set[str] = set()
    sums: dict[Any, Decimal] = {}
    for term in listed:
        claim = claims.get(term.key)
        if claim is not None and claim.fixed_sum is not None and term.invoice not in seen:
            seen.add(term.invoice)
            sums[term.key] = claim.fixed_sum.amount
    return sums


def _periods(claims: Iterable[Claim]) -> tuple[RatePeriod, ...]:
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
