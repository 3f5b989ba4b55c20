"""OAuth 2 for mailboxes: a short-lived access token from the refresh token that a person granted.

Microsoft: https://learn.microsoft.com/exchange/client-developer/legacy-protocols/
how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth. Google:
https://developers.google.com/gmail/imap/xoauth2-protocol. Both answer RFC 6749, 5 and 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

MICROSOFT, GOOGLE = "microsoft", "google"
#: By who signs people in: where a token is asked for (`{tenant}` is an organisation of theirs), what for.
TOKEN_URLS: Mapping[str, str] = {
    MICROSOFT: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
    GOOGLE: "https://oauth2.googleapis.com/token",
}
SCOPES: Mapping[str, str] = {
    MICROSOFT: "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
    GOOGLE: "https://mail.google.com/",
}
HOSTS: Mapping[str, str] = {MICROSOFT: "outlook.office365.com", GOOGLE: "imap.gmail.com"}
_TIMEOUT = 20.0
_MOST_BYTES = 100_000
#: Errors (RFC 6749, 5.2) after which only a person's new consent helps.
_CONSENT = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "interaction_required"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a person granted us: at whom, and the secrets to use it with."""

    by: str
    client_id: str
    refresh_token: str = field(repr=False)
    client_secret: str = field(default="", repr=False)
    tenant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token for some minutes. The refresh token may have been replaced: the new one is to be kept."""

    access_token: str = field(repr=False)
    expires_in: int
    refresh_token: str = field(repr=False)


class NotGranted(Exception):
    """No token was given. `permanent`: a person has to consent again."""

    def __init__(self, because: str, *, permanent: bool) -> None:
        super().__init__(because)
        self.permanent = permanent


def refreshed(grant: Grant, *, token_url: str = "") -> Token:
    """Return a new access token; raise NotGranted. `token_url` takes the place of the published one."""
    url = (token_url or TOKEN_URLS[grant.by]).format(tenant=grant.tenant or "common")
    asked = {
        "grant_type": "refresh_token", "client_id": grant.client_id, "refresh_token": grant.refresh_token,
    }  # fmt: skip
    if grant.client_secret:
        asked["client_secret"] = grant.client_secret
    if grant.by == MICROSOFT:
        asked["scope"] = SCOPES[MICROSOFT]
    try:
        answered = httpx.post(url, data=asked, timeout=_TIMEOUT, follow_redirects=False)
    except httpx.HTTPError as error:
        raise NotGranted(f"{type(error).__name__}: {error}", permanent=False) from error
    return _token(grant, answered)


def _token(grant: Grant, answered: httpx.Response) -> Token:
    said = _said(answered)
    if answered.status_code != httpx.codes.OK:
        error = str(said.get("error", f"HTTP {answered.status_code}"))[:100]
        described = str(said.get("error_description", ""))[:300]
        raise NotGranted(f"{error}: {described}".rstrip(": "), permanent=error in _CONSENT)
    access, lasts = said.get("access_token"), said.get("expires_in", 0)
    if not isinstance(access, str) or not access:
        raise NotGranted("the answer holds no access token", permanent=False)
    again = said.get("refresh_token")
    return Token(
        access_token=access,
        expires_in=int(str(lasts)) if str(lasts).isdecimal() else 0,
        refresh_token=again if isinstance(again, str) and again else grant.refresh_token,
    )


def _said(answered: httpx.Response) -> Mapping[str, object]:
    if len(answered.content) > _MOST_BYTES:
        return {}
    try:
        said = answered.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
