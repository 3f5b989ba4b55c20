"""What was invoiced, credited, paid and matched, and the files that said so."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from acquit.store.accounts.models import AMOUNT, Account, Creditor, User
from acquit.store.owned import Owned, owned_index


class SourceFile(Owned):
    """A file as it was received, kept whole with its hash."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    size = models.BigIntegerField()
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    header = models.CharField(
        max_length=64,
        blank=True,
        db_default="",
        help_text="SHA-256 of the header line; empty where there is none",
    )
    covers = models.JSONField(
        null=True,
        help_text='bank account ("" where it is no bank\'s) → the newest day that it covers, or null',
    )

    class Meta:
        indexes: ClassVar = [
            owned_index("creditor", "received_at", name="files_of_a_creditor"),
            owned_index("sha256", name="files_by_hash"),
        ]


class WaitingFile(Owned):
    """A file that was handed in and looked at, and that nobody has agreed to import yet.

    `options` are the choices made so far, `report` is what the last look said of it.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=300)
    content = models.BinaryField()
    size = models.BigIntegerField()
    options = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        indexes: ClassVar = [owned_index("creditor", "received_at", name="files_that_wait")]


class QuarantinedRow(Owned):
    """A row that could not be read: where, why, what it said; corrected and retried later."""

    file = models.ForeignKey(SourceFile, on_delete=models.CASCADE, related_name="quarantined", db_index=False)
    line = models.IntegerField(null=True)
    field = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    value = models.TextField(blank=True)
    row = models.JSONField(default=dict, help_text="the row's cells by column name")
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=20, blank=True, help_text="corrected or dropped")

    class Meta:
        indexes: ClassVar = [owned_index("file", name="quarantine_of_a_file")]


class ColumnMapping(Owned):
    """Which column is which field, remembered for the next file with the same header."""

    creditor = models.ForeignKey(Creditor, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    header = models.CharField(max_length=64, help_text="SHA-256 of the header line")
    columns = models.JSONField(default=dict)
    answers = models.JSONField(default=dict, help_text="answers to what was ambiguous")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "creditor", "kind", "header"],
                name="a_header_is_mapped_once",
            )
        ]


class Feed(Owned):
    """One place that a creditor learns from. Without news of one that `holds` nothing leaves (rule 3).

    `kind` is one of `acquit.core.freshness.KINDS`; files make their feed at their first import.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="feeds", db_index=False)
    kind = models.CharField(max_length=40, help_text="fec, invoices, payments, bank, einvoices, network…")
    bank_account = models.CharField(max_length=40, blank=True, help_text="whose statements; empty: no bank's")
    fresh_days = models.PositiveSmallIntegerField(
        null=True, help_text="working days that it may be old (a connector's: 1); empty: the creditor's"
    )
    holds = models.BooleanField(default=True, help_text="whether its silence holds what would leave")
    by_arrival = models.BooleanField(
        default=False, help_text="its age counts from the arrival of a file, not from its content"
    )
    newest_on = models.DateField(null=True, help_text="the newest day that its content covers, if it tells")
    newest_at = models.DateTimeField(help_text="when it last brought something")
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    retired_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "creditor", "kind", "bank_account"], name="a_feed_is_known_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.bank_account}".strip()


class Invoice(Owned):
    """What was invoiced. `external_key` is its identity in the source."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="invoices", db_index=False)
    number = models.CharField(max_length=100)
    external_key = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=20,
        default="invoice",
        help_text="invoice, opening, returned_payment, refund, adjustment or retention",
    )
    issued_on = models.DateField()
    amount = models.DecimalField(**AMOUNT)
    currency = models.CharField(max_length=3)
    label = models.CharField(max_length=300, blank=True)
    paid_by = models.CharField(max_length=20, blank=True, help_text="direct_debit, or empty")
    factored = models.BooleanField(default=False)
    known_on = models.DateField()
    scenario = models.ForeignKey(
        "cases.Scenario", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    file = models.ForeignKey(
        SourceFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    document = models.BinaryField(null=True, help_text="the invoice as PDF")
    payee_iban = models.CharField(
        max_length=34, blank=True, db_default="", help_text="the account that the invoice asks to pay to"
    )
    listed_in = models.ForeignKey(
        SourceFile, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False,
        help_text="the newest list of all that is open that held it",
    )  # fmt: skip
    missing_since = models.DateField(
        null=True,
        help_text="missing from such a list, of which a person has not said yet whether it was whole",
    )
    vat_on_receipt = models.BooleanField(
        db_default=False, help_text="VAT is due when money comes in: the network is told (status 212)"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "account", "external_key"],
                name="an_invoice_is_known_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_invoice_asks_for_something"),
        ]
        indexes: ClassVar = [
            owned_index("number", name="invoices_by_number"),
            owned_index("account", name="invoices_missing", condition=Q(missing_since__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class Term(Owned):
    """An instalment of an invoice. `allocated` and the days but `due_on` are kept by the database."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="terms", db_index=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="terms", db_index=False)
    position = models.SmallIntegerField(default=1)
    due_on = models.DateField()
    amount = models.DecimalField(**AMOUNT)
    currency = models.CharField(max_length=3)
    due_computed = models.BooleanField(
        db_default=False,
        help_text="the due day is reckoned from terms of payment; one that is stated prevails",
    )
    allocated = models.DecimalField(**AMOUNT, default=Decimal(0))
    settled_on = models.DateField(null=True)
    issued_on = models.DateField(null=True, editable=False, help_text="that of its invoice")
    touched_on = models.DateField(null=True, editable=False, help_text="before it no allocation counts")
    closed_on = models.DateField(null=True, editable=False, help_text="from it on nothing is owed, for good")
    written_off_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "invoice", "position"], name="a_term_has_its_place"
            ),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=F("amount")),
                name="an_allocation_never_exceeds_the_term",
            ),
        ]
        indexes: ClassVar = [
            owned_index(
                "account", "due_on", name="terms_still_owed",
                condition=Q(allocated__lt=F("amount")),
            ),
            owned_index(
                "settled_on", name="terms_settled_lately", condition=Q(settled_on__isnull=False)
            ),
            owned_index("account", name="terms_of_an_account"),
            owned_index(
                "touched_on", name="terms_paid_in_parts",
                condition=Q(touched_on__isnull=False)
                & (Q(closed_on__isnull=True) | Q(closed_on__gt=F("touched_on"))),
            ),
        ]  # fmt: skip


class InvoiceVat(Owned):
    """The VAT of an invoice at one rate: `base` without, `tax` the VAT on it."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="vat", db_index=False)
    category = models.CharField(max_length=4, help_text="UNCL 5305: S, Z, E, AE, K, G, O…")
    rate = models.DecimalField(max_digits=7, decimal_places=4, help_text="in percent")
    base = models.DecimalField(**AMOUNT)
    tax = models.DecimalField(**AMOUNT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "invoice", "category", "rate"],
                name="a_rate_stands_once_on_an_invoice",
            )
        ]


class _Credit(Owned):
    """What reduces a debt. `allocated` and `spent_on` are kept by the database."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="%(class)ss", db_index=False)
    external_key = models.CharField(max_length=200)
    amount = models.DecimalField(**AMOUNT)
    currency = models.CharField(max_length=3)
    label = models.CharField(max_length=300, blank=True)
    allocated = models.DecimalField(**AMOUNT, default=Decimal(0))
    spent_on = models.DateField(null=True, editable=False, help_text="from it on nothing is left, for good")
    known_on = models.DateField()
    file = models.ForeignKey(
        SourceFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


class CreditNote(_Credit):
    """What was invoiced and taken back. A cancelled one counts for nothing."""

    number = models.CharField(max_length=100)
    issued_on = models.DateField()
    cancelled_on = models.DateField(null=True)
    listed_in = models.ForeignKey(
        SourceFile, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False,
        help_text="the newest list of all that is open that held it",
    )  # fmt: skip

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "account", "external_key"],
                name="a_credit_note_is_known_once",
            ),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=F("amount")),
                name="an_allocation_never_exceeds_the_credit_note",
            ),
        ]
        indexes: ClassVar = [
            owned_index(
                "account", name="credit_notes_unallocated",
                condition=Q(allocated__lt=F("amount"), cancelled_on__isnull=True),
            ),
            owned_index(
                "issued_on", name="credit_notes_once_left_over",
                condition=Q(spent_on__isnull=True) | Q(spent_on__gt=F("issued_on")),
            ),
        ]  # fmt: skip


class Payment(_Credit):
    """Money received, by its value date. A returned one counts for nothing."""

    kind = models.CharField(
        max_length=20,
        default="payment",
        help_text="payment, already_paid, opening, bill, doubtful, write_off, discount, exchange,"
        " adjustment or vanished (missing from a complete list of what is open); only «payment» proves"
        " that money came in",
    )
    reference = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=40, blank=True)
    received_on = models.DateField()
    returned_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "account", "external_key"], name="a_payment_is_known_once"
            ),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=F("amount")),
                name="an_allocation_never_exceeds_the_payment",
            ),
        ]
        indexes: ClassVar = [
            owned_index(
                "account", name="payments_unallocated",
                condition=Q(allocated__lt=F("amount"), returned_on__isnull=True),
            ),
            owned_index(
                "received_on", name="payments_once_left_over",
                condition=Q(spent_on__isnull=True) | Q(spent_on__gt=F("received_on")),
            ),
            owned_index(
                "account", name="payments_inferred",
                condition=Q(kind="vanished", returned_on__isnull=True),
            ),
        ]  # fmt: skip


class DuplicatePayment(Owned):
    """A payment that a file tells of under another key than the one it is known by.

    `is_same` is empty while nobody has said: then `other`, made of the file's row, counts as well. Once it is
    the same money, `external_key` is a second key of `payment`, and `other` counts for nothing.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="+", db_index=False)
    external_key = models.CharField(max_length=200)
    other = models.ForeignKey(Payment, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    file = models.ForeignKey(
        SourceFile, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    found_at = models.DateTimeField()
    is_same = models.BooleanField(null=True)
    moved = models.JSONField(default=list, help_text="allocations that went from the other to the payment")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "account", "external_key"], name="a_duplicate_is_known_once"
            )
        ]
        indexes: ClassVar = [
            owned_index("found_at", name="duplicates_to_judge", condition=Q(is_same__isnull=True))
        ]


class Allocation(Owned):
    """Ties part of a payment or of a credit note to part of a term, until it is undone.

    `effective_on` is the day from which the term counts as paid: the value date of the money.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="allocations", db_index=False)
    payment = models.ForeignKey(
        Payment, null=True, on_delete=models.CASCADE, related_name="allocations", db_index=False
    )
    credit_note = models.ForeignKey(
        CreditNote, null=True, on_delete=models.CASCADE, related_name="allocations", db_index=False
    )
    amount = models.DecimalField(**AMOUNT)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    undone_on = models.DateField(null=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_allocation_is_positive"),
            models.CheckConstraint(
                condition=Q(payment__isnull=True) ^ Q(credit_note__isnull=True),
                name="an_allocation_has_one_source",
            ),
        ]
        indexes: ClassVar = [
            owned_index("term", name="allocations_of_a_term"),
            owned_index(
                "payment", name="allocations_of_a_payment", condition=Q(payment__isnull=False)
            ),
            owned_index(
                "credit_note", name="allocations_of_a_credit_note",
                condition=Q(credit_note__isnull=False),
            ),
            owned_index("account", "effective_on", name="allocations_of_an_account"),
        ]  # fmt: skip


class Change(Owned):
    """A statement that changed facts of the organisation: the database writes one for each (decision 30).

    Which of them a reader sees tells whether figures that were reckoned before are still those of now.
    """

    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [owned_index("id", name="changes_of_an_organisation")]


class KeptFigures(Owned):
    """Figures as they were reckoned at a moment, with the changes that were seen then.

    They are never added to: when a fact has changed they are reckoned anew from all of them, or shown with
    their moment.
    """

    key = models.CharField(max_length=200, help_text="which figures, of whom")
    day = models.DateField(help_text="the day that they are of")
    seen = models.CharField(max_length=60, help_text="the changes that were seen")
    value = models.JSONField()
    milliseconds = models.PositiveIntegerField(help_text="how long they took")
    kept_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="figures_are_kept_once")
        ]
