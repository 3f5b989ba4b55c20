"""Providers that take the finished mail over HTTP: the frozen bytes leave as they are."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from acquit.channels.base import NO_ADDRESS, Accepted, Closing, Envelope, Frozen, Outcome, Refused
from acquit.channels.email.mailbox import usable
from acquit.channels.email.reply import refusal, unanswered, unreached

_TIMEOUT = httpx.Timeout(30, connect=10)
_NEVER_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

#: Makes the request that hands a mail over: (client, bytes, recipients, key).
Request = Callable[[httpx.Client, bytes, list[str], str], httpx.Request]
#: Reads the provider's reference out of a success; raises ValueError or KeyError when it is not there.
Reference = Callable[[httpx.Response], str]


class RawSession(Closing):
    """One HTTP client for a batch."""

    def __init__(
        self, request: Request, reference: Reference, blames: Callable[[httpx.Response], bool]
    ) -> None:
        self._request = request
        self._reference = reference
        self._blames = blames
        self._client: httpx.Client | None = None

    def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def send(self, frozen: Frozen, envelope: Envelope, *, idempotency_key: str) -> Outcome:
        """Hand the bytes over once, in one request."""
        recipients = [one for one in map(usable, envelope.recipients) if one is not None]
        if not envelope.recipients or usable(envelope.recipients[0]) is None:
            because = "the address cannot be a mailbox"
            return Refused(permanent=True, because=because, code=NO_ADDRESS, blames_address=True)
        if self._client is None:
            self._client = httpx.Client(timeout=_TIMEOUT)
        try:
            response = self._client.send(
                self._request(self._client, frozen.content, recipients, idempotency_key)
            )
        except _NEVER_CONNECTED as error:
            return unreached(f"{type(error).__name__}: {error}")
        except httpx.HTTPError as error:
            return unanswered(f"{type(error).__name__}: {error}")
        if not response.is_success:
            return refusal(response.status_code, response.text, blames_address=self._blames(response))
        try:
            reference = self._reference(response)
        except (ValueError, KeyError, TypeError):
            return unanswered(f"{response.status_code} {response.text}")
        return Accepted(provider_ref=reference, detail=f"{response.status_code} {response.text}"[:500])
