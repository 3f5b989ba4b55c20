"""Mailboxes that are read, what people wrote to us, and the files that came along."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from acquit.store.accounts.models import AMOUNT, Account, Contact, Creditor, Debtor, User
from acquit.store.cases.models import BankChange, Dispute, Promise
from acquit.store.outbox.models import Message
from acquit.store.owned import Owned, owned_index

#: unread (its debtor is left alone) → read (nothing to do) or handled (something was done); or dismissed
#: (spam, newsletters, what concerns nobody). What a machine wrote is filed from the start.
UNREAD, READ, HANDLED, DISMISSED, FILED = STATES = ("unread", "read", "handled", "dismissed", "filed")

#: What a person made of an answer.
OUTCOMES = (
    "promise", "dispute", "paid", "copy", "wrong_contact", "bank_details", "read_only", "dismissed",
)  # fmt: skip

#: How an answer was tied to whom it is from, from the surest.
TIES = ("token", "thread", "sender", "number", "person")


class Mailbox(Owned):
    """A mailbox in which answers arrive, and how far it was read. One worker reads it at a time.

    One that was removed is not active and has no secrets; it stays for the answers that came from it.

    `sealed` holds what is secret (acquit/store/secrets.py): a password; or the client's secret, the refresh
    token and the present access token of OAuth 2. `uid_validity` and `last_uid` are those of `folder`
    (RFC 3501, 2.3.1.1).
    """

    creditor = models.ForeignKey(
        Creditor, null=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        help_text="whose debtors write here; empty: all of them",
    )  # fmt: skip
    name = models.CharField(max_length=100)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=10, default="ssl", help_text="ssl, starttls or none")
    user = models.CharField(max_length=254)
    login = models.CharField(max_length=12, default="password", help_text="password, microsoft or google")
    sealed = models.TextField(blank=True)
    client_id = models.CharField(max_length=200, blank=True)
    tenant = models.CharField(max_length=100, blank=True, help_text="of Microsoft; empty: any of theirs")
    access_until = models.DateTimeField(null=True)
    folder = models.CharField(max_length=200, default="INBOX")
    move_to = models.CharField(max_length=200, blank=True, help_text="where what was read goes; empty: stays")
    since = models.DateField(help_text="older mails are left alone")
    is_active = models.BooleanField(default=True)
    silent_hours = models.PositiveSmallIntegerField(
        default=24, db_default=24, help_text="not read for longer, it holds reminders"
    )
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    read_through = models.DateTimeField(null=True, help_text="when it was last read to its end")
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    failing_since = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True, help_text="what went wrong last, as it was told")
    cause = models.CharField(max_length=20, blank=True, db_default="", help_text="of trouble: imap.CAUSES")
    next_try_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "host", "user", "folder"], name="a_mailbox_is_read_once"
            )
        ]


class MailboxWaiver(Owned):
    """A person's word to go on though a mailbox cannot be read: through `until`, or until taken back."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="waivers", db_index=False)
    until = models.DateTimeField()
    because = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [owned_index("mailbox", "until", name="waivers_of_a_mailbox")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(because=""), name="nobody_goes_on_without_a_reason")
        ]


class Answer(Owned):
    """What somebody wrote to us: its bytes as they came, what was read in them, and what was made of it.

    `kind`, `score`, `day`, `amount` and the like are a proposal; `outcome` is what a person decided.
    Without a `debtor` it waits to be identified, and its candidates are held as well as a debtor is.
    `fingerprint` is the same for the same mail whatever ways it came.
    """

    creditor = models.ForeignKey(
        Creditor, null=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        help_text="to whom it was written, where that is known",
    )  # fmt: skip
    channel = models.CharField(max_length=20, default="email")
    mailbox = models.ForeignKey(
        Mailbox, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    uid_validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    fingerprint = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(help_text="as it came; only its beginning where it is not complete")
    complete = models.BooleanField(default=True)
    received_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    mail_id = models.CharField(max_length=400, blank=True, help_text="the Message-ID that it bears")
    sender = models.CharField(max_length=254, blank=True, help_text="mailbox or number")
    sender_name = models.CharField(max_length=120, blank=True)
    subject = models.TextField(blank=True)
    said = models.TextField(blank=True, help_text="without quotes and signature")
    text = models.TextField(blank=True, help_text="all of it")

    kind = models.CharField(max_length=20)
    score = models.FloatField(default=0)
    reasons = models.JSONField(default=list, help_text="[[code, params], …]")
    day = models.DateField(null=True)
    amount = models.DecimalField(**AMOUNT, null=True)
    currency = models.CharField(max_length=3, blank=True)
    numbers = models.JSONField(default=list, help_text="what looks like invoice numbers")
    category = models.CharField(max_length=40, blank=True, help_text="of a dispute")
    address = models.CharField(max_length=254, blank=True, help_text="whom to write to instead")
    fraud_guard = models.BooleanField(default=False)

    tie = models.CharField(max_length=10, blank=True, help_text="how it was tied; empty: to identify")
    message = models.ForeignKey(
        Message, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False,
        help_text="ours, that it answers",
    )  # fmt: skip
    account = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="answers", db_index=False
    )
    debtor = models.ForeignKey(Debtor, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    state = models.CharField(max_length=10, default=UNREAD)
    outcome = models.CharField(max_length=20, blank=True)
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    note = models.TextField(blank=True)
    promise = models.ForeignKey(
        Promise, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    disputes = models.ManyToManyField(Dispute, through="AnswerDispute", related_name="+")
    bank_change = models.ForeignKey(
        BankChange, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "fingerprint"], name="an_answer_is_kept_once"),
            models.UniqueConstraint(
                fields=["organisation", "mailbox", "uid_validity", "uid"],
                name="a_mail_of_a_mailbox_is_kept_once",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | Q(debtor__isnull=False),
                name="an_answer_of_an_account_knows_its_debtor",
            ),
        ]
        indexes: ClassVar = [
            owned_index("debtor", "received_at", name="answers_of_a_debtor"),
            owned_index("account", "received_at", name="answers_of_an_account"),
            owned_index("debtor", name="answers_that_hold", condition=Q(state=UNREAD)),
            owned_index("state", "received_at", "id", name="answers_by_state"),
            owned_index("sender", name="answers_of_a_sender"),
        ]


class AnswerCandidate(Owned):
    """A debtor from whom an answer may be, while nobody has said: he is left alone meanwhile."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="candidates", db_index=False)
    debtor = models.ForeignKey(Debtor, on_delete=models.CASCADE, related_name="+", db_index=False)
    because = models.CharField(max_length=20, help_text="shared, domain, invoice")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "answer", "debtor"], name="a_candidate_is_named_once"
            )
        ]
        indexes: ClassVar = [owned_index("debtor", name="candidates_by_debtor")]


class AnswerDispute(Owned):
    """A dispute that an answer led to."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="+", db_index=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "answer", "dispute"], name="an_answer_leads_to_a_dispute_once"
            )
        ]


class AnswerFile(Owned):
    """A file that came with an answer. Its bytes lie in the answer's, at `position` among the files.

    `media_type` is what its first bytes show, whatever it `claims` to be. Nothing opens it here.
    """

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="files", db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, blank=True)
    claims = models.CharField(max_length=100, blank=True)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=12, default="not_scanned", help_text="clean, infected or not_scanned")
    found = models.CharField(max_length=200, blank=True, help_text="the name of what infects it")
    scanned_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "answer", "position"], name="a_file_has_its_place_in_an_answer"
            )
        ]
        indexes: ClassVar = [owned_index("id", name="files_to_scan", condition=Q(scan="not_scanned"))]


class SenderRule(Owned):
    """A sender of whom a person said that he is no debtor: what he writes is dismissed on arrival.

    It counts only where nothing else ties the mail to a debtor.
    """

    sender = models.CharField(max_length=254, help_text="a mailbox, or @ and a domain; in lower case")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "sender"], name="a_sender_is_dismissed_by_one_rule"
            )
        ]
