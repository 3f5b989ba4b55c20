"""`acquit interest`: late interest, line by line. No database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from acquit.cli.answer import AsJson, Refused, say
from acquit.core.money import Money, round_to_currency
from acquit.core.regimes import COUNTRIES, regime
from acquit.core.regimes.base import MissingRate, NothingToClaim, Regime
from acquit.core.regimes.doubt import doubts_of
from acquit.core.regimes.interest import (
    IMPUTATIONS,
    Claim,
    Debt,
    Imputation,
    Received,
    Segment,
    late_interest,
)


def _amount(text: str) -> Decimal:
    """Read an amount of money, with a point or a comma."""
    try:
        amount = Decimal(text.replace(",", "."))
    except InvalidOperation as why:
        raise ValueError(text) from why
    if not amount.is_finite() or amount < 0:
        raise ValueError(text)
    return amount


@dataclass(frozen=True, slots=True)
class _DayAndAmount:
    """What came in: `2026-06-30=500`."""

    on: date
    amount: Decimal


def _day_and_amount(text: str) -> _DayAndAmount:
    day, _, amount = text.partition("=")
    return _DayAndAmount(date.fromisoformat(day), _amount(amount))


def _imputation(text: str) -> Imputation:
    for known in IMPUTATIONS:
        if known == text:
            return known
    raise typer.BadParameter(f"one of {', '.join(IMPUTATIONS)}", param_hint="--imputation")


CAME = "DATE=AMOUNT"
#: What people write for a country that ISO 3166 calls otherwise.
_ISO = {"UK": "GB"}
KINDS = ("business", "consumer", "public", "intercompany")


def command(
    *,
    amount: Annotated[Decimal, typer.Option(parser=_amount, metavar="AMOUNT", help="With tax.")],
    due: Annotated[date, typer.Option(parser=date.fromisoformat, metavar="DATE", help="Due date.")],
    until: Annotated[
        date, typer.Option(parser=date.fromisoformat, metavar="DATE", help="Last day that counts.")
    ],
    law: Annotated[str, typer.Option("--regime", help="Country whose law applies.")] = "FR",
    kind: Annotated[str, typer.Option(help="The debtor: business, consumer or public.")] = "business",
    currency: Annotated[str, typer.Option(help="ISO code.")] = "EUR",
    paid: Annotated[
        list[_DayAndAmount] | None,
        typer.Option(parser=_day_and_amount, metavar=CAME, help="A payment; may be repeated."),
    ] = None,
    credited: Annotated[
        list[_DayAndAmount] | None,
        typer.Option(parser=_day_and_amount, metavar=CAME, help="A credit note; may be repeated."),
    ] = None,
    notice: Annotated[
        date | None,
        typer.Option(parser=date.fromisoformat, metavar="DATE", help="Day the formal notice was received."),
    ] = None,
    rate: Annotated[
        Decimal | None,
        typer.Option(parser=_amount, metavar="PERCENT", help="Rate that the contract sets."),
    ] = None,
    judgment: Annotated[
        date | None,
        typer.Option(parser=date.fromisoformat, metavar="DATE", help="Day insolvency proceedings opened."),
    ] = None,
    imputation: Annotated[
        str, typer.Option(help="What a payment settles first: interest_first or principal_first.")
    ] = "interest_first",
    as_json: AsJson = False,
) -> None:
    """Reckon late interest and the fixed sum.

    Example: acquit interest --regime FR --kind business --amount 1200 --due 2026-05-31 --until 2026-07-31
    """
    applied = _regime(law.upper(), kind)
    received = (
        *(Received(came.on, came.amount) for came in paid or ()),
        *(Received(came.on, came.amount, credit_note=True) for came in credited or ()),
    )
    debt = Debt(
        amount=Money(amount, currency.upper()),
        due=due,
        received=received,
        notice_on=notice,
        contract_rate=rate,
        imputation=_imputation(imputation),
        judged_on=judgment,
    )
    try:
        claim = late_interest(applied, debt, until)
    except (MissingRate, NothingToClaim) as why:
        raise Refused(str(why)) from why
    say(_document(claim), _lines(claim, applied, until), as_json=as_json)


def _regime(country: str, kind: str) -> Regime:
    """Return the law asked for; unlike the product, which waits, a person is told it is unknown."""
    if kind not in KINDS:
        raise typer.BadParameter(f"one of {', '.join(KINDS)}", param_hint="--kind")
    country = _ISO.get(country, country)
    if country.lower() not in COUNTRIES:
        known = ", ".join(code.upper() for code in COUNTRIES)
        raise Refused(f"The law of {country} is not known here. Known: {known}.")
    return regime(country, kind)


def _document(claim: Claim) -> dict[str, Any]:
    currency = claim.interest.currency
    return {
        "interest": claim.interest.amount,
        "fixed_sum": _fixed(claim).amount,
        "fixed_sum_currency": _fixed(claim).currency,
        "currency": currency,
        "segments": [_segment(segment, currency) for segment in claim.segments],
        "principal_left": claim.principal_left.amount,
        "interest_left": claim.interest_left.amount,
        "principal_and_interest_left": claim.left.amount,
        "surplus": claim.surplus.amount,
        "below_floor": [str(half_year) for half_year in claim.below_floor],
        "why": claim.why,
        "sources": [
            {
                "since": read.since,
                "value": read.value,
                "source": read.source,
                "read_on": read.read_on,
                "confidence": read.confidence,
            }
            for read in claim.read_from()
        ],
    }


def _segment(segment: Segment, currency: str) -> dict[str, Any]:
    return {
        "from": segment.first,
        "to": segment.last,
        "days": segment.days,
        "base": round_to_currency(segment.base, currency),
        "rate": segment.rate.percent,
        "interest": round_to_currency(segment.interest, currency),
    }


def _fixed(claim: Claim) -> Money:
    """The fixed sum, or zero of the debt's currency where there is none."""
    fixed = claim.fixed_sum or Money(Decimal(0), claim.interest.currency)
    return Money(round_to_currency(fixed.amount, fixed.currency), fixed.currency)


def _lines(claim: Claim, applied: Regime, until: date) -> Iterator[str]:
    """Tell the formula of each part with more decimals than money has, so that they add up."""
    for segment in claim.segments:
        yield (
            f"{segment.first} to {segment.last}: {Money(segment.base, claim.interest.currency)}"
            f" × {segment.rate.percent} % × {segment.days} / {applied.year_basis}"
            f" = {segment.interest:.4f}"
        )
    yield f"Interest {claim.interest}" + (f" ({claim.why})" if claim.why else "")
    yield f"Fixed sum {_fixed(claim)}"
    yield f"Left of principal {claim.principal_left}, of interest {claim.interest_left}"
    if claim.surplus.amount:
        yield f"Paid too much {claim.surplus}"
    for half_year in claim.below_floor:
        yield f"The contract's rate is under the least allowed in {half_year}"
    for doubt in doubts_of(applied, [claim], until):
        what = (
            f"{doubt.percent} % of {doubt.half_year}" if doubt.half_year else doubt.subject.replace("_", " ")
        )
        unsure = "Not confirmed" if doubt.changes_sum else "Sure, but for the article"
        yield f"{unsure}: {what} ({doubt.confidence}: {doubt.source}, read on {doubt.read_on})"
