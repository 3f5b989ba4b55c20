"""The list of accounts: which ones the URL asks for, in which order, and one page of them with its figures.

Accounts are paged first; balances, decisions and messages are then asked for that page alone. Only an
order or a filter by amount has to add everything up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum

from acquit.core.decision import REASON_CODES
from acquit.store.accounts.models import Account
from acquit.store.cases.models import Decision
from acquit.store.ledger.models import Term
from acquit.store.outbox.models import LIVE, Message
from acquit.web.balances import Owed, nothing, owed_by
from acquit.web.search import MOST, found_accounts
from acquit.web.words import SITUATIONS, Chip, Situation, chip, message_chip, undecided

PER_PAGE = 50
#: What the URL calls the columns that may order the list, and what sorts them.
_PLAIN_ORDERS = {"nom": ("debtor__folded_name", "id"), "code": ("external_id", "id")}
_SUMMED_ORDERS = {"solde": "balance", "echu": "overdue", "retard": "oldest"}
ORDERS = (*_PLAIN_ORDERS, *_SUMMED_ORDERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the URL asks for, already judged; empty means everything."""

    words: str = ""
    situation: str = ""
    profile: str = ""
    kind: str = ""
    country: str = ""
    creditor_id: int | None = None
    overdue_above: Decimal | None = None
    sort: str = "nom"
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One account of the list. `others` are its balances in other currencies."""

    account: Account
    owed: Owed
    others: tuple[Owed, ...]
    chip: Chip
    next_on: date | None
    late_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of accounts, how many stand in each situation, and whether the search found too many."""

    rows: tuple[Row, ...]
    page: Page[int]
    counts: dict[str, int]
    total: int
    too_many: bool


def listing(asked: Asked, *, today: date) -> Listing:
    """Return the page that `asked` wants."""
    found = _found(asked, today)
    accounts = _narrowed(asked, found)
    counts = _counts(accounts)
    chosen = next((s for s in SITUATIONS if s.key == asked.situation), None)
    whole = counts.get(chosen.key, 0) if chosen else counts[""]
    if chosen:
        accounts = accounts.filter(_in(chosen))
    pages = Paginator(range(whole), PER_PAGE)
    page: Page[int] = pages.get_page(asked.page)
    ids = _page_of(accounts, asked.sort, start=max(page.start_index() - 1, 0), today=today)
    return Listing(
        rows=tuple(_rows(ids, today)),
        page=page,
        counts=counts,
        total=counts[""],
        too_many=found is not None and len(found) > MOST,
    )


def _found(asked: Asked, today: date) -> list[int] | None:
    """Return the accounts that the words and the amount leave, None where neither was given."""
    found = found_accounts(asked.words) if asked.words else None
    if asked.overdue_above is None:
        return found
    late = _late_by_more_than(asked.overdue_above, today, asked.creditor_id)
    return late if found is None else [number for number in late if number in set(found)]


def _narrowed(asked: Asked, found: list[int] | None) -> QuerySet[Account]:
    accounts = Account.objects.all()
    if asked.creditor_id is not None:
        accounts = accounts.filter(creditor_id=asked.creditor_id)
    if found is not None:
        accounts = accounts.filter(pk__in=found[:MOST])
    given = {"debtor__profile": asked.profile, "debtor__kind": asked.kind, "debtor__country": asked.country}
    return accounts.filter(**{field: value for field, value in given.items() if value})


def _late_by_more_than(amount: Decimal, today: date, creditor_id: int | None) -> list[int]:
    """Return the accounts that owe more than `amount` late, the largest first: at most one over MOST."""
    late = Term.objects.filter(allocated__lt=F("amount"), due_on__lt=today)
    if creditor_id is not None:
        late = late.filter(account__creditor_id=creditor_id)
    rest = Sum(F("amount") - F("allocated"))
    summed = late.order_by().values("account_id", "currency").annotate(overdue=rest)
    largest = summed.filter(overdue__gt=amount).order_by("-overdue", "account_id")
    return list(largest.values_list("account_id", flat=True)[: MOST + 1])


def _in(situation: Situation) -> Q:
    fits = Q(decisions__is_current=True, decisions__kind__in=situation.kinds)
    if situation.only:
        fits &= Q(decisions__because__in=situation.only)
    if situation.without:
        # One join: a negated Q would become a subquery that row-level security makes slow.
        fits &= Q(
            decisions__because__in=[code for code in sorted(REASON_CODES) if code not in situation.without]
        )
    return fits


def _counts(accounts: QuerySet[Account]) -> dict[str, int]:
    """Count the accounts of each situation; the empty key counts them all."""
    counts = dict.fromkeys((situation.key for situation in SITUATIONS), 0)
    counts[""] = 0
    for kind, because, number in _decided(accounts):
        counts[""] += number
        for situation in SITUATIONS:
            if kind and situation.holds(kind, because):
                counts[situation.key] += number
    return counts


def _decided(accounts: QuerySet[Account]) -> Iterable[tuple[str | None, str, int]]:
    """Yield how many accounts each kind and leading reason decided; no kind: not decided on yet.

    Without a filter both counts are read from indexes alone.
    """
    if accounts.query.where:
        current = FilteredRelation("decisions", condition=Q(decisions__is_current=True))
        grouped = accounts.order_by().annotate(current=current)
        return list(grouped.values_list("current__kind", "current__because").annotate(number=Count("*")))
    decided = Decision.objects.filter(is_current=True).order_by().values_list("kind", "because")
    found = list(decided.annotate(number=Count("*")))
    undecided = accounts.count() - sum(number for _, _, number in found)
    return [*found, (None, "", undecided)]


def _page_of(accounts: QuerySet[Account], sort: str, *, start: int, today: date) -> list[int]:
    """Return the ids of one page, in the order asked."""
    column, downward = sort.removeprefix("-"), sort.startswith("-")
    if column in _SUMMED_ORDERS:
        return _page_by_sum(accounts, _SUMMED_ORDERS[column], downward, start=start, today=today)
    names = _PLAIN_ORDERS.get(column, _PLAIN_ORDERS["nom"])
    ordered = accounts.order_by(*(f"-{name}" if downward else name for name in names))
    return list(ordered.values_list("id", flat=True)[start : start + PER_PAGE])


def _page_by_sum(
    accounts: QuerySet[Account], measure: str, downward: bool, *, start: int, today: date
) -> list[int]:
    narrowed, params = accounts.order_by().values("id").query.sql_with_params()
    measures = {
        "balance": "sum(amount - allocated)",
        "overdue": "sum(amount - allocated) FILTER (WHERE due_on < %s)",
        "oldest": "%s - min(due_on)",
    }
    dated = () if measure == "balance" else (today,)
    way = "DESC NULLS LAST" if downward else "ASC NULLS FIRST"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT f.id FROM ({narrowed}) AS f LEFT JOIN ("  # noqa: S608  both parts are ours
            f"  SELECT account_id, {measures[measure]} AS figure FROM ledger_term"
            "  WHERE allocated < amount GROUP BY account_id"
            f") AS o ON o.account_id = f.id ORDER BY o.figure {way}, f.id LIMIT %s OFFSET %s",
            [*params, *dated, PER_PAGE, start],
        )
        return [row[0] for row in cursor.fetchall()]


def _rows(ids: Sequence[int], today: date) -> Iterable[Row]:
    accounts = Account.objects.filter(pk__in=ids).select_related("debtor", "creditor").in_bulk()
    owed = owed_by(ids, today=today)
    decided = {
        row.account_id: row
        for row in Decision.objects.filter(account__in=ids, is_current=True).only(
            "account_id", "kind", "because", "until"
        )
    }
    live = dict(Message.objects.filter(account__in=ids, state__in=LIVE).values_list("account_id", "state"))
    for number in ids:
        account = accounts[number]
        balances = owed.get(number) or [nothing(account.creditor.currency)]
        yield _row(account, balances, decided.get(number), live.get(number, ""), today)


def _row(account: Account, balances: list[Owed], decision: Decision | None, live: str, today: date) -> Row:
    state = undecided() if decision is None else chip(decision.kind, decision.because)
    if live and (decision is None or decision.kind == "act"):
        state = message_chip(live)
    oldest = [late for one in balances if (late := one.late_days(today)) is not None]
    return Row(
        account=account,
        owed=balances[0],
        others=tuple(balances[1:]),
        chip=state,
        next_on=_next_on(decision, today),
        late_days=max(oldest, default=None),
    )


def _next_on(decision: Decision | None, today: date) -> date | None:
    if decision is None:
        return None
    return today if decision.kind == "act" else decision.until
