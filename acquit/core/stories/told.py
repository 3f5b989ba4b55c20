"""Reading a story: what it tells, checked word by word, as frozen values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from acquit.core.decision import REASON_CODES
from acquit.core.scenario import Scenario, ScenarioError, check, from_mapping, word
from acquit.core.snapshot import Policy
from acquit.core.stories.event import Event, read_events
from acquit.core.stories.reading import StoryError, amount_of, day_of, listed, only, whole_of

#: Gives a shipped scenario's mapping by its key.
Shipped = Callable[[str], Mapping[str, Any] | None]


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


def read_story(told: Any, shipped: Shipped) -> Story:
    """Return the story that `told` (from YAML) tells; raise StoryError with the place."""
    if not isinstance(told, Mapping):
        raise StoryError("a story is a mapping that begins with “story:”")
    only(told, _STORY_KEYS, "story")
    name = str(told.get("story") or "")
    if not name:
        raise StoryError("a story needs a name: “story: …”")
    creditor, debtor = _mapping(told, "creditor"), _mapping(told, "debtor")
    only(creditor, _CREDITOR_KEYS, "creditor")
    only(debtor, _DEBTOR_KEYS, "debtor")
    first, last = _required_day(told, "from"), _required_day(told, "until")
    if last < first:
        raise StoryError(f"“until” {last} lies before “from” {first}")
    return Story(
        name=name,
        covers=tuple(map(str, listed(told.get("covers")))),
        policy=_policy(creditor),
        works=_one_of(creditor.get("works", "every day"), ("every day", "weekdays"), "works"),
        places=(
            (str(creditor.get("country", "FR")), _text(creditor.get("region"))),
            (str(debtor.get("country", "FR")), _text(debtor.get("region"))),
        ),
        kind=str(debtor.get("kind", "business")),
        profile=word(debtor.get("profile", "regular")),
        channels=frozenset(map(word, listed(debtor.get("channels", "email")))),
        habit_days=whole_of(debtor.get("habit_days"), "habit_days"),
        scenario=scenario_of(told.get("scenario"), shipped),
        invoices=_invoices(told.get("invoices"), first),
        events=_events(told.get("events"), shipped),
        runs=_runs(told.get("runs")),
        first=first,
        last=last,
        person_absent=_person_absent(told.get("person")),
        expect=_within(_expect(_mapping(told, "expect")), first, last, "expect"),
        why=_within(_why(_mapping(told, "why")), first, last, "why"),
    )


def _events(told: Any, shipped: Shipped) -> Mapping[date, tuple[Event, ...]]:
    """Return what happens, each scenario that the debtor is given on the way read and checked."""

    def understood(event: Event) -> Event:
        if event.verb != "scenario becomes":
            return event
        return Event(event.verb, {"scenario": scenario_of(event.told["scenario"], shipped)})

    return {day: tuple(map(understood, events)) for day, events in read_events(told or {}).items()}


def scenario_of(told: Any, shipped: Shipped) -> Scenario:
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
    problems = [p for p in check(scenario) if p.code != "formal_notice_first"]
    if problems:
        raise StoryError("scenario: " + "; ".join(map(str, problems)))
    return scenario


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


def _person_absent(value: Any) -> bool:
    if value not in (None, "absent", "present"):
        raise StoryError(f"person: “{value}” is none of absent, present")
    return bool(value == "absent")


def _why(told: Mapping[Any, Any]) -> dict[date, tuple[str, ...]]:
    why = {day_of(on): tuple(map(str, listed(codes))) for on, codes in told.items()}
    unknown = sorted({code for codes in why.values() for code in codes} - REASON_CODES)
    if unknown:
        raise StoryError(f"why: “{unknown[0]}” is not a reason")
    return why


T = TypeVar("T")


def _within(told: dict[date, T], first: date, last: date, place: str) -> dict[date, T]:
    """Return `told`; raise StoryError for a day that the story never comes to."""
    outside = sorted(day for day in told if not first <= day <= last)
    if outside:
        raise StoryError(f"{place}: {outside[0]} lies outside {first} to {last}")
    return told


def _runs(value: Any) -> frozenset[date] | None:
    return None if value is None else frozenset(map(day_of, listed(value)))


def _policy(creditor: Mapping[str, Any]) -> Policy:
    ask_above = creditor.get("ask_above")
    return Policy(
        contact_gap=whole_of(creditor.get("contact_gap"), "contact_gap") or 0,
        contacts_per_30_days=whole_of(creditor.get("contacts_per_30_days"), "contacts_per_30_days"),
        tolerance=amount_of(creditor.get("tolerance") or 0),
        promise_grace=_grace(creditor),
        ask_above=None if ask_above is None else amount_of(ask_above),
    )


def _grace(creditor: Mapping[str, Any]) -> int:
    grace = whole_of(creditor.get("promise_grace"), "promise_grace")
    return Policy().promise_grace if grace is None else grace


def _invoices(told: Any, first: date) -> tuple[ToldInvoice, ...]:
    invoices = tuple(_invoice(entry, first) for entry in listed(told))
    numbers = [invoice.number for invoice in invoices]
    twice = next((number for number in numbers if numbers.count(number) > 1), None)
    if twice is not None:
        raise StoryError(f"two invoices are numbered “{twice}”")
    return invoices


def _invoice(told: Any, first: date) -> ToldInvoice:
    if not isinstance(told, Mapping) or told.get("number") is None:
        raise StoryError("an invoice needs a number")
    place = f"invoice {told['number']}"
    only(told, _INVOICE_KEYS, place)
    terms = tuple(_term(term, place) for term in listed(told.get("terms")) or (told,))
    issued, level_on = told.get("issued"), told.get("level_on")
    paid_by = str(told.get("paid_by") or "transfer").replace("_", " ")
    return ToldInvoice(
        number=str(told["number"]),
        issued=day_of(issued) if issued else min(t.due for t in terms) - timedelta(days=30),
        terms=terms,
        currency=str(told.get("currency") or "EUR"),
        known=day_of(told.get("known") or first),
        direct_debit=paid_by == "direct debit",
        level=_text(told.get("level")),
        level_on=day_of(level_on) if level_on else None,
    )


def _term(told: Any, place: str) -> ToldTerm:
    if not isinstance(told, Mapping) or told.get("due") is None or told.get("amount") is None:
        raise StoryError(f"{place}: needs amount and due, or terms that each have both")
    return ToldTerm(due=day_of(told["due"]), amount=amount_of(told["amount"]))


def _expect(told: Mapping[Any, Any]) -> dict[date, tuple[Mapping[str, Any], ...]]:
    return {
        day_of(on): tuple(_expected(one) for one in listed(leaves))
        for on, leaves in told.items()
        if leaves not in (None, [])
    }


def _expected(told: Any) -> Mapping[str, Any]:
    if isinstance(told, str):
        return {"step": told}
    if not isinstance(told, Mapping):
        raise StoryError(f"“{told}” is not something that leaves")
    only(told, {"step", "invoices", "channel", "total", "asks", "task"}, "expect")
    expected = dict(told)
    if "invoices" in expected:
        expected["invoices"] = tuple(sorted(map(str, listed(expected["invoices"]))))
    if "total" in expected:
        if not isinstance(expected["total"], Mapping):
            raise StoryError(f"expect: the total “{expected['total']}” names no currency")
        expected["total"] = {str(c): amount_of(a) for c, a in expected["total"].items()}
    if "channel" in expected:
        expected["channel"] = word(expected["channel"])
    return expected
