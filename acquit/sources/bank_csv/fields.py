"""What a column of a bank's export may be, and what tells such an export from other lists."""

from __future__ import annotations

from collections.abc import Sequence

from acquit.sources import vocabulary as words
from acquit.sources.columns import Field, normal

_DEADLINES = frozenset(["echeance", "due", "facture", "invoice"])


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


BOOKED_ON = Field("booked_on", _names(
    "date comptabilisation, date comptable, date operation, date op, date mouvement, booking date, "
    "posting date, operation date, transaction date, date"), "day",
    _DEADLINES | {"valeur", "value", "val"})  # fmt: skip
VALUE_ON = Field("value_on", _names(
    "date valeur, value date, date val, settlement date, valeur"), "day", _DEADLINES)  # fmt: skip
AMOUNT = Field("amount", _names(
    "montant operation, montant, montant mouvement, montant total, total amount, amount"), "amount",
    frozenset(["francs", "ht", "tva", "local", "solde"]))  # fmt: skip
DEBIT = Field("debit", (*words.DEBIT.names, "debits", "sorties"), "amount")
CREDIT = Field("credit", (*words.CREDIT.names, "credits", "entrees"), "amount")
BALANCE = Field("balance", _names(
    "solde, solde apres operation, solde progressif, solde courant, solde comptable, nouveau solde, "
    "solde compte, balance, running balance, account balance, balance after"), "amount",
    frozenset(["francs"]))  # fmt: skip
SIDE = Field("side", _names("sens, sens operation, debit credit, d c"))
LABEL = Field("label", _names(
    "libelle operation, libelle complet operation, libelle, libelle ecriture, label, description, "
    "operation, intitule, motif, communication, narrative, nature operation"))  # fmt: skip
DETAIL = Field("detail", _names(
    "informations complementaires, detail ecriture, detail operation, libelle complementaire, detail, "
    "details, complement, commentaire, comment, note, memo, libelle simplifie, libelle court"))  # fmt: skip
REFERENCE = Field("reference", _names(
    "reference, ref, reference operation, numero operation, n operation, n cheque, numero cheque, "
    "cheque number"))  # fmt: skip
TRANSACTION = Field("transaction", _names(
    "transaction id, id transaction, identifiant transaction, id operation, identifiant operation")
)  # fmt: skip
COUNTERPARTY = Field("counterparty", _names(
    "nom contrepartie, contrepartie, counterparty name, counterparty, nom tiers, tiers, "
    "emetteur beneficiaire, beneficiaire emetteur, donneur ordre, payeur, payer"))  # fmt: skip
COUNTERPARTY_IBAN = Field("counterparty_iban", _names(
    "iban contrepartie, counterparty iban, iban tiers, compte contrepartie, compte tiers, iban payeur, "
    "payer iban"))  # fmt: skip
ACCOUNT = Field("bank_account", _names(
    "iban compte, account iban, numero compte, n compte, account num, account number, compte, iban, rib")
)  # fmt: skip
CODE = Field("code", _names(
    "type operation, code operation, code interbancaire, categorie operation, transaction type, type")
)  # fmt: skip
STATUS = Field("status", _names("statut, status, etat"))

FIELDS = (
    BOOKED_ON, VALUE_ON, LABEL, DETAIL, AMOUNT, DEBIT, CREDIT, SIDE, BALANCE, words.CURRENCY, REFERENCE,
    TRANSACTION, COUNTERPARTY, COUNTERPARTY_IBAN, ACCOUNT, CODE, words.METHOD, STATUS,
)  # fmt: skip

#: Words of columns that no bank knows of: whose invoice it is, which journal it is written in.
_OF_OTHER_LISTS = frozenset(_names(
    "client, clients, customer, customers, debtor, debtors, debiteur, debiteurs, facture, factures, invoice, "
    "invoices, journal, lettrage, lettre, auxiliaire, piece, siren, siret, echeance, due, mail, email, "
    "telephone, phone, reglement, reglements, regle, relance"))  # fmt: skip
_OF_BANKS = frozenset(["operation", "comptabilisation", "mouvement", "booking", "op"])


def names_a_debtor(header: Sequence[str]) -> bool:
    """Tell whether a column has a word of the lists that creditors keep: a client, an invoice, a journal."""
    return any(word in _OF_OTHER_LISTS for name in header for word in normal(name).split())


def is_of_a_bank(header: Sequence[str], found: set[str], day_column: str, *, is_stated: bool) -> bool:
    """Tell an export of a bank from a list of payments: by what it has, and by what it cannot have.

    It has a balance, a day of value beside the day of the movement, a column for each direction, a day
    called one of operation, or an account above the header (`is_stated`). It has no debtor.
    """
    if names_a_debtor(header):
        return False
    return (
        is_stated
        or "balance" in found
        or {"booked_on", "value_on"} <= found
        or {"debit", "credit"} <= found
        or bool(_OF_BANKS & set(normal(day_column).split()))
    )
