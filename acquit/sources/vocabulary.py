"""The names that columns bear in exports, and the words that cells use, in French and English."""

from __future__ import annotations

from acquit.sources.columns import Field


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


_NOT_GROSS = frozenset(["ht", "tva", "vat", "tax", "hors", "excl", "escompte", "discount"])

EXTERNAL_ID = Field("external_id", _names(
    "code client, compte client, n client, numero client, client id, customer id, customer no, "
    "customer number, customer code, customer account, account code, account number, account no, "
    "compte auxiliaire, comp aux num, code tiers, compte tiers, id client, no client, num client, "
    "debtor id, debtor code, identifiant client, identifiant, matricule, code, compte, account, "
    "tiers, external id"))  # fmt: skip
NAME = Field("debtor_name", _names(
    "nom client, client, raison sociale, denomination, customer name, customer, company name, company, "
    "debtor name, debtor, debiteur, nom debiteur, societe, entreprise, intitule client, libelle client, "
    "intitule compte, libelle compte, nom tiers, comp aux lib, account name, bill, sold, "
    "nom societe, organisation, organization"))  # fmt: skip
#: In a list of invoices or payments a bare «nom» is the debtor's; in a list of contacts a person's.
LISTED_NAME = Field("debtor_name", (*NAME.names, "nom", "name"))
SIREN = Field("siren", _names(
    "siren, siret, n siren, n siret, numero siren, numero siret, siren client, siret client, "
    "company registration number"), "siren")  # fmt: skip
VAT = Field("vat", _names(
    "n tva, numero tva, tva intracommunautaire, n tva intracommunautaire, "
    "numero tva intracommunautaire, vat number, vat no, vat id, vat, identifiant tva"), "vat")  # fmt: skip
EMAIL = Field("email", _names(
    "email, e mail, mail, courriel, adresse email, adresse e mail, adresse mail, email address, "
    "e mail address, email client, mail client, customer email, adresse electronique, "
    "email comptabilite, contact email"), "email")  # fmt: skip
PHONE = Field("phone", _names(
    "telephone, tel, phone, phone number, telephone fixe, numero telephone, n telephone, mobile, "
    "portable, telephone portable, contact phone, gsm"))  # fmt: skip
LANGUAGE = Field("language", _names("langue, language, lang, code langue, language code, locale"))
COUNTRY = Field("country", _names("pays, country, code pays, country code, pays client, country name"))
ADDRESS = Field("address", _names(
    "adresse, address, adresse 1, address 1, address line 1, adresse ligne 1, rue, street, "
    "adresse postale, adresse facturation, billing address, voie"))  # fmt: skip
ADDRESS_2 = Field("address_2", _names(
    "adresse 2, address 2, address line 2, adresse ligne 2, complement, complement adresse, street 2")
)  # fmt: skip
POSTCODE = Field("postcode", _names("code postal, cp, postcode, postal code, zip, zip code, c p"))
CITY = Field("city", _names("ville, city, town, commune, localite"))
CURRENCY = Field("currency", _names("devise, currency, monnaie, code devise, currency code, ccy, cur"))
LABEL = Field("label", _names(
    "libelle, description, objet, intitule, label, memo, details, libelle ecriture, commentaire")
)  # fmt: skip
REFERENCE = Field("reference", _names(
    "reference, ref, votre reference, reference client, ref client, bon commande, n commande, "
    "numero commande, commande, po number, po, purchase order, order number, customer reference, "
    "your reference"))  # fmt: skip

INVOICE_NUMBER = Field("number", _names(
    "n facture, numero facture, facture, invoice number, invoice no, invoice num, invoice, "
    "num facture, no facture, reference facture, ref facture, facture n, invoice id, n piece, "
    "numero piece, piece, ref piece, reference piece, n document, numero document, document number, "
    "document no, doc no, document, numero, number, num, n"))  # fmt: skip
ISSUED_ON = Field("issued_on", _names(
    "date facture, date emission, date facturation, invoice date, issue date, issued, date piece, "
    "document date, date document, facture date, date creation, posting date, date ecriture, "
    "date comptable, emise, date, invoiced"), "day",
    frozenset(["echeance", "due", "reglement", "paiement", "payment", "settled", "livraison", "delivery"])
)  # fmt: skip
DUE_ON = Field("due_on", _names(
    "date echeance, echeance, due date, due, date limite paiement, date limite reglement, "
    "date limite, payable, payment due date, maturity date, a payer avant, payer avant, "
    "echeance facture, net due date, date exigibilite"), "day")  # fmt: skip
AMOUNT = Field("amount", _names(
    "montant ttc, total ttc, ttc, montant facture, montant total, montant, net payer, invoice amount, "
    "total amount, amount incl tax, gross amount, amount, total, invoice total, montant initial, "
    "montant origine, original amount, valeur, value"), "amount", _NOT_GROSS)  # fmt: skip
REMAINING = Field("remaining", _names(
    "reste payer, reste du, solde du, solde, restant du, montant restant, montant restant du, "
    "montant du, reste, remaining, remaining amount, open amount, open balance, balance due, "
    "amount due, outstanding, outstanding amount, balance, solde restant, solde restant du, "
    "amount open, unpaid, impaye, montant impaye"), "amount", _NOT_GROSS)  # fmt: skip
PAID = Field("paid", _names(
    "deja regle, deja paye, montant regle, montant paye, regle, paye, amount paid, paid amount, paid, "
    "total regle, total paye, acompte, acomptes, encaisse, montant encaisse"), "amount", _NOT_GROSS,
)  # fmt: skip
PAID_ON = Field("paid_on", _names(
    "date reglement, date paiement, regle, paye, settled date, settlement date, payment date, "
    "paid date, date paid, date encaissement, settled, paid"), "day")  # fmt: skip
DEBIT = Field("debit", _names("debit, montant debit, debit amount"), "amount")
CREDIT = Field("credit", _names("credit, montant credit, credit amount"), "amount")
DOCUMENT_TYPE = Field("type", _names(
    "type, type piece, type document, document type, doc type, nature, nature piece, type facture, "
    "invoice type, nature document"))  # fmt: skip
DISPUTED = Field(
    "disputed", _names("litige, litigieux, conteste, contestee, disputed, dispute, statut litige")
)
#: What became of an invoice. A bare «réglé» or «payé» is rather a sum or a day.
INVOICE_STATUS = Field("status", _names(
    "statut, status, etat, statut facture, etat facture, statut paiement, etat paiement, statut reglement, "
    "etat reglement, payment status, invoice status, statut piece, facture reglee, facture payee, "
    "facture soldee, reglee, payee, soldee, acquittee"))  # fmt: skip
INSTALMENT = Field("instalment", _names(
    "n echeance, numero echeance, instalment, installment, rang echeance, instalment number, "
    "echeance n, term"))  # fmt: skip
DEBTOR_KIND = Field("debtor_kind", _names(
    "type client, categorie client, customer type, nature client, customer category, client type, "
    "type tiers, type debiteur, debtor kind, kind, forme, forme juridique, legal form"))  # fmt: skip
PROFILE = Field(
    "profile", _names("profil, profile, segment, profil relance, profil client, customer profile")
)
TERMS = Field("terms", _names(
    "conditions reglement, conditions paiement, condition reglement, condition paiement, "
    "payment terms, terms, delai reglement, delai paiement, mode conditions, modalites reglement, "
    "modalites paiement, payment term"))  # fmt: skip

PAYMENT_ID = Field("payment_id", _names(
    "n reglement, numero reglement, n paiement, numero paiement, payment id, payment number, "
    "payment no, transaction id, id transaction, id reglement, id paiement, n operation, "
    "numero operation, receipt number, n recu, n encaissement"))  # fmt: skip
RECEIVED_ON = Field("received_on", _names(
    "date reglement, date paiement, date encaissement, date valeur, received, date reception, "
    "payment date, value date, booking date, date operation, date, paid, settled date, "
    "transaction date, posting date, regle, encaisse, date comptable, paye"), "day",
    frozenset(["echeance", "due", "facture", "invoice"]))  # fmt: skip
PAYMENT_AMOUNT = Field("amount", _names(
    "montant regle, montant paye, montant reglement, montant paiement, montant encaisse, montant, "
    "payment amount, amount paid, paid amount, amount received, amount, montant ttc, total, "
    "somme, valeur, value"), "amount", _NOT_GROSS)  # fmt: skip
PAYMENT_STATUS = Field(
    "status", _names("statut, status, etat, statut paiement, etat paiement, payment status")
)
#: A payment that did not come, or went back at once. One under way is no reason to remind anybody.
FAILED = r"(?i)refus|declin|annul|cancel|reject|rejet|fail|[ée]chou|[ée]chec|impay"
PAID_NUMBER = Field("number", _names(
    "n facture, numero facture, facture, invoice number, invoice no, invoice, num facture, "
    "no facture, reference facture, ref facture, facture n, invoice id, facture reglee, "
    "facture payee, n piece, numero piece"))  # fmt: skip
PAYMENT_LABEL = Field("label", _names(
    "libelle, libelle operation, description, communication, motif, label, memo, details, objet, "
    "intitule, remittance information, narrative, commentaire"))  # fmt: skip
PAYMENT_REFERENCE = Field("reference", _names(
    "reference, ref, reference paiement, reference reglement, reference virement, payment reference, "
    "end to end id, n cheque, numero cheque, cheque number"))  # fmt: skip
METHOD = Field("method", _names(
    "mode reglement, mode paiement, moyen paiement, moyen reglement, payment method, method, mode, "
    "type reglement, type paiement, payment type"))  # fmt: skip
IBAN = Field(
    "payer_iban", _names("iban, iban payeur, iban client, iban emetteur, payer iban, iban debiteur"), "iban"
)

CONTACT_NAME = Field("contact_name", _names(
    "contact, nom contact, contact name, interlocuteur, nom complet, full name, nom interlocuteur, "
    "personne, correspondant, attn, attention"))  # fmt: skip
LAST_NAME = Field("last_name", _names("nom, last name, surname, nom famille, family name"))
FIRST_NAME = Field("first_name", _names("prenom, first name, given name"))
ROLE = Field(
    "role", _names("fonction, role, poste, service, qualite, job title, title, titre, position, department")
)
MOBILE = Field(
    "mobile", _names("mobile, portable, telephone portable, telephone mobile, gsm, mobile phone, cell phone")
)

CREDIT_WORDS = (
    r"(?i)\b(avoirs?|credit[\s_-]?(?:note|memo)s?|note de cr[ée]dit|gutschrift|rectificative|av|cn)\b"
    r"|^381$|^AC$"
)
#: What came in, among what was invoiced.
PAYMENT_WORDS = (
    r"(?i)^\W*(r[èe]glements?|paiements?|payments?|encaissements?|versements?|virements?|ch[èe]ques?"
    r"|receipts?|rgt|reg)\b"
)
#: What asks for nothing yet, or never will.
NO_INVOICE_WORDS = (
    r"(?i)^\W*(devis|quotes?|quotations?|estimates?|pro[- ]?forma|bons? de (commande|livraison)"
    r"|commandes?|orders?|delivery notes?|brouillons?|drafts?)\b"
)
#: A credit note that has no column to call itself one, by its label or by its number.
CREDIT_LABEL = r"(?i)^\W*(avoirs?|credit[\s_-]?(?:note|memo)s?|notes? de cr[ée]dit)\b"
CREDIT_NUMBER = r"(?i)^(av|avo|avoir|nc|cn)[-_ /.]?\d"
#: What became of an invoice, in the order in which it is looked for.
PAID_STATUS = (
    r"(?i)\b(pay[ée]e?s?|r[ée]gl[ée]e?s?|sold[ée]e?s?|acquitt[ée]e?s?|encaiss[ée]e?s?|paid|settled|cleared"
    r"|clos\w*|cl[ôo]tur\w*)\b"
)
_OPEN_STATUS = (
    r"(?i)attente|[ée]chu|retard|overdue|\bdue\b|ouvert|open|valid|envoy|\bsent\b|[ée]mise?\b|issued|cours"
    r"|factur|compta|relanc|remind"
)
STATUSES = (
    ("partly", r"(?i)partiel|partly|partial|acompte"),
    ("open", r"(?i)\b(non|not|pas)\b|impay|unpaid|[àa] (payer|r[ée]gler)\b|to be paid"),
    ("cancelled", r"(?i)annul|cancel|\bvoid|abandon|supprim"),
    ("draft", r"(?i)brouillon|draft|provisoire"),
    ("paid", PAID_STATUS),
    ("disputed", r"(?i)litig|contest|disput"),
    ("open", _OPEN_STATUS),
)  # fmt: skip
RETURNED_WORDS = r"(?i)impay|rejet|rej\.|retour|bounce|return|unpaid|charge ?back"
REFUND_WORDS = r"(?i)remb|refund|restitution|avoir|trop.per[cç]u"
YES_WORDS = ("oui", "yes", "y", "o", "true", "vrai", "1", "x", "en litige", "litige", "disputed")

ROLES = (
    (
        "accounts_payable",
        r"(?i)compta|fournisseur|accounts?[ _]?payable|\bap\b|account(ing|ant)|factur|billing|financ",
    ),
    ("manager", r"(?i)dirigeant|g[ée]rant|direct|pr[ée]sident|manager|ceo|cfo|daf|pdg|owner|patron|head"),
    ("buyer", r"(?i)achat|acheteur|buyer|purchas|procurement|appro"),
    ("legal", r"(?i)jurid|legal|contentieux|avocat|counsel"),
)  # fmt: skip
_INVOICE_WORDS = (
    r"(?i)\b(factur\w*|fact?|fact?u?\d+|fa|fc|fv|invoices?|inv|bills?|rechnung|ventes?|sales?|acomptes?"
    r"|deposit|situations?|d[ée]comptes?|note de d[ée]bit|debit note|[ée]critures?|od|[àa] nouveau|report"
    r"|opening|impay[ée]s?|[ée]ch[ée]ances?|relev[ée]s?|int[ée]r[êe]ts?|frais)\b"
    r"|^(38\d|326|751)$"
)
#: What a document of a list may call itself.
DOCUMENTS = (
    ("credit_note", CREDIT_WORDS),
    ("payment", PAYMENT_WORDS),
    ("claims_nothing", NO_INVOICE_WORDS),
    ("invoice", _INVOICE_WORDS),
)
_CONSUMER_WORDS = (
    r"(?i)particulier|consum|consommat|b ?(?:2|to) ?c\b|individual|personnes? physique|m[ée]nage"
    r"|non[- ]?profession|^part\b"
    r"|(?<!soci[ée]t[ée] )(?<!entreprise )\bpriv(ate|[ée]e?)s?\b(?! (company|limited))"
)
_PUBLIC_WORDS = (
    r"(?i)\bpubli(c|que)s?\b|\badministrations?\b|\badmin\.?$|mairie|commune\b|collectiv|^[ée]tat\b"
    r"|minist[èe]re|h[ôo]pita|government|council|b ?(?:2|to) ?g\b|chorus"
)
_GROUP_WORDS = (
    r"(?i)inter[- ]?(co|soci|company|groupe)|intra[- ]?(groupe|soci)|^groupe$|du groupe|filiale|li[ée]es?$"
)
_BUSINESS_WORDS = (
    r"(?i)profession|entrepr|soci[ée]t[ée]|^st[ée]s?\.?$|business|b ?(?:2|to) ?b\b|company|compagnie"
    r"|corporate|\bpro\b|\btpe\b|\bpme\b|\beti\b|personnes? morale|commer[çc]ant|artisan|associati|syndic"
    r"|^(sarl|s\.?a\.?(s\.?)?u?|eurl|sci|snc|scop|scp|selarl|gie|ei|eirl)\.?$"
    r"|^(gmbh|ltd|limited|llc|plc|inc|bv|nv|srl|spa|ag)\.?$"
)
KINDS = (
    ("consumer", _CONSUMER_WORDS),
    ("public_body", _PUBLIC_WORDS),
    ("intercompany", _GROUP_WORDS),
    ("business", _BUSINESS_WORDS),
)
PROFILES = (
    ("vip", r"(?i)vip|grand.?compte|key.?account|strat[ée]g"),
    ("bad", r"(?i)mauvais|bad|risqu|risk|retard|late|douteux"),
    ("good", r"(?i)\bbon|good|excellent"),
    ("regular", r"(?i)standard|normal|r[ée]gulier|regular|moyen"),
)  # fmt: skip
METHODS = (
    ("direct_debit", r"(?i)pr[ée]l[èe]v|direct.?debit|sepa dd|\bsdd\b|prlv"),
    ("transfer", r"(?i)\bvir|transfer|wire|\bsct\b"),
    ("cheque", r"(?i)ch[èe]que|\bchq|\bche?ck|cheque|^ch$"),
    ("card", r"(?i)carte|card|\bcb\b|stripe|visa|mastercard"),
    ("cash", r"(?i)esp[èe]ce|\besp\b|cash|num[ée]raire|liquide"),
    ("bill", r"(?i)\blcr\b|traite|effet|billet|\bbor\b|bill"),
)  # fmt: skip
