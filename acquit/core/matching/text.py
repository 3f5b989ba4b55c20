"""What banks write, made comparable: capitals without accents, taken apart into letters and digits."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from acquit.core.reference import is_iban

_LIGATURES = str.maketrans({"Œ": "OE", "Æ": "AE"})
_LETTER_O = re.compile(r"(?<=\d)O+(?![A-Z])|O+(?=\d)")
_SIGNS = re.compile(r"[^A-Z0-9]+")
_WORD = re.compile(r"[A-Z]+|\d+")
_DAY = re.compile(
    r"(?<![0-9A-Z/.-])(?:[0-3]?\d([/.-])[01]?\d\1(?:20)?\d\d|20\d\d-[01]\d-[0-3]\d)(?![0-9A-Z/-])"
)
_AMOUNT = re.compile(r"(?<![0-9A-Z])\d{1,3}(?:[ .]?\d{3})*[.,]\d\d(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")


def runs(text: str) -> list[str]:
    """Return the runs of letters and of digits, the letter O beside digits read as a zero.

    >>> runs("FACT FA2O26-OO42")
    ['FACT', 'FA', '2026', '0042']
    """
    return _WORD.findall(_zeroed(text))


class Token(NamedTuple):
    """A run of letters or of digits, and where it stands in the text."""

    text: str
    start: int
    end: int

    @property
    def is_digits(self) -> bool:
        """Whether these are digits."""
        return self.text[0].isdigit()


def plain(text: str) -> str:
    """Return `text` in capitals, without accents; signs that ASCII does not know become spaces.

    >>> plain("Hôtel Le Belvédère – n° 12")
    'HOTEL LE BELVEDERE   N  12'
    """
    text = text.upper()
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(c if c.isascii() else " " for c in letters if not unicodedata.combining(c))


def compact(text: str) -> str:
    """Return the letters and digits of `text`, plain.

    >>> compact("FA-2026/0042")
    'FA20260042'
    """
    return _SIGNS.sub("", plain(text))


def tokens(text: str) -> list[Token]:
    """Return the `runs` of `text` with their places."""
    return [Token(found[0], found.start(), found.end()) for found in _WORD.finditer(_zeroed(text))]


def _zeroed(text: str) -> str:
    text = plain(text)
    return _LETTER_O.sub(lambda found: "0" * len(found[0]), text) if "O" in text else text


def without_days_and_amounts(text: str) -> str:
    """Return `text`, plain, with dates, amounts and IBANs blanked: their digits number no invoice.

    >>> without_days_and_amounts("FACT 0876 DU 15/10/2026 1 234,56")
    'FACT 0876 DU                    '
    """
    text = _IBAN.sub(lambda found: _blank(found[0]) if is_iban(found[0]) else found[0], plain(text))
    return _AMOUNT.sub(lambda found: _blank(found[0]), _DAY.sub(lambda found: _blank(found[0]), text))


def _blank(text: str) -> str:
    return " " * len(text)
