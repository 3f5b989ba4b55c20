"""Each report asked for a part of the accounts: the parts add up to the whole, and name nobody else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from acquit.reports.filters import Filters
from acquit.reports.sheets import SHEETS, Options
from acquit.reports.spreadsheet import Sheet
from acquit.store.accounts.models import Account, Creditor
from acquit.store.cases.models import Dispute, ManualContact, Promise, PromisedTerm
from acquit.store.ledger.models import Allocation, CreditNote
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor, receipt
from tests.reports.test_work_reports import message

#: What adds up over accounts. The chance of promises, and so the forecast, is that of the accounts asked for.
ADDED = {
    "balances": ("open_balance",),
    "ageing": ("not_due", "1-30", "31-60", "61-90", ">90", "unallocated", "balance"),
    "dso": ("sales", "receivable", "not_due", "overdue"),
    "cei": ("sales", "receivable", "not_due", "overdue"),
    "forecast": ("expected",),
    "promises": ("kept", "broken", "running", "kept_amount", "broken_amount", "running_amount", "received"),
    "disputes": ("count", "amount"),
    "effectiveness": ("messages", "asked", "paid", "invoices", "invoices_paid"),
    "collectors": ("contacts", "calls", "reached", "accounts", "promises"),
    "provision": ("items", "open", "without_tax", "aside", "assumed"),
    "habits": ("count", "late"),
}


def ago(days: int) -> Any:
    return TODAY - timedelta(days=days)


def _live(of: Account, user: int) -> None:
    """Invoice, be paid in part, be promised, contest, write and call: a bit of all in one account."""
    mine = {"organisation_id": of.organisation_id}
    code = of.external_id
    paid = invoice(of, f"{code}-1", "300.00", due=ago(80))
    open_ = invoice(of, f"{code}-2", "1100.00", due=ago(40))
    invoice(of, f"{code}-3", "70.00", due=TODAY)
    money = receipt(of, "350.00", on=ago(70))
    Allocation.objects.create(
        **mine, account=of, term=paid, payment=money, amount=300, effective_on=ago(70), recorded_at=NOW
    )
    CreditNote.objects.create(
        **mine, account=of, external_key=f"{code}-AV", number=f"{code}-AV", amount=Decimal(20),
        currency="EUR", issued_on=ago(5), known_on=ago(5),
    )  # fmt: skip
    word = Promise.objects.create(
        **mine, account=of, until=ago(20), made_on=ago(30), recorded_at=NOW, recorded_by_id=user
    )
    PromisedTerm.objects.create(**mine, promise=word, term=open_)
    Dispute.objects.create(
        **mine, account=of, invoice_id=open_.invoice_id, opened_on=ago(9), amount=Decimal(60),
        category="price", recorded_at=NOW,
    )  # fmt: skip
    message(of, [paid.pk, open_.pk], on=ago(75), approved_by_id=user)
    ManualContact.objects.create(
        **mine, debtor_id=of.debtor_id, account=of, on=ago(6), channel="phone", outcome="promise",
        recorded_at=NOW, recorded_by_id=user,
    )  # fmt: skip


def _sums(sheet: Sheet) -> dict[tuple[str, str], Decimal]:
    """Add up each column that may be, by currency and month."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    when = {"dso": "month", "cei": "month", "forecast": "first"}.get(sheet.key)
    for row in sheet.rows:
        said = dict(zip(sheet.columns, row, strict=True))
        for name in ADDED[sheet.key]:
            if said[name]:
                found[f"{name} {said[when] if when else ''}", sheet.currency_of(row)] += said[name]
    return dict(found)


@pytest.mark.parametrize("key", sorted(SHEETS))
def test_parts_add_up_to_the_whole(organisation: Any, key: str) -> None:
    first = ready_creditor(organisation.id)
    other = Creditor.objects.create(organisation_id=organisation.id, key="other", name="Other", country="FR")
    for code, creditor, country, profile in (
        ("A", first, "FR", "vip"), ("B", first, "DE", ""), ("C", other, "DE", "vip"),
    ):  # fmt: skip
        of = account(creditor, code, country=country, profile=profile, habit_days=50)
        if code == "B":
            Account.objects.filter(pk=of.pk).update(owner_id=organisation.user_id)
        _live(of, organisation.user_id)
    whole, sheet_of = Filters(on=TODAY), SHEETS[key]
    meant = _sums(sheet_of(whole, Options(months=3)))
    assert meant
    for parts in (
        [{"creditor_id": first.pk}, {"creditor_id": other.pk}],
        [{"country": "FR"}, {"country": "DE"}],
        [{"collector": 0}, {"collector": organisation.user_id}],
        [{"account_id": one.pk} for one in Account.objects.order_by("id")],
    ):
        found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for part in parts:
            for name, value in _sums(sheet_of(replace(whole, **part), Options(months=3))).items():
                found[name] += value
        assert {name: round(value, 2) for name, value in found.items() if value} == pytest.approx(
            {name: round(value, 2) for name, value in meant.items()}, abs=Decimal("0.03")
        ), parts
    vip = _sums(sheet_of(replace(whole, profile="vip"), Options(months=3)))
    assert vip
    assert all(abs(vip.get(name, 0)) < abs(value) for name, value in meant.items())
