"""Through whom the messages of a run leave: a carrier for each creditor and channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from acquit import channels
from acquit.channels.base import Session
from acquit.channels.provider import HOOK_URL, Provider, complete
from acquit.store.outbox.models import Carrier
from acquit.store.secrets import unseal

#: A creditor and a channel.
Route = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrying:
    """An open carrier. Without `carrier_id` it is the environment's server, or a person.

    `name` is shown where it pauses; `most` is what its limits leave to this run. It `probes` when it comes
    out of a pause: a single message tries it before any other.
    """

    session: Session
    name: str
    carrier_id: int | None = None
    most: int | None = None
    probes: bool = False


@dataclass(frozen=True, slots=True)
class Carriage:
    """The open carriers of a run by route, and why the routes in `closed` have none that works."""

    open: Mapping[Route, Carrying]
    closed: Mapping[Route, str] = field(default_factory=dict)


def provider_of(carrier: Carrier) -> Provider:
    """Return who carries; raise LookupError where the channel or the provider is not installed."""
    return channels.get(carrier.channel).providers[carrier.provider]


def session_of(carrier: Carrier) -> Session:
    """Return a session with the carrier's provider.

    Raises LookupError where channel or provider is not installed, ValueError (Sealed among them) where
    a setting cannot be used.
    """
    return provider_of(carrier).open(settings_of(carrier))


def settings_of(carrier: Carrier) -> dict[str, str]:
    """Return all settings of a carrier, its secrets opened, and where its news is taken.

    Raises LookupError and Sealed.
    """
    said = complete(provider_of(carrier), {**carrier.settings, **unseal(carrier.secrets)})
    return said | {HOOK_URL: f"{settings.ACQUIT_BASE_URL}/hooks/{carrier.token}/"}


def is_paused(carrier: Carrier, now: datetime) -> bool:
    """Say whether nothing leaves through `carrier` at the moment `now`."""
    return bool(carrier.paused_because) and (carrier.paused_until is None or carrier.paused_until > now)
