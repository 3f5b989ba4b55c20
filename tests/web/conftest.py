"""What the tests of « À traiter » begin with."""

from __future__ import annotations

import pytest

from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import User
from acquit.store.outbox.models import Message
from tests.flows import world
from tests.web.pages import Visitor
from tests.web.waiting import NOW, owing


@pytest.fixture
def visitor(founded):
    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    return visitor


@pytest.fixture
def creditor(founded):
    """A creditor that can write at any hour, whose smaller sums leave by themselves."""
    with founded.open():
        return world.ready_creditor(
            founded.id, works_every_day=True, window_opens="00:00", window_closes="23:59", ask_above="1.00"
        )


@pytest.fixture
def three(founded, creditor):
    """Three messages to approve: 5 000, 1 200 and 300 euros."""
    with founded.open():
        owing(creditor, "KERLEAU", "5000.00")
        owing(creditor, "ARVOR", "1200.00")
        owing(creditor, "FOREZ", "300.00")
        plan_day(organisation_id=founded.id, now=NOW)
        return list(Message.objects.order_by("id"))
