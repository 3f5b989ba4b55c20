"""`acquit orders`: the orders for payment that courts made, and until when each may be served."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from acquit.cli.answer import AsJson, OrganisationName, say
from acquit.cli.ready import in_organisation

if TYPE_CHECKING:
    from acquit.store.law.models import PaymentOrder
    from acquit.store.law_facts import Rates


def command(organisation: OrganisationName = None, as_json: AsJson = False) -> None:
    """List orders for payment: to be served by when, void, opposed, or served and what that adds.

    Example: acquit orders --json
    """
    with in_organisation(organisation) as owner:
        found = _orders(owner.pk, datetime.now(UTC))
    say({"orders": found}, _lines(found), as_json=as_json)


def _orders(organisation_id: int, now: datetime) -> list[dict[str, Any]]:
    from acquit.store.law.models import Interruption, PaymentOrder
    from acquit.store.law_facts import rates_of

    rows = PaymentOrder.objects.filter(organisation_id=organisation_id, cancelled_at=None)
    services = Interruption.objects.filter(order__in=rows, cancelled_at=None)
    on = dict(services.values_list("order_id", "on"))
    rates = rates_of(organisation_id)
    found = rows.select_related("account__debtor", "account__creditor").order_by("ordered_on", "id")
    return [_order(row, on.get(row.pk), now, rates) for row in found]


def _order(row: PaymentOrder, on: date | None, now: datetime, rates: Rates) -> dict[str, Any]:
    """Return an order with its days; those of an order that French law does not know are null."""
    from acquit.core.regimes.fr.limits import serving_stage
    from acquit.flows.material.orders import last_day_to_serve, no_order_for, served

    creditor = row.account.creditor
    today = now.astimezone(ZoneInfo(creditor.timezone)).date()
    elsewhere = no_order_for(row.account)
    until = last_day_to_serve(row.ordered_on) if elsewhere is None else None
    after = None
    if on is not None and elsewhere is None:
        after = served(row, on, today=today, rates=rates, year_basis=creditor.year_basis)
    interest = after.interest if after is not None else None
    return {
        "debtor": row.account.debtor.name, "account": row.account.external_id,
        "ordered_on": row.ordered_on, "court": row.court, "amount": row.amount,
        "currency": row.currency, "serve_until": until, "served_on": on,
        "void": on is None and until is not None and serving_stage(until, today) == "void",
        "elsewhere": elsewhere, "opposed_on": row.opposed_on,
        "enforceable_from": after.enforceable_from if after and row.opposed_on is None else None,
        "surcharge_from": after.surcharge_from if after and row.opposed_on is None else None,
        "interest": interest.total.amount if interest else None,
    }  # fmt: skip


def _lines(found: list[dict[str, Any]]) -> Iterator[str]:
    if not found:
        yield "No order for payment is known."
    for row in found:
        yield (
            f"{row['ordered_on']}  {row['debtor']}  {row['amount']:.2f} {row['currency']}"
            f"  {row['court']}  {_state(row)}"
        )


def _state(row: dict[str, Any]) -> str:
    if row["elsewhere"]:
        return f"its limits are not known: {row['elsewhere']}"
    if row["opposed_on"]:
        return f"opposed on {row['opposed_on']}"
    if row["served_on"]:
        interest = f", {row['interest']:.2f} {row['currency']} of interest" if row["interest"] else ""
        return (
            f"served on {row['served_on']}: enforceable from {row['enforceable_from']},"
            f" five points more from {row['surcharge_from']}{interest}"
        )
    return f"{'void: not' if row['void'] else 'to be'} served by {row['serve_until']}"
