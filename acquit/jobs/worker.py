"""A worker: it wakes for jobs and for the periodic tick, and ends cleanly when told to."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import cast

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


def run_worker(*, concurrency: int = 1) -> None:
    """Work until SIGINT or SIGTERM; the job at hand is finished first."""
    # The worker has connections of its own; this first one starts the embedded server.
    connection.ensure_connection()
    connection.close()
    settle()
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    with app.replace_connector(connector) as working:
        working.run_worker(
            concurrency=concurrency,
            install_signal_handlers=True,
            shutdown_graceful_timeout=30,
            delete_jobs="successful",
        )


def settle() -> None:
    """Load what every tick needs, and leave it out of all later collections of garbage.

    It stays for good. To look at all of it again took a tenth of the time of the mails between two full
    collections.
    """
    import_module("acquit.jobs.tick")
    gc.collect()
    gc.freeze()
