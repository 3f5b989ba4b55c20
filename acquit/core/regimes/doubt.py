"""What of a claim rests on less than two sources: a person should know before a letter says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from acquit.core.regimes.base import Citation, Confidence, Dated, HalfYear, Regime
from acquit.core.regimes.interest import Claim

Subject = Literal["interest", "fixed_sum"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A rate or an article that is not established by two sources.

    `percent` is the legal value as it was read, of `half_year`; None where it is the article itself.
    `source` says where a rate was read; for an article it is the article. `changes_sum`: what is
    claimed could be another sum; else only the article that is named was read less than twice.
    """

    subject: Subject
    source: str
    read_on: date
    confidence: Confidence
    percent: Decimal | None = None
    half_year: HalfYear | None = None
    changes_sum: bool = True


def doubts_of(regime: Regime, claims: Iterable[Claim], on: date) -> tuple[Doubt, ...]:
    """Return what is uncertain of the interest and the fixed sums of `claims`, reckoned up to `on`.

    Each value and each article once, whatever the number of claims that rest on it.
    """
    known = list(claims)
    found = [
        *(_of_rate(read) for claim in known for read in claim.read_from()),
        *_of_articles(regime, known, on),
    ]
    return tuple(dict.fromkeys(one for one in found if one.confidence is not Confidence.TWO_SOURCES))


def _of_rate(read: Dated) -> Doubt:
    return Doubt(
        subject="interest", source=read.source, read_on=read.read_on, confidence=read.confidence,
        percent=read.value, half_year=HalfYear.of(read.since),
    )  # fmt: skip


def _of_articles(regime: Regime, claims: Iterable[Claim], on: date) -> Iterator[Doubt]:
    for claim in claims:
        if claim.segments and (cited := regime.cites("interest", on)) is not None:
            yield _of_article("interest", cited)
        if claim.fixed_sum is not None and (cited := regime.cites("fixed_sum", on)) is not None:
            yield _of_article("fixed_sum", cited)


def _of_article(subject: Subject, cited: Citation) -> Doubt:
    return Doubt(
        subject=subject, source=cited.article, read_on=cited.read_on, confidence=cited.confidence,
        changes_sum=cited.changes_sum,
    )  # fmt: skip
