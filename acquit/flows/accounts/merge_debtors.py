"""Merge two debtors that are one, and undo it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from acquit.flows.material.errors import Impossible
from acquit.flows.material.poke import poke
from acquit.store.accounts.models import Account, Contact, Debtor, DebtorMerge
from acquit.store.answers.models import Answer, AnswerCandidate
from acquit.store.bank.models import LearnedPayer
from acquit.store.cases.models import ManualContact
from acquit.store.law.models import InsolvencyLook, InsolvencyNotice
from acquit.store.outbox.models import Message
from acquit.store.payers.models import ProfileProposal

#: What belongs to a debtor and goes over.
OWNED: Mapping[str, Any] = {
    "accounts": Account,
    "contacts": Contact,
    "messages": Message,
    "manual_contacts": ManualContact,
    "learned_payers": LearnedPayer,
    "insolvency_notices": InsolvencyNotice,
    "insolvency_looks": InsolvencyLook,
    "answers": Answer,
    "profile_proposals": ProfileProposal,
    "answer_candidates": AnswerCandidate,
}
_OF_ACCOUNTS = ("messages", "manual_contacts", "answers")
#: What names a debtor to a file: the one that is left empty must not be found by it any more.
_NAMED_BY = ("siren", "vat_number")
#: What stops or shifts reminders: it holds for the two once they are one.
_STOPS = ("insolvent_on", "stopped", "away_until")


class SameDebtor(Impossible):
    """These are the same debtor already."""

    french = "C’est déjà le même client."


class MergedAlready(Impossible):
    """One of the two was merged into another debtor."""

    french = "L’un des deux a déjà été fusionné avec un autre client."


class MergeUndone(Impossible):
    """This merge was undone already."""

    french = "Cette fusion est déjà annulée."


class MergedOnwards(Impossible):
    """The kept debtor was merged into another one since: undo that first."""

    french = "Le client gardé a été fusionné depuis avec un autre : annulez d’abord cette fusion-là."


def merge_debtors(
    *, organisation_id: int, keep_id: int, other_id: int, now: datetime, by: int | None = None
) -> int:
    """Make the accounts, contacts and history of `other_id` those of `keep_id`; return the merge's id.

    Two accounts of one creditor stay two, of one debtor: his contacts then count for both. Raises
    SameDebtor, MergedAlready.
    """
    if keep_id == other_id:
        raise SameDebtor
    with transaction.atomic():
        pair = Debtor.objects.select_for_update(of=("self",)).filter(
            organisation_id=organisation_id, id__in=(keep_id, other_id)
        )
        by_id = {debtor.id: debtor for debtor in pair.order_by("id")}
        keep, other = by_id[keep_id], by_id[other_id]
        if _merges(organisation_id).filter(other__in=(keep, other)).exists():
            raise MergedAlready
        moved = {name: _move(_rows(model, other), keep) for name, model in OWNED.items()}
        mains = _leave_one_main_contact(keep, moved)
        before = _join_fields(keep, other) | {"main_contacts": mains}
        merge = DebtorMerge.objects.create(
            organisation_id=organisation_id, keep=keep, other=other, moved=moved, before=before,
            merged_at=now, merged_by_id=by,
        )  # fmt: skip
        _poke(organisation_id, (keep,), now=now)
    return merge.id


def undo_merge(*, organisation_id: int, merge_id: int, now: datetime, by: int | None = None) -> None:
    """Give back what the merge moved; what came to a moved account since goes with its account.

    Raises MergeUndone, MergedOnwards.
    """
    with transaction.atomic():
        merges = DebtorMerge.objects.select_for_update(of=("self",)).select_related("keep", "other")
        merge = merges.get(organisation_id=organisation_id, id=merge_id)
        if merge.undone_at is not None:
            raise MergeUndone
        if _merges(organisation_id).filter(other=merge.keep).exists():
            raise MergedOnwards
        for name, model in OWNED.items():
            _rows(model, merge.keep).filter(_went_with(name, merge.moved)).update(debtor=merge.other)
        contacts = Contact.objects.filter(organisation_id=organisation_id)
        contacts.filter(id__in=merge.before["main_contacts"]).update(is_main=True)
        _restore(merge.keep, merge.before["keep"])
        _restore(merge.other, merge.before["other"])
        merge.undone_at, merge.undone_by_id = now, by
        merge.save(update_fields=["undone_at", "undone_by"])
        _poke(organisation_id, (merge.keep, merge.other), now=now)


def _merges(organisation_id: int) -> models.QuerySet[DebtorMerge]:
    return DebtorMerge.objects.filter(organisation_id=organisation_id, undone_at=None)


def _rows(model: Any, debtor: Debtor) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = model.objects.filter(organisation_id=debtor.organisation_id, debtor=debtor)
    return rows


def _move(rows: models.QuerySet[Any], keep: Debtor) -> list[int]:
    if rows.model is LearnedPayer:
        rows = rows.exclude(id__in=_learned_twice(rows, keep))
    if rows.model is InsolvencyNotice:
        rows = rows.exclude(external_id__in=_rows(InsolvencyNotice, keep).values("external_id"))
    if rows.model is InsolvencyLook and _rows(InsolvencyLook, keep).exists():
        return []
    if rows.model is ProfileProposal and _rows(ProfileProposal, keep).filter(answered_at=None).exists():
        rows = rows.exclude(answered_at=None)
    if rows.model is AnswerCandidate:
        rows = rows.exclude(answer__in=_rows(AnswerCandidate, keep).values("answer"))
    ids = list(rows.order_by("id").values_list("id", flat=True))
    rows.model.objects.filter(id__in=ids).update(debtor=keep)
    return ids


def _learned_twice(rows: models.QuerySet[Any], keep: Debtor) -> list[int]:
    """Return what was learned of both: the kept debtor knows it already."""
    known = LearnedPayer.objects.filter(
        organisation_id=keep.organisation_id, debtor=keep, creditor=models.OuterRef("creditor"),
        iban=models.OuterRef("iban"), name=models.OuterRef("name"),
    )  # fmt: skip
    return list(rows.filter(models.Exists(known)).values_list("id", flat=True))


def _leave_one_main_contact(keep: Debtor, moved: Mapping[str, list[int]]) -> list[int]:
    """Let the kept debtor's main contact be the only one; return those that no longer are."""
    contacts = Contact.objects.filter(organisation_id=keep.organisation_id, debtor=keep, is_main=True)
    came = contacts.filter(id__in=moved["contacts"])
    if not contacts.exclude(id__in=came.values("id")).exists():
        return []
    ids = list(came.order_by("id").values_list("id", flat=True))
    contacts.filter(id__in=ids).update(is_main=False)
    return ids


def _join_fields(keep: Debtor, other: Debtor) -> dict[str, Any]:
    """Give the kept debtor what he lacks and what stops the other; return what both had before."""
    names = (*_NAMED_BY, *_STOPS)
    before = {"keep": _plain(keep, names), "other": _plain(other, names)}
    for name in (*_NAMED_BY, "stopped"):
        setattr(keep, name, getattr(keep, name) or getattr(other, name))
    keep.insolvent_on = min(_known(keep.insolvent_on, other.insolvent_on), default=None)
    keep.away_until = max(_known(keep.away_until, other.away_until), default=None)
    for name in _NAMED_BY:
        setattr(other, name, "")
    keep.save(update_fields=names)
    other.save(update_fields=names)
    return before


def _known(*days: date | None) -> list[date]:
    return [day for day in days if day is not None]


def _plain(debtor: Debtor, names: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(debtor, name) for name in names}
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in values.items()}


def _restore(debtor: Debtor, before: Mapping[str, Any]) -> None:
    for name, value in before.items():
        is_day = value is not None and name in ("insolvent_on", "away_until")
        setattr(debtor, name, date.fromisoformat(value) if is_day else value)
    debtor.save(update_fields=list(before))


def _went_with(name: str, moved: Mapping[str, list[int]]) -> models.Q:
    """Return the rows to give back: those that were moved, and those of the accounts that were."""
    went = models.Q(id__in=moved.get(name, ()))
    return went | models.Q(account__in=moved["accounts"]) if name in _OF_ACCOUNTS else went


def _poke(organisation_id: int, debtors: Iterable[Debtor], *, now: datetime) -> None:
    accounts = Account.objects.filter(organisation_id=organisation_id, debtor__in=list(debtors))
    poke(organisation_id, accounts.values_list("id", flat=True), now=now)
