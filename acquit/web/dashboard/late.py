"""The clients that owe most late: their ages, their oldest invoice, where they stand and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from acquit.reports.ageing import AgedRow
from acquit.reports.filters import Filters
from acquit.store.accounts.models import Account
from acquit.store.cases.models import Decision
from acquit.store.outbox.models import LIVE, Message
from acquit.web.balances import owed_by
from acquit.web.dashboard.figures import behind
from acquit.web.inert import inert
from acquit.web.words import Chip, chip, message_chip, undecided

#: How many the dashboard shows, of the largest that the report kept.
SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One client. `url` opens what he owes late; `next_on` is the day on which he is looked at again."""

    account: int
    name: str
    code: str
    profile: str
    overdue: Decimal
    currency: str
    ages: tuple[Decimal, ...]
    late_days: int | None
    chip: Chip
    next_on: date | None
    url: str


def rows(largest: Sequence[AgedRow], asked: Filters, *, today: date) -> list[Row]:
    """Return the first of the largest late clients, in their order."""
    shown = [row for row in largest[:SHOWN] if isinstance(row.key, int)]
    ids = [int(row.key) for row in shown if row.key is not None]
    accounts = Account.objects.filter(pk__in=ids).select_related("debtor").in_bulk()
    decisions = Decision.objects.filter(account__in=ids, is_current=True)
    decided = {one.account_id: one for one in decisions.only("account_id", "kind", "because", "until")}
    live = dict(Message.objects.filter(account__in=ids, state__in=LIVE).values_list("account_id", "state"))
    oldest = {
        number: next((one.late_days(today) for one in owed if one.currency == asked.currency), None)
        for number, owed in owed_by(ids, today=today).items()
    }
    found = []
    for row, number in zip(shown, ids, strict=True):
        account = accounts.get(number)
        decision = decided.get(number)
        found.append(
            Row(
                account=number,
                name=inert(row.name),
                code=row.external_id,
                profile=account.debtor.profile if account else "",
                overdue=row.aged.overdue,
                currency=row.currency,
                ages=row.aged.amounts,
                late_days=oldest.get(number),
                chip=_chip(decision, live.get(number, "")),
                next_on=None if decision is None else today if decision.kind == "act" else decision.until,
                url=behind("items", _late(row, asked)),
            )
        )
    return found


def _late(row: AgedRow, asked: Filters) -> Filters:
    return replace(Filters(on=asked.on, currency=asked.currency).of_group(row.key), late=True)


def _chip(decision: Decision | None, live: str) -> Chip:
    if live and (decision is None or decision.kind == "act"):
        return message_chip(live)
    return undecided() if decision is None else chip(decision.kind, decision.because)
