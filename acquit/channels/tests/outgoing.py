"""A message that every channel can freeze, and contacts to reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from acquit.channels.base import Address, Outgoing

DATED_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as the store keeps it."""

    email: str = "compta@kerleau.example"
    phone: str = "06 12 34 56 78"
    address: str = "12 rue du Port"
    postcode: str = "29200"
    city: str = "Brest"
    country: str = "FR"
    registered_email: str = "recommandes@kerleau.example"


NOBODY = Person(email="", phone="", address="", postcode="", city="", registered_email="")


def outgoing(**changes) -> Outgoing:
    """Return a reminder, with `changes`."""
    given = {
        "message_key": "1-42",
        "recipient": Address(address="compta@kerleau.example", name="Yann Kerleau"),
        "subject": "Trois factures : 18 432,00 € à régler",
        "text": "Bonjour Monsieur Kerleau,\n\nTrois factures restent à régler.\n",
        "html": "<p>Bonjour Monsieur Kerleau,</p>",
        "sender": Address(address="claire@valmeric.example", name="Claire Besson"),
        "dated_at": DATED_AT,
        "document": b"%PDF-1.7 a letter",
    }
    return Outgoing(**{**given, **changes})
