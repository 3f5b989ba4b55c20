"""Providers without a way in for a finished mail: they compose it of our parts, through anymail.

What was frozen is what was handed over: addresses, words, pictures and attachments are taken from the
frozen bytes, and nothing is added. The bytes that cross the wire in the end are the provider's own.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email import encoders, message_from_bytes, policy
from email.message import EmailMessage
from email.mime.base import MIMEBase
from typing import Any

import requests
from anymail.exceptions import AnymailError
from django.core.mail import EmailMultiAlternatives
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError, SSLError

from acquit.channels.base import NO_ADDRESS, Accepted, Closing, Envelope, Frozen, Outcome, Refused
from acquit.channels.email.mailbox import usable
from acquit.channels.email.reply import refusal, unanswered, unreached

TIMEOUT = (10, 30)
_NEVER_CONNECTED = (NewConnectionError, NameResolutionError, SSLError)
#: Headers that say how the debtor's programs should treat the mail; the others are the provider's to write.
_KEPT_HEADERS = ("In-Reply-To", "References", "Auto-Submitted")

Blames = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How one provider is spoken to. `open_backend` makes anymail's backend with our settings.

    `blames` tells of a refusal whether it is the recipient's address that does not work; `mark` puts what
    is the provider's own on the message: the key of the attempt, no tracking.
    """

    open_backend: Callable[[], Any]
    blames: Blames
    mark: Callable[[EmailMultiAlternatives, EmailMessage, str], None]


class ComposedSession(Closing):
    """One HTTP session for a batch."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._backend: Any = None

    def close(self) -> None:
        """Let go of the connection."""
        if self._backend is not None:
            self._backend.close()
            self._backend = None

    def send(self, frozen: Frozen, envelope: Envelope, *, idempotency_key: str) -> Outcome:
        """Hand the parts over once, in one request."""
        if not envelope.recipients or usable(envelope.recipients[0]) is None:
            because = "the address cannot be a mailbox"
            return Refused(permanent=True, because=because, code=NO_ADDRESS, blames_address=True)
        mail = message_from_bytes(frozen.content, policy=policy.default)
        message = parts_of(mail, envelope)
        self._way.mark(message, mail, idempotency_key)
        if self._backend is None:
            with warnings.catch_warnings():
                # Anymail no longer tests SendGrid against its service; our tests hold its payload.
                warnings.simplefilter("ignore")
                self._backend = self._way.open_backend()
            self._backend.open()
        payload = self._backend.build_message_payload(message, {})
        asked = payload.get_request_params(self._backend.api_url)
        try:
            response = self._backend.session.request(**asked, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            return _not_answered(error)
        return self._read(response, payload, message)

    def _read(self, response: Any, payload: Any, message: EmailMultiAlternatives) -> Outcome:
        if not 200 <= response.status_code < 300:
            said = _json(response)
            return refusal(response.status_code, response.text, blames_address=self._way.blames(said))
        try:
            statuses = self._backend.parse_recipient_status(response, payload, message)
        except AnymailError:
            return unanswered(f"{response.status_code} {response.text}")
        by_address = {address.lower(): status for address, status in statuses.items()}
        first = by_address.get(message.to[0].rpartition("<")[2].rstrip(">").lower())
        refused = {
            address: Refused(permanent=True, because=status.status, code="recipient", blames_address=True)
            for address, status in by_address.items()
            if status.status in ("invalid", "rejected", "failed")
        }
        if first is None:
            return unanswered(response.text)
        if first.status in ("invalid", "rejected", "failed"):
            return refusal(400, response.text, blames_address=self._way.blames(_json(response)))
        return Accepted(
            provider_ref=str(first.message_id or ""), detail=f"{response.status_code}", refused=refused
        )


def parts_of(mail: EmailMessage, envelope: Envelope) -> EmailMultiAlternatives:
    """Return the parts of a frozen mail as Django's message, for anymail to hand over."""
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    shown = {address.addr_spec for name in ("To", "Cc") for address in _addresses(mail, name)}
    message = EmailMultiAlternatives(
        subject=str(mail["Subject"]),
        body=text.get_content() if text is not None else "",
        from_email=str(mail["From"]),
        to=[str(mail["To"])],
        cc=[str(address) for address in _addresses(mail, "Cc")],
        bcc=[address for address in envelope.recipients[1:] if address and address not in shown],
        reply_to=[str(address) for address in _addresses(mail, "Reply-To")] or None,
        headers={name: str(mail[name]) for name in _KEPT_HEADERS if mail[name]},
    )
    if html is not None:
        message.attach_alternative(html.get_content(), "text/html")
    for part in mail.walk():
        if part.get_content_disposition() in ("attachment", "inline"):
            message.attach(_file(part))
    return message


def _addresses(mail: EmailMessage, name: str) -> tuple[Any, ...]:
    return mail[name].addresses if mail[name] else ()


def _file(part: EmailMessage) -> MIMEBase:
    file = MIMEBase(part.get_content_maintype(), part.get_content_subtype())
    file.set_payload(part.get_payload(decode=True))
    encoders.encode_base64(file)
    file.add_header(
        "Content-Disposition", part.get_content_disposition() or "attachment", filename=part.get_filename()
    )
    if part["Content-ID"]:
        file["Content-ID"] = str(part["Content-ID"])
    return file


def _json(response: Any) -> Mapping[str, Any]:
    try:
        said = response.json()
    except ValueError:
        return {}
    return said if isinstance(said, Mapping) else {}


def _not_answered(error: requests.RequestException) -> Outcome:
    """Tell what never began from what may have arrived."""
    words = f"{type(error).__name__}: {error}"
    reason = error.args[0] if error.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    never = isinstance(error, requests.ConnectTimeout) or isinstance(reason, _NEVER_CONNECTED)
    return unreached(words) if never else unanswered(words)
