"""What a telephone number must be before somebody is asked to dial it."""

from __future__ import annotations

import re

import phonenumbers

_FEWEST_DIGITS, _MOST_DIGITS = 4, 15


def could_be_dialled(number: str) -> bool:
    """Return whether `number` has neither too few digits nor too many (E.164: 15)."""
    return _FEWEST_DIGITS <= len(re.sub(r"\D", "", number)) <= _MOST_DIGITS


def uri(number: str, country: str) -> str:
    """Return the `tel:` address of `number`, dialled from `country` (RFC 3966); empty if it is none.

    >>> uri("02 98 00 00 01", "FR"), uri("12", "FR"), uri("accueil", "FR")
    ('tel:+33-2-98-00-00-01', 'tel:12;phone-context=+33', '')
    """
    try:
        parsed = phonenumbers.parse(number, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.is_possible_number(parsed):
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.RFC3966)
    digits = re.sub(r"\D", "", number)
    return f"tel:{digits};phone-context=+{parsed.country_code}" if digits else ""
