"""What the tests of « À traiter » begin with. Django is not ready yet where this file is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from acquit.store.accounts.models import Creditor
    from acquit.store.outbox.models import Message
    from tests.web.pages import Visitor


@pytest.fixture
def visitor(founded) -> Visitor:
    """The administrator's browser, in French."""
    from acquit.store.accounts.models import User
    from tests.web.pages import Visitor

    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    return visitor


@pytest.fixture
def creditor(founded) -> Creditor:
    """A creditor that can write at any hour, whose smaller sums leave by themselves."""
    from tests.flows import world

    with founded.open():
        return world.ready_creditor(
            founded.id, works_every_day=True, window_opens="00:00", window_closes="23:59", ask_above="1.00"
        )


@pytest.fixture
def three(founded, creditor) -> list[Message]:
    """Three messages to approve: 5 000, 1 200 and 300 euros."""
    from acquit.flows.outbox.plan_day import plan_day
    from acquit.store.outbox.models import Message
    from tests.web.waiting import NOW, owing

    with founded.open():
        owing(creditor, "KERLEAU", "5000.00")
        owing(creditor, "ARVOR", "1200.00")
        owing(creditor, "FOREZ", "300.00")
        plan_day(organisation_id=founded.id, now=NOW)
        return list(Message.objects.order_by("account_id"))
