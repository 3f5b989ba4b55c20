"""Contacts."""

from __future__ import annotations

import pytest

from acquit.flows.accounts.keep_contact import Reach, keep_contact
from acquit.flows.material.errors import NoWayToReach
from acquit.store.accounts.models import Account, Contact
from tests.flows.world import NOW, TODAY, account, ready_creditor


@pytest.fixture
def dupont(organisation):
    return account(ready_creditor(organisation.id), "DUPONT")


def keep(dupont: Account, contact_id: int | None = None, **said) -> Contact:
    identity = keep_contact(
        organisation_id=dupont.organisation_id, debtor_id=dupont.debtor_id, reach=Reach(**said), today=TODAY,
        now=NOW, contact_id=contact_id,
    )  # fmt: skip
    return Contact.objects.get(pk=identity)


def test_a_debtor_has_one_main_contact(dupont):
    new = keep(dupont, name="Paul Roux", email="paul@client.example", is_main=True)
    assert list(Contact.objects.filter(debtor=dupont.debtor, is_main=True)) == [new]
    assert Account.objects.get(pk=dupont.pk).look_at == NOW


def test_the_day_on_which_an_address_failed_is_kept_until_it_changes(dupont):
    one = keep(dupont, email="paul@client.example")
    failed = keep(dupont, one.pk, email="paul@client.example", email_bounced=True)
    assert failed.email_bounced_on == TODAY
    Contact.objects.filter(pk=one.pk).update(email_bounced_on=TODAY.replace(day=1))
    again = keep(dupont, one.pk, email="paul@client.example", email_bounced=True)
    assert again.email_bounced_on == TODAY.replace(day=1)
    mended = keep(dupont, one.pk, email="p.roux@client.example", email_bounced=True)
    assert mended.email_bounced_on is None


def test_a_contact_that_nothing_reaches_is_refused(dupont):
    with pytest.raises(NoWayToReach):
        keep(dupont, name="Paul Roux")


def test_a_contact_of_another_debtor_is_not_changed(dupont, organisation):
    other = account(ready_creditor(organisation.id), "AUTRE")
    foreign = Contact.objects.get(debtor=other.debtor)
    with pytest.raises(Contact.DoesNotExist):
        keep(dupont, foreign.pk, email="x@y.example")
