"""The world of a story: what its events change, and the snapshot of each morning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from acquit.core.calendar import Calendar
from acquit.core.decision import THANKS, Act
from acquit.core.scenario import Scenario
from acquit.core.snapshot import (
    ZERO,
    Contacted,
    Credit,
    Promise,
    Snapshot,
    Status,
    StepDone,
    TermFacts,
)
from acquit.core.stories.told import Event, Story, StoryError, ToldInvoice, amount_of, day_of


@dataclass(slots=True)
class _Term:
    """One instalment and all that happened to it."""

    invoice: str
    issued: date
    due: date
    amount: Decimal
    currency: str
    known: date
    paid: list[tuple[date, Decimal]] = field(default_factory=list)
    credited: Decimal = ZERO
    done: list[StepDone] = field(default_factory=list)
    round: int = 1
    resumed_on: date | None = None
    disputed: Decimal | None = None
    promise: tuple[date, Decimal | None, date] | None = None
    paid_since_promise: Decimal = ZERO
    hold: tuple[date | None] | None = None
    statuses: list[Status] = field(default_factory=list)
    direct_debit: bool = False
    thanked: bool = False

    @property
    def open(self) -> Decimal:
        return self.amount - self.credited - sum((a for _, a in self.paid), ZERO)

    def facts(self, account_hold: tuple[date | None] | None) -> TermFacts:
        hold = self.hold or account_hold
        promise = None
        if self.promise is not None:
            until, amount, made_on = self.promise
            kept = amount is not None and self.paid_since_promise >= amount
            promise = Promise(until, kept, made_on)
        settled = self.open <= 0 and bool(self.paid)
        return TermFacts(
            key=(self.invoice, self.due), invoice=self.invoice, issued=self.issued,
            due=self.due, amount=self.amount, open=self.open, currency=self.currency,
            known_on=self.known, round=self.round, done=tuple(self.done),
            resumed_on=self.resumed_on, disputed=self.disputed, promise=promise,
            held=hold is not None, held_until=hold[0] if hold else None,
            statuses=tuple(self.statuses), direct_debit=self.direct_debit,
            paid_on=self.paid[-1][0] if settled else None, thanked=self.thanked,
        )  # fmt: skip


class World:
    """What is true on the present day of a story."""

    def __init__(
        self, story: Story, calendar: Calendar, shipped: Callable[[str], Mapping[str, Any] | None]
    ) -> None:
        self.story, self.calendar, self.shipped = story, calendar, shipped
        self.scenario: Scenario = story.scenario
        self.terms = [term for invoice in story.invoices for term in _terms(invoice, story)]
        self.credits: list[tuple[date, Decimal, str]] = []
        self.contacts: list[Contacted] = []
        self.channels = set(story.channels)
        self.hold: tuple[date | None] | None = None
        self.unread = False
        self.away_until: date | None = None
        self.insolvent_on: date | None = None
        self.agency = False
        self.feeds_stopped_on: date | None = None

    def snapshot(self, today: date) -> Snapshot:
        """Return the facts as they stand in the morning of `today`."""
        stale = self.feeds_stopped_on is not None and today > self.feeds_stopped_on
        return Snapshot(
            terms=tuple(t.facts(self.hold) for t in self.terms if t.known <= today),
            policy=self.story.policy,
            kind=self.story.kind,
            profile=self.story.profile,
            channels=frozenset(self.channels),
            habit_days=self.story.habit_days,
            credits=tuple(Credit(amount, cur, on) for on, amount, cur in self.credits if amount),
            contacts=tuple(self.contacts),
            unread_reply=self.unread,
            away_until=self.away_until,
            insolvent_on=self.insolvent_on,
            stopped="agency" if self.agency else None,
            stale=stale,
        )

    def leaves(self, act: Act, today: date) -> None:
        """Record that the message of `act` left on `today`."""
        for claim in act.claims:
            term = next(t for t in self.terms if (t.invoice, t.due) == claim.term)
            if act.step == THANKS:
                term.thanked = True
            else:
                term.done.append(StepDone(claim.step, today, claim.repetition))
        self.contacts.append(Contacted(today))

    def happens(self, event: Event, today: date) -> None:
        """Apply one event of `today`."""
        handler = getattr(self, "_" + event.verb.replace(" ", "_").replace("-", "_"))
        handler(dict(event.told), today)

    def _named(self, told: Mapping[str, Any]) -> list[_Term]:
        number = str(told.get("invoice"))
        found = [t for t in self.terms if t.invoice == number]
        if not found:
            raise StoryError(f"no invoice is numbered “{number}”")
        return found

    def _pays(self, told: dict[str, Any], today: date) -> None:
        if "invoice" not in told:
            self.credits.append((today, amount_of(told["amount"]), str(told.get("currency", "EUR"))))
            return
        terms = self._named(told)
        owed = sum((t.open for t in terms), ZERO)
        rest = self._allocate(terms, amount_of(told["amount"]) if "amount" in told else owed, today)
        if rest:
            self.credits.append((today, rest, terms[0].currency))

    def _allocate(self, terms: list[_Term], amount: Decimal, today: date) -> Decimal:
        for term in sorted(terms, key=lambda t: (t.due, t.invoice)):
            part = min(amount, max(term.open, ZERO))
            if part > 0:
                term.paid.append((today, part))
                term.paid_since_promise += part
                amount -= part
        return amount

    def _credits(self, told: dict[str, Any], today: date) -> None:
        amount = amount_of(told["amount"])
        if "invoice" not in told:
            self.credits.append((today, amount, str(told.get("currency", "EUR"))))
            return
        for term in self._named(told):
            part = min(amount, max(term.open, ZERO))
            term.credited += part
            amount -= part
        if amount:
            self.credits.append((today, amount, self._named(told)[0].currency))

    def _matches(self, told: dict[str, Any], today: date) -> None:
        wanted = amount_of(told["amount"]) if "amount" in told else None
        kept: list[tuple[date, Decimal, str]] = []
        for on, amount, currency in self.credits:
            terms = self._named(told) if "invoice" in told else self.terms
            terms = [t for t in terms if t.currency == currency and t.known <= today]
            part = amount if wanted is None else min(amount, wanted)
            rest = self._allocate(terms, part, today)
            if wanted is not None:
                wanted -= part - rest
            kept.append((on, amount - part + rest, currency))
        self.credits = [credit for credit in kept if credit[1] > 0]

    def _returns(self, told: dict[str, Any], today: date) -> None:
        for term in self._named(told):
            if term.paid:
                term.paid.pop()
            term.direct_debit = False
            term.resumed_on, term.round = today, term.round + 1
            term.thanked = False

    def _promises(self, told: dict[str, Any], today: date) -> None:
        until = day_of(told["until"])
        named = told.get("invoices") or ([told["invoice"]] if "invoice" in told else None)
        amount = amount_of(told["amount"]) if "amount" in told else None
        if named is not None:
            terms = [t for number in named for t in self._named({"invoice": number})]
        else:
            terms = [t for t in self.terms if t.open > 0 and t.due < today and t.known <= today]
        for term in terms:
            term.promise, term.paid_since_promise = (until, amount, today), ZERO

    def _disputes(self, told: dict[str, Any], today: date) -> None:
        for term in self._named(told):
            term.disputed = amount_of(told["amount"]) if "amount" in told else term.amount

    def _resolves(self, told: dict[str, Any], today: date) -> None:
        for term in self._named(told):
            term.disputed = None

    def _holds(self, told: dict[str, Any], today: date) -> None:
        hold = (day_of(told["until"]) if told.get("until") else None,)
        named = told.get("invoices") or ([told["invoice"]] if "invoice" in told else None)
        if named is None:
            self.hold = hold
            return
        for number in named:
            for term in self._named({"invoice": number}):
                term.hold = hold

    def _releases(self, told: dict[str, Any], today: date) -> None:
        self.hold = None
        for term in self.terms:
            term.hold = None

    def _replies(self, told: dict[str, Any], today: date) -> None:
        self.unread = True

    def _read(self, told: dict[str, Any], today: date) -> None:
        self.unread = False

    def _auto_replies(self, told: dict[str, Any], today: date) -> None:
        self.away_until = day_of(told["until"])

    def _bounces(self, told: dict[str, Any], today: date) -> None:
        self.channels.discard(str(told["channel"]))

    def _contacted(self, told: dict[str, Any], today: date) -> None:
        self.contacts.append(Contacted(today, by_hand=True))

    def _becomes_insolvent(self, told: dict[str, Any], today: date) -> None:
        self.insolvent_on = day_of(told.get("judgment", today))

    def _handed_to_agency(self, told: dict[str, Any], today: date) -> None:
        self.agency = True

    def _status(self, told: dict[str, Any], today: date) -> None:
        approved = amount_of(told["approved"]) if "approved" in told else None
        for term in self._named(told):
            term.statuses.append(Status(int(told["code"]), today, approved))

    def _feeds_stop(self, told: dict[str, Any], today: date) -> None:
        self.feeds_stopped_on = today

    def _feeds_resume(self, told: dict[str, Any], today: date) -> None:
        self.feeds_stopped_on = None

    def _scenario_becomes(self, told: dict[str, Any], today: date) -> None:
        from acquit.core.stories.told import scenario_of

        self.scenario = scenario_of(told["scenario"], self.shipped)


def _terms(invoice: ToldInvoice, story: Story) -> list[_Term]:
    terms = []
    for told in invoice.terms:
        term = _Term(
            invoice.number, invoice.issued, told.due, told.amount, invoice.currency, invoice.known,
            direct_debit=invoice.direct_debit,
        )  # fmt: skip
        if invoice.level is not None:
            if story.scenario.step(invoice.level) is None:
                raise StoryError(f"invoice {invoice.number}: “{invoice.level}” is not a step")
            on = invoice.level_on or story.first - timedelta(days=0)
            reached = story.scenario.positions[invoice.level]
            term.done = [StepDone(s.key, on) for s in story.scenario.steps[: reached + 1]]
        terms.append(term)
    return terms
