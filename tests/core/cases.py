"""Random accounts for the properties of the decision, and a life of days for them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from hypothesis import settings
from hypothesis import strategies as st

from acquit.core.calendar import EVERY_DAY, Calendar
from acquit.core.decide import decide
from acquit.core.decision import Act, Decision
from acquit.core.diary import after
from acquit.core.scenario import Scenario, from_mapping
from acquit.core.snapshot import (
    Contacted,
    Credit,
    Policy,
    Promise,
    Snapshot,
    Status,
    StepDone,
    TermFacts,
)

#: A longer search than the everyday one: ACQUIT_LONG_PROPERTIES=5000.
EXAMPLES = int(os.environ.get("ACQUIT_LONG_PROPERTIES") or 25)
searched = settings(max_examples=EXAMPLES, deadline=None)

TODAY = date(2026, 4, 29)  # a Wednesday, before 1 May and the end of a month
WEEKDAYS = Calendar(holidays=frozenset({date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8)}))
SHIPPED = tuple(
    from_mapping(yaml.safe_load(path.read_bytes()))
    for path in sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
)


def scenario(*steps: dict[str, Any], **more: Any) -> Scenario:
    """Return a scenario of `steps`."""
    return from_mapping({"key": "tried", "steps": list(steps), **more})


POLITE = scenario(
    {"key": "courtesy", "when": "3 days before due", "do": "email", "stage": "courtesy"},
    {"key": "friendly", "when": "3 days after due", "do": "email"},
    {"key": "call", "when": "5 working days after previous step", "do": "phone", "minimum": 300},
    {"key": "firm", "when": "8 days after previous step", "do": "email", "otherwise": "letter"},
    {"key": "formal", "when": "15 days after previous step", "do": "letter",
     "stage": "formal notice", "ask": "a person"},
    {"key": "again", "when": "every 7 days after previous step", "do": "email", "at most": 2},
    minimum=25, thank="email", respect_habit=True,
)  # fmt: skip
BY_AGE = scenario(
    {"key": "one", "when": "10 days after due", "do": "email"},
    {"key": "two", "when": "30 days after due", "do": "email", "together": False},
    {"key": "three", "when": "end of month after due", "do": "letter"},
    {"key": "formal", "when": "60 days after due", "do": "letter", "stage": "formal notice"},
    start="by age",
)  # fmt: skip
EARLY = scenario(
    {"key": "received", "when": "20 days after invoice", "do": "email", "stage": "courtesy"},
    {"key": "friendly", "when": "on due", "do": "email", "only for": ["business"]},
    {"key": "firm", "when": "4 working days after due", "do": "sms", "otherwise": "email"},
    start="at firm", thank="email",
)  # fmt: skip
#: An account, its scenario and its calendar.
Case = tuple[Snapshot, Scenario, Calendar]
SCENARIOS = st.sampled_from((POLITE, BY_AGE, EARLY, *SHIPPED))
CALENDARS = st.sampled_from((EVERY_DAY, WEEKDAYS))

_CENTS = st.sampled_from((500, 2_400, 9_999, 30_000, 120_050, 900_000))
_AGES = st.integers(-40, 75)
_SOON = st.integers(-9, 12)
_MAYBE = st.sampled_from((False, False, False, True))
_STATUSES = st.sampled_from((200, 203, 205, 206, 207, 208, 209, 210, 211, 212, 213, 225, 226, 227, 228))
_TROUBLES = ("none",) * 8 + (
    "disputed", "partly", "promised", "broken", "held", "held_until", "plan", "status", "debit",
    "factored", "off", "paid", "resumed",
)  # fmt: skip


def day(offset: int) -> date:
    """Return the day `offset` days after today."""
    return TODAY + timedelta(days=offset)


@st.composite
def term(draw: st.DrawFn, number: int, plan: Scenario) -> TermFacts:
    """Return an instalment at some age, with or without trouble."""
    due = day(-draw(_AGES))
    amount = Decimal(draw(_CENTS)) / 100
    facts: dict[str, Any] = {
        "key": number, "invoice": f"FA-{number:04}", "issued": due - timedelta(days=30), "due": due,
        "amount": amount, "open": amount, "known_on": due - timedelta(days=30),
        "currency": draw(st.sampled_from(("EUR", "EUR", "EUR", "USD"))),
    }  # fmt: skip
    if due < TODAY:
        done = draw(st.integers(0, min(3, len(plan.steps))))
        facts["done"] = tuple(
            StepDone(step.key, day(5 * (position - done) - 1), stage=step.stage)
            for position, step in enumerate(plan.steps[:done])
        )
        facts["known_on"] = draw(st.sampled_from((facts["known_on"], day(-1))))
    facts |= _trouble(draw, draw(st.sampled_from(_TROUBLES)), amount)
    return TermFacts(**facts)


def _trouble(draw: st.DrawFn, trouble: str, amount: Decimal) -> dict[str, Any]:
    if trouble == "status":
        days = draw(st.lists(_SOON, min_size=1, max_size=3, unique=True))
        return {"statuses": tuple(Status(draw(_STATUSES), day(-abs(n)), amount / 2) for n in days)}
    return {
        "disputed": {"disputed": amount},
        "partly": {"disputed": amount / 4},
        "promised": {"promise": Promise(day(4), kept=draw(_MAYBE), made_on=day(-2))},
        "broken": {"promise": Promise(day(-6), made_on=day(-12))},
        "held": {"held": True},
        "held_until": {"held": True, "held_until": day(draw(_SOON))},
        "plan": {"instalment_plan": True},
        "debit": {"direct_debit": True},
        "factored": {"factored": True},
        "off": {"written_off": True},
        "paid": {"open": Decimal(0), "paid_on": day(-draw(st.integers(0, 20)))},
        "resumed": {"resumed_on": day(-draw(st.integers(0, 9))), "round": 2},
    }.get(trouble, {})


@st.composite
def snapshots(draw: st.DrawFn, plan: Scenario, *, calm: bool = False) -> Snapshot:
    """Return an account under `plan`."""
    many = draw(st.integers(1, 4))
    rarely = st.just(0) if calm else st.integers(0, 7)
    last = draw(st.sampled_from((None, 1, 2, 9)))
    return Snapshot(
        terms=tuple(draw(term(number, plan)) for number in range(many)),
        policy=Policy(
            contact_gap=draw(st.sampled_from((0, 3))),
            contacts_per_30_days=draw(st.sampled_from((None, None, 2))),
            tolerance=draw(st.sampled_from((Decimal(0), Decimal(1)))),
            ask_above=draw(st.sampled_from((None, Decimal(1000)))),
        ),
        kind=draw(st.sampled_from(("business", "business", "consumer", "public"))),
        channels=draw(st.sampled_from((frozenset({"email", "letter", "phone"}), frozenset({"email"}),
                                       frozenset({"letter"}), frozenset()))),
        habit_days=draw(st.sampled_from((None, None, 12))),
        credits=draw(credits_()),
        contacts=() if last is None else (Contacted(day(-last)), Contacted(day(-20), by_hand=True)),
        unread_reply=draw(rarely) == 7,
        away_until={5: day(-1), 6: day(3)}.get(draw(rarely)),
        insolvent_on=day(-20) if draw(rarely) == 7 else None,
        stale=draw(rarely) == 7,
        list_accepted=draw(rarely) != 7,
        volume_confirmed=draw(rarely) != 7,
    )  # fmt: skip


def credits_() -> st.SearchStrategy[tuple[Credit, ...]]:
    """Return money that nobody matched, mostly none."""
    credit = st.builds(
        Credit,
        _CENTS.map(lambda cents: Decimal(cents) / 100),
        st.sampled_from(("EUR", "EUR", "USD")),
        st.integers(0, 5).map(lambda ago: day(-ago)),
        st.sampled_from(("", "VIR FA-0001", "no name")),
    )
    return st.one_of(st.just(()), st.just(()), st.lists(credit, min_size=1, max_size=2).map(tuple))


@st.composite
def cases(draw: st.DrawFn, *, calm: bool = False) -> Case:
    """Return an account, its scenario and its calendar; `calm`: nothing holds it as a whole."""
    plan = draw(SCENARIOS)
    return draw(snapshots(plan, calm=calm)), plan, draw(CALENDARS)


def life(case: Case, days: int) -> Iterator[tuple[date, Snapshot, Decision]]:
    """Yield each day, the facts of its morning and the decision; what it sends is sent."""
    snapshot, plan, calendar = case
    for offset in range(days):
        today = day(offset)
        decision = decide(snapshot, plan, None, calendar, today)
        yield today, snapshot, decision
        if isinstance(decision, Act):
            snapshot = after(snapshot, decision, today)


def acts(case: Case, days: int = 25) -> list[tuple[date, Snapshot, Act]]:
    """Return what leaves within `days`, with the facts of its morning."""
    return [
        (today, snapshot, decision)
        for today, snapshot, decision in life(case, days)
        if isinstance(decision, Act)
    ]
