"""Which payment a returned debit takes back, where no proposal tells: those of its very amount."""

from __future__ import annotations

from datetime import timedelta

from acquit.store.ledger.models import Payment
from acquit.web.matching.rows import Option, Row, numbers_paid_by, payment_option

#: A debit comes back within 13 months at most (SEPA core scheme, an unauthorised debit).
WITHIN = timedelta(days=13 * 31)
MOST = 5


def returned_options(row: Row) -> list[Option]:
    """Return the payments that the line may take back: the proposed ones, then others of its amount."""
    line, proposed = row.line, list(row.options)
    others = (
        Payment.objects.filter(
            account__creditor_id=line.creditor_id, amount=row.rest, currency=line.currency,
            returned_on=None, received_on__lte=line.booked_on, received_on__gte=line.booked_on - WITHIN,
            kind="payment",
        )
        .exclude(pk__in=[int(one.value) for one in proposed])
        .select_related("account__debtor")
        .order_by("-received_on", "-id")
    )  # fmt: skip
    found = list(others[: max(MOST - len(proposed), 0)])
    paid = numbers_paid_by([one.pk for one in found])
    return proposed + [payment_option(one, paid.get(one.pk, ())) for one in found]
