"""The calls of AR24's API: token, time, signature, encrypted answers.

As published (developers.ar24.fr/doc, "Sign your requests"): the signature is the time encrypted with
AES-256-CBC; keys and vectors are the first characters of SHA-256 digests in hexadecimal. It holds for ten
minutes, so the time is that of AR24's own server.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from acquit.channels.base import Refused
from acquit.channels.https import address_in, new_client
from acquit.channels.provider import Unreachable

PARIS = ZoneInfo("Europe/Paris")
_TIMEOUT = 60
_WORDS = 500
#: Parts of AR24's error slugs that are about our account or the moment, not about this letter.
_OURS_TO_MEND = (
    "token", "signature", "date", "user", "otp", "payment", "maintenance", "timeout", "same_request",
    "access",
)  # fmt: skip


class Declined(Exception):
    """AR24 answered that it will not, or cannot now."""

    def __init__(self, slug: str, because: str) -> None:
        super().__init__(because)
        self.slug = slug

    def refused(self) -> Refused:
        """Return it as an outcome: nothing left."""
        temporary = any(part in self.slug for part in _OURS_TO_MEND)
        return Refused(permanent=not temporary, because=str(self)[:_WORDS], code=self.slug[:60])


class NotReached(Unreachable):
    """No connection: nothing was said."""


def signature(date: str, private_key: str) -> str:
    """Return the signature of a call made at `date`, Paris time as AAAA-MM-JJ HH:MM:SS, in base64.

    >>> signature("2021-05-26 14:00:00", "7X9gx9E3Qx4EiUdB63nc")
    'bDop0cbjKpkySlpvnNGvBMg7PuYFFgPPqTTS2RAHoY0='
    """
    padder = padding.PKCS7(128).padder()
    plain = padder.update(date.encode()) + padder.finalize()
    encryptor = _cipher(_digest(private_key), private_key).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def decrypted(answer: str, date: str, private_key: str) -> str:
    """Return what an answer to a call made at `date` says; raise ValueError where it is not for us."""
    decryptor = _cipher(_digest(date + private_key), private_key).decryptor()
    unpadder = padding.PKCS7(128).unpadder()
    try:
        plain = decryptor.update(base64.b64decode(answer, validate=True)) + decryptor.finalize()
        return (unpadder.update(plain) + unpadder.finalize()).decode()
    except (binascii.Error, UnsupportedAlgorithm) as error:
        raise ValueError("not an answer of AR24") from error


def _cipher(key: str, private_key: str) -> Cipher[modes.CBC]:
    vector = _digest(_digest(private_key))
    return Cipher(algorithms.AES(key[:32].encode()), modes.CBC(vector[:16].encode()))


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


class Api:
    """Calls with one account."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._base = address_in(settings, "url")
        self._url = httpx.URL(self._base)
        self._token, self._key = settings["token"], settings["private_key"]
        self._client = new_client(timeout=_TIMEOUT)
        self._clock: tuple[datetime, float] | None = None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, said: Mapping[str, str]) -> Mapping[str, Any]:
        """Return what is read at `path`; raise Declined or Unreachable."""
        date = self._date()
        return self._result("GET", path, date, params={"token": self._token, "date": date, **said})

    def post(
        self, path: str, said: Mapping[str, str], *, files: Mapping[str, tuple[str, bytes, str]] | None = None
    ) -> Mapping[str, Any]:
        """Return the answer to what is posted; raise Declined, NotReached or Unreachable."""
        date = self._date()
        return self._result(
            "POST", path, date, data={"token": self._token, "date": date, **said}, files=files
        )

    def proof(self, url: object) -> bytes | None:
        """Return the PDF at an address of AR24's own; None while there is none."""
        if not isinstance(url, str) or not url:
            return None
        asked = httpx.URL(url)
        if (asked.scheme, asked.host, asked.port) != (self._url.scheme, self._url.host, self._url.port):
            return None
        try:
            answer = self._client.get(url)
        except httpx.TransportError as error:
            raise Unreachable(str(error) or type(error).__name__) from error
        return answer.content if answer.is_success and answer.content.startswith(b"%PDF") else None

    def one_time(self, secret: str) -> str:
        """Return the code of this half minute (RFC 6238) of a secret in base32."""
        key = base64.b32decode(secret.replace(" ", "").upper() + "=" * (-len(secret.replace(" ", "")) % 8))
        code = TOTP(key, 6, hashes.SHA1(), 30, enforce_key_length=False)  # noqa: S303  what AR24 uses
        return code.generate(int(self._now().timestamp())).decode()

    def _now(self) -> datetime:
        """Return the moment by AR24's clock, which is read once."""
        if self._clock is None:
            try:
                said = self._client.head(self._base).headers.get("date", "")
                self._clock = parsedate_to_datetime(said), time.monotonic()
            except httpx.TransportError as error:
                raise NotReached(str(error) or type(error).__name__) from error
            except ValueError as error:
                raise NotReached("AR24 does not tell the time") from error
        told, since = self._clock
        return told + timedelta(seconds=time.monotonic() - since)

    def _date(self) -> str:
        return self._now().astimezone(PARIS).strftime("%Y-%m-%d %H:%M:%S")

    def _result(self, method: str, path: str, date: str, **body: Any) -> Mapping[str, Any]:
        headers = {"signature": signature(date, self._key)}
        try:
            answer = self._client.request(method, f"{self._base}{path}", headers=headers, **body)
        except httpx.ConnectError as error:
            raise NotReached(str(error)) from error
        except httpx.TransportError as error:
            raise Unreachable(str(error) or type(error).__name__) from error
        said = self._said(answer.text, date)
        if said is None:
            raise Unreachable(f"{answer.status_code}: an answer that cannot be read")
        if str(said.get("status", "")).casefold() in ("error", "maintenance"):
            slug = str(said.get("slug") or said["status"]).casefold()
            raise Declined(slug, f"{slug} {said.get('message') or ''}".strip())
        result = said.get("result", said)
        return result if isinstance(result, Mapping) else {}

    def _said(self, text: str, date: str) -> Mapping[str, Any] | None:
        """Return the answer, decrypted unless it is an error in clear."""
        for words in (text, None):
            try:
                found = json.loads(words if words is not None else decrypted(text.strip(), date, self._key))
            except ValueError:
                continue
            if isinstance(found, Mapping):
                return found
        return None
