"""What outsiders typed, made harmless to read: nothing unseen, nothing that turns the line around (F-57)."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase

#: Control characters, zero-width marks and the overrides of writing direction; a line break stays.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)

#: The same in the bytes of a page, but for the controls below a space, which no browser shows.
_UNSEEN_BYTES = re.compile(rb"\xd8\x9c|\xe2\x80[\x8b\x8e\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf")


class OnlySeen:
    """Middleware that takes out of every page what is not seen and changes what is seen.

    No name, label, note or reason reaches a screen by a way that forgot it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, without those characters where the answer is a page."""
        answer = self.get_response(request)
        page = answer.headers.get("Content-Type", "").startswith("text/html")
        if page and isinstance(answer, HttpResponse) and _UNSEEN_BYTES.search(answer.content):
            answer.content = _UNSEEN_BYTES.sub(b"", answer.content)
        return answer


def inert(text: str) -> str:
    """Return `text` without the characters that are not seen and change what is seen.

    >>> inert("Garage \\u202eMartin\\x07")
    'Garage Martin'
    """
    return _UNSEEN.sub("", text)
