"""The longest payment terms that French law admits, by what is sold (C. com. L441-10 I and L441-11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from acquit.core.regimes.base import Confidence
from acquit.core.terms import due_date, end_of_decade, end_of_month


class Trade(StrEnum):
    """What a creditor sells, where the law limits its terms otherwise than those of all others."""

    GENERAL = "general"
    PERISHABLE = "perishable"
    LIVESTOCK = "livestock"
    ALCOHOL = "alcohol"
    TRANSPORT = "transport"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """What limits the terms of a trade: the article, its words in French, and how sure we are."""

    article: str
    words: str
    confidence: Confidence


CAPS: Final[Mapping[Trade, Cap]] = {
    Trade.GENERAL: Cap(
        article="art. L441-10 I C. com.",
        words="60 jours, ou 45 jours fin de mois",
        confidence=Confidence.TWO_SOURCES,
    ),
    Trade.PERISHABLE: Cap(
        article="art. L441-11 II C. com.",
        words="30 jours après la livraison, ou après la décade de livraison",
        confidence=Confidence.ONE_SOURCE,
    ),
    Trade.LIVESTOCK: Cap(
        article="art. L441-11 II C. com.",
        words="20 jours après la livraison",
        confidence=Confidence.GENERAL,
    ),
    Trade.ALCOHOL: Cap(
        article="art. L441-11 II C. com.",
        words="30 jours après la fin du mois de livraison",
        confidence=Confidence.GENERAL,
    ),
    Trade.TRANSPORT: Cap(
        article="art. L441-11 II C. com.", words="30 jours après la facture", confidence=Confidence.GENERAL
    ),
}

#: Invoices that sum up several deliveries (CGI 289 I-3): days from their issue.
_PERIODIC_DAYS = 45
_AGREED_DAYS = 60
_MONTH = timedelta(days=30)
_LIVESTOCK_DAYS = 20

#: Days that a public buyer has from the receipt of the request (CCP R2192-10 f.).
PUBLIC_DAYS: Final[Mapping[str, int]] = {"state": 30, "health": 50, "undertaking": 60}
#: Where nothing was agreed: days after the goods came or the work was done, not after the invoice.
UNAGREED_DAYS: Final = 30


def latest_due(
    issued_on: date,
    *,
    trade: Trade = Trade.GENERAL,
    delivered_on: date | None = None,
    periodic: bool = False,
) -> date:
    """Return the last due date that the law admits for an invoice between businesses.

    Where the day of delivery is not known that of the invoice stands for it, which is hardly
    earlier: what is called too long is so. `periodic`: it sums up several deliveries.

    >>> latest_due(date(2026, 1, 31)), latest_due(date(2026, 3, 4), trade=Trade.PERISHABLE)
    (datetime.date(2026, 4, 1), datetime.date(2026, 4, 3))
    """
    delivered = delivered_on or issued_on
    if trade is Trade.PERISHABLE:
        return (end_of_decade(delivered) if periodic else delivered) + _MONTH
    if trade is Trade.LIVESTOCK:
        return delivered + timedelta(days=_LIVESTOCK_DAYS)
    if trade is Trade.ALCOHOL:
        return end_of_month(delivered) + _MONTH
    if trade is Trade.TRANSPORT:
        return issued_on + _MONTH
    if periodic:
        return issued_on + timedelta(days=_PERIODIC_DAYS)
    return max(
        issued_on + timedelta(days=_AGREED_DAYS),
        due_date("45 jours fin de mois", issued_on, "net_then_eom"),
        due_date("45 jours fin de mois", issued_on, "eom_then_net"),
    )


def unagreed_due(delivered_on: date) -> date:
    """Return when an invoice is due of which nothing was agreed: 30 days after goods or work came.

    >>> unagreed_due(date(2026, 1, 31))
    datetime.date(2026, 3, 2)
    """
    return delivered_on + timedelta(days=UNAGREED_DAYS)


def public_due(received_on: date, body: str = "state") -> date:
    """Return when a public buyer's term ends; `body` is a key of `PUBLIC_DAYS`.

    >>> public_due(date(2026, 5, 20)), public_due(date(2026, 5, 20), "health")
    (datetime.date(2026, 6, 19), datetime.date(2026, 7, 9))
    """
    return received_on + timedelta(days=PUBLIC_DAYS[body])
