"""Take letters to the printer as one batch, and say afterwards which of them were posted.

A letter is in one open batch at a time, so that two people never print it both without knowing. A batch is
the same PDF each time that it is printed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from django.db import transaction
from pypdf import PdfReader

from acquit.flows.material.errors import BatchClosed, NothingToPrint, NumberMissing
from acquit.flows.material.posted import mark_posted
from acquit.store.outbox.models import PAPER, Evidence, Message, PrintBatch, PrintedLetter
from acquit.wording.letter import BatchLetter, print_batch

_POSTCODE = re.compile(r"\d[\d ]{3,5}\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A new batch; `elsewhere` are letters asked for that somebody else has already at the printer."""

    batch_id: int
    letters: int
    elsewhere: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """How many letters of a batch were posted and how many wait again."""

    posted: int
    put_back: int


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter at the printer: its message, the bytes that were frozen, how many pages they have."""

    message: Message
    evidence: Evidence
    pages: int


def open_batch(
    *,
    organisation_id: int,
    creditor_id: int,
    message_ids: Collection[int],
    today: date,
    now: datetime,
    by: int | None,
    language: str = "fr",
) -> Opened:
    """Take these letters to the printer, in the order of their envelopes; raise NothingToPrint.

    Registered letters come first, then those within the country before those abroad, by their number of
    pages, which makes the envelope and the postage, and by postcode. Nothing is posted by printing.
    """
    with transaction.atomic():
        waiting = list(
            Message.objects.select_for_update(of=("self",))
            .filter(
                organisation_id=organisation_id, creditor_id=creditor_id, id__in=message_ids,
                channel__in=PAPER, state="handed_over",
            )
            .order_by("id")
        )  # fmt: skip
        taken = set(
            PrintedLetter.objects.filter(
                organisation_id=organisation_id, message__in=waiting, outcome=""
            ).values_list("message_id", flat=True)
        )
        free = [message for message in waiting if message.id not in taken]
        if not free:
            raise NothingToPrint
        letters = sorted(_frozen(organisation_id, free), key=_envelope)
        batch = PrintBatch(
            organisation_id=organisation_id, creditor_id=creditor_id, printed_on=today, opened_at=now,
            opened_by_id=by, language=language,
        )  # fmt: skip
        batch.sha256 = hashlib.sha256(_pdf(batch, letters)).hexdigest()
        batch.save()
        PrintedLetter.objects.bulk_create(
            PrintedLetter(
                organisation_id=organisation_id, batch=batch, message=letter.message,
                evidence=letter.evidence, number=number, pages=letter.pages,
            )
            for number, letter in enumerate(letters, start=1)
        )  # fmt: skip
    return Opened(batch_id=batch.pk, letters=len(letters), elsewhere=len(taken))


def batch_pdf(*, organisation_id: int, batch_id: int) -> bytes:
    """Return the cover list and the letters of a batch: the same bytes as the first time."""
    batch = PrintBatch.objects.get(organisation_id=organisation_id, id=batch_id)
    rows = batch.letters.select_related("message", "message__account", "evidence").order_by("number")
    return _pdf(batch, [_Letter(row.message, row.evidence, row.pages) for row in rows])


def close_batch(
    *,
    organisation_id: int,
    batch_id: int,
    put_back: Collection[int] = (),
    numbers: Mapping[int, str],
    now: datetime,
    by: int | None,
) -> Closed:
    """Record that a batch was posted, all but the messages of `put_back`: only now are their steps done.

    `numbers` are those of the registered letters, by message; a registered letter without its number
    cannot be proven. What is put back waits to be printed again. Raises BatchClosed, NumberMissing.
    """
    with transaction.atomic():
        batch = (
            PrintBatch.objects.select_for_update(of=("self",))
            .filter(organisation_id=organisation_id, id=batch_id, closed_at=None)
            .first()
        )
        if batch is None:
            raise BatchClosed
        letters = list(batch.letters.filter(outcome="").select_related("message").order_by("number"))
        posted = [letter for letter in letters if letter.message_id not in put_back]
        for letter in posted:
            if letter.message.channel != "letter" and not numbers.get(letter.message_id, "").strip():
                raise NumberMissing
        for letter in posted:
            mark_posted(letter.message, number=numbers.get(letter.message_id, ""), now=now)
        back = [letter.pk for letter in letters if letter.message_id in put_back]
        open_letters = batch.letters.filter(outcome="")
        open_letters.filter(pk__in=back).update(outcome="put_back")
        open_letters.update(outcome="posted")
        batch.closed_at, batch.closed_by_id = now, by
        batch.save(update_fields=["closed_at", "closed_by"])
    return Closed(posted=len(posted), put_back=len(back))


def _frozen(organisation_id: int, messages: Iterable[Message]) -> list[_Letter]:
    """Return the letters with the bytes that were frozen last."""
    by_id = {message.id: message for message in messages}
    newest = (
        Evidence.objects.filter(
            organisation_id=organisation_id, message_id__in=by_id, media_type="application/pdf"
        )
        .order_by("message_id", "-frozen_at", "-id")
        .distinct("message_id")
    )
    return [
        _Letter(by_id[one.message_id], one, len(PdfReader(BytesIO(bytes(one.content))).pages))
        for one in newest
    ]


def _envelope(letter: _Letter) -> tuple[bool, str, int, str, str, int]:
    lines = letter.message.recipient.split(", ")
    abroad = _POSTCODE.search(lines[-1]) is None
    coded = _POSTCODE.search(lines[-2] if abroad and len(lines) > 1 else lines[-1])
    return (
        letter.message.channel == "letter", lines[-1] if abroad else "", letter.pages,
        coded.group() if coded else "", letter.message.recipient, letter.message.id,
    )  # fmt: skip


def _pdf(batch: PrintBatch, letters: Sequence[_Letter]) -> bytes:
    return print_batch(
        [
            BatchLetter(
                pdf=bytes(letter.evidence.content),
                recipient=letter.message.recipient,
                account=letter.message.account.external_id,
                registered=letter.message.channel != "letter",
            )
            for letter in letters
        ],
        on=batch.printed_on,
        language=batch.language,
    )
