"""What kinds of files, fields, tables and questions are called on screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from acquit.sources.bank_csv.fields import FIELDS as OF_MOVEMENTS
from acquit.sources.columns import Field
from acquit.sources.contacts.reader import FIELDS as OF_CONTACTS
from acquit.sources.invoices.reader import FIELDS as OF_INVOICES
from acquit.sources.payments.reader import FIELDS as OF_PAYMENTS
from acquit.web.words import Words

KINDS: Mapping[str, Words] = {
    "fec": _("Écritures comptables (FEC)"),
    "invoices": _("Liste de factures"),
    "payments": _("Liste de règlements"),
    "contacts": _("Liste de contacts"),
    "camt": _("Relevé ou avis bancaire (camt.053, camt.054)"),
    "mt940": _("Relevé bancaire (MT940)"),
    "einvoice": _("Facture électronique"),
    "cfonb120": _("Relevé bancaire (CFONB 120)"),
    "ofx": _("Relevé bancaire (OFX)"),
    "bank_csv": _("Mouvements bancaires (CSV, Excel)"),
    "cdar": _("Statuts de factures électroniques (CDAR)"),
}
#: Clients come before what is said about them.
ORDER = (
    "fec", "invoices", "einvoice", "payments", "contacts", "camt", "mt940", "cfonb120", "ofx", "bank_csv",
    "cdar",
)  # fmt: skip
TABLES: Mapping[str, Words] = {
    "debtors": _("Clients"),
    "invoices": _("Factures"),
    "credit_notes": _("Avoirs"),
    "payments": _("Règlements"),
    "allocations": _("Imputations"),
    "contacts": _("Contacts"),
    "statuses": _("Statuts"),
    "statements": _("Relevés bancaires"),
    "bank_lines": _("Mouvements bancaires"),
}
FIELDS: Mapping[str, Words] = {
    "external_id": _("Code client"),
    "debtor": _("Client"),
    "debtor_name": _("Nom du client"),
    "siren": _("SIREN"),
    "vat": _("N° de TVA"),
    "email": _("E-mail"),
    "phone": _("Téléphone"),
    "mobile": _("Mobile"),
    "language": _("Langue"),
    "country": _("Pays"),
    "address": _("Adresse"),
    "address_2": _("Adresse, suite"),
    "postcode": _("Code postal"),
    "city": _("Ville"),
    "currency": _("Devise"),
    "label": _("Libellé"),
    "reference": _("Référence"),
    "number": _("N° de facture"),
    "issued_on": _("Date de facture"),
    "due_on": _("Échéance"),
    "amount": _("Montant TTC"),
    "remaining": _("Reste dû"),
    "paid": _("Déjà réglé"),
    "net": _("Montant hors taxes"),
    "rounding": _("Arrondi"),
    "paid_on": _("Réglé le"),
    "debit": _("Débit"),
    "credit": _("Crédit"),
    "type": _("Type de pièce"),
    "disputed": _("Contestée"),
    "instalment": _("N° d’échéance"),
    "debtor_kind": _("Nature du client"),
    "profile": _("Profil"),
    "terms": _("Délai de paiement"),
    "payment_id": _("N° de règlement"),
    "received_on": _("Reçu le"),
    "method": _("Mode de règlement"),
    "payer_iban": _("IBAN du payeur"),
    "iban": _("IBAN"),
    "contact_name": _("Nom du contact"),
    "last_name": _("Nom de famille"),
    "first_name": _("Prénom"),
    "role": _("Fonction"),
    "booked_on": _("Date d’opération"),
    "value_on": _("Date de valeur"),
    "detail": _("Détail"),
    "side": _("Sens"),
    "balance": _("Solde"),
    "transaction": _("Identifiant d’opération"),
    "counterparty": _("Contrepartie"),
    "counterparty_iban": _("IBAN de la contrepartie"),
    "bank_account": _("Compte bancaire"),
    "code": _("Type d’opération"),
    "status": _("État"),
    "invoice_number": _("N° de facture"),
    "invoice_issued_on": _("Date de facture"),
    "status_code": _("Code du statut"),
    "at": _("Date du statut"),
    "amounts": _("Montants"),
    "seller": _("Vendeur"),
}
MAPPABLE: Mapping[str, Sequence[Field]] = {
    "invoices": OF_INVOICES, "payments": OF_PAYMENTS, "contacts": OF_CONTACTS, "bank_csv": OF_MOVEMENTS
}  # fmt: skip
ANSWERS: Mapping[tuple[str, str], Words] = {
    ("date_order", "dmy"): _("jour, mois, année"),
    ("date_order", "mdy"): _("mois, jour, année"),
    ("decimal", ","): _("la virgule sépare les centimes"),
    ("decimal", "."): _("le point sépare les centimes"),
    ("complete", "yes"): _("oui, toutes\u00a0: une facture qui n’y est plus est soldée"),
    ("complete", "no"): _("non, une partie"),
}


def field_words(name: str) -> str:
    """Return what a field is called, or its name."""
    return str(FIELDS.get(name, name))


def fields_of(kind: str) -> list[str]:
    """Return the fields that a column of this kind of file may be, once each."""
    return list(dict.fromkeys(field.name for field in MAPPABLE.get(kind, ())))
