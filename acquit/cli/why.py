"""`acquit why`: the decision on a debtor, in words and codes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.answer import AsJson, CreditorKey, OrganisationName, Refused, say
from acquit.cli.ready import in_organisation
from acquit.cli.run import day

if TYPE_CHECKING:
    from acquit.store.facts import Case


def command(
    debtor: Annotated[str, typer.Argument(help="Code, SIREN, or the beginning of the name.")],
    on: Annotated[str, typer.Option(help="A past day: what was decided then.")] = "",
    language: Annotated[str, typer.Option(help="fr or en.")] = "fr",
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """Say why a debtor is or is not contacted, today or on a past day.

    Example: acquit why DUPONT --on 2026-03-12
    """
    with in_organisation(organisation) as owner:
        now = datetime.now(UTC)
        answers = [
            _answer(case, day(on) if on else None, language)
            for case in cases_of(owner.pk, debtor, creditor, now)
        ]
    document = answers[0] if len(answers) == 1 else {"accounts": answers}
    say(document, [line for answer in answers for line in _lines(answer)], as_json=as_json)


def cases_of(organisation_id: int, debtor: str, creditor: str | None, now: datetime) -> list[Case]:
    """Return the cases of the accounts that `debtor` names; refuse none and too many."""
    from django.db.models import Q

    from acquit.store.accounts.models import Account
    from acquit.store.facts import CaseLoader

    accounts = Account.objects.filter(organisation_id=organisation_id).order_by("id")
    if creditor is not None:
        accounts = accounts.filter(Q(creditor__key=creditor) | Q(creditor__siren=creditor))
    for fits in (
        Q(external_id=debtor),
        Q(debtor__siren=debtor.replace(" ", "")),
        Q(debtor__name__iexact=debtor),
        Q(debtor__name__istartswith=debtor) | Q(external_id__istartswith=debtor),
        Q(debtor__name__icontains=debtor),
    ):
        found = list(accounts.filter(fits).select_related("debtor")[:21]) if debtor else []
        if len(found) > 20:
            raise Refused(f"More than 20 accounts fit {debtor!r}: say more of the name.")
        if len({account.debtor_id for account in found}) > 1:
            names = ", ".join(f"{a.external_id} {a.debtor.name}" for a in found[:8])
            raise Refused(f"Several debtors fit {debtor!r}: {names}.")
        if found:
            return CaseLoader(organisation_id, now).load([account.pk for account in found])
    raise Refused(f"No debtor fits {debtor!r}.")


def _answer(case: Case, on: date | None, language: str) -> dict[str, Any]:
    from acquit.flows.material.deciding import decide_case
    from acquit.store.encoding import encode_reasons

    stored = _stored(case, on) if on is not None else None
    if stored is not None:
        kind, reasons, decided_on = stored
    else:
        decision = decide_case(case)
        kind, decided_on = type(decision).__name__.lower(), case.today
        reasons = encode_reasons(decision.reasons)
    return {
        "debtor": case.name,
        "external_id": case.external_id,
        "creditor": case.creditor.key,
        "on": on or case.today,
        "decided_on": decided_on,
        "decision": kind,
        "reasons": [
            {"code": code, "params": params, "words": _words(code, params, language)}
            for code, params in reasons
        ],
    }


def _stored(case: Case, on: date) -> tuple[str, list[Any], date] | None:
    """Return the decision that was in force on a past day, as it was kept."""
    from acquit.store.cases.models import Decision

    row = (
        Decision.objects.filter(organisation_id__gt=0, account_id=case.account_id, on__lte=on)
        .order_by("-decided_at", "-id")
        .first()
    )
    return None if row is None else (row.kind, row.reasons, row.on)


def _words(code: str, params: dict[str, Any], language: str) -> str:
    from acquit.store.encoding import decode_reasons
    from acquit.wording import say_reason

    (reason,) = decode_reasons([[code, params]])
    return say_reason(reason.code, reason.params, language)


def _lines(answer: dict[str, Any]) -> list[str]:
    head = f"{answer['debtor']} ({answer['external_id']}), {answer['on']}: {answer['decision']}"
    return [head, *(f"  {reason['words']}  [{reason['code']}]" for reason in answer["reasons"])]
