"""Words for what is wrong with a file of records of 120 characters."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "cfonb_other": (
        (
            "ces enregistrements de {width} caractères sont des ordres ou des avis d’opérations CFONB, pas "
            "un relevé de compte. Demandez à votre banque le relevé CFONB 120 ou camt.053."
        ),
        (
            "these records of {width} characters are CFONB orders or advices of operations, no statement "
            "of account. Ask your bank for the CFONB 120 or camt.053 statement."
        ),
    ),
    "cfonb_record": (
        "«~{value}~» n’est pas un code d’enregistrement de relevé (01, 04, 05 ou 07). Rien n’est importé.",
        "“{value}” is no record code of a statement (01, 04, 05 or 07). Nothing is imported.",
    ),
    "cfonb_too_long": (
        "cet enregistrement a {count} caractères au lieu de 120. Rien n’est importé.",
        "this record has {count} characters instead of 120. Nothing is imported.",
    ),
    "cfonb_amount": (
        (
            "«~{value}~» n’est pas un montant en positions 91 à 104~: 13 chiffres, puis un caractère "
            "pour le dernier chiffre et le signe. Rien n’est importé."
        ),
        (
            "“{value}” is not an amount in positions 91 to 104: 13 digits, then one character for the "
            "last digit and the sign. Nothing is imported."
        ),
    ),
    "cfonb_decimals": (
        "«~{value}~» n’est pas un nombre de décimales en position 20 (0 à 4). Rien n’est importé.",
        "“{value}” is no number of decimals in position 20 (0 to 4). Nothing is imported.",
    ),
    "cfonb_day": (
        "«~{value}~» n’est pas une date JJMMAA en positions {first} à {last}. Rien n’est importé.",
        "“{value}” is not a date DDMMYY in positions {first} to {last}. Nothing is imported.",
    ),
    "cfonb_not_closed": (
        (
            "un nouveau relevé commence ici, alors que celui de la ligne {opened} n’a pas de nouveau "
            "solde (07). Rien n’est importé."
        ),
        (
            "a new statement begins here, while that of line {opened} has no closing balance (07). "
            "Nothing is imported."
        ),
    ),
    "cfonb_not_opened": (
        "ce nouveau solde (07) n’a pas d’ancien solde (01) avant lui. Rien n’est importé.",
        "this closing balance (07) has no opening balance (01) before it. Nothing is imported.",
    ),
    "cfonb_outside": (
        (
            "cet enregistrement {record} n’est dans aucun relevé~: l’ancien solde (01) manque. "
            "Rien n’est importé."
        ),
        "this record {record} is in no statement: the opening balance (01) is missing. Nothing is imported.",
    ),
    "cfonb_detail_alone": (
        "ce complément (05) ne suit aucun mouvement (04). Rien n’est importé.",
        "this detail (05) follows no movement (04). Nothing is imported.",
    ),
    "cfonb_other_account": (
        (
            "cet enregistrement est du compte {account}, mais le relevé ouvert en ligne {opened} est du "
            "compte {expected}. Rien n’est importé."
        ),
        (
            "this record is of account {account}, but the statement opened on line {opened} is of account "
            "{expected}. Nothing is imported."
        ),
    ),
    "cfonb_cut": (
        (
            "le fichier s’arrête ici, alors que le relevé de la ligne {opened} n’a pas de nouveau solde "
            "(07)~: il est coupé. Rien n’est importé."
        ),
        (
            "the file stops here, while the statement of line {opened} has no closing balance (07): it "
            "was cut. Nothing is imported."
        ),
    ),
}
