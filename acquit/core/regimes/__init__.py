"""The law of late payment, a folder a country, and which country's law a debt falls under."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from acquit.core.regimes.base import Regime

#: A country is its folder and its line here.
COUNTRIES: Final = (
    "fr",
)  # fmt: skip

_KINDS: Final[Mapping[str, Mapping[str, Regime]]] = {
    code.upper(): import_module(f"{__name__}.{code}").KINDS for code in COUNTRIES
}


def regime(country: str, kind: str) -> Regime:
    """Return the law of a country for a kind of debtor.

    Where it is not written here, one that claims nothing and says why.
    """
    kinds = _KINDS.get(country.upper())
    if kinds is None:
        return Regime(country=country, kind=kind, why=f"the law of {country} is not known here")
    if kind not in kinds:
        why = f"{country} gives nothing against a debtor of the kind «{kind}»"
        return Regime(country=country, kind=kind, why=why)
    return kinds[kind]


def applicable(creditor_country: str, debtor_country: str, debtor_kind: str) -> Regime:
    """Return the law that fixes what may be claimed from a debtor.

    Between businesses, that of the seller's country unless the contract says otherwise (Rome I,
    art. 4); a consumer keeps the protection of his own (art. 6), and a public body pays by its
    own country's rules.
    """
    country = creditor_country if debtor_kind == "business" else debtor_country
    return regime(country, debtor_kind)
