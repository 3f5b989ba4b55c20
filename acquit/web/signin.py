"""Who may sign in: people whom an administrator invited."""

from collections.abc import Callable
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Close sign-up: an account opens a company's ledger, so only an administrator gives one."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Refuse anyone who comes uninvited."""
        return False


class KnownOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Let the identity provider sign in the people whom we know, and create nobody."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:  # noqa: ARG002
        """Refuse an identity that belongs to no account."""
        return False


class SignInOnAWholePage:
    """Send who is no longer signed in to the form, and from there back to the page on which he was.

    Without it HTMX puts the form inside the page in place of a fragment; and after signing in, the address
    that a form was posted to is opened by GET, which most refuse. What a page asks by itself (`X-Quiet`)
    leads nowhere: somebody may be writing on it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; change only the way to the form."""
        response = self.get_response(request)
        fragment = request.headers.get("HX-Request") == "true"
        if not _leads_to_sign_in(response) or not (fragment or request.method == "POST"):
            return response
        if fragment and "X-Quiet" in request.headers:
            return HttpResponse(status=204)
        came_from = request.headers.get("HX-Current-URL" if fragment else "Referer", "")
        to = redirect_to_login(_path_here(came_from, request.get_host()))
        return HttpResponse(status=204, headers={"HX-Redirect": to.url}) if fragment else to


def _leads_to_sign_in(response: HttpResponseBase) -> bool:
    """Tell a page that asks who one is from the way out after a goodbye, which leads nowhere next."""
    to = urlsplit(response.headers.get("Location", ""))
    return response.status_code == 302 and to.path == resolve_url("account_login") and bool(to.query)


def _path_here(address: str, host: str) -> str:
    """Return path and query of an address of this site, else the first page."""
    parts = urlsplit(address)
    if parts.netloc != host or parts.path.startswith("//"):
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
