"""Every figure of a report that has a list behind it is what that list adds up to, on random ledgers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.core.ledger import Ledger
from acquit.reports.behind import Behind
from acquit.reports.filters import GROUPS, Filters
from acquit.reports.lists import LISTS
from acquit.reports.sheets import SHEETS, Options
from acquit.reports.spreadsheet import Sheet, added_up
from acquit.store.accounts.models import Account, Creditor, Debtor
from acquit.store.cases.models import Dispute, ManualContact, Promise, PromisedTerm
from acquit.store.ledger.models import Invoice, InvoiceVat, Term
from tests.core.ledgers import days, ledgers
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
    ("effectiveness", "messages"), ("provision", "items"), ("habits", "count"), ("habits", "late"),
    ("collectors", "contacts"), ("collectors", "calls"), ("collectors", "reached"),
    ("collectors", "accounts"), ("collectors", "promises"),
}  # fmt: skip
#: What is no sum: names and days, and ratios and middles of what stands beside them.
_NOT_ADDED = {
    "cautious", "dso", "count_back", "best_possible", "delinquent_days", "cei", "late_rate", "rate",
    "amount_rate", "mean_days", "oldest_days", "share", "share_low", "share_high", "invoice_share",
    "invoice_low", "invoice_high", "percent", "mean", "weighted", "median", "cautious_days", "late_mean",
    "late_weighted",
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
