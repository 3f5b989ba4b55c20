"""What a person makes of an answer: a promise, a dispute, a payment to see, a task, nothing; whose it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from acquit.flows.answers.confirm_bank_details import confirm_bank_details
from acquit.flows.answers.confirm_contact import confirm_contact
from acquit.flows.answers.confirm_copy import confirm_copy
from acquit.flows.answers.confirm_dispute import confirm_dispute
from acquit.flows.answers.confirm_paid import confirm_paid
from acquit.flows.answers.confirm_promise import confirm_promise
from acquit.flows.answers.dismiss_answer import dismiss_answer
from acquit.flows.answers.identify_answer import identify_answer
from acquit.flows.answers.read_answer import read_answer, reopen_answer
from acquit.flows.material.answers.handling import AnswerTaken
from acquit.flows.material.errors import Impossible
from acquit.store.accounts.models import Debtor
from acquit.store.answers.models import UNREAD
from acquit.web import formats
from acquit.web.answering import See, impossible, refused
from acquit.web.inert import inert
from acquit.web.toast import toast
from acquit.web.words import language
from acquit.web.worklist.answers import account_of, answer_pane, found_answer, named_invoices
from acquit.web.worklist.forms import DisputeForm, PauseForm, PromiseForm
from acquit.web.worklist.handled import say_handled
from acquit.web.worklist.page import answer, at, next_url


class _Desk:
    """An answer that a person deals with, and where he goes afterwards."""

    def __init__(self, request: HttpRequest, key: int) -> None:
        self.request = request
        self.here = at(request)
        self.found = found_answer(self.here, key)
        self.account = account_of(self.here, self.found)
        self.onward = next_url(self.here, "answer", key)

    def do(self, what: Callable[..., Any], **more: Any) -> str | None:
        """Do `what` with the answer; return None once done, else why not: empty where a colleague did."""
        here = self.here
        try:
            what(
                organisation_id=here.creditor.organisation_id, answer_id=self.found.pk, now=here.now,
                by=here.person, **more,
            )  # fmt: skip
        except AnswerTaken:
            say_handled(self.request, here, "answer", self.found.pk)
            return ""
        except Impossible as error:
            return impossible(error)
        return None

    def leave(self, why: str | None, words: str, *, undo_url: str = "") -> HttpResponse:
        """Send the reader on where it is done, by him or a colleague; else back, with why not."""
        if why is None:
            toast(self.request, words, undo_url=undo_url)
        elif why:
            toast(self.request, why, tone="danger")
            return See(self.here.url("worklist:answer", self.found.pk))
        return See(self.onward)

    def again(self, **forms: Any) -> HttpResponse:
        """Show the answer again with the form that could not be taken."""
        return answer(self.request, self.here, answer_pane(self.here, self.found.pk, **forms))

    @property
    def account_id(self) -> int | None:
        """The account that the screen is about."""
        return self.account.pk if self.account else None


@login_required
@require_POST
def promise(request: HttpRequest, key: int) -> HttpResponse:
    """Note the promise that an answer makes."""
    desk = _Desk(request, key)
    form = PromiseForm(request.POST, auto_id="promesse-%s")
    why: str | None = None
    if form.is_valid():
        why = desk.do(
            confirm_promise, until=form.cleaned_data["until"],
            amount=form.cleaned_data["amount"], today=desk.here.today, account_id=desk.account_id,
        )  # fmt: skip
        if why:
            form.add_error("until", why)
    if form.errors:
        return desk.again(promise_form=form)
    words = gettext("Promesse notée\u00a0: les relances attendent le %(day)s.")
    day = formats.near_day(form.cleaned_data["until"], today=desk.here.today, language=language())
    return desk.leave(why, words % {"day": day})


@login_required
@require_POST
def dispute(request: HttpRequest, key: int) -> HttpResponse:
    """Open the dispute that an answer raises."""
    desk = _Desk(request, key)
    if desk.account is None:
        raise Http404
    form = DisputeForm(request.POST, account_id=desk.account.pk, auto_id="litige-%s")
    why: str | None = None
    if form.is_valid():
        why = desk.do(
            confirm_dispute, invoice_ids=[int(form.cleaned_data["invoice"])],
            category=form.cleaned_data["category"], amount=form.cleaned_data["amount"],
            opened_on=desk.here.today,
        )  # fmt: skip
        if why:
            form.add_error("invoice", why)
    if form.errors:
        return desk.again(dispute_form=form)
    words = gettext("Litige ouvert\u00a0: la facture n’est plus réclamée.")
    return desk.leave(why, words)


@login_required
@require_POST
def paid(request: HttpRequest, key: int) -> HttpResponse:
    """Leave the account alone until the money that an answer speaks of must be seen."""
    desk = _Desk(request, key)
    form = PauseForm(request.POST, auto_id="regle-%s")
    if not form.is_valid():
        return desk.again(paid_form=form)
    why = desk.do(
            confirm_paid, until=form.cleaned_data["until"], today=desk.here.today,
        reason=gettext("Le client dit avoir réglé"), account_id=desk.account_id,
    )  # fmt: skip
    words = gettext("Noté\u00a0: les relances attendent que le règlement arrive.")
    return desk.leave(why, words)


@login_required
@require_POST
def copy(request: HttpRequest, key: int) -> HttpResponse:
    """Open the task to send what an answer asks for."""
    desk = _Desk(request, key)
    form = PauseForm(request.POST, auto_id="copie-%s")
    if not form.is_valid():
        return desk.again(copy_form=form)
    why = desk.do(
            confirm_copy, until=form.cleaned_data["until"], today=desk.here.today,
        reason=gettext("Le client demande un document"), account_id=desk.account_id,
        invoice_ids=[one.pk for one in named_invoices(desk.found, desk.account)],
    )  # fmt: skip
    words = gettext("Tâche ouverte\u00a0: envoyer le document demandé.")
    return desk.leave(why, words)


@login_required
@require_POST
def contact(request: HttpRequest, key: int) -> HttpResponse:
    """Write to somebody else from now on."""
    desk = _Desk(request, key)
    why = desk.do(confirm_contact, email=request.POST.get("email", "").strip())
    return desk.leave(why, gettext("Contact remplacé\u00a0: la suite part à lui."))


@login_required
@require_POST
def bank(request: HttpRequest, key: int) -> HttpResponse:
    """Let two persons look at the account to pay."""
    desk = _Desk(request, key)
    why = desk.do(confirm_bank_details)
    words = gettext("Rien ne part vers ce client avant que deux personnes aient vérifié le compte à payer.")
    return desk.leave(why, words)


@login_required
@require_POST
def read(request: HttpRequest, key: int) -> HttpResponse:
    """Note that an answer was read and asks for nothing."""
    desk = _Desk(request, key)
    undo = desk.here.url("worklist:answer_reopen", key)
    return desk.leave(desk.do(read_answer), gettext("Réponse lue\u00a0: rien à noter."), undo_url=undo)


@login_required
@require_POST
def dismiss(request: HttpRequest, key: int) -> HttpResponse:
    """Set aside an answer that concerns nobody."""
    desk = _Desk(request, key)
    undo = desk.here.url("worklist:answer_reopen", key)
    return desk.leave(desk.do(dismiss_answer), gettext("Réponse écartée."), undo_url=undo)


@login_required
@require_POST
def reopen(request: HttpRequest, key: int) -> HttpResponse:
    """Make an answer unread again: its debtor is left alone as before."""
    here = at(request)
    found = found_answer(here, key)
    reopen_answer(
        organisation_id=here.creditor.organisation_id, answer_id=found.pk, now=here.now, by=here.person
    )
    toast(request, gettext("La réponse est de nouveau à lire."))
    return See(here.url("worklist:answer", key))


@login_required
@require_POST
def identify(request: HttpRequest, key: int) -> HttpResponse:
    """Say whose an answer is; the person goes on reading it."""
    here = at(request)
    found = found_answer(here, key)
    chosen = request.POST.get("debtor", "")
    debtors = Debtor.objects.filter(accounts__creditor=here.creditor).distinct()
    debtor = get_object_or_404(debtors, pk=int(chosen) if chosen.isdecimal() else 0)
    if found.state != UNREAD:
        say_handled(request, here, "answer", key)
        return See(here.url("worklist:index"))
    try:
        identify_answer(
            organisation_id=here.creditor.organisation_id, answer_id=key, debtor_id=debtor.pk, now=here.now
        )
    except Impossible as error:
        refused(request, error)
        return See(here.url("worklist:answer", key))
    toast(request, gettext("C’est %(name)s, noté pour la prochaine fois.") % {"name": inert(debtor.name)})
    return See(here.url("worklist:answer", key))
