"""The world of a story: what its events change, and the snapshot of each morning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from acquit.core.decision import THANKS, Act
from acquit.core.scenario import Scenario
from acquit.core.snapshot import Contacted, Credit, Receipt, Snapshot, StepDone
from acquit.core.steps import stage_of
from acquit.core.stories.reading import StoryError, listed
from acquit.core.stories.term import Term, Until
from acquit.core.stories.told import Story, ToldInvoice

Told = Mapping[str, Any]


@dataclass(slots=True)
class _Loose:
    """Money or a credit note that nobody matched yet."""

    on: date
    amount: Decimal
    currency: str
    text: str
    note: bool


class World:
    """What is true on the present day of a story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.scenario: Scenario = story.scenario
        self.terms = [term for invoice in story.invoices for term in _terms(invoice, story)]
        self.loose: list[_Loose] = []
        self.receipts: list[Receipt] = []
        self.contacts = [Contacted(invoice.level_on) for invoice in story.invoices if invoice.level_on]
        self.channels = set(story.channels)
        self.holds: list[Until] = []
        self.unread = False
        self.away_until: date | None = None
        self.insolvent_on: date | None = None
        self.stopped: str | None = None
        self.feeds_stopped_on: date | None = None
        self.mailbox_stopped_on: date | None = None
        self.list_accepted = self.volume_confirmed = True
        self.bank_change = False
        self.unanswered: set[str] = set()

    def snapshot(self, today: date) -> Snapshot:
        """Return the facts as they stand in the morning of `today`."""
        stopped_on, unheard = self.feeds_stopped_on, self.mailbox_stopped_on
        return Snapshot(
            terms=tuple(t.facts(self.holds) for t in self.terms if t.known <= today),
            policy=self.story.policy,
            kind=self.story.kind,
            profile=self.story.profile,
            channels=frozenset(self.channels),
            habit_days=self.story.habit_days,
            credits=tuple(Credit(c.amount, c.currency, c.on, c.text) for c in self.loose),
            receipts=tuple(self.receipts),
            contacts=tuple(self.contacts),
            unread_reply=self.unread,
            away_until=self.away_until,
            insolvent_on=self.insolvent_on,
            stopped=self.stopped,
            stale=stopped_on is not None and today > stopped_on,
            unheard_since=unheard if unheard is not None and today > unheard else None,
            list_accepted=self.list_accepted,
            volume_confirmed=self.volume_confirmed,
            bank_change=self.bank_change,
            unanswered=frozenset(self.unanswered),
        )

    def leaves(self, act: Act, today: date) -> None:
        """Record that the message of `act` left on `today`."""
        for claim in act.claims:
            term = self._term(claim.term)
            if claim.step == THANKS:
                term.thanked = True
                continue
            done = StepDone(claim.step, today, claim.repetition)
            term.done.append(done._replace(stage=stage_of(done, self.scenario)))
            term.asked = None
        self.contacts.append(Contacted(today))

    def awaits(self, act: Act) -> None:
        """Record that the message of `act` lies before a person who does not come."""
        for claim in act.claims:
            self._term(claim.term).asked = (claim.step, claim.repetition)

    def _term(self, key: Any) -> Term:
        return next(term for term in self.terms if term.key == key)

    def _invoice(self, number: Any) -> list[Term]:
        found = [t for t in self.terms if t.invoice == str(number)]
        if not found:
            raise StoryError(f"no invoice is numbered “{number}”")
        return sorted(found, key=by_age)

    def named(self, told: Told) -> list[Term] | None:
        """Return the terms of the invoices that an event names, None if it names none."""
        if not told.get("invoice") and not told.get("invoices"):
            return None
        numbers = (*listed(told.get("invoice")), *listed(told.get("invoices")))
        return [term for number in numbers for term in self._invoice(number)]

    def named_by(self, told: Told) -> list[Term]:
        """Return the terms of the invoice that an event has to name."""
        named = self.named(told)
        if named is None:
            raise StoryError("the event names no invoice")
        return named

    def currency(self, told: Told) -> str:
        """Return the currency that an event names, else that of the invoices."""
        currencies = {term.currency for term in self.terms}
        usual = currencies.pop() if len(currencies) == 1 else "EUR"
        return str(told.get("currency") or usual)

    def keep(self, told: Told, amount: Decimal, currency: str, today: date, *, note: bool) -> None:
        """Keep what nobody matched: money, or a credit note."""
        if amount > 0:
            text = str(told.get("text") or told.get("reference") or "")
            self.loose.append(_Loose(today, amount, currency, text, note))

    def numbers(self, said: Any) -> bool:
        """Tell whether `said` is the number of an invoice, though it reads as an amount."""
        return any(term.invoice == str(said) for term in self.terms)


def by_age(term: Term) -> tuple[date, str]:
    """Order terms by age."""
    return term.due, term.invoice


def _terms(invoice: ToldInvoice, story: Story) -> list[Term]:
    return [
        Term(
            (invoice.number, number), invoice.issued, told.due, told.amount, invoice.currency,
            invoice.known, direct_debit=invoice.direct_debit, done=_done(invoice, story),
        )
        for number, told in enumerate(invoice.terms)
    ]  # fmt: skip


def _done(invoice: ToldInvoice, story: Story) -> list[StepDone]:
    """Return the steps up to the level that `invoice` had reached before the story."""
    if invoice.level is None:
        return []
    reached = story.scenario.positions.get(invoice.level)
    if reached is None:
        raise StoryError(f"invoice {invoice.number}: “{invoice.level}” is not a step")
    on = invoice.level_on or story.first
    steps = story.scenario.steps[: reached + 1]
    return [StepDone(step.key, on, stage=step.stage) for step in steps]
