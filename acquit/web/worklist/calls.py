"""What came of a call: a word, a promise, a dispute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from acquit.channels.phone import CALL_OUTCOME_LABELS, CallOutcome
from acquit.channels.phone.number import uri
from acquit.flows.cases.dispute_invoice import dispute_invoice
from acquit.flows.cases.record_call import record_call
from acquit.flows.cases.record_promise import record_promise
from acquit.flows.material.contact import contacts_for
from acquit.flows.material.errors import AlreadyGone, Impossible
from acquit.store.encoding import decode_total
from acquit.store.facts import CaseLoader
from acquit.store.outbox.models import Message
from acquit.web import formats
from acquit.web.answering import See, impossible, refused
from acquit.web.toast import toast
from acquit.web.words import language
from acquit.web.worklist.callpane import callable_from, only_invoice
from acquit.web.worklist.forms import DisputeForm, PromiseForm, open_terms
from acquit.web.worklist.page import At, answer, at, next_url
from acquit.web.worklist.panes import message_pane, waiting_message

_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A call to make: whom, which number, how much, and from when on the debtor's clock."""

    url: str
    name: str
    number: str
    dialled: str
    total: str
    at: datetime
    tried: int


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the calls that can be made now, in the debtors' hours, then those of later."""
    here = at(request)
    lines = sorted(_lines(here), key=lambda line: (line.at, line.name))
    context = {
        "now": [line for line in lines if line.at <= here.now],
        "later": [line for line in lines if line.at > here.now],
        "today": here.today,
    }
    return render(request, "worklist/calls.html", context)


def _lines(here: At) -> Iterator[Line]:
    waiting = Message.objects.filter(creditor=here.creditor, channel="phone", state="handed_over")
    messages = list(waiting.select_related("debtor").annotate(tried=Count("calls")).order_by("id")[:_MOST])
    organisation = here.creditor.organisation_id
    loader = CaseLoader(organisation, here.now)
    cases = {case.account_id: case for case in loader.load([one.account_id for one in messages])}
    contacts = contacts_for(organisation, [(one.debtor_id, "phone") for one in messages])
    for one in messages:
        case, contact = cases[one.account_id], contacts.get((one.debtor_id, "phone"))
        number = contact.phone if contact else one.recipient
        yield Line(
            url=here.url("worklist:message", one.pk),
            name=one.debtor.name,
            number=number,
            dialled=uri(number, (contact.country if contact else "") or case.country),
            total=" + ".join(
                formats.amount(money.amount, money.currency, language=language())
                for money in decode_total(one.total)
            ),
            at=callable_from(case, one, here.now),
            tried=one.tried,
        )


@login_required
@require_POST
def outcome(request: HttpRequest, key: int) -> HttpResponse:
    """Record what came of a call."""
    here = at(request)
    found = waiting_message(here, key)
    said = request.POST.get("outcome", "")
    if said not in {one.value for one in CallOutcome}:
        toast(request, gettext("Choisissez le résultat de l’appel."), tone="danger")
        return See(here.url("worklist:message", key))
    onward = next_url(here, "call", key)
    if not _recorded(request, here, found, CallOutcome(said), note=request.POST.get("note", "")):
        return See(here.url("worklist:index"))
    label = CALL_OUTCOME_LABELS[language()][CallOutcome(said)]
    toast(request, gettext("Appel noté\u00a0: %(outcome)s.") % {"outcome": label})
    return See(onward)


@login_required
@require_POST
def promise(request: HttpRequest, key: int) -> HttpResponse:
    """Record a promise made on the phone, then the call."""
    here = at(request)
    found = waiting_message(here, key)
    told = request.POST.copy()
    if told.get("until") == "on":
        told["until"] = told.get("day", "")
    form = PromiseForm(told, auto_id="promesse-%s")
    if not form.is_valid() or not _promised(request, here, found, form):
        pane = message_pane(here, key, promise_form=form, opened="promise")
        return answer(request, here, pane)
    onward = next_url(here, "call", key)
    if _recorded(request, here, found, CallOutcome.PROMISE, note=form.cleaned_data["note"]):
        toast(request, gettext("Promesse notée\u00a0: les relances attendent."))
    return See(onward)


def _promised(request: HttpRequest, here: At, found: Message, form: PromiseForm) -> bool:
    if not _still_to_call(found, form):
        return False
    try:
        record_promise(
            organisation_id=found.organisation_id, account_id=found.account_id,
            until=form.cleaned_data["until"], amount=form.cleaned_data["amount"],
            note=form.cleaned_data["note"], today=here.today, now=here.now, by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        form.add_error("until", impossible(error))
        return False
    return True


@login_required
@require_POST
def dispute(request: HttpRequest, key: int) -> HttpResponse:
    """Record what was contested on the phone, then the call."""
    here = at(request)
    found = waiting_message(here, key)
    told = request.POST.copy()
    if "invoice" not in told and (only := only_invoice(open_terms(found.account_id))):
        told["invoice"] = str(only)
    form = DisputeForm(told, account_id=found.account_id, auto_id="litige-%s")
    if not form.is_valid() or not _disputed(request, here, found, form):
        pane = message_pane(here, key, dispute_form=form, opened="dispute")
        return answer(request, here, pane)
    onward = next_url(here, "call", key)
    if _recorded(request, here, found, CallOutcome.DISPUTE, note=form.cleaned_data["note"]):
        toast(request, gettext("Litige ouvert\u00a0: la facture n’est plus réclamée."))
    return See(onward)


def _disputed(request: HttpRequest, here: At, found: Message, form: DisputeForm) -> bool:
    if not _still_to_call(found, form):
        return False
    try:
        dispute_invoice(
            organisation_id=found.organisation_id, invoice_id=int(form.cleaned_data["invoice"]),
            opened_on=here.today, now=here.now, amount=form.cleaned_data["amount"],
            category=form.cleaned_data["category"], note=form.cleaned_data["note"],
            owner=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        form.add_error("invoice", impossible(error))
        return False
    return True


def _still_to_call(found: Message, form: PromiseForm | DisputeForm) -> bool:
    if (found.channel, found.state) == ("phone", "handed_over"):
        return True
    form.add_error(None, impossible(AlreadyGone()))
    return False


def _recorded(request: HttpRequest, here: At, found: Message, said: CallOutcome, *, note: str) -> bool:
    try:
        record_call(
            organisation_id=found.organisation_id, message_id=found.pk, outcome=said, now=here.now,
            note=note.strip(), by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
        return False
    return True
