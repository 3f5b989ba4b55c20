"""`acquit due`: the due date that payment terms give. No database."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from acquit.cli.answer import AsJson, Refused, say
from acquit.core.terms import METHODS, UnknownMethod, UnreadableTerms, due_date


def command(
    terms: Annotated[str, typer.Option(help="In French or English, such as '45 jours fin de mois'.")],
    issued_on: Annotated[
        date,
        typer.Option("--from", parser=date.fromisoformat, metavar="DATE", help="Date of the invoice."),
    ],
    method: Annotated[
        str, typer.Option(help=f"How an end of month is reckoned: {', '.join(METHODS)}.")
    ] = "net_then_eom",
    as_json: AsJson = False,
) -> None:
    """Say when an invoice is due.

    Example: acquit due --terms "45 jours fin de mois" --from 2026-01-15
    """
    try:
        due = due_date(terms, issued_on, method)
    except UnknownMethod as why:
        raise typer.BadParameter(str(why), param_hint="--method") from why
    except UnreadableTerms as why:
        raise Refused(str(why)) from why
    document = {
        "terms": terms,
        "from": issued_on,
        "method": method,
        "due": due,
        "days": (due - issued_on).days,
    }
    say(document, [due.isoformat()], as_json=as_json)
