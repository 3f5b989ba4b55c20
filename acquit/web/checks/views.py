"""The page of the checks, and the merge of two clients that are one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from acquit.flows.accounts.merge_debtors import merge_debtors, undo_merge
from acquit.flows.ledger.answer_duplicate import answer_duplicate, ask_again
from acquit.flows.material.errors import Impossible
from acquit.reports.doubts import KINDS, Doubt, doubts
from acquit.store.accounts.models import Account, Creditor, Debtor, DebtorMerge
from acquit.store.ledger.models import DuplicatePayment
from acquit.web import formats
from acquit.web.answering import See, creditor_of, refused
from acquit.web.checks.words import EXPLAINED, NAMED
from acquit.web.components import Tab
from acquit.web.toast import toast
from acquit.web.words import language, money

ROWS_PER_PAGE = 50
#: So few merges are shown, the newest first: what was done by mistake was done lately.
_LATELY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A doubt as its row draws it.

    `mergeable`: its first two clients may be one; `asked`: the question whether two payments are one.
    """

    accounts: tuple[tuple[int, str], ...]
    said: str
    open: str
    mergeable: tuple[int, int] | None
    asked: int | None


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the doubts of one kind, and how many there are of each."""
    creditor = creditor_of(request)
    found = doubts(creditor.pk)
    asked = request.GET.get("controle", "")
    kind = asked if asked in KINDS else next((one for one in KINDS if found[one]), "no_email")
    page = Paginator(found[kind], ROWS_PER_PAGE).get_page(request.GET.get("page"))
    tabs = [
        Tab(label=str(NAMED[one]), url=f"?controle={one}", count=len(found[one]), current=one == kind)
        for one in KINDS
        if found[one] or one == kind
    ]
    context: dict[str, Any] = {
        "tabs": tabs,
        "page": page,
        "rows": [_shown(one, creditor) for one in page.object_list],
        "explained": EXPLAINED[kind],
        "whole": sum(len(rows) for rows in found.values()),
        "merges": _merges(creditor),
        "today": timezone.localdate(),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "checks/list.html" if fragment else "checks/index.html", context)


def _shown(one: Doubt, creditor: Creditor) -> Shown:
    days = " → ".join(formats.day(day, language=language()) for day in one.days)
    sum_of = money(*one.amount) if one.amount else ""
    two = one.kind == "duplicate" and len(one.accounts) > 1
    return Shown(
        accounts=tuple((account, name) for account, _, name in one.accounts),
        said=" · ".join(part for part in (sum_of, one.said, days) if part),
        open=money(one.open, creditor.currency) if one.open else "",
        mergeable=(one.accounts[0][1], one.accounts[1][1]) if two else None,
        asked=one.asked,
    )


def _merges(creditor: Creditor) -> list[DebtorMerge]:
    merges = DebtorMerge.objects.select_related("keep", "other").filter(
        undone_at=None, keep__accounts__creditor=creditor
    )
    return list(merges.distinct().order_by("-merged_at", "-id")[:_LATELY])


@login_required
@require_POST
def merge(request: HttpRequest) -> HttpResponse:
    """Merge two clients of the creditor."""
    creditor = creditor_of(request)
    keep, other = (_debtor(request, creditor, name) for name in ("keep", "other"))
    try:
        key = merge_debtors(
            organisation_id=creditor.organisation_id, keep_id=keep.pk, other_id=other.pk,
            now=timezone.now(), by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
    else:
        words = gettext("%(other)s est fusionné avec %(keep)s.") % {"other": other.name, "keep": keep.name}
        toast(request, words, undo_url=reverse("checks:undo", args=[key]))
    return See(reverse("checks:index") + "?controle=duplicate")


def _debtor(request: HttpRequest, creditor: Creditor, name: str) -> Debtor:
    given = request.POST.get(name, "")
    mine = Account.objects.filter(creditor=creditor).values("debtor")
    return get_object_or_404(Debtor, pk=given if given.isdecimal() else None, pk__in=mine)


@login_required
@require_POST
def undo(request: HttpRequest, key: int) -> HttpResponse:
    """Undo a merge."""
    creditor = creditor_of(request)
    mine = DebtorMerge.objects.filter(keep__accounts__creditor=creditor).distinct()
    found = get_object_or_404(mine, pk=key)
    try:
        undo_merge(
            organisation_id=creditor.organisation_id, merge_id=found.pk, now=timezone.now(),
            by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
    else:
        toast(request, gettext("Fusion annulée\u00a0: les deux clients sont de nouveau séparés."))
    return See(reverse("checks:index") + "?controle=duplicate")


def _duplicate(request: HttpRequest, key: int) -> DuplicatePayment:
    return get_object_or_404(DuplicatePayment, pk=key, account__creditor=creditor_of(request))


@login_required
@require_POST
def duplicate(request: HttpRequest, key: int) -> HttpResponse:
    """Say whether a payment that two sources told is one or two."""
    found = _duplicate(request, key)
    is_same = request.POST.get("answer") == "same"
    try:
        answer_duplicate(
            organisation_id=found.organisation_id, duplicate_id=key, is_same=is_same, now=timezone.now(),
            on=timezone.localdate(), by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
    else:
        one = gettext("Un seul règlement\u00a0: le double ne compte plus.")
        two = gettext("Deux règlements\u00a0: les deux comptent.")
        toast(request, one if is_same else two, undo_url=reverse("checks:ask_again", args=[key]))
    return See(reverse("checks:index") + "?controle=same_payment")


@login_required
@require_POST
def again(request: HttpRequest, key: int) -> HttpResponse:
    """Take back what was said of a payment that two sources told."""
    found = _duplicate(request, key)
    try:
        ask_again(
            organisation_id=found.organisation_id, duplicate_id=key, now=timezone.now(),
            on=timezone.localdate(), by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
    else:
        toast(request, gettext("Réponse annulée\u00a0: les deux règlements comptent jusqu’à la prochaine."))
    return See(reverse("checks:index") + "?controle=same_payment")
