"""The forecast by the learned model: as the core reckons it, on no day before it was learned, and said so."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from acquit.core.forecast import OpenTerm
from acquit.core.forecast import forecast as core_forecast
from acquit.core.payer_days import UsualDays as Told
from acquit.core.payer_model import STALE
from acquit.reports.behind import Part
from acquit.reports.expected_items import EXPECTED
from acquit.reports.filters import Filters
from acquit.reports.forecast import expectation, forecast
from acquit.reports.kept import changes_seen
from acquit.reports.sheets import SHEETS, Options
from acquit.reports.spreadsheet import csv_text, document
from acquit.store.accounts.models import Debtor
from acquit.store.payers.models import PayerModelFit, UsualDays
from acquit.wording.report_words import report_words
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor

OWN = Told(days=(-3, 2, 2, 20, 60), weight=20)
ALIKE = Told(days=(0, 5, 9, 15, 40), weight=20)
EVERY = Told(days=(7, 8, 30), weight=20)


def fit(world: Any, *, forecasts: bool = True) -> PayerModelFit:
    return PayerModelFit.objects.create(
        organisation_id=world.id, fitted_at=NOW, terms=500, kept=True, because="better",
        weights={"features": []}, forecasts=forecasts,
    )  # fmt: skip


def keep(world: Any, told: Told, *, by: PayerModelFit | None, on: date = TODAY, **of: Any) -> UsualDays:
    return UsualDays.objects.create(
        organisation_id=world.id, days=list(told.days), weight=told.weight, known_on=on, fit=by, **of
    )


@pytest.fixture
def owed(organisation: Any) -> list[OpenTerm]:
    """Three debtors who owe: one known himself, one by his segment, one of a segment that nobody knows."""
    creditor = ready_creditor(organisation.id)
    debts = (("A", OWN, {}), ("B", ALIKE, {}), ("C", EVERY, {"country": "BE"}))
    found, by = [], fit(organisation)
    for number, (code, days, said) in enumerate(debts):
        of = account(creditor, code, **said)
        if code == "A":
            keep(organisation, OWN, by=by, debtor=of.debtor)
        for age in (-20, 4, 45):
            amount = Decimal(100 * (number + 1) + age)
            invoice(of, f"{code}{age}", str(amount), due=TODAY - timedelta(days=age))
            found.append(OpenTerm(currency="EUR", due_on=TODAY - timedelta(days=age), open=amount, days=days))
    keep(organisation, ALIKE, by=by, segment="business FR")
    keep(organisation, EVERY, by=by, segment="")
    return found


def test_the_database_expects_what_the_core_does(organisation: Any, owed: list[OpenTerm]) -> None:
    assert expectation(TODAY).name == "learned"
    weeks = forecast(Filters(on=TODAY))["EUR"]
    meant = core_forecast(owed, TODAY, kept=0.8)["EUR"]
    assert [(w.first, w.expected, w.deviation) for w in weeks] == [
        (w.first, pytest.approx(w.expected), pytest.approx(w.deviation)) for w in meant
    ]
    assert sum(week.expected for week in weeks) > 100


def test_the_list_behind_a_week_is_of_the_same_days(organisation: Any, owed: list[OpenTerm]) -> None:
    for number, week in enumerate(forecast(Filters(on=TODAY))["EUR"]):
        behind = EXPECTED(Filters(on=TODAY), Part(week=number))
        total = behind.totals["EUR"].sums["expected"] if behind.totals else 0
        assert float(total) == pytest.approx(week.expected, abs=0.006)
        assert {row[behind.sheet.columns.index("why")] for row in behind.sheet.rows} <= {"model"}


def test_no_day_before_it_was_learned_uses_it_nor_one_long_after(organisation: Any, owed: Any) -> None:
    days = {TODAY - timedelta(days=1): "past", TODAY: "learned", TODAY + STALE: "learned",
            TODAY + STALE + timedelta(days=1): "past"}  # fmt: skip
    assert {on: expectation(on).name for on in days} == days


def test_what_does_not_forecast_better_is_not_used(organisation: Any, owed: Any) -> None:
    PayerModelFit.objects.update(forecasts=False)
    assert expectation(TODAY).name == "past"
    UsualDays.objects.update(fit=None)
    assert expectation(TODAY).name == "past"


@pytest.mark.parametrize("name", ["learned", "past"])
def test_every_output_says_which_it_was(organisation: Any, owed: Any, name: str) -> None:
    Debtor.objects.update(habit_days=50)  # so that the past expects something, too
    PayerModelFit.objects.update(forecasts=name == "learned")
    sheet = SHEETS["forecast"](Filters(on=TODAY), Options(weeks=2))
    assert [row["told_by"] for row in document(sheet, TODAY)["forecast"]] == [name, name]
    assert all(line.endswith(f",{name}\r") for line in csv_text(sheet).split("\n")[1:-1])
    said = {"learned": "puis le modèle appris", "past": "ne sert pas à cette date"}[name]
    assert said in report_words("fr").notes[sheet.note]
    assert sheet.note in report_words("en").notes


def test_figures_kept_before_it_was_learned_are_not_current(organisation: Any) -> None:
    before = changes_seen()
    every = keep(organisation, EVERY, by=None, segment="")
    past = changes_seen()
    every.fit = fit(organisation)
    every.save(update_fields=["fit"])
    assert len({before, past, changes_seen()}) == 3
