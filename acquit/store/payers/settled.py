"""The terms that money settled, as the payer model reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from acquit.core.payer import Past, Pasts, Settled
from acquit.store import tenancy
from acquit.store.whole import whole_tables

#: Which terms of FROM count: what credit notes, write-offs and complete lists settled says nothing of how a
#: debtor pays.
BY_MONEY = """
  t.organisation_id = %(organisation)s AND t.settled_on < %(before)s AND t.written_off_on IS NULL
  AND d.kind <> 'intercompany' AND i.kind = 'invoice'
  AND EXISTS (SELECT 1 FROM ledger_allocation a
    JOIN ledger_payment p ON p.id = a.payment_id AND p.organisation_id = %(organisation)s
    WHERE a.organisation_id = %(organisation)s AND a.term_id = t.id AND a.undone_on IS NULL
      AND p.kind IN ('payment', 'bill') AND p.returned_on IS NULL)
"""
FROM = """
FROM ledger_term t
JOIN ledger_invoice i ON i.id = t.invoice_id AND i.organisation_id = %(organisation)s
JOIN accounts_account acc ON acc.id = t.account_id AND acc.organisation_id = %(organisation)s
JOIN accounts_debtor d ON d.id = acc.debtor_id AND d.organisation_id = %(organisation)s
"""
SEGMENT = "d.kind || ' ' || d.country"
# Whole histories of some debtors, drawn by a hash: the latest terms of all would be those of a few days, and
# of these only the late ones are old enough to be learned from.
_TERMS = f"""
WITH drawn AS (
  SELECT debtor FROM (
    SELECT debtor, terms, sum(terms) OVER (ORDER BY md5(debtor::text), debtor) AS reached FROM (
      SELECT d.id AS debtor, count(*) AS terms {FROM} WHERE {BY_MONEY} GROUP BY 1) of_debtors
  ) ranked WHERE reached <= %(most)s OR reached = terms
)
SELECT d.id, {SEGMENT}, i.issued_on, t.due_on, t.settled_on, t.amount, t.currency, d.kind = 'consumer'
{FROM} JOIN drawn ON drawn.debtor = d.id
WHERE {BY_MONEY} ORDER BY t.settled_on DESC, t.id LIMIT %(most)s
"""
# The quantile is the one of `core.payer`: the value at the place ⌊0.8 n⌋, counted from zero.
_PASTS = f"""
WITH settled AS MATERIALIZED (
  SELECT d.id AS debtor, {SEGMENT} AS segment, t.settled_on - t.due_on AS days {FROM} WHERE {BY_MONEY}
)
SELECT debtor, segment, count(*), count(*) FILTER (WHERE days > 0),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY days),
  (array_agg(days ORDER BY days))[least(count(*) - 1, floor(0.8 * count(*)))::int + 1]
FROM settled GROUP BY GROUPING SETS ((debtor, segment), (segment), ())
"""


def settled_terms(*, before: date, most: int) -> list[Settled]:
    """Return terms that money settled before `before`, the latest first: all, or those of some debtors.

    Where there are more than `most`, they are all the terms of debtors drawn at random, always the same.
    """
    asked = {"organisation": tenancy.current_organisation(), "before": before, "most": most}
    with whole_tables() as cursor:
        cursor.execute(_TERMS, asked)
        return [
            Settled(
                debtor=debtor, segment=segment, issued_on=issued, due_on=due, paid_on=paid, amount=amount,
                currency=currency, natural_person=natural_person,
            )
            for debtor, segment, issued, due, paid, amount, currency, natural_person in cursor.fetchall()
        ]  # fmt: skip


class KnownPasts:
    """The pasts of all debtors on one day, read at once; a `core.payer.History` says the same.

    `segments` are those of which something is known.
    """

    def __init__(self, *, before: date) -> None:
        self._own: dict[int, Past] = {}
        self._segments: dict[str, Past] = {}
        self._everybody = Past()
        for debtor, segment, past in _pasts(before):
            if debtor is not None:
                self._own[debtor] = past
            elif segment is not None:
                self._segments[segment] = past
            else:
                self._everybody = past

    @property
    def segments(self) -> Collection[str]:
        return self._segments.keys()

    def of_segment(self, segment: str) -> Pasts | None:
        """Return what is known of somebody new of the segment; None before anything was settled."""
        return self._of(Past(), segment)

    def of(self, debtor_id: int, *, kind: str, country: str) -> Pasts | None:
        """Return what is known of a debtor of this kind and country; None before anything was settled."""
        return self._of(self._own.get(debtor_id, Past()), f"{kind} {country}")

    def _of(self, own: Past, segment: str) -> Pasts | None:
        if not self._everybody.count:
            return None
        alike = self._segments.get(segment, Past())
        return Pasts(own=own, alike=alike, everybody=self._everybody)


def _pasts(before: date) -> Iterator[tuple[int | None, str | None, Past]]:
    with whole_tables() as cursor:
        cursor.execute(_PASTS, {"organisation": tenancy.current_organisation(), "before": before})
        for debtor, segment, count, late, days, cautious in cursor.fetchall():
            if count:
                past = Past(count=count, late=late, days=float(days), cautious_days=float(cautious))
                yield debtor, segment, past
