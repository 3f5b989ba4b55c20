"""The address in the window of a French envelope: NF Z10-011, six lines of 38 characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from babel import Locale

from acquit.wording.document import inert
from acquit.wording.template import Unsayable

MOST_LINES = 6
WIDTH = 38

_NOT_PLAIN = re.compile(r"[^A-Z0-9&/ ]+")
_FRENCH_LAST = re.compile(r"\d{5} [A-Z].*")
#: Postcodes are written the same way from Monaco to New Caledonia.
_FRENCH_POST = frozenset({"FR", "MC", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC"})
#: The abbreviations of the standard, tried only on a line that is too long.
_SHORT = (
    ("SOCIETE", "STE"), ("ETABLISSEMENTS", "ETS"), ("COMPAGNIE", "CIE"), ("ENTREPRISE", "ENTR"),
    ("ASSOCIATION", "ASS"), ("ZONE INDUSTRIELLE", "ZI"), ("ZONE D ACTIVITES", "ZA"),
    ("ZONE D ACTIVITE", "ZA"), ("ZONE ARTISANALE", "ZA"), ("CENTRE COMMERCIAL", "CCAL"),
    ("BATIMENT", "BAT"), ("APPARTEMENT", "APP"), ("RESIDENCE", "RES"), ("IMMEUBLE", "IMM"),
    ("ESCALIER", "ESC"), ("BOULEVARD", "BD"), ("AVENUE", "AV"), ("FAUBOURG", "FG"),
    ("ALLEE", "ALL"), ("CHEMIN", "CHE"), ("IMPASSE", "IMP"), ("LOTISSEMENT", "LOT"),
    ("PLACE", "PL"), ("ROUTE", "RTE"), ("SQUARE", "SQ"), ("GENERAL", "GAL"), ("MARECHAL", "MAL"),
    ("PRESIDENT", "PDT"), ("DOCTEUR", "DR"), ("PROFESSEUR", "PR"), ("COMMANDANT", "CDT"),
    ("COLONEL", "CNL"), ("CAPITAINE", "CNE"), ("SAINTE", "STE"), ("SAINT", "ST"),
)  # fmt: skip


class AddressDoesNotFit(Unsayable):
    """The address cannot stand in the window of the envelope."""

    def __init__(self, because: str) -> None:
        super().__init__("address_does_not_fit", because)


def window_address(lines: Iterable[str], country: str = "FR") -> tuple[str, ...]:
    """Return the lines to print: capitals, no accents, no punctuation, the country abroad.

    A line of more than 38 characters is abbreviated, then cut at a word; what still needs more
    than six lines raises AddressDoesNotFit.

    >>> window_address(["Électro Mistral SAS", "240, rue du Grand Gigognan", "84000 Avignon"])
    ('ELECTRO MISTRAL SAS', '240 RUE DU GRAND GIGOGNAN', '84000 AVIGNON')
    """
    plain = [line for line in map(_plain, lines) if line]
    if len(plain) < 2:
        raise AddressDoesNotFit("no street or no city")
    if country in _FRENCH_POST and not _FRENCH_LAST.fullmatch(plain[-1]):
        raise AddressDoesNotFit(f"“{plain[-1]}” is not a postcode and a city")
    fitted = [piece for line in plain for piece in _fitted(line)]
    if len(fitted) > MOST_LINES:
        raise AddressDoesNotFit(f"{len(fitted)} lines, the window holds {MOST_LINES}")
    if len(list(_fitted(plain[-1]))) > 1:
        raise AddressDoesNotFit(f"“{plain[-1]}” is longer than {WIDTH} characters")
    return tuple(fitted) if country in _FRENCH_POST else (*fitted, _country(country))


def _plain(line: str) -> str:
    letters = unicodedata.normalize("NFKD", inert(line).replace("œ", "oe").replace("Œ", "OE"))
    bare = "".join(c for c in letters if not unicodedata.combining(c)).upper()
    return " ".join(_NOT_PLAIN.sub(" ", bare).split())


def _fitted(line: str) -> Sequence[str]:
    for long, short in _SHORT:
        if len(line) <= WIDTH:
            break
        line = re.sub(rf"\b{long}\b", short, line)
    pieces: list[str] = []
    for word in line.split():
        if len(word) > WIDTH:
            raise AddressDoesNotFit(f"“{word}” is longer than {WIDTH} characters")
        if pieces and len(pieces[-1]) + 1 + len(word) <= WIDTH:
            pieces[-1] = f"{pieces[-1]} {word}"
        else:
            pieces.append(word)
    return pieces


@cache
def _countries() -> dict[str, str]:
    return dict(Locale("fr").territories)


def _country(code: str) -> str:
    """Return the country as the French post reads it: in French, in capitals."""
    return _plain(_countries().get(code, code))
