"""`acquit simulate`: what a scenario would send to the present portfolio."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.answer import AsJson, CreditorKey, OrganisationName, Refused, say
from acquit.cli.ready import creditor as chosen
from acquit.cli.ready import in_organisation

if TYPE_CHECKING:
    from acquit.core.scenario import Scenario

Sends = Counter[tuple[date, str, str]]


def command(
    scenario: Annotated[str, typer.Argument(help="Key of a scenario, or a YAML file.")],
    days: Annotated[int, typer.Option(min=1, max=366)] = 30,
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """Count what a scenario would send, per day and channel, if every account followed it.

    Example: acquit simulate standard --days 30
    """
    with in_organisation(organisation) as owner:
        plan = _scenario(owner.pk, scenario)
        one = chosen(creditor) if creditor else None
        sends, accounts = _simulate(owner.pk, one.pk if one else None, plan, days)
    rows = [
        {"on": on, "channel": channel, "step": step, "messages": number}
        for (on, channel, step), number in sorted(sends.items())
    ]
    document = {"scenario": plan.key, "accounts": accounts, "days": days, "sends": rows}
    say(document, _lines(rows, accounts), as_json=as_json)


def _scenario(organisation_id: int, said: str) -> Scenario:
    import yaml

    from acquit import channels
    from acquit.core.scenario import ScenarioError, check, from_mapping
    from acquit.store.cases.models import ScenarioVersion

    definition: Any
    if said.endswith((".yaml", ".yml")) and Path(said).exists():
        definition = yaml.safe_load(Path(said).read_text(encoding="utf-8"))
    else:
        version = (
            ScenarioVersion.objects.filter(organisation_id=organisation_id, scenario__key=said)
            .order_by("-number")
            .first()
        )
        if version is None:
            raise Refused(f"There is no scenario {said!r}, nor a file of that name.")
        definition = version.definition
    try:
        scenario = from_mapping(definition)
    except ScenarioError as why:
        raise Refused(*map(str, why.problems)) from why
    problems = check(scenario, channels=channels.every())
    if problems:
        raise Refused(*map(str, problems))
    return scenario


def _simulate(
    organisation_id: int, creditor_id: int | None, scenario: Scenario, days: int
) -> tuple[Sends, int]:
    from acquit.core.decision import Act
    from acquit.core.diary import diary
    from acquit.store.accounts.models import Account
    from acquit.store.facts import Case, CaseLoader

    accounts = Account.objects.filter(organisation_id=organisation_id).order_by("id")
    if creditor_id is not None:
        accounts = accounts.filter(creditor_id=creditor_id)
    ids = list(accounts.values_list("id", flat=True))
    loader = CaseLoader(organisation_id, datetime.now(UTC))

    def sent(case: Case) -> Iterator[tuple[date, str, str]]:
        snapshot = replace(
            case.snapshot,
            list_accepted=True,
            stale=False,
            unheard_since=None,
            terms=tuple(replace(term, scenario=None) for term in case.snapshot.terms),
        )
        for entry in diary(snapshot, scenario, None, case.calendar, case.today, days=days):
            if isinstance(entry.decision, Act):
                yield entry.on, entry.decision.channel, entry.decision.step

    sends: Sends = Counter()
    for start in range(0, len(ids), 500):
        for case in loader.load(ids[start : start + 500]):
            sends.update(sent(case))
    return sends, len(ids)


def _lines(rows: list[dict[str, Any]], accounts: int) -> list[str]:
    total = sum(row["messages"] for row in rows)
    lines = [f"{row['on']}  {row['channel']:<17} {row['step']:<16} {row['messages']:>6}" for row in rows]
    return [*lines, f"{total} messages to {accounts} accounts. Nothing was sent."]
