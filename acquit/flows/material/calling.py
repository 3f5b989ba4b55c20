"""A call to an address that a user typed: never into the house, whatever the name resolves to meanwhile.

The name is resolved once, every address it has must be public, and the connection goes to the address
that was looked at, so that a second answer of the resolver changes nothing. Redirects are not followed.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

_TIMEOUT = 10


@dataclass(frozen=True, slots=True)
class Answered:
    """Whether the other side took it, and what it said."""

    ok: bool
    detail: str


class NotAllowed(ValueError):
    """This address is not one of the public internet."""


def call(url: str, body: bytes, headers: Mapping[str, str], *, private_allowed: bool) -> Answered:
    """POST `body` and return what came back; never raise for what the world does."""
    try:
        address, host, target = _checked(url, private_allowed=private_allowed)
    except (NotAllowed, OSError, ValueError) as error:
        return Answered(False, str(error)[:300])
    try:
        with (
            httpx.Client(follow_redirects=False, trust_env=False, timeout=_TIMEOUT) as client,
            client.stream(
                "POST", target, content=body, headers={**headers, "Host": host},
                extensions={"sni_hostname": urlsplit(url).hostname},
            ) as answer,
        ):  # fmt: skip
            status = answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Answered(False, f"{address}: {str(error) or type(error).__name__}"[:300])
    return Answered(200 <= status < 300, f"HTTP {status}")


def _checked(url: str, *, private_allowed: bool) -> tuple[str, str, str]:
    """Return the address to connect to, the Host header, and the URL that names the address."""
    parts = urlsplit(url)
    schemes = {"https", "http"} if private_allowed else {"https"}
    if parts.scheme not in schemes or not parts.hostname or parts.username or parts.password:
        raise NotAllowed(f"an address must begin with {' or '.join(sorted(schemes))} and name a host")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = {str(one[4][0]) for one in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
    if not private_allowed and not all(map(is_public, found)):
        raise NotAllowed(f"{parts.hostname} leads to a private address")
    address = min(found, key=lambda one: (":" in one, one))
    place = f"[{address}]" if ":" in address else address
    query = f"?{parts.query}" if parts.query else ""
    return address, parts.netloc, f"{parts.scheme}://{place}:{port}{parts.path or '/'}{query}"


def is_public(address: str) -> bool:
    """Say whether `address` is one of the public internet: not private, loopback, link-local, shared…

    >>> is_public("93.184.215.14"), is_public("169.254.169.254"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    said = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(said, ipaddress.IPv6Address):
        inner = said.ipv4_mapped or said.sixtofour or (said.teredo[1] if said.teredo else None)
        if inner is not None:
            said = inner
        elif said in _TRANSLATED:
            return False
    return said.is_global and not said.is_multicast


#: NAT64: the last 32 bits are an IPv4 address, perhaps of the house.
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
