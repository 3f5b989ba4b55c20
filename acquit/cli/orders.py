"""`acquit orders`: the orders for payment that courts made, and until when each may be served."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from acquit.cli.answer import AsJson, OrganisationName, say
from acquit.cli.ready import in_organisation


def command(organisation: OrganisationName = None, as_json: AsJson = False) -> None:
    """List orders for payment: to be served by when, served when, or void.

    Example: acquit orders --json
    """
    with in_organisation(organisation) as owner:
        found = _orders(owner.pk, datetime.now(UTC))
    say({"orders": found}, _lines(found), as_json=as_json)


def _orders(organisation_id: int, now: datetime) -> list[dict[str, Any]]:
    from acquit.core.regimes.fr.limits import serving_stage
    from acquit.flows.material.orders import last_day_to_serve
    from acquit.store.law.models import Interruption, PaymentOrder

    rows = PaymentOrder.objects.filter(organisation_id=organisation_id, cancelled_at=None)
    services = Interruption.objects.filter(order__in=rows, cancelled_at=None)
    served = dict(services.values_list("order_id", "on"))
    found = []
    for row in rows.select_related("account__debtor", "account__creditor").order_by("ordered_on", "id"):
        today = now.astimezone(ZoneInfo(row.account.creditor.timezone)).date()
        until = last_day_to_serve(row.ordered_on)
        on = served.get(row.pk)
        found.append({
            "debtor": row.account.debtor.name, "account": row.account.external_id,
            "ordered_on": row.ordered_on, "court": row.court, "amount": row.amount,
            "currency": row.currency, "serve_until": until, "served_on": on,
            "void": on is None and serving_stage(until, today) == "void",
        })  # fmt: skip
    return found


def _lines(found: list[dict[str, Any]]) -> Iterator[str]:
    if not found:
        yield "No order for payment is known."
    for row in found:
        state = f"to be served by {row['serve_until']}"
        if row["served_on"]:
            state = f"served on {row['served_on']}"
        elif row["void"]:
            state = f"void: not served by {row['serve_until']}"
        yield (
            f"{row['ordered_on']}  {row['debtor']}  {row['amount']:.2f} {row['currency']}"
            f"  {row['court']}  {state}"
        )
