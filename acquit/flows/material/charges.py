"""Charges for lateness as rows: kept when a message claims them, so that a payment does not wipe them out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F

from acquit.core.money import round_to_currency
from acquit.core.regimes.base import MissingRate, NothingToClaim, Regime
from acquit.core.regimes.interest import Claim
from acquit.core.snapshot import TermFacts
from acquit.flows.material.law import claim_on, interest_owed, regime_of
from acquit.flows.material.penalties import Receipts
from acquit.store.charges import Settled
from acquit.store.facts import Case
from acquit.store.law.models import LateCharge
from acquit.store.ledger.models import Allocation, Invoice, Term
from acquit.wording.facts import MAY_OWE_PENALTIES

INTEREST, FIXED_SUM = "interest", "fixed_sum"
#: The kind of the invoice that a payment of a charge makes in the ledger: settled at once, never reminded.
LATE_CHARGE = "late_charge"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """What a message claims of one term for lateness, with its formula."""

    term: int
    kind: str
    amount: Decimal
    currency: str
    from_on: date
    to_on: date
    lines: list[list[str]]
    article: str


def charged(
    case: Case, listed: Collection[Any], receipts: Receipts, settled: Settled | None = None
) -> tuple[Charged, ...]:
    """Return what lateness adds to each late term of `listed` up to today, given up or not.

    Nothing where the debtor owes none, or where a rate is missing: then the message names none either.
    """
    if case.snapshot.kind not in MAY_OWE_PENALTIES:
        return ()
    terms = [t for t in case.snapshot.terms if t.key in set(listed) and t.due < case.today]
    settled = settled or Settled()
    try:
        return tuple(
            one
            for term in terms
            for one in charges_of(case, term, receipts.get(term.key, ()), until=case.today)
            if not settled.known.get((term.key, one.kind), (0, False))[1]
        )
    except (MissingRate, NothingToClaim):
        return ()


def charges_of(
    case: Case, term: TermFacts, received: Sequence[tuple[date, Decimal, bool]], *, until: date
) -> Iterator[Charged]:
    """Yield the interest and the fixed sum of one term at the end of `until`. Raises MissingRate."""
    regime = regime_of(case)
    claim = claim_on(regime, case, term, received, until)
    interest = round_to_currency(_interest(claim, term, received, until), term.currency)
    if interest > 0:
        yield _charged(regime, term, claim, INTEREST, interest, term.currency, until)
    if claim.fixed_sum is not None:
        fixed = claim.fixed_sum
        yield _charged(regime, term, claim, FIXED_SUM, fixed.amount, fixed.currency, until)


def _interest(
    claim: Claim, term: TermFacts, received: Sequence[tuple[date, Decimal, bool]], until: date
) -> Decimal:
    came = sum((amount for on, amount, _ in received if on <= until), Decimal(0))
    return interest_owed(claim, max(term.amount - came, Decimal(0)))


def _charged(  # noqa: PLR0917  the parts of one row
    regime: Regime, term: TermFacts, claim: Claim, kind: str, amount: Decimal, currency: str, until: date
) -> Charged:
    cited = regime.cites(kind, until)
    return Charged(
        term=term.key, kind=kind, amount=amount, currency=currency, from_on=term.due + _DAY, to_on=until,
        lines=_lines(claim) if kind == INTEREST else [],
        article=cited.article if cited else "",
    )  # fmt: skip


def _lines(claim: Claim) -> list[list[str]]:
    return [
        [
            s.first.isoformat(), s.last.isoformat(), f"{s.base:.2f}", f"{s.rate.percent:f}", str(s.days),
            f"{s.interest:.4f}", s.rate.read_from.source if s.rate.read_from else "",
            s.rate.read_from.confidence if s.rate.read_from else "",
            s.rate.read_from.read_on.isoformat() if s.rate.read_from else "",
        ]
        for s in claim.segments
    ]  # fmt: skip


def keep_charges(organisation_id: int, account_id: int, found: Iterable[Charged], *, on: date) -> None:
    """Keep what was claimed: interest grows in its row, a fixed sum stands once for its invoice (F-25)."""
    charges = list(found)
    invoices = dict(
        Term.objects.filter(
            organisation_id=organisation_id, id__in={charge.term for charge in charges}
        ).values_list("id", "invoice_id")
    )
    for one in charges:
        said = {
            "amount": one.amount, "to_on": one.to_on, "lines": one.lines, "article": one.article,
        }  # fmt: skip
        new = said | {
            "account_id": account_id, "currency": one.currency, "from_on": one.from_on, "claimed_on": on,
        }  # fmt: skip
        mine = {"organisation_id": organisation_id, "invoice_id": invoices[one.term], "kind": one.kind}
        if one.kind == INTEREST:
            mine["term_id"] = one.term
        row, made = LateCharge.objects.get_or_create(**mine, defaults=new)
        if not made and one.kind == INTEREST and row.waived_on is None:
            LateCharge.objects.filter(id=row.id, paid__lte=one.amount).update(**said, final=False)


def term_facts(term: Term) -> TermFacts:
    """Return a term as the law looks at it; a settled one is in no case any more."""
    return TermFacts(
        key=term.pk, invoice=term.invoice.number, issued=term.invoice.issued_on, due=term.due_on,
        amount=term.amount, open=term.amount - term.allocated, currency=term.currency,
    )  # fmt: skip


def give_back(organisation_id: int, term_ids: Iterable[int]) -> set[int]:
    """Let charges be owed again whose payment was undone; return the terms that are no more.

    The invoice that the payment had made goes: it stood in no ledger but ours.
    """
    terms = Term.objects.filter(
        organisation_id=organisation_id, id__in=list(term_ids), invoice__kind=LATE_CHARGE
    ).select_related("invoice")
    gone = set()
    for term in terms:
        charge_id = int(term.invoice.external_key.split()[1])
        LateCharge.objects.filter(organisation_id=organisation_id, id=charge_id).update(
            paid=F("paid") - term.amount, paid_on=None
        )
        gone.add(term.pk)
        Allocation.objects.filter(organisation_id=organisation_id, term=term).delete()
        Invoice.objects.filter(organisation_id=organisation_id, id=term.invoice_id).delete()
    return gone
