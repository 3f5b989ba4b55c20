"""The ledger as frozen facts, and what is owed at the end of any day.

Everything is reckoned from the facts and their days, so that a balance of last March is computed
exactly as today's. Nothing is clamped: whatever the facts say, the open terms less the credits
that nobody matched are the balance, to the cent.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from acquit.core.money import Money

ZERO = Decimal(0)
Key = Hashable


class Holder(NamedTuple):
    """Whose balance: one account in one currency."""

    account: Key
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """An instalment of an invoice."""

    key: Key
    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What was invoiced: owed from the day of its issue, by instalments."""

    key: Key
    account: Key
    currency: str
    issued_on: date
    terms: tuple[Term, ...]

    @property
    def amount(self) -> Decimal:
        """The sum of the instalments."""
        return sum((term.amount for term in self.terms), ZERO)

    def counts(self, on: date) -> bool:
        """Tell whether the invoice exists at the end of `on`."""
        return self.issued_on <= on


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNote:
    """What was taken back. From the day of its cancellation it counts for nothing (F-22)."""

    key: Key
    account: Key
    currency: str
    amount: Decimal
    issued_on: date
    cancelled_on: date | None = None

    def counts(self, on: date) -> bool:
        """Tell whether the credit note reduces the debt at the end of `on`."""
        return self.issued_on <= on and not _over(self.cancelled_on, on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money received, from its value date; from the day of its return it counts for nothing."""

    key: Key
    account: Key
    currency: str
    amount: Decimal
    received_on: date
    returned_on: date | None = None

    def counts(self, on: date) -> bool:
        """Tell whether the creditor has the money at the end of `on`."""
        return self.received_on <= on and not _over(self.returned_on, on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Ties part of a payment or credit note to part of a term, until it is undone.

    A matching that was a mistake from the start is undone on the day it took effect, so that it
    never counts; one that a returned debit undoes keeps its effect until that day.
    """

    term: Key
    source: Literal["payment", "credit_note"]
    source_key: Key
    amount: Decimal
    effective_on: date
    undone_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The facts of any number of accounts; the order in which they came does not matter."""

    invoices: tuple[Invoice, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    payments: tuple[Payment, ...] = ()
    allocations: tuple[Allocation, ...] = ()

    @cached_property
    def invoice_of(self) -> Mapping[Key, Invoice]:
        """The invoice of each term, by the key of the term."""
        return {term.key: invoice for invoice in self.invoices for term in invoice.terms}

    @cached_property
    def credit_of(self) -> Mapping[tuple[str, Key], CreditNote | Payment]:
        """The payments and credit notes by kind and key."""
        found: dict[tuple[str, Key], CreditNote | Payment] = {}
        found.update({("payment", payment.key): payment for payment in self.payments})
        found.update({("credit_note", note.key): note for note in self.credit_notes})
        return found

    def credits(self) -> Iterator[CreditNote | Payment]:
        """Everything that reduces a debt."""
        yield from self.credit_notes
        yield from self.payments

    def holders(self) -> frozenset[Holder]:
        """Each account with each currency in which anything was ever written."""
        invoiced = {Holder(invoice.account, invoice.currency) for invoice in self.invoices}
        return frozenset(invoiced | {Holder(c.account, c.currency) for c in self.credits()})

    def allocated(self, on: date) -> Iterator[Allocation]:
        """The allocations that count at the end of `on`.

        Both ends must count too: matching ends with the money that went back, and an advance
        payment stays unallocated until the invoice exists.
        """
        for allocation in self.allocations:
            if allocation.effective_on > on or _over(allocation.undone_on, on):
                continue
            credit = self.credit_of[allocation.source, allocation.source_key]
            if credit.counts(on) and self.invoice_of[allocation.term].counts(on):
                yield allocation


def open_balances(ledger: Ledger, on: date) -> dict[Key, Decimal]:
    """Return what is still owed on each term, by its key, at the end of `on`.

    A payment counts from its value date, not from the day we learned of it: nobody is reminded
    of money that the bank already held. Terms of invoices not yet issued are left out.
    """
    owed = {
        term.key: term.amount for invoice in ledger.invoices if invoice.counts(on) for term in invoice.terms
    }
    for allocation in ledger.allocated(on):
        owed[allocation.term] -= allocation.amount
    return owed


def open_balance(ledger: Ledger, invoice: Invoice, on: date) -> Money:
    """Return what is still owed on `invoice` at the end of `on`, all its terms together."""
    if not invoice.counts(on):
        return Money(ZERO, invoice.currency)
    terms = {term.key for term in invoice.terms}
    paid = sum((a.amount for a in ledger.allocated(on) if a.term in terms), ZERO)
    return Money(invoice.amount - paid, invoice.currency)


def closed_on(ledger: Ledger, term: Term) -> date | None:
    """Return the day from which nothing is owed on `term` for good, or None; earlier it was owed at times.

    It is a bound: the term may have been at zero before, for a while.
    """
    found = [a for a in ledger.allocations if a.term == term.key]
    live = [(a, ledger.credit_of[a.source, a.source_key]) for a in found if a.undone_on is None]
    if sum((a.amount for a, _ in live), ZERO) < term.amount or not live:
        return None
    ended = (c.returned_on if isinstance(c, Payment) else c.cancelled_on for _, c in live)
    if any(day is not None for day in ended):
        return None
    since = (c.received_on if isinstance(c, Payment) else c.issued_on for _, c in live)
    undone = (a.undone_on for a in found if a.undone_on is not None)
    return max((*(a.effective_on for a, _ in live), *since, *undone))


def unallocated(ledger: Ledger, on: date) -> dict[Holder, Decimal]:
    """Return the payments and credit notes that nobody has matched at the end of `on`."""
    left = dict.fromkeys(ledger.holders(), ZERO)
    for credit in ledger.credits():
        if credit.counts(on):
            left[Holder(credit.account, credit.currency)] += credit.amount
    for allocation in ledger.allocated(on):
        invoice = ledger.invoice_of[allocation.term]
        left[Holder(invoice.account, invoice.currency)] -= allocation.amount
    return left


def balances(ledger: Ledger, on: date) -> dict[Holder, Decimal]:
    """Return the balance of each account and currency at the end of `on`.

    Invoices less credit notes less payments, allocated or not: what the general ledger shows. An
    account that owes nothing is there, at zero.
    """
    sums = dict.fromkeys(ledger.holders(), ZERO)
    for invoice in ledger.invoices:
        if invoice.counts(on):
            sums[Holder(invoice.account, invoice.currency)] += invoice.amount
    for credit in ledger.credits():
        if credit.counts(on):
            sums[Holder(credit.account, credit.currency)] -= credit.amount
    return sums


def _over(ended_on: date | None, on: date) -> bool:
    return ended_on is not None and ended_on <= on
