"""Random ledgers that any code path of the product could have written."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from acquit.core.ledger import Allocation, CreditNote, Invoice, Ledger, Payment, Term

START = date(2026, 1, 1)
CURRENCIES = ("EUR", "EUR", "EUR", "USD")

days = st.integers(0, 240).map(lambda n: START + timedelta(days=n))
amounts = st.decimals("0.01", "9999.99", places=2)
ends = st.none() | days


@st.composite
def _invoices(draw: st.DrawFn, accounts: int) -> tuple[Invoice, ...]:
    found = []
    for key in range(draw(st.integers(0, 6))):
        issued = draw(days)
        terms = tuple(
            Term(
                key=(key, position),
                due_on=issued + timedelta(days=draw(st.integers(-5, 130))),
                amount=draw(amounts),
            )
            for position in range(1, draw(st.integers(1, 3)) + 1)
        )
        found.append(
            Invoice(
                key=key,
                account=draw(st.integers(0, accounts - 1)),
                currency=draw(st.sampled_from(CURRENCIES)),
                issued_on=issued,
                terms=terms,
            )
        )
    return tuple(found)


@st.composite
def _allocations(
    draw: st.DrawFn, invoices: tuple[Invoice, ...], received: tuple[CreditNote | Payment, ...]
) -> tuple[Allocation, ...]:
    """Match some credits with terms of their own account and currency, never beyond either."""
    room = {term.key: term.amount for invoice in invoices for term in invoice.terms}
    found = []
    for credit in received:
        left = credit.amount
        for invoice in invoices:
            if (invoice.account, invoice.currency) != (credit.account, credit.currency):
                continue
            for term in invoice.terms:
                most = min(left, room[term.key])
                if most <= 0 or not draw(st.booleans()):
                    continue
                amount = draw(st.just(most) | st.decimals("0.01", most, places=2))
                undone = draw(ends)
                found.append(
                    Allocation(
                        term=term.key,
                        source="payment" if isinstance(credit, Payment) else "credit_note",
                        source_key=credit.key,
                        amount=amount,
                        effective_on=draw(days),
                        undone_on=undone,
                    )
                )
                if undone is None:
                    left -= amount
                    room[term.key] -= amount
    return tuple(found)


@st.composite
def ledgers(draw: st.DrawFn, accounts: int = 3) -> Ledger:
    """Draw a ledger: instalments, cancellations, returns, undone and early matchings."""
    invoices = draw(_invoices(accounts))
    holder = {"account": st.integers(0, accounts - 1), "currency": st.sampled_from(CURRENCIES)}
    notes = tuple(
        draw(st.builds(CreditNote, key=st.just(key), amount=amounts, issued_on=days,
                       cancelled_on=ends, **holder))
        for key in range(draw(st.integers(0, 3)))
    )  # fmt: skip
    payments = tuple(
        draw(st.builds(Payment, key=st.just(key), amount=amounts, received_on=days,
                       returned_on=ends, **holder))
        for key in range(draw(st.integers(0, 5)))
    )  # fmt: skip
    return Ledger(
        invoices=invoices,
        credit_notes=notes,
        payments=payments,
        allocations=draw(_allocations(invoices, (*notes, *payments))),
    )
