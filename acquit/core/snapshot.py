"""All that is known about one debtor at one creditor on one day, as frozen facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from acquit.core.regimes.limitation import Moved
from acquit.core.scenario import Scenario, Stage

ZERO = Decimal(0)


class StepDone(NamedTuple):
    """A step whose message really left (or that a person skipped), in this round or before it.

    `stage` matters only to a scenario that does not know the step.
    """

    step: str
    on: date
    repetition: int = 0
    stage: Stage = Stage.REMINDER


class Promise(NamedTuple):
    """A debtor's word: money by `until`. `kept` once what was promised has come in.

    What else the term owes is left alone until the same day.
    """

    until: date
    kept: bool = False
    made_on: date | None = None


class Status(NamedTuple):
    """One lifecycle status of the e-invoicing network (CDAR code), in order of its own moment.

    `approved` is what a 206 leaves undisputed; `unseen` the part of what a 211 announces or a 212
    says was collected that the ledger does not know; None where the status names no sum.
    """

    code: int
    on: date
    approved: Decimal | None = None
    unseen: Decimal | None = None


class Credit(NamedTuple):
    """A receipt or credit note that nobody matched yet; `text` is its reference or label."""

    amount: Decimal
    currency: str
    on: date
    text: str = ""


class Receipt(NamedTuple):
    """Money on the bank account that may be this account's, matched to nobody yet.

    `amount` is all that waits of it; `terms` are the keys of those that a proposal names, and
    `on_account` says that it may be his for nothing in particular. It counts until `until`, where
    what speaks for it is weak; None: until a person or a fact decides.
    """

    amount: Decimal
    currency: str
    on: date
    terms: frozenset[Any] = frozenset()
    on_account: bool = False
    until: date | None = None


class Contacted(NamedTuple):
    """A contact of the debtor, by any channel, at any of the creditor's accounts."""

    on: date
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFacts:
    """One instalment of an invoice. `open` is what is still owed; amounts in `currency`.

    `missing` from a list of all that is open, of which nobody said yet whether it was whole.
    `moved` is what moved the day on which its claim lapses.
    `asked` is the step (and repetition) whose message waits for a person's word; `resolved_on`
    the day a person closed what the network contested or suspended, and `resumed_on` the day
    a payment came back.
    """

    key: Any
    invoice: str
    issued: date
    due: date
    amount: Decimal
    open: Decimal
    currency: str = "EUR"
    known_on: date | None = None
    round: int = 1
    done: tuple[StepDone, ...] = ()
    resumed_on: date | None = None
    scenario: Scenario | None = None
    asked: tuple[str, int] | None = None
    disputed: Decimal | None = None
    resolved_on: date | None = None
    promise: Promise | None = None
    missing: bool = False
    held: bool = False
    held_until: date | None = None
    instalment_plan: bool = False
    statuses: tuple[Status, ...] = ()
    direct_debit: bool = False
    factored: bool = False
    written_off: bool = False
    paid_on: date | None = None
    thanked: bool = False
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The creditor's own rules. `contact_gap` and `promise_grace` count working days."""

    contact_gap: int = 3
    contacts_per_30_days: int | None = None
    tolerance: Decimal = ZERO
    promise_grace: int = 2
    ask_above: Decimal | None = None
    formal_notice_leaves_alone: bool = False
    asked_profiles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The facts that a decision needs. `channels`: those with an address that works.

    `in_flight` is the state of a message that is leaving, or that a person prints or calls for.
    `bank_change`: somebody contests the account to pay, and two persons have not looked yet.
    `unheard_since`: the day from which answers could not be read, where that is too long ago.
    `unanswered` are the steps whose call nobody answered, however often it was tried.
    """

    terms: tuple[TermFacts, ...]
    policy: Policy = Policy()
    kind: str = "business"
    profile: str = "regular"
    channels: frozenset[str] = frozenset({"email"})
    habit_days: int | None = None
    credits: tuple[Credit, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    contacts: tuple[Contacted, ...] = ()
    unread_reply: bool = False
    away_until: date | None = None
    insolvent_on: date | None = None
    stopped: str | None = None
    stale: bool = False
    unheard_since: date | None = None
    list_accepted: bool = True
    in_flight: str = ""
    volume_confirmed: bool = True
    thank_since: date | None = None
    bank_change: bool = False
    unanswered: frozenset[str] = frozenset()
