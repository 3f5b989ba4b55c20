"""When an invoice falls due whose file gives no day."""

from __future__ import annotations

from datetime import date, timedelta

from acquit.core.terms import due_date
from acquit.sources.base import Options


def due_on(options: Options, external_id: str, issued_on: date, terms: str) -> date:
    """Return the due day by the `terms` that the file states, else by those that the caller knows."""
    if terms:
        try:
            return (options.terms_due_on or due_date)(terms, issued_on)
        except ValueError:  # words that nobody understands: the debtor's known terms then hold
            pass
    if options.due_on is not None:
        return options.due_on(external_id, issued_on)
    return issued_on + timedelta(days=options.net_days)
