"""The creditor's facts and rules, each judged before it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum import bic, iban
from stdnum.exceptions import ValidationError as Wrong
from stdnum.fr import siren

from acquit.core.terms import UnreadableTerms, due_date
from acquit.store.accounts.models import Creditor
from acquit.web.fields import AmountField
from acquit.web.setup.words import IMPUTED, TRADES

_PERIOD = re.compile(r"^(\d{1,2})/(\d{1,2})\s*(?:-|–|au|to)\s*(\d{1,2})/(\d{1,2})$")
_COLOUR = re.compile(r"^#[0-9a-f]{6}$")
_DOMAIN = re.compile(r"^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$", re.IGNORECASE)


def _text(label: Any, most: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, **more)


def _number(label: Any, least: int, most: int, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **more)


class CreditorForm(forms.Form):
    """Everything of a creditor that a person sets."""

    name = forms.CharField(label=_("Raison sociale"), max_length=200)
    legal_form = _text(_("Forme juridique"), 100, help_text=_("SAS, SARL, SA…"))
    capital = _text(_("Capital social"), 60)
    siren = _text(_("SIREN"), 20)
    registry_city = _text(_("Ville du RCS"), 100)
    vat_number = _text(_("N° de TVA"), 20)
    address = _text(_("Adresse"), 500, widget=forms.Textarea(attrs={"rows": 2}))
    postcode = _text(_("Code postal"), 20)
    city = _text(_("Ville"), 100)
    iban = _text(_("IBAN"), 50, help_text=_("Imprimé sur chaque relance, avec un QR code de virement."))
    bic = _text(_("BIC"), 20)

    sender_name = _text(_("Nom de l’expéditeur"), 200)
    sender_email = _text(
        _("E-mail de l’expéditeur"),
        254,
        help_text=_("Sans elle, vos clients voient l’adresse de l’installation."),
    )
    sender_phone = _text(_("Téléphone direct"), 40)
    reply_domain = _text(_("Domaine des réponses"), 200, help_text=_("Facultatif\u00a0: reply+…@ce domaine."))
    manager_email = _text(
        _("E-mail du responsable"),
        254,
        help_text=_("En copie des étapes qui le demandent (copy to: manager)."),
    )
    colour = _text(
        _("Couleur des e-mails"), 7, help_text=_("#0b6072, par exemple\u00a0; vide\u00a0: celle d’Acquit.")
    )
    transfer_code = forms.ChoiceField(
        label=_("QR code de virement dans les e-mails"),
        choices=[
            ("consumers", _("aux particuliers")),
            ("everybody", _("à tous")),
            ("nobody", _("à personne")),
        ],
    )
    signatory = _text(_("Signataire des mises en demeure"), 200)
    signatory_title = _text(_("Fonction du signataire"), 200)

    contact_gap = _number(_("Écart entre deux contacts"), 0, 90, help_text=_("En jours ouvrés."))
    contacts_per_30_days = _number(
        _("Contacts au plus en 30 jours"), 1, 30, required=False, help_text=_("Vide\u00a0: pas de limite.")
    )
    tolerance = AmountField(
        label=_("Tolérance"), min_value=Decimal(0), help_text=_("Un reste dû plus petit n’est pas relancé.")
    )
    promise_grace = _number(_("Délai de grâce d’une promesse"), 0, 30, help_text=_("En jours ouvrés."))
    ask_above = AmountField(
        label=_("Demander l’accord au-dessus de"), required=False, min_value=Decimal(0),
        help_text=_("Vide\u00a0: seules les étapes qui le demandent attendent."),
    )  # fmt: skip
    formal_notice_leaves_alone = forms.BooleanField(
        label=_("Les mises en demeure partent sans accord"), required=False
    )
    works_every_day = forms.BooleanField(
        label=_("Écrire aussi le week-end et les jours fériés"), required=False
    )
    window_opens = forms.TimeField(label=_("Envois à partir de"), input_formats=["%H:%M", "%H:%M:%S"])
    window_closes = forms.TimeField(label=_("Envois jusqu’à"), input_formats=["%H:%M", "%H:%M:%S"])
    quiet_periods = _text(
        _("Périodes de silence"), 500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Une par ligne, jour/mois\u00a0: 24/12 - 02/01."),
    )  # fmt: skip
    fresh_days = _number(
        _("Âge admis des données"),
        1,
        60,
        help_text=_(
            "En jours ouvrés, pour une source sans âge à elle\u00a0; au-delà, tout attend un import."
        ),
    )
    vanished_limit = _number(
        _("Liste incomplète à partir de"), 1, 100,
        help_text=_("En % d’une liste complète\u00a0: s’il y manque davantage, on vous demande d’abord."),
    )  # fmt: skip
    match_threshold = _number(
        _("Rapprocher d’office à partir de"), 1, 100,
        help_text=_("En %. Jamais sur le montant seul quand deux clients le doivent."),
    )  # fmt: skip
    match_alone = forms.BooleanField(label=_("Rapprocher d’office ce qui est sûr"), required=False)
    volume_limit = _number(_("Messages par jour au plus"), 1, 1_000_000)
    payment_terms = forms.CharField(
        label=_("Délai de paiement habituel"), max_length=80,
        help_text=_("Quand une facture n’a pas d’échéance\u00a0: 30 jours, 45 jours fin de mois…"),
    )  # fmt: skip

    trade = forms.ChoiceField(label=_("Ce que vous vendez"), choices=list(TRADES.items()), required=False)
    contract_rate = AmountField(
        label=_("Taux de pénalités de vos conditions"), required=False, min_value=Decimal(0),
        max_value=Decimal(100), help_text=_("En % par an, entre entreprises. Vide\u00a0: le taux de la loi."),
    )  # fmt: skip
    imputation = forms.ChoiceField(
        label=_("Un acompte paie d’abord"), choices=list(IMPUTED.items()), required=False,
        help_text=_("La loi dit les intérêts (code civil, 1343-1), sauf conditions contraires."),
    )  # fmt: skip
    year_basis = forms.TypedChoiceField(
        label=_("Jours de l’année"), choices=[(365, "365"), (366, "366")], coerce=int, required=False
    )  # fmt: skip
    watches_insolvency = forms.BooleanField(
        label=_("Surveiller les procédures collectives (BODACC)"), required=False
    )
    collects_for_others = forms.BooleanField(
        label=_("Nous recouvrons pour le compte d’autrui"), required=False
    )
    collects_for = _text(
        _("Créancier pour qui vous recouvrez"), 300,
        help_text=_("Nom et adresse, imprimés sur chaque lettre (CPCE, R124-4)."),
    )  # fmt: skip

    SECTIONS: ClassVar[Sequence[tuple[Any, Any, Sequence[str]]]] = (
        (
            _("Votre société"),
            _("L’en-tête des lettres et les mentions obligatoires"),
            ("name", "legal_form", "capital", "siren", "registry_city", "vat_number", "address", "postcode",
             "city", "iban", "bic"),
        ),
        (
            _("Qui écrit"),
            _("Le nom et l’adresse que voient vos clients"),
            ("sender_name", "sender_email", "sender_phone", "reply_domain", "manager_email", "colour",
             "transfer_code", "signatory", "signatory_title"),
        ),
        (
            _("Règles de contact"),
            _("Ce qui retient un message"),
            ("contact_gap", "contacts_per_30_days", "tolerance", "promise_grace", "ask_above", "volume_limit",
             "fresh_days", "vanished_limit", "match_threshold", "payment_terms", "match_alone",
             "formal_notice_leaves_alone"),
        ),
        (
            _("Jours et heures"),
            _("Quand les messages partent, à l’heure du client"),
            ("window_opens", "window_closes", "quiet_periods", "works_every_day"),
        ),
        (
            _("Droit"),
            _("Vos conditions de vente, et ce que la loi ajoute"),
            ("trade", "contract_rate", "imputation", "year_basis", "collects_for", "watches_insolvency",
             "collects_for_others"),
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "reglage-%s", **options})
        for name in ("window_opens", "window_closes"):
            self.fields[name].widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        for field in self.fields.values():
            field.error_messages["required"] = _("Ce champ est nécessaire.")

    def clean_siren(self) -> str:
        """Refuse a SIREN whose check digit is wrong."""
        given = _bare(self.cleaned_data["siren"])
        if not given:
            return ""
        try:
            return str(siren.validate(given[:9] if len(given) == 14 else given))
        except Wrong as why:
            raise forms.ValidationError(
                _("Ce n’est pas un SIREN\u00a0: neuf chiffres, comme 732 829 320.")
            ) from why

    def clean_iban(self) -> str:
        """Refuse an IBAN whose check digits are wrong."""
        given = _bare(self.cleaned_data["iban"])
        if not given:
            return ""
        try:
            return str(iban.validate(given))
        except Wrong as why:
            raise forms.ValidationError(
                _("Cet IBAN est faux\u00a0: vérifiez chaque caractère (FR76 suivi de 23 caractères).")
            ) from why

    def clean_bic(self) -> str:
        """Refuse what is no BIC."""
        given = _bare(self.cleaned_data["bic"])
        if given and not bic.is_valid(given):
            raise forms.ValidationError(_("Ce BIC est faux\u00a0: 8 ou 11 caractères."))
        return given

    def clean_sender_email(self) -> str:
        """Refuse what is no address."""
        return self._address("sender_email")

    def clean_manager_email(self) -> str:
        """Refuse what is no address."""
        return self._address("manager_email")

    def _address(self, name: str) -> str:
        given: str = self.cleaned_data[name].strip()
        if given:
            try:
                validate_email(given)
            except forms.ValidationError as why:
                raise forms.ValidationError(_("Une adresse de la forme nom@exemple.fr.")) from why
        return given

    def clean_colour(self) -> str:
        """Refuse what is no colour."""
        given: str = self.cleaned_data["colour"].strip().lower()
        if given and not _COLOUR.match(given):
            raise forms.ValidationError(_("Une couleur de la forme #0b6072."))
        return given

    def clean_reply_domain(self) -> str:
        """Refuse what is no domain."""
        given: str = self.cleaned_data["reply_domain"].strip().lower()
        if given and not _DOMAIN.match(given):
            raise forms.ValidationError(_("Un domaine de la forme reponses.exemple.fr."))
        return given

    def clean_payment_terms(self) -> str:
        """Refuse terms that give no due date."""
        given: str = self.cleaned_data["payment_terms"].strip()
        try:
            due_date(given, date(2026, 1, 15))
        except UnreadableTerms as why:
            raise forms.ValidationError(
                _(
                    "Ce délai n’est pas compris\u00a0: écrivez «\u00a030 jours\u00a0» ou"
                    " «\u00a045 jours fin de mois\u00a0»."
                )
            ) from why
        return given

    def clean_quiet_periods(self) -> list[list[str]]:
        """Return the periods as MM-DD pairs."""
        lines = [line.strip() for line in self.cleaned_data["quiet_periods"].splitlines() if line.strip()]
        return [_period(line) for line in lines]

    def clean(self) -> dict[str, Any]:
        """Refuse a window that closes before it opens."""
        cleaned: dict[str, Any] = super().clean() or {}
        opens, closes = cleaned.get("window_opens"), cleaned.get("window_closes")
        if opens is not None and closes is not None and closes <= opens:
            self.add_error("window_closes", _("Les envois doivent finir après avoir commencé."))
        if cleaned.get("collects_for_others") and not cleaned.get("collects_for", "").strip():
            self.add_error(
                "collects_for", _("Indiquez le créancier\u00a0: la loi veut son nom sur la lettre.")
            )
        return cleaned | _or_default(cleaned)


def _period(line: str) -> list[str]:
    found = _PERIOD.match(line.lower())
    days = [_day(found[d], found[m]) for d, m in ((1, 2), (3, 4))] if found else [None]
    if None in days:
        words = gettext("«\u00a0%(line)s\u00a0» n’est pas une période\u00a0: écrivez 24/12 - 02/01.")
        raise forms.ValidationError(words % {"line": line})
    return [day.strftime("%m-%d") for day in days if day is not None]


def _day(day: str, month: str) -> date | None:
    """Return a day of any year; the 29 February is none."""
    try:
        return date(2027, int(month), int(day))
    except ValueError:
        return None


def _bare(given: str) -> str:
    return "".join(given.split()).upper()


def _or_default(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form left out where a choice must stand: what held before it was asked."""
    defaults = {"trade": "general", "imputation": "principal_first", "year_basis": 365}
    return {name: cleaned.get(name) or default for name, default in defaults.items()}


def initial_of(creditor: Creditor) -> dict[str, Any]:
    """Return the creditor's values as the form shows them."""
    initial = {name: getattr(creditor, name) for name in CreditorForm.base_fields}
    initial["quiet_periods"] = "\n".join(
        f"{first[3:]}/{first[:2]} - {last[3:]}/{last[:2]}" for first, last in creditor.quiet_periods
    )
    for name in ("tolerance", "ask_above", "contract_rate"):
        value = initial[name]
        initial[name] = "" if value is None else f"{value:.2f}".replace(".", ",")
    initial["siren"] = " ".join(creditor.siren[i : i + 3] for i in range(0, len(creditor.siren), 3))
    initial["iban"] = " ".join(creditor.iban[i : i + 4] for i in range(0, len(creditor.iban), 4))
    return initial
