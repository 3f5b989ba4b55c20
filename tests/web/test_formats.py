import doctest
from datetime import date, datetime
from decimal import Decimal

import pytest

from acquit.web import components, drawing, formats


@pytest.mark.parametrize("module", [formats, components, drawing])
def test_examples_in_docstrings_hold(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed


@pytest.mark.parametrize(
    ("value", "currency", "language", "written"),
    [
        ("12345.6", "EUR", "fr", "12\u202f345,60\u00a0€"),
        ("-1180", "EUR", "fr", "\u22121\u202f180,00\u00a0€"),
        ("0", "EUR", "fr", "0,00\u00a0€"),
        ("-0.001", "EUR", "fr", "0,00\u00a0€"),
        ("0.005", "EUR", "fr", "0,01\u00a0€"),
        ("999.995", "EUR", "fr", "1\u202f000,00\u00a0€"),
        ("1234.5", "CHF", "en", "CHF\u00a01,234.50"),
        ("1234.5678", "TND", "fr", "1\u202f234,568\u00a0TND"),
        ("12345.6", "GBP", "en", "£12,345.60"),
    ],
)
def test_an_amount_is_written_as_its_language_does(value, currency, language, written):
    assert formats.amount(Decimal(value), currency, language=language) == written


def test_an_unknown_amount_is_a_dash():
    assert formats.amount(None, "EUR", language="fr") == "—"
    assert formats.percentage(None, language="fr") == "—"
    assert formats.day(None, language="fr") == "—"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_day_of_a_leap_year_is_written_and_no_two_alike(language):
    first = date(2028, 1, 1).toordinal()
    days = [date.fromordinal(first + count) for count in range(366)]
    for write in (formats.day, formats.long_day):
        assert len({write(on, language=language) for on in days}) == 366


def test_only_the_first_of_a_month_is_ordinal_in_french():
    assert formats.long_day(date(2026, 12, 1), language="fr") == "mardi 1er décembre 2026"
    assert formats.long_day(date(2026, 12, 21), language="fr") == "lundi 21 décembre 2026"


def test_near_days_cross_the_year():
    today = date(2026, 12, 31)
    assert formats.near_day(date(2027, 1, 1), today=today, language="fr") == "demain"
    assert formats.near_day(date(2026, 12, 30), today=today, language="en") == "30 Dec"
    assert formats.near_day(date(2027, 1, 2), today=today, language="fr") == "2 janv. 2027"


def test_a_moment_has_its_hour():
    at = datetime(2026, 11, 18, 9, 5)
    assert formats.moment(at, today=date(2026, 11, 23), language="en") == "18 Nov 09:05"


def test_a_bar_fills_its_whole_width_and_hides_nothing_small():
    parts = components.stretch([Decimal(1), Decimal(0), Decimal(999_999)])
    assert parts[0][1] >= Decimal("1.4")
    assert parts[1][1] == 0
    assert sum(width for _, width in parts) == 100


def test_the_axis_keeps_the_order_of_the_days_even_for_one_step():
    step = components.ScenarioStep(offset_days=3, name="", icon="mail", tone=1, mode="")
    assert drawing.draw_axis([step]).placed[0].dot > drawing.draw_axis([step]).due
    assert drawing.draw_axis([]).placed == ()
