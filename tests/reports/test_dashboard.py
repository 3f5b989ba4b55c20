"""The first page: its figures are those of the reports, and they are kept until a fact changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from acquit.core.ageing import Buckets
from acquit.flows.cases.record_promise import record_promise
from acquit.jobs.figures import refresh_figures
from acquit.reports import dashboard, kept
from acquit.reports.ageing import ageing
from acquit.reports.behind import Part
from acquit.reports.filters import NOBODY, Filters
from acquit.reports.open_items import ITEMS
from acquit.reports.today import waiting
from acquit.store.ledger.models import Allocation, Change, KeptFigures
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor, receipt


@pytest.fixture
def creditor(organisation: Any) -> Any:
    made = ready_creditor(organisation.id)
    one, two = account(made, "C1"), account(made, "C2", country="BE")
    for number, amount, late in (("F1", "1200.00", 14), ("F2", "300.00", 45), ("F3", "99.99", -10)):
        invoice(one, number, amount, due=TODAY - timedelta(days=late))
    invoice(two, "F4", "50.00", due=TODAY - timedelta(days=100), currency="USD")
    paid = invoice(two, "F5", "500.00", due=TODAY - timedelta(days=40))
    money = receipt(two, "500.00", on=TODAY - timedelta(days=4))
    Allocation.objects.create(
        organisation_id=made.organisation_id, account=two, term=paid, payment=money, amount=500,
        effective_on=money.received_on, recorded_at=NOW,
    )  # fmt: skip
    receipt(one, "40.00", on=TODAY - timedelta(days=1))
    return made


def test_figures_open_the_list_that_adds_up_to_them(creditor: Any) -> None:
    asked = Filters(on=TODAY)
    views = {view.currency: view for view in dashboard.dashboard(asked, now=NOW).figures.views}
    euros = views["EUR"]
    assert (euros.open, euros.aged.overdue, euros.items) == (Decimal("1599.99"), 1500, (1, 1, 1, 0, 0))
    assert (euros.accounts, euros.late_accounts, euros.aged.unallocated) == (1, 1, 40)
    assert euros.delays is not None
    assert (euros.delays.count, euros.delays.mean) == (1, 36)
    assert views["USD"].items == (0, 0, 0, 0, 1)
    for place, amount in enumerate(euros.aged.amounts):
        found = ITEMS(replace(asked.in_bucket(place), currency="EUR"), Part())
        assert found.count == euros.items[place]
        assert sum(total.sums["open_balance"] for total in found.totals.values()) == amount
    late = ITEMS(asked.in_bucket(None), Part()).totals["EUR"]
    assert (late.count, late.sums["open_balance"], late.accounts) == (2, 1500, euros.late_accounts)
    (largest,) = euros.largest
    assert _numbers(asked.of_group(largest.key).in_bucket(None)) == ["F2", "F1"]
    assert _numbers(replace(asked, country="BE")) == ["F4"]
    assert ITEMS(replace(asked, collector=NOBODY), Part()).totals == ITEMS(asked, Part()).totals


def test_each_currency_has_its_own_largest(creditor: Any) -> None:
    for number in range(3):
        of = account(creditor, f"L{number}")
        invoice(of, f"L{number}", f"{number + 1}000.00", due=TODAY - timedelta(days=5))
        invoice(of, f"U{number}", "9.00", due=TODAY - timedelta(days=5), currency="USD")
    found = ageing(Filters(on=TODAY), largest=2)
    assert [(row.external_id, row.currency, row.aged.overdue) for row in found.rows] == [
        ("L2", "EUR", 3000), ("L1", "EUR", 2000), ("C2", "USD", 50), ("L0", "USD", 9),
    ]  # fmt: skip


def _numbers(filters: Filters) -> list[Any]:
    sheet = ITEMS(filters, Part()).sheet
    return [row[sheet.columns.index("number")] for row in sheet.rows]


def test_a_past_day_sees_what_was_paid_since_as_owed(creditor: Any) -> None:
    past = Filters(on=TODAY - timedelta(days=5))
    view = dashboard.dashboard(past, now=NOW).figures.views[0]
    assert view.open == Decimal("2099.99")


def test_figures_are_kept_until_a_fact_changes(creditor: Any) -> None:
    asked = Filters(on=TODAY)
    assert refresh_figures(creditor.organisation_id, now=NOW) == 2
    with CaptureQueriesContext(connection) as seen:
        found = dashboard.dashboard(asked, now=NOW + timedelta(minutes=3))
    assert len(seen) == 2
    assert (found.is_current, found.at) == (True, NOW)
    assert found.figures == dashboard.reckon(asked)
    assert refresh_figures(creditor.organisation_id, now=NOW) == 0

    KeptFigures.objects.update(milliseconds=10)
    invoice(account(creditor, "C3"), "F9", "1000.00")
    at_once = dashboard.dashboard(asked, now=NOW + timedelta(hours=1))
    assert (at_once.is_current, at_once.figures.views[0].open) == (True, Decimal("2599.99"))
    KeptFigures.objects.update(milliseconds=3000)
    old = dashboard.dashboard(asked, now=NOW + timedelta(hours=1))
    assert (old.is_current, old.at, old.figures) == (False, NOW, found.figures)
    assert dashboard.dashboard(replace(asked, on=TODAY + timedelta(days=1)), now=NOW).is_current
    assert refresh_figures(creditor.organisation_id, now=NOW + timedelta(hours=1)) == 2
    assert dashboard.dashboard(asked, now=NOW).figures == at_once.figures


def test_what_was_kept_before_the_first_import_is_not_shown_as_all_is_settled(organisation: Any) -> None:
    creditor = ready_creditor(organisation.id)
    refresh_figures(organisation.id, now=NOW)
    KeptFigures.objects.update(milliseconds=3000)
    assert not dashboard.dashboard(Filters(on=TODAY), now=NOW).figures.views
    invoice(account(creditor, "C1"), "F1", "1000.00")
    found = dashboard.dashboard(Filters(on=TODAY), now=NOW + timedelta(minutes=1))
    assert (found.is_current, found.figures.views[0].open) == (True, Decimal("1000.00"))


def test_changes_are_forgotten_without_old_figures_passing_for_new(creditor: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("acquit.flows.ledger.keep_figures._MOST_CHANGES", 3)
    refresh_figures(creditor.organisation_id, now=NOW)
    assert Change.objects.count() == 3
    assert dashboard.dashboard(Filters(on=TODAY), now=NOW).is_current


def test_one_organisation_does_not_age_the_figures_of_another(found: Any) -> None:
    ours, theirs = found("Ours"), found("Theirs")
    with ours.open():
        before = kept.changes_seen()
        account(ready_creditor(ours.id), "C1")
    with theirs.open():
        invoice(account(ready_creditor(theirs.id), "C1"), "F1")
        assert Change.objects.exclude(organisation_id=theirs.id).count() == 0
    with ours.open():
        assert kept.changes_seen() == before


def test_what_waits_today(creditor: Any) -> None:
    of = creditor.organisation_id
    term = invoice(account(creditor, "C3"), "F8", "700.00", due=TODAY - timedelta(days=30))
    for until in (TODAY, TODAY - timedelta(days=3)):
        record_promise(
            organisation_id=of, account_id=term.account_id, until=until, today=TODAY - timedelta(days=9),
            now=NOW - timedelta(days=9),
        )  # fmt: skip
    found = waiting(on=TODAY, now=NOW, creditor_id=creditor.pk)
    assert (found.promised_today.count, dict(found.promised_today.sums)) == (1, {"EUR": 700})
    assert (found.cash.count, dict(found.cash.sums)) == (1, {"EUR": 40})
    assert found.total == 0
    assert waiting(on=TODAY, now=NOW, owner_id=NOBODY).promised_today.count == 1
    assert waiting(on=TODAY, now=NOW, owner_id=10**6).cash.count == 0


def test_filters_stand_in_the_address_and_are_read_back() -> None:
    today = date(2026, 11, 24)
    asked = Filters(
        on=date(2026, 3, 31), by="collector", aged_by="invoice", buckets=Buckets((15, 45)), creditor_id=3,
        collector=NOBODY, country="BE", profile="vip", kind="public", currency="USD", bucket=2, late=True,
        debtor_id=7, account_id=9,
    )  # fmt: skip
    from django.http import QueryDict

    assert Filters.parse(QueryDict(asked.query(today=today)).dict(), today=today) == asked
    assert Filters(on=today).query(today=today) == ""
    nonsense = {"au": "hier", "par": "x", "tranches": "9,1", "tranche": "77", "societe": "-1", "pays": ""}
    assert Filters.parse(nonsense, today=today) == Filters(on=today)
    hostile = {"au": "0001-01-01", "pays": "\0", "profil": "vi\0p", "nature": "\x1b[2J", "devise": "E\nR"}
    assert Filters.parse(hostile, today=today) == Filters(on=today)
    assert Filters.parse({"au": "9999-12-31"}, today=today) == Filters(on=today)


def test_what_is_kept_is_read_back() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert kept.decode(Filters, kept.encode(Filters(on=moment.date()))) == Filters(on=moment.date())
