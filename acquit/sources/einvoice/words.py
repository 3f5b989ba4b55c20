"""Words for what an electronic invoice could not mean, or what was understood of it."""

from __future__ import annotations

# code -> (French, English); "~" stands for the no-break space.
WORDS: dict[str, tuple[str, str]] = {
    # The file as a whole
    "pdf_too_big": (
        "ce PDF dépasse {limit} Mio~: il n’est pas lu.",
        "this PDF exceeds {limit} MiB: it is not read.",
    ),
    "pdf_encrypted": (
        "ce PDF est protégé par un mot de passe ou chiffré. Une facture Factur-X ne l’est jamais.",
        "this PDF has a password or is encrypted. A Factur-X invoice never is.",
    ),
    "pdf_broken": (
        "ce PDF est abîmé ({cause}). Rien n’est importé.",
        "this PDF is broken ({cause}). Nothing is imported.",
    ),
    "pdf_unpacks_too_big": (
        "une partie de ce PDF se déplie sur plus de {limit} Mio, ou sans fin~: il est refusé par prudence.",
        "a part of this PDF unpacks beyond {limit} MiB, or without end: it is refused as a precaution.",
    ),
    "pdf_without_invoice": (
        (
            "pas de facture dans ce PDF~: il ne contient aucun fichier joint. Une facture Factur-X ou "
            "ZUGFeRD porte un fichier XML~; un PDF ordinaire ou numérisé ne peut pas être lu."
        ),
        (
            "no invoice in this PDF: it has no file attached. A Factur-X or ZUGFeRD invoice carries an XML "
            "file; an ordinary or scanned PDF cannot be read."
        ),
    ),
    "pdf_without_xml": (
        "pas de facture dans ce PDF~: aucun de ses fichiers joints ({names}) n’est une facture électronique.",
        "no invoice in this PDF: none of the files attached ({names}) is an electronic invoice.",
    ),
    "pdf_with_two_invoices": (
        "ce PDF porte {count} factures différentes~: laquelle vaut ne peut pas être deviné.",
        "this PDF carries {count} different invoices: which of them counts cannot be guessed.",
    ),
    "einvoice_too_long": (
        "cette facture a plus de {limit} balises XML~: elle n’est pas lue.",
        "this invoice has more than {limit} XML tags: it is not read.",
    ),
    "einvoice_order": (
        "c’est une commande (Order-X), pas une facture~: elle ne demande rien.",
        "this is an order (Order-X), not an invoice: it asks for nothing.",
    ),
    "einvoice_other_xml": (
        "ce fichier XML (<{root}>) n’est pas une facture CII ou UBL.",
        "this XML file (<{root}>) is no CII or UBL invoice.",
    ),
    # The invoice
    "einvoice_day": (
        "«~{value}~» n’est pas une date. Formes attendues~: 20261231 ou 2026-12-31.",
        "“{value}” is not a date. Expected forms: 20261231 or 2026-12-31.",
    ),
    "einvoice_type": (
        "le type de document {code} n’est pas celui d’une facture ou d’un avoir.",
        "document type {code} is not that of an invoice or a credit note.",
    ),
    "einvoice_no_claim": (
        "un document de type {code} (pro forma, information) ne demande aucun paiement.",
        "a document of type {code} (pro forma, information) asks for no payment.",
    ),
    "einvoice_currency": (
        "le total est en {said}, la facture en {currency}.",
        "the total is in {said}, the invoice in {currency}.",
    ),
    "einvoice_total": (
        "le total TTC ({total}) n’est pas la somme du total hors taxes ({net}) et de la TVA ({tax}).",
        "the total with VAT ({total}) is not the sum of the total without ({net}) and the VAT ({tax}).",
    ),
    "einvoice_payable": (
        (
            "le net à payer ({payable}) n’est pas le total TTC ({total}) moins le déjà payé ({paid}) plus "
            "l’arrondi ({rounding})."
        ),
        (
            "the amount due ({payable}) is not the total with VAT ({total}) less what is paid ({paid}) plus "
            "the rounding ({rounding})."
        ),
    ),
    "einvoice_rounding": (
        "un arrondi de {rounding} ne peut pas changer le sens de la facture.",
        "a rounding of {rounding} cannot turn the invoice round.",
    ),
    "einvoice_paid_negative": (
        "un montant déjà payé de {paid} n’a pas de sens.",
        "an amount of {paid} already paid makes no sense.",
    ),
    "einvoice_credit_negative": (
        "un avoir de {amount}~: négatif deux fois, il peut vouloir dire l’un ou l’autre.",
        "a credit note of {amount}: negative twice, it may mean either.",
    ),
    "einvoice_vat": (
        "les TVA par taux font {counted}, le total de TVA dit {tax}.",
        "the VAT by rate makes {counted}, the total of VAT says {tax}.",
    ),
    "einvoice_vat_rate": (
        "taux de TVA «~{rate}~» ou catégorie «~{category}~» impossible.",
        "impossible VAT rate “{rate}” or category “{category}”.",
    ),
    "einvoice_many_rates": (
        "{count} lignes de TVA~: {most} au plus sont admises.",
        "{count} lines of VAT: {most} at most are admitted.",
    ),
    "einvoice_instalments": (
        "les échéances font {stated}, la facture {amount}.",
        "the instalments make {stated}, the invoice {amount}.",
    ),
    # Notes
    "einvoice_negative": (
        "facture d’un montant négatif~: lue comme un avoir.",
        "invoice of a negative amount: read as a credit note.",
    ),
    "einvoice_nothing_owed": (
        "ce document ne demande et ne rend rien (montant nul, ou avoir déjà remboursé).",
        "this document asks for nothing and gives nothing back (nil amount, or credit already paid out).",
    ),
    "einvoice_factored": (
        "cette facture est à payer à un autre que le vendeur (affacturage)~: voyez qui doit relancer.",
        "this invoice is to be paid to somebody else than the seller (factoring): see who is to remind.",
    ),
    "einvoice_latest_due": (
        "plusieurs échéances sans leurs montants~: la dernière est retenue.",
        "several due dates without their amounts: the last one is taken.",
    ),
    "einvoice_siren": (
        "le SIREN {siren} du client est faux (clé)~: il n’est pas retenu.",
        "the debtor’s SIREN {siren} is wrong (check digit): it is not kept.",
    ),
    "einvoice_vat_on_receipt": (
        "TVA exigible à l’encaissement, dit la facture (code {code}).",
        "VAT is due on receipt of the money, the invoice says (code {code}).",
    ),
    "einvoice_vat_on_invoice": (
        "TVA exigible sans attendre le paiement, dit la facture (code {code}).",
        "VAT is due without waiting for the payment, the invoice says (code {code}).",
    ),
    "einvoice_vat_services": (
        "prestation de services ({process}) sans option pour les débits~: TVA exigible à l’encaissement.",
        "services ({process}) without the option for debits: VAT is due on receipt of the money.",
    ),
}
