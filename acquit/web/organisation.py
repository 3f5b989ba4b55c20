"""Whose rows a request sees: those of the organisation in which the person who signed in works."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import cast
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext

from acquit.store import tenancy
from acquit.store.accounts.models import Creditor, Membership
from acquit.web.toast import toast

ORGANISATION, CREDITOR = "organisation", "creditor"
#: The field of every form, and the header of HTMX, that say for which creditor the page was drawn.
SHOWN, SHOWN_HEADER = "creditor_shown", "X-Creditor-Shown"
_CHOOSING = frozenset({"creditor", "organisation"})

Handler = Callable[[HttpRequest], HttpResponseBase]


class OrganisationMiddleware:
    """Set `request.membership`, `.memberships`, `.creditors` and `.creditor`, and show their rows only.

    Someone with several organisations works in the one that his session chose, else in the first
    that he joined. Afterwards the connection sees nothing again: an answer that is streamed must
    open the organisation itself.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer within the person's organisation; a stranger's request sees no row."""
        person = cast("AbstractBaseUser | None", getattr(request, "user", None))
        _place(request, None, [])
        request.memberships = []  # type: ignore[attr-defined]
        if person is None or not person.is_authenticated:
            return self.get_response(request)
        with tenancy.person(person.pk):
            request.memberships = memberships_of(person.pk)  # type: ignore[attr-defined]
            membership = _chosen(request, request.memberships)  # type: ignore[attr-defined]
            if membership is None:
                return self.get_response(request)
            with tenancy.organisation(membership.organisation_id):
                _place(request, membership, list(Creditor.objects.order_by("name", "id")))
                with _time_of(request.creditor):  # type: ignore[attr-defined]
                    return self.get_response(request)


class OnlyForTheCreditorShown:
    """Refuse a form of a page that was drawn for another creditor than the session's.

    The creditor is chosen once for all tabs: the settings or the first list of one company, left open in a
    tab, must not be saved or accepted for the other. What a page asks by itself (`X-Quiet`) only gets no
    answer. Place it after `OrganisationMiddleware`.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Handler, *_: object) -> HttpResponse | None:
        """Do nothing and lead to the first page where the page and the session differ."""
        creditor: Creditor | None = request.creditor  # type: ignore[attr-defined]
        match = request.resolver_match
        if request.method != "POST" or creditor is None or match is None or match.view_name in _CHOOSING:
            return None
        shown = request.POST.get(SHOWN) or request.headers.get(SHOWN_HEADER) or str(creditor.pk)
        if shown == str(creditor.pk) or not view.__module__.startswith("acquit.web."):
            return None
        if "X-Quiet" in request.headers:
            return HttpResponse(status=204)
        words = gettext(
            "Rien n’a été fait\u00a0: la page était celle d’une autre société. Vous travaillez pour %(name)s."
        )
        toast(request, words % {"name": creditor.name}, tone="warn")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": "/"})
        return HttpResponse(status=303, headers={"Location": "/"})


def memberships_of(person_id: int) -> list[Membership]:
    """Return the memberships of a person, the oldest first."""
    return list(Membership.objects.filter(user_id=person_id).select_related("organisation").order_by("id"))


def _chosen(request: HttpRequest, mine: list[Membership]) -> Membership | None:
    """Return the membership that the session chose, else the oldest, or None for a newcomer."""
    wanted = request.session.get(ORGANISATION)
    return next((one for one in mine if one.organisation_id == wanted), mine[0] if mine else None)


def _time_of(creditor: Creditor | None) -> timezone.override | nullcontext[None]:
    """Let days and hours be those of the creditor: its today decides, so the screens must show the same."""
    return timezone.override(ZoneInfo(creditor.timezone)) if creditor is not None else nullcontext()


def _place(request: HttpRequest, membership: Membership | None, creditors: list[Creditor]) -> None:
    wanted = request.session.get(CREDITOR) if creditors else None
    request.membership = membership  # type: ignore[attr-defined]
    request.creditors = creditors  # type: ignore[attr-defined]
    request.creditor = next(  # type: ignore[attr-defined]
        (one for one in creditors if one.pk == wanted), creditors[0] if creditors else None
    )
