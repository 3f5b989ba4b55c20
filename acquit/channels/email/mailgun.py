"""Mailgun: the frozen bytes leave as they are, by messages.mime.

https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from anymail.webhooks.mailgun import MailgunTrackingWebhookView

from acquit.channels.base import Accepted, Outcome
from acquit.channels.email import fields, handed, signature, tracked
from acquit.channels.email.form import Form, is_form, read_form
from acquit.channels.email.raw import RawSession
from acquit.channels.provider import News, Received, Setting, Unreachable

_HOSTS = {"us": "https://api.mailgun.net/v3/", "eu": "https://api.eu.mailgun.net/v3/"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailgun:
    """Mailgun, from its published API. It can be asked by our key, but does not refuse a repeated one."""

    api_url: str = ""
    key: str = "mailgun"
    label: str = "Mailgun"
    keeps_keys: bool = False
    fields: tuple[Setting, ...] = (
        fields.key("api_key", "Clé d’API", "API key"),
        Setting(key="domain", label={"fr": "Domaine d’envoi", "en": "Sending domain"}),
        Setting(
            key="region", label={"fr": "Région", "en": "Region"}, default="eu", choices=("eu", "us"),
            required=False,
        ),
        Setting(
            key="webhook_signing_key", secret=True, required=False,
            label={"fr": "Clé de signature des notifications", "en": "Webhook signing key"},
        ),
        *fields.COMMON,
    )  # fmt: skip

    def open(self, settings: Mapping[str, str]) -> RawSession:
        """Return a session; raise ValueError naming what is missing."""
        (api_key,) = fields.wanted(settings, "api_key")
        address = f"{self._domain_url(settings)}/messages.mime"
        authorization = f"Basic {b64encode(f'api:{api_key}'.encode()).decode()}"

        def request(client: httpx.Client, content: bytes, to: list[str], key: str) -> httpx.Request:
            return client.build_request(
                "POST",
                address,
                data={
                    "to": to, "o:tag": [key], "o:tracking-opens": "no", "o:tracking-clicks": "no",
                },
                files={"message": ("message.eml", content, "message/rfc822")},
                headers={"Authorization": authorization},
            )  # fmt: skip

        return RawSession(request, _reference, _blames)

    def _domain_url(self, settings: Mapping[str, str]) -> str:
        (domain,) = fields.wanted(settings, "domain")
        if not domain.replace("-", "").replace(".", "").isalnum():
            raise ValueError("domain is not a domain")
        return f"{self.api_url or _HOSTS[settings.get('region') or 'eu']}{domain}"

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:
        """Return the event of a signed notification, or the mail of a route's signed call."""
        key = settings.get("webhook_signing_key", "")
        if is_form(received):
            form = read_form(received)
            block = {name: form.text(name) for name in ("timestamp", "token", "signature")}
            signature.check_mailgun({"signature": block}, key, received.at)
            return (_answer(received, form),)
        signature.check_mailgun(signature.read_json(received.body), key, received.at)
        return tracked.read(MailgunTrackingWebhookView(webhook_signing_key=key), received, _hardness)

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: Mailgun tells by itself."""
        return ()

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:
        """Return `Accepted` when Mailgun logged a mail with this key; None proves nothing."""
        (api_key,) = fields.wanted(settings, "api_key")
        try:
            response = httpx.get(
                f"{self._domain_url(settings)}/events",
                params={"tags": idempotency_key, "event": "accepted", "limit": 1},
                auth=("api", api_key), timeout=20,
            )  # fmt: skip
            response.raise_for_status()
            items = response.json()["items"]
            if not items:
                return None
            return Accepted(provider_ref=f"<{items[0]['message']['headers']['message-id']}>", detail="found")
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise Unreachable(str(error)) from error


def _answer(received: Received, form: Form) -> News:
    """Return the mail that a route forwards: raw to an address that ends in « mime », else in fields.

    The signature covers the token alone, so that a token is one event, whatever is said with it.
    https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http
    """
    with handed.as_published():
        mail = form.fields.get("body-mime") or handed.composed(
            ((name, value) for name, value in json.loads(form.text("message-headers"))),
            text=form.fields.get("body-plain"), html=form.fields.get("body-html"), files=form.files,
        )  # fmt: skip
    sender, recipient = (form.text(name) if name in form.fields else None for name in ("sender", "recipient"))
    return handed.answer(received, mail, event_id=form.text("token"), sender=sender, recipient=recipient)


def _reference(response: httpx.Response) -> str:
    return str(response.json()["id"])


def _blames(response: httpx.Response) -> bool:
    return "'to' parameter is not a valid address" in response.text


def _hardness(said: Mapping[str, Any]) -> str:
    data = said.get("event-data", {})
    if data.get("event") != "failed":
        return ""
    if data.get("severity") != "permanent":
        return ""
    return "hard" if data.get("reason") in ("bounce", "suppress-bounce") else "soft"


PROVIDER = Mailgun()
