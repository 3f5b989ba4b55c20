"""What stands above the header of a bank's export, and below its rows: whose account, which balances."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from acquit.sources.banking import LONGEST_CODE, account_number, french_iban, valid_iban
from acquit.sources.days import find_order, read_days
from acquit.sources.numbers import read_amounts

_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]){11,30}")
_RIB = re.compile(r"\b\d{5}[ -]?\d{5}[ -]?[0-9A-Z]{11}[ -]?\d{2}\b")
_BANK = re.compile(r"(?i)code (?:de la )?banque\s*:?\s*(\d{5})\b")
_BRANCH = re.compile(r"(?i)code (?:de l['’]agence|agence|guichet)\s*:?\s*(\d{5})\b")
_NUMBERED = re.compile(r"(?i)(?:num[ée]ro|n[°ºo]\.?)\s*(?:de\s+)?compte\s*:?\s*([0-9A-Z]{5,21})\b")
_ACCOUNT = re.compile(
    r"(?i)\b(?:compte|account)\b[^\n\d*]{0,60}?([*x•]{2,} ?\d{3,}|[0-9A-Z]*\d{5,}[0-9A-Z]*)\b"
)
_BARE = re.compile(r"^\W*(\d{21})(\d{2})?\W*$")  # a RIB alone in its cell, with its key or without
_DAY = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b")
_FIGURE = re.compile(r"[+\-\u2212]? ?\d{1,3}(?:[ \u00a0\u202f.]?\d{3})*[.,]\d{2}(?!\d)")
#: A balance foreseen is none, and its day would make the account look known beyond today.
_BALANCE = re.compile(r"(?i)\b(?:solde|balance)\b(?!.*(?:francs|pr[ée]vision|[àa] venir))")
_EARLIER = re.compile(r"(?i)d[ée]but|initial|ancien|pr[ée]c[ée]dent|opening")
#: A row of balance among the movements. A payer too may write "solde": of his invoice.
_BALANCE_ROW = re.compile(
    r"(?i)^\W*(?:(?:ancien|nouveau) solde\b|solde (?:en (?:d[ée]but|fin)|cr[ée]diteur|d[ée]biteur|initial|"
    r"final|pr[ée]c[ée]dent|[àa]u? (?:\d|report)|report)|opening balance|closing balance)"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the file says beside its rows; "" and None where it says nothing."""

    account: str = ""
    opening: Decimal | None = None
    closing: Decimal | None = None
    closing_on: date | None = None

    def __bool__(self) -> bool:
        return bool(self.account) or self.opening is not None or self.closing is not None


def stated(rows: Iterable[Sequence[str]]) -> Stated:
    """Return what the rows that are no movements state; the later of two alike holds."""
    rows = [list(row) for row in rows]
    lines = [" ".join(cell.strip() for cell in row if cell.strip()) for row in rows]
    opening = closing = closing_on = None
    for line in lines:
        if not _BALANCE.search(line) or (amount := _amount(line)) is None:
            continue
        if _EARLIER.search(line):
            opening = amount
        else:
            closing, closing_on = amount, _day(line)
    account = _account("\n".join(lines)) or _alone(cell for row in rows for cell in row)
    return Stated(account, opening, closing, closing_on)


def is_balance_row(cells: Iterable[str]) -> bool:
    """Tell a row that states a balance from a movement."""
    return any(_BALANCE_ROW.search(cell) for cell in cells)


def proven_order(rows: Iterable[Sequence[str]]) -> str | None:
    """Return the order of day and month where a date above the header proves it, else None."""
    days = [day for row in rows for cell in row for day in _DAY.findall(cell)]
    return find_order([pl.Series([*days, "01/02/2000"])]) or None


def _account(text: str) -> str:
    """Return the account: its IBAN, made from a French RIB or its parts if need be, else its number."""
    for found in _IBAN.findall(text):
        bare = found.replace(" ", "")
        for end in range(len(bare), 14, -1):
            if valid_iban(bare[:end]):
                return str(bare[:end])
    for found in _RIB.findall(text):
        if number := account_number(found):
            return number
    numbered = _NUMBERED.search(text)
    bank, branch = _BANK.search(text), _BRANCH.search(text)
    if numbered and bank and branch and (made := french_iban(bank[1], branch[1], numbered[1])):
        return made
    found_number = numbered or _ACCOUNT.search(text)
    return "".join(found_number[1].split()).upper()[:LONGEST_CODE] if found_number else ""


def _alone(cells: Iterable[str]) -> str:
    """Return the account of a cell that holds nothing but a RIB."""
    for found in map(_BARE.match, cells):
        if found is not None:
            return french_iban(found[1][:5], found[1][5:10], found[1][10:])
    return ""


def _amount(line: str) -> Decimal | None:
    figures = _FIGURE.findall(_DAY.sub(" ", line))
    if len(figures) != 1:
        return None
    bare = re.sub(r"\s", "", figures[0])
    value: Decimal | None = read_amounts(pl.Series([bare]), column="").values[0]
    return value


def _day(line: str) -> date | None:
    found = _DAY.search(line)
    day: date | None = read_days(pl.Series([found[0]]), "dmy").values[0] if found else None
    return day
