"""Say how old a feed may be, retire one that brings nothing any more, or count on it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.core.freshness import kind_of
from acquit.flows.material.errors import ReasonMissing
from acquit.flows.material.feeds import hold_or_release
from acquit.store.ledger.models import Feed


def change_feed(
    *,
    organisation_id: int,
    feed_id: int,
    fresh_days: int | None,
    by_arrival: bool,
    holds: bool,
    now: datetime,
) -> None:
    """Give the feed its age in working days (None: the creditor's), and what that counts from.

    What holds from the start cannot be told to hold no more: it is retired, with a reason.
    """
    with transaction.atomic():
        feed = _locked(organisation_id, feed_id)
        feed.fresh_days, feed.by_arrival = fresh_days, by_arrival
        feed.holds = holds or kind_of(feed.kind).holds
        feed.save(update_fields=["fresh_days", "by_arrival", "holds"])
        hold_or_release(feed.creditor, now=now)


def retire_feed(
    *, organisation_id: int, feed_id: int, because: str, now: datetime, by: int | None = None
) -> None:
    """Count on the feed no more: its silence holds nothing. Raises ReasonMissing."""
    if not because.strip():
        raise ReasonMissing
    with transaction.atomic():
        feed = _locked(organisation_id, feed_id)
        feed.retired_at, feed.retired_by_id, feed.retired_because = now, by, because.strip()[:200]
        feed.save(update_fields=["retired_at", "retired_by", "retired_because"])
        hold_or_release(feed.creditor, now=now)


def resume_feed(*, organisation_id: int, feed_id: int, now: datetime) -> None:
    """Count on a retired feed again, from the day that its content covers."""
    with transaction.atomic():
        feed = _locked(organisation_id, feed_id)
        feed.retired_at, feed.retired_by_id, feed.retired_because = None, None, ""
        feed.save(update_fields=["retired_at", "retired_by", "retired_because"])
        hold_or_release(feed.creditor, now=now)


def _locked(organisation_id: int, feed_id: int) -> Feed:
    feeds = Feed.objects.select_for_update(of=("self",)).select_related("creditor")
    return feeds.get(organisation_id=organisation_id, id=feed_id)
