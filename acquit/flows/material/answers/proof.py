"""What proves that a debtor had an invoice (B17): its way through the network, and what we sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acquit.store.ledger.models import Invoice, Term
from acquit.store.network.models import NetworkStatus
from acquit.store.outbox.models import Message

#: Statuses of the network that show it: deposited, sent on, received, at the buyer's disposal.
PROVING = (200, 201, 202, 203)


def proofs_of(organisation_id: int, account_id: int, invoices: Sequence[Invoice]) -> list[dict[str, Any]]:
    """Return what is known of each invoice, as plain values.

    {"invoice": number, "statuses": [[code, moment], …], "sent": [[channel, recipient, moment], …],
    "original": whether its document is here to be sent again}.
    """
    ids = [invoice.id for invoice in invoices]
    mine = {"organisation_id": organisation_id}
    statuses = NetworkStatus.objects.filter(**mine, invoice_id__in=ids, code__in=PROVING).order_by("at")
    terms = dict(Term.objects.filter(**mine, invoice_id__in=ids).values_list("id", "invoice_id"))
    sent = list(Message.objects.filter(**mine, account_id=account_id, state="sent").order_by("sent_at"))
    originals = set(
        Invoice.objects.filter(**mine, id__in=ids, document__isnull=False).values_list("id", flat=True)
    )
    return [
        {
            "invoice": invoice.number,
            "statuses": [[one.code, one.at.isoformat()] for one in statuses if one.invoice_id == invoice.id],
            "sent": [
                [one.channel, one.recipient, one.sent_at.isoformat() if one.sent_at else ""]
                for one in sent
                if invoice.id in {terms.get(term) for term in one.listed}
            ],
            "original": invoice.id in originals,
        }
        for invoice in invoices
    ]
