"""Postmark: composed by it (https://postmarkapp.com/developer/api/email-api)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import httpx
from anymail.backends.postmark import EmailBackend
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.core.mail import EmailMultiAlternatives

from acquit.channels.base import Accepted, Outcome
from acquit.channels.email import fields, handed, signature, tracked
from acquit.channels.email.composed import ComposedSession, Way
from acquit.channels.provider import News, Received, Setting, Unreachable

#: Error codes: an address that cannot be parsed comes as 300 with words of its own, 406 is a dead one.
_INVALID, _INACTIVE = 300, 406
_HARD = frozenset({"HardBounce", "BadEmailAddress"})
_SOFT = frozenset({"SoftBounce"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmark:
    """Postmark, from its published API. It can be asked by our key, but does not refuse a repeated one."""

    api_url: str = "https://api.postmarkapp.com/"
    key: str = "postmark"
    label: str = "Postmark"
    keeps_keys: bool = False
    fields: tuple[Setting, ...] = (
        fields.key("server_token", "Jeton du serveur", "Server token"),
        fields.SECRET,
        *fields.COMMON,
    )

    def open(self, settings: Mapping[str, str]) -> ComposedSession:
        """Return a session; raise ValueError without a token."""
        (token,) = fields.wanted(settings, "server_token")
        return ComposedSession(
            Way(
                open_backend=lambda: EmailBackend(server_token=token, api_url=self.api_url),
                blames=_blames,
                mark=_mark,
            )
        )

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:
        """Return the event of a notification, or the mail that came in: that alone has no RecordType.

        https://postmarkapp.com/developer/webhooks/webhooks-overview
        """
        secret = settings.get(fields.WEBHOOK_SECRET, "")
        signature.check_basic(received, secret)
        said = signature.read_json(received.body)
        if isinstance(said, Mapping) and "RecordType" not in said and "FromFull" in said:
            return (_answer(received, said),)
        return tracked.read(PostmarkTrackingWebhookView(webhook_secret=secret), received, _hardness)

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: Postmark tells by itself."""
        return ()

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:
        """Return `Accepted` when Postmark shows a mail with this key; None proves nothing.

        https://postmarkapp.com/developer/api/messages-api: outbound search by metadata.
        """
        (token,) = fields.wanted(settings, "server_token")
        try:
            response = httpx.get(
                f"{self.api_url}messages/outbound",
                params={"count": 1, "offset": 0, "metadata_acquit": idempotency_key},
                headers={"Accept": "application/json", "X-Postmark-Server-Token": token},
                timeout=20,
            )
            response.raise_for_status()
            found = response.json()["Messages"]
            return Accepted(provider_ref=str(found[0]["MessageID"]), detail="found") if found else None
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise Unreachable(str(error)) from error


def _answer(received: Received, said: Mapping[str, Any]) -> News:
    """Return the mail, raw where the inbound stream includes it, else made of its fields.

    https://postmarkapp.com/developer/webhooks/inbound-webhook
    """
    with handed.as_published():
        named = [(one["Name"], one["Value"]) for one in said.get("Headers") or ()]
        back = next((value for name, value in named if name.lower() == "return-path"), None)
        raw = said.get("RawEmail")
        mail = handed.octets(raw) if raw else handed.composed(
            [*_addressed(said), *named], text=said.get("TextBody"), html=said.get("HtmlBody"),
            files=[
                handed.File(one["Name"], one["ContentType"], b64decode(one.get("Content") or one["Data"]))
                for one in said.get("Attachments") or ()
            ],
        )  # fmt: skip
        return handed.answer(received, mail, sender=back, recipient=said.get("OriginalRecipient") or None)


def _addressed(said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the headers that Postmark takes out of the others."""
    name = str(said["FromFull"].get("Name") or "").replace("\\", "").replace('"', "")
    yield "From", f'"{name}" <{said["FromFull"]["Email"]}>'
    for header, field in (("To", "To"), ("Cc", "Cc"), ("Reply-To", "ReplyTo"), ("Date", "Date")):
        if said.get(field):
            yield header, said[field]
    yield "Subject", said.get("Subject")


def _blames(said: Mapping[str, Any]) -> bool:
    words = str(said.get("Message", ""))
    code = said.get("ErrorCode")
    return code == _INACTIVE or (code == _INVALID and "'To'" in words)


def _mark(message: EmailMultiAlternatives, mail: EmailMessage, key: str) -> None:
    message.track_opens = False  # type: ignore[attr-defined]
    message.track_clicks = False  # type: ignore[attr-defined]
    message.metadata = {tracked.MARK: key}  # type: ignore[attr-defined]
    # Postmark writes a Message-ID of its own unless told to keep the given one.
    message.extra_headers |= {"Message-ID": str(mail["Message-ID"]), "X-PM-KeepID": "true"}


def _hardness(said: Mapping[str, Any]) -> str:
    kind = said.get("Type")
    return "hard" if kind in _HARD else "soft" if kind in _SOFT else ""


PROVIDER = Postmark()
