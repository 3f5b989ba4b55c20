"""Payment terms: from words such as « 45 jours fin de mois » and an issue date to a due date."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

#: How "N days, end of month" is reckoned. French law admits the first two (C. com. L441-10; read
#: by the DGCCRF and the CEPC); the third reads 30 days as one month, 60 as two.
Method = Literal["net_then_eom", "eom_then_net", "eom_then_months"]
METHODS: tuple[Method, ...] = get_args(Method)

_MOST_DAYS = 999


class UnreadableTerms(ValueError):
    """The payment terms say something that is not understood."""

    def __init__(self, terms: str, why: str = "no known wording of payment terms") -> None:
        super().__init__(f"cannot read the payment terms {terms!r}: {why}")
        self.terms = terms
        self.why = why


class UnknownMethod(ValueError):
    """There is no such way of reckoning an end of month."""

    def __init__(self, method: str) -> None:
        super().__init__(f"unknown method {method!r}: one of {', '.join(METHODS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTerms:
    """What the parties agreed. `method` only where the words themselves fix the order."""

    days: int = 0
    months: int = 0
    end_of_month: bool = False
    end_of_decade: bool = False
    day_of_month: int | None = None
    method: Method | None = None


def end_of_month(day: date) -> date:
    """Return the last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def end_of_decade(day: date) -> date:
    """Return the last day of the ten days in which `day` lies: the 10th, the 20th or the month's end.

    >>> end_of_decade(date(2026, 2, 20)), end_of_decade(date(2026, 2, 21))
    (datetime.date(2026, 2, 20), datetime.date(2026, 2, 28))
    """
    return end_of_month(day) if day.day > 20 else day.replace(day=10 if day.day <= 10 else 20)


def add_months(day: date, months: int) -> date:
    """Return the same day number `months` later, or the last day of that month.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def due_date(terms: str | PaymentTerms, issued_on: date, method: str = "net_then_eom") -> date:
    """Return the day on which an invoice issued on `issued_on` is to be paid.

    A due date on a Sunday or a holiday stays there: no French rule extends a payment term.

    >>> due_date("45 jours fin de mois", date(2026, 1, 1))
    datetime.date(2026, 2, 28)
    >>> due_date("45 jours fin de mois", date(2026, 1, 1), "eom_then_net")
    datetime.date(2026, 3, 17)
    """
    agreed = parse(terms) if isinstance(terms, str) else terms
    chosen = agreed.method or _known(method)
    if agreed.end_of_decade:
        return _later(end_of_decade(issued_on), agreed)
    if not agreed.end_of_month:
        net = _later(issued_on, agreed)
        return net if agreed.day_of_month is None else _next_day(net, agreed.day_of_month)
    if chosen == "net_then_eom":
        reached = end_of_month(_later(issued_on, agreed))
    elif chosen == "eom_then_net":
        reached = _later(end_of_month(issued_on), agreed)
    else:
        reached = _whole_months_later(issued_on, agreed)
    if agreed.day_of_month is None:
        return reached
    return _next_day(reached + timedelta(days=1), agreed.day_of_month)


def parse(terms: str) -> PaymentTerms:
    """Return what the French or English `terms` say; raises UnreadableTerms.

    The words become a handful of symbols, harmless ones fall away, and what is left must have
    one of a few shapes: an unknown word is never skipped.

    >>> parse("30 jours fin de mois le 10")
    PaymentTerms(days=30, months=0, end_of_month=True, end_of_decade=False, day_of_month=10, method=None)
    """
    said = _plain(terms)
    if not said:
        raise UnreadableTerms(terms, "they are empty")
    for wording, symbol in _VOCABULARY:
        said = wording.sub(symbol, said)
    said = " ".join(said.split())
    for shape, method in _SHAPES:
        found = shape.fullmatch(said)
        if found is not None:
            return _agreed(terms, found.groupdict(), method)
    raise UnreadableTerms(terms)


def _agreed(terms: str, said: dict[str, str | None], method: Method | None) -> PaymentTerms:
    """Build the terms from the named parts of a shape."""
    days, months, on = (int(said.get(part) or 0) for part in ("days", "months", "on"))
    if max(days, months * 30) > _MOST_DAYS:
        raise UnreadableTerms(terms, f"more than {_MOST_DAYS} days")
    if said.get("on") and not 1 <= on <= 31:
        raise UnreadableTerms(terms, f"no month has a day {on}")
    if said.get("next"):
        months = 1
    return PaymentTerms(
        days=days,
        months=months,
        end_of_month=bool(said.get("eom") or said.get("next")),
        end_of_decade=bool(said.get("decade")),
        day_of_month=on or None,
        method=method,
    )


def _known(method: str) -> Method:
    for known in METHODS:
        if known == method:
            return known
    raise UnknownMethod(method)


def _later(day: date, agreed: PaymentTerms) -> date:
    return add_months(day, agreed.months) + timedelta(days=agreed.days)


def _whole_months_later(issued_on: date, agreed: PaymentTerms) -> date:
    """Read each 30 days as a month after the end of the month; days left over stay days."""
    months, days = divmod(agreed.days, 30)
    last = end_of_month(add_months(issued_on, agreed.months + months))
    return last + timedelta(days=days)


def _next_day(day: date, number: int) -> date:
    """Return the first day of that number in its month, on or after `day`."""
    this = day.replace(day=min(number, monthrange(day.year, day.month)[1]))
    if this >= day:
        return this
    following = end_of_month(day) + timedelta(days=1)
    return following.replace(day=min(number, monthrange(following.year, following.month)[1]))


def _plain(terms: str) -> str:
    """Lower case, no accents, no punctuation, single spaces, numbers split from words."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", terms) if not unicodedata.combining(c))
    bare = re.sub(r"[\s.,;:()'’\-_]+", " ", bare.casefold())
    return re.sub(r"(?<=\d)(?=[a-z])", " ", bare).strip()


_VOCABULARY: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{words})(?!\w)"), symbol)
    for words, symbol in (
        (r"(?:du|le) mois (?:suivant|prochain)|of (?:the )?(?:next|following) month", "NEXT"),
        (r"fin NEXT|end NEXT|fin (?:de |du )?mois NEXT|end of (?:the )?(?:next|following) month",
         "EOM NEXT"),
        (r"fin (?:de |de la )?decade|end of (?:the )?decade", "DECADE"),
        (r"fin (?:de |du )?mois|fdm|(?:at )?end of (?:the )?month|eom|month end", "EOM"),
        (r"(?:le|the|on the|au) (\d{1,2})(?: ?(?:er|st|nd|rd|th))?", r"ON \1"),
        (r"net (\d{1,4})(?: (?:days?|jours?|d|j))?", r"\1 D"),
        (r"jours?|jrs?|j|days?|d", "D"),
        (r"mois|months?", "M"),
        (r"comptant|immediate?(?:ly|ment)?|cash|reception|receipt", "NOW"),
        (r"payable|paiement|payment|reglement|echeance|virement|bank transfer|due|terms?", ""),
        (r"nets?|calendaires?|calendar|date|emission|factur(?:e|ation)|invoice|df|of|the", ""),
        (r"a compter de|a partir de|apres|from|after|sous|within|upon|on|at|au|a|in|des|de|du|la|l|par|by",
         ""),
    )
)  # fmt: skip
_COUNT = r"(?:(?P<days>\d{1,4}) D|(?P<months>\d{1,4}) M)"
_ON = r" ON (?P<on>\d{1,2})(?: NEXT)?"
_SHAPES: tuple[tuple[re.Pattern[str], Method | None], ...] = (
    (re.compile(r"NOW(?: NOW)?"), None),
    (re.compile(rf"{_COUNT}(?: NOW)?"), None),
    (re.compile(rf"{_COUNT}(?: NOW)? (?P<eom>EOM)(?:{_ON})?"), None),
    (re.compile(rf"{_COUNT}{_ON}"), None),
    (re.compile(rf"{_COUNT} (?P<decade>DECADE)"), None),
    (re.compile(rf"(?P<decade>DECADE) (?:\+ |plus )?{_COUNT}"), None),
    (re.compile(rf"(?P<eom>EOM)(?:{_ON})?"), None),
    (re.compile(rf"(?P<eom>EOM) (?:\+ |plus )?{_COUNT}(?:{_ON})?"), "eom_then_net"),
    (re.compile(r"EOM (?P<next>NEXT)"), "eom_then_months"),
    (re.compile(r"(?P<eom>ON) (?P<on>\d{1,2}) NEXT"), None),
)
