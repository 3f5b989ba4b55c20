"""Amounts, dates and counts as each language prints them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from acquit.core.money import Money, decimals_of, round_to_currency
from acquit.wording.days import MONTHS, SHORT_MONTHS, WEEKDAYS

NARROW_SPACE = "\u202f"
NO_BREAK = "\u00a0"
MINUS = "\u2212"

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Typography:
    """How one language writes numbers, money and days."""

    amount: Callable[[Money], str]
    percent: Callable[[Decimal], str]
    long_day: Callable[[date], str]
    day: Callable[[date], str]
    short_day: Callable[[date], str]
    counts: Mapping[int, str]
    and_: str

    def joined(self, words: Iterable[str]) -> str:
        """Return `words` as an enumeration: « a, b et c »."""
        items = list(words)
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.and_} {items[-1]}"

    def amounts(self, totals: Iterable[Money]) -> str:
        """Return one amount per currency, never their sum."""
        return self.joined(map(self.amount, totals))

    def days(self, days: Sequence[date]) -> str:
        """Return the days of an enumeration; the year is said once when it is the same.

        >>> TYPOGRAPHY["fr"].days([date(2026, 9, 24), date(2026, 10, 8)])
        '24 septembre et 8 octobre 2026'
        """
        words = [self.day(day) for day in days]
        if len({day.year for day in days}) == 1:
            words[:-1] = [word.removesuffix(f" {days[0].year}") for word in words[:-1]]
        return self.joined(words)

    def count(self, number: int) -> str:
        """Return a small number in words, a large one in figures."""
        return self.counts.get(number, str(number))


def _grouped(amount: Decimal, decimals: int, thousands: str, point: str) -> str:
    whole = f"{abs(amount):,.{decimals}f}"
    return whole.replace(",", "\0").replace(".", point).replace("\0", thousands)


_FR_SYMBOLS = {"EUR": "€", "GBP": "£"}
_EN_SYMBOLS = {"EUR": "€", "GBP": "£"}


def _fr_amount(money: Money) -> str:
    """Return `money` in French.

    >>> _fr_amount(Money(Decimal("12345.6"), "EUR"))
    '12\\u202f345,60\\xa0€'
    """
    amount = round_to_currency(money.amount, money.currency)
    figures = _grouped(amount, decimals_of(money.currency), NARROW_SPACE, ",")
    sign = MINUS if amount < 0 else ""
    return f"{sign}{figures}{NO_BREAK}{_FR_SYMBOLS.get(money.currency, money.currency)}"


def _en_amount(money: Money) -> str:
    amount = round_to_currency(money.amount, money.currency)
    figures = _grouped(amount, decimals_of(money.currency), ",", ".")
    symbol = _EN_SYMBOLS.get(money.currency, f"{money.currency}{NO_BREAK}")
    return f"{MINUS if amount < 0 else ''}{symbol}{figures}"


def _figures_of(rate: Decimal) -> str:
    return str(rate.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP))


def _fr_percent(rate: Decimal) -> str:
    return f"{_figures_of(rate).replace('.', ',')}{NO_BREAK}%"


def _en_percent(rate: Decimal) -> str:
    return f"{_figures_of(rate)}%"


def _fr_day(day: date) -> str:
    """Return `day` in a French sentence.

    >>> _fr_day(date(2026, 12, 1))
    '1er décembre 2026'
    """
    return f"{_fr_number(day)} {MONTHS['fr'][day.month - 1]} {day.year}"


def _fr_number(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def _fr_long_day(day: date) -> str:
    return f"{WEEKDAYS['fr'][day.weekday()]} {_fr_day(day)}"


def _fr_short_day(day: date) -> str:
    return f"{_fr_number(day)} {SHORT_MONTHS['fr'][day.month - 1]} {day.year}".replace(" ", NO_BREAK)


def _en_day(day: date) -> str:
    return f"{day.day} {MONTHS['en'][day.month - 1]} {day.year}"


def _en_long_day(day: date) -> str:
    return f"{WEEKDAYS['en'][day.weekday()]} {_en_day(day)}"


def _en_short_day(day: date) -> str:
    return f"{day.day} {SHORT_MONTHS['en'][day.month - 1]} {day.year}".replace(" ", NO_BREAK)


_FR_COUNTS = dict(
    enumerate(
        [
            "une",
            "deux",
            "trois",
            "quatre",
            "cinq",
            "six",
            "sept",
            "huit",
            "neuf",
            "dix",
        ],
        start=1,
    )
)
_EN_COUNTS = dict(
    enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
        start=1,
    )
)

TYPOGRAPHY: Mapping[str, Typography] = {
    "fr": Typography(_fr_amount, _fr_percent, _fr_long_day, _fr_day, _fr_short_day, _FR_COUNTS, "et"),
    "en": Typography(_en_amount, _en_percent, _en_long_day, _en_day, _en_short_day, _EN_COUNTS, "and"),
}


def grouped_iban(iban: str) -> str:
    """Return `iban` in groups of four, held together by no-break spaces.

    >>> grouped_iban("FR7630006000011234567890189").replace(NO_BREAK, " ")
    'FR76 3000 6000 0112 3456 7890 189'
    """
    return by_four(iban.upper())


def by_four(code: str) -> str:
    """Return `code` in groups of four characters."""
    bare = "".join(code.split())
    return NO_BREAK.join(bare[start : start + 4] for start in range(0, len(bare), 4))


def grouped_siren(siren: str) -> str:
    """Return a SIREN in groups of three figures; anything else as it is."""
    bare = "".join(siren.split())
    if len(bare) != 9 or not bare.isdigit():
        return siren
    return NO_BREAK.join((bare[:3], bare[3:6], bare[6:]))
