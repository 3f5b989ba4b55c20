"""`acquit statuses`: what the e-invoicing network says of the invoices, and what is declared to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from acquit.cli.answer import AsJson, CreditorKey, OrganisationName, Refused, say
from acquit.cli.ready import creditor as creditor_named
from acquit.cli.ready import in_organisation
from acquit.core.money import round_to_currency

if TYPE_CHECKING:
    from acquit.store.accounts.models import Creditor
    from acquit.store.network.models import Declaration, NetworkStatus


_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def command(
    declare: Annotated[
        bool, typer.Option("--declare", help="Make the statuses 212 of what came in; needs --out.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Where the 212 messages are written.")] = None,
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """List what the network said of each invoice; with --declare, write the 212 to hand over.

    A 212 is made for money matched with an invoice whose VAT is due on receipt. Once written it
    counts as handed over to the platform.

    Example: acquit statuses --declare --out declarations
    """
    if declare != (out is not None):
        raise typer.BadParameter("--declare and --out DIR go together", param_hint="--declare")
    with in_organisation(organisation):
        chosen = creditor_named(creditor)
        document = _declare(chosen, out) if out is not None else _listed(chosen)
    say(document, list(_declared_lines(document) if declare else _listed_lines(document)), as_json=as_json)


def _listed(creditor: Creditor) -> dict[str, Any]:
    from acquit.store.network.models import NetworkStatus

    zone = ZoneInfo(creditor.timezone)
    invoices: dict[tuple[str, str], dict[str, Any]] = {}
    statuses = NetworkStatus.objects.filter(
        organisation_id=creditor.organisation_id, creditor=creditor
    ).select_related("account__debtor")
    for status in statuses.order_by("invoice_number", "invoice_issued_on", "at", "code", "id"):
        key = (status.invoice_number, str(status.invoice_issued_on))
        told = invoices.setdefault(key, _invoice(status))
        told["statuses"].append(_status(status, zone))
    return {"creditor": creditor.key, "invoices": list(invoices.values())}


def _invoice(status: NetworkStatus) -> dict[str, Any]:
    debtor = status.account.debtor.name if status.account is not None else ""
    return {
        "invoice": status.invoice_number, "issued_on": status.invoice_issued_on, "debtor": debtor,
        "known": status.invoice_id is not None, "statuses": [],
    }  # fmt: skip


def _status(status: NetworkStatus, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "code": status.code, "label": status.label.replace("_", " "), "at": status.at.astimezone(zone),
        "reasons": status.reasons.split(), "note": status.note, "amounts": status.amounts,
    }  # fmt: skip


def _listed_lines(document: dict[str, Any]) -> Iterable[str]:
    for one in document["invoices"]:
        who = one["debtor"] if one["known"] else "not known yet"
        yield f"{one['invoice']} of {one['issued_on']}, {who}"
        for status in one["statuses"]:
            said = " ".join([status["label"], *status["reasons"]])
            yield f"  {status['at']:%Y-%m-%d %H:%M}  {status['code']} {said}".rstrip()


def _declare(creditor: Creditor, out: Path) -> dict[str, Any]:
    from acquit.flows.network.declare_collected import SellerWithoutSiren, declare_collected
    from acquit.flows.network.hand_over_declarations import hand_over_declarations
    from acquit.store.network.models import Declaration

    now, owner = datetime.now(UTC), creditor.organisation_id
    try:
        done = declare_collected(organisation_id=owner, creditor_id=creditor.pk, now=now)
        out.mkdir(parents=True, exist_ok=True)
        waiting = Declaration.objects.filter(organisation_id=owner, creditor=creditor, handed_over_at=None)
        written = [_write(one, out) for one in waiting.select_related("invoice").order_by("id")]
    except SellerWithoutSiren as why:
        raise Refused(str(why)) from why
    except OSError as why:
        raise Refused(f"{out}: {why.strerror or why}") from why
    hand_over_declarations(
        organisation_id=owner, declaration_ids=[int(one["id"]) for one in written], now=now
    )
    left_out = [{"invoice": number, "why": why} for number, why in done.left_out]
    return {"creditor": creditor.key, "declarations": written, "left_out": left_out}


def _write(one: Declaration, out: Path) -> dict[str, Any]:
    name = _UNSAFE.sub("-", one.invoice.number).strip(".-") or "facture"
    path = out / f"212-{name}-{one.id}.xml"
    path.write_bytes(bytes(one.content))
    return {
        "id": one.pk, "invoice": one.invoice.number, "on": one.on,
        "total": round_to_currency(one.total, one.currency),
        "currency": one.currency, "file": str(path),
        "amounts": [{"rate": rate, "amount": amount} for rate, amount in one.amounts],
    }  # fmt: skip


def _declared_lines(document: dict[str, Any]) -> Iterable[str]:
    for one in document["declarations"]:
        yield f"{one['invoice']}: {one['total']} {one['currency']} of {one['on']}, {one['file']}"
    for one in document["left_out"]:
        yield f"{one['invoice']}: not declared ({one['why']})"
    if not document["declarations"]:
        yield "Nothing is to be handed over."
