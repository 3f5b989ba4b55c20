"""Rates that a person entered, orders for payment, what moves a limitation, insolvencies, late charges."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from acquit.store.accounts.models import AMOUNT, Account, Debtor, User
from acquit.store.ledger.models import Invoice, Term
from acquit.store.owned import Owned, owned_index


class LegalRate(Owned):
    """The value of a legal rate in a semester, as a person read it; it goes before the shipped one.

    `replaces` says that the shipped value is another, and that the person holds to this one.
    """

    series = models.CharField(max_length=40, help_text="a key of acquit.core.regimes.SERIES")
    year = models.PositiveSmallIntegerField()
    half = models.PositiveSmallIntegerField(help_text="1 from January, 2 from July")
    percent = models.DecimalField(max_digits=7, decimal_places=4)
    source = models.CharField(max_length=300)
    read_on = models.DateField()
    replaces = models.BooleanField(default=False)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "series", "year", "half"], name="a_rate_is_fixed_once_a_semester"
            ),
            models.CheckConstraint(condition=Q(half__in=(1, 2)), name="a_year_has_two_semesters"),
            models.CheckConstraint(condition=~Q(source=""), name="a_rate_has_a_source"),
        ]


class PaymentOrder(Owned):
    """An order for payment that a court made (injonction de payer): void unless it is served in time.

    Making it moves no limitation; its service does, which is an `Interruption` that names it. `interest`
    is the rate that it bears: legal, which gains five points when it is ignored, other, or empty where
    nobody said. An order that was opposed on `opposed_on` is none: the court judges.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    ordered_on = models.DateField()
    court = models.CharField(max_length=200)
    amount = models.DecimalField(**AMOUNT)
    currency = models.CharField(max_length=3)
    interest = models.CharField(max_length=10, blank=True, db_default="", help_text="legal, other or empty")
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    opposed_on = models.DateField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "account", "ordered_on", "court", "amount"],
                condition=Q(cancelled_at=None), name="an_order_is_recorded_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_order_is_for_a_sum"),
        ]  # fmt: skip


class Interruption(Owned):
    """What moves the day on which a claim lapses. Without an invoice it is about all of the account.

    `kind` is a key of `acquit.core.regimes.limitation.KINDS`. `until` ends what suspends. `order` is the
    order for payment that was served. `years` is the limitation on which businesses agreed.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    invoice = models.ForeignKey(
        Invoice, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    order = models.ForeignKey(
        PaymentOrder, null=True, on_delete=models.CASCADE, related_name="services", db_index=False
    )
    kind = models.CharField(max_length=30)
    on = models.DateField()
    until = models.DateField(null=True)
    years = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "order"], condition=Q(cancelled_at=None, order__isnull=False),
                name="an_order_is_served_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="agreed_term", years__isnull=False, years__gte=1, years__lte=10)
                | (~Q(kind="agreed_term") & Q(years=None)),
                name="a_limitation_is_agreed_from_one_to_ten_years",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [owned_index("account", "on", name="interruptions_of_an_account")]


class InsolvencyNotice(Owned):
    """An announcement that a debtor may be insolvent: proposed, then confirmed or refused.

    Confirmed by the SIREN alone where it is the debtor's; a name alone only proposes.
    """

    debtor = models.ForeignKey(Debtor, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=20, help_text="bodacc, file or person")
    external_id = models.CharField(max_length=100)
    siren = models.CharField(max_length=9, blank=True)
    name = models.CharField(max_length=300, blank=True)
    opening = models.BooleanField(help_text="a judgment that opens a procedure")
    procedure = models.CharField(max_length=30, help_text="safeguard, recovery, liquidation or other")
    nature = models.CharField(max_length=300, blank=True, help_text="the announcement's own words")
    judged_on = models.DateField()
    published_on = models.DateField(null=True)
    court = models.CharField(max_length=200, blank=True)
    officer = models.TextField(blank=True, help_text="to whom claims are declared, as announced")
    url = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, help_text="proposed, confirmed or refused")
    recorded_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "debtor", "external_id"], name="an_announcement_is_known_once"
            )
        ]


class InsolvencyLook(Owned):
    """When a debtor's announcements were last asked for."""

    debtor = models.ForeignKey(Debtor, on_delete=models.CASCADE, related_name="+", db_index=False)
    looked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "debtor"], name="a_debtor_is_looked_up_once")
        ]


class LateCharge(Owned):
    """Interest of a term, or the fixed sum of an invoice: claimed, and due whatever becomes of the principal.

    `lines` is the formula: [[first, last, base, percent, days, interest, source, confidence, read on], …]
    as texts; older ones do not say when they were read. `paid` counts what payments settled of it.
    Interest grows with each claim until the day on which its term was paid; then it is `final`.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="+", db_index=False)
    term = models.ForeignKey(Term, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, help_text="interest or fixed_sum")
    amount = models.DecimalField(**AMOUNT)
    currency = models.CharField(max_length=3)
    from_on = models.DateField(help_text="the first day that bears interest, or the day after the due date")
    to_on = models.DateField(help_text="the last day that it covers")
    lines = models.JSONField(default=list)
    article = models.CharField(max_length=200, blank=True)
    final = models.BooleanField(default=False)
    claimed_on = models.DateField(help_text="when a message first asked for it, or a person did")
    paid = models.DecimalField(**AMOUNT, default=0)
    paid_on = models.DateField(null=True)
    waived_on = models.DateField(null=True)
    waived_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    waived_because = models.CharField(max_length=300, blank=True, default="", db_default="")
    exported_at = models.DateTimeField(null=True, help_text="when the accountant was first given it")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "invoice"], condition=Q(kind="fixed_sum"),
                name="a_fixed_sum_is_due_once_per_invoice",
            ),
            models.UniqueConstraint(
                fields=["organisation", "term"], condition=Q(kind="interest"),
                name="interest_is_kept_once_per_term",
            ),
            models.CheckConstraint(
                condition=Q(paid__gte=0, paid__lte=F("amount")), name="a_charge_is_not_paid_twice"
            ),
            models.CheckConstraint(
                condition=Q(waived_on__isnull=True, waived_because="")
                | (Q(waived_on__isnull=False) & ~Q(waived_because="")),
                name="a_waiver_has_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind="interest", term__isnull=True), name="interest_is_that_of_a_term"
            ),
        ]  # fmt: skip
        indexes: ClassVar = [owned_index("account", name="charges_of_an_account")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number of the piece under which it is booked: that of its invoice, with what it is."""
        return f"{'INT' if self.kind == 'interest' else 'IFR'}-{self.invoice.number}"[:100]
