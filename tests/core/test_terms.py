"""Due dates: each row of the worked table of the law, and the words people really write."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.terms import (
    METHODS,
    PaymentTerms,
    UnknownMethod,
    UnreadableTerms,
    add_months,
    due_date,
    end_of_month,
    parse,
)

COLUMNS = (
    ("30 jours nets", "net_then_eom"),
    ("60 jours", "net_then_eom"),
    ("45 jours fin de mois", "net_then_eom"),
    ("45 jours fin de mois", "eom_then_net"),
    ("30 jours fin de mois", "net_then_eom"),
    ("30 jours fin de mois", "eom_then_months"),
    ("30 jours fin de mois le 10", "net_then_eom"),
    ("30 jours fin de mois le 10", "eom_then_months"),
)
ROWS = {
    "2026-01-01": "01-31 03-02 02-28 03-17 01-31 02-28 02-10 03-10",
    "2026-01-15": "02-14 03-16 03-31 03-17 02-28 02-28 03-10 03-10",
    "2026-01-31": "03-02 04-01 03-31 03-17 03-31 02-28 04-10 03-10",
    "2026-02-15": "03-17 04-16 04-30 04-14 03-31 03-31 04-10 04-10",
    "2026-03-10": "04-09 05-09 04-30 05-15 04-30 04-30 05-10 05-10",
    "2026-10-22": "11-21 12-21 12-31 12-15 11-30 11-30 12-10 12-10",
    "2024-01-31": "03-01 03-31 03-31 03-16 03-31 02-29 04-10 03-10",
}


@pytest.mark.parametrize("issued", ROWS)
def test_each_row_of_the_table(issued: str) -> None:
    issued_on = date.fromisoformat(issued)
    reached = [due_date(terms, issued_on, method) for terms, method in COLUMNS]
    assert reached == [date.fromisoformat(f"{issued[:4]}-{day}") for day in ROWS[issued].split()]


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("30 jours", PaymentTerms(days=30)),
        ("30 jours nets", PaymentTerms(days=30)),
        ("Paiement à 30 jours date de facture", PaymentTerms(days=30)),
        ("30j", PaymentTerms(days=30)),
        ("sous 8 jours", PaymentTerms(days=8)),
        ("30 jours à réception de facture", PaymentTerms(days=30)),
        ("60 days", PaymentTerms(days=60)),
        ("net 30", PaymentTerms(days=30)),
        ("Net 30 days", PaymentTerms(days=30)),
        ("30 days net", PaymentTerms(days=30)),
        ("within 14 days of receipt of the invoice", PaymentTerms(days=14)),
        ("2 mois", PaymentTerms(months=2)),
        ("1 month", PaymentTerms(months=1)),
        ("comptant", PaymentTerms()),
        ("Au comptant à réception", PaymentTerms()),
        ("à réception", PaymentTerms()),
        ("À RÉCEPTION DE FACTURE", PaymentTerms()),
        ("paiement comptant à réception de la facture", PaymentTerms()),
        ("due on receipt", PaymentTerms()),
        ("Immediate", PaymentTerms()),
        ("fin de mois", PaymentTerms(end_of_month=True)),
        ("end of month", PaymentTerms(end_of_month=True)),
        ("45 jours fin de mois", PaymentTerms(days=45, end_of_month=True)),
        ("45J FDM", PaymentTerms(days=45, end_of_month=True)),
        ("30 days EOM", PaymentTerms(days=30, end_of_month=True)),
        ("net 30 EOM", PaymentTerms(days=30, end_of_month=True)),
        ("30 jours fin de mois le 10", PaymentTerms(days=30, end_of_month=True, day_of_month=10)),
        (
            "30 jours, fin de mois, le 10 du mois suivant",
            PaymentTerms(days=30, end_of_month=True, day_of_month=10),
        ),
        ("fin de mois le 15", PaymentTerms(end_of_month=True, day_of_month=15)),
        ("le 10 du mois suivant", PaymentTerms(end_of_month=True, day_of_month=10)),
        ("30 jours le 15", PaymentTerms(days=30, day_of_month=15)),
        (
            "fin de mois + 45 jours",
            PaymentTerms(days=45, end_of_month=True, method="eom_then_net"),
        ),
        (
            "fin du mois suivant",
            PaymentTerms(months=1, end_of_month=True, method="eom_then_months"),
        ),
        (
            "end of the following month",
            PaymentTerms(months=1, end_of_month=True, method="eom_then_months"),
        ),
    ],
)
def test_the_words_people_write(words: str, meaning: PaymentTerms) -> None:
    assert parse(words) == meaning


@pytest.mark.parametrize(
    "words",
    ["", "   ", "selon accord", "30", "30 jours ou 60 jours", "50 % à la commande", "jours",
     "30 semaines", "5000 jours", "30 jours fin de mois le 45", "2/10 net 30", "trente jours",
     "30 jours après livraison"],
)  # fmt: skip
def test_what_cannot_be_read_is_named(words: str) -> None:
    with pytest.raises(UnreadableTerms) as refused:
        parse(words)
    assert repr(words) in str(refused.value)


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(UnknownMethod, match=r"sideways.*net_then_eom"):
        due_date("30 jours", date(2026, 1, 1), "sideways")


def test_the_order_that_the_words_fix_wins_over_the_method() -> None:
    assert due_date("fin de mois + 45 jours", date(2026, 1, 1), "net_then_eom") == date(2026, 3, 17)


def test_the_tenth_after_a_reckoned_day_is_the_first_one() -> None:
    issued_on = date(2026, 1, 15)
    assert due_date("30 jours fin de mois le 10", issued_on, "eom_then_net") == date(2026, 3, 10)
    assert due_date("30 jours le 14", issued_on) == date(2026, 2, 14)
    assert due_date("30 jours le 13", issued_on) == date(2026, 3, 13)


def test_a_day_that_a_month_lacks_is_its_last() -> None:
    assert due_date("fin de mois le 31", date(2026, 1, 5)) == date(2026, 2, 28)
    assert due_date("fin du mois suivant", date(2026, 1, 31)) == date(2026, 2, 28)
    assert due_date("1 mois", date(2024, 1, 31)) == date(2024, 2, 29)


DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))


@given(DAYS, st.integers(0, 120), st.sampled_from(METHODS))
def test_an_end_of_month_is_never_before_the_net_days_round_down(
    issued_on: date, days: int, method: str
) -> None:
    reached = due_date(f"{days} jours fin de mois", issued_on, method)
    assert reached >= issued_on
    if method == "net_then_eom":
        assert reached == end_of_month(reached)
        assert reached - issued_on >= timedelta(days=days)


@given(DAYS, st.integers(0, 300))
def test_months_keep_the_day_or_end_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and later == end_of_month(later))


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    with suppress(UnreadableTerms):
        assert due_date(text, date(2026, 1, 31)) >= date(2026, 1, 31)
