"""What stands behind the figures: open terms, and promises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from acquit.core.promises import Outcome
from acquit.reports.items import count, open_items
from acquit.reports.paper import TooLong
from acquit.reports.promises import PromiseRow
from acquit.reports.promises import promises as promises_of
from acquit.reports.sheets import items_sheet
from acquit.store.accounts.models import Account
from acquit.web import formats
from acquit.web.answering import creditor_of
from acquit.web.components import Link
from acquit.web.inert import inert
from acquit.web.reports.download import FORMATS, download
from acquit.web.reports.form import Asked, FilterForm, kept, read
from acquit.web.reports.views import downloads
from acquit.web.words import language
from acquit.wording.report_words import report_words

PER_PAGE = 100
OUTCOMES = {
    Outcome.KEPT: (_("tenue"), "ok", "check"),
    Outcome.BROKEN: (_("rompue"), "late", "circle-x"),
    Outcome.RUNNING: (_("en cours"), "info", "clock"),
}
#: The word of the address → what it asks of promises.
STATES = {"tenue": Outcome.KEPT, "rompue": Outcome.BROKEN, "en-cours": Outcome.RUNNING}


@login_required
@require_safe
def items(request: HttpRequest) -> HttpResponseBase:
    """List the open terms that a figure counted, those due first first, or give them as a file."""
    creditor_of(request)
    asked = read(request.GET, timezone.localdate())
    totals = count(asked.filters)
    whole = sum(number for number, _ in totals.values())
    wanted, refusal = request.GET.get("format", ""), ""
    if wanted in FORMATS:
        try:
            sheet = items_sheet(asked.filters, most=whole)
            return download(request, sheet, asked, slug="echeances", form=wanted)
        except TooLong:
            refusal = gettext(
                "Trop de lignes pour un PDF\u00a0: prenez le classeur (XLSX), ou resserrez les filtres."
            )
    page = Paginator(range(whole), PER_PAGE).get_page(request.GET.get("page"))
    rows = open_items(asked.filters, most=PER_PAGE, start=max(page.start_index() - 1, 0))
    context: dict[str, Any] = {
        "asked": asked,
        "form": FilterForm(asked, ("age", "tranches"), creditors=request.creditors),  # type: ignore[attr-defined]
        "rows": rows,
        "page": page,
        "totals": sorted(totals.items()),
        "bucket": _bucket(asked),
        "of": _of(asked),
        "downloads": downloads(asked),
        "kept": kept(asked),
        "refusal": refusal,
        "clear_link": Link(label=gettext("Effacer les filtres"), url="?"),
    }
    return render(request, "reports/items.html", context)


def _bucket(asked: Asked) -> str:
    """Return which column is shown: not due, 31-60 days, all that is late, or everything."""
    of = asked.filters
    if of.bucket is not None:
        return report_words(language()).column(of.buckets.labels()[of.bucket].replace(" ", "_"))
    return gettext("Échu") if of.late else gettext("Échu et non échu")


def _of(asked: Asked) -> str:
    """Return the client whose terms are shown, where only his are."""
    of = asked.filters
    found = Account.objects.select_related("debtor")
    if of.account_id is not None:
        one = found.filter(pk=of.account_id).first()
    elif of.debtor_id is not None:
        one = found.filter(debtor=of.debtor_id).first()
    else:
        return ""
    return inert(one.debtor.name) if one else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A promise as its row draws it."""

    account: int
    name: str
    made_on: date
    until: date
    amount: Decimal
    paid: Decimal
    currency: str
    state: tuple[Any, str, str]


@login_required
@require_safe
def promises(request: HttpRequest) -> HttpResponseBase:
    """List the promises of a year, or those of today, or those that were broken since a day."""
    creditor_of(request)
    asked = read(request.GET, timezone.localdate())
    on, state = asked.filters.on, request.GET.get("etat", "")
    found = promises_of(replace(asked.filters, by="account"))
    if asked.filters.currency:
        found = tuple(one for one in found if one.currency == asked.filters.currency)
    since = read({"au": request.GET.get("depuis", "")}, on - timedelta(days=366)).filters.on
    shown = [one for one in found if _is(one, state, on) and one.promised.deadline >= since]
    page = Paginator(shown[::-1], PER_PAGE).get_page(request.GET.get("page"))
    sums: dict[str, Decimal] = {}
    for one in shown:
        sums[one.currency] = sums.get(one.currency, Decimal(0)) + one.promised.amount
    context = {
        "page": page,
        "rows": [_row(one, on) for one in page.object_list],
        "asked": asked,
        "state": state,
        "total": ", ".join(
            formats.amount(amount, currency, language=language()) for currency, amount in sorted(sums.items())
        ),
    }
    return render(request, "reports/promises.html", context)


def _is(one: PromiseRow, state: str, on: date) -> bool:
    if state == "jour":
        return one.promised.until == on and one.promised.paid < one.promised.amount
    return state not in STATES or one.promised.outcome(on) is STATES[state]


def _row(one: PromiseRow, on: date) -> Row:
    of = one.promised
    return Row(
        account=one.account_id, name=inert(one.name), made_on=one.made_on, until=of.until, amount=of.amount,
        paid=of.paid, currency=one.currency, state=OUTCOMES[of.outcome(on)],
    )  # fmt: skip
