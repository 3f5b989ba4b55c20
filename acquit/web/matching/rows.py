"""A bank line as the screen draws it: what the bank says, what it may be, what a person may choose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from acquit.store.accounts.models import Account
from acquit.store.bank.models import BankLine, MatchProposal, ProposedPart
from acquit.store.ledger.models import Allocation, Payment
from acquit.web import formats
from acquit.web.matching.lines import SURE, SURES, TO_CHOOSE, WITHOUT
from acquit.web.matching.words import difference_words, numbers_words
from acquit.web.words import language, money
from acquit.wording.short_reasons import say_match_reasons

ZERO = Decimal(0)
#: How many proposals an open line offers; keys 1 to 3 choose among them and « on account ».
OFFERED = 3
ON_ACCOUNT = "acompte"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to match an open line. `value` is posted: what was seen, or « acompte » with an account."""

    value: str
    what: str
    note: str = ""
    amount: str = ""
    score: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a proposal. `numbers`: what a payment that is known already has paid."""

    part: ProposedPart
    numbers: tuple[str, ...] = ()

    @property
    def is_loose(self) -> bool:
        """Tell whether the part only stays on the account."""
        part = self.part
        return part.term_id is None and part.credit_note_id is None and part.payment_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The best proposal of a line: who, which invoices, why, how sure. `seen` is posted to accept it."""

    seen: str
    account: Account
    debtor: str
    items: str
    why: str
    score: int
    note: str = ""

    @property
    def url(self) -> str:
        """Return the page of the client."""
        return reverse("accounts:account", args=[self.account.pk])


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line to verify. `group` is told of the open one."""

    line: BankLine
    offer: Offer | None
    options: tuple[Option, ...] = ()
    group: str = ""

    @property
    def waits(self) -> bool:
        """Tell whether the line is still to verify."""
        line = self.line
        is_ours = line.direction == "credit" or line.is_return
        return is_ours and line.matched < line.amount and line.set_aside_at is None

    @property
    def payer(self) -> str:
        """Return who the bank says it is."""
        return self.line.counterparty_name or self.line.label or gettext("Sans nom")

    @property
    def label(self) -> str:
        """Return what the bank says besides the name."""
        line = self.line
        return line.label if line.counterparty_name else line.reference or line.end_to_end

    @property
    def rest(self) -> Decimal:
        """Return what is not matched yet."""
        return self.line.amount - self.line.matched

    @property
    def plain(self) -> str:
        """Return what is not matched yet as programs write it."""
        return str(self.rest)

    @property
    def amount(self) -> str:
        """Return the amount with its sign."""
        return signed(self.line, self.rest)

    @property
    def whole(self) -> str:
        """Return what the line was before a part of it was matched, "" where nothing was."""
        return money(self.line.amount, self.line.currency) if self.line.matched else ""

    @property
    def ways(self) -> str:
        """Return how many ways there are to match the line, in words."""
        count = len(self.options)
        names = {2: gettext("deux façons d’imputer"), 3: gettext("trois façons d’imputer")}
        words = ngettext("%(count)s façon d’imputer", "%(count)s façons d’imputer", count)
        return names.get(count, words % {"count": count})


def signed(line: BankLine, amount: Decimal) -> str:
    """Write an amount of a line with the sign of its direction."""
    value = amount if line.direction == "credit" else -amount
    return formats.signed_amount(value, line.currency, language=language())


def rows_of(ids: Sequence[int], *, opened: int | None = None) -> dict[int, Row]:
    """Return lines as rows, by their key; the open one with all that it offers."""
    lines = BankLine.objects.select_related("bank_account", "statement").in_bulk(list(ids))
    asked = Q(line_id__in=list(ids), rank=1) | Q(line_id=opened, rank__lte=OFFERED)
    proposals = list(MatchProposal.objects.filter(asked).order_by("line_id", "rank"))
    parts = _parts(proposals)
    of_line: dict[int, list[MatchProposal]] = {}
    for proposal in proposals:
        if parts.get(proposal.pk):
            of_line.setdefault(proposal.line_id, []).append(proposal)
    return {
        key: _row(lines[key], of_line.get(key, []), parts, is_open=key == opened)
        for key in ids
        if key in lines
    }


def _parts(proposals: Sequence[MatchProposal]) -> dict[int, list[Share]]:
    """Return the shares of each proposal; a payment that is known already names what it paid."""
    rows = list(
        ProposedPart.objects.filter(proposal__in=proposals)
        .select_related("account__debtor", "term__invoice", "credit_note", "payment__account__debtor")
        .order_by("id")
    )
    paid = numbers_paid_by([row.payment_id for row in rows if row.payment_id])
    shares: dict[int, list[Share]] = {}
    for row in rows:
        share = Share(part=row, numbers=tuple(paid.get(row.payment_id or 0, ())))
        shares.setdefault(row.proposal_id, []).append(share)
    return shares


def numbers_paid_by(payment_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the numbers of the invoices that each payment pays."""
    paid: dict[int, list[str]] = {}
    if payment_ids:
        tied = Allocation.objects.filter(payment_id__in=payment_ids, undone_on=None).order_by("id")
        for payment, number in tied.values_list("payment_id", "term__invoice__number"):
            paid.setdefault(payment or 0, []).append(number)
    return paid


def _row(
    line: BankLine, proposals: Sequence[MatchProposal], parts: dict[int, list[Share]], *, is_open: bool
) -> Row:
    best = proposals[0] if proposals else None
    options: Iterable[Option] = ()
    if is_open:
        options = _payments(proposals, parts) if line.is_return else _options(line, proposals, parts)
    return Row(
        line=line,
        offer=None if best is None else _offer(line, best, parts[best.pk]),
        options=tuple(options),
        group=_group(line, [one.score for one in proposals]) if is_open else "",
    )


def _group(line: BankLine, scores: Sequence[int]) -> str:
    """Return the group of a line whose proposals have these scores, as the list is grouped."""
    if scores and scores[0] >= SURE and scores[:1] != scores[1:2] and not line.is_return:
        return SURES
    return TO_CHOOSE if scores or line.is_return else WITHOUT


def _offer(line: BankLine, proposal: MatchProposal, shares: Sequence[Share]) -> Offer:
    return Offer(
        seen=seen(proposal, shares),
        account=shares[0].part.account,
        debtor=_debtors(shares),
        items=numbers_words(_numbers(shares)),
        why=why_words(proposal.reasons),
        score=proposal.score,
        note=_note(line, proposal, shares),
    )


def seen(proposal: MatchProposal, shares: Sequence[Share]) -> str:
    """Return the proposal as a person saw it: its rank, and a mark of all that it would do.

    Proposals are made anew at any moment: what is accepted must be what was on the screen.
    """
    parts = [
        (p.account_id, p.term_id, p.credit_note_id, p.payment_id, str(p.amount))
        for p in (share.part for share in shares)
    ]
    told = repr((parts, str(proposal.difference), proposal.difference_kind))
    return f"{proposal.rank}-{sha256(told.encode()).hexdigest()[:12]}"


def _options(
    line: BankLine, proposals: Sequence[MatchProposal], parts: dict[int, list[Share]]
) -> Iterable[Option]:
    several = len({share.part.account_id for one in proposals for share in parts[one.pk]}) > 1
    for proposal in proposals:
        shares = parts[proposal.pk]
        numbers = numbers_words(_numbers(shares)) or gettext("Laisser en acompte client")
        owed = sum((share.part.amount for share in shares if not share.is_loose), ZERO)
        owed += max(proposal.difference, ZERO)
        yield Option(
            value=seen(proposal, shares),
            what=f"{_debtors(shares)} · {numbers}" if several else numbers,
            note=_note(line, proposal, shares),
            amount=money(owed or line.amount - line.matched, line.currency),
            score=proposal.score,
            why=why_words(proposal.reasons),
        )
    if proposals and not any(_is_on_account(parts[one.pk]) for one in proposals):
        first = parts[proposals[0].pk][0].part.account
        words = gettext("Laisser en acompte client")
        yield Option(
            value=f"{ON_ACCOUNT}-{first.pk}",
            what=f"{words} · {first.debtor.name}" if several else words,
            amount=money(line.amount - line.matched, line.currency),
            why=gettext("à affecter plus tard"),
        )


def _payments(proposals: Sequence[MatchProposal], parts: dict[int, list[Share]]) -> Iterable[Option]:
    """Yield the payments that a returned debit is proposed to take back."""
    for proposal in proposals:
        for share in parts[proposal.pk]:
            if share.part.payment is not None:
                words = why_words(proposal.reasons)
                yield payment_option(share.part.payment, share.numbers, score=proposal.score, why=words)


def payment_option(
    payment: Payment, numbers: Sequence[str], *, score: int | None = None, why: str = ""
) -> Option:
    """Return a payment that may have come back."""
    items = numbers_words(list(dict.fromkeys(numbers)))
    day = formats.day(payment.received_on, language=language())
    return Option(
        value=str(payment.pk),
        what=f"{payment.account.debtor.name} · {items}" if items else payment.account.debtor.name,
        note="" if score is None else gettext("reçu le %(day)s") % {"day": day},
        amount=money(payment.amount, payment.currency),
        score=score,
        why=why or gettext("reçu le %(day)s") % {"day": day},
    )


def _is_on_account(shares: Sequence[Share]) -> bool:
    return all(share.is_loose for share in shares)


def _debtors(shares: Sequence[Share]) -> str:
    return ", ".join(dict.fromkeys(share.part.account.debtor.name for share in shares))


def _numbers(shares: Sequence[Share]) -> list[str]:
    found: list[str] = []
    for share in shares:
        if share.part.term is not None:
            found.append(share.part.term.invoice.number)
        elif share.part.credit_note is not None:
            found.append(share.part.credit_note.number)
        found += share.numbers
    return list(dict.fromkeys(found))


def _note(line: BankLine, proposal: MatchProposal, shares: Sequence[Share]) -> str:
    loose = sum((share.part.amount for share in shares if share.is_loose), ZERO)
    on_account = ZERO if _is_on_account(shares) else loose
    known = [share.part.payment for share in shares if share.part.payment is not None]
    if known and not line.is_return:
        day = formats.day(known[0].received_on, language=language())
        return gettext("règlement déjà saisi le %(day)s") % {"day": day}
    return difference_words(proposal.difference_kind, proposal.difference, line.currency, on_account)


def why_words(reasons: Iterable[Sequence[Any]]) -> str:
    """Return the reasons of a proposal in one line."""
    return say_match_reasons([(code, params) for code, params in reasons], language())
