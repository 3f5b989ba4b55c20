"""Countries and languages as lists write them, as ISO codes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from babel import Locale

_NO_COUNTRY = ("ZZ", "EU", "UN", "EZ", "XA", "XB")
_SPOKEN = ("fr", "en", "de", "es", "it", "nl", "pt")
_ALIASES = {
    "uk": "GB", "usa": "US", "u.s.a.": "US", "etats unis d'amerique": "US", "angleterre": "GB",
    "england": "GB", "grande bretagne": "GB", "great britain": "GB", "france metropolitaine": "FR",
    "holland": "NL", "hollande": "NL",
}  # fmt: skip
_ISO3 = {
    "FRA": "FR", "DEU": "DE", "BEL": "BE", "ESP": "ES", "ITA": "IT", "NLD": "NL", "LUX": "LU",
    "CHE": "CH", "GBR": "GB", "IRL": "IE", "AUT": "AT", "PRT": "PT", "USA": "US", "CAN": "CA",
    "POL": "PL", "DNK": "DK", "SWE": "SE", "NOR": "NO", "FIN": "FI", "CZE": "CZ", "GRC": "GR",
    "ROU": "RO", "HUN": "HU", "MAR": "MA", "TUN": "TN", "DZA": "DZ", "MCO": "MC",
}  # fmt: skip


def country_code(text: str) -> str:
    """Return the code of two letters of a country written as code or name, "" where unknown."""
    if not text:
        return ""
    upper = text.strip().upper()
    if upper in _codes():
        return upper
    return _ISO3.get(upper) or _country_names().get(_plain(text), "")


def language_code(text: str) -> str:
    """Return the code of two letters of a language written as code, locale or name, "" where unknown."""
    plain = _plain(text)
    if plain[:2] in _language_codes() and (len(plain) == 2 or plain[2:3] in ("-", "_", " ")):
        return plain[:2]
    return _language_names().get(plain, "")


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("-", " ")


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    known = (str(code) for code in Locale("en").territories)
    return frozenset(c for c in known if len(c) == 2 and c.isalpha() and c not in _NO_COUNTRY)


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    names = dict(_ALIASES)
    for language in _SPOKEN:
        for code, name in Locale(language).territories.items():
            if code in _codes():
                names.setdefault(_plain(name), code)
    return names


@lru_cache(maxsize=1)
def _language_codes() -> frozenset[str]:
    known = (str(code) for code in Locale("en").languages)
    return frozenset(c for c in known if len(c) == 2)


@lru_cache(maxsize=1)
def _language_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in _SPOKEN:
        for code, name in Locale(language).languages.items():
            if len(code) == 2:
                names.setdefault(_plain(name), code)
    return names
