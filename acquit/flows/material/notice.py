"""A message is read again for words that the law forbids, a formal notice as it will be posted."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader

from acquit.store.accounts.models import Creditor
from acquit.wording.allowed import missing_of_collector
from acquit.wording.facts import MessageFacts
from acquit.wording.letter import letter_content
from acquit.wording.lint import forbidden_words, lint_formal_notice, names_of
from acquit.wording.markup import words_of_html
from acquit.wording.render import Rendered
from acquit.wording.template import Unsayable


def check_notice(letter: bytes, facts: MessageFacts, language: str) -> None:
    """Raise Unsayable, naming it, when the letter lacks what a formal notice must say.

    What is missing is most often of the creditor's own: his registration, his address, his IBAN.
    """
    pages = PdfReader(io.BytesIO(letter)).pages
    text = "\n".join(page.extract_text() for page in pages)
    problems = lint_formal_notice(text, facts, language)
    if problems:
        raise Unsayable("notice_incomplete", " · ".join(problems))


def checked_letter(rendered: Rendered, facts: MessageFacts, language: str) -> dict[str, Any]:
    """Return everything that the letter prints; raise Unsayable for words that it must not bear.

    What is printed is looked at before it is set: to read each PDF again would take five times as long.
    """
    content = letter_content(rendered, facts)
    _check_forbidden("\n".join(_words(content)), facts, language)
    return content


def _words(printed: Any) -> Iterator[str]:
    if isinstance(printed, str):
        yield printed
    elif isinstance(printed, dict):
        for name, value in printed.items():
            yield from _words(value) if name != "qr" else ()
    elif isinstance(printed, list | tuple):
        for value in printed:
            yield from _words(value)


def check_words(rendered: Rendered, facts: MessageFacts, creditor: Creditor, language: str) -> None:
    """Raise Unsayable for words that no message may bear, edited or not, and for what it lacks.

    Subject, text and HTML are each read as they leave. Who collects for another says so in each message
    that asks for money (CPCE R124-4, R124-6).
    """
    pages = [rendered.text, words_of_html(rendered.html)] if rendered.html else [rendered.text]
    _check_forbidden("\n".join([rendered.subject, *pages]), facts, language)
    if creditor.collects_for_others and facts.lines:
        of = creditor.collects_for
        lacks = [name for page in pages for name in missing_of_collector(page, facts, of, language)]
        if lacks:
            raise Unsayable("collector_mentions", " · ".join(dict.fromkeys(lacks)))


def _check_forbidden(text: str, facts: MessageFacts, language: str) -> None:
    said = forbidden_words(text, kind=facts.debtor.kind, language=language, names=names_of(facts))
    if said:
        raise Unsayable("forbidden_words", ", ".join(said))
