"""What was paid or given up of the charges for lateness, by term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

ZERO = Decimal(0)
# A fixed sum is of an invoice: each of its terms knows of it.
_SETTLED = """
SELECT t.id, c.kind, c.paid, c.waived_on IS NOT NULL
FROM law_latecharge c JOIN ledger_term t ON t.organisation_id = c.organisation_id
  AND t.invoice_id = c.invoice_id AND (c.kind = 'fixed_sum' OR c.term_id = t.id)
WHERE c.organisation_id = %s AND t.id = ANY(%s) AND (c.paid > 0 OR c.waived_on IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """(term, kind) → what was paid of that charge, and whether it was given up."""

    known: Mapping[tuple[Any, str], tuple[Decimal, bool]] = field(default_factory=dict)

    def interest_left(self, term: Any, owed: Decimal) -> Decimal:
        """Return what of the interest `owed` may still be asked: nothing once it was given up."""
        return self._left(term, "interest", owed)

    def fixed_sum_left(self, term: Any, owed: Decimal) -> Decimal:
        """Return what of the fixed sum may still be asked."""
        return self._left(term, "fixed_sum", owed)

    def _left(self, term: Any, kind: str, owed: Decimal) -> Decimal:
        paid, waived = self.known.get((term, kind), (ZERO, False))
        return ZERO if waived else max(owed - paid, ZERO)


def settled_of(organisation_id: int, terms: Iterable[Any]) -> Settled:
    """Return what is settled of the charges of `terms`."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, [organisation_id, list(terms)])
        return Settled({(term, kind): (paid, waived) for term, kind, paid, waived in cursor.fetchall()})
