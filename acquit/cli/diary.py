"""`acquit diary`: the steps done and to come of a debtor."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.answer import AsJson, CreditorKey, OrganisationName, say
from acquit.cli.ready import in_organisation
from acquit.cli.why import cases_of

if TYPE_CHECKING:
    from acquit.store.facts import Case


def command(
    debtor: Annotated[str, typer.Argument(help="Code, SIREN, or the beginning of the name.")],
    days: Annotated[int, typer.Option(min=1, max=730, help="How far to look.")] = 90,
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """Show what left, and what would leave within the next days if nothing changed.

    Example: acquit diary DUPONT --days 60
    """
    with in_organisation(organisation) as owner:
        now = datetime.now(UTC)
        answers = [_answer(owner.pk, case, days) for case in cases_of(owner.pk, debtor, creditor, now)]
    document = answers[0] if len(answers) == 1 else {"accounts": answers}
    say(document, [line for answer in answers for line in _lines(answer)], as_json=as_json)


def _answer(organisation_id: int, case: Case, days: int) -> dict[str, Any]:
    return {
        "debtor": case.name,
        "external_id": case.external_id,
        "done": _done(organisation_id, case),
        "to_come": list(_to_come(case, days)),
    }


def _done(organisation_id: int, case: Case) -> list[dict[str, Any]]:
    from acquit.store.outbox.models import Message

    sent = Message.objects.filter(
        organisation_id=organisation_id, account_id=case.account_id, state__in=("sent", "skipped")
    ).order_by("planned_on", "id")
    return [
        {
            "on": (m.sent_at.astimezone(case.creditor.zone).date() if m.sent_at else m.planned_on),
            "step": m.step, "channel": m.channel, "state": m.state, "total": m.total,
        }
        for m in sent
    ]  # fmt: skip


def _to_come(case: Case, days: int) -> Any:
    from acquit.core.decision import Act
    from acquit.core.diary import diary
    from acquit.flows.material.law import limits_of
    from acquit.store.encoding import encode_total

    regime = limits_of(case)
    snapshot = replace(case.snapshot, list_accepted=True)
    for entry in diary(snapshot, case.scenario, regime, case.calendar, case.today, days=days):
        decision = entry.decision
        if isinstance(decision, Act):
            yield {
                "on": entry.on, "step": decision.step, "channel": decision.channel,
                "invoices": decision.invoices, "asks": decision.asks,
                "total": encode_total(decision.total),
            }  # fmt: skip
        else:
            yield {"on": entry.on, "ends": decision.reasons[0].code}


def _lines(answer: dict[str, Any]) -> list[str]:
    lines = [f"{answer['debtor']} ({answer['external_id']})"]
    lines += [f"  {e['on']}  {e['step']:<16} {e['channel']:<17} {e['state']}" for e in answer["done"]]
    for entry in answer["to_come"]:
        if "ends" in entry:
            lines.append(f"  {entry['on']}  … {entry['ends']}")
        else:
            asks = ", to approve" if entry["asks"] else ""
            total = " + ".join(f"{amount} {currency}" for amount, currency in entry["total"])
            lines.append(f"  {entry['on']}  {entry['step']:<16} {entry['channel']:<17} {total}{asks}")
    return [*lines, "  Nothing is sent by looking."]
