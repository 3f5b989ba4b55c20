"""Say what a bank line is: accept a proposal, or many; share it out by hand; let a return take back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from acquit.flows.material.errors import (
    CurrenciesDiffer,
    Impossible,
    NotAReturn,
    NotPositive,
    PartsDoNotFit,
    ProposalGone,
)
from acquit.flows.material.money_in.again import look_again
from acquit.flows.material.money_in.line import OpenLine, Piece, Settlement, WrittenOff, take
from acquit.flows.material.money_in.payers import learn
from acquit.flows.material.money_in.propose import given_up
from acquit.flows.material.money_in.returns import Return, take_back
from acquit.flows.material.money_in.settle import Matched, fits, lock_owed, settle
from acquit.store.accounts.models import Account, Creditor
from acquit.store.bank.models import MatchProposal, ProposedPart
from acquit.store.ledger.models import Payment, Term

__all__ = [
    "Accepted", "HandPart", "Matched", "WriteOff", "accept_above", "accept_proposal", "match_by_hand",
    "reopen_by_return",
]  # fmt: skip

#: Why a remainder may be given up by hand.
WRITE_OFF_KINDS = ("charges", "discount", "rounding", "other")


class HandPart(NamedTuple):
    """So much of a line for an account: for a term of it, or on account."""

    account_id: int
    term_id: int | None
    amount: Decimal


class WriteOff(NamedTuple):
    """What a person gives up of a term: `kind` is one of WRITE_OFF_KINDS."""

    term_id: int
    amount: Decimal
    kind: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many lines were accepted, their sum per currency, and why others were not, by line."""

    lines: int
    total: Mapping[str, Decimal]
    refused: Mapping[int, str]


def accept_proposal(
    *, organisation_id: int, line_id: int, rank: int = 1, now: datetime, by: int | None
) -> Matched:  # fmt: skip
    """Make of the line what its proposal says, if all of it is still owed.

    Raises LineTaken, LineSetAside, ProposalGone.
    """
    with transaction.atomic():
        matched = _accept(organisation_id, line_id, rank, now, by)
        look_again(organisation_id, [line_id], matched.account_ids, now=now)
    return matched


def accept_above(
    *, organisation_id: int, creditor_id: int, score: int, now: datetime, by: int | None,
    only: Collection[int] | None = None,
) -> Accepted:  # fmt: skip
    """Accept the best proposal of every line of the creditor where it has that score or more.

    `only` are the lines that the person saw and left ticked; None: all of them.

    Each line stands by itself: one that cannot be accepted, or whose second proposal is as good
    as its first, is left as it is.
    """
    total: defaultdict[str, Decimal] = defaultdict(Decimal)
    refused: dict[int, str] = {}
    done: list[int] = []
    accounts: set[int] = set()
    with transaction.atomic():
        for line_id, currency in _best_above(organisation_id, creditor_id, score, only):
            try:
                with transaction.atomic():
                    matched = _accept(organisation_id, line_id, 1, now, by)
            except Impossible as why:
                refused[line_id] = type(why).__name__
                continue
            done.append(line_id)
            accounts.update(matched.account_ids)
            total[currency] += matched.allocated + matched.on_account
        look_again(organisation_id, done, accounts, now=now)
    return Accepted(len(done), dict(total), refused)


def match_by_hand(
    *,
    organisation_id: int,
    line_id: int,
    parts: Sequence[HandPart],
    write_off: Sequence[WriteOff] = (),
    because: str = "",
    now: datetime,
    by: int | None,
) -> Matched:
    """Share the line out among terms and accounts; what no part takes stays to be matched.

    What is left of a term can be given up with it, for a reason that stays in the ledger. Raises
    LineTaken, LineSetAside, NotPositive, CurrenciesDiffer, PartsDoNotFit.
    """
    amounts = [part.amount for part in parts] + [one.amount for one in write_off]
    if not parts or min(amounts) <= 0:
        raise NotPositive
    with transaction.atomic():
        line = take(organisation_id, line_id)
        owners = _owners(line, organisation_id, parts, write_off)
        settlement = Settlement(
            line=line, pieces=tuple(Piece(p.account_id, p.amount, p.term_id) for p in parts),
            written_off=tuple(
                WrittenOff(owners[w.term_id], w.term_id, w.amount, w.kind, because) for w in write_off
            ),
            reasons=[["by_hand", {"because": because} if because else {}]],
        )  # fmt: skip
        matched = _settle_one(organisation_id, settlement, now, by)
        look_again(organisation_id, [line_id], matched.account_ids, now=now)
    return matched


def reopen_by_return(
    *, organisation_id: int, line_id: int, payment_id: int, now: datetime, by: int | None
) -> Matched:  # fmt: skip
    """Let a debit line take a payment back: what it paid is owed again, and its rounds resume (F-66).

    Raises LineTaken, LineSetAside, NotAReturn, PartsDoNotFit.
    """
    with transaction.atomic():
        line = take(organisation_id, line_id)
        matched = _return(organisation_id, line, payment_id, now, by)
        look_again(organisation_id, [line_id], matched.account_ids, now=now)
    return matched


def _accept(organisation_id: int, line_id: int, rank: int, now: datetime, by: int | None) -> Matched:
    line = take(organisation_id, line_id)
    mine = {"organisation_id": organisation_id}
    proposal = MatchProposal.objects.filter(**mine, line_id=line_id, rank=rank).first()
    if proposal is None:
        raise ProposalGone
    parts = ProposedPart.objects.filter(**mine, proposal=proposal).order_by("id")
    pieces = tuple(Piece(p.account_id, p.amount, p.term_id, p.credit_note_id, p.payment_id) for p in parts)
    if line.is_return:
        return _return(organisation_id, line, pieces[0].payment_id, now, by, proposal=proposal)
    settlement = Settlement(line=line, pieces=pieces, score=proposal.score, reasons=proposal.reasons)
    left = lock_owed(organisation_id, [settlement])
    terms = [(p.account_id, p.term_id, p.amount) for p in pieces if p.term_id is not None]
    written_off = given_up(terms, proposal.difference, proposal.difference_kind, left)
    try:
        return _settle_one(organisation_id, replace(settlement, written_off=written_off), now, by)
    except PartsDoNotFit as why:
        raise ProposalGone from why


def _settle_one(organisation_id: int, settlement: Settlement, now: datetime, by: int | None) -> Matched:
    if not fits(settlement, lock_owed(organisation_id, [settlement])):
        raise PartsDoNotFit
    today = _day(organisation_id, settlement.line.creditor_id, now)
    matched = settle(organisation_id, [settlement], now=now, today=today, by=by)[0]
    learn(organisation_id, [settlement], now=now, by=by)
    return matched


def _return(
    organisation_id: int, line: OpenLine, payment_id: int | None, now: datetime, by: int | None,
    *, proposal: MatchProposal | None = None,
) -> Matched:  # fmt: skip
    theirs = Payment.objects.filter(
        organisation_id=organisation_id, account__creditor_id=line.creditor_id, kind="payment"
    )
    if not line.is_return or payment_id is None or not theirs.filter(id=payment_id).exists():
        raise NotAReturn
    returned = Return(
        line=line, payment_id=payment_id, score=proposal.score if proposal else None,
        reasons=proposal.reasons if proposal else [["by_hand", {}]],
    )  # fmt: skip
    today = _day(organisation_id, line.creditor_id, now)
    payment = take_back(organisation_id, returned, now=now, today=today, by=by)
    return Matched(
        line_id=line.id, payment_ids=(payment.pk,), account_ids=(payment.account_id,),
        allocated=payment.amount, on_account=Decimal(0), written_off=Decimal(0),
    )  # fmt: skip


def _owners(
    line: OpenLine, organisation_id: int, parts: Sequence[HandPart], write_off: Sequence[WriteOff]
) -> dict[int, int]:
    """Return the account of each term, once all of them are the creditor's and in the line's currency."""
    wanted = {p.term_id for p in parts if p.term_id is not None} | {w.term_id for w in write_off}
    terms = Term.objects.filter(
        organisation_id=organisation_id, id__in=wanted, account__creditor_id=line.creditor_id
    )
    found = {term.pk: term for term in terms}
    accounts = Account.objects.filter(
        organisation_id=organisation_id, creditor_id=line.creditor_id, id__in={p.account_id for p in parts}
    )
    known = set(accounts.values_list("id", flat=True))
    if any(term.currency != line.currency for term in found.values()):
        raise CurrenciesDiffer
    owners = {key: term.account_id for key, term in found.items()}
    if (
        line.is_return
        or owners.keys() != wanted
        or any(p.account_id not in known for p in parts)
        or any(p.term_id is not None and owners[p.term_id] != p.account_id for p in parts)
        or any(owners[w.term_id] not in known or w.kind not in WRITE_OFF_KINDS for w in write_off)
    ):
        raise PartsDoNotFit
    return owners


def _best_above(
    organisation_id: int, creditor_id: int, score: int, only: Collection[int] | None
) -> list[tuple[int, str]]:
    """Return the lines whose first proposal has that score and leads the second, oldest first."""
    proposals = MatchProposal.objects.filter(
        organisation_id=organisation_id, line__creditor_id=creditor_id, rank__lte=2, score__gte=score
    )
    if only is not None:
        proposals = proposals.filter(line_id__in=only)
    in_order = proposals.order_by("line__booked_on", "line_id", "rank")
    lines: dict[int, str] = {}
    scores: dict[int, int] = {}
    for line_id, currency, rank, points in in_order.values_list("line_id", "line__currency", "rank", "score"):
        if rank == 1:
            lines[line_id], scores[line_id] = currency, points
        elif scores.get(line_id) == points:
            del lines[line_id]
    return list(lines.items())


def _day(organisation_id: int, creditor_id: int, now: datetime) -> date:
    creditor = Creditor.objects.get(organisation_id=organisation_id, id=creditor_id)
    return now.astimezone(ZoneInfo(creditor.timezone)).date()
