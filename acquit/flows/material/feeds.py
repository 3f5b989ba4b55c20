"""Where facts come from and how old they are: noted at each import, told in one alert (rule 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.db import connection

from acquit.core.freshness import Feed, filled_by, kind_of
from acquit.flows.material.alerts import close_alert, open_alert
from acquit.sources.base import Reading
from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import Task
from acquit.store.facts import CaseLoader

ALERT = "stale_data"
#: What a file covers: bank account ("" where it is no bank's) → newest day, None where it tells none.
Covered = Mapping[str, date | None]


def covered_by(reading: Reading) -> Covered:
    """Return the newest day that the content of a file covers, for each of its bank accounts."""
    if not reading.bank_accounts:
        return {"": reading.last_on}
    said = [
        reading.tables[table].select("bank_account", pl.col(day).alias("day"))
        for table, day in (("statements", "to_on"), ("bank_lines", "booked_on"))
    ]
    newest = dict(pl.concat(said).group_by("bank_account").agg(pl.col("day").max()).iter_rows())
    return {number: newest.get(number) for number in reading.bank_accounts}


def note_arrival(creditor: Creditor, file_kind: str, covered: Covered, *, now: datetime) -> None:
    """Note that a file of `file_kind` came and what it covers; the first makes its feed.

    A day that has not come yet is covered by nothing (entries of a year's end bear its last day). An
    older file never makes a feed older, and a retired one stays retired.
    """
    feed = filled_by(file_kind)
    if feed is None:
        return
    today = now.astimezone(ZoneInfo(creditor.timezone)).date()
    kind = kind_of(feed)
    with connection.cursor() as cursor:
        cursor.executemany(
            _NOTE,
            [
                (creditor.organisation_id, creditor.pk, feed, number[:40], kind.holds, kind.by_arrival,
                 None if newest is None else min(newest, today), now)
                for number, newest in covered.items()
            ],
        )  # fmt: skip


def hold_or_release(creditor: Creditor, *, now: datetime) -> tuple[Feed, ...]:
    """Tell of what is too old; else close the alert, and wake the accounts that were held for it.

    Called where something changed about feeds. What waited is then decided on as on any day: a message a
    debtor, no step before its time, and an unusual number of them waits for a person.
    """
    loader = CaseLoader(creditor.organisation_id, now)
    stale = loader.stale(loader.creditor(creditor.pk))
    tell(creditor, stale, now=now)
    if not stale:
        with connection.cursor() as cursor:
            cursor.execute(_WAKE, {"org": creditor.organisation_id, "creditor": creditor.pk, "now": now})
    return stale


def tell(creditor: Creditor, stale: Sequence[Feed], *, now: datetime) -> None:
    """Keep the one alert of the creditor as the feeds are: open with what is too old, or closed."""
    if not stale:
        close_alert(creditor, ALERT, now=now)
        return
    params: dict[str, Any] = {
        "feeds": [
            {"kind": one.kind, "bank_account": one.bank_account, "newest_on": one.newest_on.isoformat()}
            for one in stale
        ]
    }
    open_alert(creditor, ALERT, now=now, **params)
    open_now = Task.objects.filter(
        organisation_id=creditor.organisation_id, creditor=creditor, account=None, kind=ALERT, closed_at=None
    )
    open_now.exclude(params=params).update(params=params)


_NOTE = """
INSERT INTO ledger_feed AS f (organisation_id, creditor_id, kind, bank_account, holds, by_arrival,
  newest_on, newest_at, retired_because)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '')
ON CONFLICT (organisation_id, creditor_id, kind, bank_account) DO UPDATE
SET newest_on = greatest(f.newest_on, EXCLUDED.newest_on),
  newest_at = greatest(f.newest_at, EXCLUDED.newest_at)
"""
_WAKE = """
UPDATE accounts_account a SET look_at = %(now)s FROM cases_decision d
WHERE a.organisation_id = %(org)s AND a.creditor_id = %(creditor)s AND d.organisation_id = %(org)s
  AND d.account_id = a.id AND d.is_current AND d.kind = 'hold' AND d.reasons @> '[["stale_data"]]'
  AND a.look_at IS DISTINCT FROM %(now)s
"""
