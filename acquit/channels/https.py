"""How channels call a provider over HTTPS: certificates are read once, and no address of ours is open."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cache

import httpx

_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


def new_client(*, timeout: int) -> httpx.Client:
    """Return a client that follows no redirection: what a provider answers sends us nowhere else."""
    return httpx.Client(timeout=timeout, follow_redirects=False, verify=_certificates())


def address_in(settings: Mapping[str, str], key: str) -> str:
    """Return the address of a setting without its last slash; raise ValueError unless it is secret.

    On this machine itself it may be open.
    """
    url = httpx.URL(settings[key].rstrip("/"))
    if url.scheme != "https" and url.host not in _HERE:
        raise ValueError(f"{key} must begin with https://")
    return str(url)


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()
