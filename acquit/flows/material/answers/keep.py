"""Keeping what arrived: once, with all that it sets off, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from acquit.channels.email.answer.attached import clean_name, sniffed
from acquit.channels.email.answer.inbound import Inbound
from acquit.channels.email.answer.reading import Answer as Read
from acquit.channels.email.answer.text import one_line
from acquit.flows.material.answers.machine import (
    mark_undelivered,
    note_absence,
    own_copy,
    returned_message,
)
from acquit.flows.material.answers.told import EMAIL, Arrived, fingerprint, read_arrived
from acquit.flows.material.answers.whose import Whose, whose_mail, whose_number
from acquit.flows.material.bank_guard import REPLY, Claim, raise_guard
from acquit.flows.material.poke import poke
from acquit.flows.material.subscribers import tell_subscribers
from acquit.store.accounts.models import Account, Creditor
from acquit.store.answers.models import (
    DISMISSED,
    FILED,
    UNREAD,
    Answer,
    AnswerCandidate,
    AnswerFile,
    Mailbox,
    SenderRule,
)
from acquit.store.outbox.models import Message

_EXCERPT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of something that arrived. `known`: it had been kept before, and nothing changed."""

    answer_id: int
    state: str
    known: bool = False


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where something that arrived is dealt with: whose it is to be, the creditor's day, our addresses."""

    organisation_id: int
    arrived: Arrived
    on: date
    ours: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Whose it is and in what state it is kept; `debtors` are looked at again."""

    whose: Whose
    state: str = UNREAD
    debtors: tuple[int, ...] = ()


def keep(organisation_id: int, arrived: Arrived, *, now: datetime) -> Kept:
    """Keep what arrived and hold whom it is from, in one transaction: from then on nothing leaves (F-46).

    The accounts are poked with it, so that a message whose last look is past does not leave either.
    """
    desk = _Desk(organisation_id, arrived, _day(organisation_id, arrived), _ours(organisation_id), now)
    found = read_arrived(arrived, on=desk.on, ours=desk.ours)
    mark = fingerprint(arrived, found)
    with transaction.atomic():
        before = _before(organisation_id, arrived, mark)
        if before is not None:
            return before
        sorted_out = _sort(desk, found)
        answer, made = Answer.objects.get_or_create(
            organisation_id=organisation_id, fingerprint=mark, defaults=_fields(desk, found, sorted_out)
        )
        if not made:
            transaction.set_rollback(True)
            return Kept(answer_id=answer.pk, state=answer.state, known=True)
        _keep_files(answer, found.inbound)
        AnswerCandidate.objects.bulk_create(
            AnswerCandidate(organisation_id=organisation_id, answer=answer, debtor_id=debtor, because=why)
            for debtor, why in sorted_out.whose.candidates
        )
        if answer.state == UNREAD:
            guard(answer, now=now)
            tell_subscribers(
                "answer_arrived", f"answer {answer.pk}", organisation_id=organisation_id,
                creditor_id=answer.creditor_id, account_id=answer.account_id, now=now,
                channel=answer.channel, sender=answer.sender,
            )  # fmt: skip
        wake(organisation_id, (*sorted_out.debtors, *sorted_out.whose.debtors), now=now)
    return Kept(answer_id=answer.pk, state=answer.state)


def wake(organisation_id: int, debtors: Iterable[int], *, now: datetime) -> None:
    """Have all accounts of `debtors` looked at again, taken in the order in which dispatch takes them."""
    accounts = Account.objects.filter(organisation_id=organisation_id, debtor_id__in=set(debtors))
    ids = list(accounts.select_for_update(of=("self",)).order_by("id").values_list("id", flat=True))
    if ids:
        poke(organisation_id, ids, now=now)


def guard(answer: Answer, *, now: datetime) -> None:
    """Raise the fraud guard for an answer that speaks of bank details, from its arrival on (B4)."""
    if not answer.fraud_guard or answer.debtor_id is None:
        return
    accounts = Account.objects.filter(organisation_id=answer.organisation_id, debtor_id=answer.debtor_id)
    if answer.account_id is not None:
        accounts = accounts.filter(id=answer.account_id)
    note = one_line(f"{answer.sender}: {answer.said}", _EXCERPT)
    raised = [
        raise_guard(
            answer.organisation_id,
            Claim(creditor_id=one.creditor_id, account_id=one.id, source=REPLY, note=note),
            now=now,
        )
        for one in accounts.order_by("id")
    ]
    if raised:
        answer.bank_change = raised[0]
        answer.save(update_fields=["bank_change"])


def _before(organisation_id: int, arrived: Arrived, mark: str) -> Kept | None:
    """Return what was kept of the same mail, by its place in the mailbox or by what it says."""
    mine = Answer.objects.filter(organisation_id=organisation_id)
    row = mine.filter(fingerprint=mark).only("id", "state").first()
    if row is None and arrived.mailbox_id is not None and arrived.uid is not None:
        row = mine.filter(
            mailbox_id=arrived.mailbox_id, uid_validity=arrived.uid_validity, uid=arrived.uid
        ).only("id", "state").first()  # fmt: skip
    return None if row is None else Kept(answer_id=row.pk, state=row.state, known=True)


def _sort(desk: _Desk, found: Read) -> _Sorted:
    """Return whose it is and whether a person has to read it."""
    organisation_id, arrived, inbound = desk.organisation_id, desk.arrived, found.inbound
    if arrived.channel != EMAIL:
        whose = whose_number(
            organisation_id, arrived.sender, message_id=arrived.message_id, creditor_id=arrived.creditor_id
        )
        return _by_rule(organisation_id, inbound, whose)
    copy = own_copy(organisation_id, inbound) if inbound.sender.address in desk.ours else None
    if copy is not None:
        return _Sorted(_of(copy, "thread"), FILED)
    if found.bounce is not None:
        message = returned_message(organisation_id, inbound)
        marked = mark_undelivered(organisation_id, found, message, on=desk.on, now=desk.now)
        return _Sorted(_of(message, "token"), FILED if marked.settled else UNREAD, marked.debtors)
    whose = whose_mail(
        organisation_id, inbound, message_id=arrived.message_id, creditor_id=arrived.creditor_id
    )
    if found.holds:
        return _by_rule(organisation_id, inbound, whose)
    believed = note_absence(organisation_id, found, whose, on=desk.on)
    return _Sorted(whose, FILED if believed else UNREAD)


def _of(message: Message | None, tie: str) -> Whose:
    if message is None:
        return Whose()
    return Whose(tie=tie, message=message, account_id=message.account_id, debtor_id=message.debtor_id)


def _by_rule(organisation_id: int, inbound: Inbound, whose: Whose) -> _Sorted:
    """Dismiss what a person said he never wants to see, unless it is a debtor's own."""
    if whose.debtor_id is not None or any(why == "shared" for _, why in whose.candidates):
        return _Sorted(whose)
    sender = inbound.sender.address.lower()
    rules = SenderRule.objects.filter(
        organisation_id=organisation_id, sender__in=(sender, f"@{sender.rpartition('@')[2]}")
    )
    if sender and rules.exists():
        return _Sorted(replace(whose, candidates=()), DISMISSED)
    return _Sorted(whose)


def _fields(desk: _Desk, found: Read, sorted_out: _Sorted) -> dict[str, Any]:
    arrived, inbound, proposal, whose = desk.arrived, found.inbound, found.proposal, sorted_out.whose
    money, account = proposal.amount, Account.objects.filter(id=whose.account_id or 0).first()
    fields: dict[str, Any] = {
        "creditor_id": account.creditor_id if account else arrived.creditor_id,
        "channel": arrived.channel, "mailbox_id": arrived.mailbox_id, "uid": arrived.uid,
        "uid_validity": arrived.uid_validity, "sha256": arrived.sha256, "content": arrived.content,
        "complete": arrived.complete and arrived.legible and inbound.complete,
        "received_at": arrived.received_at, "kept_at": desk.now, "mail_id": inbound.message_id[:400],
        "sender": inbound.sender.address[:254], "sender_name": inbound.sender.name[:120],
        "subject": inbound.subject,
        "said": found.stripped.said, "text": inbound.text, "kind": proposal.kind, "score": proposal.score,
        "reasons": [[why.code, dict(why.params)] for why in proposal.reasons], "day": proposal.day,
        "amount": money.amount if money else None, "currency": money.currency if money else "",
        "numbers": list(proposal.numbers), "category": proposal.category,
        "address": proposal.address[:254], "fraud_guard": proposal.fraud_guard, "tie": whose.tie,
        "message": whose.message, "account_id": whose.account_id, "debtor_id": whose.debtor_id,
        "contact_id": whose.contact_id, "state": sorted_out.state,
        "outcome": DISMISSED if sorted_out.state == DISMISSED else "",
    }  # fmt: skip
    return {name: _storable(value) for name, value in fields.items()}


def _storable(value: Any) -> Any:
    """Return `value` with texts that PostgreSQL takes: without NUL and half characters."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _storable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(one) for one in value]
    return value


def _keep_files(answer: Answer, inbound: Inbound) -> None:
    AnswerFile.objects.bulk_create(
        AnswerFile(
            organisation_id=answer.organisation_id, answer=answer, position=position,
            name=_storable(clean_name(file.name, position)), claims=_storable(file.media_type),
            media_type=sniffed(file.begins), size=file.size, sha256=file.sha256,
        )
        for position, file in enumerate(inbound.attachments, start=1)
    )  # fmt: skip


def _day(organisation_id: int, arrived: Arrived) -> date:
    creditors = Creditor.objects.filter(organisation_id=organisation_id).order_by("id")
    if arrived.creditor_id is not None:
        creditors = creditors.filter(id=arrived.creditor_id)
    zone = creditors.values_list("timezone", flat=True)[0]
    return arrived.received_at.astimezone(ZoneInfo(zone)).date()


def _ours(organisation_id: int) -> tuple[str, ...]:
    """Return the addresses that we send from and read."""
    senders = Creditor.objects.filter(organisation_id=organisation_id).exclude(sender_email="")
    boxes = Mailbox.objects.filter(organisation_id=organisation_id)
    found = [*senders.values_list("sender_email", flat=True), *boxes.values_list("user", flat=True)]
    return tuple(dict.fromkeys(address.lower() for address in found))
