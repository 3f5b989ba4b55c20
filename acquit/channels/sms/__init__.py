"""SMS: a short text to a mobile number, through a gateway of one's own or a provider."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.channels.base import Frozen, Kind, Outgoing, Reachable, frozen
from acquit.channels.provider import Listed, Provider
from acquit.channels.sms.alphabet import fitted
from acquit.channels.sms.number import mobile

PROVIDERS = (
    "acquit.channels.sms.kannel",
    "acquit.channels.sms.ovhcloud",
    "acquit.channels.sms.twilio",
)


class Sms:
    """A text of one part or a few, to a number that takes one."""

    key = "sms"
    kind = Kind.DIRECT
    icon = "device-mobile"
    label: Mapping[str, str] = {"fr": "SMS", "en": "SMS"}
    providers: Mapping[str, Provider] = Listed(*PROVIDERS)

    def address_of(self, contact: Reachable) -> str | None:
        """Return the mobile number in E.164; None for a landline or what is no number."""
        return mobile(contact.phone, contact.country)

    def freeze(self, outgoing: Outgoing) -> Frozen:
        """Return the text as it is handed over, in UTF-8; the subject is for our own lists."""
        return frozen(fitted(outgoing.text).encode(), "text/plain; charset=utf-8")


CHANNEL = Sms()
