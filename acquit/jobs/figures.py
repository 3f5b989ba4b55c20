"""Reckon anew the figures of the first page whose facts have changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from acquit.flows.ledger.keep_figures import Figures, forget_changes, keep_figures
from acquit.reports import dashboard, kept
from acquit.reports.filters import Filters
from acquit.store import tenancy
from acquit.store.accounts.models import Creditor
from acquit.store.ledger.models import KeptFigures


def refresh_figures(organisation_id: int, *, now: datetime | None = None) -> int:
    """Keep the dashboards of the organisation and of each creditor as of now; return how many were anew."""
    now = now or datetime.now(UTC)
    with tenancy.organisation(organisation_id):
        forget_changes(organisation_id=organisation_id)
        return sum(_refresh(organisation_id, asked, now) for asked in _asked(now))


def _asked(now: datetime) -> list[Filters]:
    creditors = list(Creditor.objects.order_by("id"))
    days: set[date] = {_today(one, now) for one in creditors}
    whole = [Filters(on=day) for day in sorted(days)[:1]]
    return whole + [Filters(on=_today(one, now), creditor_id=one.pk) for one in creditors]


def _today(creditor: Creditor, now: datetime) -> date:
    return now.astimezone(ZoneInfo(creditor.timezone)).date()


def _refresh(organisation_id: int, asked: Filters, now: datetime) -> bool:
    key = dashboard.key_of(asked)
    row = KeptFigures.objects.filter(key=key, day=asked.on).order_by("id").first()
    if row is not None and row.seen == kept.changes_seen():
        return False
    found = kept.reckoned(lambda: dashboard.reckon(asked), now=now)
    figures = Figures(
        key=key, day=asked.on, seen=found.seen, value=kept.encode(found.figures), seconds=found.seconds
    )
    keep_figures(organisation_id=organisation_id, figures=figures, now=now)
    return True
