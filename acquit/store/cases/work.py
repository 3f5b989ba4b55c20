"""What people do with work that waits: who has it, until when it rests, what was said about it.

A piece of work is named by its kind (message, task or answer) and the id of its row.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from acquit.store.accounts.models import Account, Creditor, User
from acquit.store.owned import Owned, owned_index

#: What waits for a person: a message, a task or alert, an answer of a debtor.
WORK = ("message", "task", "answer")
#: A claim that nobody renewed for this long is over: the page was closed, or its reader went home.
CLAIM_LASTS = timedelta(minutes=3)


class WorkState(Owned):
    """Who has a piece of work, who looks at it now, and until which day it rests.

    A claim says only that somebody has it before his eyes; it ends by itself (flows.material.work).
    """

    kind = models.CharField(max_length=12, help_text="message, task or answer")
    item = models.BigIntegerField(help_text="id of the message, the task or the answer")
    assigned_to = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    assigned_at = models.DateTimeField(null=True)
    assigned_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    snoozed_until = models.DateField(null=True, help_text="the day on which it comes back")
    snoozed_at = models.DateTimeField(null=True, help_text="an answer that came later wakes it at once")
    snoozed_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    claimed_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "item"], name="a_piece_of_work_has_one_state"
            ),
            models.CheckConstraint(
                condition=Q(snoozed_until__isnull=True) | Q(snoozed_at__isnull=False),
                name="a_rest_says_since_when",
            ),
        ]
        indexes: ClassVar = [
            owned_index("claimed_by", name="work_claimed", condition=Q(claimed_by__isnull=False))
        ]


class Comment(Owned):
    """What a person says to colleagues about a piece of work; never seen by a debtor."""

    kind = models.CharField(max_length=12, help_text="message, task or answer")
    item = models.BigIntegerField(help_text="id of the message, the task or the answer")
    creditor = models.ForeignKey(Creditor, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    text = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        indexes: ClassVar = [owned_index("kind", "item", name="comments_of_work")]


class Mention(Owned):
    """A person whom a comment names: it stands in his list until he has seen it."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions", db_index=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "comment", "person"], name="a_comment_names_a_person_once"
            )
        ]
        indexes: ClassVar = [owned_index("person", name="mentions_unseen", condition=Q(seen_at__isnull=True))]
