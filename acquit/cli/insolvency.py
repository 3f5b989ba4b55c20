"""`acquit insolvency`: what the BODACC says of debtors, asked for now or read from a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from acquit.cli.answer import AsJson, OrganisationName, Refused, say
from acquit.cli.ready import in_organisation


def command(
    file: Annotated[
        Path | None, typer.Option("--import", metavar="FILE.json", help="An export of the BODACC's portal.")
    ] = None,
    look: Annotated[
        bool, typer.Option("--look", help="Ask about debtors that owe and have a SIREN.")
    ] = False,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """List the announcements about debtors; first ask for new ones, or read them from a file.

    Example: acquit insolvency --look
    """
    with in_organisation(organisation) as owner:
        said: dict[str, Any] = {}
        if file is not None:
            said["recorded"] = _import(owner.pk, file)
        if look:
            said["looked"] = _look(owner.pk)
        said["notices"] = _notices(owner.pk)
    say(said, _lines(said), as_json=as_json)


def _import(organisation_id: int, file: Path) -> dict[str, int]:
    from acquit.flows.law.record_insolvency import record_insolvency
    from acquit.sources.bodacc.reader import Unreadable, read_export

    try:
        announced = read_export(file.read_bytes())
    except (OSError, Unreadable) as why:
        raise Refused(f"{file} cannot be read: {why}") from why
    kept = record_insolvency(organisation_id=organisation_id, announced=announced, now=datetime.now(UTC))
    return {
        "read": len(announced), "new": kept.new, "confirmed": kept.confirmed, "proposed": kept.proposed
    }  # fmt: skip


def _look(organisation_id: int) -> dict[str, Any]:
    from django.conf import settings

    from acquit.jobs.law import look_up_insolvencies

    if not settings.ACQUIT_BODACC_URL:
        raise Refused("ACQUIT_BODACC_URL is «no»: nothing is asked.")
    looked = look_up_insolvencies(organisation_id, now=datetime.now(UTC))
    return {
        "debtors": looked.debtors, "confirmed": looked.confirmed, "proposed": looked.proposed,
        "because": looked.because,
    }  # fmt: skip


def _notices(organisation_id: int) -> list[dict[str, Any]]:
    from acquit.store.law.models import InsolvencyNotice

    rows = InsolvencyNotice.objects.filter(organisation_id=organisation_id).select_related("debtor")
    return [
        {
            "debtor": row.debtor.name, "siren": row.siren, "announced": row.name, "opening": row.opening,
            "procedure": row.procedure, "judged_on": row.judged_on, "published_on": row.published_on,
            "state": row.state,
        }
        for row in rows.order_by("-judged_on", "id")
    ]  # fmt: skip


def _lines(said: dict[str, Any]) -> Iterator[str]:
    if "recorded" in said:
        yield "{read} read, {new} new: {confirmed} confirmed, {proposed} to be looked at".format(
            **said["recorded"]
        )
    if "looked" in said:
        yield "{debtors} debtors asked about: {confirmed} confirmed, {proposed} proposed".format(
            **said["looked"]
        )
        if said["looked"]["because"]:
            yield f"Not all: {said['looked']['because']}"
    for row in said["notices"]:
        kind = "opens" if row["opening"] else "follows"
        yield f"{row['judged_on']}  {row['state']:<9} {row['procedure']:<11} {kind:<7} {row['debtor']}"
