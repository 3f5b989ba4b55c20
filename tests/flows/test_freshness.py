"""F-08: what too old a source holds, how it is told, and how what waited leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from acquit.flows.ledger.change_feed import change_feed, resume_feed, retire_feed
from acquit.flows.material.errors import ReasonMissing
from acquit.flows.material.feeds import covered_by, hold_or_release, note_arrival
from acquit.flows.outbox.approve_message import approve_messages
from acquit.flows.outbox.confirm_volume import confirm_volume
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.sources.statement import Line, Statement, reading_of
from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import Decision, Task
from acquit.store.ledger.models import Feed
from acquit.store.outbox.models import Message
from tests.fixtures.database import World
from tests.flows.importing import INVOICES, bring, fec, receipt, sale
from tests.flows.world import NOW, TODAY, Mailbox, account, invoice, mailbox, ready_creditor, sessions

IBAN = "FR7630006000011234567890189"
DAY = timedelta(days=1)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as opened:
        yield opened


@pytest.fixture
def creditor(organisation: World) -> Creditor:
    return ready_creditor(organisation.id, contact_gap=1)


def statement(creditor, *, to: date, now=NOW, number: str = IBAN) -> None:
    """Let a bank statement come in that ends on `to`, as an import notes it."""
    note_arrival(creditor, "camt", {number: to}, now=now)
    hold_or_release(creditor, now=now)


def run(creditor, box, *, now=NOW):
    plan = plan_day(organisation_id=creditor.organisation_id, now=now)
    with sessions(box) as opened:
        sent = dispatch_messages(
            organisation_id=creditor.organisation_id, now=now, worker="test", sessions=opened
        )
    return plan, sent


def alerts() -> list[Task]:
    return list(Task.objects.filter(kind="stale_data", closed_at=None).order_by("id"))


def payments(*days: str) -> str:
    rows = (f"C001;{day};10,00;;virement" for day in days)
    return "\n".join(["Compte;Date règlement;Montant;N° facture;Mode", *rows]) + "\n"


def test_f08_a_file_of_today_that_ends_three_weeks_ago_is_not_fresh(organisation, creditor, box) -> None:
    invoice(account(creditor, "C001"), "FA-1")
    bring(organisation, payments("20/10/2026", "03/11/2026"), name="règlements.csv")
    _, sent = run(creditor, box)
    assert not box.mails
    assert not sent.messages
    (alert,) = alerts()
    assert alert.params == {"feeds": [{"kind": "payments", "bank_account": "", "newest_on": "2026-11-03"}]}
    assert Decision.objects.get(is_current=True).reasons[0][0] == "stale_data"


def test_f08_one_alert_whatever_the_number_of_debtors_and_runs(creditor, box) -> None:
    for number in range(5):
        invoice(account(creditor, f"C{number}"), f"FA-{number}")
    statement(creditor, to=date(2026, 11, 12))
    for days in range(4):
        plan, _ = run(creditor, box, now=NOW + days * DAY)
        assert plan.alerts == [f"{creditor.key}: stale_data"]
    assert not box.mails
    assert Task.objects.filter(kind="stale_data").count() == 1


def test_f08_what_waited_leaves_once_and_per_debtor_when_the_feed_returns(creditor, box) -> None:
    for number in range(3):
        debtor = account(creditor, f"C{number}")
        invoice(debtor, f"FA-{number}", due=date(2026, 10, 1))
        invoice(debtor, f"FB-{number}", due=date(2026, 11, 10))
    statement(creditor, to=date(2026, 11, 12))
    for days in range(3):
        run(creditor, box, now=NOW + days * DAY)
    back = NOW + 3 * DAY
    statement(creditor, to=date(2026, 11, 26), now=back)
    assert not alerts()
    for minutes in range(3):
        run(creditor, box, now=back + timedelta(minutes=minutes))
    assert sorted(box.recipients) == [f"c{number}@client.example" for number in range(3)]
    assert set(Message.objects.values_list("step", flat=True)) == {"friendly"}
    run(creditor, box, now=back + 3 * DAY)
    assert len(box.mails) == 3


def test_f08_f60_what_waited_is_no_burst(creditor, box) -> None:
    for days in range(1, 8):
        for number in range(2):
            invoice(account(creditor, f"D{days}{number}"), f"FD-{days}{number}", due=TODAY - days * DAY)
    for days in range(8):
        run(creditor, box, now=NOW - (7 - days) * DAY)
    before = len(box.mails)
    assert before
    for number in range(14):
        invoice(account(creditor, f"C{number}"), f"FA-{number}", due=TODAY - 2 * DAY)
    statement(creditor, to=TODAY - 20 * DAY)
    run(creditor, box, now=NOW + DAY)
    back = NOW + 2 * DAY
    statement(creditor, to=TODAY + DAY, now=back)
    plan, _ = run(creditor, box, now=back)
    assert f"{creditor.key}: volume" in plan.alerts
    assert len(box.mails) == before
    confirm_volume(
        organisation_id=creditor.organisation_id, creditor_id=creditor.id, today=back.date(), now=back
    )
    run(creditor, box, now=back + timedelta(minutes=1))
    assert len(set(box.recipients[before:])) == len(box.mails) - before >= 14


def test_f08_what_a_person_approved_is_held_too_and_asked_again(organisation, box) -> None:
    creditor = ready_creditor(organisation.id, ask_above=Decimal(100))
    invoice(account(creditor, "C001"), "FA-1")
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    approve_messages(
        organisation_id=creditor.organisation_id, message_ids=[Message.objects.get().id], now=NOW,
        by=organisation.user_id,
    )  # fmt: skip
    statement(creditor, to=date(2026, 11, 12))
    _, sent = run(creditor, box)
    assert sent.messages == {("email", "withdrawn"): 1}
    assert Message.objects.get().because == "stale_data"
    statement(creditor, to=TODAY, now=NOW + DAY)
    run(creditor, box, now=NOW + DAY)
    assert not box.mails
    assert list(Message.objects.order_by("id").values_list("state", flat=True)) == ["withdrawn", "to_approve"]


def test_each_feed_is_judged_by_itself(creditor, box) -> None:
    invoice(account(creditor, "C001"), "FA-1")
    statement(creditor, to=TODAY)
    statement(creditor, to=date(2026, 11, 12), number="DE89370400440532013000")
    note_arrival(creditor, "invoices", {"": date(2026, 9, 1)}, now=NOW)
    run(creditor, box)
    assert [one["bank_account"] for one in alerts()[0].params["feeds"]] == ["DE89370400440532013000"]
    assert not box.mails
    statement(creditor, to=date(2026, 11, 13), number="DE89370400440532013000")
    assert alerts()[0].params["feeds"][0]["newest_on"] == "2026-11-13"
    statement(creditor, to=date(2026, 11, 23), number="DE89370400440532013000")
    run(creditor, box)
    assert len(box.mails) == 1


def test_another_format_of_the_same_account_is_the_same_feed(creditor) -> None:
    note_arrival(creditor, "camt", {IBAN: date(2026, 11, 20)}, now=NOW)
    note_arrival(creditor, "mt940", {IBAN: date(2026, 11, 18)}, now=NOW + DAY)
    feed = Feed.objects.get()
    assert (feed.kind, feed.newest_on, feed.newest_at) == ("bank", date(2026, 11, 20), NOW + DAY)


def test_days_that_have_not_come_are_covered_by_nothing(organisation, creditor) -> None:
    bring(organisation, fec(sale(1, "20261231", "C001", 120, piece="F1")), name="732829320FEC20261231.txt")
    assert Feed.objects.get().newest_on == TODAY


def test_a_ledger_covers_through_its_last_entry(organisation, creditor) -> None:
    entries = sale(1, "20261020", "C001", 120, piece="F1"), receipt(2, "20261105", "C001", 20)
    bring(organisation, fec(*entries), name="732829320FEC20261231.txt")
    assert Feed.objects.get().newest_on == date(2026, 11, 5)
    assert len(alerts()) == 1


def test_a_list_of_invoices_is_as_young_as_its_arrival_even_the_same_again(organisation, creditor) -> None:
    """Its newest invoice says nothing about the day on which it was exported."""
    bring(organisation, INVOICES)
    assert not alerts()
    later = NOW + 7 * DAY
    plan_day(organisation_id=organisation.id, now=later)
    assert len(alerts()) == 1
    done = bring(organisation, INVOICES, now=later)
    assert done.already_imported
    assert not alerts()


def test_the_same_payments_again_cover_no_more_unless_a_person_says_so(organisation, creditor) -> None:
    invoice(account(creditor, "C001"), "FA-1")
    for _ in range(2):
        bring(organisation, payments("03/11/2026"), name="règlements.csv")
        assert len(alerts()) == 1
    change_feed(
        organisation_id=organisation.id, feed_id=Feed.objects.get().id, fresh_days=None, by_arrival=True,
        holds=True, now=NOW,
    )  # fmt: skip
    assert not alerts()


def test_contacts_are_no_feed(organisation, creditor) -> None:
    invoice(account(creditor, "C001"), "FA-1")
    bring(organisation, "Compte;Nom du contact;E-mail\nC001;Léa;lea@c.example\n", name="contacts.csv")
    assert not Feed.objects.exists()


def test_a_retired_feed_holds_nothing_and_stays_retired(creditor, box) -> None:
    invoice(account(creditor, "C001"), "FA-1")
    statement(creditor, to=date(2026, 11, 12))
    run(creditor, box)
    feed, mine = Feed.objects.get(), {"organisation_id": creditor.organisation_id}
    with pytest.raises(ReasonMissing):
        retire_feed(**mine, feed_id=feed.id, because="  ", now=NOW)
    retire_feed(**mine, feed_id=feed.id, because="compte fermé", now=NOW)
    assert not alerts()
    run(creditor, box)
    assert len(box.mails) == 1
    statement(creditor, to=date(2026, 11, 13))
    assert Feed.objects.get().retired_because == "compte fermé"
    resume_feed(**mine, feed_id=feed.id, now=NOW)
    assert alerts()[0].params["feeds"][0]["newest_on"] == "2026-11-13"


def test_single_documents_hold_only_where_a_person_says_so(creditor) -> None:
    for kind in ("einvoice", "cdar"):
        note_arrival(creditor, kind, {"": date(2026, 9, 1)}, now=NOW - 30 * DAY)
    assert not hold_or_release(creditor, now=NOW)
    network = Feed.objects.get(kind="network")
    mine = {"organisation_id": creditor.organisation_id, "now": NOW}
    change_feed(feed_id=network.id, fresh_days=3, by_arrival=True, holds=True, **mine)
    assert [one.kind for one in hold_or_release(creditor, now=NOW)] == ["network"]
    change_feed(feed_id=network.id, fresh_days=3, by_arrival=True, holds=False, **mine)
    assert not alerts()
    statement(creditor, to=date(2026, 11, 12))
    change_feed(
        feed_id=Feed.objects.get(kind="bank").id, fresh_days=60, by_arrival=False, holds=False, **mine
    )
    assert Feed.objects.get(kind="bank").holds


def test_f63_one_creditor_holds_no_other(organisation, creditor, box) -> None:
    other = Creditor.objects.create(
        organisation_id=organisation.id, key="autre", name="Autre", list_accepted_at=NOW,
        default_scenario=creditor.default_scenario, sender_email="a@autre.example",
    )  # fmt: skip
    invoice(account(creditor, "C001"), "FA-1")
    invoice(account(other, "C002"), "FA-2")
    statement(creditor, to=date(2026, 11, 12))
    statement(other, to=TODAY)
    run(creditor, box)
    assert box.recipients == ["c002@client.example"]


def test_a_statement_covers_through_its_closing_day_even_without_lines() -> None:
    def said(account: str, to: date | None, *lines: date) -> Statement:
        return Statement(
            bank_account=account, currency="EUR", key=f"{account} {to}", to_on=to,
            lines=tuple(
                Line(line=None, booked_on=on, value_on=on, amount=Decimal(5), direction="credit")
                for on in lines
            ),
        )  # fmt: skip

    reading = reading_of(
        "camt",
        [
            said("A", date(2026, 11, 20)),
            said("B", None, date(2026, 11, 17), date(2026, 11, 18)),
            said("A", date(2026, 11, 19), date(2026, 11, 19)),
        ],
    )
    assert covered_by(reading) == {"A": date(2026, 11, 20), "B": date(2026, 11, 18)}
