"""A formal notice is read again as it will be posted, before anybody is asked to sign for it."""

from __future__ import annotations

import io

from pypdf import PdfReader

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
