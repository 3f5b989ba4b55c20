"""Cash expected in the next weeks, as of any day: promised, else when the debtor, or his like, usually pay.

What is expected of days comes from the learned payer model while it forecasts better, else from the past.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from psycopg import sql

from acquit.core.forecast import ENOUGH, WEEKS, Week, kept_chance, weeks
from acquit.core.payer_model import STALE
from acquit.reports.asof import OWED
from acquit.reports.filters import Filters
from acquit.reports.promises import kept_altogether
from acquit.reports.scope import fetch
from acquit.store import tenancy

#: How far back terms that were paid are looked at.
PAST = timedelta(days=730)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Where the days come from, as SQL: the seam at which a learned model takes the place of the baseline.

    `name` is how an output calls it: « past » or « learned ».

    `seen` has rows (class, days after the due date, weight); `class_of` is the class of a term, from its
    account «k» and debtor «d», and may join `joins`. What a class's weights lack to themselves plus one is
    «later than known» (`core.forecast.ExpectedDays`).
    """

    name: str
    seen: str
    joins: str
    class_of: str


# A term counts as paid where money paid it; the database knows from which day on nothing is owed of it.
BASELINE = Expectation(
    name="past",
    seen=f"""
settled AS (
  SELECT k.debtor_id, d.profile, t.closed_on - t.due_on AS days
    FROM ledger_term t
    JOIN accounts_account k ON k.id = t.account_id
    JOIN accounts_debtor d ON d.id = k.debtor_id
    WHERE t.organisation_id = %(organisation)s AND t.closed_on <= %(on)s AND t.closed_on > %(past)s
      AND t.issued_on <= %(on)s AND t.amount > 0
      AND t.id IN (SELECT a.term_id FROM ledger_allocation a JOIN ledger_payment p ON p.id = a.payment_id
        WHERE a.organisation_id = %(organisation)s AND a.undone_on IS NULL AND p.kind = 'payment')
), own AS (
  SELECT debtor_id, 'd' || debtor_id AS class FROM settled GROUP BY 1 HAVING count(*) >= {ENOUGH}
), segments AS (
  SELECT profile, 's' || profile AS class FROM settled GROUP BY 1 HAVING count(*) >= {ENOUGH}
), seen AS (
  SELECT o.class, s.days, count(*) AS weight FROM settled s JOIN own o USING (debtor_id) GROUP BY 1, 2
  UNION ALL
  SELECT g.class, s.days, count(*) FROM settled s JOIN segments g USING (profile) GROUP BY 1, 2
  UNION ALL
  SELECT 'a', days, count(*) FROM settled GROUP BY 2
  UNION ALL
  SELECT DISTINCT 'h' || habit_days, habit_days::int, {ENOUGH} FROM accounts_debtor
    WHERE organisation_id = %(organisation)s AND habit_days IS NOT NULL
)""",  # noqa: S608  all of it is ours
    joins="LEFT JOIN own ON own.debtor_id = d.id LEFT JOIN segments g ON g.profile = d.profile",
    class_of="coalesce(own.class, 'h' || d.habit_days, g.class, 'a')",
)

# The days that a model told are kept, and few: only those of debtors who owe are read.
LEARNED = Expectation(
    name="learned",
    seen="""
seen AS (
  SELECT coalesce('d' || u.debtor_id, 's' || u.segment) AS class, x.days,
      u.weight::float8 / cardinality(u.days) AS weight
    FROM payers_usualdays u, unnest(u.days) AS x (days)
    WHERE u.organisation_id = %(organisation)s AND (u.debtor_id IS NULL OR u.debtor_id IN (
      SELECT k.debtor_id FROM owed o JOIN accounts_account k ON k.id = o.account_id))
)""",
    joins="""LEFT JOIN payers_usualdays own ON own.organisation_id = %(organisation)s AND own.debtor_id = d.id
    LEFT JOIN payers_usualdays alike ON alike.organisation_id = %(organisation)s
      AND alike.debtor_id IS NULL AND alike.segment = d.kind || ' ' || d.country""",
    class_of="coalesce('d' || own.debtor_id, 's' || alike.segment, 's')",
)
# What was learned after the day is not used of it. Everybody's days are written with all the others.
_LEARNED = """
SELECT 1 FROM payers_usualdays u JOIN payers_payermodelfit f ON f.id = u.fit_id
  WHERE u.organisation_id = %(organisation)s AND u.debtor_id IS NULL AND u.segment = '' AND f.forecasts
    AND u.known_on BETWEEN %(since)s AND %(on)s
"""

# Terms of one class and day are added up, with the squares that their spread needs. Of what is promised the
# newest word counts; what it does not cover is left alone until its day. What is disputed is not expected.
EXPECTING = f"""
WITH {OWED}, {{seen}}, disputed AS (
  SELECT d.invoice_id, min(d.amount) AS amount, bool_or(d.amount IS NULL) AS whole FROM cases_dispute d
    WHERE d.organisation_id = %(organisation)s AND d.opened_on <= %(on)s
      AND (d.resolved_on IS NULL OR d.resolved_on > %(on)s)
    GROUP BY 1
), of_disputed AS (
  SELECT o.invoice_id, sum(o.owed) AS owed FROM owed o JOIN disputed d USING (invoice_id) GROUP BY 1
), promised AS (
  SELECT DISTINCT ON (x.term_id) x.term_id, p.id, p.until, p.amount
    FROM cases_promise p
    JOIN cases_promisedterm x ON x.organisation_id = %(organisation)s AND x.promise_id = p.id
    WHERE p.organisation_id = %(organisation)s AND p.made_on <= %(on)s
      AND (p.cancelled_at IS NULL OR p.cancelled_at::date > %(on)s)
    ORDER BY x.term_id, p.recorded_at DESC, p.id DESC
), free AS (
  SELECT o.id, o.account_id, o.currency, o.due_on, p.id AS promise_id, p.until, p.amount AS promised,
      CASE WHEN d.invoice_id IS NULL THEN o.owed WHEN d.whole OR d.amount >= t.owed OR t.owed <= 0 THEN 0
        ELSE o.owed * (1 - d.amount / t.owed) END AS free
    FROM owed o
    LEFT JOIN disputed d ON d.invoice_id = o.invoice_id
    LEFT JOIN of_disputed t ON t.invoice_id = o.invoice_id
    LEFT JOIN promised p ON p.term_id = o.id AND p.until > %(on)s
    WHERE o.owed > 0
), by_promise AS (
  SELECT promise_id, currency, until, least(coalesce(min(promised), sum(free)), sum(free)) AS amount
    FROM free WHERE promise_id IS NOT NULL GROUP BY 1, 2, 3
)
"""  # noqa: S608  all of it is ours
_WEEKS = f"""
{EXPECTING}, groups AS (
  SELECT {{class_of}} AS class, f.currency, f.due_on, %(on)s - f.due_on AS age,
      sum(f.free) AS amount, sum(f.free * f.free) AS squares
    FROM free f JOIN accounts_account k ON k.id = f.account_id JOIN accounts_debtor d ON d.id = k.debtor_id
    {{joins}}
    WHERE f.promise_id IS NULL AND f.free > 0
    GROUP BY 1, 2, 3
), chances AS (
  SELECT g.class, g.currency, g.due_on, (g.due_on + s.days - %(on)s - 1) / 7 AS week,
      g.amount, g.squares, sum(s.weight) AS weight
    FROM groups g JOIN seen s ON s.class = g.class AND s.days > g.age
    GROUP BY 1, 2, 3, 4, 5, 6
), shares AS (
  SELECT currency, week, amount, squares,
      weight / (1 + sum(weight) OVER (PARTITION BY class, currency, due_on)) AS chance
    FROM chances
)
SELECT currency, week, 0, sum(amount * chance), sum(squares * chance * (1 - chance))
  FROM shares WHERE week < %(weeks)s GROUP BY 1, 2
UNION ALL
SELECT currency, (until - %(on)s - 1) / 7, sum(amount), 0, sum(amount * amount)
  FROM by_promise WHERE until - %(on)s - 1 < 7 * %(weeks)s GROUP BY 1, 2
"""  # noqa: S608  all of it is ours


def expectation(on: date) -> Expectation:
    """Return what says when terms are paid, as of the day: the learned model if it was in use on it."""
    asked = {"organisation": tenancy.current_organisation(), "on": on, "since": on - STALE}
    with connection.cursor() as cursor:
        cursor.execute(_LEARNED, asked)
        return LEARNED if cursor.fetchone() else BASELINE


def forecast(
    filters: Filters, *, count: int = WEEKS, expected: Expectation | None = None
) -> Mapping[str, tuple[Week, ...]]:
    """Return the cash expected in each week after the day, by currency (docs/algorithms/measures.md)."""
    expected = expected or expectation(filters.on)
    kept = kept_chances(filters)
    rows = fetch(
        _WEEKS, filters, past=filters.on - PAST, weeks=count,
        parts={
            "seen": sql.SQL(expected.seen), "joins": sql.SQL(expected.joins),
            "class_of": sql.SQL(expected.class_of),
        },
    )  # fmt: skip
    sums: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0, 0.0]))
    for currency, week, promised, amount, squares in rows:
        found, chance = sums[currency][week], kept
        found[0] += float(promised) * chance
        found[1] += float(amount) + float(promised) * chance
        found[2] += float(squares) * (chance * (1 - chance) if promised else 1.0)
    return {
        currency: weeks(filters.on, {w: (f[0], f[1], f[2]) for w, f in of.items()}, count)
        for currency, of in sorted(sums.items())
    }


def kept_chances(filters: Filters) -> float:
    """Return the chance that a promise is kept, of those that fell due in the year before."""
    found = kept_altogether(filters).values()
    return kept_chance(sum(one.kept for one in found), sum(one.kept + one.broken for one in found))
