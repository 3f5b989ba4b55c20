"""Text from outside, fit to be shown and searched: no control characters, no change of direction."""

from __future__ import annotations

import re
import unicodedata

#: What is read of one message, in characters; the evidence keeps the whole.
MOST = 200_000

_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Controls, soft and zero-width spaces, marks of direction, tags, unpaired surrogates. The joiners
# U+200C and U+200D stay: emoji and some scripts are written with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")


def shown(words: str) -> str:
    """Return `words` without what a reader cannot see or what would turn the line around (F-57).

    >>> shown("paid\\u202e 001\\x00")
    'paid 001'
    """
    return _UNSEEN.sub("", _ENDS.sub("\n", words[: 2 * MOST]))[:MOST]


def one_line(words: str, longest: int = 300) -> str:
    """Return `words` as one line of at most `longest` characters."""
    line = _BLANKS.sub(" ", shown(words[: 4 * longest]).replace("\n", " ")).strip()
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def folded(words: str) -> str:
    """Return `words` in small letters without accents, each character still at its place.

    >>> folded("Réglé l’ÉTÉ")
    "regle l'ete"
    """
    return words.lower() if words.isascii() else words.translate(_FOLDS)


class _Folds(dict[int, str]):
    """Each character's small plain form, found once: half of a mail's time went into finding it."""

    def __missing__(self, code: int) -> str:
        self[code] = _folded(chr(code))
        return self[code]


def _folded(character: str) -> str:
    if character in "’‘ʼ`´":
        return "'"
    if character in "\u00a0\u202f\u2009":
        return " "
    return unicodedata.normalize("NFKD", character)[:1].lower()[:1] or " "


_FOLDS = _Folds()
