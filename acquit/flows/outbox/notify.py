"""Tell the subscriptions what happened: at least once each, with a bounded number of attempts."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from acquit.flows.material.calling import Answered, call
from acquit.flows.material.payloads import payload, signature
from acquit.store.accounts.models import Account, Creditor
from acquit.store.outbox.models import Subscription, SubscriptionCall
from acquit.store.secrets import Sealed, seal, unseal

#: After 2, 4, 8 … minutes; the last four hours after the first.
MOST_ATTEMPTS = 8
#: What is older is not told any more: it would be taken for news.
_STALE = timedelta(days=3)
#: How long the log is kept.
_KEPT = timedelta(days=60)
_AT_ONCE = 50


def keep_subscription(
    *, organisation_id: int, kind: str, name: str, url: str, events: Sequence[str], creditor_id: int | None,
    now: datetime,
) -> str:  # fmt: skip
    """Keep a new subscription; return the key that signs its calls, which is shown this once."""
    key = secrets.token_urlsafe(32)
    Subscription.objects.create(
        organisation_id=organisation_id, kind=kind, name=name, host=(urlsplit(url).hostname or "")[:255],
        sealed=seal({"url": url, "key": key}), events=list(events), creditor_id=creditor_id, made_at=now,
    )  # fmt: skip
    return key


def end_subscription(*, organisation_id: int, subscription_id: int) -> None:
    """Tell a subscription nothing more; what was told stays in its log."""
    with transaction.atomic():
        mine = {"organisation_id": organisation_id}
        Subscription.objects.filter(**mine, id=subscription_id).update(active=False)
        SubscriptionCall.objects.filter(
            **mine, subscription_id=subscription_id, next_at__isnull=False
        ).update(next_at=None, outcome="given_up", detail="ended")


def try_subscription(*, organisation_id: int, subscription_id: int, now: datetime) -> None:
    """Let a subscription be told of a test."""
    SubscriptionCall.objects.create(
        organisation_id=organisation_id, subscription_id=subscription_id, event="test", recorded_at=now,
        fact=f"test {now.isoformat()}", next_at=now,
    )  # fmt: skip


def notify(*, organisation_id: int, clock: Callable[[], datetime]) -> int:
    """Make the calls that are due, each after it was claimed; return how many were taken.

    `clock` says the moment, since each call is signed with its own. A subscription that fails is left
    alone until the next time, so that it does not keep the others waiting.
    """
    now = clock()
    mine = SubscriptionCall.objects.filter(organisation_id=organisation_id)
    mine.filter(next_at__lte=now, recorded_at__lt=now - _STALE).update(
        next_at=None, outcome="given_up", detail="too old"
    )
    taken, failing = 0, set[int]()
    for _ in range(_AT_ONCE):
        one = _claim(organisation_id, failing, now)
        if one is None:
            break
        if _tell(one, clock()):
            taken += 1
        else:
            failing.add(one.subscription_id)
    return taken


def forget_calls(*, organisation_id: int, now: datetime) -> int:
    """Take what was told long ago out of the log; return how much that was."""
    old = SubscriptionCall.objects.filter(
        organisation_id=organisation_id, next_at=None, recorded_at__lt=now - _KEPT
    )
    return old.delete()[0]


def _claim(organisation_id: int, failing: Collection[int], now: datetime) -> SubscriptionCall | None:
    """Take the next call for this worker and set when another tries it: a crash delays, never loses.

    That moment is further away than a call may take.
    """
    with transaction.atomic():
        due = SubscriptionCall.objects.filter(organisation_id=organisation_id, next_at__lte=now)
        one = (
            due.exclude(subscription_id__in=failing)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("subscription")
            .order_by("next_at", "id")
            .first()
        )
        if one is not None:
            one.attempts += 1
            one.next_at = now + timedelta(minutes=2**one.attempts)
            one.save(update_fields=["attempts", "next_at"])
    return one


def _tell(one: SubscriptionCall, now: datetime) -> bool:
    try:
        answered = _call(one, now)
    except Sealed as error:
        answered = Answered(False, str(error)[:300])
    over = answered.ok or one.attempts >= MOST_ATTEMPTS
    one.outcome = "taken" if answered.ok else "given_up" if over else ""
    one.next_at, one.detail = None if over else one.next_at, answered.detail
    # Where the subscription was ended meanwhile, it stays so.
    open_still = SubscriptionCall.objects.filter(id=one.id, next_at__isnull=False)
    open_still.update(outcome=one.outcome, next_at=one.next_at, detail=one.detail)
    return answered.ok


def _call(one: SubscriptionCall, now: datetime) -> Answered:
    subscription = one.subscription
    kept = unseal(subscription.sealed)
    facts, language = _facts(one)
    account = one.said.get("account")
    link = f"{settings.ACQUIT_BASE_URL}/clients/{account}/" if account else settings.ACQUIT_BASE_URL
    body = payload(subscription.kind, one.event, facts, language=language, link=link)
    stamp = int(now.timestamp())
    headers = {"Content-Type": "application/json", "User-Agent": "Acquit"}
    if subscription.kind == "json":
        headers |= {
            "Acquit-Event": one.event, "Acquit-Id": str(one.id), "Acquit-Timestamp": str(stamp),
            "Acquit-Signature": f"sha256={signature(kept['key'], stamp, body)}",
        }  # fmt: skip
    return call(kept["url"], body, headers, private_allowed=settings.ACQUIT_PRIVATE_WEBHOOKS)


def _facts(one: SubscriptionCall) -> tuple[Mapping[str, Any], str]:
    """Return what is said, with the names of debtor and creditor as they are now, and the language."""
    said = {key: value for key, value in one.said.items() if key not in {"creditor", "account"}}
    facts: dict[str, Any] = {"id": one.id, "at": one.recorded_at.isoformat(), **said}
    creditor = Creditor.objects.filter(id=one.said.get("creditor")).first()
    account = Account.objects.filter(id=one.said.get("account")).select_related("debtor").first()
    if creditor is not None:
        facts["creditor"] = creditor.name
    if account is not None:
        facts |= {"who": account.debtor.name, "account": account.external_id}
    return facts, creditor.language if creditor is not None else "fr"
