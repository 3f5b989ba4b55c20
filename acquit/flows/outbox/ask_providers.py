"""Ask the carriers what became of messages of which they told no end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from acquit.channels.provider import FINAL, Unreachable
from acquit.flows.material.carriage import provider_of, settings_of
from acquit.flows.material.news import Recorded, record
from acquit.store.outbox.models import Carrier, Delivery

#: A registered letter is kept at the post office for 15 days and then travels back.
_NO_MORE_AFTER = timedelta(days=45)
_MOST = 200

# Asked at growing intervals: after a quarter of an hour, then after an eighth of its age.
_DUE = """
SELECT d.id, d.provider_ref FROM outbox_delivery d
WHERE d.organisation_id = %(org)s AND d.carrier_id = %(carrier)s AND d.outcome = 'accepted'
  AND d.provider_ref <> '' AND d.began_at > %(oldest)s
  AND coalesce(d.asked_at, d.began_at) < %(now)s - greatest(interval '15 minutes', (%(now)s - d.began_at) / 8)
  AND NOT EXISTS (SELECT FROM outbox_providerevent e
    WHERE e.organisation_id = d.organisation_id AND e.message_id = d.message_id AND e.event = ANY(%(final)s))
ORDER BY d.asked_at NULLS FIRST, d.id LIMIT %(most)s
"""


def ask_providers(*, organisation_id: int, now: datetime) -> Recorded:
    """Ask each carrier about its messages without an end, and record what it says.

    A carrier that cannot be reached or opened is asked again at the next turn.
    """
    told = Recorded()
    for carrier in Carrier.objects.filter(organisation_id=organisation_id).order_by("id"):
        due = _due(carrier, now)
        if not due:
            continue
        Delivery.objects.filter(organisation_id=organisation_id, id__in=due).update(asked_at=now)
        try:
            settings = settings_of(carrier)
            news = provider_of(carrier).ask(sorted(set(due.values())), settings, now=now)
        except (Unreachable, LookupError, ValueError):
            continue
        one = record(carrier, news, now=now)
        told.new += one.new
        told.known += one.known
        told.untied += one.untied
    return told


def _due(carrier: Carrier, now: datetime) -> dict[int, str]:
    said: dict[str, Any] = {
        "org": carrier.organisation_id, "carrier": carrier.id, "now": now, "oldest": now - _NO_MORE_AFTER,
        "final": [event.value for event in FINAL], "most": _MOST,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DUE, said)
        return dict(cursor.fetchall())
