"""Work that people share: whose it is, who reads it, until when it rests, what they say about it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from acquit.flows.cases.assign_work import assign_work
from acquit.flows.cases.claim_work import claim_work, release_work
from acquit.flows.cases.comment_work import comment_work, named_in, see_mentions
from acquit.flows.cases.snooze_work import snooze_work, wake_work
from acquit.flows.material.errors import InThePast, NotAColleague, NothingWritten
from acquit.store import tenancy
from acquit.store.accounts.models import Membership, User
from acquit.store.cases.work import CLAIM_LASTS, Comment, Mention, WorkState

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = NOW.date()


def colleague(organisation, first: str, last: str) -> int:
    """Return the id of a new member of the organisation."""
    email = f"{first}.{last}@alpha.example".lower()
    user = User.objects.create_user(username=email, email=email, first_name=first, last_name=last)
    Membership.objects.create(organisation_id=organisation.id, user=user, role="collector")
    return user.pk


@pytest.fixture
def piece(organisation):
    return {"organisation_id": organisation.id, "kind": "task", "item": 7}


def test_work_is_given_once(organisation, piece):
    malik = colleague(organisation, "Malik", "Benali")
    assert assign_work(**piece, to=malik, now=NOW, by=organisation.user_id)
    assert not assign_work(**piece, to=malik, now=NOW, by=organisation.user_id)
    assert WorkState.objects.get().assigned_to_id == malik
    assert assign_work(**piece, to=None, now=NOW, by=malik)
    assert not assign_work(**piece, to=None, now=NOW, by=malik)
    with pytest.raises(NotAColleague):
        assign_work(**piece, to=malik + 99, now=NOW, by=malik)


def test_a_claim_holds_until_its_reader_is_silent(organisation, piece):
    malik = colleague(organisation, "Malik", "Benali")
    assert claim_work(**piece, by=malik, now=NOW)
    assert not claim_work(**piece, by=organisation.user_id, now=NOW + CLAIM_LASTS)
    assert claim_work(**piece, by=malik, now=NOW + CLAIM_LASTS)
    assert not claim_work(**piece, by=organisation.user_id, now=NOW + CLAIM_LASTS * 2)
    assert claim_work(**piece, by=organisation.user_id, now=NOW + CLAIM_LASTS * 2 + timedelta(seconds=1))


def test_a_person_reads_one_thing_at_a_time(organisation, piece):
    me = organisation.user_id
    claim_work(**piece, by=me, now=NOW)
    claim_work(**{**piece, "item": 8}, by=me, now=NOW)
    assert list(WorkState.objects.filter(claimed_by_id=me).values_list("item", flat=True)) == [8]
    assert release_work(organisation_id=organisation.id, by=me) == 1


def test_two_who_claim_at_once_are_one(founded, piece):
    with founded.open():
        people = [founded.user_id, colleague(founded, "Malik", "Benali")] * 3

    def claimed(person: int) -> bool:
        try:
            with tenancy.organisation(founded.id):
                return claim_work(**piece, by=person, now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        held = list(threads.map(claimed, people))
    assert len({person for person, got in zip(people, held, strict=True) if got}) == 1
    with founded.open():
        assert WorkState.objects.count() == 1


def test_rest_has_an_end_to_come(organisation, piece):
    with pytest.raises(InThePast):
        snooze_work(**piece, until=TODAY, today=TODAY, now=NOW, by=None)
    snooze_work(**piece, until=TODAY + timedelta(days=1), today=TODAY, now=NOW, by=organisation.user_id)
    assert wake_work(**piece)
    assert not wake_work(**piece)


def test_a_comment_tells_whom_it_names(organisation, piece):
    malik = colleague(organisation, "Malik", "Benali")
    where = {**piece, "creditor_id": organisation.creditor_id, "account_id": None}
    said = comment_work(
        **where, text="@Malik Benali et @malik, voir avec @Zoé", now=NOW, by=organisation.user_id
    )
    assert (said.told, said.unknown) == ((malik,), ("Zoé",))
    assert Mention.objects.get().person_id == malik
    comment_work(**where, text="C’est vu", now=NOW, by=malik)
    assert Mention.objects.get().seen_at == NOW, "an answer counts as seen"
    assert see_mentions(**piece, person=malik, now=NOW) == 0
    with pytest.raises(NothingWritten):
        comment_work(**where, text=" \n", now=NOW, by=malik)
    assert Comment.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "told", "unknown"),
    [
        ("@ana roy, @Ana Roy", (1,), ()),
        ("@ana", (), ("ana",)),
        ("ecrire à compta@ana.fr", (), ()),
        ("@max@ana.fr", (2,), ()),
        ("@maxime", (), ("maxime",)),
        ("@Élodie : oui", (3,), ()),
    ],
)
def test_a_name_is_whole_and_one_person_s(text, told, unknown):
    names = {"ana roy": [1], "ana": [1, 2], "max": [2], "elodie": [3]}
    assert named_in(text, names) == (told, unknown)


def test_nobody_of_another_organisation_is_told(organisation, found, piece):
    theirs = found("Autre")
    with pytest.raises(NotAColleague):
        assign_work(**piece, to=theirs.user_id, now=NOW, by=None)
    where = {**piece, "creditor_id": organisation.creditor_id, "account_id": None}
    email = User.objects.get(pk=theirs.user_id).username
    said = comment_work(**where, text=f"@{email}", now=NOW, by=organisation.user_id)
    assert not said.told
