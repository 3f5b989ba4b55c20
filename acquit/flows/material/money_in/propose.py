"""Proposals for the bank lines that wait, made anew; what may be applied alone is, by rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from acquit.core.matching.facts import OpenItem, Payer, Proposal, Rules
from acquit.core.matching.propose import Matcher
from acquit.flows.material.money_in.keep import keep_proposals
from acquit.flows.material.money_in.line import (
    WRITTEN_OFF,
    OpenLine,
    Settlement,
    WrittenOff,
    open_lines,
)
from acquit.flows.material.money_in.owed import (
    PAYMENT,
    SAME_MONEY_DAYS,
    TERM,
    open_items,
    payers,
    piece_of,
    returnable_payments,
)
from acquit.flows.material.money_in.payers import learn
from acquit.flows.material.money_in.returns import Return, take_back
from acquit.flows.material.money_in.settle import fits, lock_owed, settle, wanted_by
from acquit.store.accounts.models import Creditor
from acquit.store.encoding import encode_reasons

ZERO = Decimal(0)
#: Rounds of applying alone, since a match may settle what made another line doubtful.
_ROUNDS = 2
_SAME_MONEY = timedelta(days=SAME_MONEY_DAYS)


@dataclass(frozen=True, slots=True)
class Proposed:
    """How many lines were applied alone, and how many wait for a person."""

    applied: int
    waiting: int


def propose_anew(
    organisation_id: int, creditor_id: int, *, now: datetime, line_ids: Iterable[int] | None = None,
    alone: bool = True,
) -> Proposed:  # fmt: skip
    """Propose for the creditor's open lines, or for some of them, and apply what may be applied alone.

    Accounts whose proposals appear, change or vanish are poked. With `alone` false all is left to
    a person, as it is where the creditor wants it so.
    """
    lines = open_lines(organisation_id, creditor_id=creditor_id, ids=line_ids)
    if not lines:
        return Proposed(0, 0)
    creditor = Creditor.objects.get(organisation_id=organisation_id, id=creditor_id)
    desk = _desk(creditor, lines, now, alone=alone and creditor.match_alone)
    desk.work_credits()
    desk.work_returns()
    applied = desk.apply()
    waiting = {line.id: desk.answers.get(line.id, ()) for line in lines if line.id not in applied}
    keep_proposals(organisation_id, [line.id for line in lines], waiting, now=now)
    return Proposed(len(applied), len(waiting))


def given_up(
    terms: Iterable[tuple[int, int, Decimal]], difference: Decimal, kind: str, left: Mapping[Any, Decimal]
) -> tuple[WrittenOff, ...]:
    """Return what a rule gives up of `terms` (account, term, part), which the parts do not fill."""
    written_off = []
    rest = difference if kind in WRITTEN_OFF else ZERO
    for account_id, term_id, part in terms:
        short = min(rest, left.get((TERM, term_id), ZERO) - part)
        if short > 0:
            written_off.append(WrittenOff(account_id, term_id, short, kind))
            rest -= short
    return tuple(written_off)


def _desk(creditor: Creditor, lines: Sequence[OpenLine], now: datetime, *, alone: bool) -> _Desk:
    """Read what there is to match with."""
    items = open_items(creditor.organisation_id, creditor.id, lines)
    returnable = returnable_payments(creditor.organisation_id, creditor.id, lines)
    return _Desk(
        organisation_id=creditor.organisation_id, now=now,
        today=now.astimezone(ZoneInfo(creditor.timezone)).date(),
        rules=Rules(threshold=creditor.match_threshold, tolerance=max(creditor.tolerance, ZERO)),
        alone=alone, lines=lines, items={item.key: item for item in items}, returnable=returnable,
        payers=payers(creditor.organisation_id, creditor.id, [*items, *returnable]),
    )  # fmt: skip


@dataclass(slots=True, kw_only=True)
class _Desk:
    """One creditor's open lines, what they may be, and what was decided so far."""

    organisation_id: int
    now: datetime
    today: date
    rules: Rules
    alone: bool
    lines: Sequence[OpenLine]
    items: dict[Any, OpenItem]
    returnable: list[OpenItem]
    payers: list[Payer]
    answers: dict[int, tuple[Proposal, ...]] = field(default_factory=dict)
    settlements: list[Settlement] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)

    def work_credits(self) -> None:
        """Propose for the credits; what a match takes is gone when the others are looked at again."""
        todo = [line for line in self.lines if not line.is_return]
        done: set[int] = set()
        for _ in range(_ROUNDS):
            if not todo:
                break
            matcher = Matcher(list(self.items.values()), self.payers, self.rules)
            for line in todo:
                self.answers[line.id] = tuple(
                    one for one in matcher.propose(line.receipt()) if self._near(line, one)
                )
            taken = [s for line in todo if (s := self._by_rule(matcher, line)) is not None]
            self.settlements += taken
            done |= {s.line.id for s in taken}
            moved = {piece.account_id for s in taken for piece in s.pieces}
            todo = [line for line in self.lines if line.id not in done and self._concerns(line, moved)]
        for line in todo:
            self.answers[line.id] = tuple(filter(self._still_owed, self.answers[line.id]))

    def work_returns(self) -> None:
        """Propose which payment each return takes back: one payment, to the cent, older than it."""
        returns = [line for line in self.lines if line.is_return]
        if not returns:
            return
        exactly = replace(self.rules, tolerance=ZERO, charges=ZERO, discount=ZERO)
        matcher = Matcher(self.returnable, self.payers, exactly)
        received = {item.key: item.due_on for item in self.returnable}
        gone: set[Any] = set()
        for line in returns:
            found = tuple(
                one
                for one in matcher.propose(line.receipt())
                if len(one.parts) == 1 and one.parts[0].item is not None and not one.difference
                and received[one.parts[0].item] <= line.booked_on
            )  # fmt: skip
            self.answers[line.id] = found
            sure = matcher.apply_alone(found) if self.alone and not line.was_undone else None
            if sure is not None and sure.parts[0].item not in gone:
                gone.add(sure.parts[0].item)
                piece = piece_of(sure.parts[0])
                if piece.payment_id is not None:
                    self.returns.append(Return(
                        line=line, payment_id=piece.payment_id, score=sure.score,
                        reasons=encode_reasons(sure.reasons),
                    ))  # fmt: skip

    def apply(self) -> set[int]:
        """Write what was decided and still fits; return the lines concerned."""
        left = lock_owed(self.organisation_id, self.settlements)
        fitting = []
        for settlement in self.settlements:
            if fits(settlement, left):
                fitting.append(settlement)
                for key, amount in wanted_by(settlement).items():
                    left[key] -= amount
        if fitting:
            settle(self.organisation_id, fitting, now=self.now, today=self.today, by=None)
            learn(self.organisation_id, fitting, now=self.now, by=None)
        for returned in self.returns:
            take_back(self.organisation_id, returned, now=self.now, today=self.today, by=None)
        return {s.line.id for s in fitting} | {returned.line.id for returned in self.returns}

    def _by_rule(self, matcher: Matcher, line: OpenLine) -> Settlement | None:
        """Return the line's match by rule if what is left bears it, and take it off what is left.

        A line of which a person undid a match is never matched by rule again.
        """
        if not self.alone or line.was_undone:
            return None
        proposal = matcher.apply_alone(self.answers[line.id])
        if proposal is None:
            return None
        pieces = tuple(piece_of(part) for part in proposal.parts)
        keys = {part.item for part in proposal.parts if part.item is not None}
        left: dict[Any, Decimal] = {key: self.items[key].open for key in keys if key in self.items}
        terms = [(p.account_id, p.term_id, p.amount) for p in pieces if p.term_id is not None]
        settlement = Settlement(
            line=line, pieces=pieces,
            written_off=given_up(terms, proposal.difference, proposal.difference_kind, left),
            score=proposal.score, reasons=encode_reasons(proposal.reasons),
        )  # fmt: skip
        if len(left) < len(keys) or not fits(settlement, left):
            return None
        self._take_off(settlement, keys)
        return settlement

    def _take_off(self, settlement: Settlement, keys: set[Any]) -> None:
        wanted = wanted_by(settlement)
        for key in keys:
            item = self.items[key]
            rest = item.open - wanted.get(key, item.open)
            if rest:
                self.items[key] = replace(item, open=rest)
            else:
                del self.items[key]

    def _near(self, line: OpenLine, proposal: Proposal) -> bool:
        """Tell whether the ledger's own payments among the parts are whole, and of the days of the line."""
        known = [(self.items.get(p.item), p.amount) for p in proposal.parts if _is_payment(p.item)]
        return all(
            item is not None and item.open == amount and abs(item.due_on - line.value_on) <= _SAME_MONEY
            for item, amount in known
        )

    def _still_owed(self, proposal: Proposal) -> bool:
        """Tell whether what the proposal pays was not taken by another line."""
        parts = [part for part in proposal.parts if part.item is not None]
        return all(
            part.item in self.items and abs(part.amount) <= abs(self.items[part.item].open) for part in parts
        )

    def _concerns(self, line: OpenLine, accounts: set[int]) -> bool:
        """Tell whether what was just taken changes what the line may be."""
        if line.is_return:
            return False
        return any(part.account in accounts for one in self.answers[line.id] for part in one.parts)


def _is_payment(key: Any) -> bool:
    return key is not None and key[0] == PAYMENT
