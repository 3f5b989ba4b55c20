"""What a message claims by the law that rests on less than two sources, where it really says it."""

from __future__ import annotations

from acquit.core.money import Money
from acquit.core.regimes.doubt import Doubt, Subject
from acquit.flows.material.penalties import Law
from acquit.wording.expression import plain
from acquit.wording.facts import MessageFacts, Penalties
from acquit.wording.render import Rendered
from acquit.wording.typography import TYPOGRAPHY, Typography


def uncertain(law: Law, facts: MessageFacts, rendered: Rendered) -> tuple[Doubt, ...]:
    """Return those doubts of `law` on which a figure or an article printed in `rendered` depends."""
    penalties = facts.penalties
    if not law.doubts or penalties is None or not facts.may_name_penalties:
        return ()
    text = plain(f"{rendered.subject}\n{rendered.text}")
    typography = TYPOGRAPHY[rendered.language]
    named: dict[Subject, bool] = {
        "interest": _stands(_interest(penalties, facts, typography), text),
        "fixed_sum": _stands(_fixed_sum(penalties, facts, typography), text),
    }
    return tuple(doubt for doubt in law.doubts if named[doubt.subject])


def _stands(words: list[str | None], text: str) -> bool:
    return any(word and plain(word) in text for word in words)


def _interest(penalties: Penalties, facts: MessageFacts, typography: Typography) -> list[str | None]:
    """Return how a message may name interest: its rate, its article, a line or the sum of it."""
    lines = [Money(line.interest, line.currency) for line in facts.lines if line.interest]
    amounts = [typography.amount(one) for one in (*lines, *facts.interest)]
    return [typography.percent(penalties.rate), penalties.law, *amounts]


def _fixed_sum(penalties: Penalties, facts: MessageFacts, typography: Typography) -> list[str | None]:
    each = penalties.fixed_sum_each
    amounts = [typography.amount(one) for one in (*facts.fixed_sums, *([each] if each else []))]
    return [penalties.fixed_sum_law, *amounts]
