"""What happens in a story: sentences and mappings, as verbs with what they say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from acquit.core.stories.reading import StoryError, day_of, listed, only


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: a verb and what it says."""

    verb: str
    told: Mapping[str, Any]


_SENTENCES: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = tuple(
    (re.compile(f"^{pattern}$"), verb, names)
    for pattern, verb, names in (
        (r"pays ([\d.]+) on (.+)", "pays", ("amount", "invoice")),
        (r"pays (\d+(?:\.\d+)?)", "pays", ("amount",)),
        (r"pays (.+)", "pays", ("invoice",)),
        (r"credits ([\d.]+) on (.+)", "credits", ("amount", "invoice")),
        (r"credits (\d+(?:\.\d+)?)", "credits", ("amount",)),
        (r"matches", "matches", ()),
        (r"bank line ([\d.]+) for (.+)", "bank line", ("amount", "invoice")),
        (r"bank line ([\d.]+)", "bank line", ("amount",)),
        (r"bank lines sorted out", "bank lines sorted out", ()),
        (r"returns (.+)", "returns", ("invoice",)),
        (r"promises (\d{4}-\d\d-\d\d)", "promises", ("until",)),
        (r"disputes (.+)", "disputes", ("invoice",)),
        (r"resolves (.+)", "resolves", ("invoice",)),
        (r"holds until (\d{4}-\d\d-\d\d)", "holds", ("until",)),
        (r"holds", "holds", ()),
        (r"releases", "releases", ()),
        (r"replies", "replies", ()),
        (r"read", "read", ()),
        (r"auto-replies until (\d{4}-\d\d-\d\d)", "auto-replies", ("until",)),
        (r"auto-replies", "auto-replies", ()),
        (r"bounces (.+)", "bounces", ("channel",)),
        (r"contacted by (.+)", "contacted", ("channel",)),
        (r"becomes insolvent", "becomes insolvent", ()),
        (r"handed to agency", "handed to agency", ()),
        (r"is erased", "is erased", ()),
        (r"writes off (.+)", "writes off", ("invoice",)),
        (r"agrees instalments on (.+)", "agrees instalments", ("invoice",)),
        (r"breaks instalments on (.+)", "breaks instalments", ("invoice",)),
        (r"status (\d{3}) on (.+)", "status", ("code", "invoice")),
        (r"nobody answers (?P<step>\w+)", "nobody answers", ("step",)),
        (r"bank change", "bank change", ()),
        (r"bank change confirmed", "bank change confirmed", ()),
        (r"feeds stop", "feeds stop", ()),
        (r"feeds resume", "feeds resume", ()),
        (r"mailbox cannot be read", "mailbox cannot be read", ()),
        (r"mailbox is read", "mailbox is read", ()),
        (r"goes on without the mailbox", "goes on without the mailbox", ()),
        (r"first list waits", "first list waits", ()),
        (r"first list accepted", "first list accepted", ()),
        (r"volume waits", "volume waits", ()),
        (r"volume confirmed", "volume confirmed", ()),
        (r"scenario becomes (.+)", "scenario becomes", ("scenario",)),
    )
)
#: What may happen in a story.
VERBS = {verb for _, verb, _ in _SENTENCES}
#: What a mapping may say beside what the sentences of its verb say; the rest is only read.
_SAID = {
    "pays": {"currency", "text", "reference"},
    "credits": {"currency", "text", "reference"},
    "bank line": {"currency", "invoices", "weak"},
    "matches": {"amount", "invoice", "invoices"},
    "promises": {"amount", "invoice", "invoices"},
    "disputes": {"amount", "category"},
    "holds": {"invoice", "invoices"},
    "releases": {"invoice", "invoices"},
    "becomes insolvent": {"judgment"},
    "status": {"approved", "unseen"},
}
_REMARKS = {"note", "reason", "by", "channel", "text", "category"}


def read_events(told: Any) -> dict[date, tuple[Event, ...]]:
    """Return what happened on each day; raise StoryError for what stories do not know."""
    if not isinstance(told, Mapping):
        raise StoryError("“events” is a mapping from days to what happened")
    return {
        day_of(on): tuple(event for one in listed(happened) for event in _event(one))
        for on, happened in told.items()
    }


def _event(told: Any) -> list[Event]:
    if isinstance(told, Mapping):
        return [_mapped_event(str(verb), says) for verb, says in told.items()]
    sentence = " ".join(str(told).split())
    for pattern, verb, names in _SENTENCES:
        match = pattern.match(sentence)
        if match:
            return [Event(verb, dict(zip(names, match.groups(), strict=True)))]
    raise StoryError(f"“{sentence}” is not an event that stories know")


def _mapped_event(verb: str, says: Any) -> Event:
    if verb == "scenario becomes":
        return Event(verb, {"scenario": says})
    if not isinstance(says, Mapping):
        return _event(verb if says is None else f"{verb} {says}")[0]
    if verb not in VERBS:
        raise StoryError(f"“{verb}” is not an event that stories know")
    names = {name for _, known, of in _SENTENCES if known == verb for name in of}
    only(says, names | _SAID.get(verb, set()) | _REMARKS, f"event {verb}")
    return Event(verb, {str(key): value for key, value in says.items()})
