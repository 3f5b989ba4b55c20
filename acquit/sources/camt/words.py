"""What is said of a camt file that is refused, or of what was left out of one."""

from __future__ import annotations

#: code -> (French, English); "~" stands for the no-break space.
WORDS: dict[str, tuple[str, str]] = {
    "camt_other_xml": (
        "ce fichier XML n’est ni un relevé camt.053 ni un avis camt.054 (élément racine~: {root}).",
        "this XML file is neither a camt.053 statement nor a camt.054 advice (root element: {root}).",
    ),
    "camt_intraday": (
        (
            "c’est une situation en cours de journée (camt.052)~: ses mouvements peuvent encore changer. "
            "Importez le relevé camt.053, ou l’avis camt.054."
        ),
        (
            "this is an intraday report (camt.052): its movements may still change. "
            "Import the camt.053 statement, or the camt.054 advice."
        ),
    ),
    "camt_no_statement": (
        "ce fichier ne contient aucun relevé. Demandez un nouvel export à la banque.",
        "this file holds no statement. Ask the bank for a new export.",
    ),
    "camt_missing": (
        "l’élément {field} manque. Le fichier est incomplet~: rien n’est importé.",
        "element {field} is missing. The file is incomplete: nothing is imported.",
    ),
    "camt_bad_value": (
        "«~{value}~» ne convient pas à l’élément {field}. Rien n’est importé.",
        "“{value}” does not fit element {field}. Nothing is imported.",
    ),
    "camt_other_currency": (
        (
            "un montant en {currency} dans le relevé d’un compte en {account_currency}~: "
            "il ne peut pas être additionné. Rien n’est importé."
        ),
        (
            "an amount in {currency} in the statement of an account in {account_currency}: "
            "it cannot be added up. Nothing is imported."
        ),
    ),
    # Notes
    "camt_pending": (
        "{count} mouvement[s] annoncé[s] mais pas encore comptabilisé[s] ({statuses}), laissé[s] de côté.",
        "{count} movement[s] announced but not booked yet ({statuses}), left out.",
    ),
    "camt_whole_batches": (
        (
            "{count} remise[s] gardée[s] en une seule ligne~: le détail n’en donne pas les montants, "
            "ou leur somme n’est pas celle de la remise."
        ),
        (
            "{count} [batch|batches] kept as one line: their details do not give the amounts, "
            "or these do not sum up to the batch."
        ),
    ),
    "camt_no_booking_day": (
        "{count} mouvement[s] sans date comptable~: la date de valeur ou celle du fichier en tient lieu.",
        "{count} movement[s] without booking date: the value date or that of the file stands in.",
    ),
    "camt_no_balances": (
        "{count} relevé[s] sans solde initial ou final~: rien ne prouve qu’il n’y manque aucun mouvement.",
        (
            "{count} statement[s] without opening or closing balance: nothing proves that no movement is "
            "missing."
        ),
    ),
}
