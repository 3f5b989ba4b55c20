"""`acquit doctor` on the domains that creditors write from: what receivers look up before they believe."""

from __future__ import annotations

from collections.abc import Iterator

from acquit.channels.email.domain import RESERVED, Dns, Record, Resolver, Sending, Unreachable, look

NOT_CHECKED = "not checked"


def sendings() -> Iterator[Sending]:
    """Yield each domain that a creditor of any organisation writes from, and how."""
    from acquit.store import tenancy
    from acquit.store.accounts.models import Creditor
    from acquit.store.outbox.models import Identity

    seen: set[tuple[str, str]] = set()
    for number in tenancy.organisation_ids():
        with tenancy.organisation(number):
            senders = [
                *Creditor.objects.order_by("key").values_list("id", "sender_email"),
                *Identity.objects.order_by("id").values_list("creditor_id", "email"),
            ]
            for creditor_id, email in senders:
                domain = email.rpartition("@")[2].lower()
                sending = _sending(creditor_id, domain) if domain else None
                if sending is not None and (domain, sending.provider) not in seen:
                    seen.add((domain, sending.provider))
                    yield sending


def _sending(creditor_id: int, domain: str) -> Sending:
    from django.conf import settings
    from django.db.models import F, Q

    from acquit.store.outbox.models import Carrier

    carriers = Carrier.objects.filter(
        Q(creditor_id=creditor_id) | Q(creditor=None), channel="email", active=True
    )
    carrier = carriers.order_by(F("creditor_id").asc(nulls_last=True)).first()
    if carrier is None:
        return Sending(domain=domain, host=settings.EMAIL_HOST, user=settings.EMAIL_HOST_USER)
    said = carrier.settings
    return Sending(
        domain=domain, provider=carrier.provider, host=str(said.get("host", "")),
        user=str(said.get("user", "")), selector=str(said.get("dkim_selector", "")),
        signs_as=str(said.get("domain", "")),
    )  # fmt: skip


def looked_up(sending: Sending, resolver: Resolver) -> tuple[str, list[Record]]:
    """Return why the zone was not looked at, else "" and what it says."""
    if f".{sending.domain}".endswith(RESERVED):
        return f"{NOT_CHECKED}: {sending.domain} is a name for examples", []
    try:
        return "", list(look(sending, resolver))
    except Unreachable:
        return f"{NOT_CHECKED}: no name server answers", []


def zones(resolver: Resolver | None = None) -> Iterator[tuple[Sending, str, list[Record]]]:
    """Yield each sending domain with what was found; after one silence nobody is asked again."""
    resolver, silent = resolver or Dns(), ""
    for sending in sendings():
        why, found = (silent, []) if silent else looked_up(sending, resolver)
        if why.endswith("answers"):
            silent = why
        yield sending, why, found
