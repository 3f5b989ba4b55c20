"""Which ways to a title French law opens for a claim, and why one of them is not open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from acquit.core.regimes import soil
from acquit.core.regimes.base import Ask, Regime
from acquit.core.regimes.fr.limits import GRACE_YEARS, LAWYER_ABOVE, SMALL_CLAIM
from acquit.core.terms import add_months

#: Loi 2026-307 of 23 April 2026: invoices between merchants have a procedure of their own, not this one.
_NOT_BETWEEN_MERCHANTS_SINCE: Final = date(2026, 4, 25)


#: Where the European order for payment is known (regulation 1896/2006): the Union without Denmark.
_EUROPEAN_ORDER: Final = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "EE", "ES", "FI", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip


class NoOrder(StrEnum):
    """Why no injonction de payer can be asked for, or its limits are not known here."""

    OTHER_LAW = "the debt falls under the law of another country"
    ASK = "only the contract says which law holds"
    ABROAD = "the debtor lives abroad, and the court is that of his home (CPC 1406)"
    IN_THE_UNION = "the debtor lives abroad, where the European order for payment may be asked for"


def is_french(law: Regime) -> bool:
    """Tell whether a debt is known to fall under French law."""
    return law.country == "FR" and not isinstance(law, Ask)


def why_no_order(law: Regime, debtor_country: str) -> NoOrder | None:
    """Return why no injonction de payer is open for a debt under `law`; None where it is."""
    if not is_french(law):
        return NoOrder.ASK if isinstance(law, Ask) else NoOrder.OTHER_LAW
    home = soil(debtor_country)
    if home == "FR":
        return None
    return NoOrder.IN_THE_UNION if home in _EUROPEAN_ORDER else NoOrder.ABROAD


class SmallClaim(StrEnum):
    """Whether the simplified procedure for small claims (CPCE L125-1) is open, and if not why."""

    OPEN = "open"
    TOO_LARGE = "too large"
    MERCHANTS = "an invoice between merchants"
    PUBLIC = "a public body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """What a claim of one sum meets in court.

    `lawyer`: once opposed, the order needs one (CPC 853 and 761). `grace_until` is the day up to which
    a judge may defer or spread the debt at most, if he gave judgment that day (C. civ. 1343-5).
    """

    small_claim: SmallClaim
    lawyer: bool
    grace_until: date


def routes(kind: str, *, principal: Decimal, interest: Decimal, on: date) -> Routes:
    """Return the ways open on `on` against a debtor of `kind` who owes `principal` and `interest` EUR.

    The small claim is counted with its interest (CPCE R125-1), the lawyer's threshold on the principal.
    A business is taken for a merchant: one that is none (a doctor, an association) keeps the small claim.

    >>> found = routes("consumer", principal=Decimal(4999), interest=Decimal(1), on=date(2026, 11, 27))
    >>> found.small_claim.value, found.lawyer, found.grace_until
    ('open', False, datetime.date(2028, 11, 27))
    """
    return Routes(
        small_claim=_small_claim(kind, principal + interest, on),
        lawyer=principal > LAWYER_ABOVE,
        grace_until=add_months(on, 12 * GRACE_YEARS),
    )


def _small_claim(kind: str, amount: Decimal, on: date) -> SmallClaim:
    if kind == "public":
        return SmallClaim.PUBLIC
    if amount > SMALL_CLAIM:
        return SmallClaim.TOO_LARGE
    if kind == "business" and on >= _NOT_BETWEEN_MERCHANTS_SINCE:
        return SmallClaim.MERCHANTS
    return SmallClaim.OPEN
