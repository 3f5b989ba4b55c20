"""All that a message may say, as frozen facts; the contract between flows and wording.

What is unknown is None and stays out of the template's variables: a text that needs it is
then `Unsayable`, and never prints "None" (F-55).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.core.money import Money, round_to_currency, totals

ZERO = Decimal(0)
#: Kinds of debtor to whom penalties and the fixed sum may be named (L441-10, R2192-31).
MAY_OWE_PENALTIES = frozenset({"business", "public"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Creditor:
    """The legal entity that writes. `city` dates the letter, `rcs_city` is its registry.

    `capital` is printed as given: « 480 000 € ». `colour` is « #rrggbb ». `collects_for` is the name and
    address of the firm whose debts they are, where he recovers for another.
    """

    name: str
    country: str = "FR"
    language: str = "fr"
    legal_form: str | None = None
    capital: str | None = None
    siren: str | None = None
    rcs_city: str | None = None
    vat_number: str | None = None
    address: tuple[str, ...] = ()
    city: str | None = None
    iban: str | None = None
    bic: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    signatory: str | None = None
    signatory_title: str | None = None
    colour: str | None = None
    collects_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The person whose name stands under the message, with a direct number to answer to."""

    name: str
    title: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who reads. `civility` is « Madame », « Monsieur », "Ms", "Mr"…; None when unknown.

    `address` are the lines of the envelope without the country, the last one being postcode
    and city.
    """

    name: str | None = None
    civility: str | None = None
    last_name: str | None = None
    role: str | None = None
    email: str | None = None
    phone: str | None = None
    address: tuple[str, ...] = ()
    country: str = "FR"
    registered_email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """Who owes. `kind`: business, consumer, public or intercompany."""

    name: str
    kind: str = "business"
    external_id: str | None = None
    siren: str | None = None
    country: str = "FR"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One term of one invoice in the message's table.

    `original` − `credited` − `paid` = `open`; `disputed` is the part of `open` that is not
    asked. `days_late` is negative before the due date. `term` says which instalment: "2/3".
    `fixed_sum` is in the `fixed_sum_currency` of the penalties.
    """

    number: str
    issued_on: date
    due_on: date
    days_late: int
    original: Decimal
    open: Decimal
    currency: str = "EUR"
    credited: Decimal = ZERO
    paid: Decimal = ZERO
    disputed: Decimal = ZERO
    term: str | None = None
    order_reference: str | None = None
    interest: Decimal | None = None
    fixed_sum: Decimal | None = None

    @property
    def asked(self) -> Decimal:
        """The part of the open balance that the message asks, in the currency's minor unit."""
        return round_to_currency(self.open - self.disputed, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePeriod:
    """A yearly rate in percent and the days, both inclusive, to which it applied."""

    rate: Decimal
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalties:
    """What the law adds to late invoices, given only when the regime is known and allows it.

    `rate` is the yearly rate of today in percent. The amounts come from the lines'
    `interest` and `fixed_sum`. `fixed_sum_each` is given where every invoice has the same;
    `law` and `fixed_sum_law` are the articles to print.
    """

    rate: Decimal
    periods: tuple[RatePeriod, ...] = ()
    fixed_sum_each: Money | None = None
    fixed_sum_currency: str = "EUR"
    law: str | None = None
    fixed_sum_law: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceived:
    """Money that arrived: acknowledged in a reminder, thanked for in a thank-you."""

    amount: Money
    received_on: date
    invoices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPromise:
    """A payment announced for `until` that did not arrive."""

    until: date
    amount: Money | None = None
    invoices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLetter:
    """The letter by which one who recovers for another began (CPCE R124-4): every later step recalls it."""

    reference: str
    sent_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that leaves with the message."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """Everything that one message may say, in one language, on one day.

    `credits`: money or credit notes of the debtor that nobody allocated yet, which the total
    takes off. `reference`: our own number of the message (MED-2026-0031). `registered_number`: empty
    where a person writes it on the letter, None where whoever posts it keeps it. `answer_to` and
    `answer_token`: where « this is not for me » goes, and what ties it to the message. `qr_cid`: under
    which name a mail carries the code of its transfer. `statement`: every open term of the account.
    `payment_reference`: ISO 11649, what the debtor copies into the transfer.
    """

    creditor: Creditor
    sender: Sender
    recipient: Recipient
    debtor: Debtor
    lines: tuple[InvoiceLine, ...]
    today: date
    step: str
    stage: str = "reminder"
    tone: int = 1
    language: str = "fr"
    reply_by: date | None = None
    reply_to: str | None = None
    reference: str | None = None
    payment_reference: str | None = None
    pay_url: str | None = None
    credits: tuple[Money, ...] = ()
    penalties: Penalties | None = None
    delay_days: int = 8
    partial_payments: tuple[PaymentReceived, ...] = ()
    broken_promise: BrokenPromise | None = None
    thanks_for: tuple[PaymentReceived, ...] = ()
    previous_reminders: tuple[date, ...] = ()
    first_letter: FirstLetter | None = None
    attachments: tuple[Attachment, ...] = ()
    subscription: str | None = None
    registered: bool = False
    registered_number: str | None = None
    answer_to: str | None = None
    answer_token: str | None = None
    qr_cid: str | None = None
    statement: tuple[InvoiceLine, ...] = ()

    @property
    def totals(self) -> tuple[Money, ...]:
        """What is asked: the lines less the unallocated credits, one sum per currency (F-24)."""
        return totals([*self._asked(), *(Money(-m.amount, m.currency) for m in self.credits)])

    @property
    def may_name_penalties(self) -> bool:
        """Tell whether the law and the facts let this message name interest or fixed sums."""
        return self.penalties is not None and self.debtor.kind in MAY_OWE_PENALTIES

    @property
    def totals_with_penalties(self) -> tuple[Money, ...]:
        """What a formal notice claims: the totals, the interest and the fixed sums."""
        return totals([*self.totals, *self.interest, *self.fixed_sums])

    @property
    def interest(self) -> tuple[Money, ...]:
        """The late interest of the lines per currency; empty where it may not be named."""
        amounts = ((line.interest, line.currency) for line in self.lines)
        return self._added(amounts)

    @property
    def fixed_sums(self) -> tuple[Money, ...]:
        """The fixed sums for recovery costs per currency; empty where they may not be named."""
        currency = self.penalties.fixed_sum_currency if self.penalties else ""
        return self._added((line.fixed_sum, currency) for line in self.lines)

    def _asked(self) -> Iterator[Money]:
        return (Money(line.asked, line.currency) for line in self.lines)

    def _added(self, amounts: Iterable[tuple[Decimal | None, str]]) -> tuple[Money, ...]:
        if not self.may_name_penalties:
            return ()
        return totals(
            Money(round_to_currency(amount, currency), currency) for amount, currency in amounts if amount
        )
