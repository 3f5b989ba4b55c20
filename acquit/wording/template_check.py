"""What is wrong with a text that somebody wrote, before anybody is written to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from acquit.wording.lint import forbidden_words
from acquit.wording.render import check_source
from acquit.wording.template import Source, shipped

#: Texts that are a formal notice: what they must say is checked on each letter, with its figures.
NOTICES = frozenset({"formal_notice", "consumer_formal_notice", "collector_formal_notice"})
_MOST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong, as a code; `what` names it. A fault keeps the text from being used."""

    code: str
    what: str = ""


def faults_of(key: str, source: Source, language: str) -> tuple[Fault, ...]:
    """Return the faults of a text for the template `key`; empty when it can be used.

    Codes: unknown_template, no_subject, no_body, too_long, broken_template, unknown_variable, unknown_filter,
    missing_language, forbidden_word, no_table (the sums and invoices would not stand in the message).
    """
    found = [
        *_shape(source),
        *(Fault(code=one.because, what=one.what) for one in check_source(source, language)),
    ]
    if "invoice_table" in shipped(language, key).body and "invoice_table" not in source.body:
        found.append(Fault(code="no_table"))
    said = f"{source.subject}\n{source.body}"
    kind = "consumer" if key.startswith("consumer_") else "business"
    banned = forbidden_words(said, kind=kind, language=language)
    found += [Fault(code="forbidden_word", what=word) for word in banned]
    return tuple(found)


def _shape(source: Source) -> Sequence[Fault]:
    found = []
    if not source.subject.strip():
        found.append(Fault(code="no_subject"))
    if not source.body.strip():
        found.append(Fault(code="no_body"))
    if len(source.subject) + len(source.body) > _MOST:
        found.append(Fault(code="too_long", what=str(_MOST)))
    return found
