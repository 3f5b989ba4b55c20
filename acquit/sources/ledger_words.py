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
    "number_of_another_year": (
        (
            "la pièce {number} est déjà connue à la date du {held}~: à tant de mois d’écart, c’est une "
            "autre, et la reprendre effacerait la première. Distinguez leurs numéros."
        ),
        (
            "document {number} is already known as of {held}: so many months apart it is another, and "
            "taking it over would wipe out the first. Tell their numbers apart."
        ),
    ),
    "issued_far_ahead": (
        "la date de facture ({day}) est à plus d’un an d’ici~: une faute de frappe, sans doute.",
        "the date of the invoice ({day}) is more than a year ahead: a typing error, probably.",
    ),
    "received_far_ahead": (
        "la date de règlement ({day}) est à plus d’un an d’ici~: une faute de frappe, sans doute.",
        "the date of the payment ({day}) is more than a year ahead: a typing error, probably.",
    ),
    "moved_far_ahead": (
        (
            "un mouvement du {day}, à plus d’un an d’ici~: une faute de frappe, sans doute. Corrigez la "
            "date, puis réimportez le fichier. Rien n’est importé."
        ),
        (
            "a movement of {day}, more than a year ahead: a typing error, probably. Correct the date, then "
            "import the file again. Nothing is imported."
        ),
    ),
    "due_far_away": (
        (
            "l’échéance ({due}) est à plus de cinq ans de la facture ({issued})~: une faute de frappe, "
            "sans doute."
        ),
        (
            "the due date ({due}) is more than five years after the invoice ({issued}): a typing error, "
            "probably."
        ),
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
    "return_told_twice": (
        (
            "de l’argent rendu ce jour-là, du même montant, est déjà connu d’une autre source ({number})~: "
            "l’ajouter le réclamerait deux fois. Si c’en est un autre, validez la ligne telle quelle~; "
            "sinon, écartez-la."
        ),
        (
            "money taken back on that day, of the same sum, is already known from another source ({number}): "
            "adding it would claim it twice. If it is another, submit the row as it is; else drop it."
        ),
    ),
    "entries_moved": (
        (
            "{count} écriture[s] déjà connue[s] dont la date a été corrigée~: mise[s] à jour, comptée[s] une "
            "seule fois."
        ),
        "{count} [entry|entries] already known, with a corrected date: updated, counted once.",
    ),
    "payments_told_twice": (
        (
            "{count} règlement[s] déjà connu[s] d’une autre source (même jour, même montant, même référence "
            "ou même facture)~: compté[s] une seule fois."
        ),
        (
            "{count} payment[s] already known from another source (same day, same amount, same reference or "
            "same invoice): counted once."
        ),
    ),
    "payments_maybe_twice": (
        (
            "{count} règlement[s] peut-être déjà connu[s] d’une autre source (même jour, même montant)~: "
            "[il compte|ils comptent] en plus jusqu’à votre réponse, dans le contrôle des données."
        ),
        (
            "{count} payment[s] perhaps already known from another source (same day, same amount): "
            "[it counts|they count] as well until you answer, in the checks of the data."
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
            "{count} ligne[s] d’à-nouveaux [reprend|reprennent] ce qui est déjà connu~: [elle n’a|elles "
            "n’ont] pas été ajoutée[s] une seconde fois."
        ),
        (
            "{count} opening line[s] repeat[s|] what is already known: [it was|they were] not added a "
            "second time."
        ),
    ),
    "is_it_complete": (
        "cette liste contient-elle toutes les factures ouvertes~?",
        "does this list hold all invoices that are open?",
    ),
    "vanished": (
        (
            "{count} pièce[s] ouverte[s] [n’est|ne sont] plus sur cette liste complète ({share}~%)~: [elle "
            "est|elles sont] soldée[s]."
        ),
        "{count} open item[s] [is|are] no longer on this complete list ({share}%): [it is|they are] settled.",
    ),
    "vanished_doubtful": (
        (
            "{count} pièce[s] ouverte[s] manque[nt] à cette liste ({share}~%)~: est-elle complète~? Rien "
            "n’est soldé, et [cette facture n’est|ces factures ne sont] pas relancée[s] avant votre "
            "réponse."
        ),
        (
            "{count} open item[s] [is|are] missing from this list ({share}%): is it complete? Nothing is "
            "settled, and [this invoice is|these invoices are] not reminded before you answer."
        ),
    ),
    "allocations_without_invoice": (
        "{count} règlement[s] cite[nt] une facture inconnue~: [il reste|ils restent] à lettrer.",
        "{count} payment[s] name[s|] an unknown invoice: [it is|they are] left to be matched.",
    ),
    "number_known_elsewhere": (
        (
            "la pièce {number} de ce jour est déjà connue chez {debtor} pour {held}~: l’ajouter ici la "
            "compterait deux fois."
        ),
        (
            "document {number} of that day is already known at {debtor} for {held}: adding it here would "
            "count it twice."
        ),
    ),
    "einvoice_paid_known": (
        (
            "le déjà payé ({amount}) n’est pas ajouté~: la facture était connue d’une source qui dit ses "
            "règlements elle-même."
        ),
        (
            "what is paid already ({amount}) is not added: the invoice was known from a source that tells "
            "its payments itself."
        ),
    ),
    "einvoice_replaces": (
        (
            "{new} rectifie et remplace {old}~: {old} est mise en litige, à solder par un avoir ou à "
            "rapprocher par une personne."
        ),
        (
            "{new} corrects and replaces {old}: {old} is put in dispute, for a person to credit or to match."
        ),
    ),
    "einvoice_other_iban": (
        (
            "la facture demande de payer sur {stated}, vos réglages disent {known}~: vérifiez avant la "
            "prochaine relance."
        ),
        (
            "the invoice asks to pay to {stated}, your settings say {known}: check before the next reminder."
        ),
    ),
    "status_of_other_seller": (
        "la facture {number} est celle d’un autre vendeur (SIREN {seller})~: ce statut n’est pas le vôtre.",
        "invoice {number} is another seller’s (SIREN {seller}): this status is not yours.",
    ),
    "status_without_seller": (
        "le statut de la facture {number} ne dit pas qui l’a émise.",
        "the status of invoice {number} does not say who issued it.",
    ),
    "creditor_without_siren": (
        (
            "le SIREN de votre société n’est pas connu~: sans lui, rien ne prouve que la facture {number} "
            "est la vôtre. Ajoutez-le dans les réglages, puis réessayez."
        ),
        (
            "your company’s SIREN is not known: without it nothing proves that invoice {number} is yours. "
            "Add it in the settings, then try again."
        ),
    ),
    "bank_account_not_said": (
        (
            "le fichier ne dit pas de quel compte bancaire il vient, et aucun n’est connu~: indiquez l’IBAN"
            " de la société dans les réglages, puis réimportez-le."
        ),
        (
            "the file does not say which bank account it is of, and none is known: give the company’s IBAN "
            "in the settings, then import it again."
        ),
    ),
    "bank_account_unclear": (
        (
            "le fichier ne dit pas duquel des {count} comptes bancaires il vient ({accounts})~: ajoutez-lui "
            "une colonne «~Compte~», ou demandez à la banque un export qui le nomme."
        ),
        (
            "the file does not say which of the {count} bank accounts it is of ({accounts}): add a column "
            "“Account”, or ask the bank for an export that names it."
        ),
    ),
    "statement_missing": (
        "compte {account}~: un relevé manque entre le {after:%d/%m/%Y} et le {before:%d/%m/%Y}.",
        "account {account}: a statement is missing between {after:%Y-%m-%d} and {before:%Y-%m-%d}.",
    ),
    "bank_lines_matched": (
        "encaissements rapprochés par la règle~: {count}~; à rapprocher~: {open}.",
        "receipts matched by rule: {count}; left to be matched: {open}.",
    ),
}  # fmt: skip
