"""What a person may do on an account: the form of each action, the flow it calls, what it says afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acquit.channels.sms.number import mobile
from acquit.flows.accounts.change_debtor import change_debtor
from acquit.flows.accounts.keep_contact import Reach, keep_contact
from acquit.flows.accounts.lift_silence import lift_silence
from acquit.flows.cases.dispute_invoice import dispute_invoice, resolve_dispute
from acquit.flows.cases.hold_account import hold_account
from acquit.flows.cases.publish_scenario import choose_scenario
from acquit.flows.cases.record_contact import record_contact
from acquit.flows.cases.record_promise import record_promise
from acquit.flows.cases.write_note import write_note
from acquit.flows.ledger.allocate_payment import allocate_payment, return_payment, undo_allocation
from acquit.flows.ledger.record_payment import record_payment
from acquit.flows.material.errors import (
    AlreadyDisputed,
    Impossible,
    InThePast,
    NothingToPromise,
    NotPositive,
    NoWayToReach,
    ReasonMissing,
)
from acquit.store.accounts.models import Account, Contact
from acquit.store.cases.models import Dispute, SilentNumber
from acquit.store.ledger.models import Allocation, Payment
from acquit.web.clients import forms
from acquit.web.clients.timeline import written
from acquit.web.formats import spoken
from acquit.web.words import Words, money


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """Who acts, on which account, and when: the creditor's day and the moment."""

    account: Account
    person: int
    today: date
    now: datetime

    @property
    def here(self) -> dict[str, Any]:
        """Return what every flow about an account is told."""
        return {"organisation_id": self.account.organisation_id, "now": self.now}


@dataclass(frozen=True, slots=True)
class Said:
    """What was done, and where it is undone."""

    words: str
    undo_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do. `blames` says beside which field a refusal is shown.

    `closed` says why it cannot be done on an account, empty where it can; `beside` what to know first.
    """

    title: Words
    verb: Words
    icon: str
    form: type[forms.AccountForm]
    perform: Callable[[At, Any, Any], Said]
    subject: Callable[[Account, int], Any] | None = None
    subject_may_be_new: bool = False
    hint: Words = ""
    blames: Mapping[type[Impossible], str] = field(default_factory=dict)
    closed: Callable[[Account], Words] | None = None
    beside: Callable[[At], Sequence[Words]] | None = None


def refusal(why: Impossible, language: str) -> str:
    """Return why something cannot be done, in the language of the screen."""
    return why.french if spoken(language) == "fr" else str(why)


def _call(at: At, form: forms.CallForm, _subject: None) -> Said:
    clean = form.cleaned_data
    record_contact(
        account_id=at.account.pk, on=clean["on"], channel=clean["channel"], outcome=clean["outcome"],
        note=clean["note"], by=at.person, **at.here,
    )  # fmt: skip
    days = at.account.creditor.contact_gap
    words = gettext("Contact noté. Acquit laisse %(days)s jours ouvrés avant d’écrire.") % {"days": days}
    following = {
        "promise": gettext("Notez aussi la promesse pour suspendre les relances."),
        "dispute": gettext("Ouvrez aussi le litige pour suspendre la facture."),
    }
    return Said(" ".join(part for part in (words, following.get(clean["outcome"], "")) if part))


def _promise(at: At, form: forms.PromiseForm, _subject: None) -> Said:
    clean = form.cleaned_data
    promise = record_promise(
        account_id=at.account.pk, until=clean["until"], today=at.today, invoice_ids=clean["invoices"],
        amount=clean["amount"], note=clean["note"], by=at.person, **at.here,
    )  # fmt: skip
    words = gettext("Promesse notée. Relances suspendues jusqu’au %(day)s, puis vérification.") % {
        "day": written(clean["until"])
    }
    return Said(words, reverse("accounts:undo", args=[at.account.pk, "promesse", promise]))


def _note(at: At, form: forms.NoteForm, _subject: None) -> Said:
    write_note(account_id=at.account.pk, text=form.cleaned_data["text"], by=at.person, **at.here)
    return Said(gettext("Note enregistrée."))


def _hold(at: At, form: forms.HoldForm, _subject: None) -> Said:
    clean = form.cleaned_data
    hold = hold_account(
        account_id=at.account.pk, reason=clean["reason"], today=at.today, until=clean["until"],
        invoice_id=clean["invoice"], by=at.person, **at.here,
    )  # fmt: skip
    if clean["until"]:
        words = gettext("Relances suspendues jusqu’au %(day)s.") % {"day": written(clean["until"])}
    else:
        words = gettext("Relances suspendues, jusqu’à ce qu’une personne les reprenne.")
    return Said(words, reverse("accounts:undo", args=[at.account.pk, "suspension", hold]))


def _dispute(at: At, form: forms.DisputeForm, _subject: None) -> Said:
    clean = form.cleaned_data
    dispute = dispute_invoice(
        invoice_id=clean["invoice"], opened_on=at.today, amount=clean["amount"],
        category=clean["category"], note=clean["note"], owner=at.person, **at.here,
    )  # fmt: skip
    words = gettext("Litige ouvert. La part contestée n’est plus réclamée jusqu’à sa résolution.")
    return Said(words, reverse("accounts:undo", args=[at.account.pk, "litige", dispute]))


def _resolve(at: At, form: forms.ResolveForm, dispute: Dispute) -> Said:
    resolve_dispute(
        dispute_id=dispute.pk, resolved_on=at.today, resolution=form.cleaned_data["resolution"], **at.here
    )
    return Said(gettext("Litige résolu. Les relances de la facture reprennent là où elles étaient."))


def _payment(at: At, form: forms.PaymentForm, _subject: None) -> Said:
    clean = form.cleaned_data
    recorded = record_payment(
        account_id=at.account.pk, amount=clean["amount"], currency=clean["currency"],
        received_on=clean["received_on"], term_ids=form.term_ids(), reference=clean["reference"],
        by=at.person, **at.here,
    )  # fmt: skip
    words = gettext("Règlement de %(sum)s enregistré.") % {"sum": money(clean["amount"], clean["currency"])}
    if recorded.unallocated:
        left = money(recorded.unallocated, clean["currency"])
        words += " " + gettext("%(left)s restent à imputer : pas de relance avant.") % {"left": left}
    return Said(words)


def _allocate(at: At, form: forms.AllocateForm, payment: Payment) -> Said:
    rest = allocate_payment(payment_id=payment.pk, term_ids=form.term_ids(), by=at.person, **at.here)
    words = gettext("Règlement imputé.")
    if rest:
        words += " " + gettext("%(left)s restent à imputer.") % {"left": money(rest, payment.currency)}
    return Said(words)


def _undo_allocation(at: At, _form: forms.AccountForm, allocation: Allocation) -> Said:
    undo_allocation(allocation_id=allocation.pk, on=at.today, **at.here)
    return Said(gettext("Imputation annulée : la facture est due de nouveau, sans relance aujourd’hui."))


def _return(at: At, form: forms.ReturnForm, payment: Payment) -> Said:
    return_payment(payment_id=payment.pk, on=form.cleaned_data["on"], **at.here)
    return Said(
        gettext("Règlement noté impayé : ce qu’il payait est dû de nouveau, sans relance aujourd’hui.")
    )


def _scenario(at: At, form: forms.ScenarioForm, _subject: None) -> Said:
    choose_scenario(account_id=at.account.pk, scenario_id=form.cleaned_data["scenario"], **at.here)
    return Said(gettext("Scénario changé. Les parcours commencés finissent sous leur version."))


def _debtor(at: At, form: forms.DebtorForm, _subject: None) -> Said:
    change_debtor(debtor_id=at.account.debtor_id, **form.cleaned_data, **at.here)
    return Said(gettext("Fiche modifiée. Le client est réexaminé au prochain passage."))


def _contact(at: At, form: forms.ContactForm, contact: Contact | None) -> Said:
    keep_contact(
        debtor_id=at.account.debtor_id, reach=Reach(**form.cleaned_data), today=at.today,
        contact_id=contact.pk if contact else None, **at.here,
    )  # fmt: skip
    return Said(gettext("Contact enregistré. Le client est réexaminé au prochain passage."))


def _sms(at: At, form: forms.SilenceForm, contact: Contact) -> Said:
    lift_silence(
        number=number_of(contact) or "", debtor_id=at.account.debtor_id,
        because=form.cleaned_data["because"], by=at.person, **at.here,
    )  # fmt: skip
    return Said(gettext("Ce numéro peut de nouveau recevoir des SMS."))


def _silent_of(account: Account, key: int) -> Contact | None:
    contact = _contact_of(account, key)
    number = number_of(contact) if contact else None
    silent = SilentNumber.objects.filter(organisation_id=account.organisation_id, lifted_at=None)
    return contact if number and silent.filter(number=number).exists() else None


def number_of(contact: Contact) -> str | None:
    """Return the contact's number as SMS know it, if it takes any."""
    return mobile(contact.phone, contact.country or contact.debtor.country)


def _payment_of(account: Account, key: int) -> Payment | None:
    return Payment.objects.filter(account=account, pk=key, returned_on=None).first()


def _allocation_of(account: Account, key: int) -> Allocation | None:
    found = Allocation.objects.filter(account=account, pk=key, undone_on=None)
    return found.select_related("term__invoice").first()


def _dispute_of(account: Account, key: int) -> Dispute | None:
    found = Dispute.objects.filter(account=account, pk=key, resolved_on=None)
    return found.select_related("invoice").first()


def _contact_of(account: Account, key: int) -> Contact | None:
    return Contact.objects.select_related("debtor").filter(debtor_id=account.debtor_id, pk=key).first()


ACTIONS: Mapping[str, Action] = {
    "appel": Action(
        title=_("Noter un contact"), verb=_("Noter"), icon="phone", form=forms.CallForm, perform=_call,
        hint=_("Il compte comme un contact : aucune relance ne suit aussitôt."),
    ),
    "promesse": Action(
        title=_("Noter une promesse"), verb=_("Promettre"), icon="heart-handshake", form=forms.PromiseForm,
        perform=_promise, hint=_("Les factures concernées ne sont plus relancées avant la date promise."),
        blames={InThePast: "until", NotPositive: "amount", NothingToPromise: "invoices"},
    ),
    "note": Action(
        title=_("Écrire une note"), verb=_("Noter"), icon="note", form=forms.NoteForm, perform=_note
    ),
    "suspendre": Action(
        title=_("Suspendre les relances"), verb=_("Suspendre"), icon="player-pause", form=forms.HoldForm,
        perform=_hold, blames={InThePast: "until", ReasonMissing: "reason"},
    ),
    "litige": Action(
        title=_("Ouvrir un litige"), verb=_("Contester"), icon="hand-stop", form=forms.DisputeForm,
        perform=_dispute, blames={AlreadyDisputed: "invoice", NotPositive: "amount"},
    ),
    "resoudre": Action(
        title=_("Résoudre le litige"), verb=_("Résoudre"), icon="circle-check", form=forms.ResolveForm,
        perform=_resolve, subject=_dispute_of,
    ),
    "reglement": Action(
        title=_("Saisir un règlement"), verb=_("Enregistrer"), icon="cash", form=forms.PaymentForm,
        perform=_payment, blames={NotPositive: "amount"},
    ),
    "imputer": Action(
        title=_("Imputer le règlement"), verb=_("Imputer"), icon="link", form=forms.AllocateForm,
        perform=_allocate, subject=_payment_of,
    ),
    "delettrer": Action(
        title=_("Annuler l’imputation"), verb=_("Annuler l’imputation"), icon="arrow-back-up",
        form=forms.AccountForm, perform=_undo_allocation, subject=_allocation_of,
        hint=_("La facture redevient due et reprend son parcours là où il était."),
    ),
    "impaye": Action(
        title=_("Règlement revenu impayé"), verb=_("Noter l’impayé"), icon="receipt-refund",
        form=forms.ReturnForm, perform=_return, subject=_payment_of,
        hint=_("Toutes ses imputations sont annulées."),
    ),
    "scenario": Action(
        title=_("Choisir le scénario"), verb=_("Choisir"), icon="route", form=forms.ScenarioForm,
        perform=_scenario, hint=_("Un choix fait à la main n’est jamais remplacé par une règle."),
    ),
    "fiche": Action(
        title=_("Modifier la fiche"), verb=_("Enregistrer"), icon="pencil", form=forms.DebtorForm,
        perform=_debtor, hint=_("Le profil et la nature choisissent le scénario et le droit applicable."),
    ),
    "contact": Action(
        title=_("Contact"), verb=_("Enregistrer"), icon="user", form=forms.ContactForm, perform=_contact,
        subject=_contact_of, subject_may_be_new=True, blames={NoWayToReach: "email"},
    ),
    "sms": Action(
        title=_("Permettre de nouveau les SMS"), verb=_("Permettre"), icon="message", form=forms.SilenceForm,
        perform=_sms, subject=_silent_of, blames={ReasonMissing: "because"},
        hint=_("Ce numéro a répondu STOP, ou le réseau l’a refusé. Il faut l’accord de la personne."),
    ),
}  # fmt: skip


def subject_of(action: Action, account: Account, key: int | None) -> Any:
    """Return the dispute, the payment or the contact that the action is about; else 404."""
    if action.subject is None or (key is None and action.subject_may_be_new):
        if key is not None:
            raise Http404
        return None
    found = action.subject(account, key) if key is not None else None
    if found is None:
        raise Http404
    return found
