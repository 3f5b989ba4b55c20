"""What is to leave, what left, each attempt, and the frozen proof."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from acquit.store.accounts.models import Account, Contact, Creditor, Debtor, User
from acquit.store.owned import Owned, owned_index

#: planned (its run is not over) → to_approve → ready → sending → sent; or handed_over (a person
#: prints or calls) → sent; or withdrawn (facts changed), skipped (by a person), failed (refused,
#: a person looks).
STATES = (
    "planned", "to_approve", "ready", "sending", "handed_over", "sent", "failed", "withdrawn",
    "skipped",
)  # fmt: skip
#: The states in which a message still stands for its account: one at a time.
LIVE = ("planned", "to_approve", "ready", "sending", "handed_over", "failed")
#: The states in which facts may still take the message back.
PENDING = ("planned", "to_approve", "ready")
#: The states from which the debtor may have been reached: they count as a contact.
REACHING = ("sending", "handed_over", "sent")
#: The channels that end in an envelope, unless a provider posts it.
PAPER = ("letter", "registered_letter")


class Carrier(Owned):
    """A provider with the settings of a creditor (or of all, where there is none): it carries a channel.

    `secrets` are sealed (`store.secrets`). `token` is the last part of the address at which the provider
    tells its news. Paused while `paused_because` says why and `paused_until` has not come; without an
    end until a person resumes it. One that is not `active` is kept for the messages that it carried.
    """

    creditor = models.ForeignKey(
        Creditor, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=20)
    provider = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    settings = models.JSONField(default=dict)
    secrets = models.TextField(blank=True)
    token = models.CharField(max_length=64)
    active = models.BooleanField(default=True)
    paused_until = models.DateTimeField(null=True)
    paused_because = models.TextField(blank=True)
    per_minute = models.PositiveIntegerField(null=True, help_text="messages at most; empty: no limit")
    per_hour = models.PositiveIntegerField(null=True, help_text="messages at most; empty: no limit")
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token"], name="news_of_a_carrier_has_its_own_address"),
            models.UniqueConstraint(
                fields=["organisation", "creditor", "channel"],
                condition=Q(active=True, creditor__isnull=False),
                name="one_carrier_per_creditor_and_channel",
            ),
            models.UniqueConstraint(
                fields=["organisation", "channel"],
                condition=Q(active=True, creditor__isnull=True),
                name="one_carrier_per_channel_for_all_creditors",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Identity(Owned):
    """Under whose name a creditor's messages of one stage leave; of every stage where it is empty.

    Without any, the sender is the creditor's own. An empty reply address leaves what would hold else.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.CASCADE, related_name="+", db_index=False)
    stage = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    phone = models.CharField(max_length=40, blank=True)
    reply_to = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "creditor", "stage"], name="one_identity_per_creditor_and_stage"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Message(Owned):
    """One contact of a debtor: what a decision asked for, and how far it got.

    `listed` holds term ids; `total` is [[amount, currency], …] as last decided. Texts are
    empty until a person edits them or the message is frozen.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+", db_index=False)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="messages", db_index=False)
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=20)
    scenario = models.CharField(max_length=60)
    step = models.CharField(max_length=60)
    stage = models.CharField(max_length=20)
    state = models.CharField(max_length=12)
    listed = models.JSONField(default=list)
    total = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    asks = models.BooleanField(default=False, help_text="a person approves before it leaves")
    planned_on = models.DateField()
    not_before = models.DateTimeField(help_text="postponed, or outside the sending window")
    recipient = models.CharField(max_length=300, blank=True)
    subject = models.TextField(blank=True)
    body = models.TextField(blank=True)
    edited = models.BooleanField(default=False)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=100, blank=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    because = models.TextField(blank=True, help_text="why it failed, was withdrawn or skipped")
    message_id = models.CharField(max_length=200, blank=True)
    reply_token = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "account"],
                condition=Q(state__in=LIVE),
                name="one_live_message_per_account",
            )
        ]
        indexes: ClassVar = [
            owned_index("not_before", "id", name="messages_ready_to_leave", condition=Q(state="ready")),
            owned_index("state", "planned_on", name="messages_by_state"),
            owned_index("account", name="messages_of_an_account"),
            owned_index("debtor", "sent_at", name="messages_sent_to_a_debtor"),
        ]


class Delivery(Owned):
    """One attempt to make a message arrive. Without an end it is not known how it went."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    attempt = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True, help_text="accepted, refused, unknown, handed_over")
    permanent = models.BooleanField(default=False)
    provider_ref = models.CharField(max_length=300, blank=True)
    detail = models.TextField(blank=True)
    carrier = models.ForeignKey(
        Carrier, null=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        help_text="empty: the server of the environment, or a person",
    )  # fmt: skip
    idempotency_key = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField(null=True, help_text="when the provider was last asked for news")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "message", "attempt"], name="an_attempt_is_made_once"
            )
        ]
        indexes: ClassVar = [
            owned_index(
                "carrier", "provider_ref", name="deliveries_by_reference",
                condition=Q(carrier__isnull=False),
            ),
            owned_index(
                "carrier", "began_at", name="deliveries_of_a_carrier", condition=Q(carrier__isnull=False)
            ),
        ]  # fmt: skip


class Evidence(Owned):
    """The exact bytes that left, and their hash."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="evidence", db_index=False)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    frozen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "message", "sha256"], name="the_same_bytes_are_kept_once"
            )
        ]


class ProviderEvent(Owned):
    """What a carrier told of a message, recorded once however often it is told.

    Without a message it could not be tied, and is listed until a person ties it or sets it aside; `tried`
    is by what. `raw` is what came with
    it: an answer, a proof of no known message, or the whole call where `event` is "unreadable".
    """

    carrier = models.ForeignKey(
        Carrier, null=True, on_delete=models.PROTECT, related_name="events", db_index=False,
        help_text="empty: a person told it",
    )  # fmt: skip
    message = models.ForeignKey(
        Message, null=True, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    delivery = models.ForeignKey(
        Delivery, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    event = models.CharField(max_length=20)
    event_id = models.CharField(max_length=300)
    provider_ref = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    address = models.CharField(max_length=300, blank=True)
    permanent = models.BooleanField(default=False)
    detail = models.TextField(blank=True)
    raw = models.BinaryField(null=True)
    evidence = models.ForeignKey(
        Evidence, null=True, on_delete=models.PROTECT, related_name="proves", db_index=False,
        help_text="the proof that came with it",
    )  # fmt: skip
    tried = models.JSONField(default=list, help_text="[[reference, key, message_id or number, value], …]")
    looked_at = models.DateTimeField(null=True, help_text="when a person tied it or set it aside")
    looked_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    set_aside_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "carrier", "event_id"], name="news_is_recorded_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "event_id"],
                condition=Q(carrier__isnull=True),
                name="what_a_person_tells_is_recorded_once",
            ),
        ]
        indexes: ClassVar = [
            owned_index("message", "at", name="news_of_a_message", condition=Q(message__isnull=False)),
            owned_index(
                "received_at",
                name="news_tied_to_nothing",
                condition=Q(message__isnull=True, looked_at__isnull=True),
            ),
            owned_index("carrier", "received_at", name="news_of_a_carrier"),
        ]


class PrintBatch(Owned):
    """Letters taken together to the printer by one person, in the order of their envelopes.

    Open until he says which of them he posted; `sha256` is of the PDF, which is the same each time.
    """

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+", db_index=False)
    printed_on = models.DateField(help_text="the day on its cover list")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    language = models.CharField(max_length=8, default="fr")
    sha256 = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        indexes: ClassVar = [owned_index("creditor", "-opened_at", name="print_batches_of_a_creditor")]


class PrintedLetter(Owned):
    """One letter of a batch. `outcome`: empty while it is open, then posted or put_back."""

    batch = models.ForeignKey(PrintBatch, on_delete=models.CASCADE, related_name="letters", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+", db_index=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField(help_text="its place in the batch, from 1")
    pages = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "message"],
                condition=Q(outcome=""),
                name="a_letter_is_in_one_open_batch",
            ),
            models.UniqueConstraint(
                fields=["organisation", "batch", "number"], name="a_batch_has_one_letter_at_each_place"
            ),
        ]
        indexes: ClassVar = [owned_index("message", name="print_batches_of_a_letter")]


class Digest(Owned):
    """A mail about the work, to one of our own people. The row is what makes it leave once.

    Without `sent_at` and `because` it is not known whether it left, and it is not sent again.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, help_text="daily or weekly")
    day = models.DateField()
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    because = models.TextField(blank=True, help_text="why the server did not take it")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "user", "kind", "day"], name="a_digest_leaves_once_a_day"
            )
        ]


class Subscription(Owned):
    """An own system or a chat room that is told what happens. `sealed` holds its address and its key."""

    creditor = models.ForeignKey(
        Creditor, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=20, help_text="json, slack, teams or mattermost")
    name = models.CharField(max_length=100)
    host = models.CharField(max_length=255)
    sealed = models.TextField()
    events = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [owned_index("id", name="subscriptions_in_use", condition=Q(active=True))]

    def __str__(self) -> str:
        return self.name


class SubscriptionCall(Owned):
    """One thing to tell one subscription, written with the fact; tried until it is taken or given up."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="calls", db_index=False
    )
    event = models.CharField(max_length=40)
    fact = models.CharField(max_length=100, help_text="what it is about: told once")
    said = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, help_text="when it is tried; empty: over")
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, blank=True, help_text="taken or given_up")
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "subscription", "fact"], name="a_subscription_is_told_once_of_a_fact"
            )
        ]
        indexes: ClassVar = [
            owned_index("next_at", "id", name="calls_to_make", condition=Q(next_at__isnull=False)),
            owned_index("subscription", "id", name="calls_of_a_subscription"),
        ]
