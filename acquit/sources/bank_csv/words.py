"""Words for what is wrong with a bank's export of movements, or worth knowing about it."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "bank_gap": (
        (
            "le solde écrit ici est {stated}, mais le précédent et le mouvement donnent {expected}~: "
            "écart de {difference} {currency}, sans doute un mouvement manquant. Rien n’est importé."
        ),
        (
            "the balance written here is {stated}, but the one before and the movement give {expected}: "
            "{difference} {currency} are missing, probably a movement. Nothing is imported."
        ),
    ),
    "bank_not_booked": (
        "{count} opération[s] en attente, refusée[s] ou annulée[s] laissée[s] de côté.",
        "{count} operation[s] pending, refused or cancelled left out.",
    ),
    "taken_for_a_bank": (
        (
            "ni client, ni numéro de facture, ni solde dans ce fichier~: il est lu comme un relevé bancaire. "
            "Si c’est une liste de règlements, ajoutez la colonne du client ou de la facture."
        ),
        (
            "neither debtor, nor invoice number, nor balance in this file: it is read as a bank statement. "
            "If it is a list of payments, add the column of the debtor or of the invoice."
        ),
    ),
}
