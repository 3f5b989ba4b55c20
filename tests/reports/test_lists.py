"""Every figure of a report that has a list behind it is what that list adds up to, on random ledgers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.core.ledger import Ledger
from acquit.reports.behind import Behind, Part
from acquit.reports.expected_items import EXPECTED
from acquit.reports.filters import GROUPS, Filters
from acquit.reports.forecast import forecast
from acquit.reports.list_registry import LISTS
from acquit.reports.sheets import SHEETS, Options
from acquit.reports.spreadsheet import Sheet, added_up
from acquit.store.accounts.models import Account, Creditor, Debtor
from acquit.store.cases.models import Dispute, ManualContact, Promise, PromisedTerm
from acquit.store.ledger.models import Allocation, Invoice, InvoiceVat, Term
from tests.core.ledgers import days, ledgers
from tests.flows.world import TODAY, account, invoice, ready_creditor, receipt
from tests.reports.test_equal_to_core import NOW, RANDOM, written
from tests.reports.test_work_reports import message

#: The column of a list that adds up to a figure, where it has not the figure's own name.
_ADDED = {
    "items": "open_balance", "credits": "open_balance", "consists_of": "open_balance", "sales": "amount",
    "contested": "amount", "cash": "amount", "expected_in": "expected",
}  # fmt: skip
#: Figures that count the rows of their list.
_COUNTS = {
    ("promises", "kept"), ("promises", "broken"), ("promises", "running"), ("disputes", "count"),
    ("disputes", "resolved"),
    ("effectiveness", "messages"), ("provision", "items"), ("habits", "count"), ("habits", "late"),
    ("collectors", "contacts"), ("collectors", "calls"), ("collectors", "reached"),
    ("collectors", "accounts"), ("collectors", "promises"),
}  # fmt: skip
#: What is no sum: names and days, and ratios and middles of what stands beside them.
_NOT_ADDED = {
    "cautious", "dso", "count_back", "best_possible", "delinquent_days", "cei", "late_rate", "rate",
    "amount_rate", "mean_days", "oldest_days", "resolved_days", "share", "share_low", "share_high",
    "invoice_share", "invoice_low", "invoice_high", "percent", "mean", "weighted", "median", "cautious_days",
    "late_mean", "late_weighted",
}  # fmt: skip


def behind(sheet: Sheet, place: int, of: Behind) -> Any:
    """Return what the list behind a figure says: the sum of its rows, which is its total as well."""
    found = LISTS[of.list](of.filters, of.part)
    name = sheet.columns[place]
    assert len(found.sheet.rows) == found.count
    if (sheet.key, name) in _COUNTS:
        return found.count
    name = _ADDED.get(of.list, name if name in found.sheet.columns else "amount")
    added = sum(row[found.sheet.columns.index(name)] for row in found.sheet.rows)  # type: ignore[misc]
    assert added == sum(total.sums[name] for total in found.totals.values())
    return added


def figures(sheet: Sheet) -> Iterator[tuple[int, Any, Behind | None]]:
    """Yield each figure of a sheet, of its rows and its totals, with what stands behind it."""
    for row, opens in zip(sheet.rows, sheet.opens, strict=True):
        yield from ((place, value, opens.get(place)) for place, value in enumerate(row))
    for currency, line in added_up(sheet):
        for place, value in enumerate(line):
            of = sheet.opens_all.get(place)
            yield place, value, of and replace(of, filters=replace(of.filters, currency=currency))


def assert_open(sheet: Sheet) -> None:
    for place, value, of in figures(sheet):
        name = sheet.columns[place]
        if name in _NOT_ADDED:
            assert of is None
        elif isinstance(value, Decimal | int):
            assert of is not None, (sheet.key, name)
            assert behind(sheet, place, of) == value, (sheet.key, name, of)


@settings(RANDOM, max_examples=8)
@given(data=st.data(), ledger=ledgers(), on=days)
def test_each_figure_is_what_its_list_adds_up_to(
    organisation: Any, data: Any, ledger: Ledger, on: date
) -> None:
    by, aged = data.draw(st.sampled_from(GROUPS)), data.draw(st.sampled_from(["due", "invoice"]))
    with written(organisation, ledger):
        _lived(organisation, data)
        Creditor.objects.update(
            provision_rule=data.draw(st.sampled_from([[], [[0, "0"], [7, "3"], [None, "50"]]]))
        )
        for key, sheet_of in SHEETS.items():
            asked = Filters(
                on=on, by=by if key in {"ageing", "promises", "habits"} else "account", aged_by=aged
            )
            assert_open(sheet_of(asked, Options(months=3, weeks=4)))


def _lived(organisation: Any, data: Any) -> None:
    """Promise, contest, remind and call, at random."""
    mine = {"organisation_id": organisation.id, "recorded_at": NOW, "recorded_by_id": organisation.user_id}
    Debtor.objects.filter(pk__in=Debtor.objects.order_by("id")[:1]).update(habit_days=12, country="BE")
    for row in Invoice.objects.order_by("id"):
        terms = list(Term.objects.filter(invoice=row).order_by("id"))
        of = Account.objects.get(pk=row.account_id)
        day = data.draw(days)
        if data.draw(st.booleans()):
            word = Promise.objects.create(
                **mine, account=of, currency=row.currency, made_on=day, until=data.draw(days),
                amount=data.draw(st.none() | st.decimals("1", "999", places=2)),
            )  # fmt: skip
            for term in terms:
                PromisedTerm.objects.create(organisation_id=organisation.id, promise=word, term=term)
        if data.draw(st.booleans()):
            Dispute.objects.create(
                organisation_id=organisation.id, recorded_at=NOW, account=of, invoice=row, opened_on=day,
                amount=data.draw(st.none() | st.decimals("1", "999", places=2)),
                category=data.draw(st.sampled_from(["price", "quality"])),
            )  # fmt: skip
        if data.draw(st.booleans()):
            message(of, [term.pk for term in terms], on=day, approved_by_id=organisation.user_id)
        if data.draw(st.booleans()):
            ManualContact.objects.create(
                **mine, debtor_id=of.debtor_id, account=of, on=day, channel="phone",
                outcome=data.draw(st.sampled_from(["promise", "no_answer"])),
            )  # fmt: skip
        if data.draw(st.booleans()):
            InvoiceVat.objects.create(
                organisation_id=organisation.id, invoice=row, category="S", rate=10, base=100, tax=10
            )


@pytest.fixture
def creditor(organisation: Any) -> Creditor:
    return ready_creditor(organisation.id)


def _settled(of: Account, delays: tuple[int, ...]) -> None:
    for number, late in enumerate(delays):
        due = TODAY - timedelta(days=200 + 20 * number)
        term = invoice(of, f"{of.external_id}-{number}", "100.00", due=due)
        payment = receipt(of, "100.00", on=due + timedelta(days=late))
        Allocation.objects.create(
            organisation_id=of.organisation_id, account=of, term=term, payment=payment, amount=100,
            effective_on=payment.received_on, recorded_at=NOW,
        )  # fmt: skip


def test_a_week_says_of_each_term_its_day_its_chance_and_why(creditor: Creditor) -> None:
    own, habit, like = (account(creditor, code) for code in ("OWN", "HABIT", "LIKE"))
    other = account(creditor, "OTHER", profile="vip")
    _settled(own, (3, 3, 3, 10, 50))
    Debtor.objects.filter(pk=habit.debtor_id).update(habit_days=4)
    for of in (own, habit, like, other):
        invoice(of, f"{of.external_id}-O", "333.33", due=TODAY)
    week = EXPECTED(Filters(on=TODAY), Part(week=0))
    found = {row[1]: dict(zip(week.sheet.columns, row, strict=True)) for row in week.sheet.rows}
    said = {code: (one["why"], one["expected_on"], one["chance"]) for code, one in found.items()}
    # Of six that are seen, one of which nobody knows when, three come on the third day.
    near, fourth = TODAY + timedelta(days=3), TODAY + timedelta(days=4)
    assert said == {
        "OWN": ("own_past", near, 50), "LIKE": ("segment", near, 50), "OTHER": ("everybody", near, 50),
        "HABIT": ("habit", fourth, Decimal("83.33")),
    }  # fmt: skip
    (euros,) = forecast(Filters(on=TODAY)).values()
    assert week.totals["EUR"].sums["expected"] == Decimal(str(round(euros[0].expected, 2)))


def test_pages_of_a_list_are_its_rows_and_shares_of_cents_add_up(creditor: Creditor) -> None:
    of = account(creditor, "C1")
    _settled(of, (1, 2, 3, 4, 5))
    for number in range(7):
        invoice(of, f"O{number}", "0.10", due=TODAY - timedelta(days=2))
    for key in ("expected_in", "set_aside", "items", "consists_of"):
        whole = LISTS[key](Filters(on=TODAY), Part())
        pages = [LISTS[key](Filters(on=TODAY), Part(), most=3, start=start) for start in (0, 3, 6)]
        assert [row for page in pages for row in page.sheet.rows] == list(whole.sheet.rows[:9])
        assert {page.count for page in pages} == {whole.count}
    expected = LISTS["expected_in"](Filters(on=TODAY), Part(week=0))
    shares = [row[-1] for row in expected.sheet.rows]
    # Each is 0,05 exactly; rounded alone they would be 0,05 seven times, or 0,04: together they are the week.
    assert sum(shares) == expected.totals["EUR"].sums["expected"]  # type: ignore[arg-type]
    assert len(set(shares)) <= 2


def test_a_list_of_another_organisation_is_empty(found: Any) -> None:
    ours, theirs = found("Ours"), found("Theirs")
    with theirs.open():
        invoice(account(ready_creditor(theirs.id), "X"), "F1")
    with ours.open():
        assert {key: of(Filters(on=TODAY), Part()).count for key, of in LISTS.items()} == dict.fromkeys(
            LISTS, 0
        )


@given(
    week=st.none() | st.integers(0, 99), person=st.none() | st.integers(0, 9999),
    kind=st.none() | st.text(st.characters(exclude_categories=["C", "Z"]), max_size=9),
    since=st.none() | st.dates(date(1970, 1, 1), date(2099, 12, 31)),
)  # fmt: skip
def test_a_part_is_read_back_from_its_address(week: Any, kind: Any, since: Any, person: Any) -> None:
    part = Part(week=week, kind=kind, since=since, person=person)
    given = dict(parse_qsl(part.query(), keep_blank_values=True))
    assert Part.parse(given) == part


def test_what_cannot_be_read_of_an_address_is_left_out() -> None:
    assert Part.parse({"semaine": "-1", "depuis": "31/12", "personne": "9" * 30, "genre": "x" * 99}) == Part(
        kind="x" * 60
    )
    assert Part.parse({"genre": "a\0b", "depuis": "9999-12-31"}) == Part(kind="")
