"""Words for what a source could not read, could not settle, or wants to be known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Why:
    """A reason as a code with its parameters, worded only when a person reads it."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def say(why: Why, language: str = "fr") -> str:
    """Return `why` in words of `language` (French where there are none in it)."""
    words = WORDS[why.code]
    return words.get(language, words["fr"]).format(**why.params)


WORDS: dict[str, dict[str, str]] = {
    "unknown_kind": {
        "fr": "le format «\u00a0{kind}\u00a0» n’existe pas. Formats connus\u00a0: {kinds}.",
        "en": "there is no format “{kind}”. Known formats: {kinds}.",
    },
    "not_recognised": {
        "fr": "aucun format connu ne reconnaît ce fichier. Formats connus\u00a0: {kinds}.",
        "en": "no known format recognises this file. Known formats: {kinds}.",
    },
}
