"""The records of the data set « annonces-commerciales » become announcements.

A record, as the portal's API explore v2.1 and its JSON export give it, has `id`, `dateparution`,
`familleavis` (`collective` for insolvency), `registre` (the SIREN with and without spaces),
`commercant`, `tribunal`, `url_complete` and `jugement`: a JSON text with `famille`, `nature`, `date`
and `complementJugement`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal

from acquit.core.insolvency import Announcement, is_opening, procedure_of

INSOLVENCY = "collective"
_SIREN = re.compile(r"\d{9}")
_MONTHS = {
    "janvier": 1, "février": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "août": 8,
    "septembre": 9, "octobre": 10, "novembre": 11, "décembre": 12,
}  # fmt: skip
_WRITTEN = re.compile(r"(\d{1,2})(?:er)? (\w+) (\d{4})")
_MOST = 500


class Unreadable(ValueError):
    """This is no export of the BODACC's announcements."""


def announcements_of(
    records: Iterable[Mapping[str, Any]], source: Literal["bodacc", "file"] = "bodacc"
) -> tuple[Announcement, ...]:
    """Return the announcements of insolvency among `records`; one that names no judgment is left out."""
    return tuple(_announcements(records, source))


def read_export(content: bytes) -> tuple[Announcement, ...]:
    """Return the announcements of a JSON export of the portal; raises Unreadable."""
    try:
        found = json.loads(content)
    except ValueError as why:
        raise Unreadable(str(why)) from why
    records = found.get("results") if isinstance(found, dict) else found
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Unreadable("neither a list of records nor an answer with «results»")
    return announcements_of(records, "file")


def _announcements(
    records: Iterable[Mapping[str, Any]], source: Literal["bodacc", "file"]
) -> Iterator[Announcement]:
    for record in records:
        if record.get("familleavis") != INSOLVENCY:
            continue
        judgment, published = _judgment(record), _day(record.get("dateparution"))
        judged = _day(judgment.get("date")) or published
        if judged is None or not record.get("id"):
            continue
        family, nature = _text(judgment.get("famille")), _text(judgment.get("nature"))
        yield Announcement(
            external_id=_text(record["id"])[:100],
            siren=_siren(record.get("registre")),
            name=_text(record.get("commercant")),
            opening=is_opening(family, nature),
            procedure=procedure_of(nature or family),
            judged_on=judged,
            published_on=published,
            nature=nature or family,
            court=_text(record.get("tribunal")),
            officer=_text(judgment.get("complementJugement")),
            url=_url(record.get("url_complete")),
            source=source,
        )


def _judgment(record: Mapping[str, Any]) -> Mapping[str, Any]:
    said = record.get("jugement")
    if isinstance(said, str):
        try:
            said = json.loads(said)
        except ValueError:
            return {}
    return said if isinstance(said, dict) else {}


def _siren(registered: Any) -> str:
    """Return the SIREN, which the portal gives as a list of both its forms or as one text."""
    every = registered if isinstance(registered, list) else [registered]
    bare = ["".join(str(one).split()) for one in every if one]
    found = (match[0] for one in bare if (match := _SIREN.match(one)))
    return next(found, "")


def _day(said: Any) -> date | None:
    """Return the day of «2026-10-14» or « 14 octobre 2026 »."""
    if not isinstance(said, str):
        return None
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        written = _WRITTEN.search(said.lower())
    if written is None or written[2] not in _MONTHS:
        return None
    try:
        return date(int(written[3]), _MONTHS[written[2]], int(written[1]))
    except ValueError:
        return None


def _text(said: Any) -> str:
    return " ".join(str(said).split())[:_MOST] if said is not None else ""


def _url(said: Any) -> str:
    """Return the address of the announcement where it is one of the web: it becomes a link."""
    text = _text(said)
    return text if text.startswith("https://") else ""
