"""What a person does about tasks and alerts: match money, add a contact, answer the network, confirm."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from acquit.flows.accounts.keep_contact import Reach, keep_contact
from acquit.flows.cases.close_task import close_task
from acquit.flows.cases.confirm_bank_change import OUTCOMES, confirm_bank_change
from acquit.flows.ledger.allocate_payment import allocate_payment
from acquit.flows.ledger.confirm_vanished import confirm_vanished, reject_vanished
from acquit.flows.material.errors import Impossible
from acquit.flows.network.answer_status import answer_status
from acquit.flows.outbox.confirm_volume import confirm_volume
from acquit.store.accounts.models import Account
from acquit.store.cases.models import BankChange, Task
from acquit.store.ledger.models import Payment
from acquit.web.answering import See, impossible, refused
from acquit.web.toast import toast
from acquit.web.words import money
from acquit.web.worklist.forms import AllocateForm, ContactForm
from acquit.web.worklist.handled import say_handled
from acquit.web.worklist.page import At, answer, at, next_url
from acquit.web.worklist.panes import task_pane


def _task(here: At, key: int) -> tuple[Task, Account]:
    found = get_object_or_404(
        Task.objects.select_related("account"), pk=key, creditor=here.creditor, account__isnull=False
    )
    assert found.account is not None
    return found, found.account


def _too_late(request: HttpRequest, here: At, task: Task) -> HttpResponse | None:
    """Say who dealt with the task, and go on, where somebody did; else return None."""
    if task.closed_at is None:
        return None
    say_handled(request, here, "task", task.pk)
    return See(here.url("worklist:index"))


@login_required
@require_POST
def allocate(request: HttpRequest, key: int) -> HttpResponse:
    """Match a payment with the invoices that were ticked."""
    here = at(request)
    task, account = _task(here, key)
    if (late := _too_late(request, here, task)) is not None:
        return late
    form = AllocateForm(request.POST, account_id=account.pk)
    if not form.is_valid():
        return answer(request, here, task_pane(here, key, allocate_form=form))
    payment = get_object_or_404(Payment, pk=form.cleaned_data["payment"], account=account)
    onward = next_url(here, "task", key)
    try:
        rest = allocate_payment(
            organisation_id=task.organisation_id, payment_id=payment.pk,
            term_ids=[int(one) for one in form.cleaned_data["term"]], now=here.now, by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
        return See(here.url("worklist:task", key))
    if rest:
        words = gettext("Règlement imputé\u00a0; il reste %(sum)s à imputer.")
        toast(request, words % {"sum": money(rest, payment.currency)})
        return See(here.url("worklist:task", key))
    others = Payment.objects.filter(account=account, returned_on=None).exclude(pk=payment.pk)
    if not any(one.allocated < one.amount for one in others.only("allocated", "amount")):
        close_task(organisation_id=task.organisation_id, task_id=key, now=here.now, by=request.user.pk)
    toast(request, gettext("Règlement imputé."))
    return See(onward)


@login_required
@require_POST
def add_contact(request: HttpRequest, key: int) -> HttpResponse:
    """Add the contact that was missing."""
    here = at(request)
    task, account = _task(here, key)
    if (late := _too_late(request, here, task)) is not None:
        return late
    form = ContactForm(request.POST, auto_id="contact-%s")
    onward = next_url(here, "task", key)
    if form.is_valid():
        try:
            keep_contact(
                organisation_id=task.organisation_id, debtor_id=account.debtor_id,
                reach=Reach(**form.cleaned_data), today=here.today, now=here.now,
            )  # fmt: skip
        except Impossible as error:
            form.add_error("email", impossible(error))
    if form.errors:
        return answer(request, here, task_pane(here, key, contact_form=form))
    close_task(organisation_id=task.organisation_id, task_id=key, now=here.now, by=request.user.pk)
    toast(request, gettext("Contact ajouté. Le client est réexaminé au prochain passage."))
    return See(onward)


@login_required
@require_POST
def settle_status(request: HttpRequest, key: int) -> HttpResponse:
    """Note what was done about one invoice that the network contests, suspends or refuses."""
    here = at(request)
    task, _account = _task(here, key)
    onward = next_url(here, "task", key)
    invoice = request.POST.get("invoice", "")
    if not invoice.isdecimal():
        raise Http404
    if (late := _too_late(request, here, task)) is not None:
        return late
    try:
        answer_status(
            organisation_id=task.organisation_id, task_id=key, invoice_id=int(invoice), today=here.today,
            now=here.now, by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
        return See(onward)
    toast(request, gettext("Noté. Le client est réexaminé au prochain passage."))
    task.refresh_from_db()
    return See(onward if task.closed_at else here.url("worklist:task", key))


@login_required
@require_POST
def law_done(request: HttpRequest, key: int) -> HttpResponse:
    """Note that a claim was declared, or that a person knows when it lapses or an order has to be served."""
    here = at(request)
    task, _account = _task(here, key)
    if task.kind not in ("limitation", "declare_claim", "serve_order", "order_void", "pass_on"):
        raise Http404
    onward = next_url(here, "task", key)
    close_task(organisation_id=task.organisation_id, task_id=key, now=here.now, by=request.user.pk)
    toast(request, gettext("Noté."))
    return See(onward)


@login_required
@require_POST
def keep_dispute(request: HttpRequest, key: int) -> HttpResponse:
    """Leave the disputes open that a document was given for."""
    here = at(request)
    task, _account = _task(here, key)
    if (late := _too_late(request, here, task)) is not None:
        return late
    if task.kind != "network_completed":
        raise Http404
    onward = next_url(here, "task", key)
    close_task(organisation_id=task.organisation_id, task_id=key, now=here.now, by=request.user.pk)
    toast(request, gettext("Le litige reste ouvert."))
    return See(onward)


@login_required
@require_POST
def confirm_account(request: HttpRequest, key: int) -> HttpResponse:
    """Note which account is to be paid; the second person who says the same ends the guard."""
    here = at(request)
    guard = get_object_or_404(BankChange, pk=key, creditor=here.creditor)
    outcome, by = request.POST.get("outcome", ""), request.user.pk
    if outcome not in OUTCOMES or by is None:
        raise Http404
    try:
        ended = confirm_bank_change(
            organisation_id=guard.organisation_id, bank_change_id=key, by=by, outcome=outcome,
            now=here.now,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
        return See(here.url("worklist:index"))
    if ended:
        toast(request, gettext("Confirmé à deux\u00a0: les messages peuvent partir."))
    else:
        toast(request, gettext("Noté. Une deuxième personne doit le confirmer."))
    return See(here.url("worklist:index"))


@login_required
@require_POST
def settle_alert(request: HttpRequest, key: int) -> HttpResponse:
    """Confirm an unusual day, or close an alert that was dealt with."""
    here = at(request)
    alerts = Task.objects.exclude(kind="bank_change")  # two persons end that one
    found = get_object_or_404(alerts, pk=key, creditor=here.creditor, account=None)
    if (late := _too_late(request, here, found)) is not None:
        return late
    if found.kind == "volume":
        confirm_volume(
            organisation_id=found.organisation_id, creditor_id=here.creditor.pk, today=here.today,
            now=here.now, by=request.user.pk,
        )  # fmt: skip
        toast(request, gettext("Volume confirmé\u00a0: les messages du jour peuvent partir."))
    else:
        close_task(organisation_id=found.organisation_id, task_id=key, now=here.now, by=request.user.pk)
        toast(request, gettext("Alerte fermée."))
    return See(here.url("worklist:index"))


@login_required
@require_POST
def answer_list(request: HttpRequest, key: int) -> HttpResponse:
    """Say whether the list was complete from which too much was missing."""
    here = at(request)
    get_object_or_404(Task, pk=key, creditor=here.creditor, account=None, kind="incomplete_list")
    answer_it = confirm_vanished if request.POST.get("complete") == "yes" else reject_vanished
    try:
        count = answer_it(
            organisation_id=here.creditor.organisation_id, creditor_id=here.creditor.pk, now=here.now,
            by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
        return See(here.url("worklist:index"))
    words = (
        ngettext("%(count)s facture soldée.", "%(count)s factures soldées.", count)
        if answer_it is confirm_vanished
        else ngettext("%(count)s facture reste due.", "%(count)s factures restent dues.", count)
    )
    toast(request, words % {"count": count})
    return See(here.url("worklist:index"))
