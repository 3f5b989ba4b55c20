"""What people write down about an account: one form an action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import babel
from django import forms
from django.core.validators import validate_email
from django.db.models import F, Min, Sum
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from acquit.channels.phone import CALL_OUTCOME_LABELS
from acquit.flows.cases.dispute_invoice import CATEGORIES as DISPUTE_CATEGORIES
from acquit.store.accounts.models import Account, Contact
from acquit.store.cases.models import Scenario
from acquit.store.ledger.models import Payment, Term
from acquit.web import formats
from acquit.web.fields import AmountField, DayField
from acquit.web.words import CATEGORIES, CHANNELS, KINDS, PROFILES, ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvoice:
    """An invoice that is still owed, to be chosen."""

    id: int
    number: str
    due_on: date
    open: Decimal
    currency: str
    term_ids: tuple[int, ...]


def _choice(one: OpenInvoice, tongue: str) -> str:
    due, rest = (
        formats.day(one.due_on, language=tongue),
        formats.amount(one.open, one.currency, language=tongue),
    )
    return f"{one.number} · {due} · {rest}"


def open_invoices(account: Account) -> list[OpenInvoice]:
    """Return the open invoices of an account, the oldest due date first."""
    rows = (
        Term.objects.filter(account=account, allocated__lt=F("amount"))
        .values("invoice_id", "invoice__number", "currency")
        .annotate(first_due_on=Min("due_on"), open=Sum(F("amount") - F("allocated")))
        .order_by("first_due_on", "invoice_id")
    )
    found = list(rows)
    terms: dict[int, list[int]] = {}
    listed = Term.objects.filter(account=account, allocated__lt=F("amount")).order_by("due_on", "id")
    for term_id, invoice_id in listed.values_list("id", "invoice_id"):
        terms.setdefault(invoice_id, []).append(term_id)
    return [
        OpenInvoice(
            id=row["invoice_id"],
            number=row["invoice__number"],
            due_on=row["first_due_on"],
            open=row["open"],
            currency=row["currency"],
            term_ids=tuple(terms.get(row["invoice_id"], ())),
        )
        for row in found
    ]


class AccountForm(forms.Form):
    """A form about one account, on the creditor's day `today`."""

    def __init__(self, account: Account, today: date, *args: Any, **options: Any) -> None:
        self.account, self.today = account, today
        super().__init__(*args, **{"auto_id": "action-%s"} | options)
        self.prepare()
        first = next(iter(self.visible_fields()), None)
        if first is not None:
            first.field.widget.attrs["data-focus"] = ""

    def prepare(self) -> None:
        """Fill the choices that depend on the account."""


class _WithInvoices(AccountForm):
    """A form that concerns some of the open invoices."""

    invoices = forms.TypedMultipleChoiceField(
        label=_("Factures"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """Offer the open invoices."""
        self.open = open_invoices(self.account)
        tongue = get_language() or "fr"
        self.fields["invoices"].choices = [  # type: ignore[attr-defined]
            (
                one.id,
                _choice(one, tongue),
            )
            for one in self.open
        ]

    def term_ids(self) -> list[int]:
        """Return the open terms of the invoices that were chosen."""
        chosen = set(self.cleaned_data["invoices"])
        return [term for one in self.open if one.id in chosen for term in one.term_ids]


class CallForm(AccountForm):
    """A contact made by hand."""

    channel = forms.ChoiceField(
        label=_("Moyen"), choices=[(k, CHANNELS[k]) for k in ("phone", "email", "letter", "visit")]
    )
    outcome = forms.ChoiceField(label=_("Résultat"))
    on = DayField(label=_("Date"))
    note = forms.CharField(
        label=_("Ce qui a été dit"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def prepare(self) -> None:
        """Offer the outcomes of a call, and today."""
        labels = CALL_OUTCOME_LABELS[formats.spoken(get_language() or "fr")]
        self.fields["outcome"].choices = [(outcome.value, words) for outcome, words in labels.items()]  # type: ignore[attr-defined]
        self.fields["on"].initial = self.today
        self.fields["on"].widget.attrs["max"] = self.today.isoformat()

    def clean_on(self) -> date:
        """Refuse a contact that has not been made yet."""
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("Ce jour n’est pas encore venu."))
        return on


class PromiseForm(_WithInvoices):
    """Money by a day."""

    until = DayField(label=_("Payé au plus tard le"))
    amount = AmountField(
        label=_("Montant promis"), required=False, help_text=_("Vide : tout ce qui est coché.")
    )
    note = forms.CharField(
        label=pgettext_lazy("client", "Note"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("until", "amount", "invoices", "note")

    def prepare(self) -> None:
        """Begin the calendar today; nothing ticked means all that is overdue."""
        super().prepare()
        self.fields["until"].not_before(self.today)  # type: ignore[attr-defined]
        self.fields["invoices"].help_text = _("Rien de coché : tout ce qui est échu.")


class NoteForm(AccountForm):
    """A note."""

    text = forms.CharField(label=pgettext_lazy("client", "Note"), widget=forms.Textarea(attrs={"rows": 3}))


class SilenceForm(AccountForm):
    """Why a silent number may be written to again."""

    because = forms.CharField(label=_("Motif"), max_length=200)


class HoldForm(AccountForm):
    """A suspension, of the account or of one invoice."""

    reason = forms.CharField(label=_("Motif"), max_length=500)
    until = DayField(
        label=_("Jusqu’au"), required=False, help_text=_("Vide : jusqu’à ce qu’une personne la lève.")
    )
    invoice = forms.TypedChoiceField(label=_("Pour"), required=False, coerce=int, empty_value=None)

    def prepare(self) -> None:
        """Offer the whole account, or one open invoice."""
        self.fields["until"].not_before(self.today)  # type: ignore[attr-defined]
        named = [(one.id, one.number) for one in open_invoices(self.account)]
        self.fields["invoice"].choices = [("", _("tout le compte")), *named]  # type: ignore[attr-defined]


class DisputeForm(AccountForm):
    """What the client contests."""

    invoice = forms.TypedChoiceField(label=_("Facture"), coerce=int)
    category = forms.ChoiceField(
        label=_("Sujet"), choices=[(key, CATEGORIES[key]) for key in DISPUTE_CATEGORIES]
    )
    amount = AmountField(label=_("Montant contesté"), required=False, help_text=_("Vide : toute la facture."))
    note = forms.CharField(
        label=_("Ce que dit le client"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def prepare(self) -> None:
        """Offer the open invoices."""
        tongue = get_language() or "fr"
        self.fields["invoice"].choices = [  # type: ignore[attr-defined]
            (one.id, f"{one.number} · {formats.amount(one.open, one.currency, language=tongue)}")
            for one in open_invoices(self.account)
        ]


class ResolveForm(AccountForm):
    """How a dispute ended."""

    resolution = forms.CharField(label=_("Issue"), max_length=500, required=False)


class PaymentForm(_WithInvoices):
    """Money that came in."""

    amount = AmountField(label=_("Montant reçu"))
    received_on = DayField(label=_("Date de valeur"))
    currency = forms.ChoiceField(label=_("Devise"))
    reference = forms.CharField(label=_("Référence"), max_length=200, required=False)
    field_order = ("amount", "currency", "received_on", "invoices", "reference")

    def prepare(self) -> None:
        """Offer the currencies of the account, and today."""
        super().prepare()
        found = dict.fromkeys([*(one.currency for one in self.open), self.account.creditor.currency])
        self.fields["currency"].choices = [(code, code) for code in found]  # type: ignore[attr-defined]
        self.fields["received_on"].initial = self.today
        self.fields["invoices"].help_text = _("Rien de coché : le règlement reste à imputer.")

    def clean_received_on(self) -> date:
        """Refuse money of a later day."""
        on: date = self.cleaned_data["received_on"]
        if on > self.today:
            raise forms.ValidationError(_("Ce jour n’est pas encore venu."))
        return on


class AllocateForm(_WithInvoices):
    """Which invoices a payment pays. `payment` is set by the view."""

    payment: Payment

    def clean_invoices(self) -> Sequence[int]:
        """Ask for an invoice at least."""
        chosen: Sequence[int] = self.cleaned_data["invoices"]
        if not chosen:
            raise forms.ValidationError(_("Cochez au moins une facture."))
        return chosen


class ReturnForm(AccountForm):
    """The day on which a payment came back."""

    on = DayField(label=_("Revenu le"))

    def prepare(self) -> None:
        """Propose today."""
        self.fields["on"].initial = self.today

    def clean_on(self) -> date:
        """Refuse a return that has not happened yet."""
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("Ce jour n’est pas encore venu."))
        return on


class ScenarioForm(AccountForm):
    """The scenario that the account follows."""

    scenario = forms.TypedChoiceField(label=_("Scénario"), coerce=int, required=False, empty_value=None)

    def prepare(self) -> None:
        """Offer the scenarios in use, or the rules."""
        known = Scenario.objects.filter(archived_at=None).order_by("key").values_list("id", "key")
        self.fields["scenario"].choices = [("", _("selon les règles")), *known]  # type: ignore[attr-defined]
        self.fields["scenario"].initial = self.account.scenario_id


class DebtorForm(AccountForm):
    """What the client is taken for."""

    profile = forms.ChoiceField(label=_("Profil"), choices=list(PROFILES.items()))
    kind = forms.ChoiceField(label=_("Nature"), choices=list(KINDS.items()))
    language = forms.ChoiceField(
        label=_("Langue des messages"), choices=[("fr", _("français")), ("en", _("anglais"))]
    )
    country = forms.ChoiceField(label=_("Pays"))
    region = forms.CharField(
        label=_("Région"), max_length=10, required=False, help_text=_("Code, pour ses jours fériés.")
    )

    def prepare(self) -> None:
        """Begin with what is known."""
        territories = babel.Locale.parse(get_language() or "fr", sep="-").territories
        named = [(code, name) for code, name in territories.items() if len(code) == 2 and code.isalpha()]
        self.fields["country"].choices = sorted(named, key=lambda pair: pair[1])  # type: ignore[attr-defined]
        for field in self.fields:
            self.fields[field].initial = getattr(self.account.debtor, field)


class ContactForm(AccountForm):
    """A person or mailbox at the client."""

    name = forms.CharField(label=_("Nom"), max_length=200, required=False)
    role = forms.ChoiceField(label=_("Fonction"), required=False, choices=[("", "—"), *ROLES.items()])
    email = forms.CharField(
        label=_("Adresse e-mail"), max_length=254, required=False, validators=[validate_email],
        widget=forms.EmailInput,
    )  # fmt: skip
    email_bounced = forms.BooleanField(label=_("les messages reviennent"), required=False)
    phone = forms.CharField(label=_("Téléphone"), max_length=40, required=False)
    phone_wrong = forms.BooleanField(label=_("mauvais numéro"), required=False)
    address = forms.CharField(
        label=_("Adresse postale"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    postcode = forms.CharField(label=_("Code postal"), max_length=20, required=False)
    city = forms.CharField(label=_("Ville"), max_length=100, required=False)
    country = forms.CharField(
        label=_("Pays"), max_length=2, required=False, help_text=_("Code à deux lettres.")
    )
    letter_returned = forms.BooleanField(label=_("le courrier revient"), required=False)
    registered_email = forms.CharField(
        label=_("Adresse des recommandés électroniques"), max_length=254, required=False,
        validators=[validate_email], widget=forms.EmailInput,
    )  # fmt: skip
    consents_lre_on = forms.DateField(
        label=_("Accord au recommandé électronique, reçu le"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Obligatoire pour un particulier, avant le premier envoi."),
    )  # fmt: skip
    registered_bounced = forms.BooleanField(label=_("les recommandés n’arrivent pas"), required=False)
    is_main = forms.BooleanField(label=_("contact principal"), required=False)

    def show(self, contact: Contact) -> None:
        """Begin with what is known of `contact`."""
        for field in (
            "name", "role", "email", "phone", "address", "postcode", "city", "country", "is_main",
            "registered_email", "consents_lre_on",
        ):  # fmt: skip
            self.fields[field].initial = getattr(contact, field)
        self.fields["email_bounced"].initial = contact.email_bounced_on is not None
        self.fields["phone_wrong"].initial = contact.phone_wrong_on is not None
        self.fields["letter_returned"].initial = contact.letter_returned_on is not None
        self.fields["registered_bounced"].initial = contact.registered_bounced_on is not None
