"""Brevo: transactional e-mail, composed by it (https://developers.brevo.com/reference/sendtransacemail)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

import httpx
from anymail.backends.brevo import EmailBackend
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from django.core.mail import EmailMultiAlternatives

from acquit.channels.base import Outcome
from acquit.channels.email import fields, handed, signature, tracked
from acquit.channels.email.composed import ComposedSession, Way
from acquit.channels.provider import News, Received, Setting

_MOST_FILES = 20
_HARDNESS = {"hard_bounce": "hard", "invalid_email": "hard", "soft_bounce": "soft"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brevo:
    """Brevo, from its published API.

    It refuses a repeated key for half an hour only, which is shorter than a doubt may last:
    `keeps_keys` is false.
    """

    api_url: str = "https://api.brevo.com/v3/"
    key: str = "brevo"
    label: str = "Brevo"
    keeps_keys: bool = False
    fields: tuple[Setting, ...] = (
        fields.key("api_key", "Clé d’API", "API key"),
        fields.SECRET,
        *fields.COMMON,
    )

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
        """Return the event of a notification (https://developers.brevo.com/docs/transactional-webhooks), or
        the mails that came in, which are its « items ».
        """
        secret = settings.get(fields.WEBHOOK_SECRET, "")
        signature.check_basic(received, secret)
        said = signature.read_json(received.body)
        if isinstance(said, Mapping) and "items" in said:
            with handed.as_published():
                return tuple(self._answer(received, one, settings) for one in said["items"])
        return tracked.read(BrevoTrackingWebhookView(webhook_secret=secret), received, _hardness)

    def _answer(self, received: Received, said: Mapping[str, Any], settings: Mapping[str, str]) -> News:
        """Return a mail, made of its fields (https://developers.brevo.com/docs/inbound-parse-webhooks)."""
        mail = handed.composed(
            handed.pairs(said["Headers"]), text=said.get("RawTextBody"), html=said.get("RawHtmlBody"),
            files=list(self._files(said.get("Attachments") or (), settings.get("api_key", ""))),
        )  # fmt: skip
        return handed.answer(received, mail)

    def _files(self, named: Sequence[Mapping[str, Any]], api_key: str) -> Iterator[handed.File]:
        """Fetch the files, which Brevo keeps apart; after one that it does not give, no other is waited for.

        Those are kept empty, by their names: the debtor is left alone all the same.
        """
        answers = True
        for one in named[:_MOST_FILES]:
            content = b""
            address = f"{self.api_url}inbound/attachments/{quote(one['DownloadToken'], safe='')}"
            try:
                if answers:
                    response = httpx.get(address, headers={"api-key": api_key}, timeout=5)
                    content = response.raise_for_status().content
            except httpx.HTTPError:
                answers = False
            yield handed.File(one["Name"], one.get("ContentType") or "", content)

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: Brevo tells by itself."""
        return ()

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:  # noqa: ARG002
        """Return None: Brevo cannot be asked by our key."""
        return None


def _blames(said: Mapping[str, Any]) -> bool:
    return said.get("code") == "invalid_parameter" and "email is not valid in to" in str(said.get("message"))


def _mark(message: EmailMultiAlternatives, mail: EmailMessage, key: str) -> None:  # noqa: ARG001
    """Brevo tells a tag back with each event; whether it tracks is for its account to say."""
    message.tags = [key]  # type: ignore[attr-defined]


def _hardness(said: Mapping[str, Any]) -> str:
    return _HARDNESS.get(str(said.get("event")), "")


PROVIDER = Brevo()
