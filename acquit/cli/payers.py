"""`acquit payers`: how well it is known when debtors pay, and the profiles that this speaks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from acquit.cli.answer import AsJson, OrganisationName, Refused, say
from acquit.cli.ready import in_organisation


def command(
    learn: Annotated[
        bool, typer.Option("--learn", help="Fit the model anew, judge it, and use it where it is better.")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="With --learn: judge on terms issued from this day on."),
    ] = None,
    propose: Annotated[
        bool, typer.Option("--propose", help="Bring the proposed profiles up to date.")
    ] = False,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As if this were today.")] = None,
    language: Annotated[str, typer.Option(help="Of the reasons: fr or en.")] = "fr",
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """Say how good the predictions are beside the debtors' own past, and which profiles are proposed.

    Cash: what forecasts of past days missed of each week's cash, added up, in percent of the cash that came.

    Example: acquit payers --learn --propose
    """
    with in_organisation(organisation) as owner:
        now = datetime.now(UTC)
        today = on.date() if on else now.date()
        if learn:
            from acquit.flows.accounts.keep_usual_days import keep_usual_days
            from acquit.flows.accounts.learn_payers import learn_payers

            learn_payers(
                organisation_id=owner.pk, today=today, now=now, since=since.date() if since else None
            )
            keep_usual_days(organisation_id=owner.pk, today=today, now=now)
        if propose:
            from acquit.flows.accounts.propose_profiles import propose_profiles

            propose_profiles(organisation_id=owner.pk, today=today, now=now)
        document = {"model": _model(now), "proposals": list(_proposals(language))}
    say(document, _lines(document), as_json=as_json)


def _model(now: datetime) -> dict[str, Any] | None:
    from acquit.flows.accounts.keep_usual_days import in_use
    from acquit.store.payers.models import PayerModelFit

    fit = PayerModelFit.objects.order_by("-fitted_at", "-id").first()
    if fit is None:
        return None
    used = in_use(fit, now) is not None
    return {
        "fitted_at": fit.fitted_at, "terms": fit.terms, "split_on": fit.split_on, "in_use": used,
        "because": "stale" if fit.kept and not used else fit.because, "baseline": fit.baseline or None,
        "learned": fit.learned or None, "forecast": fit.forecast or None,
        "forecasts": used and fit.forecasts,
    }  # fmt: skip


def _proposals(language: str) -> Iterator[dict[str, Any]]:
    from acquit.store.encoding import decode_reasons
    from acquit.store.payers.models import ProfileProposal
    from acquit.wording.short_reasons import say_profile_reasons
    from acquit.wording.template import Unsayable

    found = ProfileProposal.objects.filter(answered_at=None).select_related("debtor").order_by("id")
    for one in found:
        reasons = decode_reasons(one.reasons)
        try:
            said = say_profile_reasons(reasons, language)
        except Unsayable as error:
            raise Refused(f"There are no words in {language!r}: fr or en.") from error
        yield {
            "debtor": one.debtor.name, "has": one.debtor.profile, "proposed": one.profile,
            "reasons": [reason.code for reason in reasons], "because": said,
        }  # fmt: skip


_WHY = {
    "better": "in use: it beats the debtors' own past",
    "not_better": "not in use: the debtors' own past is as good or better",
    "too_few": "not in use: too few settled terms to judge by",
    "stale": "not in use: it was learned too long ago, or by another version",
}


def _lines(document: dict[str, Any]) -> Iterator[str]:
    model = document["model"]
    if model is None:
        yield "Nothing was learned yet: acquit payers --learn"
    else:
        yield f"Learned model {_WHY[model['because']]} ({model['terms']} settled terms)."
        if model["baseline"]:
            yield f"Judged on {model['baseline']['count']} terms issued from {model['split_on']:%Y-%m-%d} on:"
            yield f"{'':<12}{'accuracy':>10}{'AUC':>8}{'Brier':>8}{'days off':>10}"
            for name in ("baseline", "learned"):
                yield _quality("own past" if name == "baseline" else "learned", model[name])
            yield from _cash(model)
    for one in document["proposals"]:
        yield f"{one['debtor']}: {one['has']} → {one['proposed']}  {one['because']}"


def _cash(model: dict[str, Any]) -> Iterator[str]:
    said = model["forecast"]
    if said is None:
        yield "Forecast: too few weeks to judge by, so it is made from the debtors' own past."
        return
    yield (
        f"Cash of thirteen weeks, forecast on {said['origins']} days from {said['first']} to {said['last']}:"
        f" missed by {said['baseline']:.1%} from the own past,"
        f" by {said['learned']:.1%} from the learned model."
    )
    yield f"The forecast is made from the {'learned model' if model['forecasts'] else 'own past'}."


def _quality(name: str, told: dict[str, Any]) -> str:
    auc = "-" if told["auc"] is None else f"{told['auc']:.3f}"
    return f"{name:<12}{told['accuracy']:>10.3f}{auc:>8}{told['brier']:>8.3f}{told['mean_error_days']:>10.2f}"
