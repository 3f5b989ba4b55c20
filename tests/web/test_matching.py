"""« Rapprochement »: what waits by group, the open line, the tabs, and what a person decides."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from acquit.store.accounts.models import User
from tests.flows import world
from tests.web import bank
from tests.web.pages import Visitor, assert_fragment_is_part, part, text_of

TODAY = datetime.now(UTC).date()


@pytest.fixture(autouse=True)
def _first_try():
    cache.clear()


@pytest.fixture
def visitor(founded):
    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    return visitor


@pytest.fixture
def creditor(founded):
    with founded.open():
        return world.ready_creditor(founded.id)


@pytest.fixture
def desk(founded, creditor):
    with founded.open():
        return bank.desk(creditor, TODAY)


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def groups_of(page):
    return [plain(text_of(tag)).partition(" Tout voir")[0].partition(" Écarter les")[0]
            for tag in page.select(".acq-group")]  # fmt: skip


def test_the_lines_stand_in_three_groups(visitor, desk):
    page = assert_fragment_is_part(visitor, "/rapprochement/", "lignes")
    assert groups_of(page) == ["95 % et plus 3 lignes", "À choisir 2 lignes", "Sans proposition 1 ligne"]
    assert [plain(text_of(tab)) for tab in page.select(".acq-tab")] == [
        "À vérifier 6", "Rapprochées 0", "Écartées 0"
    ]  # fmt: skip
    assert text_of(part(page, ".acq-nav a[aria-current] .acq-count")) == "6"
