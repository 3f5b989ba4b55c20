"""Days in words, and the day on which somebody is back. Wednesday 5 August 2026 is when they are written."""

from __future__ import annotations

import doctest
from datetime import date
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.channels.email.answer.amount import amounts_in, numbers_in
from acquit.channels.email.answer.automatic import auto_reply_of, away_through
from acquit.channels.email.answer.day import days_in
from acquit.channels.email.answer.inbound import parse

ON = date(2026, 8, 5)

FUTURE = {
    "Nous réglerons le 24 août": "2026-08-24", "24/08/2026": "2026-08-24", "le 24.08.": "2026-08-24",
    "le 24/08": "2026-08-24", "2026-08-24": "2026-08-24", "24.08.26": "2026-08-24",
    "vendredi": "2026-08-07", "ce vendredi": "2026-08-07", "vendredi prochain": "2026-08-14",
    "vendredi en huit": "2026-08-14", "vendredi en quinze": "2026-08-21", "Friday week": "2026-08-14",
    "a week on Friday": "2026-08-14", "next Friday": "2026-08-14", "mercredi": "2026-08-12",
    "le lundi 10": "2026-08-10", "lundi 24 août": "2026-08-24", "Monday, August 24th": "2026-08-24",
    "fin de mois": "2026-08-31", "à la fin du mois": "2026-08-31", "fin du mois prochain": "2026-09-30",
    "fin août": "2026-08-31", "fin courant": "2026-08-31", "by month end": "2026-08-31",
    "by the end of next month": "2026-09-30", "end of August": "2026-08-31", "mi-septembre": "2026-09-15",
    "début septembre": "2026-09-10", "mid-September": "2026-09-15", "end of the week": "2026-08-07",
    "la semaine prochaine": "2026-08-14", "début de semaine prochaine": "2026-08-12",
    "next month": "2026-09-30", "sous huitaine": "2026-08-13", "sous quinzaine": "2026-08-20",
    "sous 48 h": "2026-08-07", "dans les 8 à 10 jours": "2026-08-15",
    "endéans les huit jours": "2026-08-13", "d’ici nonante jours": "2026-11-03",
    "dans septante jours": "2026-10-14", "dans deux semaines": "2026-08-19",
    "within 10 working days": "2026-08-19", "in a month": "2026-09-05", "demain": "2026-08-06",
    "après-demain": "2026-08-07", "the day after tomorrow": "2026-08-07", "aujourd’hui": "2026-08-05",
    "pour le 15": "2026-08-15", "le 3": "2026-09-03", "by the 15th": "2026-08-15",
    "1er septembre": "2026-09-01", "le 3 janvier": "2027-01-03", "5 January": "2027-01-05",
    "le 24 juillet": "2026-07-24",
}  # fmt: skip
PAST = {
    "viré le 12 mars": "2026-03-12", "viré lundi": "2026-08-03", "lundi dernier": "2026-08-03",
    "hier": "2026-08-04", "avant-hier": "2026-08-03", "il y a 3 jours": "2026-08-02",
    "two weeks ago": "2026-07-22", "last Monday": "2026-08-03", "réglée le 28/07": "2026-07-28",
    "paid on 20 December": "2025-12-20",
}  # fmt: skip
NO_DAY = (
    "1.240,50 €", "12.50 EUR", "facture 24/1234", "tél. 01 02 03 04 05", "le 35 mars", "31/02/2026",
    "3 cartons", "le 12 rue des Lilas", "version 1.2.3", "le weekend", "12 jours de retard", "a friend",
    "le 8 €",
)  # fmt: skip
ABSENT = {
    "Je suis absent jusqu’au 24 août inclus.": "2026-08-24",
    "absent du 3 au 24 août": "2026-08-24",
    "De retour le mardi 25 août": "2026-08-24",
    "Je serai de retour le lundi 10.": "2026-08-09",
    "I will be back on 5 September.": "2026-09-04",
    "out of the office until Monday 24 August": "2026-08-24",
    "On leave 10-21 August": "2026-08-21",
    "I will return to the office on Tuesday, 18th August and will answer then": "2026-08-17",
    "Returning 17/08": "2026-08-16",
    "Je répondrai à votre message à partir du 25 août": "2026-08-24",
    "absent à partir du 6 août jusqu'au 3 septembre": "2026-09-03",
    "en congés jusqu'à la fin du mois": "2026-08-31",
    "Nos bureaux sont fermés du lundi 10 au vendredi 21 août": "2026-08-21",
    "Ich bin bis zum 24. August nicht im Büro": "2026-08-24",
    "Ich bin ab dem 25. August wieder da": "2026-08-24",
    "Bureaux fermés du 24 décembre au 2 janvier inclus": "2027-01-02",
}


@pytest.mark.parametrize(("text", "day"), FUTURE.items())
def test_a_day_to_come(text: str, day: str) -> None:
    assert [str(found.day) for found in days_in(text, on=ON)] == [day]


@pytest.mark.parametrize(("text", "day"), PAST.items())
def test_a_day_gone_by(text: str, day: str) -> None:
    assert [str(found.day) for found in days_in(text, on=ON, past=True)] == [day]


@pytest.mark.parametrize("text", NO_DAY)
def test_figures_that_are_no_day(text: str) -> None:
    assert days_in(text, on=ON) == ()


@pytest.mark.parametrize(("text", "day"), ABSENT.items())
def test_f47_the_last_day_of_an_absence(text: str, day: str) -> None:
    assert str(away_through(text, on=ON)) == day


def test_an_absence_without_a_day_or_long_over_says_none() -> None:
    assert away_through("Away until further notice", on=ON) is None
    assert away_through("Absent jusqu'au 3 mars 2026", on=ON) is None


def test_the_last_day_of_february_and_of_the_year() -> None:
    assert days_in("fin février", on=date(2028, 1, 10))[0].day == date(2028, 2, 29)
    assert days_in("in a month", on=date(2026, 1, 31))[0].day == date(2026, 2, 28)
    assert days_in("demain", on=date(2026, 12, 31))[0].day == date(2027, 1, 1)
    assert days_in("29 février", on=date(2026, 5, 1)) == ()


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied\nSubject: Re: Relance",
        "X-Autoreply: yes\nSubject: Re: Relance",
        "Precedence: auto_reply\nSubject: Relance",
        "Subject: Réponse automatique : relance".encode().decode("latin-1"),
        "Subject: Automatic reply: reminder",
        "Subject: Out of Office",
        "Subject: Abwesenheitsnotiz: Rechnung",
        "Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Relance?=",
    ],
)
def test_f47_a_machine_is_told_by_its_headers_or_its_subject(head: str) -> None:
    found = auto_reply_of(parse(f"{head}\n\nAbsent jusqu'au 24 aout.".encode("latin-1")), on=ON)
    assert found is not None
    assert found.away_through == date(2026, 8, 24)


@pytest.mark.parametrize(
    "head", ["Auto-Submitted: no\nSubject: Re: Relance", "Precedence: bulk\nSubject: x", "Subject: Absence"]
)
def test_f47_a_person_who_speaks_of_his_holidays_is_no_machine(head: str) -> None:
    assert auto_reply_of(parse(f"{head}\n\nJe suis en conges, je paie lundi.".encode()), on=ON) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("€1,240.50", "1240.50 EUR"), ("CHF 1'200.–", "1200.00 CHF"),
        ("3 500 euros", "3500.00 EUR"), ("£ 99", "99.00 GBP"), ("1.240 €", "1240.00 EUR"),
        ("12,5 €", "12.50 EUR"), ("$3,000", "3000.00 USD"), ("20 %", ""), ("le 24 août", ""),
    ],
)  # fmt: skip
def test_amounts(text: str, expected: str) -> None:
    assert " ".join(str(money) for money in amounts_in(text)) == expected


def test_numbers_of_invoices() -> None:
    assert numbers_in("invoice INV-2041, facture n° 310 et FA-2026-118") == ("INV-2041", "310", "FA-2026-118")
    assert numbers_in("la facture de mars, merci") == ()


@given(st.text(max_size=300), st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 1, 1)), st.booleans())
def test_any_text_has_days_in_it_or_not(text: str, on: date, past: bool) -> None:
    for found in days_in(text, on=on, past=past):
        assert 0 <= found.start < found.end <= len(text)
    through = away_through(text, on=on)
    assert through is None or through >= on.replace(day=1).fromordinal(on.toordinal() - 1)
    assert all(money.amount >= 0 for money in amounts_in(text))
    numbers_in(text)


@pytest.mark.parametrize("name", ["amount", "automatic", "bounce", "day", "text"])
def test_the_examples_in_the_docstrings(name: str) -> None:
    outcome = doctest.testmod(import_module(f"acquit.channels.email.answer.{name}"))
    assert outcome.attempted
    assert not outcome.failed
