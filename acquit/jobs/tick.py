"""One tick of an organisation: decide what is due, send what is ready."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime

from acquit.flows.outbox.dispatch_message import Dispatched, dispatch_messages, give_back_unbegun
from acquit.flows.outbox.plan_day import DayPlan, plan_day
from acquit.jobs.sessions import open_sessions
from acquit.store import tenancy
from acquit.store.database.clock import database_now


def worker_name() -> str:
    """Return how this process signs its claims."""
    return f"{socket.gethostname()}:{os.getpid()}"


def tick_organisation(organisation_id: int) -> tuple[DayPlan, Dispatched]:
    """Do one tick. Interrupted anywhere, the next one goes on: what is due stays due."""
    with tenancy.organisation(organisation_id):
        plan = plan_day(organisation_id=organisation_id, now=datetime.now(UTC))
        give_back_unbegun(organisation_id=organisation_id, now=datetime.now(UTC))
        with open_sessions(organisation_id) as sessions:
            sent = dispatch_messages(
                organisation_id=organisation_id,
                now=datetime.now(UTC),
                worker=worker_name(),
                sessions=sessions,
                clock=database_now,
            )
    return plan, sent
