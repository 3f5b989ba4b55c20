"""A message is read again for words that the law forbids, a formal notice as it will be posted."""

from __future__ import annotations

import io

from pypdf import PdfReader

from acquit.store.accounts.models import Creditor
from acquit.wording.allowed import forbidden_words, missing_of_collector
from acquit.wording.facts import MessageFacts
from acquit.wording.lint import lint_formal_notice
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


def check_words(text: str, facts: MessageFacts, creditor: Creditor, language: str) -> None:
    """Raise Unsayable for words that no message may bear, edited or not, and for what it lacks.

    Who collects for another says so in each message that asks for money (CPCE R124-4, R124-6).
    """
    names = (facts.debtor.name, facts.recipient.name, facts.creditor.name, facts.sender.name)
    said = forbidden_words(text, kind=facts.debtor.kind, language=language, names=names)
    if said:
        raise Unsayable("forbidden_words", ", ".join(said))
    if creditor.collects_for_others and facts.lines:
        missing = missing_of_collector(text, facts, creditor.collects_for)
        if missing:
            raise Unsayable("collector_mentions", " · ".join(missing))
