"""Undo what a bank line was taken for: its money is to be matched again, what it paid is owed again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from acquit.flows.material.charges import give_back
from acquit.flows.material.errors import NothingMatched
from acquit.flows.material.money_in.again import look_again
from acquit.flows.material.money_in.line import lock, open_lines
from acquit.flows.material.money_in.payers import unlearn
from acquit.flows.material.money_in.returns import give_again
from acquit.flows.material.poke import poke
from acquit.flows.material.rounds import end_settled, resume_reopened
from acquit.store.bank.models import BankLine, BankMatch
from acquit.store.ledger.models import Allocation, Payment


def undo_match(*, organisation_id: int, line_id: int, now: datetime, on: date, by: int | None) -> None:
    """Undo every match of the line. Raises NothingMatched.

    What it paid is owed again, resumes after the last step done and is not asked for on that same
    day, `on` (F-66). What was given up with the match is asked again too. A payment that the ledger
    told of stays, loose; one that only the bank line told of counts no more. Undoing a return lets
    the payment count again. No rule matches this line again.
    """
    with transaction.atomic():
        line = lock(organisation_id, line_id)
        matches = list(
            BankMatch.objects.filter(organisation_id=organisation_id, line=line, undone_at=None)
            .select_related("payment").order_by("id")
        )  # fmt: skip
        if not matches:
            raise NothingMatched
        BankMatch.objects.filter(id__in=[m.pk for m in matches]).update(undone_at=now, undone_by_id=by)
        if line.direction == "credit":
            accounts = _take_out(organisation_id, matches, on)
            _unlearn(organisation_id, line, matches)
        else:
            accounts = _put_back(organisation_id, matches, now, on, by)
        poke(organisation_id, accounts, now=now)
        look_again(organisation_id, [line_id], accounts, now=now)


def _take_out(organisation_id: int, matches: Iterable[BankMatch], on: date) -> set[int]:
    """Undo what the matches tied, and the payments that are theirs alone; return the accounts."""
    mine = {"organisation_id": organisation_id}
    ours = {m.payment_id for m in matches if m.made_payment and m.payment.external_key.startswith("bank ")}
    ids = [key for match in matches for key in match.allocations]
    tied = Allocation.objects.filter(Q(id__in=ids) | Q(payment_id__in=ours), **mine, undone_on=None)
    rows = list(tied.values_list("id", "term_id", "account_id", "payment_id"))
    written_off = Payment.objects.filter(
        **mine, id__in={payment for _, _, _, payment in rows if payment}, external_key__startswith="bank "
    ).exclude(kind="payment")  # fmt: skip
    gone = ours | set(written_off.values_list("id", flat=True))
    Allocation.objects.filter(**mine, id__in=[key for key, *_ in rows]).update(undone_on=on)
    Payment.objects.filter(**mine, id__in=gone).update(returned_on=on)
    terms = {term for _, term, *_ in rows}
    resume_reopened(organisation_id, terms - give_back(organisation_id, terms), on=on)
    return {account for _, _, account, _ in rows} | {match.payment.account_id for match in matches}


def _put_back(
    organisation_id: int, matches: Collection[BankMatch], now: datetime, on: date, by: int | None
) -> set[int]:
    """Let the payments count again that the line had taken back; return the accounts."""
    terms = {term for match in matches for term in give_again(organisation_id, match, now=now, by=by)}
    end_settled(organisation_id, terms, on=on)
    tied = Allocation.objects.filter(organisation_id=organisation_id, term_id__in=terms)
    return {match.payment.account_id for match in matches} | set(tied.values_list("account_id", flat=True))


def _unlearn(organisation_id: int, line: BankLine, matches: Collection[BankMatch]) -> None:
    found = open_lines(organisation_id, ids=[line.pk])
    accounts = {match.payment.account_id for match in matches}
    first: Any = next(iter(matches))
    for one in found:
        unlearn(organisation_id, one, accounts, first.reasons, first.matched_by_id)
