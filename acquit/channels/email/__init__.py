"""E-mail: MIME bytes, handed in by one of the providers."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.channels.base import Frozen, Kind, Outgoing, Reachable, frozen
from acquit.channels.email.mailbox import usable
from acquit.channels.email.mime import build
from acquit.channels.provider import Listed, Provider

PROVIDERS = (
    "acquit.channels.email.smtp", "acquit.channels.email.brevo", "acquit.channels.email.mailjet",
    "acquit.channels.email.postmark", "acquit.channels.email.ses", "acquit.channels.email.sendgrid",
    "acquit.channels.email.mailgun",
)  # fmt: skip


class Email:
    """Messages that leave by SMTP, from the creditor's own server or a provider's."""

    key = "email"
    kind = Kind.DIRECT
    icon = "mail"
    label: Mapping[str, str] = {"fr": "E-mail", "en": "E-mail"}
    providers: Mapping[str, Provider] = Listed(*PROVIDERS)

    def address_of(self, contact: Reachable) -> str | None:
        """Return the mailbox to write to, in ASCII; None when it cannot be one."""
        return usable(contact.email)

    def freeze(self, outgoing: Outgoing) -> Frozen:
        """Return the whole mail, headers and parts, as it will cross the wire."""
        return frozen(build(outgoing), "message/rfc822")


CHANNEL = Email()
