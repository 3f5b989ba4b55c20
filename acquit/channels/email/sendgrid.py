"""SendGrid: Web API 3, composed by it (https://www.twilio.com/docs/sendgrid/api-reference/mail-send)."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import Any

from anymail.backends.sendgrid import EmailBackend
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from django.core.mail import EmailMultiAlternatives

from acquit.channels.base import Outcome
from acquit.channels.email import fields, handed, signature, tracked
from acquit.channels.email.composed import ComposedSession, Way
from acquit.channels.email.form import Form, is_form, read_form
from acquit.channels.provider import News, Received, Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class SendGrid:
    """SendGrid, from its published API, which knows no idempotency. Its events bear our reference."""

    api_url: str = "https://api.sendgrid.com/v3/"
    key: str = "sendgrid"
    label: str = "SendGrid"
    keeps_keys: bool = False
    fields: tuple[Setting, ...] = (
        fields.key("api_key", "Clé d’API", "API key"),
        Setting(
            key="webhook_key", required=False,
            label={
                "fr": "Clé publique de vérification des notifications",
                "en": "Verification key of the notifications",
            },
        ),
        Setting(
            key="parse_key", required=False,
            label={
                "fr": "Clé publique de vérification des e-mails reçus",
                "en": "Verification key of received e-mails",
            },
        ),
        *fields.COMMON,
    )  # fmt: skip

    def open(self, settings: Mapping[str, str]) -> ComposedSession:
        """Return a session; raise ValueError without a key."""
        (api_key,) = fields.wanted(settings, "api_key")
        return ComposedSession(
            Way(
                open_backend=lambda: EmailBackend(api_key=api_key, api_url=self.api_url),
                blames=_blames,
                mark=_mark,
            )
        )

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:
        """Return the events of a signed notification, or the mail of a signed call of Inbound Parse.

        Both are signed alike, each with a key of its own
        (https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/securing-your-parse-webhooks).
        """
        if is_form(received):
            signature.check_sendgrid(received, settings.get("parse_key", ""))
            return (_answer(received, read_form(received)),)
        signature.check_sendgrid(received, settings.get("webhook_key", ""))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            view = SendGridTrackingWebhookView(webhook_secret=settings["webhook_key"])
        return tracked.read(view, received, _hardness)

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: SendGrid tells by itself."""
        return ()

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:  # noqa: ARG002
        """Return None: SendGrid shows its activity only to those who pay for it."""
        return None


def _answer(received: Received, form: Form) -> News:
    """Return the mail, raw where Inbound Parse is set to « send raw », else made of its fields.

    https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook
    """
    with handed.as_published():
        envelope = json.loads(form.text("envelope") or "{}")
        mail = form.fields.get("email") or handed.composed(
            BytesHeaderParser(policy=compat32).parsebytes(form.fields["headers"]).raw_items(),
            text=form.fields.get("text"), html=form.fields.get("html"), files=form.files,
            charsets=json.loads(form.text("charsets") or "{}"),
        )  # fmt: skip
        to = envelope.get("to") or [None]
        return handed.answer(received, mail, sender=envelope.get("from"), recipient=to[0])


def _blames(said: Mapping[str, Any]) -> bool:
    errors = said.get("errors")
    found = errors if isinstance(errors, list) else []
    return any(
        isinstance(one, Mapping) and str(one.get("field")).startswith("personalizations.0.to.0")
        for one in found
    )


def _mark(message: EmailMultiAlternatives, mail: EmailMessage, key: str) -> None:
    message.track_opens = False  # type: ignore[attr-defined]
    message.track_clicks = False  # type: ignore[attr-defined]
    message.metadata = {tracked.MARK: key}  # type: ignore[attr-defined]
    message.extra_headers |= {"Message-ID": str(mail["Message-ID"])}


def _hardness(said: Mapping[str, Any]) -> str:
    if said.get("event") == "bounce":
        # "blocked" is the receiving server's refusal of the sender, not of the address.
        return "hard" if said.get("type") == "bounce" else ""
    dropped = said.get("event") == "dropped"
    return "hard" if dropped and str(said.get("reason", "")).lower() in ("bounced address", "invalid") else ""


PROVIDER = SendGrid()
