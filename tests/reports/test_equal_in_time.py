"""Forecast, delays, promises and counts from SQL are those of the core, on random ledgers and words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.calendar import Calendar
from acquit.core.forecast import ENOUGH, Lags, OpenTerm, kept_chance
from acquit.core.forecast import forecast as core_forecast
from acquit.core.ledger import ZERO, Invoice, Ledger, Term, closed_on, open_balances
from acquit.core.measures import Delay
from acquit.core.measures import delays as core_delays
from acquit.core.promises import Promised
from acquit.core.promises import kept as core_kept
from acquit.reports.ageing import ageing, counted
from acquit.reports.delays import delays_altogether
from acquit.reports.filters import Filters
from acquit.reports.forecast import forecast
from acquit.reports.promises import kept_altogether
from acquit.store.cases.models import Dispute, Promise, PromisedTerm
from acquit.store.ledger.models import Invoice as InvoiceRow
from acquit.store.ledger.models import Payment as PaymentRow
from acquit.store.ledger.models import Term as TermRow
from tests.core.ledgers import days, ledgers
from tests.reports.test_equal_to_core import NOW, RANDOM, written


@st.composite
def words(draw: st.DrawFn, ledger: Ledger) -> tuple[dict[Any, Any], list[dict[str, Any]]]:
    """Draw disputes by invoice, and promises of some terms of one account and currency."""
    disputes = {}
    promises = []
    for invoice in ledger.invoices:
        if draw(st.booleans()):
            opened = draw(days)
            disputes[invoice.key] = {
                "opened_on": opened, "resolved_on": draw(st.none() | days),
                "amount": draw(st.none() | st.decimals("0.01", "9999.99", places=2)),
            }  # fmt: skip
        if draw(st.booleans()):
            made = draw(days)
            promises.append({
                "invoice": invoice, "made_on": made, "until": made + timedelta(days=draw(st.integers(0, 60))),
                "amount": draw(st.none() | st.decimals("0.01", "9999.99", places=2)),
            })  # fmt: skip
    return disputes, promises


def _keep(world: Any, said: tuple[dict[Any, Any], list[dict[str, Any]]]) -> None:
    disputes, promises = said
    rows = {row.number: row for row in InvoiceRow.objects.order_by("id")}
    for key, one in disputes.items():
        of = rows[f"FA{key}"]
        Dispute.objects.create(
            organisation_id=world.id, account_id=of.account_id, invoice=of, recorded_at=NOW, **one
        )
    for one in promises:
        of = rows[f"FA{one['invoice'].key}"]
        kept = Promise.objects.create(
            organisation_id=world.id, account_id=of.account_id, until=one["until"], amount=one["amount"],
            currency=of.currency, made_on=one["made_on"],
            recorded_at=datetime.combine(one["made_on"], time(), tzinfo=UTC),
        )  # fmt: skip
        for term in TermRow.objects.filter(invoice=of).order_by("id"):
            PromisedTerm.objects.create(organisation_id=world.id, promise=kept, term=term)


def _paid(ledger: Ledger, term: Term) -> date | None:
    """The day from which money, and not a credit note alone, settled a term."""
    by_money = any(
        a.source == "payment" and a.undone_on is None for a in ledger.allocations if a.term == term.key
    )
    return closed_on(ledger, term) if by_money else None


def _settled(ledger: Ledger, on: date, since: date) -> Iterator[tuple[Invoice, Term, date]]:
    for invoice in ledger.invoices:
        for term in invoice.terms:
            day = _paid(ledger, term)
            if invoice.counts(on) and day is not None and since < day <= on:
                yield invoice, term, day


def _deadline(until: date) -> date:
    from acquit.store.calendars import holidays_of

    days_off = holidays_of((("FR", None),), range(until.year, until.year + 2))
    return Calendar(holidays=days_off).add_working_days(until, 2)


def _core_promises(ledger: Ledger, promises: list[dict[str, Any]], on: date) -> dict[str, list[Promised]]:
    found = defaultdict(list)
    for one in promises:
        if one["made_on"] > on or one["until"] < on - timedelta(days=365):
            continue
        covered = {term.key: term for term in one["invoice"].terms}
        tied = [
            a for a in ledger.allocations
            if a.term in covered and a.effective_on <= on and not (a.undone_on and a.undone_on <= on)
            and ledger.credit_of[a.source, a.source_key].counts(on)
        ]  # fmt: skip
        before = sum((a.amount for a in tied if a.effective_on < one["made_on"]), ZERO)
        amount = (
            sum((t.amount for t in covered.values()), ZERO) - before
            if one["amount"] is None
            else one["amount"]
        )
        deadline = _deadline(one["until"])
        paid = sum((a.amount for a in tied if one["made_on"] <= a.effective_on <= deadline), ZERO)
        found[one["invoice"].currency].append(
            Promised(until=one["until"], deadline=deadline, amount=amount, paid=paid)
        )
    return found


def _open_terms(ledger: Ledger, said: Any, on: date) -> list[OpenTerm]:
    disputes, promises = said
    owed = open_balances(ledger, on)
    seen: dict[Any, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for invoice, term, day in _settled(ledger, on, on - timedelta(days=730)):
        for name in (("own", invoice.account), "all"):
            seen[name][(day - term.due_on).days] += 1
    found = []
    for invoice in ledger.invoices:
        own = seen["own", invoice.account]
        lags = Lags(own if sum(own.values()) >= ENOUGH else seen["all"])
        of_invoice = sum((owed.get(t.key, ZERO) for t in invoice.terms), ZERO)
        dispute = disputes.get(invoice.key)
        share = Decimal(1)
        if (
            dispute
            and dispute["opened_on"] <= on
            and not (dispute["resolved_on"] and dispute["resolved_on"] <= on)
        ):
            whole = dispute["amount"] is None or of_invoice <= 0 or dispute["amount"] >= of_invoice
            share = ZERO if whole else 1 - dispute["amount"] / of_invoice
        promise = next((p for p in promises if p["invoice"] is invoice and p["made_on"] <= on), None)
        running = promise if promise and promise["until"] > on else None
        free = [(t, owed[t.key] * share) for t in invoice.terms if owed.get(t.key, ZERO) > 0]
        if running and free:
            sum_ = sum((f for _, f in free), ZERO)
            amount = sum_ if running["amount"] is None else min(running["amount"], sum_)
            found.append(OpenTerm(
                currency=invoice.currency, due_on=free[0][0].due_on, open=sum_, days=lags, promised=amount,
                promised_until=running["until"],
            ))  # fmt: skip
        elif not running:
            found += [
                OpenTerm(currency=invoice.currency, due_on=t.due_on, open=f, days=lags)
                for t, f in free
                if f > 0
            ]
    return found


@RANDOM
@given(data=st.data(), ledger=ledgers(), on=days)
def test_forecast_promises_delays_and_counts(organisation: Any, data: Any, ledger: Ledger, on: date) -> None:
    said = data.draw(words(ledger))
    asked = Filters(on=on)
    with written(organisation, ledger):
        _keep(organisation, said)
        weeks, kept = forecast(asked), kept_altogether(asked)
        delays, items = delays_altogether(asked), counted(asked)
    judged = _core_promises(ledger, said[1], on)
    assert kept == {currency: core_kept(of, on) for currency, of in judged.items()}

    sums = kept.values()
    chance = kept_chance(sum(k.kept for k in sums), sum(k.kept + k.broken for k in sums))
    meant = core_forecast(_open_terms(ledger, said, on), on, kept=chance)
    for currency in {*weeks, *meant}:
        ours = [(w.promised, w.expected, w.deviation) for w in weeks.get(currency, ())]
        theirs = [(w.promised, w.expected, w.deviation) for w in meant.get(currency, ())]
        nothing = [(0.0, 0.0, 0.0)] * 13
        assert (ours or nothing) == [pytest.approx(w, rel=1e-6, abs=1e-4) for w in theirs or nothing]

    for currency in {invoice.currency for invoice in ledger.invoices}:
        paid = [
            Delay(term.amount, (day - term.due_on).days)
            for invoice, term, day in _settled(ledger, on, on - timedelta(days=365))
            if invoice.currency == currency
        ]
        found, expected = delays.get(currency), core_delays(paid)
        assert (found is None) == (expected is None)
        if found and expected:
            assert found.count == expected.count
            for name in ("mean", "weighted", "median", "late_mean", "late_weighted"):
                assert getattr(found, name) == (
                    None
                    if getattr(expected, name) is None
                    else pytest.approx(getattr(expected, name), rel=Decimal("1e-9"), abs=Decimal("1e-9"))
                )
        owed = open_balances(ledger, on)
        open_terms = sum(
            owed.get(t.key, ZERO) > 0 for i in ledger.invoices if i.currency == currency for t in i.terms
        )
        if currency in items and all(amount >= 0 for amount in owed.values()):
            assert sum(items[currency].items) == open_terms


@RANDOM
@given(data=st.data(), ledger=ledgers(), on=days)
def test_what_is_corrected_later_is_seen_on_every_day(
    organisation: Any, data: Any, ledger: Ledger, on: date
) -> None:
    """The database keeps the days of balances through returns, cancellations and corrected dates."""
    before = replace(
        ledger,
        payments=tuple(replace(p, received_on=data.draw(days), returned_on=None) for p in ledger.payments),
        credit_notes=tuple(
            replace(n, issued_on=data.draw(days), cancelled_on=None) for n in ledger.credit_notes
        ),
        invoices=tuple(replace(i, issued_on=data.draw(days)) for i in ledger.invoices),
    )
    from acquit.core.ageing import age
    from acquit.store.ledger.models import CreditNote as NoteRow

    with written(organisation, before):
        for i in ledger.invoices:
            InvoiceRow.objects.filter(number=f"FA{i.key}").update(issued_on=i.issued_on)
        for p in ledger.payments:
            PaymentRow.objects.filter(external_key=f"V{p.key}").update(
                received_on=p.received_on, returned_on=p.returned_on
            )
        for n in ledger.credit_notes:
            NoteRow.objects.filter(external_key=f"AV{n.key}").update(
                issued_on=n.issued_on, cancelled_on=n.cancelled_on
            )
        rows = ageing(Filters(on=on)).rows
    said = {(int(row.external_id[1:]), row.currency): row.aged for row in rows}
    assert said == {
        tuple(holder): line
        for holder, line in age(ledger, on).items()
        if any((*line.amounts, line.unallocated))
    }
