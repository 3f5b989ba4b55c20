"""Whole words and expressions that a text bears, whatever its accents, capitals and line ends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

#: What stands where harmless words were: no expression goes over it.
_GAP = " | "
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-")
#: Characters that no reader sees and that would part a word: soft hyphens, joiners, marks of direction.
_UNSEEN = dict.fromkeys(
    [0x00AD, 0x034F, 0x2060, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F)], None
)  # fmt: skip
_POINTS = re.compile(r"[,;:'()«»“”\"]")
_SEEN = {**_DASHES, **_UNSEEN, ord("’"): "'"}


@lru_cache(maxsize=64)
def folded(text: str) -> str:
    """Return `text` without accents or unseen characters, with single spaces between its words."""
    letters = unicodedata.normalize("NFKD", text.translate(_SEEN))
    for mark in filter(unicodedata.combining, set(letters)):
        letters = letters.replace(mark, "")
    return " ".join(_POINTS.sub(" ", letters).split())


def plain(text: str) -> str:
    """Return `text` in small letters, without accents, and with single spaces between its words."""
    return folded(text).lower()


@dataclass(frozen=True, slots=True)
class Expression:
    """Words that a text must not bear. `forms` is a pattern over `plain` text of all their forms.

    The pattern is matched between the ends of words: a longer word that begins alike is another one.
    `root` is what every form contains, so that the many texts without it cost a glance.
    """

    name: str
    root: str
    forms: str

    def stands(self, text: str) -> bool:
        """Tell whether a form of the expression stands in the `plain` text."""
        return self.root in text and _whole(self.forms).search(text) is not None


@cache
def _whole(forms: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{forms})(?!\w)")


def standing(
    text: str, banned: Iterable[Expression], *, harmless: Iterable[str] = (), names: Iterable[str] = ()
) -> list[str]:
    """Return the names of those `banned` expressions that stand in `text`.

    Not within what is `harmless`, patterns over plain text, nor within `names`: those are looked for
    as they are written or in capitals, so that « Huissier & fils » may be named and a « huissier » not.
    """
    said = folded(text)
    small = said.lower()
    wanted = [one for one in banned if one.root in small]
    if not wanted:
        return []
    for name in names:
        if any(one.stands(plain(name)) for one in wanted):
            for form in _written(folded(name)):
                said = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", _GAP, said)
    said = said.lower()
    for forms in harmless:
        said = _whole(forms).sub(_GAP, said)
    return [one.name for one in wanted if one.stands(said)]


def _written(name: str) -> set[str]:
    """Return how a name stands in a text; one that was typed in small letters only with capitals."""
    return {name.upper(), name.title() if name.islower() else name}
