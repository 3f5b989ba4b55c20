"""Mailjet: Send API 3.1, composed by it (https://dev.mailjet.com/email/guides/send-api-v31/)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, Message
from typing import Any

from anymail.backends.mailjet import EmailBackend
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from django.core.mail import EmailMultiAlternatives

from acquit.channels.base import Outcome
from acquit.channels.email import fields, handed, signature, tracked
from acquit.channels.email.composed import ComposedSession, Way
from acquit.channels.provider import News, Received, Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailjet:
    """Mailjet, from its published API, which knows no idempotency."""

    api_url: str = "https://api.mailjet.com/v3.1/"
    key: str = "mailjet"
    label: str = "Mailjet"
    keeps_keys: bool = False
    fields: tuple[Setting, ...] = (
        fields.key("api_key", "Clé d’API", "API key"),
        fields.key("secret_key", "Clé secrète", "Secret key"),
        fields.SECRET,
        *fields.COMMON,
    )

    def open(self, settings: Mapping[str, str]) -> ComposedSession:
        """Return a session; raise ValueError naming a missing key."""
        api_key, secret_key = fields.wanted(settings, "api_key", "secret_key")
        return ComposedSession(
            Way(
                open_backend=lambda: EmailBackend(
                    api_key=api_key, secret_key=secret_key, api_url=self.api_url
                ),
                blames=_blames,
                mark=_mark,
            )
        )

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:
        """Return the events of a notification (https://dev.mailjet.com/email/guides/webhooks/), or the mail
        that came in, which is no event and has headers.
        """
        secret = settings.get(fields.WEBHOOK_SECRET, "")
        signature.check_basic(received, secret)
        said = signature.read_json(received.body)
        if isinstance(said, Mapping) and "event" not in said and "Headers" in said:
            return (_answer(received, said),)
        return tracked.read(MailjetTrackingWebhookView(webhook_secret=secret), received, _hardness)

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: Mailjet tells by itself."""
        return ()

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:  # noqa: ARG002
        """Return None: what Mailjet does not find may still be under way."""
        return None


def _answer(received: Received, said: Mapping[str, Any]) -> News:
    """Return the mail, made of its fields: Parse hands over no other (https://dev.mailjet.com/email/guides/parse-api/)."""
    with handed.as_published():
        mail = handed.composed(
            handed.pairs(said["Headers"]), text=said.get("Text-part"), html=said.get("Html-part"),
            files=list(_files(said)),
        )  # fmt: skip
        return handed.answer(received, mail, sender=said.get("Sender"), recipient=said.get("Recipient"))


def _files(said: Mapping[str, Any]) -> Iterator[handed.File]:
    for part in said.get("Parts") or ():
        if "Attachment" not in part.get("ContentRef", ""):
            continue
        head = Message()
        for name, value in handed.pairs(part["Headers"]):
            head[name] = value
        yield handed.File(
            str(head.get_filename("")), head.get_content_type(), b64decode(said[part["ContentRef"]])
        )


def _blames(said: Mapping[str, Any]) -> bool:
    try:
        related = [where for error in said["Messages"][0]["Errors"] for where in error["ErrorRelatedTo"]]
    except (KeyError, IndexError, TypeError):
        return False
    return any(str(where).startswith("To[0]") for where in related)


def _mark(message: EmailMultiAlternatives, mail: EmailMessage, key: str) -> None:  # noqa: ARG001
    message.track_opens = False  # type: ignore[attr-defined]
    message.track_clicks = False  # type: ignore[attr-defined]
    message.metadata = {tracked.MARK: key}  # type: ignore[attr-defined]


def _hardness(said: Mapping[str, Any]) -> str:
    if said.get("event") != "bounce":
        return ""
    return "hard" if said.get("hard_bounce") else "soft"


PROVIDER = Mailjet()
