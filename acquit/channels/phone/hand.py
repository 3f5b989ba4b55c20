"""Calls that a person makes: the machine only puts the script before him."""

from __future__ import annotations

from acquit.channels.by_hand import ByHand
from acquit.channels.phone.number import could_be_dialled


class Calling(ByHand):
    """A person at a telephone."""

    def reaches(self, recipient: str) -> bool:
        """Whether the number can be dialled."""
        return could_be_dialled(recipient)


PROVIDER = Calling(key="hand", label="Call", done="call", lacks="no phone number")
