"""The law of late payment, a folder a country, and which country's law a debt falls under."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from acquit.core.regimes.at.rules import BASE_RATE as _AUSTRIAN
from acquit.core.regimes.base import Ask, Citation, HalfYearly, Regime
from acquit.core.regimes.de.rules import BASE_RATE as _GERMAN
from acquit.core.regimes.eu import REFERENCE_RATE as _EUROPEAN
from acquit.core.regimes.fr.values import INDIVIDUALS_RATE as _INDIVIDUALS
from acquit.core.regimes.fr.values import LEGAL_RATE as _LEGAL
from acquit.core.regimes.gb.rules import BANK_RATE as _BRITISH
from acquit.core.regimes.nl.rules import CONSUMER_RATE as _DUTCH

#: A country is its folder and its line here.
COUNTRIES: Final = ("fr", "de", "at", "be", "nl", "lu", "es", "it", "ie", "gb", "ch")

#: The rates that a person has to bring up to date each half-year, by the key under which he enters them.
SERIES: Final[Mapping[str, HalfYearly]] = {
    "ecb": _EUROPEAN,
    "fr_legal": _LEGAL,
    "fr_individuals": _INDIVIDUALS,
    "de_base": _GERMAN,
    "at_base": _AUSTRIAN,
    "gb_bank": _BRITISH,
    "nl_consumer": _DUTCH,
}

_KINDS: Final[Mapping[str, Mapping[str, Regime]]] = {
    code.upper(): import_module(f"{__name__}.{code}").KINDS for code in COUNTRIES
}

#: What each country's law is read from, and against which kinds of debtor.
CITATIONS: Final[Mapping[str, Mapping[Citation, tuple[str, ...]]]] = {
    country: {
        cited: tuple(kind for kind, law in kinds.items() if cited in law.citations)
        for law in kinds.values()
        for cited in law.citations
    }
    for country, kinds in _KINDS.items()
}


#: Departments overseas, whose ISO codes are their own and whose law is that of France.
_OVERSEAS: Final = frozenset({"GF", "GP", "MQ", "RE", "YT"})


def soil(country: str) -> str:
    """Return the country whose law holds in `country`, by its ISO code.

    >>> soil("re"), soil("DE")
    ('FR', 'DE')
    """
    code = country.upper()
    return "FR" if code in _OVERSEAS else code


def regime(country: str, kind: str) -> Regime:
    """Return the law of a country for a kind of debtor.

    Where it is not written here, one that claims nothing and says why.
    """
    country = soil(country)
    kinds = _KINDS.get(country)
    if kinds is None:
        return Regime(country=country, kind=kind, why=f"the law of {country} is not known here")
    if kind not in kinds:
        why = f"{country} gives nothing against a debtor of the kind «{kind}»"
        return Regime(country=country, kind=kind, why=why)
    return kinds[kind]


#: Where the seller's law holds between businesses unless they chose another: Rome I art. 4 in the EU, its
#: British successor, art. 117 of the Swiss act on private international law.
_SELLERS_LAW: Final = frozenset({
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE",
    "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip


def applicable(
    creditor_country: str, debtor_country: str, debtor_kind: str, contract_law: str | None = None
) -> Regime:
    """Return the law that fixes what may be claimed from a debtor; an `Ask` where a person must say.

    Between businesses that of the contract, else of the seller's country (Rome I, art. 3 and 4),
    where the debtor's courts see it so too; a consumer keeps the protection of his own (art. 6),
    and a public body pays by its own country's rules.
    """
    if debtor_kind != "business":
        return regime(debtor_country, debtor_kind)
    if contract_law is not None:
        return regime(contract_law, debtor_kind)
    seller, buyer = soil(creditor_country), soil(debtor_country)
    if seller != buyer and not {seller, buyer} <= _SELLERS_LAW:
        why = f"which law holds between {creditor_country} and {debtor_country} the contract must say"
        return Ask(country=creditor_country, kind=debtor_kind, why=why)
    return regime(creditor_country, debtor_kind)
