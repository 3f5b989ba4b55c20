"""Why a sum may be the payment of these items, in few words: the line under a proposal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from acquit.wording.reasons import Sentence, Words
from acquit.wording.template import Unsayable
from acquit.wording.typography import TYPOGRAPHY


@cache
def match_words(language: str) -> Mapping[str, Sentence]:
    """Return the words of `language` by reason code; raise Unsayable where it has none."""
    if not language.isalpha() or find_spec(f"acquit.wording.{language}") is None:
        raise Unsayable("missing_language", language)
    module = import_module(f"acquit.wording.{language}.match_reasons")
    return cast("Mapping[str, Sentence]", module.WORDS)


def say_match_reasons(reasons: Iterable[tuple[str, Mapping[str, Any]]], language: str) -> str:
    """Return the reasons of one proposal as a line; a code from a newer version is shown as it is.

    >>> say_match_reasons([("iban_known", {}), ("amount_exact", {})], "fr")
    'IBAN connu, montant exact'
    """
    known, typography = match_words(language), TYPOGRAPHY[language]
    said = [known[code](Words(params, typography)) if code in known else code for code, params in reasons]
    line = ", ".join(said)
    return line[:1].upper() + line[1:]
