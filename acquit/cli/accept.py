"""`acquit accept`: the first list, looked at and accepted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.answer import AsJson, CreditorKey, OrganisationName, Refused, say
from acquit.cli.ready import creditor as chosen
from acquit.cli.ready import in_organisation

if TYPE_CHECKING:
    from acquit.store.accounts.models import Creditor


def command(
    yes: Annotated[bool, typer.Option("--yes", help="Accept; without it the list is only shown.")] = False,
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """Show whom the first run would contact, and accept it: before that nothing leaves.

    Example: acquit accept --yes
    """
    with in_organisation(organisation) as owner:
        one = chosen(creditor)
        now = datetime.now(UTC)
        rows = _first_list(owner.pk, one, now)
        if yes:
            from acquit.flows.outbox.accept_list import NothingToAccept, accept_list

            try:
                accept_list(organisation_id=owner.pk, creditor_id=one.pk, now=now)
            except NothingToAccept as why:
                raise Refused(str(why)) from why
        old = _too_old(one, now)
    document = {"creditor": one.key, "accepted": yes, "too_old": old, "contacts": rows}
    lines = _lines(rows, [] if yes else _missing(one), accepted=yes)
    if old:
        lines.append(f"Nothing leaves while this is too old: {', '.join(old)}. See acquit feeds.")
    say(document, lines, as_json=as_json)


def _missing(creditor: Creditor) -> list[str]:
    """Return what the creditor has not said of itself and its customers will miss."""
    found = (
        (creditor.iban, "the IBAN, so that customers do not know where to pay"),
        (creditor.sender_email, "the sender's address, so that customers see that of the installation"),
    )
    return [words for said, words in found if not said]


def _too_old(creditor: Creditor, now: datetime) -> list[str]:
    from acquit.store.facts import CaseLoader

    loader = CaseLoader(creditor.organisation_id, now)
    stale = loader.stale(loader.creditor(creditor.pk))
    return [f"{one.kind} {one.bank_account}".strip() + f" ends {one.newest_on}" for one in stale]


def _first_list(organisation_id: int, creditor: Creditor, now: datetime) -> list[dict[str, Any]]:
    """Return what would leave today if the list were accepted and the facts fresh."""
    from acquit.core.decide import decide
    from acquit.core.decision import Act
    from acquit.store.accounts.models import Account
    from acquit.store.facts import CaseLoader

    loader = CaseLoader(organisation_id, now)
    ids = list(
        Account.objects.filter(organisation_id=organisation_id, creditor=creditor)
        .order_by("id")
        .values_list("id", flat=True)
    )
    rows = []
    for start in range(0, len(ids), 500):
        for case in loader.load(ids[start : start + 500]):
            snapshot = replace(case.snapshot, list_accepted=True, stale=False, unheard_since=None)
            decision = decide(snapshot, case.scenario, None, case.calendar, case.today)
            if isinstance(decision, Act):
                rows.append(
                    {
                        "debtor": case.name, "external_id": case.external_id,
                        "step": decision.step, "channel": decision.channel,
                        "asks": decision.asks, "total": [str(money) for money in decision.total],
                    }
                )  # fmt: skip
    return rows


def _lines(rows: list[dict[str, Any]], missing: list[str], *, accepted: bool) -> list[str]:
    steps = Counter((row["step"], row["channel"]) for row in rows)
    lines = [
        f"{row['external_id']:<16} {row['debtor'][:36]:<36} {row['step']:<14} {row['channel']:<17}"
        f" {' + '.join(row['total'])}"
        for row in rows[:50]
    ]
    if len(rows) > 50:
        lines.append(f"… and {len(rows) - 50} more")
    lines += [f"{number} × {step} by {channel}" for (step, channel), number in steps.most_common()]
    lines += [f"Missing: {words}." for words in missing]
    end = "Accepted: the next run sends." if accepted else "Nothing was sent. Accept with --yes."
    if not accepted:
        lines.append("If your invoicing software reminds them too, stop that first: they would receive two.")
    return [*lines, end]
