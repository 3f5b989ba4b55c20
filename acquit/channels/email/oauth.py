"""OAuth 2 for mailboxes: a person's consent in the browser, then short-lived access tokens.

Microsoft: https://learn.microsoft.com/exchange/client-developer/legacy-protocols/
how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth, and
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow. Google:
https://developers.google.com/gmail/imap/xoauth2-protocol, and
https://developers.google.com/identity/protocols/oauth2/web-server. Both follow RFC 6749 (4.1, 5 and 6), with
the proof of RFC 7636 that whoever brings the code is who asked for it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx

MICROSOFT, GOOGLE = "microsoft", "google"
#: By who signs people in: where a token is asked for (`{tenant}` is an organisation of theirs), what for.
TOKEN_URLS: Mapping[str, str] = {
    MICROSOFT: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
    GOOGLE: "https://oauth2.googleapis.com/token",
}
#: Where a person consents.
CONSENT_URLS: Mapping[str, str] = {
    MICROSOFT: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
    GOOGLE: "https://accounts.google.com/o/oauth2/v2/auth",
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


#: Without these neither gives a refresh token, or not a second time.
_LASTING: Mapping[str, Mapping[str, str]] = {
    MICROSOFT: {"response_mode": "query", "prompt": "select_account"},
    GOOGLE: {"access_type": "offline", "prompt": "consent"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What Microsoft or Google knows us as."""

    by: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    tenant: str = ""


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


def consent_url(
    application: Application, *, user: str, redirect_uri: str, state: str, verifier: str, url: str = ""
) -> str:
    """Return where a person consents that the mailbox of `user` is read; `url` replaces the published one.

    `verifier` stays with us and is shown with the code only (RFC 7636, 4.2; method S256).
    """
    address = (url or CONSENT_URLS[application.by]).format(tenant=application.tenant or "common")
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    asked = {
        "client_id": application.client_id, "response_type": "code", "redirect_uri": redirect_uri,
        "scope": SCOPES[application.by], "state": state, "login_hint": user,
        "code_challenge": base64.urlsafe_b64encode(digest).decode("ascii").rstrip("="),
        "code_challenge_method": "S256", **_LASTING[application.by],
    }  # fmt: skip
    return f"{address}?{urlencode(asked)}"


def exchanged(
    application: Application, *, code: str, redirect_uri: str, verifier: str, token_url: str = ""
) -> Token:
    """Return the tokens for a code that a consent brought back; raise NotGranted."""
    asked = {
        "grant_type": "authorization_code", "client_id": application.client_id, "code": code,
        "redirect_uri": redirect_uri, "code_verifier": verifier,
    }  # fmt: skip
    grant = Grant(
        by=application.by, client_id=application.client_id, client_secret=application.client_secret,
        tenant=application.tenant, refresh_token="",
    )  # fmt: skip
    token = _asked(grant, asked, token_url)
    if not token.refresh_token:
        raise NotGranted("the answer holds no refresh token", permanent=True)
    return token


def refreshed(grant: Grant, *, token_url: str = "") -> Token:
    """Return a new access token; raise NotGranted. `token_url` takes the place of the published one."""
    asked = {
        "grant_type": "refresh_token", "client_id": grant.client_id, "refresh_token": grant.refresh_token,
    }  # fmt: skip
    return _asked(grant, asked, token_url)


def _asked(grant: Grant, asked: dict[str, str], token_url: str) -> Token:
    url = (token_url or TOKEN_URLS[grant.by]).format(tenant=grant.tenant or "common")
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
