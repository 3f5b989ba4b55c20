"""What was paid in the days after each step, and how sure that is: an association, not a cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from psycopg import sql

from acquit.core.effect import Effect, Sums, effect
from acquit.reports.behind import Part
from acquit.reports.filters import Filters
from acquit.reports.list_query import ListQuery
from acquit.reports.scope import fetch
from acquit.reports.scope import within as accounts_of
from acquit.store.cases.models import ScenarioVersion

#: Days after a message in which a payment is counted.
WITHIN = 14
YEAR = timedelta(days=365)

#: Kinds of payments by which a debtor is done with what he was asked for; of who brings complete lists, that
#: it is on them no more. A write-off is no effect.
CAME_IN = "('payment', 'already_paid', 'vanished')"

# What a message asked for is what its terms owed at the end of its day; what was paid then crossed it. Only
# messages whose days are over are counted, else the newest would look weak.
_MESSAGES = f"""
WITH left_ AS (
  SELECT m.id, m.account_id, m.scenario, m.step, m.stage, m.channel, m.listed,
      (m.sent_at AT TIME ZONE c.timezone)::date AS on
    FROM outbox_message m JOIN accounts_creditor c ON c.id = m.creditor_id
    WHERE m.organisation_id = %(organisation)s AND m.state = 'sent' AND m.sent_at >= %(since)s
      AND m.sent_at < %(until)s AND m.stage <> 'thanks'
), asked AS (
  SELECT l.id, l.account_id, l.on, l.scenario, l.step, l.stage, l.channel, t.currency, t.id AS term_id,
      t.amount - coalesce(sum(a.amount) FILTER (WHERE a.effective_on <= l.on), 0) AS asked,
      coalesce(sum(a.amount) FILTER (WHERE a.effective_on > l.on AND a.effective_on <= l.on + %(within)s
        AND p.kind IN {CAME_IN}), 0) AS paid
    FROM left_ l
    JOIN LATERAL jsonb_array_elements_text(l.listed) x(term) ON true
    JOIN ledger_term t ON t.id = x.term::bigint
    LEFT JOIN ledger_allocation a ON a.organisation_id = %(organisation)s AND a.term_id = t.id
      AND (a.undone_on IS NULL OR a.undone_on > %(on)s) AND a.effective_on <= %(on)s
    LEFT JOIN ledger_payment p ON p.id = a.payment_id
    WHERE {{of_accounts}}
    GROUP BY l.id, l.account_id, l.on, l.scenario, l.step, l.stage, l.channel, t.currency, t.id, t.amount
), messages AS (
  SELECT id, account_id, "on", scenario, step, stage, channel, currency, sum(asked) AS asked,
      sum(paid) AS paid, count(*) AS invoices, count(*) FILTER (WHERE paid >= asked) AS invoices_paid
    FROM asked WHERE asked > 0 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
)
"""  # noqa: S608  all of it is ours
_EFFECTS = f"""
{_MESSAGES}
SELECT scenario, step, stage, channel, currency, count(*), sum(asked), sum(paid), sum(invoices)::bigint,
  sum(invoices_paid)::bigint, sum(asked * asked), sum(paid * paid), sum(asked * paid)
FROM messages GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 6 DESC, 2, 4, 5
"""  # noqa: S608  all of it is ours
_LISTED = f"""
{_MESSAGES}
SELECT id, account_id, NULL::bigint AS invoice_id, NULL::text AS number, currency, "on" AS sent_on, scenario,
  step, channel, asked, paid, invoices::int, invoices_paid::int
FROM messages
WHERE {{in_currency}} AND (%(scenario)s::text IS NULL OR scenario = %(scenario)s)
  AND (%(step)s::text IS NULL OR step = %(step)s) AND (%(stage)s::text IS NULL OR stage = %(stage)s)
  AND (%(channel)s::text IS NULL OR channel = %(channel)s)
"""  # noqa: S608  all of it is ours


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRow:
    """What followed a step: of what its messages asked for, the share paid `within` so many days.

    It is no proof that the step made it so: who is reminded is late already, and many would have paid
    anyway. `template` are the words that the step says now.
    """

    scenario: str
    step: str
    template: str
    stage: str
    channel: str
    currency: str
    within: int
    effect: Effect


def effects(filters: Filters, *, within: int = WITHIN, since: date | None = None) -> tuple[EffectRow, ...]:
    """Return what followed each step of the messages sent since `since` (a year before the day)."""
    words = _templates()
    rows = fetch(
        _EFFECTS,
        filters,
        parts=_accounts(filters),
        **_span(filters, within, since),
    )
    found = []
    for scenario, step, stage, channel, currency, messages, *figures in rows:
        asked, paid, invoices, invoices_paid, asked_squared, paid_squared, asked_paid = figures
        seen = effect(
            Sums(
                messages=messages, asked=asked, paid=paid, invoices=invoices, invoices_paid=invoices_paid,
                asked_squared=asked_squared, paid_squared=paid_squared, asked_paid=asked_paid,
            )
        )  # fmt: skip
        if seen is not None:
            found.append(
                EffectRow(
                    scenario=scenario, step=step, template=words.get((scenario, step)) or step, stage=stage,
                    channel=channel, currency=currency, within=within, effect=seen,
                )
            )  # fmt: skip
    return tuple(found)


def _accounts(filters: Filters, _: Part | None = None) -> dict[str, sql.Composable]:
    return {"of_accounts": accounts_of(filters, "l.account_id")}


def _span(filters: Filters, within: int, since: date | None = None) -> dict[str, Any]:
    """Return which messages are counted: of a year, and only those whose days are over."""
    return {
        "since": since or filters.on - YEAR,
        "until": filters.on - timedelta(days=within - 1),
        "within": within,
    }


#: The messages of a step (or of all) with what they asked for and what was paid of it, the newest first.
FOLLOWED = ListQuery(
    key="followed", query=_LISTED, order="sent_on DESC, id", parts=_accounts,
    values=lambda filters, part: _span(filters, part.within or WITHIN),
    added=("asked", "paid", "invoices", "invoices_paid"),
    columns=(
        "debtor", "external_id", "sent_on", "scenario", "step", "channel", "currency", "invoices",
        "invoices_paid", "asked", "paid",
    ),
)  # fmt: skip


def _templates() -> dict[tuple[str, str], str]:
    """Return the template of each step of the newest published scenarios."""
    versions = ScenarioVersion.objects.filter(published_at__isnull=False).order_by("scenario_id", "number")
    newest = {one.scenario_id: one.definition for one in versions}
    return {
        (str(plan.get("key")), str(step.get("key"))): str(step.get("template") or step.get("key"))
        for plan in newest.values()
        for step in plan.get("steps", ())
    }
