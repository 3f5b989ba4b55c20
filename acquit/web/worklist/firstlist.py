"""The first list: who would be contacted if it were accepted, and who would not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import F, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from acquit.core.decision import Act, Decision
from acquit.core.scenario import Scenario
from acquit.flows.material.deciding import decide_case
from acquit.flows.outbox.accept_list import NothingToAccept, accept_list
from acquit.jobs.tasks import wake
from acquit.store.accounts.models import Account
from acquit.store.facts import Case, CaseLoader
from acquit.store.ledger.models import SourceFile, Term
from acquit.web import formats
from acquit.web.answering import See, refused
from acquit.web.components import Kpi, Link, Tab
from acquit.web.freshness import is_heard
from acquit.web.incomplete import missing_words
from acquit.web.steps import StepNames
from acquit.web.toast import toast
from acquit.web.words import CHANNEL_ICONS, CHANNELS, Chip, chip, language, said
from acquit.web.worklist.forms import account_url
from acquit.web.worklist.page import At, at
from acquit.wording import say_reason

#: The accounts with the largest open balances; a longer list is decided in the same way, unseen.
MOST = 5_000
PER_PAGE = 100
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One account, and what would happen to it."""

    name: str
    code: str
    url: str
    contacted: bool
    step: str
    channel: str
    icon: str
    asks: bool
    amount: Decimal
    total: str
    because: str
    why: str
    chip: Chip


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the list before it is accepted: nothing is sent by looking."""
    here = at(request)
    lines, left_out = _lines(here)
    contacted = [line for line in lines if line.contacted]
    others = [line for line in lines if not line.contacted]
    view = "laisses" if request.GET.get("vue") == "laisses" else ""
    shown = others if view else contacted
    context = {
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "kpis": _kpis(contacted, others),
        "tabs": [
            Tab(label=gettext("Seraient contactés"), url="?", count=len(contacted), current=not view),
            Tab(
                label=gettext("Ne le seraient pas"), url="?vue=laisses", count=len(others), current=bool(view)
            ),
        ],
        "left_view": bool(view),
        "known": bool(lines) or Account.objects.filter(creditor=here.creditor).exists(),
        "heard": is_heard(here.creditor),
        "mailbox_link": Link(label=gettext("Ajouter une boîte"), url=reverse("settings:add_mailbox")),
        "steps": _steps(contacted),
        "left_out": left_out,
        "most": MOST,
        "accepted": here.creditor.list_accepted_at is not None,
        "files_seen": _files(here),
        "missing": missing_words(here.creditor),
        "fill_in": Link(label=gettext("Compléter"), url=reverse("settings:index")),
        "stale": any(line.because == "stale_data" for line in others),
    }
    fragment = request.headers.get("HX-Request") == "true"
    template = "worklist/first_list_table.html" if fragment else "worklist/first_list.html"
    return render(request, template, context)


@login_required
@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Accept the list: from now on messages may leave.

    What was imported after the page was drawn made another list, which nobody has read.
    """
    here = at(request)
    if request.POST.get("files_seen", str(_files(here))) != str(_files(here)):
        toast(request, gettext("Un fichier a été importé entre-temps\u00a0: relisez la liste."), tone="warn")
        return See(here.url("worklist:first_list"))
    organisation_id = here.creditor.organisation_id
    try:
        accept_list(
            organisation_id=organisation_id, creditor_id=here.creditor.pk, now=here.now, by=request.user.pk
        )
    except NothingToAccept as error:
        refused(request, error)
        return See(here.url("worklist:first_list"))
    wake(organisation_id)
    toast(request, gettext("Liste acceptée. Les premiers messages se préparent."))
    return See(here.url("worklist:index"))


def _files(here: At) -> int:
    """Return how many files the creditor's list was made of."""
    return SourceFile.objects.filter(creditor=here.creditor).count()


def _lines(here: At) -> tuple[list[Line], int]:
    """Return what would happen to the largest accounts, and how many others there are."""
    owing = (
        Term.objects.filter(account__creditor=here.creditor, allocated__lt=F("amount"))
        .order_by()
        .values_list("account_id")
        .annotate(open=Sum(F("amount") - F("allocated")))
        .order_by("-open", "account_id")
    )
    ids = [account_id for account_id, _open in owing[:MOST]]
    loader = CaseLoader(here.creditor.organisation_id, here.now)
    lines: list[Line] = []
    for start in range(0, len(ids), _AT_ONCE):
        cases = loader.load(ids[start : start + _AT_ONCE])
        lines += [_line(case, _decided(case)) for case in cases]
    lines.sort(key=lambda line: (-line.amount, line.name))
    return lines, max(Account.objects.filter(creditor=here.creditor).count() - len(ids), 0)


def _decided(case: Case) -> Decision:
    accepted = replace(case, snapshot=replace(case.snapshot, list_accepted=True))
    return decide_case(accepted)


def _line(case: Case, decision: Decision) -> Line:
    acts = isinstance(decision, Act)
    total = decision.total if isinstance(decision, Act) else ()
    reason = decision.reasons[0]
    owed = sum((term.open for term in case.snapshot.terms), Decimal(0))
    plans: list[Scenario] = [p for p in (case.scenario, *(t.scenario for t in case.snapshot.terms)) if p]
    return Line(
        name=case.name,
        code=case.external_id,
        url=account_url(case.account_id),
        contacted=acts,
        step=StepNames(plans).name(decision.scenario, decision.step) if isinstance(decision, Act) else "",
        channel=said(CHANNELS, decision.channel) if isinstance(decision, Act) else "",
        icon=CHANNEL_ICONS.get(decision.channel, "mail") if isinstance(decision, Act) else "",
        asks=isinstance(decision, Act) and decision.asks,
        amount=total[0].amount if total else owed,
        total=" + ".join(formats.amount(one.amount, one.currency, language=language()) for one in total)
        or formats.amount(
            owed, case.snapshot.terms[0].currency if case.snapshot.terms else "EUR", language=language()
        ),
        because=reason.code,
        why=say_reason(reason.code, reason.params, language()),
        chip=chip(type(decision).__name__.lower(), reason.code),
    )


def _kpis(contacted: Sequence[Line], others: Sequence[Line]) -> list[Kpi]:
    tongue = language()

    def number(count: int) -> str:
        return formats.number(count, decimals=0, language=tongue)

    asked = sum(line.asks for line in contacted)
    return [
        Kpi(label=gettext("Seraient contactés"), value=number(len(contacted)), note=gettext("clients")),
        Kpi(
            label=gettext("Partiraient seuls"), value=number(len(contacted) - asked),
            note=gettext("messages"),
        ),
        Kpi(label=gettext("Demanderaient votre accord"), value=number(asked), note=gettext("messages")),
        Kpi(label=gettext("Ne seraient pas contactés"), value=number(len(others)), note=gettext("clients")),
    ]  # fmt: skip


def _steps(contacted: Sequence[Line]) -> list[tuple[str, str, str, int]]:
    counted = Counter((line.step, line.channel, line.icon) for line in contacted)
    return [(step, channel, icon, count) for (step, channel, icon), count in counted.most_common()]
