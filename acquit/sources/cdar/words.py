"""Words for what a life-cycle message leaves unclear."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "cdar_other_root": (
        "ce fichier XML n’est pas un message de cycle de vie (CDAR)~: sa racine est «~{root}~».",
        "this XML file is not a life-cycle message (CDAR): its root is “{root}”.",
    ),
    "cdar_empty": (
        "ce message de cycle de vie ne parle d’aucune facture.",
        "this life-cycle message speaks of no invoice.",
    ),
    "cdar_no_number": (
        "le statut ne dit pas de quelle facture il parle.",
        "the status does not say which invoice it is about.",
    ),
    "cdar_no_code": (
        "«~{value}~» n’est pas un code de statut~: un nombre est attendu, comme 205.",
        "“{value}” is not a status code: a number such as 205 is expected.",
    ),
    "cdar_no_moment": (
        "la date du statut est absente ou illisible («~{value}~»).",
        "the date of the status is absent or cannot be read (“{value}”).",
    ),
    "cdar_bad_amount": (
        "le montant «~{value}~» ne peut pas être lu.",
        "the amount “{value}” cannot be read.",
    ),
    "cdar_bad_day": (
        "la date de facture «~{value}~» ne peut pas être lue.",
        "the invoice date “{value}” cannot be read.",
    ),
}
