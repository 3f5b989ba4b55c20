"""What came of two compared texts: who paid within the days, of those who were written to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from acquit.core.experiment import Comparison, Share
from acquit.core.scenario import CHANNELS, Scenario, from_mapping
from acquit.reports.behind import Part
from acquit.reports.effects import CAME_IN
from acquit.reports.filters import Filters
from acquit.reports.list_query import ListQuery
from acquit.reports.scope import fetch
from acquit.store.cases.models import ScenarioVersion
from acquit.store.templates.models import Experiment
from acquit.wording.render import template_said

#: Kinds of those written to, as a part of their list names them: who paid, and whose days are not over.
PAID, WAITING = "paid", "waiting"

# The first message of the debtor in the comparison decides; an edited one was no longer the text compared.
# What the message asked for and a credit note or a write-off settled counts for neither: no money came.
# Who gets which text is core.experiment.arm, told by the same byte.
_COMPARED = f"""
WITH said AS (
  SELECT * FROM unnest(%(experiments)s::bigint[], %(scenarios)s::text[], %(steps)s::text[],
      %(channels)s::text[], %(broken)s::boolean[]) s(experiment_id, scenario, step, channel, broken)
), first AS (
  SELECT DISTINCT ON (e.id, m.debtor_id) m.id, m.account_id, m.debtor_id, m.scenario, m.step, m.listed,
      e.id AS experiment_id, e.within_days, (m.sent_at AT TIME ZONE c.timezone)::date AS sent_on
    FROM said s JOIN templates_experiment e ON e.id = s.experiment_id
    JOIN outbox_message m ON m.organisation_id = %(organisation)s AND m.state = 'sent' AND NOT m.edited
      AND (m.scenario, m.step, m.channel) = (s.scenario, s.step, s.channel)
      AND m.sent_at >= e.started_at AND (e.ended_at IS NULL OR m.sent_at < e.ended_at)
    JOIN accounts_creditor c ON c.id = m.creditor_id
    JOIN accounts_debtor d ON d.id = m.debtor_id AND d.language = e.language
    WHERE e.organisation_id = %(organisation)s AND s.broken = EXISTS (
      SELECT FROM jsonb_array_elements(m.reasons) r WHERE r->>0 = 'broken_promise' AND NOT r->1 ? 'code')
    ORDER BY e.id, m.debtor_id, m.sent_at, m.id
), compared AS (
  SELECT f.*, f.sent_on + f.within_days < %(on)s AS over,
      CASE get_byte(sha256(convert_to(f.experiment_id || ':' || f.debtor_id, 'UTF8')), 0) & 1
        WHEN 0 THEN 'A' ELSE 'B' END AS text,
      (SELECT min(a.effective_on) FROM ledger_allocation a
        JOIN ledger_payment p ON p.id = a.payment_id AND p.organisation_id = %(organisation)s
           AND p.kind IN {CAME_IN}
        WHERE a.organisation_id = %(organisation)s
          AND (a.undone_on IS NULL OR a.undone_on > %(on)s)
          AND (p.returned_on IS NULL OR p.returned_on > %(on)s)
          AND a.term_id IN (SELECT value::bigint FROM jsonb_array_elements_text(f.listed))
          AND a.effective_on > f.sent_on AND a.effective_on <= f.sent_on + f.within_days) AS paid_on
    FROM first f WHERE f.sent_on <= %(on)s
)
"""  # noqa: S608  all of it is ours
_COUNTED = f"""
{_COMPARED}
SELECT experiment_id, text, count(*) FILTER (WHERE over),
  count(*) FILTER (WHERE over AND paid_on IS NOT NULL), count(*) FILTER (WHERE NOT over)
FROM compared WHERE {{within}} GROUP BY 1, 2
"""  # noqa: S608  all of it is ours
_LISTED = f"""
{_COMPARED}
SELECT id, account_id, NULL::bigint AS invoice_id, NULL::text AS number, ''::text AS currency, text, sent_on,
  scenario, step, paid_on
FROM compared
WHERE {{within}} AND over = (%(kind)s::text IS DISTINCT FROM 'waiting')
  AND (%(kind)s::text IS DISTINCT FROM 'paid' OR paid_on IS NOT NULL)
  AND (%(arm)s::text IS NULL OR text = %(arm)s)
"""  # noqa: S608  all of it is ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What came of both texts so far; debtors whose days are not over are `waiting`, and in neither."""

    comparison: Comparison
    waiting: int


def compared(experiments: Sequence[Experiment], filters: Filters) -> Mapping[int, Compared]:
    """Return what came of each comparison, by its id, as of the day of the filters."""
    counts = {one.pk: {"A": (0, 0, 0), "B": (0, 0, 0)} for one in experiments}
    for number, text, of, paid, waiting in fetch(_COUNTED, filters, **_said(experiments)):
        counts[number][text] = (of, paid, waiting)
    return {
        number: Compared(
            comparison=Comparison(**{text.lower(): Share(count=n[1], of=n[0]) for text, n in of.items()}),
            waiting=sum(waiting for *_, waiting in of.values()),
        )
        for number, of in counts.items()
    }


def _said(experiments: Iterable[Experiment]) -> dict[str, Any]:
    """Return by which messages each comparison is told, as columns."""
    shown = list(experiments)
    plans = [from_mapping(one.definition) for one in _published()] if shown else []
    rows = sorted({(of.pk, *row) for of in shown for plan in plans for row in _says(plan, of.key)})
    names = ("experiments", "scenarios", "steps", "channels", "broken")
    return dict(zip(names, map(list, zip(*rows, strict=True)) if rows else ([] for _ in names), strict=True))


def _published() -> Iterator[ScenarioVersion]:
    return ScenarioVersion.objects.filter(published_at__isnull=False).iterator()


def _says(plan: Scenario, template: str) -> Iterator[tuple[str, str, str, bool]]:
    """Yield at which step, on which channel, after a broken promise or not, a scenario says a template."""
    for step in plan.steps:
        for channel in CHANNELS:
            for broken in (False, True):
                if template_said(step.template, step.stage, channel, broken=broken) == template:
                    yield plan.key, step.key, channel, broken


def _told(_: Filters, part: Part) -> dict[str, Any]:
    of = Experiment.objects.order_by("id")
    return _said(of if part.experiment is None else of.filter(pk=part.experiment))


#: The debtors of a comparison (or of all): which text each got and when he paid, the newest first.
COMPARED = ListQuery(
    key="compared", query=_LISTED, order="sent_on DESC, id", values=_told,
    columns=("debtor", "external_id", "text", "sent_on", "scenario", "step", "paid_on", "currency"),
)  # fmt: skip
