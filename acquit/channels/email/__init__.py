"""E-mail: MIME bytes through SMTP."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.channels.base import Frozen, Kind, Outgoing, Reachable, frozen
from acquit.channels.email.mailbox import usable
from acquit.channels.email.mime import build
from acquit.channels.email.smtp import SmtpConfig, SmtpSession


class Email:
    """Messages that leave by SMTP, from the creditor's own server or a provider's."""

    key = "email"
    kind = Kind.DIRECT
    icon = "mail"
    label: Mapping[str, str] = {"fr": "E-mail", "en": "E-mail"}

    def address_of(self, contact: Reachable) -> str | None:
        """Return the mailbox to write to, in ASCII; None when it cannot be one."""
        return usable(contact.email)

    def freeze(self, outgoing: Outgoing) -> Frozen:
        """Return the whole mail, headers and parts, as it will cross the wire."""
        return frozen(build(outgoing), "message/rfc822")

    def open(self, config: object = None) -> SmtpSession:
        """Return a session with the server of `config`, a SmtpConfig."""
        if not isinstance(config, SmtpConfig):
            raise TypeError("the e-mail channel needs a SmtpConfig")
        return SmtpSession(config)


CHANNEL = Email()
