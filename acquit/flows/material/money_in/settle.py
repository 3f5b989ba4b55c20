"""Matches written: payments made or adopted, terms allocated, remainders written off, many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count, groupby

from django.db import IntegrityError
from django.db.models import Exists, OuterRef, QuerySet

from acquit.flows.material.errors import LineTaken, PartsDoNotFit
from acquit.flows.material.money_in.line import OpenLine, Piece, Settlement, WrittenOff
from acquit.flows.material.money_in.owed import CREDIT_NOTE, PAYMENT, SAME_MONEY_DAYS, TERM
from acquit.flows.material.poke import poke
from acquit.flows.material.rounds import end_settled
from acquit.flows.material.subscribers import Told, tell_all
from acquit.store.bank.models import BankMatch
from acquit.store.insert import insert_rows
from acquit.store.ledger.models import Allocation, CreditNote, Payment, Term

ZERO = Decimal(0)
#: The constraint that a second match of the same money breaks; any other means that the parts do not fit.
_SPENT_TWICE = "a_bank_line_is_not_spent_twice"
#: How a remainder that is given up stands in the ledger, and what its payment is called.
_KINDS = {"discount": "discount"}
_LABELS = {
    "charges": ("Frais bancaires", "Bank charges"),
    "discount": ("Escompte", "Discount"),
    "rounding": ("Écart de règlement", "Payment difference"),
    "other": ("Abandon de solde", "Balance given up"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What one line became: the payments, what of it is tied to terms, what is on account."""

    line_id: int
    payment_ids: tuple[int, ...]
    account_ids: tuple[int, ...]
    allocated: Decimal
    on_account: Decimal
    written_off: Decimal


@dataclass(slots=True)
class _Money:
    """What one account gets of one settlement, on its way into rows."""

    settlement: Settlement
    account_id: int
    pieces: list[Piece]
    payment: Payment
    adopted: bool = False
    allocations: list[Allocation] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        """The money itself, once credit notes have taken their part."""
        return sum((piece.amount for piece in self.pieces), ZERO)

    @property
    def on_account(self) -> Decimal:
        """What no term is named for."""
        loose = (p.amount for p in self.pieces if not (p.term_id or p.credit_note_id or p.payment_id))
        return sum(loose, ZERO)


def settle(
    organisation_id: int, settlements: Sequence[Settlement], *, now: datetime, today: date, by: int | None
) -> list[Matched]:
    """Make payments and allocations of the settlements, whose lines are locked and fit them.

    Money that the ledger knows is adopted: that payment itself, or a loose one of the same
    account, amount and currency within ten days which no line has yet. Raises LineTaken and
    PartsDoNotFit where the database refuses; nothing is written then.
    """
    try:
        matched = _settle(organisation_id, settlements, now=now, today=today, by=by)
        _tell(organisation_id, settlements, now)
        return matched
    except IntegrityError as refusal:
        raise (LineTaken if _SPENT_TWICE in str(refusal) else PartsDoNotFit) from refusal


def _tell(organisation_id: int, settlements: Sequence[Settlement], now: datetime) -> None:
    """Let those who asked for it be told of each line that was matched, and of what it brought."""
    tell_all(
        "payment_matched",
        [
            Told(
                f"line {one.line.id} {now.isoformat()}", one.line.creditor_id,
                next((piece.account_id for piece in one.pieces), None),
                {"amount": sum((p.amount for p in one.pieces), ZERO), "currency": one.line.currency},
            )
            for one in settlements
        ],
        organisation_id=organisation_id, now=now,
    )  # fmt: skip


def lock_owed(organisation_id: int, settlements: Iterable[Settlement]) -> dict[tuple[str, int], Decimal]:
    """Return what is left of all that the settlements take, locked until they are written.

    A credit note's is below zero, as in matching; a payment that has a line by now has nothing left.
    """
    pieces = [piece for s in settlements for piece in s.pieces]
    given_up = [w.term_id for s in settlements for w in s.written_off]
    terms = {piece.term_id for piece in pieces if piece.term_id} | set(given_up)
    notes = {piece.credit_note_id for piece in pieces if piece.credit_note_id}
    known = {piece.payment_id for piece in pieces if piece.payment_id}
    mine = {"organisation_id": organisation_id}
    locked_terms = Term.objects.select_for_update(of=("self",)).filter(
        **mine, id__in=terms, written_off_on=None
    )
    locked_notes = CreditNote.objects.select_for_update(of=("self",)).filter(
        **mine, id__in=notes, cancelled_on=None
    )
    left = {(TERM, t.id): t.amount - t.allocated for t in locked_terms.order_by("due_on", "id")}
    left |= {(CREDIT_NOTE, c.id): c.allocated - c.amount for c in locked_notes.order_by("id")}
    return left | {(PAYMENT, p.id): p.amount for p in _without_line(organisation_id).filter(id__in=known)}


def _without_line(organisation_id: int) -> QuerySet[Payment]:
    """Return the ledger's payments that no bank line is yet, locked as they are read."""
    mine = {"organisation_id": organisation_id}
    has_line = BankMatch.objects.filter(**mine, payment=OuterRef("pk"), undone_at=None)
    waiting = Payment.objects.filter(~Exists(has_line), **mine, kind="payment", returned_on=None)
    return waiting.select_for_update(of=("self",)).order_by("id")


def fits(settlement: Settlement, left: Mapping[tuple[str, int], Decimal]) -> bool:
    """Tell whether what is left bears the settlement, and the line too."""
    wanted = wanted_by(settlement)
    ours: defaultdict[int, Decimal] = defaultdict(Decimal)
    loose: defaultdict[int, Decimal] = defaultdict(Decimal)
    for piece in settlement.pieces:
        ours[piece.account_id] += piece.amount
        if piece.credit_note_id is not None or piece.term_id is not None:
            loose[piece.account_id] += piece.amount
    return (
        sum(ours.values(), ZERO) <= settlement.line.open
        and all(amount > 0 for amount in ours.values())
        and all(amount >= 0 for amount in loose.values())
        and all(_bears(key[0], left.get(key, ZERO), amount) for key, amount in wanted.items())
    )


def _bears(kind: str, left: Decimal, amount: Decimal) -> bool:
    """Tell whether `amount` can be taken: a known payment only whole."""
    if kind == PAYMENT:
        return amount == left
    return amount <= left if amount > 0 else amount >= left


def wanted_by(settlement: Settlement) -> dict[tuple[str, int], Decimal]:
    """Return how much the settlement takes of each term and payment and, below zero, of a credit note."""
    wanted: defaultdict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for piece in settlement.pieces:
        if piece.term_id is not None:
            wanted[TERM, piece.term_id] += piece.amount
        elif piece.credit_note_id is not None:
            wanted[CREDIT_NOTE, piece.credit_note_id] += piece.amount
        elif piece.payment_id is not None:
            wanted[PAYMENT, piece.payment_id] += piece.amount
    for given_up in settlement.written_off:
        wanted[TERM, given_up.term_id] += given_up.amount
    return dict(wanted)


def _settle(
    organisation_id: int, settlements: Sequence[Settlement], *, now: datetime, today: date, by: int | None
) -> list[Matched]:
    names = _Names(organisation_id, settlements)
    money = [one for s in settlements for one in _money(organisation_id, s, names, today)]
    _adopt(organisation_id, money)
    given_up = [
        (s, w, _write_off_payment(organisation_id, s.line, w, names, today))
        for s in settlements
        for w in s.written_off
    ]
    insert_rows([m.payment for m in money if not m.adopted] + [payment for _, _, payment in given_up])
    ties = _Ties(organisation_id, now, by)
    for one in money:
        one.allocations = list(_allocations(one, ties))
    extra: defaultdict[int, list[Allocation]] = defaultdict(list)
    for s, w, payment in given_up:
        extra[s.line.id].append(ties.of(s.line, w.account_id, w.term_id, w.amount, payment=payment))
    insert_rows([a for m in money for a in m.allocations] + [a for some in extra.values() for a in some])
    _keep_matches(organisation_id, money, extra, now, by)
    _end_rounds(organisation_id, money, extra)
    poke(organisation_id, {m.account_id for m in money}, now=now)
    return [_matched(s, some, extra[s.line.id]) for s, some in _by_settlement(money)]


class _Names:
    """External keys of payments that lines become: `bank <line> <n>`, counted on over earlier matches."""

    def __init__(self, organisation_id: int, settlements: Iterable[Settlement]) -> None:
        again = [s for s in settlements if s.line.was_matched]
        accounts = {piece.account_id for s in again for piece in s.pieces}
        self._taken = {
            (account, key)
            for account, key in Payment.objects.filter(
                organisation_id=organisation_id, account_id__in=accounts, external_key__startswith="bank "
            ).values_list("account_id", "external_key")
        } if again else set()  # fmt: skip

    def next(self, line_id: int, account_id: int) -> str:
        """Return a key that no payment of the account has."""
        keys = (f"bank {line_id} {place}" for place in count(1))
        key = next(key for key in keys if (account_id, key) not in self._taken)
        self._taken.add((account_id, key))
        return key


def _money(organisation_id: int, settlement: Settlement, names: _Names, today: date) -> Iterator[_Money]:
    """Yield what each account gets; each payment that the ledger knows stands by itself."""
    ours: dict[int, list[Piece]] = {}
    for piece in settlement.pieces:
        if piece.payment_id is not None:
            known = Payment(id=piece.payment_id, account_id=piece.account_id, amount=piece.amount)
            yield _Money(settlement, piece.account_id, [piece], known, adopted=True)
        else:
            ours.setdefault(piece.account_id, []).append(piece)
    for account_id, pieces in ours.items():
        amount = sum((piece.amount for piece in pieces), ZERO)
        if amount <= 0:
            raise PartsDoNotFit
        line = settlement.line
        yield _Money(settlement, account_id, pieces, Payment(
            organisation_id=organisation_id, account_id=account_id,
            external_key=names.next(line.id, account_id), amount=amount, currency=line.currency,
            label=" ".join(line.label.split())[:300], reference=(line.reference or line.end_to_end)[:200],
            method=line.method, received_on=line.value_on, known_on=today,
        ))  # fmt: skip


def _write_off_payment(
    organisation_id: int, line: OpenLine, given_up: WrittenOff, names: _Names, today: date
) -> Payment:
    french, english = _LABELS[given_up.kind]
    words = french if line.language == "fr" else english
    label = f"{words}: {given_up.because}" if given_up.because else words
    return Payment(
        organisation_id=organisation_id, account_id=given_up.account_id,
        external_key=names.next(line.id, given_up.account_id), amount=given_up.amount,
        currency=line.currency, kind=_KINDS.get(given_up.kind, "write_off"), label=label[:300],
        received_on=line.value_on, known_on=today,
    )  # fmt: skip


def _adopt(organisation_id: int, money: Sequence[_Money]) -> None:
    """Put the ledger's own payment in place of a new one where it is the same money."""
    fresh = [one for one in money if not one.adopted]
    if not fresh:
        return
    days = [one.payment.received_on for one in fresh]
    margin = timedelta(days=SAME_MONEY_DAYS)
    known = _without_line(organisation_id).filter(
        account_id__in={one.account_id for one in fresh}, amount__in={one.amount for one in fresh},
        received_on__range=(min(days) - margin, max(days) + margin),
    )  # fmt: skip
    loose: defaultdict[tuple[int, str, Decimal], list[Payment]] = defaultdict(list)
    for payment in known:
        loose[payment.account_id, payment.currency, payment.amount].append(payment)
    for one in fresh:
        same = loose[one.account_id, one.payment.currency, one.amount]
        near = [
            p
            for p in same
            if abs(p.received_on - one.payment.received_on) <= margin
            and p.amount - p.allocated >= one.amount - one.on_account
        ]
        if near:
            best = min(near, key=lambda p: (abs(p.received_on - one.payment.received_on), p.id))
            same.remove(best)
            one.payment, one.adopted = best, True


@dataclass(frozen=True, slots=True)
class _Ties:
    """How allocations are written: by whom, and when."""

    organisation_id: int
    now: datetime
    by: int | None

    def of(
        self, line: OpenLine, account_id: int, term_id: int, amount: Decimal, *,
        payment: Payment | None = None, credit_note_id: int | None = None,
    ) -> Allocation:  # fmt: skip
        """Return one allocation, which counts from the value date of the line."""
        return Allocation(
            organisation_id=self.organisation_id, account_id=account_id, term_id=term_id,
            payment_id=payment.pk if payment else None, credit_note_id=credit_note_id, amount=amount,
            effective_on=line.value_on, recorded_at=self.now, made_by_id=self.by,
        )  # fmt: skip


def _allocations(money: _Money, ties: _Ties) -> Iterator[Allocation]:
    """Yield what ties the account's terms: credit notes first, then the money."""
    line = money.settlement.line
    notes = [(p.credit_note_id, -p.amount) for p in money.pieces if p.credit_note_id is not None]
    for piece in money.pieces:
        if piece.term_id is None:
            continue
        left = piece.amount
        while notes and left > 0:
            key, rest = notes.pop(0)
            part = min(left, rest)
            yield ties.of(line, money.account_id, piece.term_id, part, credit_note_id=key)
            left -= part
            if rest > part:
                notes.insert(0, (key, rest - part))
        if left > 0:
            yield ties.of(line, money.account_id, piece.term_id, left, payment=money.payment)
    if notes:
        raise PartsDoNotFit


def _keep_matches(
    organisation_id: int, money: Sequence[_Money], extra: dict[int, list[Allocation]], now: datetime,
    by: int | None,
) -> None:  # fmt: skip
    """Write the matches; what was given up with a line is remembered by its first."""
    first: set[int] = set()
    rows = []
    for one in money:
        settlement, line = one.settlement, one.settlement.line
        made = list(one.allocations) + (extra[line.id] if line.id not in first else [])
        first.add(line.id)
        rows.append(BankMatch(
            organisation_id=organisation_id, line_id=line.id, payment_id=one.payment.pk,
            amount=one.amount, score=settlement.score, reasons=list(settlement.reasons),
            made_payment=not one.adopted, allocations=[a.pk for a in made], matched_at=now,
            matched_by_id=by,
        ))  # fmt: skip
    insert_rows(rows)


def _end_rounds(organisation_id: int, money: Sequence[_Money], extra: dict[int, list[Allocation]]) -> None:
    made = [a for one in money for a in one.allocations] + [a for some in extra.values() for a in some]
    made.sort(key=lambda a: a.effective_on)
    for on, some in groupby(made, key=lambda a: a.effective_on):
        end_settled(organisation_id, {a.term_id for a in some}, on=on)


def _by_settlement(money: Sequence[_Money]) -> Iterator[tuple[Settlement, list[_Money]]]:
    for _, some in groupby(money, key=lambda one: one.settlement.line.id):
        group = list(some)
        yield group[0].settlement, group


def _matched(settlement: Settlement, money: list[_Money], given_up: list[Allocation]) -> Matched:
    return Matched(
        line_id=settlement.line.id, payment_ids=tuple(m.payment.pk for m in money),
        account_ids=tuple(dict.fromkeys(m.account_id for m in money)),
        allocated=sum((a.amount for m in money for a in m.allocations), ZERO),
        on_account=sum((m.on_account for m in money), ZERO),
        written_off=sum((a.amount for a in given_up), ZERO),
    )  # fmt: skip
