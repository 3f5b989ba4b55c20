"""The SQL of the reports says what the core says, on random ledgers in a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquit.core import ledger as core
from acquit.core.ageing import STANDARD, Buckets, age
from acquit.core.ledger import Ledger
from acquit.core.months import month_ends
from acquit.core.months import months as core_months
from acquit.reports.ageing import ageing, ageing_totals
from acquit.reports.balances import balances
from acquit.reports.filters import Filters
from acquit.reports.months import months
from acquit.store.accounts.models import Account, Creditor, Debtor
from acquit.store.ledger.models import Allocation, CreditNote, Invoice, Payment, Term
from tests.core.ledgers import days, ledgers

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
RANDOM = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def written(world: Any, ledger: Ledger, accounts: int = 3) -> Iterator[None]:
    """Keep the ledger in the database, the account of key n under the code «Cn», for a while."""
    with transaction.atomic():
        _write(world, ledger, accounts)
        yield
        transaction.set_rollback(True)


def _write(world: Any, ledger: Ledger, accounts: int) -> None:
    owned = {"organisation_id": world.id}
    account = {
        key: Account.objects.create(
            **owned,
            creditor_id=world.creditor_id,
            debtor=Debtor.objects.create(**owned, name=f"Client {key}"),
            external_id=f"C{key}",
        )
        for key in range(accounts)
    }
    term = {}
    for bill in ledger.invoices:
        of = {**owned, "account": account[bill.account], "currency": bill.currency}
        row = Invoice.objects.create(
            **of, number=f"FA{bill.key}", external_key=f"FA{bill.key}", amount=bill.amount,
            issued_on=bill.issued_on, known_on=bill.issued_on,
        )  # fmt: skip
        for position, instalment in enumerate(bill.terms, 1):
            term[instalment.key] = Term.objects.create(
                **of, invoice=row, position=position, due_on=instalment.due_on, amount=instalment.amount
            )
    credit: dict[tuple[str, Any], Any] = {}
    for note in ledger.credit_notes:
        credit["credit_note", note.key] = CreditNote.objects.create(
            **owned, account=account[note.account], currency=note.currency, amount=note.amount,
            number=f"AV{note.key}", external_key=f"AV{note.key}", known_on=note.issued_on,
            issued_on=note.issued_on, cancelled_on=note.cancelled_on,
        )  # fmt: skip
    for payment in ledger.payments:
        credit["payment", payment.key] = Payment.objects.create(
            **owned, account=account[payment.account], currency=payment.currency,
            amount=payment.amount, external_key=f"V{payment.key}", known_on=payment.received_on,
            received_on=payment.received_on, returned_on=payment.returned_on,
        )  # fmt: skip
    for one in ledger.allocations:
        Allocation.objects.create(
            **owned, term=term[one.term], account=term[one.term].account, amount=one.amount,
            effective_on=one.effective_on, undone_on=one.undone_on, recorded_at=NOW,
            **{one.source: credit[one.source, one.source_key]},
        )  # fmt: skip


@RANDOM
@given(ledger=ledgers(), on=days)
def test_balances(organisation: Any, ledger: Ledger, on: date) -> None:
    with written(organisation, ledger):
        rows = balances(Filters(on=on))
    said = {core.Holder(int(row.external_id[1:]), row.currency): row.open_balance for row in rows}
    assert len(said) == len(rows)
    assert said == core.balances(ledger, on)


@RANDOM
@given(
    ledger=ledgers(), on=days, edges=st.sets(st.integers(1, 200), min_size=1, max_size=4),
    by=st.sampled_from(["due", "invoice"]),
)  # fmt: skip
def test_ageing(organisation: Any, ledger: Ledger, on: date, edges: set[int], by: Any) -> None:
    buckets = Buckets(tuple(sorted(edges)))
    asked = Filters(on=on, buckets=buckets, aged_by=by)
    with written(organisation, ledger):
        whole, totals = ageing(asked), ageing_totals(asked)
        few = ageing(asked, largest=2)
    rows = whole.rows
    said = {core.Holder(int(row.external_id[1:]), row.currency): row.aged for row in rows}
    assert len(said) == len(rows)
    meant = age(ledger, on, buckets, by=by)
    assert said == {holder: line for holder, line in meant.items() if any((*line.amounts, line.unallocated))}
    for currency, total in totals.items():
        lines = [line for holder, line in meant.items() if holder.currency == currency]
        assert total.amounts == tuple(map(sum, zip(*(line.amounts for line in lines), strict=True)))
        assert total.unallocated == sum(line.unallocated for line in lines)
    assert whole.totals == few.totals == totals
    assert whole.counts == few.counts
    for currency, count in whole.counts.items():
        late = sorted((row.aged.overdue for row in rows if row.currency == currency), reverse=True)
        assert len(late) == count
        assert [row.aged.overdue for row in few.rows if row.currency == currency] == late[:2]


@RANDOM
@given(ledger=ledgers(), last=days, count=st.integers(1, 5))
def test_months(organisation: Any, ledger: Ledger, last: date, count: int) -> None:
    ends = month_ends(last, count)
    with written(organisation, ledger):
        said = months(ends)
    nothing = (core.ZERO,) * 4
    meant = core_months(ledger, ends)
    for currency in {*said, *meant}:
        for place, end in enumerate(ends):
            rows = [found[currency][place] for found in (said, meant) if currency in found]
            figures = {(m.receivable, m.open, m.not_due, m.sales) for m in rows}
            assert figures == ({nothing} if len(rows) == 1 else {next(iter(figures))}), (currency, end)


def test_another_organisation_is_not_in_it(found: Any) -> None:
    ours, theirs = found("Ours"), found("Theirs")
    bill = core.Invoice(
        key=1, account=0, currency="EUR", issued_on=date(2026, 1, 1),
        terms=(core.Term(key=1, due_on=date(2026, 1, 31), amount=core.Decimal(10)),),
    )  # fmt: skip
    with theirs.open():
        _write(theirs, Ledger(invoices=(bill,)), 1)
    on = date(2026, 6, 1)
    with ours.open():
        assert balances(Filters(on=on)) == ()
        assert ageing(Filters(on=on)).rows == ()
        assert ageing_totals(Filters(on=on)) == {}
    with theirs.open():
        assert [row.open_balance for row in balances(Filters(on=on))] == [10]
    assert balances(Filters(on=on)) == ()


def test_one_creditor_among_two(organisation: Any) -> None:
    other = Creditor.objects.create(organisation_id=organisation.id, key="other", name="Other")
    account = Account.objects.create(
        organisation_id=organisation.id, creditor=other, external_id="X",
        debtor=Debtor.objects.create(organisation_id=organisation.id, name="Same client"),
    )  # fmt: skip
    of = {"organisation_id": organisation.id, "account": account, "currency": "EUR"}
    on = date(2026, 1, 1)
    row = Invoice.objects.create(**of, number="1", external_key="1", amount=10, issued_on=on, known_on=on)
    Term.objects.create(**of, invoice=row, due_on=on, amount=10)
    for creditor_id, rows in ((None, 1), (other.pk, 1), (organisation.creditor_id, 0)):
        assert len(balances(Filters(on=on, creditor_id=creditor_id))) == rows
        assert len(ageing(Filters(on=on, creditor_id=creditor_id)).rows) == rows
        assert len(ageing_totals(Filters(on=on, creditor_id=creditor_id))) == rows
    assert ageing(Filters(on=on)).rows[0].aged.amounts[0] == 10
    assert STANDARD.labels()[0] == "not due"
