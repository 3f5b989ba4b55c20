"""Tell the subscriptions what happened: at least once each, with a bounded number of attempts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
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

#: After 1, 2, 4 … minutes; the last after two hours.
MOST_ATTEMPTS = 8
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
        next_at=now,
    )  # fmt: skip


def notify(*, organisation_id: int, now: datetime) -> int:
    """Make the calls that are due, each after it was claimed; return how many were taken."""
    return sum(_tell(one, now) for one in _claim(organisation_id, now))


def _claim(organisation_id: int, now: datetime) -> list[SubscriptionCall]:
    """Take calls for this worker and set when another would try them again: a crash delays, never loses."""
    with transaction.atomic():
        due = SubscriptionCall.objects.filter(organisation_id=organisation_id, next_at__lte=now)
        taken = list(
            due.select_for_update(skip_locked=True, of=("self",))
            .select_related("subscription__creditor")
            .order_by("next_at", "id")[:_AT_ONCE]
        )
        for one in taken:
            one.attempts += 1
            one.next_at = now + timedelta(minutes=2 ** (one.attempts - 1))
            one.save(update_fields=["attempts", "next_at"])
    return taken


def _tell(one: SubscriptionCall, now: datetime) -> bool:
    try:
        answered = _call(one, now)
    except Sealed as error:
        answered = Answered(False, str(error)[:300])
    over = answered.ok or one.attempts >= MOST_ATTEMPTS
    one.outcome = "taken" if answered.ok else "given_up" if over else ""
    one.next_at, one.detail = None if over else one.next_at, answered.detail
    one.save(update_fields=["outcome", "next_at", "detail"])
    return answered.ok


def _call(one: SubscriptionCall, now: datetime) -> Answered:
    subscription = one.subscription
    kept = unseal(subscription.sealed)
    facts, language = _facts(one)
    account = one.said.get("account")
    link = f"{settings.ACQUIT_BASE_URL}/clients/{account}/" if account else settings.ACQUIT_BASE_URL
    body = payload(subscription.kind, one.event, facts, language=language, link=link)
    stamp = int(now.timestamp())
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Acquit"}
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
