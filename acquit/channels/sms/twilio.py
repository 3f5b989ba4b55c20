"""Twilio: its Messages resource, and the signed calls by which it tells what became of them.

Sources: "Messages resource", "Track the message status of outbound messages", "Validating requests are
coming from Twilio", and the dictionary of its errors. Messages know no idempotency key, and a message
cannot be looked for by anything of ours: an attempt without an answer stays unknown until a call comes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx

from acquit.channels.base import NO_ADDRESS, Accepted, Envelope, Frozen, Outcome, Refused, Unknown
from acquit.channels.provider import HOOK_URL, Event, Forged, News, Received, Setting, Unreachable, Unreadable
from acquit.channels.sms.answer import answered
from acquit.channels.sms.calling import HttpSession, recipient_of, words
from acquit.channels.sms.pricing import PRICE, price_of

ENDPOINT = "https://api.twilio.com"
_CREATED = 201
_OK = 200
_NOT_FOUND = 404
#: Not a number, not a mobile, blocked by its owner (STOP): the number itself takes no SMS of ours.
_BLAMES_NUMBER = frozenset({21211, 21614, 21610, 30005, 30006})
#: Ours to mend, after which the same message may leave: sign-in, credit, too many at once, sender, region.
_TO_MEND = frozenset({20003, 20005, 20429, 21606, 21603, 21611, 21408, 30001, 30002})
_STATUSES: Mapping[str, Event] = {
    "sent": Event.POSTED, "delivered": Event.DELIVERED, "read": Event.OPENED, "failed": Event.FAILED,
    "undelivered": Event.FAILED, "canceled": Event.FAILED,
}  # fmt: skip
#: Before it left Twilio there is nothing to tell.
_NOT_YET = frozenset({"accepted", "scheduled", "queued", "sending", "receiving", "received"})


class TwilioSession(HttpSession):
    """The Messages of one account."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        account = settings["account"]
        base = (settings.get("endpoint") or ENDPOINT).rstrip("/")
        super().__init__(
            f"{base}/2010-04-01/Accounts/{quote(account, safe='')}", auth=(account, settings["auth_token"])
        )
        self._settings = settings

    def send(self, frozen: Frozen, envelope: Envelope, *, idempotency_key: str) -> Outcome:
        """Create a message; its status comes back to our address with the key."""
        number = recipient_of(envelope)
        if isinstance(number, Refused):
            return number
        sender = self._settings["sender"]
        said = {"To": number, "Body": frozen.content.decode()}
        said["MessagingServiceSid" if sender.startswith("MG") else "From"] = sender
        if hook := self._settings.get(HOOK_URL, ""):
            joint = "&" if "?" in hook else "?"
            said["StatusCallback"] = f"{hook}{joint}{urlencode({'key': idempotency_key}, quote_via=quote)}"
        answer = self.hand_in("POST", "/Messages.json", data=said)
        return _outcome(answer) if isinstance(answer, httpx.Response) else answer


def _outcome(answer: httpx.Response) -> Outcome:
    try:
        told: dict[str, Any] = answer.json()
        code = int(told.get("code") or 0)
    except (ValueError, TypeError, AttributeError):
        told, code = {}, 0
    if answer.status_code == _CREATED:
        ref = str(told.get("sid") or "")
        if not ref:
            return Unknown(because=f"created without a sid: {words(answer)}")
        return Accepted(provider_ref=ref, detail=str(told.get("status", "")))
    blames = code in _BLAMES_NUMBER
    return Refused(
        permanent=blames or code not in _TO_MEND,
        because=f"{code} {told.get('message', '')}".strip()[:500] if code else words(answer),
        code=NO_ADDRESS if blames else str(code or answer.status_code),
        blames_address=blames,
    )


class Twilio:
    """An account at Twilio."""

    key = "twilio"
    label = "Twilio"
    keeps_keys = False
    fields = (
        Setting(key="account", label={"fr": "Account SID", "en": "Account SID"}),
        Setting(key="auth_token", label={"fr": "Auth Token", "en": "Auth Token"}, secret=True),
        Setting(
            key="sender",
            label={
                "fr": "Numéro, nom ou Messaging Service SID",
                "en": "Number, name or Messaging Service SID",
            },
        ),
        Setting(
            key="endpoint", label={"fr": "Adresse de l’API", "en": "Address of the API"}, default=ENDPOINT,
            leads=True,
        ),
        *PRICE,
    )  # fmt: skip

    def open(self, settings: Mapping[str, str]) -> TwilioSession:
        """Return a session with the account; raise ValueError naming a setting that cannot be used."""
        for key in ("account", "auth_token", "sender"):
            if not settings.get(key, "").strip():
                raise ValueError(key)
        price_of(settings)
        return TwilioSession(settings)

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:
        """Return the status of a message, or the SMS that a debtor wrote."""
        try:
            told = parse_qsl(received.body.decode(), keep_blank_values=True, strict_parsing=True)
        except ValueError as error:
            raise Unreadable("not a form") from error
        form = dict(told)
        _check(received, form, settings.get("auth_token", ""))
        ref = form.get("MessageSid", "")
        if not ref:
            raise Unreadable("no MessageSid")
        if "Body" in form and form.get("SmsStatus", form.get("MessageStatus")) == "received":
            return tuple(
                answered(event_id=ref, sender=form.get("From", ""), text=form["Body"], at=received.at)
            )
        status, failure = form.get("MessageStatus", ""), form.get("ErrorCode", "")
        return tuple(_news(ref, status, failure, received.at, received.query.get("key", "")))

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:
        """Return the status of these messages."""
        found: list[News] = []
        with self.open(settings) as session:
            for ref in refs:
                answer = session.ask(f"/Messages/{quote(ref, safe='')}.json")
                if answer.status_code == _NOT_FOUND:
                    continue
                if answer.status_code != _OK:
                    raise Unreachable(words(answer))
                told = answer.json()
                found += _news(ref, str(told.get("status")), str(told.get("error_code") or ""), now, "")
        return found

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:  # noqa: ARG002
        """Return None: Twilio lists messages by number and day, not by anything of ours."""
        return None


def _check(received: Received, form: Mapping[str, str], token: str) -> None:
    """Raise Forged unless the call is signed: the address, then each field in order, by HMAC-SHA1.

    Twilio signs the address with and without its port; a proxy may have taken the port away.
    """
    told = received.headers.get("x-twilio-signature", "")
    fields = "".join(f"{name}{form[name]}" for name in sorted(form))
    for url in _spellings(received.url):
        digest = hmac.new(token.encode(), f"{url}{fields}".encode(), hashlib.sha1).digest()
        if hmac.compare_digest(base64.b64encode(digest), told.encode()):
            return
    raise Forged("the signature is wrong or missing")


def _spellings(url: str) -> Iterator[str]:
    yield url
    parts = urlsplit(url)
    if parts.port is None and parts.hostname:
        port = 443 if parts.scheme == "https" else 80
        yield parts._replace(netloc=f"{parts.netloc}:{port}").geturl()
    elif parts.hostname:
        yield parts._replace(netloc=parts.hostname).geturl()


def _news(ref: str, status: str, error: str, at: datetime, key: str) -> Iterator[News]:
    if status in _NOT_YET:
        return
    event = _STATUSES.get(status)
    if event is None:
        raise Unreadable(f"status {status!r}")
    permanent = error.isdecimal() and int(error) in _BLAMES_NUMBER
    yield News(
        event=Event.BOUNCED if event is Event.FAILED and permanent else event,
        event_id=f"{ref}:{status}", provider_ref=ref, our_key=key, at=at, permanent=permanent,
        detail=f"{status} {error}".strip(),
    )  # fmt: skip


PROVIDER = Twilio()
