"""What an SMS that comes back means before anybody reads it: only whether it asks for no more of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime

from acquit.channels.provider import Event, News

#: The whole answer, in the languages of our texts and those that operators print themselves.
_STOP = frozenset({"stop", "arret", "stop sms", "stopall", "unsubscribe", "desinscription", "desabonner"})


def is_stop(text: str) -> bool:
    """Tell whether the whole answer asks for no more SMS; a word inside a sentence does not.

    >>> is_stop(" Stop. "), is_stop("Arrêt"), is_stop("Stop, j'ai payé hier")
    (True, True, False)
    """
    letters = unicodedata.normalize("NFKD", text).casefold()
    bare = re.sub(r"[^a-z ]", "", "".join(c for c in letters if not unicodedata.combining(c)))
    return " ".join(bare.split()) in _STOP


def answered(*, event_id: str, sender: str, text: str, at: datetime, ref: str = "") -> Iterator[News]:
    """Yield the answer, and that its author wants no more SMS if that is what it says."""
    yield News(
        event=Event.ANSWERED, event_id=event_id, provider_ref=ref, at=at, address=sender, answer=text.encode()
    )
    if is_stop(text):
        yield News(
            event=Event.COMPLAINED, event_id=f"{event_id}:stop", provider_ref=ref, at=at, address=sender,
            permanent=True, detail="STOP",
        )  # fmt: skip
