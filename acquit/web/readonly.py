"""GET never writes: PostgreSQL itself refuses it, inside a read-only transaction."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN = "allauth."
HOOKS = "acquit.web.hooks."

Handler = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]


@contextmanager
def read_only() -> Iterator[None]:
    """Run the block where every write is an error, and undo its transaction: it has nothing to keep."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        try:
            yield
        finally:
            transaction.set_rollback(True)


def may_write(view: View) -> bool:
    """Say whether a view may write on GET.

    Only sign-in, where opening a confirmation link is the act, and the address where providers tell their
    news, some of them by GET.
    """
    return view.__module__.startswith((SIGN_IN, HOOKS))


class ReadOnlyGet:
    """Run the view of a GET in a read-only transaction.

    Place it after the session, sign-in and tenancy middleware: the session is saved outside, on the way
    back. The user is loaded before, because a session whose user changed his password is deleted at that
    moment. What a streaming answer reads later is not guarded.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, then close the read-only transaction that the view opened."""
        with ExitStack() as stack:
            request.read_only = stack  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, _args: Any, _kwargs: Any) -> None:
        """Open the read-only transaction once the view is known."""
        if request.method not in SAFE or may_write(view):
            return
        user = getattr(request, "user", None)
        if user is not None:
            user.is_authenticated  # noqa: B018
        request.read_only.enter_context(read_only())  # type: ignore[attr-defined]
