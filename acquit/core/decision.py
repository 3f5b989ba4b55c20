"""The answer of the decision: Act, Wait, Hold or Stop, always with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from acquit.core.money import Money
from acquit.core.scenario import Stage

#: The step key of the thank-you, which no scenario may use for a step of its own.
THANKS = "thanks"

#: Every reason code that `decide` can give; each has words in every language.
REASON_CODES = frozenset({
    "paid", "insolvent", "agency", "intercompany", "written_off", "erased", "stale_data",
    "mailbox_silent",
    "possible_payment", "unread_reply", "away", "disputed", "partly_disputed", "promised",
    "broken_promise", "on_hold", "missing_from_list", "instalment_plan", "einvoice_stopped",
    "direct_debit", "factored",
    "below_minimum", "not_yet", "habit", "contact_gap", "too_many_contacts", "not_a_working_day",
    "no_address", "asks_a_person", "first_list", "in_flight", "volume", "scenario_over",
    "step_reached", "thanks_due", "reopened", "time_barred", "partial_payment",
    "unallocated_credit", "no_scenario", "bank_change", "nobody_answers",
})  # fmt: skip


class Reason(NamedTuple):
    """Why, as a code and its parameters; worded only when shown."""

    code: str
    params: Mapping[str, Any] = {}


class Claim(NamedTuple):
    """The step of one term that a message does: what may happen once per term and round."""

    term: Any
    round: int
    step: str
    repetition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Contact the debtor now. `asks`: a person approves first. `listed` holds term keys."""

    step: str
    stage: Stage
    channel: str
    claims: tuple[Claim, ...]
    listed: tuple[Any, ...]
    invoices: tuple[str, ...]
    total: tuple[Money, ...]
    asks: bool
    reasons: tuple[Reason, ...]
    tasks: tuple[str, ...] = ()
    scenario: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing now; look again on `until`, which lies in the future."""

    until: date
    reasons: tuple[Reason, ...]
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Nothing until a person or a fact changes something; `tasks` is what a person is asked."""

    reasons: tuple[Reason, ...]
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Nothing more: paid, or out of our hands."""

    reasons: tuple[Reason, ...]
    tasks: tuple[str, ...] = field(default=())


Decision = Act | Wait | Hold | Stop
