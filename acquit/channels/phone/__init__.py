"""Phone calls: a script for a person, and the words for what came of the call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import TracebackType
from typing import Self

from acquit.channels.base import (
    NO_ADDRESS,
    Envelope,
    Frozen,
    HandedOver,
    Kind,
    Outcome,
    Outgoing,
    Reachable,
    Refused,
    frozen,
)

CALL = "call"
_FEWEST_DIGITS, _MOST_DIGITS = 4, 15


class CallOutcome(StrEnum):
    """What came of a call; the only answers that a call task takes."""

    NO_ANSWER = "no_answer"
    MESSAGE_LEFT = "message_left"
    PROMISE = "promise"
    DISPUTE = "dispute"
    WRONG_NUMBER = "wrong_number"
    PAID_CLAIMED = "paid_claimed"
    OTHER = "other"


#: Whether somebody was reached: only then does the call count as a contact of the debtor.
REACHED = frozenset(
    {
        CallOutcome.PROMISE,
        CallOutcome.DISPUTE,
        CallOutcome.PAID_CLAIMED,
        CallOutcome.MESSAGE_LEFT,
    }
)

CALL_OUTCOME_LABELS: Mapping[str, Mapping[CallOutcome, str]] = {
    "fr": {
        CallOutcome.NO_ANSWER: "Pas de réponse",
        CallOutcome.MESSAGE_LEFT: "Message laissé",
        CallOutcome.PROMISE: "Promesse de règlement",
        CallOutcome.DISPUTE: "Facture contestée",
        CallOutcome.WRONG_NUMBER: "Mauvais numéro",
        CallOutcome.PAID_CLAIMED: "Dit avoir réglé",
        CallOutcome.OTHER: "Autre",
    },
    "en": {
        CallOutcome.NO_ANSWER: "No answer",
        CallOutcome.MESSAGE_LEFT: "Message left",
        CallOutcome.PROMISE: "Promised to pay",
        CallOutcome.DISPUTE: "Invoice disputed",
        CallOutcome.WRONG_NUMBER: "Wrong number",
        CallOutcome.PAID_CLAIMED: "Says it is paid",
        CallOutcome.OTHER: "Other",
    },
}


def _digits(number: str) -> int:
    return len(re.sub(r"\D", "", number))


class PhoneSession:
    """Calls wait for a person: the machine only puts the script before him."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def send(self, frozen: Frozen, envelope: Envelope, *, idempotency_key: str) -> Outcome:  # noqa: ARG002
        """Hand the script over to be called, when there is a number to dial."""
        if not any(_digits(number) >= _FEWEST_DIGITS for number in envelope.recipients[:1]):
            return Refused(permanent=True, because="no phone number", code=NO_ADDRESS, blames_address=True)
        return HandedOver(to=CALL)


class Phone:
    """A call made by a person, with a script and a closed list of outcomes."""

    key = "phone"
    kind = Kind.BY_HAND
    icon = "phone"
    label: Mapping[str, str] = {"fr": "Appel", "en": "Call"}

    def address_of(self, contact: Reachable) -> str | None:
        """Return the number to dial; None when there are too few or too many digits."""
        number = " ".join(contact.phone.split())
        return number if _FEWEST_DIGITS <= _digits(number) <= _MOST_DIGITS else None

    def freeze(self, outgoing: Outgoing) -> Frozen:
        """Return the script as the caller reads it."""
        return frozen(f"{outgoing.subject}\n\n{outgoing.text}\n".encode(), "text/plain")

    def open(self, config: object = None) -> PhoneSession:  # noqa: ARG002
        """Return a session; calling needs no configuration."""
        return PhoneSession()


CHANNEL = Phone()
