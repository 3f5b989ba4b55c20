"""Whose rows a request sees: those of the organisation in which the person who signed in works."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import cast
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from acquit.store import tenancy
from acquit.store.accounts.models import Creditor, Membership

ORGANISATION, CREDITOR = "organisation", "creditor"

Handler = Callable[[HttpRequest], HttpResponseBase]


class OrganisationMiddleware:
    """Set `request.membership`, `request.creditors` and `request.creditor`, and show their rows only.

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
        if person is None or not person.is_authenticated:
            return self.get_response(request)
        with tenancy.person(person.pk):
            membership = chosen_membership(request, person.pk)
            if membership is None:
                return self.get_response(request)
            with tenancy.organisation(membership.organisation_id):
                _place(request, membership, list(Creditor.objects.order_by("name", "id")))
                with _time_of(request.creditor):  # type: ignore[attr-defined]
                    return self.get_response(request)


def chosen_membership(request: HttpRequest, person_id: int) -> Membership | None:
    """Return the membership that the session chose, else the oldest, or None for a newcomer."""
    mine = list(Membership.objects.filter(user_id=person_id).select_related("organisation").order_by("id"))
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
