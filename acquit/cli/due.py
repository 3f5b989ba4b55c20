"""`acquit due`: the due date that payment terms give. No database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from acquit.cli.answer import AsJson, Refused, say
from acquit.core.instalments import Instalment, instalments
from acquit.core.money import Money
from acquit.core.regimes.fr.caps import CAPS, Trade, latest_due
from acquit.core.terms import METHODS, UnknownMethod, UnreadableTerms


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text.replace(",", "."))
    except InvalidOperation as why:
        raise ValueError(text) from why
    if not amount.is_finite() or amount <= 0:
        raise ValueError(text)
    return amount


def command(
    terms: Annotated[str, typer.Option(help="In French or English, such as '45 jours fin de mois'.")],
    issued_on: Annotated[
        date,
        typer.Option("--from", parser=date.fromisoformat, metavar="DATE", help="Date of the invoice."),
    ],
    method: Annotated[
        str, typer.Option(help=f"How an end of month is reckoned: {', '.join(METHODS)}.")
    ] = "net_then_eom",
    amount: Annotated[
        Decimal | None,
        typer.Option(parser=_amount, metavar="AMOUNT", help="With tax, to be shared by instalments."),
    ] = None,
    trade: Annotated[
        Trade, typer.Option(help="What is sold: French law limits some terms more than others.")
    ] = Trade.GENERAL,
    delivered_on: Annotated[
        date | None,
        typer.Option("--delivered", parser=date.fromisoformat, metavar="DATE", help="Day of delivery."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say when an invoice is due, and whether French law admits that between businesses.

    Example: acquit due --terms "45 jours fin de mois" --from 2026-01-15
    """
    whole = Money(Decimal(100) if amount is None else amount, "EUR")
    try:
        parts = instalments(terms, issued_on, whole, method)
    except UnknownMethod as why:
        raise typer.BadParameter(str(why), param_hint="--method") from why
    except UnreadableTerms as why:
        raise Refused(str(why)) from why
    due = parts[0].due
    latest = latest_due(issued_on, trade=trade, delivered_on=delivered_on)
    document = {
        "terms": terms,
        "from": issued_on,
        "method": method,
        "due": due,
        "days": (due - issued_on).days,
        "instalments": [{"due": part.due, "amount": part.amount.amount} for part in parts],
        "latest_in_french_law": latest,
        "too_long": parts[-1].due > latest,
    }
    say(document, _lines(parts, latest, trade, told=amount is not None), as_json=as_json)


def _lines(parts: Sequence[Instalment], latest: date, trade: Trade, *, told: bool) -> Iterator[str]:
    """Say a day a line; shares as percents where no amount was given."""
    for part in parts:
        share = f"{part.amount}" if told else f"{part.amount.amount} %"
        yield part.due.isoformat() if len(parts) == 1 and not told else f"{part.due}  {share}"
    if parts[-1].due > latest:
        yield f"Longer than French law admits between businesses: {latest} ({CAPS[trade].article})"
