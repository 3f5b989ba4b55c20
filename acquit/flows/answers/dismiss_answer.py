"""Set aside what concerns nobody: spam, newsletters; once, or for good."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acquit.flows.material.answers.handling import finish, take
from acquit.flows.material.answers.whose import PUBLIC_DOMAINS
from acquit.flows.material.errors import Impossible
from acquit.store.answers.models import DISMISSED, SenderRule


class NotADomain(Impossible):
    """Anybody can have a mailbox there: dismiss this sender alone."""

    french = "N’importe qui peut y avoir une adresse\u00a0: n’écartez que cet expéditeur."


def dismiss_answer(
    *,
    organisation_id: int,
    answer_id: int,
    now: datetime,
    for_good: str = "",
    by: int | None = None,
) -> None:
    """Set an answer aside, and end its hold. `for_good`: "sender" or "domain" are set aside from now on.

    A debtor's own contact is never set aside by such a rule. Raises AnswerTaken, NotADomain.
    """
    with transaction.atomic():
        answer = take(organisation_id, answer_id)
        sender = answer.sender.lower()
        domain = sender.rpartition("@")[2]
        if for_good == "domain" and (not domain or domain in PUBLIC_DOMAINS):
            raise NotADomain
        if for_good and sender:
            SenderRule.objects.get_or_create(
                organisation_id=organisation_id, sender=f"@{domain}" if for_good == "domain" else sender,
                defaults={"made_at": now, "made_by_id": by},
            )  # fmt: skip
        finish(answer, DISMISSED, now=now, by=by, state=DISMISSED)


def drop_rule(*, organisation_id: int, rule_id: int) -> None:
    """Take such a rule back: what the sender writes next is shown again."""
    SenderRule.objects.filter(organisation_id=organisation_id, id=rule_id).delete()
