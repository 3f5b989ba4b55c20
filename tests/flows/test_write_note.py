"""Notes."""

from __future__ import annotations

import pytest

from acquit.flows.cases.write_note import write_note
from acquit.flows.material.errors import NothingWritten
from acquit.store.accounts.models import Account
from acquit.store.cases.models import Note
from tests.flows.world import NOW, account, ready_creditor


def test_a_note_is_kept_and_wakes_nothing(organisation):
    one = account(ready_creditor(organisation.id), "A")
    Account.objects.update(look_at=None)
    write_note(organisation_id=organisation.id, account_id=one.id, text="  Rappeler mardi. ", now=NOW)
    assert Note.objects.get().text == "Rappeler mardi."
    assert Account.objects.get(pk=one.pk).look_at is None


def test_an_empty_note_is_refused(organisation):
    one = account(ready_creditor(organisation.id), "A")
    with pytest.raises(NothingWritten):
        write_note(organisation_id=organisation.id, account_id=one.id, text=" \n", now=NOW)
