"""What a person does about the law of an account: charge, give up, settle, record what moves a limitation."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import F
from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from acquit.core.insolvency import OVERINDEBTEDNESS, Announcement
from acquit.core.regimes import applicable
from acquit.core.regimes.fr.routes import is_french
from acquit.core.regimes.limitation import AGREED, AGREED_YEARS, KINDS
from acquit.flows.law.record_insolvency import note_declared, record_insolvency, settle_insolvency
from acquit.flows.law.record_interruption import cancel_interruption, record_interruption
from acquit.flows.law.record_order import (
    cancel_order,
    oppose_order,
    record_order,
    serve_order,
    withdraw_opposition,
)
from acquit.flows.law.settle_charges import claim_charges
from acquit.flows.law.waive_charge import claim_again, pay_charge, waive_charge
from acquit.flows.material.errors import (
    DaysOutOfOrder,
    MoreThanCharged,
    NotAgreed,
    NotServed,
    OrderVoid,
    ReasonMissing,
)
from acquit.flows.material.orders import LEGAL, last_day_to_serve, no_order_for, not_served
from acquit.store.accounts.models import Account
from acquit.store.law.models import InsolvencyNotice, Interruption, LateCharge, PaymentOrder
from acquit.store.ledger.models import Payment
from acquit.web import formats
from acquit.web.clients.actions import ACTIONS, Action, At, Said
from acquit.web.clients.forms import AccountForm, open_invoices
from acquit.web.clients.law import MOVES, PROCEDURES, no_order_words
from acquit.web.clients.routes import routes_of
from acquit.web.fields import AmountField, DayField
from acquit.web.formats import spoken
from acquit.web.uncertain import what_interrupts
from acquit.web.words import Words, money


class WaiveForm(AccountForm):
    """Why a charge is given up."""

    reason = forms.CharField(label=_("Motif"), max_length=300)


class PayChargeForm(AccountForm):
    """Which payment settles a charge."""

    payment = forms.TypedChoiceField(label=_("Règlement"), coerce=int)

    def prepare(self) -> None:
        """Offer the payments that have something left."""
        rows = Payment.objects.filter(account=self.account, allocated__lt=F("amount"), returned_on=None)
        tongue = get_language() or "fr"
        self.fields["payment"].choices = [  # type: ignore[attr-defined]
            (
                row.pk,
                f"{formats.day(row.received_on, language=tongue)} · "
                f"{money(row.amount - row.allocated, row.currency)} {row.reference}".strip(),
            )
            for row in rows.order_by("received_on", "id")
        ]


class MoveForm(AccountForm):
    """A fact that moves the limitation."""

    kind = forms.ChoiceField(label=_("Fait"))
    on = DayField(label=_("Date"))
    until = DayField(
        label=_("Fin"),
        required=False,
        help_text=_("Pour une médiation\u00a0: le jour où elle s’est terminée."),
    )
    invoice = forms.TypedChoiceField(
        label=_("Facture"), coerce=lambda said: int(said) if said else None, required=False, empty_value=None
    )
    note = forms.CharField(label=_("Preuve"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def prepare(self) -> None:
        """Offer what counts against this debtor, the open invoices, and today."""
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind, words)
            for kind, words in MOVES.items()
            if kind != AGREED and KINDS[kind].only in ("", self.account.debtor.kind)
        ]
        self.fields["invoice"].choices = _invoices(self.account)  # type: ignore[attr-defined]
        self.fields["on"].initial = self.today


class AgreedForm(AccountForm):
    """A limitation on which two businesses agreed."""

    years = forms.TypedChoiceField(
        label=_("Durée"), coerce=int,
        choices=[
            (years, ngettext_lazy("%(years)s an", "%(years)s ans", years) % {"years": years})
            for years in range(AGREED_YEARS[0], AGREED_YEARS[1] + 1)
        ],
    )  # fmt: skip
    on = DayField(label=_("Convenu le"))
    invoice = forms.TypedChoiceField(
        label=_("Facture"), coerce=lambda said: int(said) if said else None, required=False, empty_value=None
    )
    note = forms.CharField(label=_("Contrat et clause"), widget=forms.Textarea(attrs={"rows": 2}))

    def prepare(self) -> None:
        """Offer the invoices."""
        self.fields["invoice"].choices = _invoices(self.account)  # type: ignore[attr-defined]
        self.fields["years"].initial = 5


def _invoices(account: Account) -> list[tuple[Any, Any]]:
    return [
        ("", _("Toutes les factures ouvertes")),
        *((one.id, one.number) for one in open_invoices(account)),
    ]


class OrderForm(AccountForm):
    """An order for payment that a court made."""

    ordered_on = DayField(label=_("Ordonnance du"))
    court = forms.CharField(label=_("Tribunal"), max_length=200)
    amount = AmountField(label=_("Somme ordonnée"), min_value=Decimal("0.01"))
    interest = forms.ChoiceField(
        label=_("Intérêts de l’ordonnance"), required=False,
        choices=[
            ("", _("Non précisé")), (LEGAL, _("Au taux légal")), ("other", _("À un autre taux, ou aucun")),
        ],
        help_text=_("Seul le taux légal est majoré de cinq points quand l’ordonnance reste impayée."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Références"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Numéro de l’ordonnance, commissaire de justice chargé de la signifier…"),
    )  # fmt: skip


class ServedForm(AccountForm):
    """The day on which an order was served."""

    served_on = DayField(label=_("Signifiée le"))
    note = forms.CharField(label=_("Preuve"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def prepare(self) -> None:
        """Offer today."""
        self.fields["served_on"].initial = self.today


class OpposedForm(AccountForm):
    """The day on which an order was opposed."""

    opposed_on = DayField(label=_("Opposition du"))

    def prepare(self) -> None:
        """Offer today."""
        self.fields["opposed_on"].initial = self.today


class JudgmentForm(AccountForm):
    """A judgment that a person knows of."""

    procedure = forms.ChoiceField(label=_("Procédure"))
    judged_on = DayField(label=_("Jugement d’ouverture, ou décision, du"))
    published_on = DayField(
        label=_("Publié au BODACC le"), required=False,
        help_text=_("Le délai pour déclarer court de ce jour\u00a0; sans lui, du jugement."),
    )  # fmt: skip
    court = forms.CharField(label=_("Tribunal"), required=False, max_length=200)
    officer = forms.CharField(
        label=_("Mandataire ou liquidateur"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def prepare(self) -> None:
        """Offer over-indebtedness for consumers only."""
        consumer = self.account.debtor.kind == "consumer"
        self.fields["procedure"].choices = [  # type: ignore[attr-defined]
            (key, words) for key, words in PROCEDURES.items() if consumer or key != OVERINDEBTEDNESS
        ]

    def clean_judged_on(self) -> Any:
        """Refuse a day to come."""
        day = self.cleaned_data["judged_on"]
        if day > self.today:
            raise forms.ValidationError(_("Cette date n’est pas encore venue."))
        return day


def _charge(at: At, _form: AccountForm, _subject: None) -> Said:
    count = claim_charges(account_id=at.account.pk, today=at.today, **at.here)
    if not count:
        return Said(gettext("La loi n’ajoute rien ici\u00a0: aucun retard, ou un client qui n’en doit pas."))
    return Said(gettext("Pénalités et indemnités retenues\u00a0: elles restent dues après le principal."))


def _waive(at: At, form: WaiveForm, charge: LateCharge) -> Said:
    waive_charge(
        charge_id=charge.pk, reason=form.cleaned_data["reason"], today=at.today, by=at.person, **at.here
    )
    words = gettext("Abandon noté\u00a0: cette somme n’est plus réclamée.")
    return Said(words, reverse("accounts:undo", args=[at.account.pk, "abandon", charge.pk]))


def _pay(at: At, form: PayChargeForm, charge: LateCharge) -> Said:
    left = pay_charge(charge_id=charge.pk, payment_id=form.cleaned_data["payment"], by=at.person, **at.here)
    if left:
        return Said(gettext("Imputé\u00a0; il en reste %(left)s.") % {"left": money(left, charge.currency)})
    return Said(gettext("Imputé\u00a0: cette somme est réglée."))


def _move(at: At, form: MoveForm, _subject: None) -> Said:
    clean = form.cleaned_data
    made = record_interruption(
        account_id=at.account.pk, kind=clean["kind"], on=clean["on"], until=clean["until"],
        invoice_id=clean["invoice"], note=clean["note"], today=at.today, by=at.person, **at.here,
    )  # fmt: skip
    words = gettext("Fait noté\u00a0: la prescription est recalculée.")
    return Said(words, reverse("accounts:undo", args=[at.account.pk, "prescription", made]))


def _order(at: At, form: OrderForm, _subject: None) -> Said:
    clean = form.cleaned_data
    made = record_order(
        account_id=at.account.pk, ordered_on=clean["ordered_on"], court=clean["court"],
        amount=clean["amount"], currency="EUR", interest=clean["interest"], note=clean["note"],
        today=at.today, by=at.person, **at.here,
    )  # fmt: skip
    until = formats.day(last_day_to_serve(clean["ordered_on"]), language=get_language() or "fr")
    words = gettext("Ordonnance notée\u00a0: à signifier avant le %(until)s inclus.") % {"until": until}
    return Said(words, reverse("accounts:undo", args=[at.account.pk, "injonction", made]))


def _serve(at: At, form: ServedForm, order: PaymentOrder) -> Said:
    clean = form.cleaned_data
    served = serve_order(
        order_id=order.pk, served_on=clean["served_on"], note=clean["note"], today=at.today, by=at.person,
        **at.here,
    )  # fmt: skip
    words = gettext("Signification notée\u00a0: la prescription est recalculée.")
    return Said(words, reverse("accounts:undo", args=[at.account.pk, "prescription", served]))


def _oppose(at: At, form: OpposedForm, order: PaymentOrder) -> Said:
    oppose_order(order_id=order.pk, opposed_on=form.cleaned_data["opposed_on"], today=at.today, **at.here)
    words = gettext("Opposition notée\u00a0: le tribunal juge, l’ordonnance ne s’exécute pas.")
    return Said(words, reverse("accounts:undo", args=[at.account.pk, "opposition", order.pk]))


def _agree(at: At, form: AgreedForm, _subject: None) -> Said:
    clean = form.cleaned_data
    made = record_interruption(
        account_id=at.account.pk, kind=AGREED, on=clean["on"], years=clean["years"],
        invoice_id=clean["invoice"], note=clean["note"], today=at.today, by=at.person, **at.here,
    )  # fmt: skip
    words = gettext("Durée notée\u00a0: la prescription est recalculée.")
    return Said(words, reverse("accounts:undo", args=[at.account.pk, "prescription", made]))


def _interrupts(at: At) -> list[str]:
    debtor, creditor = at.account.debtor, at.account.creditor
    return [what_interrupts(applicable(creditor.country, debtor.country, debtor.kind), debtor.kind)]


def _no_order(account: Account) -> Words:
    return no_order_words(no_order_for(account), account.debtor.country)


def _nothing_to_agree(account: Account) -> Words:
    """Say why the parties may not agree on a limitation."""
    debtor, creditor = account.debtor, account.creditor
    law = applicable(creditor.country, debtor.country, debtor.kind)
    if debtor.kind == "business" and is_french(law):
        return ""
    return NotAgreed.french if spoken(get_language() or "fr") == "fr" else str(NotAgreed())


def _judge(at: At, form: JudgmentForm, _subject: None) -> Said:
    clean = form.cleaned_data
    announced = Announcement(
        external_id=f"by hand {uuid4()}", siren=at.account.debtor.siren, name=at.account.debtor.name,
        opening=True, procedure=clean["procedure"], judged_on=clean["judged_on"],
        published_on=clean["published_on"], court=clean["court"], officer=clean["officer"], source="person",
    )  # fmt: skip
    record_insolvency(announced=[announced], debtor_id=at.account.debtor_id, by=at.person, **at.here)
    if clean["procedure"] == OVERINDEBTEDNESS:
        return Said(gettext("Surendettement noté\u00a0: les factures antérieures ne sont plus relancées."))
    return Said(
        gettext(
            "Procédure notée\u00a0: les factures antérieures ne sont plus relancées. Déclarez la créance."
        )
    )


def _confirm(at: At, _form: AccountForm, notice: InsolvencyNotice) -> Said:
    settle_insolvency(notice_id=notice.pk, confirmed=True, by=at.person, **at.here)
    return Said(gettext("Confirmé\u00a0: les factures antérieures ne sont plus relancées."))


def _refuse(at: At, _form: AccountForm, notice: InsolvencyNotice) -> Said:
    settle_insolvency(notice_id=notice.pk, confirmed=False, by=at.person, **at.here)
    return Said(gettext("Noté\u00a0: ce n’est pas ce client."))


def _declared(at: At, _form: AccountForm, _subject: None) -> Said:
    note_declared(account_id=at.account.pk, by=at.person, **at.here)
    return Said(gettext("Déclaration notée."))


def _charge_of(account: Account, key: int) -> LateCharge | None:
    return (
        LateCharge.objects.filter(account=account, pk=key, waived_on=None).select_related("invoice").first()
    )


def _served_of(account: Account, key: int) -> PaymentOrder | None:
    rows = PaymentOrder.objects.filter(account=account, pk=key, cancelled_at=None, opposed_on=None)
    return rows.filter(services__cancelled_at=None, services__isnull=False).first()


def _order_of(account: Account, key: int) -> PaymentOrder | None:
    return not_served(account.organisation_id).filter(account=account, pk=key).first()


def _notice_of(account: Account, key: int) -> InsolvencyNotice | None:
    return InsolvencyNotice.objects.filter(debtor_id=account.debtor_id, pk=key, state="proposed").first()


#: Everything that may be done on an account.
EVERY: Mapping[str, Action] = {
    **ACTIONS,
    "penalites": Action(
        title=_("Retenir pénalités et indemnités"), verb=_("Retenir"), icon="scale", form=AccountForm,
        perform=_charge, hint=_("Calculées à ce jour, ou au jour du règlement s’il est arrivé tard."),
    ),
    "renoncer": Action(
        title=_("Abandonner cette somme"), verb=_("Abandonner"), icon="x", form=WaiveForm, perform=_waive,
        subject=_charge_of, blames={ReasonMissing: "reason"},
    ),
    "regler-penalite": Action(
        title=_("Imputer un règlement sur cette somme"), verb=_("Imputer"), icon="link", form=PayChargeForm,
        perform=_pay, subject=_charge_of, blames={MoreThanCharged: "payment"},
    ),
    "prescription": Action(
        title=_("Noter ce qui interrompt la prescription"), verb=_("Noter"), icon="hourglass", form=MoveForm,
        perform=_move, blames={DaysOutOfOrder: "on"},
        beside=_interrupts,
    ),
    "injonction": Action(
        title=_("Noter une injonction de payer"), verb=_("Noter"), icon="gavel", form=OrderForm,
        perform=_order, blames={DaysOutOfOrder: "ordered_on"}, closed=_no_order,
        beside=lambda at: routes_of(at.account, at.now),
        hint=_("Rendue, elle n’interrompt pas la prescription\u00a0: sa signification, oui."),
    ),
    "signifiee": Action(
        title=_("L’ordonnance a été signifiée"), verb=_("Noter"), icon="gavel", form=ServedForm,
        perform=_serve, subject=_order_of, blames={DaysOutOfOrder: "served_on", OrderVoid: "served_on"},
    ),
    "opposition": Action(
        title=_("Le client a fait opposition"), verb=_("Noter"), icon="hand-stop", form=OpposedForm,
        perform=_oppose, subject=_served_of, blames={DaysOutOfOrder: "opposed_on", NotServed: "opposed_on"},
        hint=_("Le tribunal juge alors l’affaire\u00a0: rien ne s’exécute, rien n’est majoré."),
    ),
    "delai-convenu": Action(
        title=_("Noter une prescription convenue"), verb=_("Noter"), icon="hourglass", form=AgreedForm,
        perform=_agree, blames={DaysOutOfOrder: "on", NotAgreed: "years"}, closed=_nothing_to_agree,
        hint=_(
            "Entre professionnels, d’un à dix ans (code civil, 2254). Ni loyers, ni abonnements, ni rien de"
            " ce qui se paie par année ou par mois\u00a0: ne le notez pas pour eux."
        ),
    ),
    "procedure": Action(
        title=_("Noter une procédure collective"), verb=_("Noter"), icon="gavel", form=JudgmentForm,
        perform=_judge, hint=_("Les factures antérieures au jugement ne sont plus relancées."),
    ),
    "confirmer-procedure": Action(
        title=_("Cette annonce concerne ce client"), verb=_("Confirmer"), icon="gavel", form=AccountForm,
        perform=_confirm, subject=_notice_of,
    ),
    "ecarter-procedure": Action(
        title=_("Cette annonce concerne un homonyme"), verb=_("Écarter"), icon="x", form=AccountForm,
        perform=_refuse, subject=_notice_of,
    ),
    "creance-declaree": Action(
        title=_("La créance est déclarée"), verb=_("Noter"), icon="check", form=AccountForm,
        perform=_declared, hint=_("Gardez la preuve de l’envoi\u00a0: c’est sa date qui compte."),
    ),
}  # fmt: skip


def undo_of_law(slug: str, subject_key: int, at: At) -> str:
    """Take back a charge given up, an order, or a fact that moved the limitation; return what to say."""
    if slug == "abandon":
        if not LateCharge.objects.filter(account=at.account, pk=subject_key).exists():
            raise Http404
        claim_again(charge_id=subject_key, **at.here)
        return gettext("Cette somme est de nouveau réclamée.")
    if slug == "injonction":
        if not PaymentOrder.objects.filter(account=at.account, pk=subject_key).exists():
            raise Http404
        cancel_order(order_id=subject_key, **at.here)
        return gettext("Ordonnance retirée, et sa signification avec elle.")
    if slug == "opposition":
        if not PaymentOrder.objects.filter(account=at.account, pk=subject_key).exists():
            raise Http404
        withdraw_opposition(order_id=subject_key, **at.here)
        return gettext("Opposition retirée.")
    if not Interruption.objects.filter(account=at.account, pk=subject_key).exists():
        raise Http404
    cancel_interruption(interruption_id=subject_key, **at.here)
    return gettext("Fait retiré\u00a0: la prescription est recalculée.")
