"""`acquit feeds`: where facts come from, how old they are, and how old they may be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.answer import AsJson, CreditorKey, OrganisationName, Refused, say
from acquit.cli.ready import creditor as chosen
from acquit.cli.ready import in_organisation

if TYPE_CHECKING:
    from acquit.store.accounts.models import Creditor


def command(
    retire: Annotated[int | None, typer.Option(metavar="ID", help="Count on this one no more.")] = None,
    because: Annotated[str, typer.Option(help="Why it is retired.")] = "",
    resume: Annotated[int | None, typer.Option(metavar="ID", help="Count on a retired one again.")] = None,
    days: Annotated[
        list[str] | None,
        typer.Option(metavar="ID=N", help="Working days that one may be old; empty: the creditor's."),
    ] = None,
    by_arrival: Annotated[
        int | None, typer.Option(metavar="ID", help="Its files always reach the day of their arrival.")
    ] = None,
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """List the sources of a creditor's facts; too old a one holds everything that would leave.

    Example: acquit feeds --retire 3 --because "the bank changed"
    """
    with in_organisation(organisation) as owner:
        one, now = chosen(creditor), datetime.now(UTC)
        for said in days or ():
            _set_days(one, said, now)
        if by_arrival is not None:
            _change(one, by_arrival, now, by_arrival=True)
        if retire is not None:
            _retire(one, retire, because, now)
        if resume is not None:
            from acquit.flows.ledger.change_feed import resume_feed

            resume_feed(organisation_id=owner.pk, feed_id=_known(one, resume), now=now)
        rows = _rows(one, now)
    say({"creditor": one.key, "feeds": rows}, _lines(rows), as_json=as_json)


def _known(creditor: Creditor, number: int) -> int:
    from acquit.store.ledger.models import Feed

    if not Feed.objects.filter(creditor=creditor, pk=number).exists():
        raise Refused(f"{creditor.key} has no feed {number}: acquit feeds lists them.")
    return number


def _set_days(creditor: Creditor, said: str, now: datetime) -> None:
    number, _, days = said.partition("=")
    if not number.isdecimal() or (days and not days.isdecimal()):
        raise typer.BadParameter(f"{said!r} is not ID=N", param_hint="--days")
    _change(creditor, int(number), now, fresh_days=int(days) if days else None, holds=True)


def _change(creditor: Creditor, number: int, now: datetime, **changed: Any) -> None:
    """Change what is said of a feed; one that is given an age holds from now on."""
    from acquit.flows.ledger.change_feed import change_feed
    from acquit.store.ledger.models import Feed

    feed = Feed.objects.get(pk=_known(creditor, number))
    said = {name: getattr(feed, name) for name in ("fresh_days", "by_arrival", "holds")}
    change_feed(organisation_id=creditor.organisation_id, feed_id=feed.pk, now=now, **{**said, **changed})


def _retire(creditor: Creditor, number: int, because: str, now: datetime) -> None:
    from acquit.flows.ledger.change_feed import retire_feed
    from acquit.flows.material.errors import ReasonMissing

    feed_id = _known(creditor, number)
    try:
        retire_feed(organisation_id=creditor.organisation_id, feed_id=feed_id, because=because, now=now)
    except ReasonMissing as error:
        raise Refused(f"{error} (--because)") from error


def _rows(creditor: Creditor, now: datetime) -> list[dict[str, Any]]:
    from acquit.core.freshness import kind_of
    from acquit.store.facts import CaseLoader
    from acquit.store.ledger.models import Feed

    loader = CaseLoader(creditor.organisation_id, now)
    old = {feed.key for feed in loader.stale(loader.creditor(creditor.pk))}
    return [
        {
            "id": feed.pk, "kind": feed.kind, "bank_account": feed.bank_account,
            "brings": sorted(kind_of(feed.kind).brings), "newest_on": feed.newest_on,
            "newest_at": feed.newest_at, "by_arrival": feed.by_arrival,
            "fresh_days": feed.fresh_days or creditor.fresh_days,
            "holds": feed.holds and feed.retired_at is None, "too_old": feed.pk in old,
            "retired_because": feed.retired_because or None,
        }
        for feed in Feed.objects.filter(creditor=creditor).order_by("id")
    ]  # fmt: skip


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    if not rows:
        yield "Nothing was imported yet."
    for row in rows:
        name = f"{row['kind']} {row['bank_account']}".strip()
        arrived = f"{row['newest_at']:%Y-%m-%d %H:%M}"
        until = arrived if row["by_arrival"] else row["newest_on"] or arrived
        state = (
            f"retired: {row['retired_because']}" if row["retired_because"]
            else "too old: nothing leaves" if row["too_old"]
            else "fresh" if row["holds"] else "not watched"
        )  # fmt: skip
        yield f"{row['id']:>4}  {name:<40} through {until}, may be {row['fresh_days']} days old  {state}"
