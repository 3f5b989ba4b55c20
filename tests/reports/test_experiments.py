"""Which messages a comparison of two texts counts, and for which of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from acquit.core.experiment import arm
from acquit.reports.behind import Part
from acquit.reports.experiments import COMPARED, PAID, WAITING, compared
from acquit.reports.filters import Filters
from acquit.store.accounts.models import Account, Creditor
from acquit.store.ledger.models import Allocation, Payment
from acquit.store.outbox.models import Message
from acquit.store.templates.models import Experiment, TemplateVersion
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor, receipt

OVER = Filters(on=TODAY + timedelta(days=15))
BROKEN = [["broken_promise", {"until": TODAY.isoformat(), "invoices": []}]]
ANNOUNCED = [["broken_promise", {"until": TODAY.isoformat(), "code": "211"}]]


@pytest.fixture
def creditor(organisation: Any) -> Creditor:
    return ready_creditor(organisation.id)


def experiment(of: Creditor, key: str = "friendly") -> Experiment:
    version = TemplateVersion.objects.create(
        organisation_id=of.organisation_id, key=key, language="fr", number=1, subject="B", body="B",
        in_force=False, written_at=NOW,
    )  # fmt: skip
    return Experiment.objects.create(
        organisation_id=of.organisation_id, key=key, language="fr", challenger=version, started_at=NOW
    )


def write(of: Creditor, code: str, **more: Any) -> Message:
    one = Account.objects.filter(external_id=code).first() or account(of, code)
    term = invoice(one, f"{code}-{Message.objects.count()}", "10.00")
    asked = {"channel": "email", "step": "friendly", "sent_at": NOW, **more}
    return Message.objects.create(
        organisation_id=of.organisation_id, creditor=of, debtor_id=one.debtor_id, account=one,
        scenario="polite", stage="reminder", state="sent", listed=[term.id], planned_on=TODAY, not_before=NOW,
        **asked,
    )  # fmt: skip


def codes(of: Experiment, on: Filters = OVER, **part: Any) -> list[str]:
    found = COMPARED(on, Part(experiment=of.pk, **part))
    return sorted(str(row[1]) for row in found.sheet.rows)


def settle(message: Message, *, days: int) -> Payment:
    payment = receipt(message.account, "10.00", on=TODAY + timedelta(days=days))
    Allocation.objects.create(
        organisation_id=message.organisation_id, account=message.account, term_id=message.listed[0],
        payment=payment, amount=10, effective_on=payment.received_on, recorded_at=NOW,
    )  # fmt: skip
    return payment


def test_sql_tells_the_text_that_the_debtor_got(creditor: Creditor) -> None:
    of = experiment(creditor)
    for number in range(40):
        write(creditor, f"C{number}")
    found = COMPARED(OVER, Part(experiment=of.pk))
    place = found.sheet.columns.index("text")
    by_account = dict(zip(found.accounts, (row[place] for row in found.sheet.rows), strict=True))
    assert by_account == {one.pk: arm(of.pk, one.debtor_id) for one in Account.objects.all()}
    assert set(by_account.values()) == {"A", "B"}


def test_only_messages_that_said_the_text_are_counted(creditor: Creditor) -> None:
    friendly, firm, promise = (experiment(creditor, key) for key in ("friendly", "firm", "broken_promise"))
    short = experiment(creditor, "sms_reminder")
    write(creditor, "MAIL")
    write(creditor, "SMS", channel="sms")
    write(creditor, "FIRM", step="firm")
    write(creditor, "EDITED", edited=True)
    write(creditor, "BEFORE", sent_at=NOW - timedelta(hours=1))
    write(creditor, "BROKEN", reasons=BROKEN)
    write(creditor, "NETWORK", reasons=ANNOUNCED)
    assert codes(friendly) == ["MAIL", "NETWORK"]
    assert codes(firm) == ["FIRM"]
    assert codes(promise) == ["BROKEN"]
    assert codes(short) == ["SMS"]


def test_the_first_message_decides_and_its_days_must_be_over(creditor: Creditor) -> None:
    of = experiment(creditor)
    first = write(creditor, "TWICE")
    second = write(creditor, "TWICE", sent_at=NOW + timedelta(days=3))
    settle(second, days=5)
    settle(write(creditor, "PAID"), days=14)
    settle(write(creditor, "LATE"), days=15)
    returned = settle(write(creditor, "RETURNED"), days=4)
    Payment.objects.filter(pk=returned.pk).update(returned_on=TODAY + timedelta(days=9))
    assert codes(of) == ["LATE", "PAID", "RETURNED", "TWICE"]
    assert codes(of, kind=PAID) == ["PAID"], "the first message of TWICE asked for what was not paid"
    settle(first, days=6)
    assert codes(of, kind=PAID) == ["PAID", "TWICE"]
    eve = Filters(on=TODAY + timedelta(days=14))
    assert codes(of, eve) == []
    assert codes(of, eve, kind=WAITING) == ["LATE", "PAID", "RETURNED", "TWICE"]
    assert compared([of], eve)[of.pk].waiting == 4


def test_each_figure_of_each_comparison_is_what_its_list_holds(creditor: Creditor) -> None:
    both = [experiment(creditor), experiment(creditor, "firm")]
    for number in range(12):
        message = write(creditor, f"C{number}", step="firm" if number % 3 else "friendly")
        if number % 2:
            settle(message, days=2)
    for of, found in compared(both, OVER).items():
        shares = {"A": found.comparison.a, "B": found.comparison.b}
        for text, share in shares.items():
            part = Part(experiment=of, arm=text)
            assert COMPARED(OVER, part).count == share.of
            assert COMPARED(OVER, Part(experiment=of, arm=text, kind=PAID)).count == share.count
    assert COMPARED(OVER, Part()).count == 12
    assert compared([], OVER) == {}
