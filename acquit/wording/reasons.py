"""Why, in words: the sentence of each reason code, from whatever parameters are known.

Parameters come fresh from the decision or back from JSON, where dates and amounts are strings.
A sentence uses those it finds and leaves out the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from acquit.core.money import Money
from acquit.wording.document import inert
from acquit.wording.template import Unsayable
from acquit.wording.typography import TYPOGRAPHY, Typography

_NAMED = 4


@dataclass(frozen=True, slots=True)
class Words:
    """The parameters of one reason, each asked for in words; absent ones are empty."""

    params: Mapping[str, Any]
    typography: Typography

    def word(self, name: str) -> str:
        """Return the parameter as it is."""
        value = self.params.get(name)
        return "" if value is None else inert(str(value))

    def number(self, name: str) -> int | None:
        """Return the parameter as a whole number."""
        try:
            return int(self.params[name])
        except (KeyError, TypeError, ValueError):
            return None

    def day(self, name: str) -> str:
        """Return the parameter as a day of a sentence."""
        value = self.params.get(name)
        if isinstance(value, str):
            try:
                return self.typography.day(date.fromisoformat(value[:10]))
            except ValueError:
                return inert(value)
        return self.typography.day(value) if isinstance(value, date) else ""

    def amount(self, name: str) -> str:
        """Return the parameter as an amount: Money, a number beside `currency`, or several."""
        return self._amount(self.params.get(name))

    def _amount(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, Money):
            return self.typography.amount(value)
        if isinstance(value, Mapping):
            return self.typography.joined(self._money(amount, key) for key, amount in value.items())
        if isinstance(value, tuple | list):
            if len(value) == 2 and isinstance(value[1], str):
                return self._money(value[0], value[1])
            return self.typography.joined(self._amount(item) for item in value)
        return self._money(value, str(self.params.get("currency") or "EUR"))

    def _money(self, amount: Any, currency: str) -> str:
        try:
            return self.typography.amount(Money(Decimal(str(amount)), currency))
        except InvalidOperation:
            return inert(str(amount))

    def numbers(self, others: Callable[[int], str]) -> tuple[int, str]:
        """Return how many invoices, and their numbers; a long list ends with `others`."""
        value = self.params.get("invoices") or ()
        given: Iterable[Any] = (value,) if isinstance(value, str) else value
        found = list(dict.fromkeys(inert(str(number)) for number in given))
        if len(found) <= _NAMED + 1:
            return len(found), self.typography.joined(found)
        named = [*found[:_NAMED], others(len(found) - _NAMED)]
        return len(found), self.typography.joined(named)


_ELISION = re.compile(r"\bparce que (?=[aàâeéèêiîoôuûhy])", re.IGNORECASE)


def elided(sentence: str) -> str:
    """Return a French `sentence` with « parce que » elided before a vowel."""
    return _ELISION.sub("parce qu’", sentence)


Sentence = Callable[[Words], str]


@cache
def sentences(language: str) -> Mapping[str, Sentence]:
    """Return the sentences of `language` by reason code; raise Unsayable where it has none."""
    if not language.isalpha() or find_spec(f"acquit.wording.{language}") is None:
        raise Unsayable("missing_language", language)
    module = import_module(f"acquit.wording.{language}.reasons")
    return cast("Mapping[str, Sentence]", module.SENTENCES)


def say_reason(code: str, params: Mapping[str, Any], language: str) -> str:
    """Return the sentence of one reason; a code from a newer version is shown as it is."""
    sentence = sentences(language).get(code)
    if sentence is None:
        return code
    said = sentence(Words(params, TYPOGRAPHY[language]))
    return elided(said) if language == "fr" else said
