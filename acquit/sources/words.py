"""Words for what a source could not read, could not settle, or wants to be known."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec

import acquit.sources
from acquit.sources.ledger_words import LEDGER_WORDS


@dataclass(frozen=True, slots=True)
class Why:
    """A reason as a code with its parameters, worded only when a person reads it."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


#: Parameters that are amounts, wherever a reason has them.
_AMOUNTS = frozenset({
    "amount", "balance", "closing", "counted", "credit", "debit", "difference", "expected", "held", "moved",
    "net", "opening", "paid", "payable", "remaining", "rounding", "stated", "sum", "tax", "total",
})  # fmt: skip
_FIGURE = re.compile(r"-?\d+\.\d+")
_BY_NUMBER = re.compile(r"\[([^\[\]]*)\]")


MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
        "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
}  # fmt: skip


# field of a list -> (French, English), as shown beside the column that was taken for it
FIELD_NAMES = {
    "debtor": ("client (code, SIREN ou nom)", "debtor (code, SIREN or name)"),
    "reach": ("adresse électronique, téléphone ou adresse", "e-mail, telephone or address"),
    "external_id": ("code client", "debtor code"),
    "debtor_name": ("nom du client", "debtor name"),
    "siren": ("SIREN ou SIRET", "SIREN or SIRET"),
    "vat": ("numéro de TVA", "VAT number"),
    "number": ("numéro de facture", "invoice number"),
    "issued_on": ("date de facture", "invoice date"),
    "due_on": ("échéance", "due date"),
    "amount": ("montant TTC", "amount including tax"),
    "remaining": ("reste à payer", "remaining amount"),
    "paid": ("montant déjà réglé", "amount already paid"),
    "paid_on": ("date de règlement", "payment date"),
    "debit": ("débit", "debit"),
    "credit": ("crédit", "credit"),
    "currency": ("devise", "currency"),
    "type": ("type de pièce", "document type"),
    "label": ("libellé", "label"),
    "reference": ("référence", "reference"),
    "disputed": ("litige", "disputed"),
    "instalment": ("numéro d’échéance", "instalment number"),
    "email": ("adresse électronique", "e-mail address"),
    "phone": ("téléphone", "telephone"),
    "mobile": ("téléphone mobile", "mobile phone"),
    "language": ("langue", "language"),
    "country": ("pays", "country"),
    "debtor_kind": ("type de client", "debtor type"),
    "profile": ("profil", "profile"),
    "terms": ("conditions de règlement", "payment terms"),
    "address": ("adresse", "address"),
    "address_2": ("complément d’adresse", "address, second line"),
    "postcode": ("code postal", "postcode"),
    "city": ("ville", "city"),
    "received_on": ("date de règlement", "payment date"),
    "payment_id": ("numéro de règlement", "payment number"),
    "method": ("mode de règlement", "payment method"),
    "payer_iban": ("IBAN du payeur", "payer’s IBAN"),
    "contact_name": ("nom du contact", "contact name"),
    "last_name": ("nom", "last name"),
    "first_name": ("prénom", "first name"),
    "role": ("fonction", "role"),
    "booked_on": ("date d’opération", "booking date"),
    "value_on": ("date de valeur", "value date"),
    "detail": ("détail de l’opération", "detail of the operation"),
    "side": ("sens (débit ou crédit)", "side (debit or credit)"),
    "balance": ("solde", "balance"),
    "transaction": ("identifiant d’opération", "transaction id"),
    "counterparty": ("contrepartie", "counterparty"),
    "counterparty_iban": ("IBAN de la contrepartie", "counterparty’s IBAN"),
    "bank_account": ("compte bancaire", "bank account"),
    "code": ("type d’opération", "type of operation"),
    "status": ("état", "status"),
}


def field_name(field_: str, language: str = "fr") -> str:
    """Return what a field of a list is called on screen."""
    return FIELD_NAMES[field_][1 if language == "en" else 0]


def say(why: Why, language: str = "fr") -> str:
    """Return `why` in words of `language`, French where that language is not spoken here."""
    spoken = "en" if language == "en" else "fr"
    params = {name: _worded(name, value, spoken) for name, value in why.params.items()}
    if "needed" in params:
        params["field"] = field_name(str(params["needed"]), spoken)
    month = params.get("month")
    if isinstance(month, int) and 1 <= month <= 12:
        params["month_name"] = MONTHS[spoken][month - 1]
    words = all_words()[why.code][0 if spoken == "fr" else 1].replace("~", "\u00a0")
    return _numbered(words, params.get("count"), spoken).format(**params)


def _worded(name: str, value: object, language: str) -> object:
    """Return a parameter as it is said: a reason within a reason, and amounts as a person writes them."""
    if isinstance(value, Why):
        return say(value, language)
    if name not in _AMOUNTS or not _FIGURE.fullmatch(str(value)):
        return value
    whole, _, rest = str(value).partition(".")
    said = f"{int(whole.lstrip('-')):,}.{rest.rstrip('0').ljust(2, '0')}"
    sign = "\u2212" if whole.startswith("-") else ""
    return sign + (said if language == "en" else said.replace(",", "\u202f").replace(".", ","))


def _numbered(words: str, count: object, language: str) -> str:
    """Return `words` for that many: what is between brackets stands for several, or for one | for several.

    >>> _numbered("ligne[s] [est|sont]", 1, "fr"), _numbered("ligne[s] [est|sont]", 2, "fr")
    ('ligne est', 'lignes sont')
    """
    is_one = count == 1 or (count == 0 and language == "fr")

    def chosen(found: re.Match[str]) -> str:
        one, _, several = found[1].rpartition("|")
        return one if is_one else several

    return _BY_NUMBER.sub(chosen, words)


def sentence(why: Why, language: str = "fr") -> str:
    """Return `why` as it stands by itself: what `say` returns may follow a colon, this begins a sentence."""
    said = say(why, language)
    return said[:1].upper() + said[1:]


@cache
def all_words() -> Mapping[str, tuple[str, str]]:
    """Return every reason's words: the shared ones, the ledger's, and those in `words.py` of each format.

    Found by name and not through the settings, so that a reason kept in quarantine still has its
    words when its format is no longer among the SOURCES.
    """
    found = dict(WORDS) | LEDGER_WORDS
    for folder in pkgutil.iter_modules(acquit.sources.__path__, "acquit.sources."):
        if folder.ispkg and find_spec(f"{folder.name}.words") is not None:
            found |= import_module(f"{folder.name}.words").WORDS
    return found


# code -> (French, English); "~" stands for the no-break space.
WORDS: dict[str, tuple[str, str]] = {
    # The file as a whole
    "unknown_kind": (
        "le format «~{kind}~» n’existe pas. Formats connus~: {kinds}.",
        "there is no format “{kind}”. Known formats: {kinds}.",
    ),
    "not_recognised": (
        (
            "ce fichier n’est d’aucun format connu. Formats connus~: {kinds}. "
            "Précisez le format, ou vérifiez la ligne d’en-tête."
        ),
        (
            "this file is of no known format. Known formats: {kinds}. "
            "Name the format, or check the header line."
        ),
    ),
    "empty": (
        "le fichier est vide, ou ne contient aucune ligne sous son en-tête.",
        "the file is empty, or has no row below its header.",
    ),
    "file_too_big": (
        "le fichier dépasse {limit} Mio. Découpez l’export par période.",
        "the file exceeds {limit} MiB. Split the export by period.",
    ),
    "old_excel": (
        (
            "ancien format Excel (.xls) ou classeur protégé par mot de passe. Enregistrez-le au format "
            "«~Classeur Excel (.xlsx)~» sans mot de passe, ou en CSV."
        ),
        (
            "old Excel format (.xls), or a workbook with a password. Save it as “Excel workbook "
            "(.xlsx)” without password, or as CSV."
        ),
    ),
    "pdf": (
        "c’est un PDF, pas un tableau. Exportez la liste en CSV ou en Excel.",
        "this is a PDF, not a table. Export the list as CSV or Excel.",
    ),
    "picture": (
        "c’est une image, pas un tableau. Exportez la liste en CSV ou en Excel.",
        "this is a picture, not a table. Export the list as CSV or Excel.",
    ),
    "web_page": (
        (
            "c’est une page web (HTML), que des logiciels nomment pourtant .xls. Ouvrez-la dans un tableur "
            "et enregistrez-la au format .xlsx ou CSV."
        ),
        (
            "this is a web page (HTML), which some programs call .xls all the same. Open it in a "
            "spreadsheet and save it as .xlsx or CSV."
        ),
    ),
    "compressed": (
        "c’est une archive compressée. Décompressez-la et importez le fichier qu’elle contient.",
        "this is a compressed archive. Unpack it and import the file inside.",
    ),
    "zero_byte": (
        (
            "octet nul en colonne {column}. Un fichier de texte n’en contient pas~: il est abîmé, ou en "
            "UTF-16 sans marque d’ordre. Refaites l’export en UTF-8."
        ),
        (
            "zero byte at column {column}. A text file has none: it is damaged, or UTF-16 without a "
            "byte order mark. Export it again as UTF-8."
        ),
    ),
    "mixed_encoding": (
        (
            "octet {byte} en colonne {column} au milieu d’un fichier UTF-8~: deux encodages sont mêlés, ou "
            "le fichier est coupé. Refaites l’export."
        ),
        (
            "byte {byte} at column {column} inside a UTF-8 file: two encodings are mixed, or the file "
            "was cut. Export it again."
        ),
    ),
    "unknown_encoding": (
        (
            "octet {byte} en colonne {column}~: ni UTF-8, ni Windows-1252, ni ISO 8859-15. "
            "Refaites l’export en UTF-8."
        ),
        (
            "byte {byte} at column {column}: neither UTF-8, nor Windows-1252, nor ISO 8859-15. "
            "Export it again as UTF-8."
        ),
    ),
    "not_that_encoding": (
        "octet {byte} en colonne {column}~: ce fichier n’est pas en {encoding}.",
        "byte {byte} at column {column}: this file is not in {encoding}.",
    ),
    "no_such_encoding": (
        "l’encodage «~{encoding}~» n’existe pas.",
        "there is no encoding “{encoding}”.",
    ),
    "line_too_long": (
        (
            "cette ligne dépasse {limit} caractères. Il manque sans doute les fins de ligne~: "
            "refaites l’export."
        ),
        "this line exceeds {limit} characters. Its line ends are probably missing: export it again.",
    ),
    "no_separator": (
        (
            "aucun séparateur reconnu. Les colonnes doivent être séparées par une tabulation, "
            "une barre verticale, un point-virgule ou une virgule."
        ),
        (
            "no separator recognised. Columns must be separated by a tab, a vertical bar, a semicolon "
            "or a comma."
        ),
    ),
    "too_many_columns": (
        "{count} colonne[s] lue[s], {limit} au plus attendues. Le séparateur est sans doute mal choisi.",
        "{count} column[s] read, {limit} at most expected. The separator is probably wrong.",
    ),
    "quote_not_closed": (
        (
            "un guillemet ouvert ici n’est jamais refermé~: la suite du fichier ne peut pas être lue. "
            "Le fichier est coupé, ou un guillemet est en trop."
        ),
        (
            "a quote opened here is never closed: the rest of the file cannot be read. "
            "The file was cut, or has one quote too many."
        ),
    ),
    "cut_short": (
        (
            "la dernière ligne s’arrête après {count} colonnes sur {expected}, sans fin de ligne~: "
            "le fichier est coupé. Rien n’est importé."
        ),
        (
            "the last line stops after {count} of {expected} columns, without a line end: "
            "the file was cut. Nothing is imported."
        ),
    ),
    "too_many_errors": (
        "plus de {limit} erreurs. La première~: {first} Vérifiez les colonnes et le séparateur.",
        "more than {limit} errors. The first: {first} Check the columns and the separator.",
    ),
    "missing_column": (
        "colonne obligatoire introuvable~: {field}. Colonnes lues~: {columns}.",
        "required column not found: {field}. Columns read: {columns}.",
    ),
    "no_such_field": (
        "le champ «~{field}~» n’existe pas. Champs connus~: {fields}.",
        "there is no field “{field}”. Known fields: {fields}.",
    ),
    "no_such_column": (
        "la colonne «~{column}~» n’est pas dans le fichier. Colonnes lues~: {columns}.",
        "column “{column}” is not in the file. Columns read: {columns}.",
    ),
    # Workbooks
    "workbook_broken": (
        "le classeur Excel est abîmé ({cause}). Ouvrez-le et enregistrez-le de nouveau.",
        "the Excel workbook is damaged ({cause}). Open it and save it again.",
    ),
    "not_a_workbook": (
        "ce fichier ZIP n’est pas un classeur Excel. S’il vient de LibreOffice, enregistrez-le en .xlsx.",
        "this ZIP file is not an Excel workbook. If it comes from LibreOffice, save it as .xlsx.",
    ),
    "workbook_markup": (
        "la partie «~{part}~» du classeur n’est pas en UTF-8~: elle est refusée par prudence.",
        "part “{part}” of the workbook is not in UTF-8: it is refused as a precaution.",
    ),
    "unpacks_too_big": (
        "une fois décompressé, le classeur ferait {size} Mio~: il est refusé par prudence.",
        "once unpacked, the workbook would take {size} MiB: it is refused as a precaution.",
    ),
    "sheet_too_wide": (
        (
            "la partie «~{part}~» du classeur a des cellules jusqu’à la colonne {columns} et la ligne "
            "{rows}~: elle est refusée par prudence. Effacez ce qui se trouve loin du tableau."
        ),
        (
            "part “{part}” of the workbook has cells as far as column {columns} and row {rows}: it is "
            "refused as a precaution. Clear what lies far from the table."
        ),
    ),
    "encrypted": (
        "le classeur est protégé par un mot de passe. Enregistrez-le sans protection.",
        "the workbook is protected by a password. Save it without protection.",
    ),
    "entities": (
        (
            "la partie «~{part}~» du classeur déclare des entités XML~: un classeur n’en a pas besoin, "
            "le fichier est refusé par prudence."
        ),
        (
            "part “{part}” of the workbook declares XML entities: a workbook needs none, "
            "the file is refused as a precaution."
        ),
    ),
    "no_such_sheet": (
        "la feuille «~{sheet}~» n’existe pas. Feuilles~: {sheets}.",
        "there is no sheet “{sheet}”. Sheets: {sheets}.",
    ),
    # A row
    "wrong_width": (
        "{count} colonne[s] lue[s], {expected} attendues. Un séparateur manque ou est en trop.",
        "{count} column[s] read, {expected} expected. A separator is missing or in excess.",
    ),
    "missing_value": (
        "cette case est vide, alors qu’elle est obligatoire.",
        "this cell is empty, though it is required.",
    ),
    "missing_debtor": (
        "aucun client n’est nommé (ni code, ni SIREN, ni nom).",
        "no debtor is named (neither code, nor SIREN, nor name).",
    ),
    "not_an_amount": (
        "«~{value}~» n’est pas un montant. Forme attendue~: 1234,56.",
        "“{value}” is not an amount. Expected form: 1234.56.",
    ),
    "formula_amount": (
        (
            "«~{value}~» ressemble à une formule~: elle n’est pas calculée. "
            "Forme attendue~: un montant comme 1234,56."
        ),
        ("“{value}” looks like a formula: it is not computed. Expected form: an amount such as 1234.56."),
    ),
    "letter_for_digit": (
        (
            "«~{value}~» contient une lettre à la place d’un chiffre (O pour 0, l ou I pour 1). "
            "Forme attendue~: 1234,56."
        ),
        ("“{value}” has a letter in place of a digit (O for 0, l or I for 1). Expected form: 1234.56."),
    ),
    "amount_too_big": (
        "«~{value}~» dépasse quatorze chiffres avant la virgule.",
        "“{value}” has more than fourteen digits before the decimal mark.",
    ),
    "too_many_decimals": (
        "«~{value}~» a plus de quatre décimales.",
        "“{value}” has more than four decimals.",
    ),
    "unknown_currency": (
        "«~{value}~» n’est pas une devise connue. Forme attendue~: EUR, USD, GBP…",
        "“{value}” is not a known currency. Expected form: EUR, USD, GBP…",
    ),
    "currencies_differ": (
        "le montant «~{value}~» porte {sign}, mais la colonne des devises dit {currency}.",
        "amount “{value}” bears {sign}, but the currency column says {currency}.",
    ),
    "not_a_date": (
        "«~{value}~» n’est pas une date. Formes attendues~: 31/12/2026 ou 2026-12-31.",
        "“{value}” is not a date. Expected forms: 31/12/2026 or 2026-12-31.",
    ),
    "formula_date": (
        "«~{value}~» ressemble à une formule~: elle n’est pas calculée. Forme attendue~: 31/12/2026.",
        "“{value}” looks like a formula: it is not computed. Expected form: 31/12/2026.",
    ),
    "no_such_day": (
        "{month_name} {year} a {days} jours~: «~{value}~» n’existe pas.",
        "{month_name} {year} has {days} days: “{value}” does not exist.",
    ),
    "no_such_month": (
        "il n’y a pas de mois {month}~: «~{value}~» n’existe pas. Forme attendue~: 31/12/2026.",
        "there is no month {month}: “{value}” does not exist. Expected form: 31/12/2026.",
    ),
    "year_out_of_range": (
        "«~{value}~»~: l’année doit être entre {first} et {last}.",
        "“{value}”: the year must be between {first} and {last}.",
    ),
    "due_before_issue": (
        "l’échéance ({due}) précède la date de facture ({issued}).",
        "the due date ({due}) is before the date of the invoice ({issued}).",
    ),
    "remaining_above_amount": (
        "le reste dû ({remaining}) dépasse le montant ({amount}), ou n’a pas le même signe.",
        "the remaining sum ({remaining}) exceeds the amount ({amount}), or has another sign.",
    ),
    "status_partly": (
        "réglée en partie, mais le fichier ne dit pas combien~: ajoutez une colonne «~Reste à payer~».",
        "paid in part, but the file does not say how much: add a column “Remaining amount”.",
    ),
    "status_against_rest": (
        "«~{value}~», alors qu’il reste {remaining} à payer~: l’un des deux est faux.",
        "“{value}”, though {remaining} remains to be paid: one of the two is wrong.",
    ),
    "paid_above_amount": (
        "le montant réglé ({paid}) dépasse celui de la facture ({amount}).",
        "the sum paid ({paid}) exceeds that of the invoice ({amount}).",
    ),
    "duplicate_number": (
        (
            "le numéro «~{number}~» figure aussi, avec un contenu différent, en ligne {lines} pour le même "
            "client. Si ce sont des échéances d’une même facture, ajoutez une colonne «~N° échéance~»."
        ),
        (
            "number “{number}” also stands, with other contents, on line {lines} for the same debtor. "
            "If these are instalments of one invoice, add a column “Instalment”."
        ),
    ),
    "duplicate_payment": (
        "le numéro de règlement «~{number}~» figure aussi, avec un contenu différent, en ligne {lines}.",
        "payment number “{number}” also stands, with other contents, on line {lines}.",
    ),
    "not_an_email": (
        "«~{value}~» n’est pas une adresse électronique. Forme attendue~: nom@domaine.fr.",
        "“{value}” is not an e-mail address. Expected form: name@domain.com.",
    ),
    "no_way_to_reach": (
        "ni adresse électronique, ni téléphone, ni adresse postale.",
        "neither e-mail address, nor telephone, nor postal address.",
    ),
    "not_a_siren": (
        "«~{value}~» n’est pas un SIREN ou un SIRET~: 9 ou 14 chiffres attendus, clé comprise.",
        "“{value}” is not a SIREN or SIRET: 9 or 14 digits expected, with a right check digit.",
    ),
    "client_among_documents": (
        (
            "«~{value}~» est une nature de client, dans une colonne qui donne le type de pièce. Dites ce "
            "qu’est cette colonne, ou donnez à chaque information la sienne."
        ),
        (
            "“{value}” is a kind of debtor, in a column that gives the document type. Say what this column "
            "is, or give each its own."
        ),
    ),
    "document_among_clients": (
        (
            "«~{value}~» est un type de pièce, dans une colonne qui donne la nature du client. Dites ce "
            "qu’est cette colonne, ou donnez à chaque information la sienne."
        ),
        (
            "“{value}” is a document type, in a column that gives the kind of debtor. Say what this column "
            "is, or give each its own."
        ),
    ),
    "two_kinds": (
        (
            "le fichier donne deux natures à ce client (entreprise et particulier, par exemple)~: la même "
            "loi ne vaut pas pour les deux. Corrigez celle qui est fausse."
        ),
        (
            "the file gives this debtor two kinds (business and consumer, for example): not the same law "
            "holds for both. Correct the wrong one."
        ),
    ),
    "debit_and_amount": (
        "débit «~{debit}~» et crédit «~{credit}~» sont tous deux remplis.",
        "debit “{debit}” and credit “{credit}” are both filled.",
    ),
    "bad_sense": (
        "«~{value}~» n’est pas un sens d’écriture. Attendu~: D ou C, +1 ou -1.",
        "“{value}” is not a side of an entry. Expected: D or C, +1 or -1.",
    ),
    # Questions
    "which_decimal": (
        (
            "dans la colonne «~{column}~», «~{example}~» vaut-il plus de mille, ou a-t-il trois décimales~? "
            "Quel signe sépare les décimales~?"
        ),
        (
            "in column “{column}”, is “{example}” above one thousand, or has it three decimals? "
            "Which mark separates the decimals?"
        ),
    ),
    "which_sheet": (
        "le classeur a plusieurs feuilles~: «~{sheet}~» est lue, pas {sheets}. Laquelle faut-il lire~?",
        "the workbook has several sheets: “{sheet}” is read, not {sheets}. Which one is to be read?",
    ),
    "which_date_order": (
        (
            "dans «~{columns}~», «~{example}~» commence-t-il par le jour ou par le mois~? "
            "Aucune date du fichier ne le prouve."
        ),
        (
            "in “{columns}”, does “{example}” begin with the day or with the month? "
            "No date of the file proves it."
        ),
    ),
    # Notes
    "statuses_unknown": (
        (
            "colonne «~{column}~»~: états non reconnus, dont il n’est pas tenu compte~: {values}. Une "
            "facture réglée serait relancée~: vérifiez."
        ),
        (
            "column “{column}”: states not recognised, and not taken into account: {values}. A paid invoice "
            "would be reminded: check."
        ),
    ),
    "credits_by_name": (
        "{count} ligne[s] lue[s] comme avoir[s] d’après [son|leur] libellé ou [son|leur] numéro~: {values}.",
        "{count} row[s] read as credit note[s] by [its|their] label or number: {values}.",
    ),
    "zero_rows": (
        "{count} ligne[s] à zéro laissée[s] de côté.",
        "{count} row[s] of zero left out.",
    ),
    "total_rows": (
        "{count} ligne[s] de total laissée[s] de côté.",
        "{count} row[s] of totals left out.",
    ),
    "no_invoices": (
        "{count} ligne[s] qui ne réclame[nt] rien laissée[s] de côté~: {values}.",
        "{count} row[s] that claim[s|] nothing left out: {values}.",
    ),
    "kinds_unknown": (
        (
            "colonne «~{column}~»~: natures de client non reconnues, laissées vides~: {values}. Un nouveau "
            "client sans nature est tenu pour une entreprise."
        ),
        (
            "column “{column}”: kinds of debtor not recognised, left empty: {values}. A new debtor without "
            "a kind is taken for a business."
        ),
    ),
    "types_unknown": (
        "colonne «~{column}~»~: types de pièce non reconnus, lus d’après le signe du montant~: {values}.",
        "column “{column}”: document types not recognised, read by the sign of the amount: {values}.",
    ),
    "type_says_both": (
        (
            "colonne «~{column}~»~: elle dit à la fois la pièce et le client ({values})~; la nature du "
            "client n’est pas reprise. Donnez-lui sa colonne."
        ),
        (
            "column “{column}”: it says both the document and the debtor ({values}); the kind of debtor is "
            "not taken. Give it a column of its own."
        ),
    ),
    "same_rows": (
        "{count} ligne[s] identique[s] à une autre comptée[s] une seule fois.",
        "{count} row[s] identical to another counted once.",
    ),
    "due_computed": (
        "{count} échéance[s] absente[s] du fichier, calculée[s] d’après les conditions de règlement.",
        "{count} due date[s] absent from the file, computed from the payment terms.",
    ),
    "issue_unknown": (
        "{count} date[s] de facture absente[s]~: la date d’échéance en tient lieu.",
        "{count} date[s] of invoice absent: the due date stands in.",
    ),
    "unknown_countries": (
        "pays non reconnus, laissés vides~: {values}.",
        "countries not recognised, left empty: {values}.",
    ),
    "payments_failed": (
        "{count} règlement[s] refusé[s], rejeté[s] ou annulé[s] laissé[s] de côté.",
        "{count} payment[s] refused, rejected or cancelled left out.",
    ),
    "money_out": (
        "{count} sortie[s] d’argent sans client laissée[s] de côté.",
        "{count} outgoing sum[s] without debtor left out.",
    ),
    "fec_unbalanced": (
        (
            "le total des débits ({debit}) diffère de celui des crédits ({credit})~: il manque peut-être "
            "des lignes, donc des règlements."
        ),
        ("total debit ({debit}) differs from total credit ({credit}): rows, hence payments, may be missing."),
    ),
    "fec_cut": (
        (
            "le fichier s’arrête au milieu d’une écriture, dont débit et crédit diffèrent~: il est coupé. "
            "Rien n’est importé."
        ),
        ("the file stops inside an entry, whose debit and credit differ: it was cut. Nothing is imported."),
    ),
    "fec_no_customer": (
        "aucune ligne de compte client (411) dans ce fichier.",
        "no line of a customer account (411) in this file.",
    ),
    "fec_no_lettering": (
        "aucun lettrage~: les règlements ne sont rattachés à aucune facture.",
        "no lettering: payments are tied to no invoice.",
    ),
    "fec_unknown_debtor": (
        "{count} ligne[s] du compte {account} sans compte auxiliaire~: leur client est inconnu.",
        "{count} line[s] of account {account} without auxiliary account: [its|their] debtor is unknown.",
    ),
    "fec_left_out": (
        "compte {account}~: {count} ligne[s], solde {balance}, hors des soldes clients (411).",
        "account {account}: {count} line[s], balance {balance}, outside the debtors’ balances (411).",
    ),
    "fec_closing": (
        (
            "{count} ligne[s] de clôture (compte 891) laissée[s] de côté~: sans [elle|elles], chaque solde "
            "reste ce qui est dû."
        ),
        "{count} closing line[s] (account 891) left out: without [it|them] each balance is what is owed.",
    ),
    "fec_piece_ahead": (
        (
            "{count} date[s] de pièce à plus d’un an après [son|leur] écriture~: une faute de frappe, sans "
            "doute~; la date d’écriture en tient lieu."
        ),
        (
            "{count} document date[s] more than a year after [its|their] entry: a typing error, probably; "
            "the date of the entry stands in."
        ),
    ),
    "fec_partly_lettered": (
        "{count} groupe[s] de lettrage ne s’équilibre[nt] pas~: [son|leur] reste est laissé ouvert.",
        "{count} lettering group[s] [does|do] not balance: what remains of [it|them] is left open.",
    ),
    "xml_too_large": (
        "ce fichier XML fait {size} octets~; au-delà de {limit}, rien n’est lu.",
        "this XML file has {size} bytes; beyond {limit} nothing is read.",
    ),
    "xml_doctype": (
        "ce fichier XML déclare un DOCTYPE, ce qu’aucun de ces formats ne fait~: il n’est pas lu.",
        "this XML file declares a DOCTYPE, which none of these formats does: it is not read.",
    ),
    "xml_too_deep": (
        "les éléments de ce fichier XML s’emboîtent sur plus de {limit} niveaux~: il n’est pas lu.",
        "the elements of this XML file nest deeper than {limit} levels: it is not read.",
    ),
    "xml_broken": (
        "ce fichier XML est abîmé ({cause}). Rien n’est importé.",
        "this XML file is broken ({cause}). Nothing is imported.",
    ),
    "statement_unbalanced": (
        (
            "le relevé {number} du compte {account} ne s’équilibre pas~: solde initial {opening} "
            "plus mouvements {moved} n’égale pas le solde final {closing}, il manque {difference} "
            "{currency}. Rien n’est importé."
        ),
        (
            "statement {number} of account {account} does not balance: opening {opening} plus "
            "movements {moved} is not closing {closing}, the difference is {difference} {currency}. "
            "Nothing is imported."
        ),
    ),
    "same_statements": (
        "{count} relevé[s] présent[s] deux fois dans le fichier, compté[s] une seule fois.",
        "{count} statement[s] present twice in the file, counted once.",
    ),
}
