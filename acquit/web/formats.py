"""How numbers and days are written on screen, in French and in English.

Pure functions: the language and today's date are arguments. French separates thousands with a narrow
no-break space (U+202F) and puts a no-break space (U+00A0) before the currency; the minus is U+2212 in both.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import get_currency_symbol

from acquit.core.money import decimals_of
from acquit.wording.days import MONTHS, SHORT_MONTHS, WEEKDAYS

THIN = "\u202f"
HARD = "\u00a0"
MINUS = "\u2212"
DASH = "\u2014"

NEAR = {"fr": {0: "aujourd\u2019hui", 1: "demain"}, "en": {0: "today", 1: "tomorrow"}}


def spoken(language: str) -> str:
    """Return the language that a number or a day is written in: French, unless English was asked for.

    >>> spoken("en-gb"), spoken("fr"), spoken("de")
    ('en', 'fr', 'fr')
    """
    return "en" if language.lower().startswith("en") else "fr"


@lru_cache(maxsize=256)
def currency_sign(currency: str, language: str) -> str:
    """Return the sign of a currency as the language writes it, or its ISO code.

    >>> currency_sign("EUR", "fr"), currency_sign("CHF", "fr"), currency_sign("USD", "en")
    ('€', 'CHF', '$')
    """
    return get_currency_symbol(currency, locale=spoken(language))


def number(value: Decimal | int, *, decimals: int, language: str) -> str:
    """Write a number with its thousands separated, rounded half up.

    >>> number(Decimal("-1234567.885"), decimals=2, language="fr").replace(THIN, "_")
    '−1_234_567,89'
    >>> number(Decimal("-1234567.885"), decimals=2, language="en")
    '−1,234,567.89'
    """
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    digits = f"{abs(rounded):,.{decimals}f}"
    if spoken(language) == "fr":
        digits = digits.replace(",", THIN).replace(".", ",")
    return f"{MINUS}{digits}" if rounded < 0 else digits


def amount(value: Decimal | None, currency: str, *, language: str) -> str:
    """Write an amount with its cents; unknown is a dash, never an empty cell.

    >>> amount(Decimal("12345.6"), "EUR", language="fr").replace(THIN, "_").replace(HARD, "~")
    '12_345,60~€'
    >>> amount(Decimal("-12345.6"), "EUR", language="en")
    '−€12,345.60'
    >>> amount(Decimal("1500"), "JPY", language="en"), amount(None, "EUR", language="fr")
    ('¥1,500', '—')
    """
    return _priced(value, currency, decimals=decimals_of(currency), language=language)


def whole_amount(value: Decimal | None, currency: str, *, language: str) -> str:
    """Write an amount in whole units, for key figures.

    >>> whole_amount(Decimal("48372.50"), "EUR", language="fr").replace(THIN, "_").replace(HARD, "~")
    '48_373~€'
    """
    return _priced(value, currency, decimals=0, language=language)


def _priced(value: Decimal | None, currency: str, *, decimals: int, language: str) -> str:
    if value is None:
        return DASH
    digits = number(value, decimals=decimals, language=language)
    sign = currency_sign(currency, language)
    if spoken(language) == "fr":
        return f"{digits}{HARD}{sign}"
    minus, digits = (MINUS, digits[1:]) if digits.startswith(MINUS) else ("", digits)
    return f"{minus}{sign}{HARD if sign.isalpha() else ''}{digits}"


def price(value: Decimal, currency: str, *, language: str) -> str:
    """Return a price with the decimals that it has, at least those of its currency.

    >>> price(Decimal("0.055"), "EUR", language="fr").replace("\\u00a0", " ")
    '0,055 €'
    """
    written = value.normalize().as_tuple().exponent
    decimals = max(decimals_of(currency), -written if isinstance(written, int) else 0)
    return _priced(value, currency, decimals=decimals, language=language)


def gain(value: Decimal, currency: str, *, language: str) -> str:
    """Write a gain or a loss in whole units, its sign always shown.

    >>> gain(Decimal("11900"), "EUR", language="fr").replace(THIN, "_").replace(HARD, "~")
    '+~11_900~€'
    """
    sign = MINUS if value < 0 else "+"
    return f"{sign}{HARD}{whole_amount(abs(value), currency, language=language)}"


def signed_amount(value: Decimal, currency: str, *, language: str) -> str:
    """Write a movement with its cents, its sign always shown.

    >>> signed_amount(Decimal("4218.6"), "EUR", language="fr").replace(THIN, "_").replace(HARD, "~")
    '+~4_218,60~€'
    >>> signed_amount(Decimal("-1180"), "EUR", language="fr").replace(THIN, "_").replace(HARD, "~")
    '−1_180,00~€'
    """
    written = amount(value, currency, language=language)
    return f"+{HARD}{written}" if value > 0 else written


def percentage(ratio: Decimal | None, *, language: str, decimals: int = 1) -> str:
    """Write a ratio between 0 and 1 as a percentage.

    >>> (
    ...     percentage(Decimal("0.273"), language="fr").replace(HARD, "~"),
    ...     percentage(Decimal("0.273"), language="en"),
    ... )
    ('27,3~%', '27.3%')
    """
    if ratio is None:
        return DASH
    space = HARD if spoken(language) == "fr" else ""
    return f"{number(ratio * 100, decimals=decimals, language=language)}{space}%"


def day(on: date | None, *, language: str) -> str:
    """Write a day with its year, the month shortened.

    >>> day(date(2026, 11, 22), language="fr"), day(date(2026, 12, 1), language="fr")
    ('22 nov. 2026', '1er déc. 2026')
    >>> day(date(2026, 12, 1), language="en"), day(None, language="fr")
    ('1 Dec 2026', '—')
    """
    return DASH if on is None else f"{_short(on, spoken(language))} {on.year}"


def near_day(on: date | None, *, today: date, language: str) -> str:
    """Write a day for a dense list: today and tomorrow in words, the year only when it is another one.

    >>> near_day(date(2026, 11, 22), today=date(2026, 11, 23), language="fr")
    '22 nov.'
    >>> near_day(date(2026, 11, 24), today=date(2026, 11, 23), language="fr")
    'demain'
    >>> near_day(date(2027, 2, 21), today=date(2026, 11, 23), language="fr")
    '21 févr. 2027'
    """
    if on is None:
        return DASH
    tongue = spoken(language)
    word = NEAR[tongue].get((on - today).days)
    if word is not None:
        return word
    return _short(on, tongue) if on.year == today.year else day(on, language=language)


def period(first: date, last: date, *, today: date, language: str) -> str:
    """Write the days from `first` through `last`, the month once where it is the same.

    >>> period(date(2026, 11, 20), date(2026, 11, 23), today=date(2026, 11, 23), language="fr")
    'du 20 au 23 nov.'
    >>> period(date(2026, 10, 29), date(2026, 11, 2), today=date(2026, 11, 2), language="en")
    'from 29 Oct to 2 Nov'
    >>> period(date(2026, 11, 23), date(2026, 11, 23), today=date(2026, 11, 23), language="fr")
    'du 23 nov.'
    """
    tongue = spoken(language)
    since, until, of = ("du", "au", "du") if tongue == "fr" else ("from", "to", "of")
    end = _short(last, tongue) if last.year == today.year else day(last, language=language)
    if first == last:
        return f"{of} {end}"
    same = (first.year, first.month) == (last.year, last.month)
    begin = _ordinal(first, tongue) if same else _short(first, tongue)
    if first.year != last.year:
        begin = day(first, language=language)
    return f"{since} {begin} {until} {end}"


def long_day(on: date | None, *, language: str) -> str:
    """Write a day in full, as in a letter.

    >>> long_day(date(2026, 11, 30), language="fr"), long_day(date(2027, 1, 1), language="en")
    ('lundi 30 novembre 2026', 'Friday 1 January 2027')
    """
    if on is None:
        return DASH
    tongue = spoken(language)
    return f"{WEEKDAYS[tongue][on.weekday()]} {_ordinal(on, tongue)} {MONTHS[tongue][on.month - 1]} {on.year}"


def month(on: date, *, language: str) -> str:
    """Write the month of a day with a capital, to head a group of events.

    >>> month(date(2026, 11, 30), language="fr")
    'Novembre 2026'
    """
    return f"{MONTHS[spoken(language)][on.month - 1].capitalize()} {on.year}"


def moment(at: datetime | None, *, today: date, language: str) -> str:
    """Write a moment, already in the reader's time zone: day as in a dense list, then the time.

    >>> moment(datetime(2026, 11, 23, 7, 45), today=date(2026, 11, 23), language="fr")
    'aujourd’hui 07:45'
    >>> moment(datetime(2026, 11, 18, 14, 20), today=date(2026, 11, 23), language="fr")
    '18 nov. 14:20'
    """
    return DASH if at is None else f"{near_day(at.date(), today=today, language=language)} {at:%H:%M}"


def days(count: int, *, language: str) -> str:
    """Write a number of days.

    >>> days(41, language="fr").replace(HARD, "~"), days(41, language="en").replace(HARD, "~")
    ('41~j', '41~d')
    """
    unit = "j" if spoken(language) == "fr" else "d"
    return f"{number(count, decimals=0, language=language)}{HARD}{unit}"


def step_day(offset_days: int, *, language: str) -> str:
    """Write where a step stands around the due date.

    >>> step_day(-7, language="fr"), step_day(20, language="fr"), step_day(0, language="en")
    ('J−7', 'J+20', 'D')
    """
    letter = "J" if spoken(language) == "fr" else "D"
    if offset_days == 0:
        return letter
    return f"{letter}{MINUS if offset_days < 0 else '+'}{abs(offset_days)}"


def siren(digits: str) -> str:
    """Write a SIREN (nine digits) or a SIRET (fourteen) by groups of three.

    >>> siren("732829320").replace(HARD, "~"), siren("73282932000074").replace(HARD, "~")
    ('732~829~320', '732~829~320~00074')
    >>> siren("DE123")
    'DE123'
    """
    bare = "".join(digits.split())
    if not bare.isdigit() or len(bare) not in (9, 14):
        return digits
    return HARD.join(part for part in (bare[:3], bare[3:6], bare[6:9], bare[9:]) if part)


def iban(account: str) -> str:
    """Write an IBAN, or a creditor reference (RF), by groups of four.

    >>> iban("FR7630006000011234567890189").replace(HARD, "~")
    'FR76~3000~6000~0112~3456~7890~189'
    """
    bare = "".join(account.split()).upper()
    return HARD.join(bare[start : start + 4] for start in range(0, len(bare), 4))


def initials(name: str) -> str:
    """Return the one or two letters that stand for a person or a firm.

    >>> initials("Claire Besson"), initials("Bâti-Sud Construction"), initials("")
    ('CB', 'BC', '?')
    """
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"


def age_of(late_days: int) -> int:
    """Return the ageing class of a delay: 0 not due, then 1–30, 31–60, 61–90 and over 90 days.

    >>> [age_of(count) for count in (-6, 0, 1, 30, 31, 85, 118)]
    [0, 0, 1, 1, 2, 3, 4]
    """
    return 0 if late_days <= 0 else min(4, 1 + (late_days - 1) // 30)


def _short(on: date, tongue: str) -> str:
    return f"{_ordinal(on, tongue)} {SHORT_MONTHS[tongue][on.month - 1]}"


def _ordinal(on: date, tongue: str) -> str:
    return "1er" if tongue == "fr" and on.day == 1 else str(on.day)
