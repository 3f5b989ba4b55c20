"""The days on which debtors usually pay, as they are kept for the forecast and the list of work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import islice

from django.db import connection

from acquit.core.payer import OWN_HISTORY
from acquit.core.payer_days import SHARES, UsualDays
from acquit.store import tenancy
from acquit.store.payers.models import PayerModelFit
from acquit.store.payers.models import UsualDays as Kept
from acquit.store.payers.settled import BY_MONEY, FROM, SEGMENT
from acquit.store.whole import whole_tables

_BATCH = 5000
_TOLD = """
INSERT INTO payers_usualdays (organisation_id, debtor_id, segment, days, weight, known_on, fit_id)
SELECT %(organisation)s, debtor, segment, days::int[], weight, %(before)s, %(fit)s
FROM unnest(%(debtors)s::bigint[], %(segments)s::text[], %(days)s::text[], %(weights)s::int[])
  AS told (debtor, segment, days, weight)
"""
# PostgreSQL's discrete percentile is the value that `core.payer_days.twentieths` takes.
_OWN_PAST = f"""
INSERT INTO payers_usualdays (organisation_id, debtor_id, segment, days, weight, known_on)
SELECT %(organisation)s, debtor, coalesce(segment, ''),
  percentile_disc(%(shares)s::float8[]) WITHIN GROUP (ORDER BY days), count(*), %(before)s
FROM (
  SELECT CASE WHEN d.kind <> 'consumer' THEN d.id END AS debtor, {SEGMENT} AS segment,
    t.settled_on - t.due_on AS days {FROM} WHERE {BY_MONEY} AND t.settled_on >= %(before)s::date - 730
) settled
GROUP BY GROUPING SETS ((debtor), (segment), ())
HAVING count(*) >= {OWN_HISTORY} AND (debtor IS NOT NULL OR GROUPING(debtor) = 1)
"""  # noqa: S608  all of it is ours
# What a person says of a debtor holds while his own past is too short.
_HABITS = f"""
INSERT INTO payers_usualdays (organisation_id, debtor_id, segment, days, weight, known_on, fit_id)
SELECT %(organisation)s, d.id, '', ARRAY[d.habit_days::int], {OWN_HISTORY}, %(before)s, %(fit)s
FROM accounts_debtor d
WHERE d.organisation_id = %(organisation)s AND d.habit_days IS NOT NULL
  AND NOT EXISTS (SELECT FROM payers_usualdays u
    WHERE u.organisation_id = %(organisation)s AND u.debtor_id = d.id)
"""  # noqa: S608  all of it is ours


def wait_for_others() -> None:
    """Wait until nobody else replaces what is kept of the organisation: an import may do so at night too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('acquit usual days', %s))",
            [tenancy.current_organisation()],
        )


def forget_usual_days() -> None:
    """Remove what is kept of the organisation at work."""
    Kept.objects.all().delete()


def keep_past_days(*, before: date) -> None:
    """Keep the days on which debtors paid in the two years before `before`, where they are enough."""
    asked = {"organisation": tenancy.current_organisation(), "before": before, "shares": list(SHARES)}
    with whole_tables() as cursor:
        cursor.execute(_OWN_PAST, asked)


def keep_told_days(
    told: Iterable[tuple[int | None, str, UsualDays]], *, fit: PayerModelFit, before: date
) -> None:
    """Keep what a model tells of debtors and of segments, from what was paid before `before`."""
    rows = iter(told)
    with connection.cursor() as cursor:
        while batch := list(islice(rows, _BATCH)):
            debtors, segments, usual = zip(*batch, strict=True)
            cursor.execute(
                _TOLD,
                {
                    "organisation": tenancy.current_organisation(), "before": before, "fit": fit.pk,
                    "debtors": list(debtors), "segments": list(segments),
                    "days": [f"{{{','.join(map(str, one.days))}}}" for one in usual],
                    "weights": [one.weight for one in usual],
                },
            )  # fmt: skip


def keep_habits(*, fit: PayerModelFit | None, before: date) -> None:
    """Keep the habits that persons noted of debtors about whom nothing else is kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            _HABITS,
            {
                "organisation": tenancy.current_organisation(), "before": before,
                "fit": fit.pk if fit else None,
            },
        )  # fmt: skip
