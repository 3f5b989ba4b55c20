"""`acquit run` says what keeps a message that should have left."""

from __future__ import annotations

from acquit.cli.run import _because
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from tests.fixtures.database import World
from tests.flows.world import NOW, account, invoice, mailbox, ready_creditor, sessions


def test_what_the_mail_server_said_is_said(organisation: World) -> None:
    creditor = ready_creditor(organisation.id)
    for code in ("C001", "C002"):
        invoice(account(creditor, code), f"FA-{code}")
    plan_day(organisation_id=organisation.id, now=NOW)
    with mailbox() as box, sessions(box) as opened:
        box.answer = "451 try later"
        dispatch_messages(organisation_id=organisation.id, now=NOW, worker="test", sessions=opened)
    assert dict(_because(organisation.id)) == {"451 try later": 2}
