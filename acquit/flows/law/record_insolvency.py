"""Record what an official journal or a person says of a debtor's insolvency.

By the SIREN it is the debtor's and stops at once what was invoiced before; a name alone only asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from acquit.core.insolvency import OVERINDEBTEDNESS, Announcement, bearing
from acquit.core.regimes import soil
from acquit.core.regimes.fr.limits import declare_until, relief_until
from acquit.flows.material.errors import AlreadySettled
from acquit.flows.material.law_tasks import DECLARE, NAMESAKE, close_tasks, open_task
from acquit.flows.material.poke import poke
from acquit.store.accounts.models import Account, Debtor, folded
from acquit.store.calendars import holidays_of
from acquit.store.law.models import InsolvencyLook, InsolvencyNotice
from acquit.store.ledger.models import Term


@dataclass(slots=True)
class Recorded:
    """How many announcements were new, and of those confirmed by the SIREN or only proposed."""

    new: int = 0
    confirmed: int = 0
    proposed: int = 0


def record_insolvency(
    *,
    organisation_id: int,
    announced: Iterable[Announcement],
    now: datetime,
    debtor_id: int | None = None,
    by: int | None = None,
) -> Recorded:
    """Keep each announcement once for each debtor that it may be about; with `debtor_id` a person says whose.

    What is of a debtor's SIREN is confirmed; of his name alone, proposed to a person.
    """
    done = Recorded()
    for one in announced:
        with transaction.atomic():
            for debtor in _concerned(organisation_id, one, debtor_id):
                _keep(debtor, one, done, now=now, by=by, sure=debtor_id is not None)
    return done


def note_look(*, organisation_id: int, debtor_id: int, now: datetime) -> None:
    """Remember that the debtor's announcements were asked for."""
    InsolvencyLook.objects.update_or_create(
        organisation_id=organisation_id, debtor_id=debtor_id, defaults={"looked_at": now}
    )


def settle_insolvency(
    *, organisation_id: int, notice_id: int, confirmed: bool, now: datetime, by: int | None = None
) -> None:
    """Say whether a proposed announcement is about the debtor. Raises AlreadySettled."""
    with transaction.atomic():
        said = "confirmed" if confirmed else "refused"
        changed = InsolvencyNotice.objects.filter(
            organisation_id=organisation_id, id=notice_id, state="proposed"
        ).update(state=said, settled_at=now, settled_by=by)
        if not changed:
            raise AlreadySettled
        notice = InsolvencyNotice.objects.select_related("debtor").get(id=notice_id)
        if confirmed and notice.opening:
            _stop(notice, now=now)
        if not InsolvencyNotice.objects.filter(debtor=notice.debtor, state="proposed").exists():
            close_tasks(organisation_id, _accounts(notice.debtor), NAMESAKE, now=now, by=by)


def note_declared(*, organisation_id: int, account_id: int, now: datetime, by: int | None = None) -> bool:
    """Record that the claim was declared: the task is done; false if there was none."""
    return bool(close_tasks(organisation_id, [account_id], DECLARE, now=now, by=by))


def _concerned(organisation_id: int, one: Announcement, debtor_id: int | None) -> list[Debtor]:
    debtors = Debtor.objects.filter(organisation_id=organisation_id)
    if debtor_id is not None:
        return list(debtors.filter(id=debtor_id))
    # The first word of the name narrows what is compared; the core says what resembles.
    by_siren = list(debtors.filter(siren=one.siren)) if one.siren else []
    words = folded(one.name).split()
    longest = max(words, key=len, default="")
    near = debtors.filter(folded_name__contains=longest)[:200] if len(longest) > 2 else []
    namesakes = [debtor for debtor in near if bearing(one, debtor.siren, debtor.name) == "namesake"]
    return list({debtor.pk: debtor for debtor in (*by_siren, *namesakes)}.values())


def _keep(
    debtor: Debtor, one: Announcement, done: Recorded, *, now: datetime, by: int | None, sure: bool
) -> None:
    same = sure or bearing(one, debtor.siren, debtor.name) == "same"
    notice, made = InsolvencyNotice.objects.get_or_create(
        organisation_id=debtor.organisation_id,
        debtor=debtor,
        external_id=one.external_id,
        defaults={
            "source": one.source, "siren": one.siren, "name": one.name[:300], "opening": one.opening,
            "procedure": one.procedure, "nature": one.nature[:300], "judged_on": one.judged_on,
            "published_on": one.published_on, "court": one.court[:200], "officer": one.officer,
            "url": one.url[:500], "state": "confirmed" if same else "proposed", "recorded_at": now,
            "settled_at": now if sure else None, "settled_by_id": by if sure else None,
        },
    )  # fmt: skip
    if not made:
        return
    done.new += 1
    if same:
        done.confirmed += 1
        if notice.opening:
            _stop(notice, now=now)
        return
    done.proposed += 1
    for account in Account.objects.filter(debtor=debtor):
        open_task(account, NAMESAKE, now=now, params={"name": one.name, "siren": one.siren})


def _stop(notice: InsolvencyNotice, *, now: datetime) -> None:
    """Stop what was invoiced before the judgment, and ask for the claim to be declared.

    An older judgment than the one that is known changes nothing: its claims were declared or are lost.
    A household's over-indebtedness (C. conso. L722-2) stops them too; nothing is declared to an officer.
    """
    debtor = notice.debtor
    Debtor.objects.filter(id=debtor.pk).exclude(insolvent_on__gt=notice.judged_on).update(
        insolvent_on=notice.judged_on
    )
    declared = notice.procedure != OVERINDEBTEDNESS
    for account in Account.objects.filter(debtor=debtor).select_related("creditor") if declared else ():
        owed = _owed(account, notice.judged_on)
        if owed:
            open_task(account, DECLARE, now=now, params=_declaration(account, notice, owed))
    poke(notice.organisation_id, _accounts(debtor), now=now)


def _declaration(
    account: Account, notice: InsolvencyNotice, owed: list[tuple[str, Decimal]]
) -> dict[str, Any]:
    """Return what the task says; no last day where the debtor is abroad, whose law is not known here."""
    return {
        "judged_on": notice.judged_on.isoformat(),
        "published_on": notice.published_on.isoformat() if notice.published_on else None,
        **(_limits(account, notice) if soil(notice.debtor.country) == "FR" else {}),
        "court": notice.court, "officer": notice.officer, "procedure": notice.procedure,
        "owed": [[str(amount), currency] for currency, amount in owed],
    }  # fmt: skip


def _limits(account: Account, notice: InsolvencyNotice) -> dict[str, str]:
    """Return the last days to declare and to be relieved.

    Time runs from the judgment, which ends sooner, where nothing says when it was published.
    """
    start = notice.published_on or notice.judged_on
    abroad = soil(account.creditor.country) != "FR"
    holidays = holidays_of((("FR", None),), range(start.year, start.year + 2))
    return {
        "until": declare_until(start, creditor_abroad=abroad, holidays=holidays).isoformat(),
        "relief_until": relief_until(start, holidays).isoformat(),
    }


def _owed(account: Account, judged_on: date) -> list[tuple[str, Decimal]]:
    rows = (
        Term.objects.filter(account=account, allocated__lt=F("amount"), invoice__issued_on__lte=judged_on)
        .exclude(invoice__kind__in=("refund", "adjustment"))
        .values("currency")
        .annotate(open=Sum(F("amount") - F("allocated")))
        .order_by("currency")
    )
    return [(row["currency"], row["open"]) for row in rows]


def _accounts(debtor: Debtor) -> list[int]:
    return list(Account.objects.filter(debtor=debtor).values_list("id", flat=True))
