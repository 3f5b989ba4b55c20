"""The open carriers of a run: those that an organisation has, else what the environment says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q

from acquit import channels
from acquit.channels.base import Channel, Session
from acquit.channels.provider import without_settings
from acquit.flows.material.carriage import Carriage, Carrying, Route, is_paused, session_of
from acquit.store.accounts.models import Creditor
from acquit.store.cases.models import Task
from acquit.store.outbox.models import Carrier, Delivery

NO_CARRIER = "no carrier is set up for this channel"


@contextmanager
def open_sessions(organisation_id: int) -> Iterator[Carriage]:
    """Open the carrier of every creditor and channel for a batch; each connects only when it must.

    A creditor's own carrier comes before that of all creditors, and this before the environment's. One
    that is paused carries nothing, nor does another in its place.
    """
    now = datetime.now(UTC)
    rows = {
        (carrier.creditor_id, carrier.channel): carrier
        for carrier in Carrier.objects.filter(organisation_id=organisation_id, active=True).select_related(
            "creditor"
        )
    }
    creditors = list(Creditor.objects.filter(organisation_id=organisation_id).values_list("id", flat=True))
    found: dict[Route, Carrying] = {}
    closed: dict[Route, str] = {}
    with ExitStack() as stack:
        opened: dict[str, Carrying | str | None] = {}
        for channel in channels.every().values():
            for creditor_id in creditors:
                row = rows.get((creditor_id, channel.key)) or rows.get((None, channel.key))
                name = _name(channel, row)
                if name not in opened:
                    opened[name] = _opened(channel, row, name, now)
                    if isinstance(carrying := opened[name], Carrying):
                        stack.enter_context(carrying.session)
                match opened[name]:
                    case Carrying() as carrying:
                        found[creditor_id, channel.key] = carrying
                    case str() as because:
                        closed[creditor_id, channel.key] = because
        yield Carriage(found, closed)


def _name(channel: Channel, row: Carrier | None) -> str:
    """Return what tells the carriers of a run apart: one is in use per channel and creditor, or for all."""
    if row is None:
        return channel.key
    of = f" ({row.creditor.key})" if row.creditor else ""
    return f"{channel.key}/{row.name}{of}"


def _opened(channel: Channel, row: Carrier | None, name: str, now: datetime) -> Carrying | str | None:
    """Return the open carrier, why it cannot be opened, or None while it is paused."""
    if row is None:
        session = _without_carrier(channel)
        return Carrying(session=session, name=name, probes=_told_of(channel)) if session else NO_CARRIER
    if is_paused(row, now):
        return None
    try:
        session = session_of(row)
    except (LookupError, ValueError) as error:
        return str(error)
    return Carrying(
        session=session, name=name, carrier_id=row.id, most=_left(row, now), probes=bool(row.paused_because)
    )


def _told_of(channel: Channel) -> bool:
    """Tell whether an alert says that the environment's server did not answer."""
    return Task.objects.filter(account=None, kind=f"{channel.key}_paused", closed_at=None).exists()


def _left(carrier: Carrier, now: datetime) -> int | None:
    """Return how many messages the carrier's limits leave to this run; None without a limit."""
    if carrier.per_minute is None and carrier.per_hour is None:
        return None
    begun: dict[str, int] = Delivery.objects.filter(
        organisation_id=carrier.organisation_id, carrier=carrier, began_at__gt=now - timedelta(hours=1)
    ).aggregate(hour=Count("id"), minute=Count("id", filter=Q(began_at__gt=now - timedelta(minutes=1))))
    limits = ((carrier.per_minute, begun["minute"]), (carrier.per_hour, begun["hour"]))
    return max(0, min(most - used for most, used in limits if most is not None))


def _without_carrier(channel: Channel) -> Session | None:
    if channel.key in FROM_ENVIRONMENT:
        return channel.providers[FROM_ENVIRONMENT[channel.key][0]].open(FROM_ENVIRONMENT[channel.key][1]())
    provider = without_settings(channel.providers)
    return provider.open({}) if provider else None


def smtp_settings() -> Mapping[str, str]:
    """Return where mail is handed in, from Django's own settings."""
    security = "ssl" if settings.EMAIL_USE_SSL else "starttls" if settings.EMAIL_USE_TLS else "none"
    return {
        "host": settings.EMAIL_HOST,
        "port": str(settings.EMAIL_PORT or 25),
        "security": security,
        "user": settings.EMAIL_HOST_USER,
        "password": settings.EMAIL_HOST_PASSWORD,
        "timeout": str(settings.EMAIL_TIMEOUT or 30),
    }


#: Channels for which the environment has a server: the provider, and its settings.
FROM_ENVIRONMENT: dict[str, tuple[str, Callable[[], Mapping[str, str]]]] = {"email": ("smtp", smtp_settings)}
