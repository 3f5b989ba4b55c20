"""What outsiders typed, made harmless to read: nothing unseen, nothing that turns the line around (F-57)."""

from __future__ import annotations

import re

#: Control characters, zero-width marks and the overrides of writing direction; a line break stays.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def inert(text: str) -> str:
    """Return `text` without the characters that are not seen and change what is seen.

    >>> inert("Garage \\u202eMartin\\x07")
    'Garage Martin'
    """
    return _UNSEEN.sub("", text)
