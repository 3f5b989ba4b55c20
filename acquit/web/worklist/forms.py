"""What a person writes down about a call or a task, and what the reading pane needs to ask it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acquit.core.regimes import applicable
from acquit.core.regimes.base import Regime
from acquit.store.accounts.models import Contact
from acquit.store.bank.models import BankLine, MatchProposal
from acquit.store.cases.models import Task
from acquit.store.ledger.models import Payment, Term
from acquit.web.balances import owed_by
from acquit.web.fields import AmountField, DayField
from acquit.web.uncertain import cited_words, what_interrupts
from acquit.web.words import CATEGORIES
from acquit.web.worklist.page import At
from acquit.web.worklist.words import LAW, TASKS

#: A client with more bank lines than this has them all on « Rapprochement ».
MOST_LINES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTerm:
    """A term that is still owed. `suggested`: a payment probably pays it."""

    id: int
    invoice_id: int
    number: str
    due_on: date
    open: Decimal
    currency: str
    suggested: bool = False


def open_terms(account_id: int) -> list[OpenTerm]:
    """Return what the account still owes, the oldest due date first."""
    rows = (
        Term.objects.filter(account_id=account_id, allocated__lt=F("amount"))
        .order_by("due_on", "id")
        .values_list(
            "id", "invoice_id", "invoice__number", "due_on", F("amount") - F("allocated"), "currency"
        )
    )
    return [OpenTerm(id=a, invoice_id=b, number=c, due_on=d, open=e, currency=f) for a, b, c, d, e, f in rows]


class PromiseForm(forms.Form):
    """What the debtor promised on the phone."""

    until = DayField(label=_("Pour le"))
    amount = AmountField(label=_("Montant"), required=False, min_value=Decimal("0.01"))
    note = forms.CharField(label=_("Note"), required=False, max_length=2000)


class PauseForm(forms.Form):
    """Until when reminders wait for what an answer announces or asks for."""

    until = DayField(label=_("Attendre jusqu’au"))


class DisputeForm(forms.Form):
    """What the debtor contests on the phone."""

    invoice = forms.ChoiceField(label=_("Facture"))
    category = forms.ChoiceField(label=_("Motif"), choices=list(CATEGORIES.items()))
    amount = AmountField(label=_("Montant contesté"), required=False, min_value=Decimal("0.01"))
    note = forms.CharField(label=_("Note"), required=False, max_length=2000)

    def __init__(self, *args: Any, account_id: int, must_choose: bool = False, **options: Any) -> None:
        """Offer the open invoices; with `must_choose` none is chosen beforehand where there are several."""
        super().__init__(*args, **options)
        invoices = {str(term.invoice_id): term.number for term in open_terms(account_id)}
        nothing = [("", gettext("Choisir…"))] if must_choose and len(invoices) > 1 else []
        self.fields["invoice"].choices = [*nothing, *invoices.items()]  # type: ignore[attr-defined]


class ContactForm(forms.Form):
    """A contact to whom messages can be sent."""

    name = forms.CharField(label=_("Nom"), required=False, max_length=200)
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254)
    phone = forms.CharField(label=_("Téléphone"), required=False, max_length=40)
    address = forms.CharField(
        label=_("Adresse"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )
    postcode = forms.CharField(label=_("Code postal"), required=False, max_length=20)
    city = forms.CharField(label=_("Ville"), required=False, max_length=100)

    def clean_email(self) -> str:
        """Refuse what is no address."""
        email: str = self.cleaned_data["email"].strip()
        if email:
            try:
                validate_email(email)
            except forms.ValidationError as why:
                raise forms.ValidationError(_("Une adresse de la forme nom@exemple.fr.")) from why
        return email


class AllocateForm(forms.Form):
    """Which invoices a payment pays."""

    payment = forms.IntegerField(widget=forms.HiddenInput)
    term = forms.MultipleChoiceField()

    def __init__(self, *args: Any, account_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = [(str(term.id), term.number) for term in open_terms(account_id)]
        self.fields["term"].choices = chosen  # type: ignore[attr-defined]
        self.fields["term"].error_messages["required"] = _("Cochez au moins une facture.")


def account_url(account_id: int) -> str:
    """Return the address of a client's page."""
    return reverse("accounts:account", args=[account_id])


def task_context(here: At, task: Task) -> dict[str, Any]:
    """Return what the page of a task needs."""
    account = task.account
    assert account is not None
    words, icon = TASKS.get(task.kind, (task.kind, "user-check"))
    context: dict[str, Any] = {
        "task": task,
        "account": account,
        "account_url": account_url(account.pk),
        "words": words,
        "icon": icon,
        "closed": task.closed_at is not None,
        "owed": owed_by([account.pk], today=here.today).get(account.pk, []),
    }
    if task.kind == "possible_payment":
        terms = open_terms(account.pk)
        payments = Payment.objects.filter(account=account, allocated__lt=F("amount"), returned_on=None)
        context["proposals"] = [
            (payment, payment.amount - payment.allocated, _suggested(payment, terms))
            for payment in payments.order_by("received_on", "id")
        ]
        context["bank_lines"] = bank_lines(account.pk)
    if task.kind in LAW:
        context |= law_context(task)
    if task.kind == "no_address":
        context["contacts"] = list(Contact.objects.filter(debtor_id=account.debtor_id).order_by("id"))
        context["contact_form"] = ContactForm(auto_id="contact-%s")
    return context


def law_context(task: Task) -> dict[str, Any]:
    """Return what a task of the law says: days, sums and invoices of its parameters."""
    said = task.params
    return {
        "law_lead": " ".join((str(LAW[task.kind]), *_further(task))),
        "law_days": [
            (words, date.fromisoformat(said[name]))
            for name, words in (
                ("judged_on", gettext("Jugement")),
                ("published_on", gettext("Publié")),
                ("until", gettext("À déclarer au plus tard")),
                ("relief_until", gettext("Relevé de forclusion possible jusqu’au")),
            )
            if said.get(name)
        ],
        "law_owed": [(Decimal(amount), currency) for amount, currency in said.get("owed", ())],
        "law_words": [said[name] for name in ("court", "officer", "name", "siren") if said.get(name)],
        "law_orders": [
            (date.fromisoformat(made), court, Decimal(amount), currency, date.fromisoformat(until))
            for _key, made, court, amount, currency, until, _stage in said.get("orders", ())
        ],
        "law_payments": [
            (date.fromisoformat(on), Decimal(amount), currency, date.fromisoformat(until))
            for _key, on, amount, currency, until in said.get("payments", ())
        ],
        "law_today": timezone.localdate(),
        "law_invoices": [(number, date.fromisoformat(day)) for number, day, _ in said.get("invoices", ())],
        "law_doubt": _lapse_doubt(task) if said.get("invoices") else "",
    }


def _law_of(task: Task) -> Regime:
    assert task.account is not None
    creditor, debtor = task.account.creditor, task.account.debtor
    return applicable(creditor.country, debtor.country, debtor.kind)


def _further(task: Task) -> Iterator[str]:
    """Yield what interrupts the limitation that the task tells of, or that a foreign limit is not known."""
    if task.kind == "limitation" and task.account is not None:
        yield what_interrupts(_law_of(task), task.account.debtor.kind)
    if task.kind == "declare_claim" and not task.params.get("until"):
        yield gettext(
            "Le client est à l’étranger\u00a0: le délai est celui de ce pays, demandez-le au plus vite."
        )


def _lapse_doubt(task: Task) -> str:
    """Return what is not sure of the limitation that the task tells of."""
    return cited_words(_law_of(task).cites("lapse", timezone.localdate(task.opened_at)))


def bank_lines(account_id: int) -> list[BankLine]:
    """Return the bank lines that wait and may be what this account paid, the newest first."""
    proposed = MatchProposal.objects.filter(parts__account_id=account_id)
    waiting = BankLine.objects.filter(
        pk__in=proposed.values("line_id"), direction="credit", matched__lt=F("amount"), set_aside_at=None
    )
    return list(waiting.order_by("-booked_on", "-id")[:MOST_LINES])


def _suggested(payment: Payment, terms: list[OpenTerm]) -> list[OpenTerm]:
    """Mark the terms that the payment seems to pay: one of its very amount, else the oldest that fit."""
    left = payment.amount - payment.allocated
    exact = next((t.id for t in terms if t.open == left and t.currency == payment.currency), None)
    marked = []
    for term in terms:
        fits = term.currency == payment.currency and (term.id == exact if exact else left > 0)
        marked.append(
            OpenTerm(
                id=term.id, invoice_id=term.invoice_id, number=term.number, due_on=term.due_on,
                open=term.open, currency=term.currency, suggested=fits,
            )
        )  # fmt: skip
        left -= term.open if fits and not exact else 0
    return marked
