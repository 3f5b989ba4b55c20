"""The variables that a template may use, made of the facts; unknown ones are simply absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from acquit.core.money import Money
from acquit.wording.allowed import L111_8
from acquit.wording.document import PAYMENT, SIGNATURE, TABLE, inert
from acquit.wording.facts import (
    BrokenPromise,
    Creditor,
    Debtor,
    FirstLetter,
    InvoiceLine,
    MessageFacts,
    PaymentReceived,
    Penalties,
    Recipient,
    Sender,
)
from acquit.wording.typography import by_four, grouped_iban, grouped_siren

_FORMS = {
    "iban": grouped_iban,
    "siren": grouped_siren,
    "payment_reference": by_four,
}
_PLAIN = (
    "today", "step", "stage", "tone", "language", "reply_by", "reply_to", "reference",
    "payment_reference", "pay_url", "delay_days", "subscription", "registered",
)  # fmt: skip
_NAMES: dict[type, tuple[str, ...]] = {}
_PARTS = ("creditor", "sender", "recipient", "debtor", "broken_promise", "first_letter")


def of(facts: MessageFacts) -> dict[str, Any]:
    """Return the variables of `facts`: inert words, Money and dates, nothing empty."""
    found: dict[str, Any] = {}
    for name in _PLAIN:
        _put(found, name, getattr(facts, name))
    for name in _PARTS:
        part = getattr(facts, name)
        if part is not None:
            found[name] = _mapping(part)
    found["invoices"] = [_line(line) for line in facts.lines]
    if facts.lines:
        found["invoice"] = found["invoices"][0]
        found["oldest_days"] = max(line.days_late for line in facts.lines)
        found["first_due_on"] = min(line.due_on for line in facts.lines)
        found["last_due_on"] = max(line.due_on for line in facts.lines)
    found["count"] = len(facts.lines)
    found["late_count"] = sum(1 for line in facts.lines if line.days_late > 0)
    found["numbers"] = [inert(number) for number in dict.fromkeys(x.number for x in facts.lines)]
    found["orders"] = [
        inert(order) for order in dict.fromkeys(x.order_reference for x in facts.lines) if order
    ]
    found["total"] = list(facts.totals)
    found["partial_payments"] = [_mapping(payment) for payment in facts.partial_payments]
    found["thanks_for"] = [_mapping(payment) for payment in facts.thanks_for]
    paid = [number for payment in facts.thanks_for for number in payment.invoices]
    found["paid_numbers"] = [inert(number) for number in dict.fromkeys(paid)]
    found["previous_reminders"] = list(facts.previous_reminders)
    found["attachment_count"] = len(facts.attachments)
    if facts.may_name_penalties and facts.penalties is not None:
        found["penalties"] = _penalties(facts)
    found["recovery_law"] = L111_8.split("\n")
    found |= {"invoice_table": TABLE, "payment_box": PAYMENT, "signature": SIGNATURE}
    return found


def _penalties(facts: MessageFacts) -> dict[str, Any]:
    found = _mapping(facts.penalties)
    found["interest"] = list(facts.interest)
    found["fixed_sums"] = list(facts.fixed_sums)
    found["total"] = list(facts.totals_with_penalties)
    found["fixed_sum_count"] = sum(1 for line in facts.lines if line.fixed_sum)
    return found


def _line(line: InvoiceLine) -> dict[str, Any]:
    found = _mapping(line)
    for name in ("original", "open", "credited", "paid", "disputed"):
        found[name] = Money(getattr(line, name), line.currency)
    found["asked"] = Money(line.asked, line.currency)
    if line.interest is not None:
        found["interest"] = Money(line.interest, line.currency)
    return found


def _mapping(part: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _names(type(part)):
        _put(found, name, getattr(part, name))
    return found


def _names(kind: type) -> tuple[str, ...]:
    found = _NAMES.get(kind)
    if found is None:
        found = _NAMES[kind] = tuple(field.name for field in fields(kind))
    return found


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    if isinstance(value, str):
        words = inert(value)
        if name in _FORMS:
            words = _FORMS[name](words)
        if words:
            found[name] = words
    elif isinstance(value, tuple):
        found[name] = [inert(item) if isinstance(item, str) else item for item in value]
    elif value is not None:
        found[name] = value


@cache
def names() -> Mapping[str, tuple[str, ...]]:
    """Return the variables that templates know, each with the names inside it."""
    inside: dict[str, tuple[str, ...]] = {
        "creditor": _names(Creditor), "sender": _names(Sender), "recipient": _names(Recipient),
        "debtor": _names(Debtor), "broken_promise": _names(BrokenPromise),
        "first_letter": _names(FirstLetter),
        "invoice": (*_names(InvoiceLine), "asked"),
        "invoices": (*_names(InvoiceLine), "asked"),
        "partial_payments": _names(PaymentReceived), "thanks_for": _names(PaymentReceived),
        "penalties": (*_names(Penalties), "interest", "fixed_sums", "total", "fixed_sum_count"),
    }  # fmt: skip
    alone = (
        *_PLAIN, "oldest_days", "first_due_on", "last_due_on", "count", "late_count",
        "paid_numbers", "numbers", "orders",
        "total", "previous_reminders", "attachment_count", "invoice_table", "payment_box",
        "signature", "recovery_law",
    )  # fmt: skip
    return {**inside, **dict.fromkeys(alone, ())}
