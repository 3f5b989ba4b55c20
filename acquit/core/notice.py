"""When a registered letter has effect toward its addressee."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

#: What shows that the letter reached the addressee's door or hand, or came back through his own doing.
_REACHED = frozenset({"presented", "signed", "delivered", "refused", "unclaimed"})


def effective_on(told: Iterable[tuple[str, date]]) -> date | None:
    """Return the day from which a notice counts: its first presentation, else its receipt or refusal.

    `told` are events of a letter (words of the channels' vocabulary) and their days. A letter that the
    addressee refuses or never fetches is a notice all the same (Civ. 1re, 20 Jan 2021, no. 19-20.680); one
    that came back because the address is wrong is none. None while nothing shows that it arrived.

    >>> effective_on([("signed", date(2026, 11, 28)), ("presented", date(2026, 11, 26))])
    datetime.date(2026, 11, 26)
    >>> effective_on([("posted", date(2026, 11, 24)), ("returned", date(2026, 11, 30))]) is None
    True
    """
    return min((on for event, on in told if event in _REACHED), default=None)
