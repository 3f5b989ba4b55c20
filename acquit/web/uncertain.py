"""What rests on less than two sources, in words: for whoever reads a message, never for the debtor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acquit.core.regimes.base import Citation, Confidence
from acquit.core.regimes.doubt import Doubt
from acquit.web import formats
from acquit.web.words import Words, language

CONFIDENCE: Mapping[Confidence, Words] = {
    Confidence.TWO_SOURCES: _("lu dans deux sources"),
    Confidence.ONE_SOURCE: _("lu dans une seule source"),
    Confidence.GENERAL: _("d’usage, non relu"),
    Confidence.UNCERTAIN: _("incertain"),
}
_SUBJECTS: Mapping[str, Words] = {
    "interest": _("Pénalités de retard"),
    "fixed_sum": _("Indemnité forfaitaire"),
}


def doubts_words(doubts: Iterable[Doubt]) -> tuple[str, ...]:
    """Return a sentence for each source: what is uncertain, how much, where it was read and when."""
    found: dict[tuple[Confidence, str, date], list[str]] = {}
    articles = []
    for doubt in doubts:
        if doubt.percent is None or doubt.half_year is None:
            said = article_words(doubt.source, doubt.confidence, doubt.read_on)
            articles.append(f"{_SUBJECTS[doubt.subject]} · {said}")
            continue
        value = formats.percentage(doubt.percent / 100, decimals=2, language=language())
        same = found.setdefault((doubt.confidence, doubt.source, doubt.read_on), [])
        same.append(f"{value} ({doubt.half_year})")
    rates = (
        gettext("Taux légal, %(values)s\u00a0: %(read)s")
        % {"values": ", ".join(values), "read": read_words(*read)}
        for read, values in found.items()
    )
    return (*rates, *articles)


def article_words(article: str, confidence: Confidence, read_on: date) -> str:
    """Return what is uncertain of an article."""
    return f"{article}\u00a0: {read_words(confidence, '', read_on)}"


def cited_words(cited: Citation | None) -> str:
    """Return what is uncertain of `cited`; nothing where two sources establish it, or nothing is cited."""
    if cited is None or cited.confidence is Confidence.TWO_SOURCES:
        return ""
    return article_words(cited.article, cited.confidence, cited.read_on)


def read_words(confidence: Confidence, source: str, read_on: date) -> str:
    """Return how sure a value is, where it was read and when."""
    return f"{CONFIDENCE[confidence]} ({source_words(source, read_on)})"


def source_words(source: str, read_on: date | None) -> str:
    """Return where a value was read and when; `read_on` None where nobody kept it."""
    told = [source] if source else []
    if read_on is not None:
        told.append(gettext("lu le %(day)s") % {"day": formats.day(read_on, language=language())})
    return ", ".join(told)
