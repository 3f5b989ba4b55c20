"""Reading a story: what it tells, checked word by word, as frozen values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from acquit.core.scenario import Scenario, ScenarioError, check, from_mapping
from acquit.core.snapshot import Policy


class StoryError(ValueError):
    """The story cannot be understood."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: a verb and what it says."""

    verb: str
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTerm:
    """An instalment as the story tells it."""

    due: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldInvoice:
    """An invoice as the story tells it."""

    number: str
    issued: date
    terms: tuple[ToldTerm, ...]
    currency: str
    known: date
    direct_debit: bool
    level: str | None
    level_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story, understood."""

    name: str
    covers: tuple[str, ...]
    policy: Policy
    works: str
    places: tuple[tuple[str, str | None], ...]
    kind: str
    profile: str
    channels: frozenset[str]
    habit_days: int | None
    scenario: Scenario
    invoices: tuple[ToldInvoice, ...]
    events: Mapping[date, tuple[Event, ...]]
    runs: frozenset[date] | None
    first: date
    last: date
    person_absent: bool
    expect: Mapping[date, tuple[Mapping[str, Any], ...]]
    why: Mapping[date, tuple[str, ...]]


_STORY_KEYS = {
    "story", "covers", "creditor", "debtor", "scenario", "invoices", "events", "runs", "from",
    "until", "person", "expect", "why", "note",
}  # fmt: skip
_CREDITOR_KEYS = {
    "country", "region", "works", "contact_gap", "contacts_per_30_days", "tolerance",
    "promise_grace", "ask_above",
}  # fmt: skip
_DEBTOR_KEYS = {"kind", "country", "region", "language", "channels", "habit_days", "profile"}
_INVOICE_KEYS = {
    "number", "amount", "due", "issued", "currency", "known", "terms", "paid_by", "level",
    "level_on",
}  # fmt: skip


def read_story(told: Any, shipped: Callable[[str], Mapping[str, Any] | None]) -> Story:
    """Return the story that `told` (from YAML) tells; raise StoryError with the place."""
    if not isinstance(told, Mapping):
        raise StoryError("a story is a mapping that begins with “story:”")
    _known(told, _STORY_KEYS, "story")
    name = str(told.get("story") or "")
    if not name:
        raise StoryError("a story needs a name: “story: …”")
    creditor, debtor = _mapping(told, "creditor"), _mapping(told, "debtor")
    _known(creditor, _CREDITOR_KEYS, "creditor")
    _known(debtor, _DEBTOR_KEYS, "debtor")
    first, last = _required_day(told, "from"), _required_day(told, "until")
    if last < first:
        raise StoryError(f"“until” {last} lies before “from” {first}")
    return Story(
        name=name,
        covers=tuple(map(str, told.get("covers") or ())),
        policy=_policy(creditor),
        works=_one_of(creditor.get("works", "every day"), ("every day", "weekdays"), "works"),
        places=(
            (str(creditor.get("country", "FR")), _text(creditor.get("region"))),
            (str(debtor.get("country", "FR")), _text(debtor.get("region"))),
        ),
        kind=str(debtor.get("kind", "business")),
        profile=str(debtor.get("profile", "regular")),
        channels=frozenset(_channels(debtor.get("channels", ["email"]))),
        habit_days=_whole(debtor.get("habit_days")),
        scenario=scenario_of(told.get("scenario"), shipped),
        invoices=tuple(_invoice(entry, first) for entry in told.get("invoices") or ()),
        events=_events(told.get("events") or {}),
        runs=_runs(told.get("runs")),
        first=first,
        last=last,
        person_absent=told.get("person") == "absent",
        expect=_expect(told.get("expect") or {}),
        why={day_of(on): _codes(codes) for on, codes in (told.get("why") or {}).items()},
    )


def scenario_of(told: Any, shipped: Callable[[str], Mapping[str, Any] | None]) -> Scenario:
    """Return the scenario told by its shipped key or in full, checked."""
    mapping = told
    if isinstance(told, str):
        mapping = shipped(told)
        if mapping is None:
            raise StoryError(f"no shipped scenario is named “{told}”")
    if not isinstance(mapping, Mapping):
        raise StoryError("a story needs a scenario: a shipped key or a mapping")
    try:
        scenario = from_mapping(mapping)
    except ScenarioError as error:
        raise StoryError(f"scenario: {error}") from error
    problems = [p for p in check(scenario) if p.code not in ("formal_notice_first",)]
    if problems:
        raise StoryError("scenario: " + "; ".join(map(str, problems)))
    return scenario


def day_of(value: Any) -> date:
    """Return the day that `value` says, quoted or not."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise StoryError(f"“{value}” is not a day of the form 2026-03-01") from None


def amount_of(value: Any) -> Decimal:
    """Return the amount that `value` says, quoted or not."""
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        raise StoryError(f"“{value}” is not an amount") from None
    if not amount.is_finite():
        raise StoryError(f"“{value}” is not an amount")
    return amount


def _known(told: Mapping[str, Any], keys: set[str], place: str) -> None:
    unknown = sorted(set(map(str, told)) - keys)
    if unknown:
        raise StoryError(f"{place}: “{unknown[0]}” means nothing here")


def _mapping(told: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = told.get(key) or {}
    if not isinstance(value, Mapping):
        raise StoryError(f"“{key}” is not a mapping")
    return value


def _required_day(told: Mapping[str, Any], key: str) -> date:
    if key not in told:
        raise StoryError(f"a story needs “{key}: 2026-03-01”")
    return day_of(told[key])


def _one_of(value: Any, words: Sequence[str], place: str) -> str:
    if value not in words:
        raise StoryError(f"{place}: “{value}” is none of {', '.join(words)}")
    return str(value)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _channels(value: Any) -> list[str]:
    return [str(channel).replace(" ", "_") for channel in (value or [])]


def _codes(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(map(str, value))


def _runs(value: Any) -> frozenset[date] | None:
    return None if value is None else frozenset(day_of(day) for day in value)


def _policy(creditor: Mapping[str, Any]) -> Policy:
    ask_above = creditor.get("ask_above")
    return Policy(
        contact_gap=int(creditor.get("contact_gap", 0)),
        contacts_per_30_days=_whole(creditor.get("contacts_per_30_days")),
        tolerance=amount_of(creditor.get("tolerance", "0.00")),
        promise_grace=int(creditor.get("promise_grace", 2)),
        ask_above=None if ask_above is None else amount_of(ask_above),
    )


def _invoice(told: Any, first: date) -> ToldInvoice:
    if not isinstance(told, Mapping) or "number" not in told:
        raise StoryError("an invoice needs a number")
    _known(told, _INVOICE_KEYS, f"invoice {told['number']}")
    if told.get("terms"):
        terms = tuple(
            ToldTerm(due=day_of(t["due"]), amount=amount_of(t["amount"])) for t in told["terms"]
        )
    elif "due" in told and "amount" in told:
        terms = (ToldTerm(due=day_of(told["due"]), amount=amount_of(told["amount"])),)
    else:
        raise StoryError(f"invoice {told['number']}: needs amount and due, or terms")
    issued = told.get("issued")
    level_on = told.get("level_on")
    return ToldInvoice(
        number=str(told["number"]),
        issued=day_of(issued) if issued else min(t.due for t in terms) - timedelta(days=30),
        terms=terms,
        currency=str(told.get("currency", "EUR")),
        known=day_of(told.get("known", first)),
        direct_debit=str(told.get("paid_by", "")).replace("_", " ") == "direct debit",
        level=_text(told.get("level")),
        level_on=day_of(level_on) if level_on else None,
    )


_SENTENCES: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = tuple(
    (re.compile(f"^{pattern}$"), verb, names)
    for pattern, verb, names in (
        (r"pays ([\d.]+) on (\S+)", "pays", ("amount", "invoice")),
        (r"pays (\d+(?:\.\d+)?)", "pays", ("amount",)),
        (r"pays (\S+)", "pays", ("invoice",)),
        (r"credits ([\d.]+) on (\S+)", "credits", ("amount", "invoice")),
        (r"credits (\d+(?:\.\d+)?)", "credits", ("amount",)),
        (r"matches", "matches", ()),
        (r"returns (\S+)", "returns", ("invoice",)),
        (r"promises (\d{4}-\d\d-\d\d)", "promises", ("until",)),
        (r"disputes (\S+)", "disputes", ("invoice",)),
        (r"resolves (\S+)", "resolves", ("invoice",)),
        (r"holds until (\d{4}-\d\d-\d\d)", "holds", ("until",)),
        (r"holds", "holds", ()),
        (r"releases", "releases", ()),
        (r"replies", "replies", ()),
        (r"read", "read", ()),
        (r"auto-replies until (\d{4}-\d\d-\d\d)", "auto-replies", ("until",)),
        (r"bounces (\S+)", "bounces", ("channel",)),
        (r"contacted by (\S+)", "contacted", ("channel",)),
        (r"becomes insolvent", "becomes insolvent", ()),
        (r"handed to agency", "handed to agency", ()),
        (r"status (\d{3}) on (\S+)", "status", ("code", "invoice")),
        (r"feeds stop", "feeds stop", ()),
        (r"feeds resume", "feeds resume", ()),
        (r"scenario becomes (\S+)", "scenario becomes", ("scenario",)),
    )
)
_MAPPED = {verb for _, verb, _ in _SENTENCES}


def _events(told: Any) -> dict[date, tuple[Event, ...]]:
    if not isinstance(told, Mapping):
        raise StoryError("“events” is a mapping from days to what happened")
    return {
        day_of(on): tuple(
            event
            for one in (happened if isinstance(happened, list) else [happened])
            for event in _event(one)
        )
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
    if verb not in _MAPPED:
        raise StoryError(f"“{verb}” is not an event that stories know")
    if verb == "scenario becomes":
        return Event(verb, {"scenario": says})
    if not isinstance(says, Mapping):
        return _event(f"{verb} {says}" if says is not None else verb)[0]
    return Event(verb, {str(key): value for key, value in says.items()})


def _expect(told: Any) -> dict[date, tuple[Mapping[str, Any], ...]]:
    if not isinstance(told, Mapping):
        raise StoryError("“expect” is a mapping from days to what leaves")
    return {
        day_of(on): tuple(
            _expected(one) for one in (leaves if isinstance(leaves, list) else [leaves])
        )
        for on, leaves in told.items()
        if leaves not in (None, [])
    }


def _expected(told: Any) -> Mapping[str, Any]:
    if isinstance(told, str):
        return {"step": told}
    if not isinstance(told, Mapping):
        raise StoryError(f"“{told}” is not something that leaves")
    _known(told, {"step", "invoices", "channel", "total", "asks", "task"}, "expect")
    expected = dict(told)
    if "invoices" in expected:
        expected["invoices"] = tuple(sorted(map(str, expected["invoices"])))
    if "total" in expected:
        expected["total"] = {str(c): amount_of(a) for c, a in expected["total"].items()}
    if "channel" in expected:
        expected["channel"] = str(expected["channel"]).replace(" ", "_")
    return expected
