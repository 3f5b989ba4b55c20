"""The content security policy: nothing inline, nothing from elsewhere.

Widths that depend on figures are drawn as SVG attributes, which the policy does not touch; a style attribute
or an inline script would be refused by the browser, so the tests refuse them too.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]
Handler = Callable[[HttpRequest], HttpResponseBase]

HEADER = "Content-Security-Policy"

POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}
FRAMED_MAIL = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"


def identity_providers() -> tuple[str, ...]:
    """Return the origins of the OpenID Connect providers: a sign-in form is sent on to them.

    Browsers apply form-action to the redirect that follows a form, so an origin that is not named here would
    leave the button dead.
    """
    configured = getattr(settings, "SOCIALACCOUNT_PROVIDERS", {}).get("openid_connect", {})
    servers = [app.get("settings", {}).get("server_url", "") for app in configured.get("APPS", ())]
    origins = [f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, servers) if parts.netloc]
    return tuple(dict.fromkeys(origins))


def policy() -> str:
    """Return the policy's header."""
    allowed = POLICY | {"form-action": " ".join((POLICY["form-action"], *identity_providers()))}
    return "; ".join(f"{directive} {sources}" for directive, sources in allowed.items())


class ContentSecurityPolicy:
    """Send the policy with every answer that does not carry its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.header = policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the policy."""
        response = self.get_response(request)
        response.headers.setdefault(HEADER, self.header)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


def framed_mail(view: View) -> View:
    """Let a view's answer be framed by our own pages: its styles are allowed, everything else is refused.

    For the exact HTML of a message: it was written for mail programs, with inline styles.
    """

    @wraps(view)
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers[HEADER] = FRAMED_MAIL
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    return framed
