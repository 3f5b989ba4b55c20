"""`acquit rates`: the legal rates that are known, those that are missing, and entering new ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.answer import AsJson, OrganisationName, Refused, say
from acquit.cli.ready import in_organisation

if TYPE_CHECKING:
    from acquit.core.regimes.entered import Entry

#: How many of the newest semesters of each series are listed.
_SHOWN = 4


def command(
    file: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE.csv", help="Columns series;semester;percent;source;read_on."),
    ] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Hold to rates that the shipped ones contradict.")
    ] = False,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """List the legal rates, or enter those of a file.

    Example: acquit rates --import taux-2027-s1.csv
    """
    with in_organisation(organisation) as owner:
        kept = _import(owner.pk, file, confirm=confirm) if file is not None else 0
        document = _document(owner.pk) | {"entered": kept}
    say(document, _lines(document), as_json=as_json)


def _import(organisation_id: int, file: Path, *, confirm: bool) -> int:
    """Enter all rates of the file, or none."""
    from django.db import transaction

    from acquit.core.regimes.entered import check
    from acquit.flows.law.enter_rate import enter_rate
    from acquit.flows.material.rate_file import read_rates

    try:
        found = read_rates(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as why:
        raise Refused(f"{file} cannot be read: {why}") from why
    if found.errors:
        raise Refused(*(f"{file.name}, line {one.line}: {one.why}" for one in found.errors))
    contradicted = [one for one in map(check, found.entries) if one is not None]
    if contradicted and not confirm:
        raise Refused(
            *(
                f"{one.series} {one.half_year}: {one.entered} % here, {one.shipped} % is shipped"
                for one in contradicted
            ),
            "Check the source; --confirm enters them nevertheless.",
        )
    with transaction.atomic():
        for entry in found.entries:
            enter_rate(organisation_id=organisation_id, entry=entry, now=datetime.now(UTC), confirmed=confirm)
    return len(found.entries)


def _document(organisation_id: int) -> dict[str, Any]:
    from acquit.core.regimes import SERIES
    from acquit.core.regimes.entered import by_series, gaps
    from acquit.store.law_facts import entries_of

    entries = entries_of(organisation_id)
    missing = gaps(by_series(entries), datetime.now(UTC).date())
    return {
        "series": [
            {"key": key, "name": one.name, "values": _values(key, entries)} for key, one in SERIES.items()
        ],
        "missing": [
            {"series": gap.series, "semester": str(gap.half_year), "days": gap.days} for gap in missing
        ],
    }


def _values(key: str, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    from acquit.core.regimes import SERIES

    found = {
        half_year: {
            "semester": str(half_year), "percent": value.value, "source": value.source,
            "confidence": value.confidence, "entered": False,
        }
        for half_year, value in SERIES[key].values.items()
    }  # fmt: skip
    for entry in entries:
        if entry.series == key:
            found[entry.half_year] = {
                "semester": str(entry.half_year), "percent": entry.percent, "source": entry.source,
                "confidence": "one source", "entered": True,
            }  # fmt: skip
    return [found[half_year] for half_year in sorted(found, reverse=True)][:_SHOWN]


def _lines(document: dict[str, Any]) -> Iterator[str]:
    if document["entered"]:
        yield f"{document['entered']} rates entered"
    for one in document["series"]:
        yield f"{one['key']}: {one['name']}"
        for value in one["values"]:
            told = "entered" if value["entered"] else value["confidence"]
            yield f"    {value['semester']}  {value['percent']:>7} %  {told}: {value['source']}"
    for gap in document["missing"]:
        when = f"in {gap['days']} days" if gap["days"] > 0 else "now"
        yield f"Missing {when}: {gap['series']} {gap['semester']}"
