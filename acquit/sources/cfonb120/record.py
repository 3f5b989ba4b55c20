"""One record of 120 characters: what stands where, as the CFONB says (July 2004, details August 2007)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.sources.banking import french_iban
from acquit.sources.errors import StructureError
from acquit.sources.numbers import CURRENCIES

WIDTH = 120
OPENING, MOVEMENT, DETAIL, CLOSING = "01", "04", "05", "07"
_TOO_LONG_BY = 20
_PIVOT = 60  # a year above is of the 1900s
_CODES = frozenset([OPENING, MOVEMENT, DETAIL, CLOSING])
#: The last digit and the sign in one character. Where { and } were printed in France's own variant of
#: ASCII, é and è stand for them.
_SIGNED = {
    **{letter: (digit, 1) for digit, letter in enumerate("{ABCDEFGHI")},
    **{letter: (digit, -1) for digit, letter in enumerate("}JKLMNOPQR")},
    "é": (0, 1), "è": (0, -1),
}  # fmt: skip
_RECORD = re.compile(r"0[1457][0-9A-Z]{5}[0-9A-Z ]{4}[0-9 ]{5}[A-Z ]{3}[0-9 ].[0-9A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Record:
    """A record, filled up to 120 characters with blanks. `line` is its place in the file, from 1."""

    line: int
    text: str

    @property
    def code(self) -> str:
        """What it is: opening balance, movement, detail, closing balance."""
        return self.text[:2]

    def cells(self, first: int, last: int) -> str:
        """Return what stands in the positions, counted from 1 as the CFONB does, without outer blanks."""
        return self.text[first - 1 : last].strip()

    @property
    def holder(self) -> tuple[str, str, str]:
        """Whose it is: branch, account, currency. The bank's own code is seen to vary within a statement."""
        return self.cells(12, 16), self.cells(22, 32), self.cells(17, 19)

    def account(self) -> str:
        """Return the IBAN, made from bank, branch and account; else these three as they stand."""
        bank = self.cells(3, 7)
        branch, account, _ = self.holder
        made = french_iban(bank, branch, account)
        return made or "".join(f"{bank}{branch}{account}".split())

    def currency(self) -> str:
        """Return the currency, or raise StructureError."""
        currency = self.holder[2]
        if currency not in CURRENCIES:
            raise StructureError("unknown_currency", line=self.line, value=currency)
        return currency

    def amount(self) -> Decimal:
        """Return the amount with its sign, or raise StructureError."""
        return self.overpunched(self.text[90:104], self.text[19])

    def overpunched(self, text: str, decimals: str) -> Decimal:
        """Return 13 digits and a last one that bears the sign as an amount; raise StructureError.

        >>> record = Record(1, "")
        >>> record.overpunched("0000000000322J", "2"), record.overpunched("0000000000974I", "2")
        (Decimal('-32.21'), Decimal('97.49'))
        """
        digits, last = text[:-1].strip() or "0", text[-1:]
        if not (digits.isascii() and digits.isdigit() and last in _SIGNED):
            raise StructureError("cfonb_amount", line=self.line, value=text.strip())
        if decimals not in ("0", "1", "2", "3", "4"):
            raise StructureError("cfonb_decimals", line=self.line, value=decimals.strip())
        digit, sign = _SIGNED[last]
        return sign * Decimal(int(digits) * 10 + digit).scaleb(-int(decimals))

    def day(self, first: int, last: int) -> date | None:
        """Return the day DDMMYY in the positions, None where blank; raise StructureError."""
        text = self.text[first - 1 : last]
        if not text.strip(" 0"):
            return None
        if re.fullmatch(r"[0-9]{6}", text):
            year = int(text[4:])
            with suppress(ValueError):
                return date(year + (1900 if year > _PIVOT else 2000), int(text[2:4]), int(text[:2]))
        value = " ".join(text.split())
        raise StructureError("cfonb_day", line=self.line, first=first, last=last, value=value)


def looks_like_record(text: str) -> bool:
    """Tell whether a line begins as a record of a statement does."""
    return _RECORD.match(text) is not None


def records(text: str) -> Iterator[Record]:
    """Yield the records of a file with line ends, or of one stream without; raise StructureError.

    A line that is a little too long, or short, is cut or filled up.
    """
    stripped = text.strip("\n")
    if "\n" not in stripped and len(stripped) > WIDTH + _TOO_LONG_BY:
        lines = [stripped[at : at + WIDTH] for at in range(0, len(stripped), WIDTH)]
    else:
        lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _record(number, line)


def _record(number: int, line: str) -> Record:
    rest = line.rstrip()
    if len(rest) > WIDTH + _TOO_LONG_BY:
        raise StructureError("cfonb_too_long", line=number, count=len(rest))
    if rest[:2] not in _CODES:
        raise StructureError("cfonb_record", line=number, value=rest[:2])
    return Record(number, rest[:WIDTH].ljust(WIDTH))
