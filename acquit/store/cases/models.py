"""The plan, how far each term is in it, and what stops or shifts it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from acquit.store.accounts.models import AMOUNT, Account, Creditor, Debtor, User
from acquit.store.cases import work  # noqa: F401  Django looks for models here
from acquit.store.ledger.models import Invoice, Term
from acquit.store.owned import Owned, owned_index


class Scenario(Owned):
    """A named plan; what it says is in its versions."""

    key = models.SlugField(max_length=60)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="a_scenario_has_its_own_key")
        ]

    def __str__(self) -> str:
        return self.key


class ScenarioVersion(Owned):
    """One wording of a scenario, never changed once published."""

    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    definition = models.JSONField(help_text="the mapping that core.scenario reads")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "scenario", "number"], name="a_version_has_its_own_number"
            )
        ]


class ScenarioRule(Owned):
    """Which scenario applies to which debtors; the first rule that fits decides."""

    creditor = models.ForeignKey(Creditor, on_delete=models.CASCADE, related_name="+", db_index=False)
    position = models.PositiveIntegerField()
    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, blank=True)
    profile = models.CharField(max_length=20, blank=True)
    country = models.CharField(
        max_length=10, blank=True, help_text="ISO code, or «abroad»: not the creditor's"
    )
    balance_from = models.DecimalField(**AMOUNT, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "creditor", "position"], name="a_rule_has_its_place"
            )
        ]


class Round(Owned):
    """One pass of a term through a scenario; a reopened term begins another."""

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="rounds", db_index=False)
    number = models.PositiveSmallIntegerField(default=1)
    version = models.ForeignKey(
        ScenarioVersion, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    started_on = models.DateField()
    resumed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "term", "number"], name="a_round_has_its_own_number"
            ),
            models.UniqueConstraint(
                fields=["organisation", "term"],
                condition=Q(ended_on__isnull=True),
                name="one_open_round_per_term",
            ),
        ]


class StepClaim(Owned):
    """A step of a term, taken by one message: planned, done, or skipped by a person.

    The row is what makes a step happen once, whoever plans it and however often.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="claims", db_index=False)
    round = models.PositiveSmallIntegerField(default=1)
    step = models.CharField(max_length=60)
    repetition = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, default="planned", help_text="planned, done, skipped")
    on = models.DateField()
    message = models.ForeignKey(
        "outbox.Message", null=True, on_delete=models.PROTECT, related_name="claims",
        db_index=False,
    )  # fmt: skip

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "term", "round", "step", "repetition"],
                name="a_step_is_done_once_per_term_and_round",
            )
        ]
        indexes: ClassVar = [
            owned_index("account", name="claims_of_an_account"),
            owned_index("message", name="claims_of_a_message"),
        ]


class Decision(Owned):
    """What was decided on an account, kept when it changes."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    on = models.DateField()
    decided_at = models.DateTimeField()
    kind = models.CharField(max_length=10, help_text="act, wait, hold or stop")
    step = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=20, blank=True)
    until = models.DateField(null=True)
    reasons = models.JSONField(help_text="[[code, params], …], the decisive one first")
    total = models.JSONField(default=list, help_text="[[amount, currency], …]")
    tasks = models.JSONField(default=list)
    version = models.ForeignKey(
        ScenarioVersion, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    is_current = models.BooleanField(default=True)
    because = models.GeneratedField(
        expression=KeyTextTransform(0, KeyTransform(0, "reasons")),
        output_field=models.CharField(max_length=60),
        db_persist=True,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "account"],
                condition=Q(is_current=True),
                name="one_current_decision_per_account",
            )
        ]
        indexes: ClassVar = [
            owned_index("account", "decided_at", name="decisions_of_an_account"),
            owned_index(
                "kind", "because", "account", name="decisions_in_force",
                condition=Q(is_current=True),
            ),
        ]  # fmt: skip


class Promise(Owned):
    """A debtor's word: money by a day. Without invoices it covers all that was overdue."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="promises", db_index=False)
    until = models.DateField()
    amount = models.DecimalField(**AMOUNT, null=True)
    currency = models.CharField(max_length=3, default="EUR")
    made_on = models.DateField()
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    cancelled_at = models.DateTimeField(null=True)
    terms = models.ManyToManyField(Term, through="PromisedTerm", related_name="promises")

    class Meta:
        indexes: ClassVar = [owned_index("account", name="promises_of_an_account")]


class PromisedTerm(Owned):
    """A term that a promise covers."""

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="+")
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "term", "promise"], name="a_promise_names_a_term_once"
            )
        ]


class Dispute(Owned):
    """What the debtor contests of an invoice: all of it, or an amount."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="disputes", db_index=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="disputes", db_index=False)
    amount = models.DecimalField(**AMOUNT, null=True)
    category = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    opened_on = models.DateField()
    recorded_at = models.DateTimeField()
    resolved_on = models.DateField(null=True)
    resolution = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "invoice"],
                condition=Q(resolved_on__isnull=True),
                name="one_open_dispute_per_invoice",
            )
        ]
        indexes: ClassVar = [owned_index("account", name="disputes_of_an_account")]


class Hold(Owned):
    """A person's stop, of an account or of one invoice, with its reason and its end."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="holds", db_index=False)
    invoice = models.ForeignKey(
        Invoice, null=True, on_delete=models.CASCADE, related_name="holds", db_index=False
    )
    until = models.DateField(null=True, help_text="the last day of the hold; empty: no end")
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    released_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            owned_index("account", name="holds_of_an_account", condition=Q(released_at__isnull=True))
        ]


class BankChange(Owned):
    """A word that the account to pay is wrong or new: perhaps a fraud, until two persons looked.

    Without an account it touches the whole creditor. The first person says what is true (`first_says`:
    ours, or changed by us), the second has to say the same.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    invoice = models.ForeignKey(
        Invoice, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    source = models.CharField(max_length=20, help_text="network, reply or person")
    claimed_iban = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    first_says = models.CharField(max_length=10, blank=True, help_text="ours or changed")
    first_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    first_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=10, blank=True, default="", db_default="", help_text="ours or changed"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, second_by__isnull=True, outcome="")
                | (
                    Q(ended_at__isnull=False, first_by__isnull=False, second_by__isnull=False)
                    & Q(outcome__in=("ours", "changed"), outcome=F("first_says"))
                    & ~Q(second_by=F("first_by"))
                ),
                name="a_bank_change_is_confirmed_by_two_persons",
            ),
            models.UniqueConstraint(
                fields=["organisation", "account"],
                condition=Q(ended_at__isnull=True, account__isnull=False),
                name="one_open_bank_change_per_account",
            ),
            models.UniqueConstraint(
                fields=["organisation", "creditor"],
                condition=Q(ended_at__isnull=True, account__isnull=True),
                name="one_open_bank_change_per_creditor",
            ),
        ]
        indexes: ClassVar = [
            owned_index("creditor", "account", name="bank_changes_open", condition=Q(ended_at__isnull=True))
        ]


class ManualContact(Owned):
    """A contact by hand (a call, a mail of one's own), which counts for the gap."""

    debtor = models.ForeignKey(Debtor, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    on = models.DateField()
    channel = models.CharField(max_length=20)
    outcome = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        indexes: ClassVar = [owned_index("debtor", "on", name="manual_contacts_of_a_debtor")]


class CallAttempt(Owned):
    """A try to call for a message, and what came of it. After the last one without an answer it gives up.

    `step` is the message's: while a given-up try is recent, that step looks for another way.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(
        "outbox.Message", on_delete=models.CASCADE, related_name="calls", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=60)
    on = models.DateField()
    outcome = models.CharField(max_length=40)
    gave_up = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "message", "number"], name="a_try_to_call_is_counted_once"
            )
        ]
        indexes: ClassVar = [
            owned_index("account", "on", name="calls_given_up", condition=Q(gave_up=True)),
        ]


class SilentNumber(Owned):
    """A number, in E.164, that takes no more SMS: its owner wrote STOP, or the network says it cannot."""

    number = models.CharField(max_length=20)
    because = models.CharField(max_length=40, help_text="the news that told it: complained or bounced")
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, help_text="a person lets it take SMS again")
    lifted_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    lifted_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "number"],
                condition=Q(lifted_at__isnull=True),
                name="a_number_is_silent_once",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~Q(lifted_because=""),
                name="silence_is_lifted_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Note(Owned):
    """What a person wants the next one to know."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notes", db_index=False)
    text = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        indexes: ClassVar = [owned_index("account", name="notes_of_an_account")]


class Task(Owned):
    """Work for a person in place of a message: a missing address, a match to make, an alert."""

    creditor = models.ForeignKey(Creditor, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="tasks", db_index=False
    )
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "account", "kind"],
                condition=Q(closed_at__isnull=True),
                name="one_open_task_of_a_kind_per_account",
            ),
            models.UniqueConstraint(
                fields=["organisation", "creditor", "kind"],
                condition=Q(closed_at__isnull=True, account__isnull=True),
                name="one_open_alert_of_a_kind_per_creditor",
            ),
        ]
        indexes: ClassVar = [owned_index("opened_at", name="tasks_open", condition=Q(closed_at__isnull=True))]
