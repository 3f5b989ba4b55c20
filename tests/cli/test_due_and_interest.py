"""`acquit due` and `acquit interest`, which need no database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from acquit.cli import app
from acquit.cli.answer import Refused


def said(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def answer(*words: str) -> dict[str, Any]:
    done = said(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("terms", "method", "due"),
    [
        ("45 jours fin de mois", (), "2026-03-31"),
        ("45 jours fin de mois", ("--method", "eom_then_net"), "2026-03-17"),
        ("net 30", (), "2026-02-14"),
    ],
)
def test_due(terms: str, method: tuple[str, ...], due: str) -> None:
    words = ("due", "--terms", terms, "--from", "2026-01-15", *method)
    assert said(*words).stdout == f"{due}\n"
    assert answer(*words)["due"] == due


@pytest.mark.parametrize(
    "words",
    [
        ("due", "--terms", "30 jours"),
        ("due", "--terms", "30 jours", "--from", "2026-02-30"),
        ("due", "--terms", "30 jours", "--from", "2026-01-15", "--method", "sideways"),
        ("interest", "--amount", "1O0", "--due", "2026-01-15", "--until", "2026-02-15"),
        ("interest", "--amount", "-5", "--due", "2026-01-15", "--until", "2026-02-15"),
        ("interest", "--amount", "5", "--due", "2026-01-15"),
        ("interest", "--amount", "5", "--due", "2026-01-15", "--until", "2026-02-15", "--kind", "cat"),
        ("interest", "--amount", "5", "--due", "2026-01-15", "--until", "2026-02-15", "--paid", "5"),
        ("interest", "--amount", "5", "--due", "2026-01-15", "--until", "2026-02-15", "--imputation", "x"),
    ],
)
def test_misuse_ends_with_two(words: tuple[str, ...]) -> None:
    assert said(*words).exit_code == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("due", "--terms", "bof", "--from", "2026-01-15"), "bof"),
        (("interest", "--amount", "5", "--due", "2026-12-15", "--until", "2027-01-02"), "2027 S1"),
        (
            ("interest", "--regime", "XX", "--amount", "5", "--due", "2026-01-15", "--until", "2026-02-01"),
            "XX",
        ),
    ],
)
def test_a_refusal_says_why(words: tuple[str, ...], why: str) -> None:
    done = said(*words)
    assert isinstance(done.exception, Refused)
    assert why in str(done.exception)


def test_interest_over_two_semesters() -> None:
    words = ("--regime", "FR", "--kind", "business", "--amount", "1200", "--due", "2026-05-31")
    told = answer("interest", *words, "--until", "2026-07-31")
    assert (told["interest"], told["fixed_sum"]) == ("24.62", "40.00")
    assert told["segments"] == [
        {"from": "2026-06-01", "to": "2026-06-30", "days": 30, "base": "1200.00", "rate": "12.15",
         "interest": "11.98"},
        {"from": "2026-07-01", "to": "2026-07-31", "days": 31, "base": "1200.00", "rate": "12.40",
         "interest": "12.64"},
    ]  # fmt: skip


def test_interest_with_a_payment_in_between() -> None:
    words = ("--amount", "10000", "--due", "2026-06-30", "--until", "2026-09-30")
    told = answer("interest", *words, "--paid", "2026-08-29=4000,00")
    assert told["segments"][0]["interest"] == "203.84"
    assert told["principal_left"] == "6203.84"
    assert told["principal_and_interest_left"] == "6271.28"
    other = answer("interest", *words, "--paid", "2026-08-29=4000", "--imputation", "principal_first")
    assert other["principal_and_interest_left"] == "6269.07"


def test_interest_tells_its_formula_and_what_is_unconfirmed() -> None:
    words = ("--kind", "consumer", "--amount", "500", "--due", "2026-03-31", "--until", "2026-08-01")
    with_notice = said("interest", *words, "--notice", "2026-04-20").stdout
    assert "500.00 EUR × 2.62 % × 71 / 365" in with_notice
    assert "Not confirmed: 2.75 %" in with_notice
    without = answer("interest", *words)
    assert (without["interest"], without["fixed_sum"], without["segments"]) == ("0.00", "0.00", [])
    assert "formal notice" in without["why"]


def test_a_clause_below_the_floor_is_reported() -> None:
    words = ("--amount", "1000", "--due", "2025-05-31", "--until", "2025-09-30", "--rate", "10")
    assert answer("interest", *words)["below_floor"] == ["2025 S1"]


def test_a_fixed_sum_has_the_currency_of_its_law() -> None:
    words = ("--amount", "1200", "--due", "2026-05-31", "--until", "2026-07-31")
    told = answer("interest", *words, "--regime", "UK")
    assert (told["fixed_sum"], told["fixed_sum_currency"], told["currency"]) == ("70.00", "GBP", "EUR")
    told = answer("interest", *words, "--currency", "USD")
    assert (told["fixed_sum"], told["fixed_sum_currency"], told["currency"]) == ("40.00", "EUR", "USD")


def test_a_judgment_stops_interest_on_its_eve() -> None:
    words = ("--amount", "10000", "--due", "2026-07-31", "--until", "2026-11-24", "--judgment", "2026-09-15")
    told = answer("interest", *words, "--paid", "2026-09-20=4000")
    assert (told["interest"], told["principal_and_interest_left"]) == ("152.88", "6152.88")
