"""Kannel, one's own SMS gateway: the HTTP interface of its smsbox.

Source: Kannel User's Guide 1.4.5, "Using HTTP to send SMS", "Delivery reports" and "SMS-service group".
Kannel knows no idempotency key and keeps nothing that could be looked for: an attempt without an answer
stays unknown until its report comes, which carries our key back.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import httpx

from acquit.channels.base import Accepted, Envelope, Frozen, Outcome, Refused
from acquit.channels.provider import HOOK_URL, Event, Forged, News, Received, Setting, Unreadable
from acquit.channels.sms.alphabet import parts
from acquit.channels.sms.answer import answered
from acquit.channels.sms.calling import HttpSession, recipient_of, words
from acquit.channels.sms.number import mobile
from acquit.channels.sms.pricing import PRICE, price_of

_ACCEPTED = 202
_FORBIDDEN = frozenset({401, 403})
#: Delivered, failed, queued at the centre, taken by the centre, refused by the centre.
_EVERY_REPORT = 1 + 2 + 4 + 8 + 16
#: A failed report (2) tells neither whose fault it is nor in one form for all centres: the number is not
#: blamed. 34 and 66 are the two failures that newer versions tell apart: expired, and unknown.
_REPORTS: Mapping[str, Event] = {
    "1": Event.DELIVERED, "2": Event.FAILED, "4": Event.DELAYED, "8": Event.POSTED, "16": Event.FAILED,
    "34": Event.FAILED, "66": Event.FAILED,
}  # fmt: skip
_SIGNED = 32


class KannelSession(HttpSession):
    """An smsbox, asked to send one SMS at a time."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        super().__init__(_url(settings))
        self._settings = settings

    def send(self, frozen: Frozen, envelope: Envelope, *, idempotency_key: str) -> Outcome:
        """Hand the text over; its reports come back to our address with the key."""
        number = recipient_of(envelope)
        if isinstance(number, Refused):
            return number
        text = frozen.content.decode()
        said = {
            "username": self._settings.get("user", ""), "password": self._settings.get("password", ""),
            "from": self._settings.get("sender", ""), "to": number, "text": text, "charset": "UTF-8",
            "coding": "0" if parts(text).is_gsm else "2",
        }  # fmt: skip
        if hook := self._settings.get(HOOK_URL, ""):
            said |= {
                "dlr-mask": str(_EVERY_REPORT),
                "dlr-url": _report_url(hook, idempotency_key, self._settings),
            }
        # A GET, as the guide has it: smsbox reads the fields of a form from the address only.
        answer = self.hand_in("GET", "/cgi-bin/sendsms", params=said)
        if not isinstance(answer, httpx.Response):
            return answer
        if answer.status_code == _ACCEPTED:
            return Accepted(provider_ref="", detail=words(answer))
        # No answer of smsbox is about the number itself: what it refuses is the account, or what we sent.
        permanent = answer.status_code not in _FORBIDDEN
        return Refused(permanent=permanent, because=words(answer), code=str(answer.status_code))


class Kannel:
    """Kannel's smsbox."""

    key = "kannel"
    label = "Kannel"
    keeps_keys = False
    fields = (
        Setting(
            key="url", label={"fr": "Adresse de smsbox", "en": "Address of smsbox"},
            default="http://127.0.0.1:13013", leads=True,
        ),
        Setting(
            key="user", label={"fr": "Utilisateur (sendsms-user)", "en": "User (sendsms-user)"}, leads=True
        ),
        Setting(key="password", label={"fr": "Mot de passe", "en": "Password"}, secret=True),
        Setting(key="sender", label={"fr": "Expéditeur", "en": "Sender"}),
        *PRICE,
    )  # fmt: skip

    def open(self, settings: Mapping[str, str]) -> KannelSession:
        """Return a session with that smsbox; raise ValueError naming a setting that cannot be used."""
        price_of(settings)
        return KannelSession(settings)

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:
        """Return the report (dlr-url) or the SMS of a debtor (get-url of the sms-service)."""
        query = received.query
        if "report" in query:
            return (_report(query, received.at, settings),)
        if "text" in query and "from" in query:
            return tuple(_incoming(query, received.at))
        raise Unreadable("neither a report nor an SMS")

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: smsbox cannot be asked what became of an SMS."""
        return ()

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:  # noqa: ARG002
        """Return None: smsbox keeps no keys."""
        return None


def _url(settings: Mapping[str, str]) -> str:
    url = settings.get("url", "").strip().rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise ValueError("url")
    return url


def _report_url(hook: str, key: str, settings: Mapping[str, str]) -> str:
    """Return where smsbox tells what became: %d is the report, %A what the centre said, %T when."""
    ours = urlencode({"key": key, "signed": _signature(key, settings)}, quote_via=quote)
    return f"{hook}{'&' if '?' in hook else '?'}{ours}&report=%d&said=%A&at=%T&from=%P"


def _signature(key: str, settings: Mapping[str, str]) -> str:
    """Return what only we can have written into the address: a leaked address alone reports nothing."""
    secret = settings.get("password", "").encode()
    return hmac.new(secret, b"acquit report " + key.encode(), hashlib.sha256).hexdigest()[:_SIGNED]


def _report(query: Mapping[str, str], at: datetime, settings: Mapping[str, str]) -> News:
    key, report = query.get("key", ""), query["report"]
    if not hmac.compare_digest(query.get("signed", "").encode(), _signature(key, settings).encode()):
        raise Forged("not signed by us")
    event = _REPORTS.get(report)
    if event is None:
        raise Unreadable(f"report {report!r}")
    said = query.get("said", "")
    return News(
        event=event, event_id=f"{key}:{report}", provider_ref="", our_key=key, at=_moment(query, at),
        detail=said[:300],
    )  # fmt: skip


def _incoming(query: Mapping[str, str], at: datetime) -> Iterator[News]:
    sender = mobile(query["from"], "") or mobile(f"+{query['from'].lstrip('+')}", "") or query["from"]
    moment = _moment(query, at)
    own = query.get("id") or hashlib.sha256(f"{sender}|{moment}|{query['text']}".encode()).hexdigest()[:32]
    yield from answered(event_id=f"in:{own}", sender=sender, text=query["text"], at=moment)


def _moment(query: Mapping[str, str], otherwise: datetime) -> datetime:
    said = query.get("at", "")
    return datetime.fromtimestamp(int(said), UTC) if said.isdecimal() and len(said) < 12 else otherwise


PROVIDER = Kannel()
