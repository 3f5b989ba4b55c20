"""Which profile a debtor's payments speak for, and why: a proposal that a person accepts or refuses.

The bounds are ours, not a law's; each is named in the reason that it gives. Natural persons get no
proposal: how they pay is nobody's profile.
"""

from __future__ import annotations

from dataclasses import dataclass

from acquit.core.decision import Reason
from acquit.core.payer import Past

#: Fewer settled terms say nothing yet.
FEW_TERMS = 3
#: From this share of late terms on, and so many days after the due date, he is a late payer.
LATE_SHARE, LATE_DAYS = 0.5, 5
#: Up to this share of late terms he is a good payer.
GOOD_SHARE = 0.2
#: So many days beyond his usual day, the last three terms or an open one, and he is at risk.
WORSE_DAYS = 30
BROKEN_PROMISES = 2
#: A debtor who makes at least this share of a year's sales.
VIP_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerFacts:
    """What is known of a debtor on a day.

    `recent_days` are those of his last three settled terms after their due dates, `oldest_days` how late
    his oldest open term is (0: none), `broken_promises` those of the last twelve months, `sales_share` his
    part of what the organisation invoiced in them.
    """

    kind: str
    past: Past
    recent_days: tuple[int, ...] = ()
    oldest_days: int = 0
    broken_promises: int = 0
    sales_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedProfile:
    """A profile, with what speaks for it."""

    profile: str
    reasons: tuple[Reason, ...]


def propose(facts: PayerFacts) -> ProposedProfile | None:
    """Return the profile that the facts speak for; None for consumers and companies of one's own group.

    What warns comes first: a large customer who slides away is at risk before he is large.
    """
    if facts.kind in {"consumer", "intercompany"}:
        return None
    past = facts.past
    warnings = _warnings(facts)
    if warnings:
        return ProposedProfile(profile="at_risk", reasons=warnings)
    if past.count < FEW_TERMS:
        return ProposedProfile(profile="new", reasons=(Reason("few_terms", {"terms": past.count}),))
    share = past.late / past.count
    how = Reason("late_share", {"late": past.late, "terms": past.count})
    if facts.sales_share >= VIP_SHARE and share < LATE_SHARE:
        sales = Reason("sales_share", {"percent": round(100 * facts.sales_share)})
        return ProposedProfile(profile="vip", reasons=(sales, how))
    if share >= LATE_SHARE and past.days >= LATE_DAYS:
        days = Reason("usual_days", {"days": round(past.days)})
        return ProposedProfile(profile="late", reasons=(how, days))
    return ProposedProfile(profile="good" if share <= GOOD_SHARE else "regular", reasons=(how,))


def _warnings(facts: PayerFacts) -> tuple[Reason, ...]:
    """Return what says that he pays worse than he used to, or may not pay."""
    found: list[Reason] = []
    usual = max(0.0, facts.past.days)
    if facts.past.count >= FEW_TERMS and facts.oldest_days > usual + WORSE_DAYS:
        found.append(Reason("open_beyond_usual", {"days": facts.oldest_days, "usual": round(usual)}))
    if facts.past.count > FEW_TERMS and len(facts.recent_days) == FEW_TERMS:
        recent = sum(facts.recent_days) / FEW_TERMS
        if recent > usual + WORSE_DAYS:
            found.append(Reason("slower_lately", {"days": round(recent), "usual": round(usual)}))
    if facts.broken_promises >= BROKEN_PROMISES:
        found.append(Reason("broken_promises", {"count": facts.broken_promises}))
    return tuple(found)
