"""Which telephone number an SMS can reach, and why another cannot."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

#: Where fixed and mobile numbers look alike (North America), the plan cannot tell: it is tried.
_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_LANDLINE = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.VOIP, PhoneNumberType.UAN})


class NoSms(StrEnum):
    """Why a number takes no SMS."""

    NO_NUMBER = "no_number"
    NO_COUNTRY = "no_country"  # a national number, of a country that nobody named
    NOT_A_NUMBER = "not_a_number"
    LANDLINE = "landline"
    NOT_MOBILE = "not_mobile"  # a premium rate, a free call, a pager…


def mobile(number: str, country: str) -> str | None:
    """Return `number`, dialled from `country`, in E.164 if it takes an SMS.

    >>> mobile("06 12 34 56 78", "FR"), mobile("02 98 00 00 01", "FR"), mobile("+32 470 12 34 56", "FR")
    ('+33612345678', None, '+32470123456')
    """
    found = _looked_up(number.strip(), country.upper())
    return None if isinstance(found, NoSms) else found


def why_not(number: str, country: str) -> NoSms | None:
    """Return why `number` takes no SMS; None when it does.

    >>> why_not("02 98 00 00 01", "FR")
    <NoSms.LANDLINE: 'landline'>
    """
    found = _looked_up(number.strip(), country.upper())
    return found if isinstance(found, NoSms) else None


@lru_cache(maxsize=16_384)
def _looked_up(number: str, country: str) -> str | NoSms:
    if not number:
        return NoSms.NO_NUMBER
    try:
        parsed = phonenumbers.parse(number, country or None)
    except phonenumbers.NumberParseException as error:
        missing = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        return NoSms.NO_COUNTRY if missing and not number.startswith(("+", "00")) else NoSms.NOT_A_NUMBER
    if not phonenumbers.is_valid_number(parsed):
        return NoSms.NOT_A_NUMBER
    kind = phonenumbers.number_type(parsed)
    if kind in _MOBILE:
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return NoSms.LANDLINE if kind in _LANDLINE else NoSms.NOT_MOBILE
