"""F-08: what a complete list of open items no longer holds, and what is then done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from acquit.flows.ledger.confirm_vanished import NothingAsked, confirm_vanished, reject_vanished
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.sources.base import Options
from acquit.store.accounts.models import Account, Contact, Creditor
from acquit.store.cases.models import Decision, Round, Task
from acquit.store.ledger.models import Allocation, CreditNote, Invoice, Payment, Term
from acquit.store.outbox.models import Message
from tests.fixtures.database import World
from tests.flows.importing import LATER, NOW, bring, changed, sale, snapshot, still_owed
from tests.flows.importing import fec as ledger
from tests.flows.world import Mailbox, mailbox, ready_creditor, sessions

COMPLETE = Options(complete=True)
HEAD = "Compte;Client;Type;Numéro;Date facture;Date échéance;Montant TTC;Reste dû"
DAY = timedelta(days=1)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as opened:
        yield opened


def row(
    number: str, amount: str = "100,00", left: str | None = None, *, of: str = "C001", kind: str = ""
) -> str:
    return f"{of};Client {of};{kind};{number};03/09/2026;03/10/2026;{amount};{left or amount}"


def listing(*rows: str) -> str:
    return "\n".join([HEAD, *rows]) + "\n"


def numbered(count: int, *, without: int = 0) -> str:
    """A list of `count` invoices of 100.00, of which the last `without` are missing."""
    return listing(*(row(f"F{number:03}") for number in range(count - without)))


def complete(world, text, *, now=NOW, **more):
    return bring(world, text, now=now, options=COMPLETE, **more)


def owed() -> Decimal:
    return sum(balances_net().values(), Decimal(0))


def balances_net() -> Mapping[str, Decimal]:
    """What each account owes, cancelled and returned things left out."""
    sums: dict[str, Decimal] = {}
    parts = (
        (Invoice.objects.all(), 1), (CreditNote.objects.filter(cancelled_on=None), -1),
        (Payment.objects.filter(returned_on=None), -1),
    )  # fmt: skip
    for rows, sign in parts:
        for code, amount in rows.order_by("id").values_list("account__external_id", "amount"):
            sums[code] = sums.get(code, Decimal(0)) + sign * amount
    return {code: total for code, total in sums.items() if total}


def open_items() -> dict[str, Decimal]:
    items = {number: left for number, left in still_owed().items() if left}
    for note in CreditNote.objects.filter(cancelled_on=None).order_by("id"):
        if note.amount > note.allocated:
            items[note.number] = note.allocated - note.amount
    return items


def asked() -> list[Task]:
    return list(Task.objects.filter(kind="incomplete_list", closed_at=None).order_by("id"))


def test_f08_two_percent_missing_settles_exactly_these(organisation) -> None:
    complete(organisation, numbered(100))
    done = complete(organisation, numbered(100, without=2), now=LATER)
    assert open_items().keys() == {f"F{number:03}" for number in range(98)}
    vanished = Payment.objects.order_by("reference")
    assert [one.reference for one in vanished] == ["F098", "F099"]
    assert {one.kind for one in vanished} == {"vanished"}
    assert {one.received_on for one in vanished} == {LATER.date()}
    assert {one.label for one in vanished} == {"absente de la liste complète du 25/11/2026"}
    assert [note.code for note in done.notes] == ["vanished"]
    assert done.counts.created["payments"] == 2
    assert [(t.before, t.after) for t in done.totals] == [(10000, 9800)]
    assert not asked()


def test_f08_thirty_percent_missing_settles_nothing_and_asks(organisation) -> None:
    complete(organisation, numbered(10))
    before = still_owed()
    done = complete(organisation, numbered(10, without=3), now=LATER)
    assert still_owed() == before
    assert not Payment.objects.exists()
    assert [note.code for note in done.notes] == ["vanished_doubtful"]
    assert asked()[0].params | {"file": 0} == {"file": 0, "count": 3, "share": 30}


def test_f08_a_large_sum_is_asked_about_though_it_is_one_item_of_many(organisation) -> None:
    rows = [row(f"F{number:03}") for number in range(50)]
    complete(organisation, listing(*rows, row("BIG", "9000,00")))
    complete(organisation, listing(*rows), now=LATER)
    assert asked()[0].params["share"] == 64
    assert open_items()["BIG"] == 9000


def test_f08_what_is_asked_about_is_not_reminded_and_the_rest_is(organisation, box) -> None:
    creditor = ready_creditor(organisation.id)
    rows = [row("F1", of="C001"), row("F2", of="C002"), row("F3", of="C003")]
    complete(organisation, listing(*rows))
    for account in Account.objects.order_by("id"):
        Contact.objects.create(
            organisation_id=organisation.id, debtor_id=account.debtor_id, is_main=True,
            email=f"{account.external_id.lower()}@client.example",
        )  # fmt: skip
    complete(organisation, listing(*rows[:2]), now=LATER)
    run(creditor, box, now=LATER)
    assert sorted(box.recipients) == ["c001@client.example", "c002@client.example"]
    waiting = Decision.objects.get(is_current=True, account__external_id="C003")
    assert (waiting.kind, waiting.reasons[0][0]) == ("hold", "missing_from_list")
    reject_vanished(organisation_id=organisation.id, creditor_id=creditor.id, now=LATER)
    run(creditor, box, now=LATER)
    assert len(box.mails) == 3


def run(creditor: Creditor, box: Mailbox, *, now: datetime) -> None:
    plan_day(organisation_id=creditor.organisation_id, now=now)
    with sessions(box) as opened:
        dispatch_messages(organisation_id=creditor.organisation_id, now=now, worker="test", sessions=opened)


def test_a_person_who_confirms_settles_it_as_of_the_lists_day(organisation) -> None:
    complete(organisation, numbered(4))
    complete(organisation, numbered(4, without=2), now=LATER)
    done = confirm_vanished(
        organisation_id=organisation.id, creditor_id=organisation.creditor_id, now=LATER + 3 * DAY,
        by=organisation.user_id,
    )  # fmt: skip
    assert done == 2
    assert open_items().keys() == {"F000", "F001"}
    assert set(Payment.objects.values_list("received_on", flat=True)) == {LATER.date()}
    assert not asked()
    assert Task.objects.get().closed_by_id == organisation.user_id
    assert set(Account.objects.values_list("look_at", flat=True)) == {LATER + 3 * DAY}
    with pytest.raises(NothingAsked):
        confirm_vanished(organisation_id=organisation.id, creditor_id=organisation.creditor_id, now=LATER)


def test_a_list_that_was_not_complete_leaves_all_as_it_was(organisation) -> None:
    complete(organisation, numbered(4))
    complete(organisation, numbered(4, without=2), now=LATER)
    reject_vanished(organisation_id=organisation.id, creditor_id=organisation.creditor_id, now=LATER)
    assert len(open_items()) == 4
    assert not Invoice.objects.exclude(missing_since=None).exists()
    with pytest.raises(NothingAsked):
        reject_vanished(organisation_id=organisation.id, creditor_id=organisation.creditor_id, now=LATER)


def test_a_later_list_answers_by_itself(organisation) -> None:
    complete(organisation, numbered(4))
    complete(organisation, numbered(4, without=2), now=LATER)
    bring(organisation, listing(row("F002")), now=LATER + DAY, options=Options(complete=False))
    assert Invoice.objects.get(number="F002").missing_since is None
    assert asked()
    complete(organisation, numbered(5), now=LATER + 2 * DAY)
    assert not asked()
    assert len(open_items()) == 5


def test_the_same_list_twice_changes_nothing(organisation) -> None:
    complete(organisation, numbered(10))
    complete(organisation, numbered(10, without=1), now=LATER)
    before = snapshot()
    again = complete(organisation, numbered(10, without=1), now=LATER + DAY)
    assert again.already_imported
    assert snapshot() == before
    looks = list(Account.objects.values_list("look_at", flat=True))
    again = complete(organisation, numbered(10, without=1) + "\n", now=LATER + DAY)
    assert changed(again) == (0, 0)
    assert open_items() == {f"F{number:03}": 100 for number in range(9)}
    assert Payment.objects.count() == Allocation.objects.count() == 1
    assert list(Account.objects.values_list("look_at", flat=True)) == looks


def test_a_list_of_which_nobody_said_that_it_is_complete_settles_nothing(organisation) -> None:
    for said in (None, False):
        bring(organisation, numbered(10), options=Options(complete=said))
        done = bring(organisation, numbered(10, without=1), now=LATER, options=Options(complete=said))
        assert done.questions[-1].option == "complete"
        assert len(open_items()) == 10


def test_the_answer_is_remembered_for_the_same_header(organisation) -> None:
    complete(organisation, numbered(10))
    done = bring(organisation, numbered(10, without=1), now=LATER)
    assert done.choices["complete"] is True
    assert done.questions[-1].default == "yes"
    assert len(open_items()) == 9
    other = bring(organisation, numbered(9, without=1), now=LATER, options=Options(complete=False))
    assert len(open_items()) == 9
    assert other.choices["complete"] is False


def test_a_dry_run_says_it_and_writes_nothing(organisation) -> None:
    complete(organisation, numbered(10))
    before = snapshot()
    done = complete(organisation, numbered(10, without=1), now=LATER, dry_run=True)
    assert [note.code for note in done.notes] == ["vanished"]
    done = complete(organisation, numbered(10, without=9), now=LATER, dry_run=True)
    assert [note.code for note in done.notes] == ["vanished_doubtful"]
    assert snapshot() == before
    assert not asked()


def test_f66_what_comes_back_is_owed_again_and_resumes_the_next_day(organisation, box) -> None:
    creditor = ready_creditor(organisation.id)
    others = [row(f"G{number}", of="C002") for number in range(5)]
    complete(organisation, listing(row("F1"), *others))
    debtor = Account.objects.get(external_id="C001").debtor_id
    Contact.objects.create(
        organisation_id=organisation.id, debtor_id=debtor, email="c@client.example", is_main=True
    )
    run(creditor, box, now=NOW)
    assert len(box.mails) == 1
    complete(organisation, listing(*others), now=LATER)
    back = NOW + 8 * DAY
    complete(organisation, listing(*others, row("F1")), now=back)
    assert open_items()["F1"] == 100
    assert owed() == 600
    rounds = Round.objects.filter(term__invoice__number="F1").order_by("number")
    assert [one.resumed_on for one in rounds] == [None, back.date()]
    run(creditor, box, now=back)
    assert len(box.mails) == 1
    again = back + 8 * DAY
    complete(organisation, listing(*others, row("F1")) + "\n", now=again)
    run(creditor, box, now=again)
    assert list(Message.objects.filter(state="sent").order_by("id").values_list("step", flat=True)) == [
        "friendly", "firm",
    ]  # fmt: skip


def test_nobody_is_thanked_for_what_merely_vanished(organisation, box) -> None:
    creditor = ready_creditor(organisation.id)
    complete(organisation, listing(row("F1", of="C001"), *(row(f"G{n}", of="C002") for n in range(9))))
    for account in Account.objects.order_by("id"):
        Contact.objects.create(
            organisation_id=organisation.id, debtor_id=account.debtor_id, is_main=True,
            email=f"{account.external_id.lower()}@client.example",
        )  # fmt: skip
    run(creditor, box, now=NOW)
    complete(organisation, listing(*(row(f"G{n}", of="C002") for n in range(9))), now=LATER)
    run(creditor, box, now=LATER)
    assert box.recipients.count("c001@client.example") == 1
    assert Decision.objects.get(is_current=True, account__external_id="C001").reasons[0][0] == "paid"


def test_a_part_that_is_paid_is_said_by_what_remains(organisation) -> None:
    complete(organisation, listing(row("F1", "1000,00", "700,00"), row("F2")))
    assert open_items() == {"F1": 700, "F2": 100}
    complete(organisation, listing(row("F1", "1000,00", "400,00"), row("F2")), now=LATER)
    assert open_items() == {"F1": 400, "F2": 100}
    assert set(Payment.objects.values_list("kind", flat=True)) == {"already_paid"}
    for left in (1000, 700):
        complete(organisation, listing(row("F1", "1000,00", f"{left},00"), row("F2")), now=LATER + DAY)
        assert open_items() == {"F1": left, "F2": 100}


def test_credit_notes_net_and_what_is_used_up_elsewhere_weighs_nothing(organisation) -> None:
    others = [row(f"G{number}", "1000,00") for number in range(20)]
    notes = [row("A1", "-300,00", "-300,00"), row("A2", "-50,00", "-50,00")]
    complete(organisation, listing(row("F1", "1000,00"), *notes, *others))
    assert open_items()["A1"] == -300
    complete(organisation, listing(*others), now=LATER)
    assert owed() == 20_000
    assert set(open_items()) == {f"G{number}" for number in range(20)}
    assert Payment.objects.get().amount == 650
    complete(organisation, listing(row("F1", "1000,00"), notes[0], *others), now=LATER + DAY)
    assert open_items()["F1"] == 1000
    assert open_items()["A1"] == -300
    assert "A2" not in open_items()
    assert owed() == 20_700


def test_a_credit_note_alone_that_is_gone_no_longer_counts(organisation) -> None:
    others = [row(f"G{number}") for number in range(10)]
    complete(organisation, listing(row("A1", "-30,00", "-30,00"), *others))
    complete(organisation, listing(*others), now=LATER)
    assert CreditNote.objects.get().cancelled_on == LATER.date()
    assert owed() == 1000


def test_credit_notes_alone_may_be_too_many_to_believe(organisation) -> None:
    notes = [row(f"A{number}", "-30,00", "-30,00") for number in range(4)]
    complete(organisation, listing(row("F1"), *notes))
    complete(organisation, listing(row("F1")), now=LATER)
    assert owed() == -20
    bring(organisation, listing(row("F9")), now=LATER + DAY, options=Options(complete=False))
    assert asked()
    confirm_vanished(organisation_id=organisation.id, creditor_id=organisation.creditor_id, now=LATER + DAY)
    assert open_items() == {"F1": 100, "F9": 100}
    assert not asked()


def test_a_row_that_cannot_be_read_was_on_the_list_all_the_same(organisation) -> None:
    complete(organisation, numbered(10))
    rows = [row(f"F{number:03}") for number in range(9)] + [row("F009").replace("03/10/2026", "31/02/2027")]
    done = complete(organisation, listing(*rows), now=LATER)
    assert len(done.quarantined) == 1
    assert open_items()["F009"] == 100


def test_what_another_source_brought_is_none_of_the_lists_business(organisation) -> None:
    entries = sale(1, "20260903", "C009", 120, piece="X1")
    bring(organisation, ledger(entries), name="732829320FEC20261231.txt")
    complete(organisation, numbered(10))
    complete(organisation, numbered(10, without=1), now=LATER)
    assert open_items()["X1"] == 120


def test_another_creditor_keeps_his(organisation) -> None:
    other = Creditor.objects.create(organisation_id=organisation.id, key="autre", name="Autre")
    complete(organisation, numbered(10), creditor_id=other.id)
    complete(organisation, numbered(10), creditor_id=organisation.creditor_id)
    complete(organisation, numbered(10, without=1), creditor_id=organisation.creditor_id, now=LATER)
    open_of = Term.objects.filter(account__creditor=other, settled_on=None)
    assert open_of.count() == 10


def test_money_that_is_told_of_later_takes_the_place_of_what_was_inferred(organisation) -> None:
    complete(organisation, numbered(10))
    complete(organisation, numbered(10, without=1), now=LATER)
    said = "Compte;Date règlement;Montant;N° facture;Mode\nC001;20/11/2026;60,00;F009;virement\n"
    bring(organisation, said, name="règlements.csv", now=LATER + DAY)
    assert "F009" not in open_items()
    assert owed() == 900
    tied = Allocation.objects.filter(undone_on=None, term__invoice__number="F009").order_by("amount")
    assert [(one.payment.kind, one.amount) for one in tied] == [("vanished", 40), ("payment", 60)]
    assert tied[0].payment.label == "absente de la liste complète du 25/11/2026"
    assert Payment.objects.exclude(returned_on=None).count() == 1


def test_the_limit_is_the_creditors(organisation) -> None:
    Creditor.objects.update(vanished_limit=5)
    complete(organisation, numbered(10))
    complete(organisation, numbered(10, without=1), now=LATER)
    assert asked()


NUMBERS = [f"F{number}" for number in range(8)]
LISTS = st.lists(
    st.dictionaries(st.sampled_from(NUMBERS), st.integers(1, 5), min_size=0, max_size=8),
    min_size=1,
    max_size=6,
)


@pytest.mark.slow
@pytest.mark.usefixtures("organisation")
@settings(
    max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(lists=LISTS, doubtful=st.booleans())
def test_f08_list_after_list_ends_with_what_is_open_on_the_last(organisation: World, lists, doubtful) -> None:
    """Amounts change, items go and come back, credit notes among them, and lists repeat."""
    with transaction.atomic():
        Creditor.objects.update(vanished_limit=20 if doubtful else 101)
        for step, stated in enumerate(lists):
            rows = [_random_row(number, share) for number, share in stated.items()] or [row("LAST", "1,00")]
            now = datetime(2026, 11, 24, 9, tzinfo=UTC) + step * DAY
            complete(organisation, listing(*rows), now=now)
            if asked():
                confirm_vanished(
                    organisation_id=organisation.id, creditor_id=organisation.creditor_id, now=now
                )
            expected = {r.split(";")[3]: Decimal(r.split(";")[7].replace(",", ".")) for r in rows}
            assert open_items() == expected
            assert owed() == sum(expected.values())
            assert not Payment.objects.filter(returned_on=None, kind="vanished", allocated=0).exists()
        transaction.set_rollback(True)


def _random_row(number: str, share: int) -> str:
    """An invoice of 100.00 with a fifth or more open; the two last numbers are credit notes."""
    if number in NUMBERS[-2:]:
        return row(number, f"-{share * 10},00", f"-{share * 10},00")
    return row(number, "100,00", f"{share * 20},00")
