"""What an HTTP answer of a mail provider means for the mail: one table for all of them.

An answer says what the provider did, except that of a gateway before it (502, 504): there the provider
itself may have taken the mail. A success that cannot be read may have been one.
"""

from __future__ import annotations

from acquit.channels.base import Outcome, Refused, Unknown
from acquit.channels.email.smtp import CONNECTION_LOST, NOT_SIGNED_IN

_WORDS = 500
_NOT_SIGNED_IN = frozenset({401, 403})
_LATER = frozenset({402, 408, 425, 429, 500, 503})  # 402: the credits are used up


def refusal(status: int, words: str, *, blames_address: bool = False) -> Outcome:
    """Return the outcome of an answer with this status that is not a success."""
    because = f"{status} {' '.join(words.split())}"[:_WORDS]
    if status in _NOT_SIGNED_IN:
        return Refused(permanent=False, because=because, code=NOT_SIGNED_IN)
    if status in _LATER:
        return Refused(permanent=False, because=because, code=f"http_{status}")
    if 400 <= status < 500:
        code = f"http_{status}"
        return Refused(permanent=True, because=because, code=code, blames_address=blames_address)
    return Unknown(because=because)


def unreached(words: str) -> Refused:
    """Return the outcome when the provider could not be reached: nothing was said, nothing left."""
    return Refused(permanent=False, because=words[:_WORDS], code=CONNECTION_LOST)


def unanswered(words: str) -> Unknown:
    """Return the outcome when the mail was handed over and nobody answered."""
    return Unknown(because=f"no answer after the mail was handed over: {words}"[:_WORDS])
