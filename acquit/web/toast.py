"""What was just done, said once, with its undo: « Message approuvé. Annuler (10 s) ».

A toast is a Django message. A whole page shows it; an answer to HTMX gets it appended, out of band, so that
each view says it once and knows nothing of how it is shown.
"""

from collections.abc import Callable
from typing import TypeGuard

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

UNDO = "undo:"


def toast(request: HttpRequest, words: str, *, undo_url: str = "", tone: str = "ok") -> None:
    """Say what was done, on the next screen that the reader gets; `undo_url` is posted to undo it."""
    level = messages.ERROR if tone == "danger" else messages.WARNING if tone == "warn" else messages.SUCCESS
    messages.add_message(request, level, words, extra_tags=f"{UNDO}{undo_url}" if undo_url else "")


class ToastsForFragments:
    """Append the toasts to an answer made for HTMX. Place it after the messages middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and add what is to be said when the answer is a fragment."""
        response = self.get_response(request)
        if request.headers.get("HX-Request") != "true" or not _is_fragment(response):
            return response
        waiting = messages.get_messages(request)
        if len(waiting):
            said = render_to_string("components/toasts.html", {"toasts": waiting, "oob": True}, request)
            response.content += said.encode()
        return response


def _is_fragment(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and response.headers.get("Content-Type", "").startswith("text/html")
        and b"<html" not in response.content[:500]
    )
