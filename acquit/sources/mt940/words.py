"""What is said of an MT940 that is refused, or remarked about one."""

from __future__ import annotations

#: code -> (French, English); "~" stands for the no-break space.
WORDS: dict[str, tuple[str, str]] = {
    "mt940_none": (
        "ce fichier ne contient aucun relevé MT940 (aucune ligne «~:20:~»).",
        "this file holds no MT940 statement (no line “:20:”).",
    ),
    "mt940_intraday": (
        (
            "c’est une situation en cours de journée (MT{message})~: ses mouvements peuvent encore changer. "
            "Importez le relevé MT940."
        ),
        (
            "this is an intraday report (MT{message}): its movements may still change. "
            "Import the MT940 statement."
        ),
    ),
    "mt940_outside": (
        "«~:{tag}:~» hors de tout relevé~: il manque une ligne «~:20:~» avant. Rien n’est importé.",
        "“:{tag}:” outside of any statement: a line “:20:” is missing before. Nothing is imported.",
    ),
    "mt940_missing": (
        "le relevé qui commence ici n’a pas de ligne «~:{tag}:~»~: il est incomplet. Rien n’est importé.",
        "the statement that begins here has no line “:{tag}:”: it is incomplete. Nothing is imported.",
    ),
    "mt940_twice": (
        "«~:{tag}:~» figure deux fois dans le même relevé. Rien n’est importé.",
        "“:{tag}:” stands twice in one statement. Nothing is imported.",
    ),
    "mt940_bad_account": (
        "«~{value}~» n’est pas un numéro de compte. Rien n’est importé.",
        "“{value}” is no account number. Nothing is imported.",
    ),
    "mt940_bad_balance": (
        "«~{value}~» n’est pas un solde. Forme attendue~: C260131EUR1234,56. Rien n’est importé.",
        "“{value}” is no balance. Expected form: C260131EUR1234,56. Nothing is imported.",
    ),
    "mt940_bad_movement": (
        "«~{value}~» n’est pas un mouvement. Forme attendue~: 2601310131C1234,56NTRF… Rien n’est importé.",
        "“{value}” is no movement. Expected form: 2601310131C1234,56NTRF… Nothing is imported.",
    ),
    "mt940_currencies_differ": (
        "le solde final est en {closing}, le solde initial en {opening}. Rien n’est importé.",
        "the closing balance is in {closing}, the opening balance in {opening}. Nothing is imported.",
    ),
    "mt940_page_gap": (
        (
            "cette page du relevé {number} part de {opening}, mais la précédente s’arrête à {closing}~: "
            "il en manque une. Rien n’est importé."
        ),
        (
            "this page of statement {number} begins at {opening}, but the one before ends at {closing}: "
            "one is missing. Nothing is imported."
        ),
    ),
    # Notes
    "mt940_days_crossed": (
        (
            "{count} relevé[s] dont le solde final est daté d’avant le solde initial~: la date du dernier "
            "mouvement en tient lieu."
        ),
        (
            "{count} statement[s] whose closing balance is dated before the opening one: the day of the "
            "last movement stands in."
        ),
    ),
}
