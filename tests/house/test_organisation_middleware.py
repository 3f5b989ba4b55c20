"""A signed-in person works in his organisation, and the connection forgets it after the answer."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from acquit.store import tenancy
from acquit.store.accounts.models import Creditor, Membership, User
from acquit.web.organisation import OrganisationMiddleware


def _answer(person, **chosen):
    """Return what a view sees: the organisation, the creditors, and the one it works with."""
    seen: dict[str, object] = {}

    def view(request):
        seen["organisation"] = tenancy.current_organisation()
        seen["creditors"] = sorted(Creditor.objects.values_list("name", flat=True))
        seen["creditor"] = request.creditor and request.creditor.name
        return HttpResponse()

    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.session.update(chosen)
    request.user = person
    OrganisationMiddleware(view)(request)
    assert tenancy.current_organisation() is None
    assert not Creditor.objects.exists()
    return seen


def test_a_person_sees_the_organisation_he_belongs_to(found):
    ours = found("Ours")
    found("Theirs")
    person = User.objects.get(pk=ours.user_id)
    assert _answer(person) == {"organisation": ours.id, "creditors": ["Ours"], "creditor": "Ours"}


def test_the_session_chooses_among_several_and_only_among_ones_own(found):
    ours, other, foreign = found("Ours"), found("Other"), found("Foreign")
    with other.open():
        Membership.objects.create(organisation_id=other.id, user_id=ours.user_id)
    person = User.objects.get(pk=ours.user_id)
    assert _answer(person)["organisation"] == ours.id
    assert _answer(person, organisation=other.id)["creditors"] == ["Other"]
    assert _answer(person, organisation=foreign.id)["organisation"] == ours.id


def test_the_session_chooses_the_creditor(found):
    ours = found("Ours")
    with ours.open():
        second = Creditor.objects.create(organisation_id=ours.id, key="second", name="Zweite")
    person = User.objects.get(pk=ours.user_id)
    assert _answer(person)["creditor"] == "Ours"
    assert _answer(person, creditor=second.pk)["creditor"] == "Zweite"


def test_someone_who_belongs_nowhere_sees_nothing(found):
    found("Ours")
    stranger = User.objects.create_user("x", "x@example.com", "x")
    assert _answer(stranger) == {"organisation": None, "creditors": [], "creditor": None}


def test_the_organisation_is_forgotten_when_the_view_fails(founded):
    def view(request):
        raise KeyError

    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.user = User.objects.get(pk=founded.user_id)
    with pytest.raises(KeyError):
        OrganisationMiddleware(view)(request)
    assert tenancy.current_organisation() is None
