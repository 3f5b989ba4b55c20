"""English words of what speaks for a profile."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.wording.reasons import Sentence, Words


def _late(words: Words) -> str:
    late, terms = words.number("late") or 0, words.number("terms") or 0
    return f"{late} of {terms} terms paid late" if late else f"{terms} terms paid, none of them late"


def _terms(words: Words) -> str:
    count = words.number("terms") or 0
    if not count:
        return "nothing paid yet"
    return "only one term paid" if count == 1 else f"only {count} terms paid"


WORDS: Mapping[str, Sentence] = {
    "few_terms": _terms,
    "late_share": _late,
    "usual_days": lambda words: f"usually pays {words.number('days')} days after the due date",
    "sales_share": lambda words: f"{words.number('percent')} % of the sales of the last twelve months",
    "open_beyond_usual": lambda words: (
        f"an invoice open for {words.number('days')} days after its due date, usually {words.number('usual')}"
    ),
    "slower_lately": lambda words: (
        f"the last three payments came {words.number('days')} days late, usually {words.number('usual')}"
    ),
    "broken_promises": lambda words: f"{words.number('count')} promises broken within a year",
}
