"""What the banks say came in and went back, what it may be, and what a person or a rule made of it."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Value

from acquit.store.accounts.models import AMOUNT, Account, Creditor, Debtor, User
from acquit.store.ledger.models import CreditNote, Payment, SourceFile, Term
from acquit.store.owned import Owned, owned_index


class BankAccount(Owned):
    """An account of the creditor, by the IBAN or the local number that its statements state."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=40, help_text="IBAN without spaces, or the bank's own number")
    currency = models.CharField(max_length=3)
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "number", "currency"], name="a_bank_account_is_known_once"
            )
        ]

    def __str__(self) -> str:
        return self.number


class BankStatement(Owned):
    """A statement: what was on the account before and after its lines. Balances below zero are debts."""

    bank_account = models.ForeignKey(
        BankAccount, on_delete=models.CASCADE, related_name="statements", db_index=False
    )
    external_key = models.CharField(max_length=200)
    number = models.CharField(max_length=100, blank=True)
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)
    opening = models.DecimalField(**AMOUNT, null=True)
    closing = models.DecimalField(**AMOUNT, null=True)
    file = models.ForeignKey(
        SourceFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "bank_account", "external_key"], name="a_statement_is_known_once"
            )
        ]
        indexes: ClassVar = [owned_index("bank_account", "to_on", name="statements_of_an_account")]


class BankLine(Owned):
    """A booked movement. `matched`, kept by the database, is the part that is payments by now.

    A credit may be what debtors paid; a debit with `is_return` takes back an earlier credit.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+", db_index=False)
    bank_account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    statement = models.ForeignKey(
        BankStatement, null=True, on_delete=models.SET_NULL, related_name="lines", db_index=False
    )
    external_key = models.CharField(max_length=200)
    other_keys = models.JSONField(
        default=dict,
        db_default=Value({}, models.JSONField()),
        help_text="its keys in files of other kinds: {kind: key}",
    )
    booked_on = models.DateField()
    value_on = models.DateField()
    amount = models.DecimalField(**AMOUNT)
    currency = models.CharField(max_length=3)
    direction = models.CharField(max_length=6, help_text="credit or debit")
    is_return = models.BooleanField(default=False)
    return_reason = models.CharField(max_length=200, blank=True)
    counterparty_name = models.CharField(max_length=200, blank=True)
    counterparty_iban = models.CharField(max_length=40, blank=True)
    label = models.TextField(blank=True)
    reference = models.CharField(max_length=200, blank=True, help_text="the creditor reference, structured")
    end_to_end = models.CharField(max_length=200, blank=True)
    bank_reference = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40, blank=True, help_text="the bank's code of the kind of movement")
    method = models.CharField(max_length=20, blank=True)
    charges = models.DecimalField(**AMOUNT, null=True, help_text="kept by banks on the way")
    matched = models.DecimalField(**AMOUNT, default=Decimal(0))
    set_aside_at = models.DateTimeField(null=True)
    set_aside_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    set_aside_because = models.CharField(max_length=200, blank=True)
    known_on = models.DateField()
    file = models.ForeignKey(
        SourceFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "bank_account", "external_key"], name="a_bank_line_counts_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_bank_line_moves_something"),
            models.CheckConstraint(
                condition=Q(matched__gte=0, matched__lte=F("amount")),
                name="a_bank_line_is_not_spent_twice",
            ),
        ]
        indexes: ClassVar = [
            owned_index(
                "creditor", "booked_on", name="bank_lines_to_match",
                condition=Q(matched__lt=F("amount"), set_aside_at__isnull=True),
            ),
            owned_index("bank_account", "booked_on", name="bank_lines_of_an_account"),
        ]  # fmt: skip


class BankMatch(Owned):
    """A part of a bank line that is a payment (or, of a return, the payment that it takes back).

    Without `matched_by` the rule applied it alone. An undone one counts for nothing.
    """

    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="matches", db_index=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount = models.DecimalField(**AMOUNT)
    score = models.PositiveSmallIntegerField(null=True, help_text="0 to 100, of the proposal")
    reasons = models.JSONField(default=list, help_text="[[code, params], …]")
    made_payment = models.BooleanField(default=True, help_text="false: the ledger knew the payment before")
    allocations = models.JSONField(
        default=list,
        db_default=Value([], models.JSONField()),
        help_text="ids of the allocations that it made or, of a return, undid",
    )
    matched_at = models.DateTimeField()
    matched_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_bank_match_is_positive"),
            models.UniqueConstraint(
                fields=["organisation", "line", "payment"],
                condition=Q(undone_at__isnull=True),
                name="a_line_is_a_payment_once",
            ),
        ]
        indexes: ClassVar = [
            owned_index("line", name="matches_of_a_bank_line"),
            owned_index("payment", name="bank_matches_of_a_payment"),
        ]


class MatchProposal(Owned):
    """What an open line may be, best first (`rank` 1). Made anew whenever the facts change."""

    line = models.ForeignKey(BankLine, on_delete=models.CASCADE, related_name="proposals", db_index=False)
    rank = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField(help_text="0 to 100")
    is_sure = models.BooleanField(default=False, help_text="could be applied alone at its score")
    reasons = models.JSONField(default=list, help_text="[[code, params], …]")
    difference = models.DecimalField(
        **AMOUNT, default=Decimal(0), help_text="what the terms owe above what came; below zero: overpaid"
    )
    difference_kind = models.CharField(
        max_length=20, blank=True, help_text="charges, discount, rounding, part, on_account, or empty"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "line", "rank"], name="a_proposal_has_its_rank")
        ]


class ProposedPart(Owned):
    """A part of a proposal: so much for this term; of a credit note, below zero; else on the account.

    With `payment` it is that payment, which the ledger knows already or which came back.
    """

    proposal = models.ForeignKey(
        MatchProposal, on_delete=models.CASCADE, related_name="parts", db_index=False
    )
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    term = models.ForeignKey(Term, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    credit_note = models.ForeignKey(
        CreditNote, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    payment = models.ForeignKey(
        Payment, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    amount = models.DecimalField(**AMOUNT)

    class Meta:
        indexes: ClassVar = [
            owned_index("proposal", name="parts_of_a_proposal"),
            owned_index("account", name="proposals_of_an_account"),
        ]


class RefusedMatch(Owned):
    """A person's word that a line is not this account's: never proposed again."""

    line = models.ForeignKey(BankLine, on_delete=models.CASCADE, related_name="refusals", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    refused_at = models.DateTimeField()
    refused_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "line", "account"], name="a_match_is_refused_once"
            )
        ]


class LearnedPayer(Owned):
    """From which account a debtor pays: learned from matches, `times` over."""

    creditor = models.ForeignKey(Creditor, on_delete=models.CASCADE, related_name="+", db_index=False)
    debtor = models.ForeignKey(Debtor, on_delete=models.CASCADE, related_name="+", db_index=False)
    iban = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True, help_text="as the bank writes the payer")
    times = models.PositiveIntegerField(default=1)
    learned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "creditor", "iban", "name", "debtor"],
                name="a_payer_is_learned_once_per_debtor",
            )
        ]
        indexes: ClassVar = [owned_index("debtor", name="payers_of_a_debtor")]
