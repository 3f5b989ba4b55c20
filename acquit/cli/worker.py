"""`acquit worker`: one more worker, anywhere on the same database."""

from __future__ import annotations

from typing import Annotated

import typer

from acquit.cli.ready import ready


def command(
    concurrency: Annotated[int, typer.Option(help="Jobs at the same time.", min=1, max=32)] = 1,
) -> None:
    """Plan, send and do the periodic work, until stopped.

    Example: acquit worker --concurrency 2
    """
    ready()
    from acquit.jobs.worker import run_worker

    run_worker(concurrency=concurrency)
