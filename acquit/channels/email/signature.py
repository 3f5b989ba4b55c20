"""Who calls us: the signatures of the providers' notifications, each as its provider publishes it.

A secret that is not set refuses every call: an unsigned notification could stop a debtor's reminders.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from acquit.channels.provider import Forged, Received, Unreadable

#: Mailgun repeats a call for eight hours when we do not answer, SendGrid for a day, SNS for an hour.
OLDEST = timedelta(hours=26)
_AHEAD = timedelta(minutes=15)
#: A host of Amazon SNS: a certificate from anywhere else could be anybody's.
_SNS_HOST = re.compile(r"sns\.[a-z]{2,3}(-[a-z0-9]+)+-\d+\.amazonaws\.com(\.cn)?")

Fetch = Callable[[str], bytes]


def read_json(body: bytes) -> Any:
    """Return what a call says; raise Unreadable when it is not JSON."""
    try:
        return json.loads(body.decode("utf-8"))
    except ValueError as error:
        raise Unreadable("not JSON") from error


def check_basic(received: Received, secret: str) -> None:
    """Raise Forged unless the call bears `secret`, « user:password », as basic authentication."""
    scheme, _, given = received.headers.get("authorization", "").partition(" ")
    try:
        said = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        said = b""
    if not secret or scheme.lower() != "basic" or not hmac.compare_digest(said, secret.encode()):
        raise Forged("basic authentication")


def check_mailgun(said: Any, key: str, at: datetime) -> None:
    """Raise Forged unless the signature inside the call is Mailgun's: HMAC-SHA256 of timestamp and token.

    https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
    """
    block = said.get("signature") if isinstance(said, Mapping) else None
    if not isinstance(block, Mapping):
        raise Forged("no signature")
    stamp, token, given = (str(block.get(name, "")) for name in ("timestamp", "token", "signature"))
    expected = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    if not key or not hmac.compare_digest(given.encode(), expected.encode()):
        raise Forged("signature")
    _check_age(stamp, at)


def check_sendgrid(received: Received, public_key: str) -> None:
    """Raise Forged unless timestamp and body bear SendGrid's ECDSA signature (P-256, SHA-256).

    https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
    """
    stamp = received.headers.get("x-twilio-email-event-webhook-timestamp", "")
    given = received.headers.get("x-twilio-email-event-webhook-signature", "")
    if not public_key:
        raise Forged("no key to check with")
    try:
        key = serialization.load_der_public_key(base64.b64decode(public_key, validate=True))
        signature = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Forged("key or signature cannot be read") from error
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise Forged("the key is of another kind")
    try:
        key.verify(signature, stamp.encode() + received.body, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise Forged("signature") from error
    _check_age(stamp, received.at)


def check_sns(said: Mapping[str, Any], at: datetime, fetch: Fetch) -> None:
    """Raise Forged unless Amazon SNS signed the notification; `fetch` brings its certificate.

    https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
    """
    named = {name: str(value) for name, value in said.items()}
    certificate = named.get("SigningCertURL", "")
    if not of_sns(certificate) or not urlsplit(certificate).path.endswith(".pem"):
        raise Forged("the certificate is not at Amazon SNS")
    algorithm = {"1": hashes.SHA1, "2": hashes.SHA256}.get(named.get("SignatureVersion", ""))
    if algorithm is None:
        raise Forged("unknown version of the signature")
    key = _key_of(fetch(certificate))
    try:
        signature = base64.b64decode(named.get("Signature", ""), validate=True)
        key.verify(signature, _signed_by_sns(named), padding.PKCS1v15(), algorithm())
    except (binascii.Error, ValueError, InvalidSignature) as error:
        raise Forged("signature") from error
    _check_moment(named.get("Timestamp", ""), at)


def of_sns(address: str) -> bool:
    """Tell whether `address` is a page of Amazon SNS.

    >>> of_sns("https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-1.pem")
    True
    >>> of_sns("https://sns.eu-west-3.amazonaws.com.evil.example/x.pem")
    False
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    plain = parts.username is None and port in (None, 443)
    return parts.scheme == "https" and plain and bool(_SNS_HOST.fullmatch(parts.hostname or ""))


def _key_of(pem: bytes) -> rsa.RSAPublicKey:
    try:
        key = x509.load_pem_x509_certificate(pem).public_key()
    except ValueError as error:
        raise Forged("the certificate cannot be read") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise Forged("the certificate is of another kind")
    return key


def _signed_by_sns(said: Mapping[str, str]) -> bytes:
    names = ["Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type"]
    if said.get("Type") == "Notification":
        names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    return "".join(f"{name}\n{said[name]}\n" for name in names if name in said).encode()


def _check_age(stamp: str, at: datetime) -> None:
    if not stamp.isdecimal() or len(stamp) > 11:
        raise Forged("no moment")
    _check_within(datetime.fromtimestamp(int(stamp), tz=UTC), at)


def _check_moment(words: str, at: datetime) -> None:
    try:
        said = datetime.fromisoformat(words)
    except ValueError as error:
        raise Forged("no moment") from error
    _check_within(said if said.tzinfo else said.replace(tzinfo=UTC), at)


def _check_within(said: datetime, at: datetime) -> None:
    if not at - OLDEST <= said <= at + _AHEAD:
        raise Forged("old")
