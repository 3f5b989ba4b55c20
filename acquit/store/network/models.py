"""What the e-invoicing network said of our invoices, and what we declared to it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from acquit.store.accounts.models import AMOUNT, Account, Creditor, User
from acquit.store.cases.models import BankChange, Dispute
from acquit.store.ledger.models import Invoice, SourceFile
from acquit.store.owned import Owned, owned_index


class NetworkStatus(Owned):
    """One status of one invoice, as it was received or noted by hand; whatever its code, it is kept.

    `invoice` is empty until the invoice is known, which may be later. `dispute` and `bank_change` are
    what it led to: once a person closed them, the status is settled and weighs no more.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    invoice = models.ForeignKey(
        Invoice, null=True, on_delete=models.CASCADE, related_name="statuses", db_index=False
    )
    external_key = models.CharField(max_length=200)
    invoice_number = models.CharField(max_length=100)
    invoice_issued_on = models.DateField(null=True)
    seller = models.CharField(max_length=20, blank=True, help_text="SIREN")
    buyer = models.CharField(max_length=20, blank=True, help_text="SIREN")
    code = models.IntegerField()
    label = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField(help_text="its own moment, not that of its arrival")
    on = models.DateField(help_text="the creditor's day of that moment")
    issuer_role = models.CharField(max_length=10, blank=True, help_text="SE, BY, WK, DL…")
    reasons = models.TextField(blank=True, help_text="codes separated by spaces")
    note = models.TextField(blank=True)
    amounts = models.JSONField(default=list)
    amount = models.DecimalField(
        **AMOUNT, null=True, help_text="with VAT: approved (206), announced (211) or collected (212)"
    )
    received_at = models.DateTimeField()
    followed_at = models.DateTimeField(null=True, help_text="when what it asks of people was opened")
    noted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    dispute = models.ForeignKey(
        Dispute, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    bank_change = models.ForeignKey(
        BankChange, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    file = models.ForeignKey(
        SourceFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "creditor", "external_key"], name="a_status_is_kept_once"
            ),
            models.CheckConstraint(
                condition=Q(invoice__isnull=True, account__isnull=True)
                | Q(invoice__isnull=False, account__isnull=False),
                name="a_status_knows_its_invoice_and_account",
            ),
        ]
        indexes: ClassVar = [
            owned_index("account", name="statuses_of_an_account", condition=Q(account__isnull=False)),
            owned_index("invoice", name="statuses_of_an_invoice", condition=Q(invoice__isnull=False)),
            owned_index(
                "creditor", "invoice_number", name="statuses_to_tie", condition=Q(invoice__isnull=True)
            ),
        ]


class Declaration(Owned):
    """A status 212 that we made: what came in on one day, per VAT rate; negative where it takes back.

    The unique number within the invoice is what keeps two runs from declaring the same money.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="declarations", db_index=False
    )
    number = models.PositiveIntegerField(help_text="1 is the first of the invoice")
    on = models.DateField(help_text="the day the money came in")
    amounts = models.JSONField(help_text="[[rate, amount with VAT], …]")
    total = models.DecimalField(**AMOUNT)
    currency = models.CharField(max_length=3)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    message_id = models.CharField(max_length=200, help_text="MDT-4")
    content = models.BinaryField(help_text="the CDAR message")
    sha256 = models.CharField(max_length=64)
    handed_over_at = models.DateTimeField(null=True)
    handed_over_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "invoice", "number"], name="a_collection_is_declared_once"
            ),
            models.CheckConstraint(condition=~Q(total=0), name="a_declaration_says_something"),
        ]
        indexes: ClassVar = [
            owned_index(
                "creditor", name="declarations_to_hand_over", condition=Q(handed_over_at__isnull=True)
            )
        ]
