"""Invoice numbers, found again in a label in the ways that people mangle them.

`F-2026-0876` is written F 2026/876, 20260876, FACT 0876, F0876, F2O26O876; several are written
FA102/103, FA102 ET 103, F 101 à 103. A number is only read where it cannot well be another thing:
three digits need their letters or a word for "invoice" before them, four must not be a year, and a
word such as "commande" or "lot" before a short one tells that it is no invoice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from acquit.core.matching.text import Token, compact, runs, tokens, without_days_and_amounts

#: A number that more open items than this bear is looked for only among a known payer's.
MOST_BEARERS = 50
_LEAST_DIGITS, _LEAST_BARE, _LEAST_WHOLE = 3, 4, 5
_MOST_IN_RANGE = 100
_FAR = 3
_YEAR = re.compile(r"20[0-4]\d")
_GAP = re.compile(r"[ ./:#_-]{0,3}")
_INVOICE = frozenset({
    "F", "FA", "FAC", "FACT", "FACTS", "FACTURE", "FACTURES", "FCT", "FTRE", "FT", "N", "NO", "NUM",
    "NR", "INV", "INVOICE", "INVOICES", "RECHNUNG", "RE", "RG", "RGLT",
})  # fmt: skip
_NOT_INVOICE = frozenset({
    "ADHERENT", "AVOIR", "BAIL", "BC", "BL", "BON", "CARTE", "CB", "CDE", "CHEQUE", "CHQ", "CLIENT", "CLT", "CMD", "CODE",
    "COMMANDE", "CONTRAT", "CPT", "COMPTE", "CP", "DEVIS", "DOSSIER", "DU", "LE", "ICS", "LOT", "LOYER", "MANDAT", "MDT",
    "OP", "ORDRE", "PO", "REM", "REMISE", "RUM", "SIREN", "SIRET", "TEL", "TVA", "TX",
})  # fmt: skip
_AND = frozenset(("ET", "AND", "UND", "Y"))
_UP_TO = frozenset(("A", "AU", "TO", "BIS", "JUSQU"))
_BETWEEN = re.compile(r"\s*[/,;+&-]?\s*")


class Quality(IntEnum):
    """How much of a number the label holds."""

    SHORT = 1
    NUMBER = 2


class Number(NamedTuple):
    """An invoice number taken apart."""

    letters: str
    year: str
    sequence: str
    digits: str

    @property
    def series(self) -> tuple[str, str]:
        """What neighbours in a list of numbers share."""
        return self.letters, self.year


@lru_cache(maxsize=4_096)
def taken_apart(number: str) -> Number | None:
    """Return the parts of `number`, or None where it has no digits.

    >>> taken_apart("F-2026-0876")
    Number(letters='F', year='2026', sequence='0876', digits='20260876')
    >>> taken_apart("FA2026000123").sequence
    '000123'
    """
    parts = runs(number)
    groups = [part for part in parts if part[0].isdigit()]
    if not groups:
        return None
    letters = "" if parts[0][0].isdigit() else parts[0]
    digits = "".join(groups)
    if len(groups) == 1:
        if len(digits) >= 7 and _YEAR.match(digits):
            return Number(letters, digits[:4], digits[4:], digits)
        return Number(letters, "", digits, digits)
    year = next((group for group in groups if _YEAR.fullmatch(group)), "")
    if not year and len(groups[0]) == 2:
        year = groups[0]
    rest = [group for group in groups if group != year] or groups
    return Number(letters, year, rest[-1], digits)


def keys(number: Number) -> set[str]:
    """Return the digits, without leading zeros, under which a label may hold `number`."""
    found = {number.sequence.lstrip("0"), number.digits.lstrip("0")}
    if len(number.year) == 4 and number.digits.startswith(number.year):
        found.add(number.digits[2:].lstrip("0"))
    return {key for key in found if len(key) >= _LEAST_DIGITS or (key and len(number.sequence) > len(key))}


class Named(NamedTuple):
    """An item that the text names: its position, how well, and of how many debtors the same digits
    name one."""

    item: int
    quality: Quality
    debtors: int = 1


@dataclass(frozen=True, slots=True)
class _Run:
    """Digits of the text that may be a number: one token, or neighbours read together."""

    first: int
    last: int
    digits: str


class Numbers:
    """Finds the numbers of open items, given once, in any number of texts."""

    def __init__(self, numbers: Sequence[str], owners: Sequence[int]) -> None:
        self._numbers, self._owners = numbers, owners
        self._bearers: dict[str, list[int]] = {}
        for position, number in enumerate(numbers):
            parts = taken_apart(number)
            for key in keys(parts) if parts else ():
                self._bearers.setdefault(key, []).append(position)

    def of_reference(self, body: str) -> list[int]:
        """Return the items whose number, its signs left out, is `body`, of a checked reference."""
        parts = taken_apart(body)
        if parts is None:
            return []
        bearers = self._bearers.get(parts.digits.lstrip("0"), ())
        return [position for position in bearers if compact(self._numbers[position]) == body]

    def named_in(
        self, text: str, may_be: Callable[[int], bool], likely: Sequence[int] | None = None
    ) -> list[Named]:
        """Return what `text` names among the items that it `may_be` about.

        `likely` are the items of the payer, where he is known: a number that too many bear is
        looked for among them alone.
        """
        found_in = _read(text)
        spoken: list[tuple[_Run, Named]] = []
        for run in _runs(found_in):
            for position in self._bearing(run.digits, may_be, likely):
                quality = _quality(taken_apart(self._numbers[position]), run, found_in)
                if quality:
                    spoken.append((run, Named(position, quality)))
        spoken = _best_readings(spoken)
        if not spoken:
            return []
        spoken += [pair for pair in self._continued(spoken, found_in, may_be) if pair not in spoken]
        owners: dict[_Run, set[int]] = {}
        for run, named in spoken:
            owners.setdefault(run, set()).add(self._owners[named.item])
        best: dict[int, Named] = {}
        for run, named in spoken:
            one = named._replace(debtors=len(owners[run]))
            if named.item not in best or one > best[named.item]:
                best[named.item] = one
        return sorted(best.values())

    def _bearing(
        self, digits: str, may_be: Callable[[int], bool], likely: Sequence[int] | None
    ) -> Iterator[int]:
        key = digits.lstrip("0")
        bearers: Sequence[int] = self._bearers.get(key, ())
        if len(bearers) > MOST_BEARERS:
            if likely is None:
                return
            wanted = set(likely)
            bearers = [position for position in bearers if position in wanted]
        yield from (position for position in bearers if may_be(position))

    def _continued(
        self, spoken: Sequence[tuple[_Run, Named]], found_in: Sequence[Token], may_be: Callable[[int], bool]
    ) -> Iterator[tuple[_Run, Named]]:
        """Yield what follows a number in its own series: FA102/103, FA102 ET 103, F 101 à 103."""
        open_ends = list(spoken)
        seen: set[tuple[int, int]] = set()
        while open_ends:
            run, named = open_ends.pop()
            follow = _following(run, found_in)
            if follow is None or (run.last, self._owners[named.item]) in seen:
                continue
            seen.add((run.last, self._owners[named.item]))
            next_run, is_range = follow
            first = int(found_in[run.last].text)
            last = _completed(found_in[run.last].text, next_run.digits)
            values = range(first + 1, last + 1) if is_range else range(last, last + 1)
            if last <= first or len(values) > _MOST_IN_RANGE:
                continue
            for value in values:
                for position in self._in_series(value, named.item, may_be):
                    pair = next_run, Named(position, Quality.SHORT)
                    yield pair
                    if value == last:
                        open_ends.append(pair)

    def _in_series(self, value: int, like: int, may_be: Callable[[int], bool]) -> Iterator[int]:
        """Yield the items of the same debtor in the same series as the item `like`."""
        series = _series(self._numbers[like])
        for position in self._bearers.get(str(value), ())[:MOST_BEARERS]:
            if self._owners[position] == self._owners[like] and may_be(position):
                number = taken_apart(self._numbers[position])
                if number and int(number.sequence) == value and number.series == series:
                    yield position


def _series(number: str) -> tuple[str, str]:
    parts = taken_apart(number)
    return parts.series if parts else ("", "")


@lru_cache(maxsize=64)
def _read(text: str) -> tuple[Token, ...]:
    """Return the runs of a text that may be numbers; asked several times for the same receipt."""
    return tuple(tokens(without_days_and_amounts(text)))


def names_another(text: str, number: str) -> bool:
    """Tell whether `text` names, in the series of `number`, another number than it.

    >>> names_another("VIR FACT F-2026-0850", "F-2026-0876")
    True
    >>> names_another("VIR FACT F-2026-0876", "F-2026-0876")
    False
    """
    own = taken_apart(number)
    if own is None or (not own.year and not own.letters) or len(own.digits) < _LEAST_DIGITS:
        return False
    found_in = _read(text)
    runs = [
        run
        for run in _runs(found_in)
        if len(run.digits) == len(own.digits) and _word_before(run.first, found_in) not in _NOT_INVOICE
    ]
    if any(run.digits == own.digits for run in runs):
        return False
    return any(_in_series_of(own, run, found_in) for run in runs)


def _in_series_of(own: Number, run: _Run, found_in: Sequence[Token]) -> bool:
    led = bool(own.letters) and _word_before(run.first, found_in) == own.letters
    if own.year and own.digits.startswith(own.year) and run.digits.startswith(own.year):
        return led or len(own.digits) > _LEAST_WHOLE + 2
    return led and not own.year


def _runs(found_in: Sequence[Token]) -> Iterator[_Run]:
    for first, token in enumerate(found_in):
        if not token.is_digits:
            continue
        digits = ""
        for last in range(first, min(first + _FAR, len(found_in))):
            if not found_in[last].is_digits or (last > first and not _touch(found_in, last - 1)):
                break
            digits += found_in[last].text
            yield _Run(first, last, digits)


def _touch(found_in: Sequence[Token], at: int) -> bool:
    return found_in[at + 1].start - found_in[at].end <= 1


def _quality(number: Number | None, run: _Run, found_in: Sequence[Token]) -> Quality | None:
    """Return how well the run names the number; None where it names another thing."""
    if number is None:
        return None
    before = _word_before(run.first, found_in)
    own = bool(number.letters) and before is not None and before == number.letters
    as_written = _same(run.digits, number.digits) or (
        len(number.year) == 4 and run.digits == number.digits[2:] and number.digits.startswith(number.year)
    )
    if as_written and number.year:
        return Quality.NUMBER
    if as_written and (own and len(number.letters + run.digits) >= _LEAST_WHOLE - 1):
        return Quality.NUMBER
    if as_written and len(run.digits) >= _LEAST_WHOLE and before not in _NOT_INVOICE:
        return Quality.NUMBER
    return _short(number, run, found_in, before)


def _short(number: Number, run: _Run, found_in: Sequence[Token], before: str | None) -> Quality | None:
    if run.first != run.last or not _same(run.digits, number.sequence):
        return None
    year = _year_beside(run.first, found_in)
    if year and number.year:
        return Quality.NUMBER if year[-2:] == number.year[-2:] else None
    if before in _NOT_INVOICE or (before and _glued(run.first, found_in) and not _may_lead(before, number)):
        return None
    if len(run.digits) >= _LEAST_BARE and not _YEAR.fullmatch(run.digits):
        return Quality.SHORT
    if len(run.digits) >= _LEAST_DIGITS and before and _may_lead(before, number):
        return Quality.SHORT
    return None


def _same(written: str, digits: str) -> bool:
    return written.lstrip("0") == digits.lstrip("0")


def _may_lead(word: str, number: Number) -> bool:
    return word == number.letters or word in _INVOICE


def _word_before(at: int, found_in: Sequence[Token]) -> str | None:
    if at == 0 or found_in[at - 1].is_digits or found_in[at].start - found_in[at - 1].end > _FAR:
        return None
    return found_in[at - 1].text


def _glued(at: int, found_in: Sequence[Token]) -> bool:
    return found_in[at].start == found_in[at - 1].end


def _year_beside(at: int, found_in: Sequence[Token]) -> str:
    """Return the year written directly before or after, as part of the number."""
    if at and found_in[at - 1].is_digits and _touch(found_in, at - 1):
        before = found_in[at - 1].text
        if _YEAR.fullmatch(before) or (len(before) == 2 and before.isdigit()):
            return before
    if at + 1 < len(found_in) and found_in[at + 1].is_digits and _touch(found_in, at):
        after = found_in[at + 1].text
        if _YEAR.fullmatch(after):
            return after
    return ""


def _best_readings(spoken: list[tuple[_Run, Named]]) -> list[tuple[_Run, Named]]:
    """Leave out a reading where a better one covers the same digits."""
    best: dict[int, int] = {}
    for run, named in spoken:
        for at in range(run.first, run.last + 1):
            best[at] = max(best.get(at, 0), named.quality)
    return [
        (run, named)
        for run, named in spoken
        if all(named.quality >= best[at] for at in range(run.first, run.last + 1))
    ]


def _following(run: _Run, found_in: Sequence[Token]) -> tuple[_Run, bool] | None:
    """Return the digits that go on after a number, and whether they end a range."""
    at, is_range = run.last + 1, False
    if at < len(found_in) and found_in[at].text in _UP_TO | _AND:
        is_range = found_in[at].text in _UP_TO
        at += 1
    if at < len(found_in) and found_in[at].text in _INVOICE:
        at += 1
    if at >= len(found_in) or not found_in[at].is_digits or found_in[at].start - found_in[run.last].end > 8:
        return None
    return _Run(at, at, found_in[at].text), is_range


def _completed(written: str, ending: str) -> int:
    """Return the number that `ending` stands for after `written`: 0876/77 is 877."""
    if len(ending) >= len(written):
        return int(ending)
    return int(written[: -len(ending)] + ending)
