"""Give interest its last figure once its term is paid, and let a person claim what lateness added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q

from acquit.core.regimes.base import MissingRate, NothingToClaim
from acquit.flows.material.charges import INTEREST, charges_of, keep_charges, term_facts
from acquit.store.facts import Case, CaseLoader
from acquit.store.law.models import LateCharge
from acquit.store.ledger.models import Allocation, Term
from acquit.wording.facts import MAY_OWE_PENALTIES

Received = dict[int, list[tuple[date, Decimal, bool]]]


def settle_charges(*, organisation_id: int, now: datetime) -> int:
    """Reckon the claimed interest of terms that were paid since, to the day of the payment (F-26).

    And of terms that a judgment froze, to its eve. A missing rate leaves the last figure that was
    claimed. Return how many became final.
    """
    loader = CaseLoader(organisation_id, now)
    paid = Q(term__settled_on__isnull=False, term__allocated__gte=F("term__amount"))
    frozen = Q(invoice__issued_on__lte=F("account__debtor__insolvent_on"))
    rows = list(
        LateCharge.objects.filter(
            paid | frozen, organisation_id=organisation_id, kind=INTEREST, final=False, waived_on=None
        ).select_related("term__invoice")
    )
    received = _received(organisation_id, [row.term_id for row in rows if row.term_id])
    cases: dict[int, Case] = {}
    done = 0
    for row in rows:
        case = cases.setdefault(row.account_id, loader.one(row.account_id))
        done += _finish(row, case, received)
    return done


def _finish(row: LateCharge, case: Case, received: Received) -> int:
    term = row.term
    if term is None:
        return 0
    until = term.settled_on or case.today
    try:
        found = [
            one
            for one in charges_of(case, term_facts(term), received[term.pk], until=until)
            if one.kind == INTEREST
        ]
    except (MissingRate, NothingToClaim):
        return 0
    amount = max(found[0].amount if found else Decimal(0), row.paid)
    return LateCharge.objects.filter(id=row.pk).update(
        amount=amount, to_on=until, lines=found[0].lines if found else [], final=True
    )


def claim_charges(
    *, organisation_id: int, account_id: int, today: date, now: datetime, term_ids: Iterable[int] = ()
) -> int:
    """Keep what lateness added to the terms of an account, paid or not, as a person asks for it.

    Without `term_ids`, of every term that is or was late. Return how many rows there are now.
    """
    loader = CaseLoader(organisation_id, now)
    case = loader.one(account_id)
    if case.snapshot.kind not in MAY_OWE_PENALTIES:
        return 0
    chosen = list(term_ids)
    terms = Term.objects.filter(
        organisation_id=organisation_id, account_id=account_id, invoice__kind="invoice",
        due_on__lt=today, written_off_on=None,
    ).select_related("invoice")  # fmt: skip
    if chosen:
        terms = terms.filter(id__in=chosen)
    late = [term for term in terms if term.settled_on is None or term.settled_on > term.due_on]
    received = _received(organisation_id, [term.pk for term in late])
    with transaction.atomic():
        for term in late:
            until = term.settled_on or today
            found = charges_of(case, term_facts(term), received[term.pk], until=until)
            keep_charges(organisation_id, account_id, found, on=today)
    return LateCharge.objects.filter(organisation_id=organisation_id, account_id=account_id).count()


def _received(organisation_id: int, term_ids: list[int]) -> Received:
    rows = (
        Allocation.objects.filter(organisation_id=organisation_id, term_id__in=term_ids, undone_on=None)
        .order_by("effective_on", "id")
        .values_list("term_id", "effective_on", "amount", "payment_id")
    )
    found: defaultdict[int, list[tuple[date, Decimal, bool]]] = defaultdict(list)
    for term, on, amount, payment in rows:
        found[term].append((on, amount, payment is None))
    return found
