"""Set up a carrier, pause and resume it, take it out of use, and try it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from acquit import channels
from acquit.channels.base import Address, Envelope, Outcome, Outgoing, Refused
from acquit.channels.provider import Setting, complete
from acquit.flows.material.alerts import close_alert
from acquit.flows.material.carriage import session_of
from acquit.flows.material.errors import Impossible, SecretForAnother
from acquit.store.accounts.models import Creditor
from acquit.store.outbox.models import Carrier
from acquit.store.secrets import Sealed, seal, unseal


class CarrierTaken(Impossible):
    """Another carrier is in use for this channel: take it out of use first."""

    french = "Un autre transporteur est en service pour ce canal\u00a0: retirez-le d’abord."


class SettingsRefused(ValueError):
    """The provider cannot use these settings; the text says which."""


def keep_carrier(
    *,
    organisation_id: int,
    channel: str,
    provider: str,
    fields: Mapping[str, Any],
    settings: Mapping[str, str],
    now: datetime,
    carrier_id: int | None = None,
) -> int:
    """Keep a new carrier, or change one; return its id.

    `fields` are creditor_id (None: all creditors), name, per_minute and per_hour. An empty secret leaves
    the one that is kept, which goes to no other server. Raises CarrierTaken, SettingsRefused,
    SecretForAnother, and LookupError for an unknown provider.
    """
    carries = channels.get(channel).providers[provider]
    hidden = {line.key for line in carries.fields if line.secret}
    try:
        with transaction.atomic():
            carrier = _carrier(organisation_id, channel, provider, carrier_id, now)
            shown = {key: value for key, value in settings.items() if key not in hidden}
            typed = {key: value for key, value in settings.items() if key in hidden and value}
            kept = _kept_secrets(carrier)
            if any(
                _said(carrier.settings, line) != _said(shown, line) for line in carries.fields if line.leads
            ):
                if not kept.keys() <= typed.keys():
                    raise SecretForAnother
                kept = {}
            kept |= typed
            try:
                with carries.open(complete(carries, {**shown, **kept})):
                    pass
            except ValueError as error:
                raise SettingsRefused(str(error)) from error
            for name, value in fields.items():
                setattr(carrier, name, value)
            carrier.settings, carrier.secrets = shown, seal(kept)
            carrier.save()
    except IntegrityError as error:
        raise CarrierTaken from error
    return carrier.id


def _carrier(
    organisation_id: int, channel: str, provider: str, carrier_id: int | None, now: datetime
) -> Carrier:
    if carrier_id is None:
        return Carrier(
            organisation_id=organisation_id, channel=channel, provider=provider, made_at=now,
            token=secrets.token_urlsafe(32),
        )  # fmt: skip
    return Carrier.objects.select_for_update(of=("self",)).get(
        organisation_id=organisation_id, id=carrier_id, channel=channel, provider=provider
    )


def _said(settings: Mapping[str, str], line: Setting) -> str:
    return settings.get(line.key) or line.default


def _kept_secrets(carrier: Carrier) -> dict[str, str]:
    """Return the secrets that are kept; none where their key is lost, so that they can be entered anew."""
    try:
        return unseal(carrier.secrets)
    except Sealed:
        return {}


def pause_carrier(*, organisation_id: int, carrier_id: int, because: str) -> None:
    """Let nothing leave through a carrier until somebody resumes it."""
    Carrier.objects.filter(organisation_id=organisation_id, id=carrier_id).update(
        paused_because=because, paused_until=None
    )


def resume_carrier(*, organisation_id: int, carrier_id: int, now: datetime, by: int | None = None) -> None:
    """Let messages leave again, and close the alerts about it."""
    with transaction.atomic():
        carrier = Carrier.objects.select_for_update(of=("self",)).get(
            organisation_id=organisation_id, id=carrier_id
        )
        Carrier.objects.filter(id=carrier.id).update(paused_because="", paused_until=None)
        concerned = Creditor.objects.filter(organisation_id=organisation_id).order_by("id")
        if carrier.creditor_id is not None:
            concerned = concerned.filter(id=carrier.creditor_id)
        for creditor in concerned:
            close_alert(creditor, f"{carrier.channel}_paused", now=now, by=by)


def retire_carrier(*, organisation_id: int, carrier_id: int) -> None:
    """Take a carrier out of use; its messages and its news stay."""
    Carrier.objects.filter(organisation_id=organisation_id, id=carrier_id).update(active=False)


def use_carrier(*, organisation_id: int, carrier_id: int) -> None:
    """Use a carrier again. Raises CarrierTaken."""
    try:
        with transaction.atomic():
            Carrier.objects.filter(organisation_id=organisation_id, id=carrier_id).update(active=True)
    except IntegrityError as error:
        raise CarrierTaken from error


def try_carrier(
    *, organisation_id: int, carrier_id: int, to: str, sender: Address, words: tuple[str, str], now: datetime
) -> Outcome:
    """Send `words`, subject and text, to `to` and return what the provider said; nothing is recorded.

    Raises ValueError for a channel that cannot be tried (a letter without its document) and for settings
    that cannot be used.
    """
    carrier = Carrier.objects.get(organisation_id=organisation_id, id=carrier_id)
    key = f"acquit-try-{secrets.token_hex(10)}"
    domain = sender.address.rpartition("@")[2] or "acquit.invalid"
    outgoing = Outgoing(
        message_key=key, recipient=Address(address=to), subject=words[0], text=words[1], sender=sender,
        dated_at=now, message_id=f"<{key}@{domain}>",
    )  # fmt: skip
    frozen = channels.get(carrier.channel).freeze(outgoing)
    try:
        session = session_of(carrier)
    except LookupError as error:
        return Refused(permanent=True, because=f"{error} is not installed", code="not_installed")
    with session:
        return session.send(frozen, Envelope(sender=sender.address, recipients=(to,)), idempotency_key=key)
