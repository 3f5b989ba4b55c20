"""Decisions as they are kept: a row when what was decided on an account changes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from acquit.core.decision import Act, Decision, Wait
from acquit.store.encoding import encode_reasons, encode_total
from acquit.store.facts import Case

# One JSON text carries the whole batch: COPY is closed to a role under row-level security, and
# what is unchanged is told apart where the rows are, without reading them back.
# One statement sees one state of the table: what is current is either ended here, or left alone.
_KEEP_CHANGED = """
WITH d AS MATERIALIZED (
  SELECT * FROM json_to_recordset(%(rows)s) AS d(account_id bigint, "on" date, kind text, step text,
    channel text, until date, reasons jsonb, total jsonb, tasks jsonb, version_id bigint)),
ended AS (
  UPDATE cases_decision c SET is_current = false FROM d
  WHERE c.organisation_id = %(organisation)s AND c.account_id = d.account_id AND c.is_current
    AND (c.kind, c.step, c.channel, c.until, c.reasons, c.total, c.tasks)
      IS DISTINCT FROM (d.kind, d.step, d.channel, d.until, d.reasons, d.total, d.tasks)
  RETURNING c.account_id)
INSERT INTO cases_decision (organisation_id, account_id, "on", decided_at, kind, step, channel, until,
  reasons, total, tasks, version_id, is_current)
SELECT %(organisation)s, d.account_id, d."on", %(now)s, d.kind, d.step, d.channel, d.until, d.reasons,
  d.total, d.tasks, d.version_id, true
FROM d
WHERE d.account_id IN (SELECT account_id FROM ended)
  OR NOT EXISTS (SELECT 1 FROM cases_decision c
    WHERE c.organisation_id = %(organisation)s AND c.account_id = d.account_id AND c.is_current)
"""


def keep_decisions(
    organisation_id: int, decisions: Iterable[tuple[Case, Decision]], *, now: datetime
) -> None:
    """Write down each decision that is not what was last decided on its account."""
    rows = json.dumps([_row(case, decision) for case, decision in decisions])
    said: dict[str, Any] = {"organisation": organisation_id, "now": now, "rows": rows}
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_CHANGED, said)


def _row(case: Case, decision: Decision) -> dict[str, Any]:
    row: dict[str, Any] = {
        "account_id": case.account_id, "on": case.today.isoformat(),
        "kind": type(decision).__name__.lower(), "step": "", "channel": "", "until": None,
        "reasons": encode_reasons(decision.reasons), "total": [], "tasks": decision.tasks,
        "version_id": case.version_id,
    }  # fmt: skip
    if isinstance(decision, Act):
        row |= {"step": decision.step, "channel": decision.channel, "total": encode_total(decision.total)}
    elif isinstance(decision, Wait):
        row["until"] = decision.until.isoformat()
    return row
