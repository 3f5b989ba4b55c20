"""Words for what only the ledger can tell about a row of a file."""

from __future__ import annotations

#: What the storing flow refuses or remarks; said by `words.say` like the readers' own.
LEDGER_WORDS: dict[str, tuple[str, str]] = {
    "unknown_debtor": (
        "aucun client «~{debtor}~» dans les comptes de cette société.",
        "there is no debtor “{debtor}” in the accounts of this creditor.",
    ),
    "debtor_not_said": (
        "la ligne ne dit pas qui paie, et aucune facture connue ne le dit pour elle.",
        "the row does not say who pays, and no known invoice says it for the row.",
    ),
    "ambiguous_debtor": (
        "{count} comptes peuvent être «~{debtor}~»~: indiquez le code du compte.",
        "{count} accounts could be “{debtor}”: give the account's code.",
    ),
    "number_too_long": (
        "un numéro de {count} caractères n’en est pas un (100 au plus).",
        "a number of {count} characters is none (100 at most).",
    ),
    "number_known_otherwise": (
        (
            "la pièce {number} de ce jour est déjà connue pour {held}, d’une autre source~: "
            "l’ajouter la compterait deux fois."
        ),
        (
            "document {number} of that day is already known at {held}, from another source: "
            "adding it would count it twice."
        ),
    ),
    "opening_differs": (
        (
            "l’à-nouveau de ce compte est de {opening}, mais ses écritures antérieures donnent "
            "{held}~: importez d’abord l’exercice complet, ou corrigez."
        ),
        (
            "the opening balance of this account is {opening}, but its earlier entries give "
            "{held}: import the whole previous year first, or correct it."
        ),
    ),
    "openings_known": (
        (
            "{count} lignes d’à-nouveaux reprennent ce qui est déjà connu~: elles n’ont pas été "
            "ajoutées une seconde fois."
        ),
        "{count} opening lines repeat what is already known: they were not added a second time.",
    ),
    "allocations_without_invoice": (
        "{count} règlements citent une facture inconnue~: ils restent à lettrer.",
        "{count} payments name an unknown invoice: they are left to be matched.",
    ),
    "statement_missing": (
        "compte {account}~: un relevé manque entre le {after:%d/%m/%Y} et le {before:%d/%m/%Y}.",
        "account {account}: a statement is missing between {after:%Y-%m-%d} and {before:%Y-%m-%d}.",
    ),
    "bank_lines_matched": (
        "rapprochement~: {count} encaissements imputés d’eux-mêmes, {open} à rapprocher.",
        "matching: {count} receipts were matched alone, {open} are left to be matched.",
    ),
}  # fmt: skip
