"""OVHcloud: SMS through its REST API, signed with an application's keys.

Sources: the console of the API (`/sms/{serviceName}/jobs`, `/outgoing`, `/incoming`) and "First steps with
the OVHcloud APIs" for the signature: `$1$` and the SHA-1 of the secret, the consumer key, the method, the
address, the body and the time, which is reckoned by the API's own clock (`/auth/time`).

A reminder is no advertising, so the operators' STOP clause is not added. Each job bears our key as its tag,
by which it can be looked for.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from acquit.channels.base import NO_ADDRESS, Accepted, Envelope, Frozen, Outcome, Refused, Unknown
from acquit.channels.provider import Event, News, Received, Setting, Unreachable, Unreadable
from acquit.channels.sms.alphabet import parts
from acquit.channels.sms.answer import answered
from acquit.channels.sms.calling import HttpSession, recipient_of, words
from acquit.channels.sms.pricing import PRICE, price_of

ENDPOINT = "https://eu.api.ovh.com/1.0"
_OK = 200
_NOT_FOUND = 404
_FORBIDDEN = frozenset({401, 403})
#: After two days the network gives up, and says so.
_VALID_MINUTES = 2880
_LISTEN = timedelta(days=2)
#: `deliveryReceipt` of an outgoing SMS: as in Kannel, with 0 before anything is known. It does not say that
#: the number is at fault.
_RECEIPTS: Mapping[int, Event] = {
    1: Event.DELIVERED, 2: Event.FAILED, 4: Event.DELAYED, 8: Event.POSTED, 16: Event.FAILED,
}  # fmt: skip


class OvhSession(HttpSession):
    """The API of one SMS account."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._base = (settings.get("endpoint") or ENDPOINT).rstrip("/")
        super().__init__(self._base)
        self._settings = settings
        self._ahead: float | None = None
        self._service = f"/sms/{settings['service']}"

    def send(self, frozen: Frozen, envelope: Envelope, *, idempotency_key: str) -> Outcome:
        """Give a job to the account, tagged with our key."""
        number = recipient_of(envelope)
        if isinstance(number, Refused):
            return number
        text = frozen.content.decode()
        answers = self._settings.get("answers") == "yes"
        job = {
            "charset": "UTF-8", "coding": "7bit" if parts(text).is_gsm else "8bit", "class": "phoneDisplay",
            "message": text, "noStopClause": True, "priority": "high", "receivers": [number],
            "senderForResponse": answers, "tag": _tag(idempotency_key), "validityPeriod": _VALID_MINUTES,
        }  # fmt: skip
        if not answers:
            job["sender"] = self._settings.get("sender", "")
        try:
            signed = self._signed("POST", f"{self._service}/jobs", body=job)
        except Unreachable as error:
            return Refused(permanent=False, because=str(error), code="no_clock")
        answer = self.hand_in("POST", **signed)
        return _outcome(answer) if isinstance(answer, httpx.Response) else answer

    def get(self, path: str, **query: str) -> Any:
        """Return what the account says; None where it knows nothing of it. Raises Unreachable."""
        signed = self._signed("GET", f"{self._service}{path}", query=query)
        answer = self.ask(**signed)
        if answer.status_code == _NOT_FOUND:
            return None
        if answer.status_code != _OK:
            raise Unreachable(words(answer))
        return answer.json()

    def _signed(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        settings = self._settings
        content = "" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        path = f"{path}?{urlencode(query)}" if query else path
        now = str(self._now())
        signed = "+".join(
            (
                settings["application_secret"],
                settings["consumer_key"],
                method,
                f"{self._base}{path}",
                content,
                now,
            )
        )
        headers = {
            "X-Ovh-Application": settings["application_key"], "X-Ovh-Consumer": settings["consumer_key"],
            "X-Ovh-Timestamp": now,
            "X-Ovh-Signature": "$1$" + hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest(),
        }  # fmt: skip
        said: dict[str, Any] = {"path": path, "headers": headers}
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
            said["content"] = content.encode()
        return said

    def _now(self) -> int:
        """Return the time of the API's clock, which ours need not agree with."""
        if self._ahead is None:
            answer = self.ask("/auth/time")
            if answer.status_code != _OK or not answer.text.strip().isdecimal():
                raise Unreachable(words(answer))
            self._ahead = int(answer.text) - time.monotonic()
        return int(self._ahead + time.monotonic())


def _tag(key: str) -> str:
    """Return our key as a tag holds it: twenty characters, no signs."""
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def _outcome(answer: httpx.Response) -> Outcome:
    if answer.status_code != _OK:
        permanent = answer.status_code not in _FORBIDDEN
        return Refused(permanent=permanent, because=words(answer), code=str(answer.status_code))
    try:
        report = answer.json()
        ids, invalid = report.get("ids") or [], report.get("invalidReceivers") or []
    except (ValueError, AttributeError):
        return Unknown(because=f"the report cannot be read: {words(answer)}")
    if ids:
        spent = report.get("totalCreditsRemoved")
        return Accepted(provider_ref=str(ids[0]), detail=f"credits: {spent}")
    if invalid:
        return Refused(permanent=True, because=words(answer), code=NO_ADDRESS, blames_address=True)
    return Unknown(because=f"a report without a job: {words(answer)}")


class Ovhcloud:
    """An SMS account at OVHcloud."""

    key = "ovhcloud"
    label = "OVHcloud SMS"
    keeps_keys = True
    fields = (
        Setting(key="service", label={"fr": "Compte SMS (sms-ab12345-1)", "en": "Account (sms-ab12345-1)"}),
        Setting(key="application_key", label=dict.fromkeys(("fr", "en"), "Application key")),
        Setting(
            key="application_secret", label=dict.fromkeys(("fr", "en"), "Application secret"), secret=True
        ),
        Setting(key="consumer_key", label=dict.fromkeys(("fr", "en"), "Consumer key"), secret=True),
        Setting(key="sender", label={"fr": "Expéditeur déclaré", "en": "Declared sender"}, required=False),
        Setting(
            key="answers", required=False, default="no", choices=("no", "yes"),
            label={
                "fr": "Numéro court, auquel le client peut répondre",
                "en": "Short number that the customer can answer",
            },
        ),
        Setting(
            key="endpoint", label={"fr": "Adresse de l’API", "en": "Address of the API"}, default=ENDPOINT,
            leads=True,
        ),
        *PRICE,
    )  # fmt: skip

    def open(self, settings: Mapping[str, str]) -> OvhSession:
        """Return a session with the account; raise ValueError naming a setting that cannot be used."""
        for key in ("service", "application_key", "application_secret", "consumer_key"):
            if not settings.get(key, "").strip():
                raise ValueError(key)
        if not settings["service"].replace("-", "").isalnum():
            raise ValueError("service")
        if settings.get("answers") != "yes" and not settings.get("sender", "").strip():
            raise ValueError("sender")
        price_of(settings)
        return OvhSession(settings)

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:
        """Return what the account says of the SMS that the call names.

        The call is not signed: it is a hint to ask, and what it claims is not believed. When nobody
        answers now, the news comes by the next `ask`.
        """
        ref = received.query.get("id", "")
        if not ref.isdecimal():
            raise Unreadable("no id")
        try:
            with self.open(settings) as session:
                return tuple(_receipt(session, ref, received.at))
        except Unreachable:
            return ()

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:
        """Return the receipts of these SMS, and what debtors answered to the short number."""
        with self.open(settings) as session:
            found = [news for ref in refs if ref.isdecimal() for news in _receipt(session, ref, now)]
            if settings.get("answers") == "yes":
                found += _incoming(session, now)
        return found

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:
        """Return the SMS with our tag, which left; None where there is none, as it may not be listed yet."""
        with self.open(settings) as session:
            ids = session.get("/outgoing", tag=_tag(idempotency_key))
        return Accepted(provider_ref=str(ids[0]), detail="found by its tag") if ids else None


def _receipt(session: OvhSession, ref: str, now: datetime) -> Iterator[News]:
    found = session.get(f"/outgoing/{ref}")
    if found is None:  # still a job
        return
    code = int(found.get("deliveryReceipt") or 0)
    event = _RECEIPTS.get(code)
    if event is not None:
        yield News(
            event=event, event_id=f"{ref}:{code}", provider_ref=ref, at=now,
            detail=f"deliveryReceipt {code}, ptt {found.get('ptt')}",
        )  # fmt: skip


def _incoming(session: OvhSession, now: datetime) -> Iterator[News]:
    since = {"creationDatetime.from": (now - _LISTEN).isoformat(timespec="seconds")}
    for number in session.get("/incoming", **since) or ():
        found = session.get(f"/incoming/{int(number)}")
        if found is not None:
            at = datetime.fromisoformat(str(found["creationDatetime"]))
            yield from answered(
                event_id=f"in:{number}", sender=str(found["sender"]), text=str(found["message"]), at=at
            )


PROVIDER = Ovhcloud()
