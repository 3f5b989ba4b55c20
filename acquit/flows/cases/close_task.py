"""Close a task or an alert that a person has dealt with."""

from __future__ import annotations

from datetime import datetime

from acquit.store.cases.models import Task


def close_task(*, organisation_id: int, task_id: int, now: datetime, by: int | None = None) -> bool:
    """Close the task; false if it was closed before. A plan opens it again where its cause lasts."""
    closed = Task.objects.filter(organisation_id=organisation_id, id=task_id, closed_at=None).update(
        closed_at=now, closed_by=by
    )
    return bool(closed)
