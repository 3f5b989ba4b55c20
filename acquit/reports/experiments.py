"""What came of two compared texts: who paid within the days, of those who were written to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db import connection

from acquit.core.experiment import Comparison, Share, arm
from acquit.core.scenario import from_mapping
from acquit.store import tenancy
from acquit.store.cases.models import ScenarioVersion
from acquit.store.templates.models import Experiment

# The first message of the debtor in the comparison decides; an edited one was no longer the text compared.
# What the message asked for and a credit note or a write-off settled counts for neither: no money came.
_FIRST = """
SELECT DISTINCT ON (m.debtor_id) m.debtor_id, m.sent_at,
  EXISTS (SELECT 1 FROM ledger_allocation a
    JOIN ledger_payment p ON p.id = a.payment_id AND p.organisation_id = %(organisation)s
    WHERE a.organisation_id = %(organisation)s AND a.undone_on IS NULL AND p.returned_on IS NULL
      AND p.kind = 'payment'
      AND a.term_id IN (SELECT value::bigint FROM jsonb_array_elements_text(m.listed))
      AND a.effective_on > m.sent_at::date AND a.effective_on <= m.sent_at::date + %(days)s::int) AS paid
FROM outbox_message m
JOIN accounts_debtor d ON d.id = m.debtor_id AND d.organisation_id = %(organisation)s
WHERE m.organisation_id = %(organisation)s AND m.state = 'sent' AND NOT m.edited AND d.language = %(language)s
  AND m.sent_at >= %(since)s AND (%(until)s::timestamptz IS NULL OR m.sent_at < %(until)s)
  AND (m.scenario, m.step) IN (SELECT * FROM unnest(%(scenarios)s::text[], %(steps)s::text[]))
ORDER BY m.debtor_id, m.sent_at
"""


def compared(experiment: Experiment, *, now: datetime) -> Comparison:
    """Return what came of both texts so far: only debtors whose days are over are counted."""
    steps = sorted(set(_steps(experiment.key)))
    asked = {
        "organisation": tenancy.current_organisation(), "days": experiment.within_days,
        "language": experiment.language, "since": experiment.started_at, "until": experiment.ended_at,
        "scenarios": [scenario for scenario, _ in steps], "steps": [step for _, step in steps],
    }  # fmt: skip
    counts: Mapping[str, list[int]] = {"A": [0, 0], "B": [0, 0]}
    ripe = now - timedelta(days=experiment.within_days + 1)
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, asked)
        for debtor, sent_at, paid in cursor.fetchall():
            if sent_at <= ripe:
                mine = counts[arm(experiment.pk, debtor)]
                mine[0] += bool(paid)
                mine[1] += 1
    a, b = (Share(count=paid, of=of) for paid, of in counts.values())
    return Comparison(a=a, b=b)


def _steps(template: str) -> Iterator[tuple[str, str]]:
    """Yield the steps, of any version of any scenario, that say this template by e-mail."""
    for version in ScenarioVersion.objects.filter(published_at__isnull=False):
        plan = from_mapping(version.definition)
        for step in plan.steps:
            if step.template == template:
                yield plan.key, step.key
