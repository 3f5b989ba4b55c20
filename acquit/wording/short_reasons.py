"""Reasons in few words, on one line: of a proposed match, of a proposed profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from acquit.wording.reasons import Sentence, Words
from acquit.wording.template import Unsayable
from acquit.wording.typography import TYPOGRAPHY

Said = Iterable[tuple[str, Mapping[str, Any]]]


@cache
def short_words(kind: str, language: str) -> Mapping[str, Sentence]:
    """Return the words of `language` by reason code, of `acquit/wording/<language>/<kind>_reasons.py`.

    Raise Unsayable where the language has none.
    """
    if not language.isalpha() or find_spec(f"acquit.wording.{language}") is None:
        raise Unsayable("missing_language", language)
    module = import_module(f"acquit.wording.{language}.{kind}_reasons")
    return cast("Mapping[str, Sentence]", module.WORDS)


def _line(kind: str, reasons: Said, language: str) -> str:
    known, typography = short_words(kind, language), TYPOGRAPHY[language]
    said = [known[code](Words(params, typography)) if code in known else code for code, params in reasons]
    line = ", ".join(said)
    return line[:1].upper() + line[1:]


def say_match_reasons(reasons: Said, language: str) -> str:
    """Return the reasons of one proposed match as a line; a code from a newer version is shown as it is.

    >>> say_match_reasons([("iban_known", {}), ("amount_exact", {})], "fr")
    'IBAN connu, montant exact'
    """
    return _line("match", reasons, language)


def say_profile_reasons(reasons: Said, language: str) -> str:
    """Return what speaks for a profile as a line.

    >>> say_profile_reasons([("late_share", {"late": 7, "terms": 9})], "en")
    '7 of 9 terms paid late'
    """
    return _line("profile", reasons, language)
