"""An invoice as it is written, in CII or in UBL: the facts that EN 16931 numbers BT-1, BT-2…"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stdnum.fr import siren as fr_siren

from acquit.sources.xml import Element, each

_SIREN = re.compile(r"\d{9}(?:\d{5})?")
#: ISO 6523: SIREN, SIRET.
_SCHEMES = ("0002", "0009")
#: Where an identifier without its scheme may be a SIREN.
_FRENCH = frozenset(["FR", "BL", "GF", "GP", "MF", "MQ", "PM", "RE", "YT"])
_FRENCH_VAT = re.compile(r"FR[0-9A-Z]{2}(\d{9})")


@dataclass(frozen=True, slots=True)
class Said:
    """A text of the file with its line; false where there is none."""

    text: str = ""
    line: int | None = None

    def __bool__(self) -> bool:
        return bool(self.text)


NOTHING = Said()


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Seller, buyer or payee. `numbers` are those that should be a SIREN or SIRET, as written."""

    name: str = ""
    numbers: tuple[str, ...] = ()
    vat: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    contact: str = ""
    email: str = ""
    phone: str = ""

    @property
    def siren(self) -> str:
        """The SIREN among the numbers, else the one in a French VAT number; "" where none is right."""
        return next((number for number in self.sirens() if fr_siren.is_valid(number)), "")

    def sirens(self) -> list[str]:
        """Return all that is written like a SIREN or SIRET, right or wrong, cut to nine digits."""
        bare = (plain_number(number) for number in self.numbers)
        found = [number[:9] for number in bare if _SIREN.fullmatch(number)]
        french = _FRENCH_VAT.fullmatch(self.vat)
        return found + ([french[1]] if french else [])


@dataclass(frozen=True, slots=True)
class WrittenVat:
    """A line of the VAT breakdown: category (BT-118), rate (119), base (116) and tax (117)."""

    category: str
    rate: Said
    base: Said
    tax: Said


@dataclass(frozen=True, slots=True)
class WrittenDue:
    """A day on which something falls due, and how much of it where that is said."""

    on: Said
    amount: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the file says, nothing of it understood yet; `vat_points` are its codes of BT-8."""

    number: Said
    type_code: Said
    issued_on: Said
    currency: Said
    total: Said  # BT-112
    total_currency: str
    net: Said  # BT-109
    tax: Said  # BT-110
    paid: Said  # BT-113
    rounding: Said  # BT-114
    payable: Said  # BT-115
    vat: tuple[WrittenVat, ...]
    dues: tuple[WrittenDue, ...]
    terms: str
    seller: Party
    buyer: Party
    payee: Party | None
    vat_points: tuple[str, ...]
    process: str  # BT-23
    profile: str  # BT-24
    buyer_reference: str
    order: str
    payment_reference: str
    means: tuple[str, ...]
    iban: str
    preceding: tuple[str, ...]  # BT-25
    notes: tuple[tuple[str, str], ...]  # subject (BT-21) and text (BT-22)


def said(element: Element | None, *paths: str) -> Said:
    """Return the first text at one of the `paths` below `element`, with its line."""
    if element is None:
        return NOTHING
    for path in paths:
        for found in each(element, path):
            text = " ".join("".join(found.itertext()).split())
            if text:
                return Said(text, found.sourceline)
    return NOTHING


def in_currency(elements: Iterable[Element], currency: str) -> Said:
    """Return the amount in the invoice's currency: a second one may stand in that of the tax office."""
    ranked = sorted(elements, key=lambda one: one.get("currencyID", currency) != currency)
    return said(ranked[0], ".") if ranked else NOTHING


def french_numbers(legal: Iterable[Element], others: Iterable[Element], country: str) -> tuple[str, ...]:
    """Return the identifiers that their scheme calls SIREN or SIRET; a French legal one may lack a scheme."""
    bare = [one for one in legal if one.get("schemeID") is None and country in _FRENCH]
    stated = [one for one in (*legal, *others) if one.get("schemeID") in _SCHEMES]
    return tuple("".join(one.itertext()) for one in (*stated, *bare))


def plain_number(text: str) -> str:
    """Return a VAT number or an IBAN without what separates its groups."""
    return re.sub(r"[\s.\-]", "", text).upper()


def lines_of(*texts: str) -> str:
    """Return the lines of an address, empty ones left out."""
    return "\n".join(text for text in texts if text)
