"""A call to an address that a user typed: never into the house, whatever the name resolves to meanwhile.

The name is resolved once, every address it has must be public, and the connection goes to the address
that was looked at, so that a second answer of the resolver changes nothing. Redirects are not followed,
what is answered is not read beyond its headers, and all of it is over in a bounded time.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import httpx

#: The whole of a call, in seconds: a server that answers drop by drop keeps nobody waiting.
MOST_SECONDS = 15.0
_STEP_SECONDS = 10.0
#: The public internet of IPv6, less its tunnels, through which an IPv4 address of the house is reached.
_PUBLIC_6 = ipaddress.ip_network("2000::/3")
#: A public address by its number that machines in Azure find their own keeper at
#: (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
_KEEPERS = frozenset({ipaddress.ip_address("168.63.129.16")})


@dataclass(frozen=True, slots=True)
class Answered:
    """Whether the other side took it, and what it said."""

    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a call goes: the address that was looked at, in the URL, and the name it was asked for by."""

    address: str
    url: str
    host: str
    name: str


class NotAllowed(ValueError):
    """This address is not one of the public internet."""


def call(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    private_allowed: bool,
    trust: ssl.SSLContext | None = None,
    most_seconds: float = MOST_SECONDS,
) -> Answered:
    """POST `body` and return what came back; never raise for what the world does."""
    try:
        place = _checked(url, private_allowed=private_allowed)
    except (ValueError, OSError) as error:
        return Answered(False, _said(error))
    try:
        status = asyncio.run(_post(place, body, headers, trust or _trusted(), most_seconds))
    except TimeoutError:
        return Answered(False, f"{place.address}: no answer within {most_seconds:g} s")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        return Answered(False, f"{place.address}: {_said(error)}"[:300])
    return Answered(200 <= status < 300, f"HTTP {status}")


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


async def _post(
    place: _Place, body: bytes, headers: Mapping[str, str], trust: ssl.SSLContext, seconds: float
) -> int:
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(
            follow_redirects=False, trust_env=False, timeout=_STEP_SECONDS, verify=trust
        ) as client,
        client.stream(
            "POST", place.url, content=body, headers={**headers, "Host": place.host},
            extensions={"sni_hostname": place.name},
        ) as answer,
    ):  # fmt: skip
        return answer.status_code


def _checked(url: str, *, private_allowed: bool) -> _Place:
    """Return where to connect to. Raises NotAllowed, OSError where the name leads nowhere."""
    parts = urlsplit(url)
    schemes = {"https", "http"} if private_allowed else {"https"}
    if parts.scheme not in schemes or not parts.hostname or parts.username or parts.password:
        raise NotAllowed(f"an address must begin with {' or '.join(sorted(schemes))} and name a host")
    name = parts.hostname if ":" in parts.hostname else parts.hostname.encode("idna").decode()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = {str(one[4][0]) for one in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)}
    if not private_allowed and not all(map(is_public, found)):
        raise NotAllowed(f"{name} leads to a private address")
    address = min(found, key=lambda one: (":" in one, one))
    query = f"?{parts.query}" if parts.query else ""
    return _Place(
        address=address, name=name,
        url=f"{parts.scheme}://{_bracketed(address)}:{port}{parts.path or '/'}{query}",
        host=_bracketed(name) + (f":{parts.port}" if parts.port else ""),
    )  # fmt: skip


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:300]


def is_public(address: str) -> bool:
    """Say whether `address` is one of the public internet: not private, loopback, link-local, shared…

    >>> is_public("93.184.215.14"), is_public("169.254.169.254"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    said = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(said, ipaddress.IPv6Address):
        if said.ipv4_mapped is not None:
            return is_public(str(said.ipv4_mapped))
        if said not in _PUBLIC_6 or said.sixtofour is not None or said.teredo is not None:
            return False
    return said.is_global and not said.is_multicast and said not in _KEEPERS
