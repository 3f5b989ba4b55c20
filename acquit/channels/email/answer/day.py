"""Days as debtors write them: « vendredi en huit », "by the end of next month", « endéans les 8 jours ».

Where a word leaves room (« début septembre », "next Friday") the later day is meant: a reminder too
late costs less than one too early. Day comes before month where both could be.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from acquit.channels.email.answer.text import folded

_LONGEST = 20_000
_MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv january januar jan",
            "fevrier fevr february februar feb fev",
            "mars march marz maerz",
            "avril april avr apr",
            "mai may",
            "juin june juni jun",
            "juillet juil july juli jul",
            "aout august aou aug",
            "septembre september sept sep",
            "octobre october oktober oct okt",
            "novembre november nov",
            "decembre december dezember dec dez",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAYS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "lundi monday montag",
            "mardi tuesday dienstag",
            "mercredi wednesday mittwoch",
            "jeudi thursday donnerstag",
            "vendredi friday freitag",
            "samedi saturday samstag",
            "dimanche sunday sonntag",
        )
    )
    for name in names.split()
}
#: Numbers in letters; septante, huitante and nonante as in Belgium and Switzerland.
_NUMBERS: dict[str, int] = {
    "un": 1, "une": 1, "a": 1, "an": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3,
    "quatre": 4, "four": 4, "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8,
    "neuf": 9, "nine": 9, "dix": 10, "ten": 10, "douze": 12, "twelve": 12, "quinze": 15, "fifteen": 15,
    "vingt": 20, "twenty": 20, "trente": 30, "thirty": 30, "quarante": 40, "quarante-cinq": 45,
    "soixante": 60, "sixty": 60, "septante": 70, "huitante": 80, "octante": 80, "quatre-vingt-dix": 90,
    "nonante": 90, "ninety": 90, "few": 5, "a few": 5, "quelques": 5, "couple of": 2, "a couple of": 2,
    "a couple": 2,
}  # fmt: skip


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_MONTH, _WEEKDAY, _NUMBER = _any(_MONTHS), _any(_WEEKDAYS), rf"\d{{1,3}}|{_any(_NUMBERS)}"
#: The name of the day before a date says nothing more, and may be wrong: the date counts.
_ON_WEEKDAY = rf"(?:\b(?:{_WEEKDAY}),? (?:the |den |le )?)?"


@dataclass(frozen=True, slots=True)
class Found:
    """A day that a text names, and where: `start` and `end` are places in the text."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """From which day words count, and whether they look back on what was done."""

    on: date
    past: bool


def days_in(text: str, *, on: date, past: bool = False) -> tuple[Found, ...]:
    """Return the days that `text` names, in its order. Words such as « vendredi » count from `on`.

    `past` reads a day without its year as the last one and not as the next.

    >>> [str(f.day) for f in days_in("Virement vendredi en huit, au plus tard fin août", on=date(2026, 8, 5))]
    ['2026-08-14', '2026-08-31']
    """
    plain = folded(text[:_LONGEST])
    frame = _Frame(on, past)
    found: list[Found] = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(plain):
            if any(match.start() < f.end and f.start < match.end() for f in found):
                continue
            day = read(match, frame)
            if day is not None:
                found.append(Found(day, match.start(), match.end()))
    return tuple(sorted(found, key=lambda f: f.start))


def _day(year: int, month: int, number: int) -> date | None:
    if not (1990 <= year <= 2199 and 1 <= month <= 12 and 1 <= number <= monthrange(year, month)[1]):
        return None
    return date(year, month, number)


def _near(month: int, number: int, frame: _Frame) -> date | None:
    """Return the day without a year: the next one, unless it is just over; looking back, the last."""
    back, ahead = (335, 30) if frame.past else (60, 305)
    for year in (frame.on.year, frame.on.year + 1, frame.on.year - 1):
        day = _day(year, month, number)
        if day and -back < (day - frame.on).days <= ahead:
            return day
    return None


def _iso(match: re.Match[str], _frame: _Frame) -> date | None:
    return _day(int(match[1]), int(match[2]), int(match[3]))


def _numeric(match: re.Match[str], _frame: _Frame) -> date | None:
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    year += 2000 if year < 100 else 0
    return _day(year, second, first) or _day(year, first, second)


def _named(match: re.Match[str], frame: _Frame) -> date | None:
    number, month = int(match["day"]), _MONTHS[match["month"]]
    return _day(int(match["year"]), month, number) if match["year"] else _near(month, number, frame)


def _short(match: re.Match[str], frame: _Frame) -> date | None:
    return _near(int(match[2]), int(match[1]), frame)


def _weekday_and_number(match: re.Match[str], frame: _Frame) -> date | None:
    """« lundi 3 »: the next third that is a Monday, else simply the next third."""
    weekday, number = _WEEKDAYS[match[1]], int(match[2])
    step = -1 if frame.past else 1
    for days in range(93):
        day = frame.on + timedelta(days=step * days)
        if day.day == number and day.weekday() == weekday:
            return day
    return _next_number(number, frame)


def _bare_number(match: re.Match[str], frame: _Frame) -> date | None:
    return _next_number(int(match[1] or match[2]), frame)


def _next_number(number: int, frame: _Frame) -> date | None:
    step = -1 if frame.past else 1
    days = (frame.on + timedelta(days=step * n) for n in range(63))
    return next((day for day in days if day.day == number), None)


def _weekday(match: re.Match[str], frame: _Frame) -> date | None:
    before, after = match[1] or "", match[3] or ""
    days = (_WEEKDAYS[match[2]] - frame.on.weekday()) % 7
    looks_back = frame.past and not after and "next" not in before
    if "last" in before or after in {"dernier", "passe"} or looks_back:
        return frame.on - timedelta(days=(7 - days) % 7 or 7)
    coming = frame.on + timedelta(days=days or 7)
    if after in {"en huit", "week"} or "week on" in before:
        return coming + timedelta(days=7)
    if after == "en quinze":
        return coming + timedelta(days=14)
    if after in {"prochain", "suivant"} or "next" in before:
        return _monday(frame.on) + timedelta(days=7 + _WEEKDAYS[match[2]])
    return coming


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _edge(match: re.Match[str], frame: _Frame) -> date | None:
    """« fin août », « début de semaine prochaine », "mid-September"."""
    where, what = match["edge"], match["span"]
    if "week" in what or "semaine" in what:
        monday = _monday(frame.on) + timedelta(days=7 if re.search("next|prochaine", what) else 0)
        return monday + timedelta(days=_WEEK_EDGES[_place(where)])
    if re.search("year|annee", what):
        return date(frame.on.year, 12, 31)
    month = _MONTHS.get(what)
    if month:
        first = _near(month, 15, frame)
    else:
        first = frame.on.replace(day=15)
        if re.search("next|prochain", what):
            first = (first + timedelta(days=31)).replace(day=15)
    return _month_edge(first, where)


_WEEK_EDGES = {"start": 2, "middle": 3, "end": 4}


def _month_edge(middle: date | None, where: str) -> date | None:
    if middle is None:
        return None
    place = _place(where)
    last = monthrange(middle.year, middle.month)[1]
    return middle.replace(day={"start": 10, "middle": 15, "end": last}[place])


def _place(where: str) -> str:
    if re.match("debut|beginning|start|early", where):
        return "start"
    return "middle" if re.match("mi|milieu|mid", where) else "end"


def _named_span(match: re.Match[str], frame: _Frame) -> date | None:
    """« la semaine prochaine », "next month": to its end."""
    return _edge_of(match[0], frame)


def _edge_of(words: str, frame: _Frame) -> date | None:
    later = re.search("next|prochain", words)
    if "week" in words or "semaine" in words:
        return _monday(frame.on) + timedelta(days=(7 if later else 0) + 4)
    middle = frame.on.replace(day=15)
    return _month_edge((middle + timedelta(days=31)).replace(day=15) if later else middle, "end")


def _shift(_match: re.Match[str], frame: _Frame, days: int) -> date | None:
    return frame.on + timedelta(days=days)


def _span(match: re.Match[str], frame: _Frame) -> date | None:
    """« sous 8 jours », "within 10 working days", « endéans les huit jours », "3 days ago"."""
    count, unit = _number(match["most"] or match["count"]), match["unit"]
    back = "ago" in match[0] or match[0].startswith("il y a")
    if re.match("h", unit):
        days = -(-count // 24)
    elif re.match("semaine|week", unit):
        days = 7 * count
    elif re.match("mois|month", unit):
        return _months_later(frame.on, -count if back else count)
    elif re.search("ouvr|working|business", match[0]):
        return _working_days_later(frame.on, count)
    else:
        days = count
    return frame.on + timedelta(days=-days if back else days)


def _number(words: str) -> int:
    return int(words) if words.isdigit() else _NUMBERS[words]


def _months_later(on: date, months: int) -> date:
    index = on.year * 12 + on.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def _working_days_later(on: date, count: int) -> date:
    """Return the day `count` Mondays to Fridays later; holidays are left to the caller's calendar."""
    day = on
    for _ in range(count):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return day


_Read = Callable[[re.Match[str], _Frame], date | None]
_UNITS = (
    r"(?P<unit>(?:working |business )?days?|jours?(?: ouvres| ouvrables)?|semaines?|weeks?|mois|months?"
    r"|heures?|hours?|h\b)"
)
_COUNT = rf"(?P<count>{_NUMBER})(?:\s*(?:a|ou|-|to|or)\s*(?P<most>{_NUMBER}))?\s*"
_NO_UNIT = (
    r"(?!\s?(?:[/:%€$]|h\b|\.\d|,\d|\d|jours?|days?|mois\b|months?|eur|chf|rue|bis\b|heures?|semaines?"
    r"|factures?|invoices?))"
)


def _form(pattern: str, read: _Read) -> tuple[re.Pattern[str], _Read]:
    return re.compile(pattern), read


#: From the surest form to the loosest; what one has taken is not read again by another.
_FORMS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    _form(r"(?<![\d-])(20\d\d)-(\d\d)-(\d\d)(?![\d-])", _iso),
    _form(rf"{_ON_WEEKDAY}(?<![\d/.,-])(\d{{1,2}})([/.-])(\d{{1,2}})\2(20\d\d|\d\d)(?![\d/-]|\.\d)",
          _numeric),
    _form(rf"\b(?P<edge>fin|debut|mi|milieu|end|beginning|start|mid|middle|late|early"
          rf"|courant)\b[\s-]*(?:de |du |d'|of |the |in )*(?:l')?(?:mois (?:de "
          rf"|d'))?(?P<span>(?:{_MONTH})\b|mois (?:prochain|courant|en cours)|(?:next |this |the )?month"
          rf"|mois"
          r"|semaine prochaine|(?:next |this |the )?week|semaine|annee|(?:the |this )?year|courant)\b",
          _edge),
    _form(r"\b(?P<span>month|week)[- ](?P<edge>end)\b(?! off)", _edge),
    _form(rf"{_ON_WEEKDAY}(?<![\d/.,])(?P<day>\d{{1,2}}) ?(?:er|eme|st|nd|rd|th|\.)?[ -](?:of |de "
          rf")?(?P<month>{_MONTH})\b\.?"
          r"(?:,?[ -](?P<year>20\d\d))?", _named),
    _form(rf"{_ON_WEEKDAY}\b(?P<month>{_MONTH})\.? (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd"
          rf"|th)?\b(?!\s?[:h/]\d?|\s?(?:jours|days))"
          r"(?:,? (?P<year>20\d\d))?", _named),
    _form(rf"{_ON_WEEKDAY}(?<![\d/.,-])(\d{{1,2}})/(\d{{1,2}})(?![\d/%]|[.,]\d)", _short),
    _form(r"(?:\b(?:le|au|du|on|by|until|before|bis|am|vom)\s)(\d{1,2})\.(\d{1,2})\.?(?![\d%]|[.,]\d"
          r"|\s?(?:€|eur|chf))", _short),
    _form(rf"\b({_WEEKDAY}),? (?:the |den |le )?(\d{{1,2}})(?:er|st|nd|rd|th|\.)?\b{_NO_UNIT}",
          _weekday_and_number),
    _form(rf"(?:\b(last|next|a week on|week on|this|ce|le|on|by) )?\b({_WEEKDAY})\b"
          r"(?: (en huit|en quinze|prochain|suivant|dernier|passe|week\b(?!end)))?", _weekday),
    _form(r"\b(?:apres-demain|(?:the )?day after tomorrow|ubermorgen)\b", partial(_shift, days=2)),
    _form(r"\b(?:avant-hier|(?:the )?day before yesterday)\b", partial(_shift, days=-2)),
    _form(r"\b(?:demain|tomorrow|morgen)\b", partial(_shift, days=1)),
    _form(r"\b(?:hier|yesterday|gestern)\b", partial(_shift, days=-1)),
    _form(r"\b(?:aujourd'hui|today|tonight|this (?:morning|afternoon|evening)|ce (?:jour|soir|matin)|cet "
          r"apres-midi|heute)\b",
          partial(_shift, days=0)),
    _form(r"\b(?:huitaine|semaine a compter)\b", partial(_shift, days=8)),
    _form(r"\b(?:quinzaine|fortnight)\b(?! ago)", partial(_shift, days=15)),
    _form(rf"\b(?:sous|dans|d'ici(?: a)?|endeans|en|within|in|over|pendant|depuis|il y a|allow)\s+(?:les "
          rf"|the |next |environ |about |around |max(?:imum)?\.? |encore )*{_COUNT}{_UNITS}", _span),
    _form(rf"\b{_COUNT}{_UNITS} (?:ago|from (?:now|today)|time)\b", _span),
    _form(r"\b(?:semaine prochaine|next week|cette semaine|this week|mois prochain|next month|ce "
          r"mois(?:-ci)?|this month)\b",
          _named_span),
    _form(rf"\b(?:le|au|du|jusqu'au|d'ici le|d'ici au) (\d{{1,2}})(?:er)?\b{_NO_UNIT}|\bthe "
          rf"(\d{{1,2}})(?:st|nd|rd|th)\b{_NO_UNIT}",
          _bare_number),
)  # fmt: skip
