"""One instalment in the world of a story, and all that happened to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from acquit.core.snapshot import ZERO, Promise, Status, StepDone, TermFacts

#: The end of a hold; None when only a person ends it.
Until = date | None


@dataclass(slots=True)
class Word:
    """A debtor's promise, over one or several terms. `amount` is None when he named none."""

    until: date
    made_on: date
    amount: Decimal | None = None
    received: Decimal = ZERO

    def fact(self) -> Promise:
        """Return the promise as the decision sees it."""
        kept = self.amount is not None and self.received >= self.amount
        return Promise(self.until, kept, self.made_on)


@dataclass(slots=True)
class Term:
    """An instalment of an invoice: what is told of it, and what its events made of it."""

    key: tuple[str, int]
    issued: date
    due: date
    amount: Decimal
    currency: str
    known: date
    direct_debit: bool = False
    paid: list[tuple[date, Decimal]] = field(default_factory=list)
    credited: Decimal = ZERO
    done: list[StepDone] = field(default_factory=list)
    asked: tuple[str, int] | None = None
    round: int = 1
    resumed_on: date | None = None
    resolved_on: date | None = None
    disputed: Decimal | None = None
    promise: Word | None = None
    holds: list[Until] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    instalment_plan: bool = False
    written_off: bool = False
    thanked: bool = False

    @property
    def invoice(self) -> str:
        """The number of the invoice."""
        return self.key[0]

    @property
    def open(self) -> Decimal:
        """What is still owed."""
        return self.amount - self.credited - sum((amount for _, amount in self.paid), ZERO)

    def pay(self, amount: Decimal, on: date) -> Decimal:
        """Take what the term still owes out of `amount` and return the rest."""
        part = min(amount, max(self.open, ZERO))
        if part > 0:
            self.paid.append((on, part))
            if self.promise is not None:
                self.promise.received += part
        return amount - part

    def credit(self, amount: Decimal) -> Decimal:
        """Take what the term still owes out of a credit note and return the rest."""
        part = min(amount, max(self.open, ZERO))
        self.credited += part
        return amount - part

    def reopen(self, on: date) -> None:
        """Owe the last payment again: a new round, which resumes after the last step done."""
        if self.paid:
            _, amount = self.paid.pop()
            if self.promise is not None:
                self.promise.received = max(self.promise.received - amount, ZERO)
        self.direct_debit = self.thanked = False
        self.asked = None
        self.resumed_on, self.round = on, self.round + 1

    def facts(self, account_holds: Iterable[Until]) -> TermFacts:
        """Return the term as the decision sees it, under the furthest hold."""
        holds = [*self.holds, *account_holds]
        held_until = None if None in holds else max((h for h in holds if h), default=None)
        settled = self.open <= 0 and bool(self.paid)
        return TermFacts(
            key=self.key, invoice=self.invoice, issued=self.issued, due=self.due,
            amount=self.amount, open=self.open, currency=self.currency, known_on=self.known,
            round=self.round, done=tuple(self.done), resumed_on=self.resumed_on,
            asked=self.asked, disputed=self.disputed, resolved_on=self.resolved_on,
            promise=self.promise.fact() if self.promise else None,
            held=bool(holds), held_until=held_until, instalment_plan=self.instalment_plan,
            statuses=tuple(self.statuses), direct_debit=self.direct_debit,
            written_off=self.written_off, paid_on=max(self.paid)[0] if settled else None,
            thanked=self.thanked,
        )  # fmt: skip
