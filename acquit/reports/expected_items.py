"""What the cash expected in a week is made of: which promise or term, how likely, on which day, and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from psycopg import sql

from acquit.core.forecast import WEEKS
from acquit.reports.behind import Part
from acquit.reports.filters import Filters
from acquit.reports.forecast import EXPECTING, PAST, expectation, kept_chances
from acquit.reports.list_query import ListQuery

#: Kinds of what is expected, as a part names them.
PROMISED, BY_HABIT = "promised", "habit"

# The chance of a term is that of its class and due date, as in the sums by week. Its day is the likeliest one
# of the week. The first letter of a class says where the days come from, unless the model told them.
_EXPECTED = f"""
{EXPECTING}, terms AS (
  SELECT {{class_of}} AS class, f.id, f.account_id, f.currency, f.due_on, f.free
    FROM free f JOIN accounts_account k ON k.id = f.account_id JOIN accounts_debtor d ON d.id = k.debtor_id
    {{joins}}
    WHERE f.promise_id IS NULL AND f.free > 0
), classes AS (
  SELECT DISTINCT class, due_on FROM terms
), chances AS (
  SELECT c.class, c.due_on, (c.due_on + s.days - %(on)s - 1) / 7 AS week, sum(s.weight) AS weight,
      (array_agg(c.due_on + s.days ORDER BY s.weight DESC, s.days))[1] AS expected_on
    FROM classes c JOIN seen s ON s.class = c.class AND s.days > %(on)s - c.due_on
    GROUP BY 1, 2, 3
), shares AS (
  SELECT class, due_on, week, expected_on,
      weight::numeric / (1 + sum(weight) OVER (PARTITION BY class, due_on))::numeric AS chance
    FROM chances
), found AS (
  SELECT t.id, t.account_id, l.invoice_id, t.currency, t.due_on, s.expected_on, s.week, s.chance,
      CASE WHEN {{told_by}} = 'learned' THEN 'model' ELSE CASE left(t.class, 1) WHEN 'd' THEN 'own_past'
        WHEN 'h' THEN 'habit' WHEN 's' THEN 'segment' ELSE 'everybody' END END AS why, t.free AS open
    FROM terms t JOIN shares s USING (class, due_on) JOIN ledger_term l ON l.id = t.id
  UNION ALL
  SELECT p.id, p.account_id, NULL, b.currency, NULL, b.until, (b.until - %(on)s - 1) / 7, %(kept)s, 'promise',
      b.amount
    FROM by_promise b JOIN cases_promise p ON p.id = b.promise_id
), weighed AS (
  SELECT *, open * chance * least(1, (%(ahead)s - 7 * week) / 7.0) AS expected FROM found
    WHERE 7 * week < %(ahead)s
)
SELECT id, account_id, invoice_id, NULL::text AS number, currency, why, due_on, expected_on, week,
  round(chance * 100, 2) AS chance, open, expected
FROM weighed
WHERE {{in_currency}} AND (%(week)s::int IS NULL OR week = %(week)s)
  AND (%(kind)s::text IS NULL OR (%(kind)s = '{PROMISED}') = (why = 'promise'))
"""  # noqa: S608  all of it is ours


def _parts(filters: Filters, _: Part) -> dict[str, sql.Composable]:
    """Return the same days as the weeks of the forecast are reckoned from."""
    days = expectation(filters.on)
    return {
        "seen": sql.SQL(days.seen),
        "joins": sql.SQL(days.joins),
        "class_of": sql.SQL(days.class_of),
        "told_by": sql.Literal(days.name),
    }


def _values(filters: Filters, part: Part) -> dict[str, Any]:
    """Return how far to look: to the end of the week asked for, or so many days, else thirteen weeks."""
    ahead = 7 * (part.week + 1) if part.week is not None else part.days or 7 * WEEKS
    return {"past": filters.on - PAST, "kept": Decimal(repr(kept_chances(filters))), "ahead": ahead}


#: What is expected, the largest first: in a week, in so many days, of promises or by habit alone.
EXPECTED = ListQuery(
    key="expected_in", query=_EXPECTED, order="expected DESC, id, week, why", parts=_parts, values=_values,
    added=("expected",), shares=("expected",), share_of="week",
    columns=(
        "debtor", "external_id", "number", "why", "due_on", "expected_on", "currency", "open", "chance",
        "expected",
    ),
)  # fmt: skip
