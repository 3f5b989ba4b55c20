"""The lines of an address as they stand in the window of an envelope.

The French standard XP Z10-011, as La Poste asks for it: at most six lines of 38 characters, from the most
particular to the most general, capitals without punctuation; the country last, in capitals, when the
letter leaves the sender's country.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import cache

from babel import Locale, UnknownLocaleError

from acquit.wording.document import inert
from acquit.wording.facts import MessageFacts
from acquit.wording.template import Unsayable

MOST_LINES = 6
WIDTH = 38

_NOT_PLAIN = re.compile(r"[^A-Z0-9&/ ]+")
_FRENCH_LAST = re.compile(r"\d{5} [A-Z].*")
#: Postcodes are written the same way from Monaco to New Caledonia.
FRENCH_POST = frozenset({"FR", "MC", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC"})
#: Letters that are no plain letter with a mark on it.
_LIGATURES = str.maketrans({
    "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
    "ð": "d", "þ": "th", "Þ": "TH", "ı": "i",
})  # fmt: skip
#: The abbreviations of the standard and of the French register of ways, tried only on a line too long.
_SHORT = (
    ("SOCIETE", "STE"), ("ETABLISSEMENTS", "ETS"), ("COMPAGNIE", "CIE"), ("ENTREPRISE", "ENTR"),
    ("ASSOCIATION", "ASS"), ("ZONE INDUSTRIELLE", "ZI"), ("ZONE D ACTIVITES", "ZA"),
    ("ZONE D ACTIVITE", "ZA"), ("ZONE ARTISANALE", "ZA"), ("CENTRE COMMERCIAL", "CCAL"),
    ("BATIMENT", "BAT"), ("APPARTEMENT", "APP"), ("RESIDENCE", "RES"), ("IMMEUBLE", "IMM"),
    ("ESCALIER", "ESC"), ("BOULEVARD", "BD"), ("AVENUE", "AV"), ("FAUBOURG", "FG"),
    ("ALLEE", "ALL"), ("CHEMIN", "CHE"), ("CHAUSSEE", "CHS"), ("IMPASSE", "IMP"), ("LOTISSEMENT", "LOT"),
    ("LIEU DIT", "LD"), ("PLACE", "PL"), ("ROUTE", "RTE"), ("SQUARE", "SQ"), ("PASSAGE", "PAS"),
    ("PROMENADE", "PROM"), ("QUARTIER", "QUAR"), ("HAMEAU", "HAM"), ("DOMAINE", "DOM"), ("ESPLANADE", "ESP"),
    ("MONTEE", "MTE"), ("ROND POINT", "RPT"), ("RUELLE", "RLE"), ("SENTIER", "SEN"), ("TRAVERSE", "TRA"),
    ("VILLAGE", "VLGE"), ("GENERAL", "GAL"), ("MARECHAL", "MAL"), ("PRESIDENT", "PDT"), ("DOCTEUR", "DR"),
    ("PROFESSEUR", "PR"), ("COMMANDANT", "CDT"), ("COLONEL", "CNL"), ("CAPITAINE", "CNE"),
    ("SAINTE", "STE"), ("SAINT", "ST"),
)  # fmt: skip

_STREET = re.compile(
    r"\d+ ?(?:BIS|TER|QUATER|[A-E])? (?!E? ?ETAGE)[A-Z]"
    r"|(?:RUE|AVENUE|AV|BOULEVARD|BD|PLACE|PL|QUAI|CHEMIN|CHE|ROUTE|RTE|IMPASSE|IMP|ALLEE|ALL|COURS|SQUARE) "
)
_BOX = re.compile(r"(?:BP|CS|TSA|BOITE POSTALE|LIEU DIT|LD) ?\b")
_PART = re.compile(
    r"(?:BAT|BATIMENT|RES|RESIDENCE|IMM|IMMEUBLE|APP|APPT|APPARTEMENT|ESC|ESCALIER|ENTREE|HALL|PORTE|TOUR"
    r"|ETAGE|REZ DE CHAUSSEE|ZI|ZA|ZAC|ZONE|PARC|CCAL|CENTRE COMMERCIAL)\b|.*\bETAGE\b"
)
_PERSON = re.compile(r"(?:A L ATTENTION|ATTN|SERVICE|SCE|DIRECTION|DEPARTEMENT|M|MME|MONSIEUR|MADAME)\b")


class _Place(IntEnum):
    """Where a line stands, from the most particular to the most general."""

    COMPANY = 0
    PERSON = 1
    PART = 2
    STREET = 3
    BOX = 4
    CITY = 5


class AddressDoesNotFit(Unsayable):
    """The address cannot stand in the window of the envelope."""

    def __init__(self, because: str) -> None:
        super().__init__("address_does_not_fit", because)


def window_address(
    lines: Iterable[str], country: str = "FR", *, sent_from: str = "FR", language: str = "fr"
) -> tuple[str, ...]:
    """Return the lines to print: capitals, no accents, no punctuation, the country abroad.

    The first line names the addressee, the last one the city. A French address is put in the order of
    the standard. A name that is too long is abbreviated, then goes on on the next line; a street or a
    city is abbreviated and never cut. What does not fit raises AddressDoesNotFit, with its reason.
    `language` is the sender's: its words name the country.

    >>> window_address(["Électro Mistral SAS", "240, rue du Grand Gigognan", "84000 Avignon"])
    ('ELECTRO MISTRAL SAS', '240 RUE DU GRAND GIGOGNAN', '84000 AVIGNON')
    >>> window_address(["Kerleau", "12, rue du Port", "Bât. B", "BP 40", "29200 Brest"])
    ('KERLEAU', 'BAT B', '12 RUE DU PORT', 'BP 40', '29200 BREST')
    >>> window_address(["Muster GmbH", "Hauptstr. 1", "10115 Berlin"], "DE")
    ('MUSTER GMBH', 'HAUPTSTR 1', '10115 BERLIN', 'ALLEMAGNE')
    """
    plain = [line for line in map(_plain, lines) if line]
    if len(plain) < 2:
        raise AddressDoesNotFit("no street or no city")
    french = country in FRENCH_POST
    if french and not _FRENCH_LAST.fullmatch(plain[-1]):
        raise AddressDoesNotFit(f"“{plain[-1]}” is not a postcode and a city")
    placed = _placed(plain) if french else _as_written(plain)
    fitted = [(place, piece) for place, line in placed for piece in _fitted(line, place)]
    if len(fitted) > MOST_LINES:
        fitted = _closer(fitted)
    if len(fitted) > MOST_LINES:
        raise AddressDoesNotFit(f"{len(fitted)} lines, the window holds {MOST_LINES}")
    printed = tuple(piece for _, piece in fitted)
    return printed if _same_post(country, sent_from) else (*printed, _country(country, language))


def envelope_lines(facts: MessageFacts) -> tuple[str, ...]:
    """Return the lines of the envelope of a letter; raise AddressDoesNotFit.

    An electronic registered letter to who has no postal address bears his name and where it goes.
    """
    to, creditor = facts.recipient, facts.creditor
    if not to.address and facts.registered and to.registered_email:
        return *_folded(_plain(facts.debtor.name)), inert(to.registered_email)
    return window_address(to.address, to.country, sent_from=creditor.country, language=creditor.language)


def _same_post(country: str, sent_from: str) -> bool:
    return country == sent_from or (country in FRENCH_POST and sent_from in FRENCH_POST)


def _plain(line: str) -> str:
    """Return `line` in plain capitals; raise AddressDoesNotFit where a word has no Latin letters."""
    letters = unicodedata.normalize("NFKD", inert(line).translate(_LIGATURES))
    bare = "".join(c for c in letters if not unicodedata.combining(c)).upper()
    if any(c.isalpha() and not c.isascii() for c in bare):
        raise AddressDoesNotFit(f"“{inert(line)}” is not in Latin letters")
    return " ".join(_NOT_PLAIN.sub(" ", bare).split())


def _as_written(plain: Sequence[str]) -> list[tuple[_Place, str]]:
    """Every country has its own order, which the debtor's contact knows better than we do."""
    between = [(_Place.STREET, line) for line in plain[1:-1]]
    return [(_Place.COMPANY, plain[0]), *between, (_Place.CITY, plain[-1])]


def _placed(plain: Sequence[str]) -> list[tuple[_Place, str]]:
    placed, beyond = [(_Place.COMPANY, plain[0])], False
    for line in plain[1:-1]:
        place = _place(line, beyond=beyond)
        beyond = beyond or place is _Place.STREET
        placed.append((place, line))
    return [*sorted(placed, key=lambda one: one[0]), (_Place.CITY, plain[-1])]


def _place(line: str, *, beyond: bool) -> _Place:
    """Return where `line` belongs; an unknown one stays on its side of the street (`beyond` it)."""
    known = ((_STREET, _Place.STREET), (_BOX, _Place.BOX), (_PART, _Place.PART), (_PERSON, _Place.PERSON))
    found = next((place for pattern, place in known if pattern.match(line)), None)
    if found is not None:
        return found
    return _Place.BOX if beyond else _Place.PART


def _fitted(line: str, place: _Place) -> Sequence[str]:
    for long, short in _SHORT:
        if len(line) <= WIDTH:
            return [line]
        line = re.sub(rf"\b{long}\b", short, line)
    if len(line) <= WIDTH:
        return [line]
    if place >= _Place.STREET:
        raise AddressDoesNotFit(f"“{line}” is longer than {WIDTH} characters")
    return _folded(line)


def _folded(line: str) -> Sequence[str]:
    pieces: list[str] = []
    for word in line.split():
        if len(word) > WIDTH:
            raise AddressDoesNotFit(f"“{word}” is longer than {WIDTH} characters")
        if pieces and len(pieces[-1]) + 1 + len(word) <= WIDTH:
            pieces[-1] = f"{pieces[-1]} {word}"
        else:
            pieces.append(word)
    return pieces


def _closer(fitted: Sequence[tuple[_Place, str]]) -> list[tuple[_Place, str]]:
    """Return the lines with those of one place together on one, where they fit."""
    closer: list[tuple[_Place, str]] = []
    for place, line in fitted:
        if closer and place is closer[-1][0] is _Place.PART and len(closer[-1][1]) + 1 + len(line) <= WIDTH:
            closer[-1] = (place, f"{closer[-1][1]} {line}")
        else:
            closer.append((place, line))
    return closer


@cache
def _countries(language: str) -> dict[str, str]:
    try:
        return dict(Locale.parse(language).territories)
    except (UnknownLocaleError, ValueError):
        return dict(Locale("fr").territories)


def _country(code: str, language: str) -> str:
    """Return the country as the sender's post reads it: in its language, in capitals."""
    return _plain(_countries(language).get(code, code))
