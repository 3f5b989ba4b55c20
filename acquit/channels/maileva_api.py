"""The calls of Maileva's API: sign in (OAuth 2), ask, post; what it declines and when it is not reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from acquit.channels.base import Refused
from acquit.channels.https import address_in, new_client
from acquit.channels.provider import Unreachable

_TOKEN_PATH = "/auth/realms/services/protocol/openid-connect/token"  # noqa: S105  an address
_PAGE, _MOST_SENDINGS = 100, 100_000
_TIMEOUT = 30
#: Characters of an answer that are kept.
WORDS = 500


@dataclass(frozen=True, slots=True)
class Product:
    """One of Maileva's products: its part of the address, and whether arrival is proven."""

    path: str
    registered: bool


class Declined(Exception):
    """Maileva answered that it will not, or cannot now."""

    def __init__(self, status: int, because: str) -> None:
        super().__init__(because)
        self.status = status

    @property
    def permanent(self) -> bool:
        """What is wrong with this letter stays so; our account or their server may be mended."""
        return self.status in (400, 404, 409, 413, 422)

    def refused(self) -> Refused:
        """Return it as an outcome: nothing left."""
        return Refused(permanent=self.permanent, because=str(self)[:WORDS], code=str(self.status))


class Api:
    """Calls of one product with one account; signs in when it must."""

    def __init__(self, product: Product, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self._base = f"{address_in(settings, 'url')}/{product.path}"
        self._auth = address_in(settings, "auth_url")
        self._client = new_client(timeout=_TIMEOUT)
        self._token = ""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, **query: object) -> Any:
        """Return what is read at `path`; raise Declined or Unreachable."""
        return self._json(self.call("GET", path, params=query))

    def post(self, path: str, **body: Any) -> Any:
        """Return the answer to what is posted; raise Declined or Unreachable."""
        return self._json(self.call("POST", path, **body))

    def call(self, method: str, path: str, **body: Any) -> httpx.Response:
        """Return a good answer; raise Declined or Unreachable."""
        for signed_in_again in (False, True):
            if not self._token or signed_in_again:
                self._sign_in()
            headers = {"Authorization": f"Bearer {self._token}"}
            try:
                answer = self._client.request(method, f"{self._base}{path}", headers=headers, **body)
            except httpx.TransportError as error:
                raise Unreachable(str(error) or type(error).__name__) from error
            if answer.status_code != 401:
                break
        if not answer.is_success:
            raise Declined(answer.status_code, f"{answer.status_code} {_reason(answer)}")
        return answer

    def _sign_in(self) -> None:
        said = {
            "grant_type": "password", "username": self._settings["user"],
            "password": self._settings["password"], "client_id": self._settings["client_id"],
            "client_secret": self._settings["client_secret"],
        }  # fmt: skip
        try:
            answer = self._client.post(f"{self._auth}{_TOKEN_PATH}", data=said)
        except httpx.TransportError as error:
            raise Unreachable(str(error) or type(error).__name__) from error
        token = self._json(answer).get("access_token") if answer.is_success else None
        if not token:
            # A wrong password blames no letter: all of them wait for it.
            raise Declined(401, f"sign-in: {answer.status_code}")
        self._token = str(token)

    @staticmethod
    def _json(answer: httpx.Response) -> Any:
        try:
            return answer.json() if answer.content else {}
        except ValueError as error:
            raise Unreachable("an answer that is not JSON") from error

    def sendings(self) -> Iterator[Mapping[str, Any]]:
        """Yield all sendings of the account: the API cannot look for one by its custom id."""
        for start in range(1, _MOST_SENDINGS, _PAGE):
            page = self.get("/sendings", start_index=start, count=_PAGE)
            found = page.get("sendings") or []
            yield from found
            if len(found) < _PAGE:
                return
        raise Unreachable(f"more than {_MOST_SENDINGS} sendings to look through")


def _reason(answer: httpx.Response) -> str:
    try:
        said = answer.json()
    except ValueError:
        return answer.text[:WORDS]
    errors = said.get("errors") if isinstance(said, dict) else None
    found = errors if isinstance(errors, list) and errors else [said]
    return "; ".join(
        f"{one.get('code', '')} {one.get('message', '')}".strip() for one in found if isinstance(one, dict)
    )[:WORDS]
