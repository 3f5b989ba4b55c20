"""Phone calls: a script for a person, and the words for what came of the call."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from acquit.channels.base import Frozen, Kind, Outgoing, Reachable, frozen
from acquit.channels.phone.number import could_be_dialled
from acquit.channels.provider import Listed, Provider

PROVIDERS = ("acquit.channels.phone.hand",)


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


class Phone:
    """A call made by a person, with a script and a closed list of outcomes."""

    key = "phone"
    kind = Kind.BY_HAND
    icon = "phone"
    label: Mapping[str, str] = {"fr": "Appel", "en": "Call"}
    providers: Mapping[str, Provider] = Listed(*PROVIDERS)

    def address_of(self, contact: Reachable) -> str | None:
        """Return the number to dial; None when there are too few or too many digits."""
        number = " ".join(contact.phone.split())
        return number if could_be_dialled(number) else None

    def freeze(self, outgoing: Outgoing) -> Frozen:
        """Return the script as the caller reads it."""
        return frozen(f"{outgoing.subject}\n\n{outgoing.text}\n".encode(), "text/plain")


CHANNEL = Phone()
