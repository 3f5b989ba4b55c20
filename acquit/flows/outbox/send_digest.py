"""Send a digest to one of our own people once, and know how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)
from typing import Literal

from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import F

from acquit.store.outbox.models import Digest

Kind = Literal["daily", "weekly"]
#: Refusals after which a digest is given up for the day.
MOST_ATTEMPTS = 3
_AGAIN_AFTER = timedelta(minutes=15)
#: The server has surely not taken it; of everything else that is not known.
_SURE = (
    SMTPAuthenticationError, SMTPConnectError, SMTPDataError, SMTPHeloError, SMTPNotSupportedError,
    SMTPRecipientsRefused, SMTPSenderRefused, ConnectionRefusedError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A digest in words."""

    to: str
    subject: str
    text: str
    html: str


def claim_digest(*, organisation_id: int, user_id: int, kind: Kind, day: date, now: datetime) -> int | None:
    """Take the digest of a person and day; None where it left, may have left, or was refused too often.

    The row is the claim: whoever comes second finds it, and a crash before the end leaves it so.
    """
    mine = {"organisation_id": organisation_id, "user_id": user_id, "kind": kind, "day": day}
    try:
        with transaction.atomic():
            return Digest.objects.create(**mine, claimed_at=now).pk
    except IntegrityError:
        refused = Digest.objects.filter(
            **mine, sent_at=None, attempts__lt=MOST_ATTEMPTS, claimed_at__lte=now - _AGAIN_AFTER
        ).exclude(because="")
        found = refused.order_by("id").first()
        if found is None:
            return None
        taken = Digest.objects.filter(pk=found.pk, attempts=found.attempts).exclude(because="")
        again = taken.update(attempts=F("attempts") + 1, because="", claimed_at=now)
        return found.pk if again else None


def give_back_digest(*, digest_id: int, because: str) -> None:
    """Let a claimed digest be tried again: it could not be written, and nothing left."""
    Digest.objects.filter(pk=digest_id, sent_at=None).update(because=because[:500] or "not written")


def send_digest(*, digest_id: int, ready: Ready, now: datetime) -> bool:
    """Hand the digest to the server of the environment, outside any transaction; return whether it left."""
    mail = EmailMultiAlternatives(
        subject=ready.subject,
        body=ready.text,
        to=[ready.to],
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    mail.attach_alternative(ready.html, "text/html")
    row = Digest.objects.filter(pk=digest_id)
    try:
        mail.send()
    except _SURE as why:
        row.update(because=str(why)[:500] or type(why).__name__)
        return False
    except (SMTPException, OSError) as why:
        row.update(because=f"perhaps sent: {why}"[:500], attempts=MOST_ATTEMPTS)
        return False
    row.update(sent_at=now)
    return True
