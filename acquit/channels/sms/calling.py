"""HTTP to a provider of SMS, so that each failure says whether the message can have left."""

from __future__ import annotations

from typing import Any

import httpx

from acquit.channels.base import NO_ADDRESS, Closing, Envelope, Outcome, Refused, Unknown
from acquit.channels.provider import Unreachable
from acquit.channels.sms.number import mobile

CONNECTION_LOST = "connection_lost"
_WORDS = 500
_SECONDS = 20.0
_BUSY = frozenset({429, 503})
_SERVER = 500


def recipient_of(envelope: Envelope) -> str | Refused:
    """Return the number in E.164, or the refusal of an envelope that has none."""
    number = mobile(envelope.recipients[0], "") if envelope.recipients else None
    return number or Refused(
        permanent=True, because="no mobile number", code=NO_ADDRESS, blames_address=True
    )  # fmt: skip


class HttpSession(Closing):
    """One connection for a batch; it is opened by the first message."""

    def __init__(self, base: str, *, auth: tuple[str, str] | None = None) -> None:
        self._client = httpx.Client(base_url=base, auth=auth, timeout=_SECONDS, follow_redirects=False)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def hand_in(self, method: str, path: str, **said: Any) -> httpx.Response | Outcome:
        """Return the provider's answer to a message; without one, whether it can have left.

        Before the request is written nothing has left. After that, silence or a server's own error
        proves nothing: `Unknown`.
        """
        try:
            response = self._client.request(method, path, **said)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Refused(permanent=False, because=_words_of(error), code=CONNECTION_LOST)
        except httpx.HTTPError as error:
            return Unknown(because=f"no answer after the SMS was handed in: {_words_of(error)}")
        if response.status_code in _BUSY:
            return Refused(permanent=False, because=words(response), code=str(response.status_code))
        if response.status_code >= _SERVER:
            return Unknown(because=f"the provider failed: {words(response)}")
        return response

    def ask(self, path: str, **said: Any) -> httpx.Response:
        """Return the answer to a question; raise Unreachable where there is none now."""
        try:
            response = self._client.get(path, **said)
        except httpx.HTTPError as error:
            raise Unreachable(_words_of(error)) from error
        if response.status_code in _BUSY or response.status_code >= _SERVER:
            raise Unreachable(words(response))
        return response


def words(response: httpx.Response) -> str:
    """Return the status and the first words of an answer, for the record."""
    return f"{response.status_code} {response.text.strip()}"[:_WORDS]


def _words_of(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:_WORDS]
