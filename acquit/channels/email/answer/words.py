"""What people read of an answer: its class, why it was proposed, why a mail did not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Why:
    """A reason as a code with its parameters, worded only when a person reads it."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


#: code -> (French, English); "~" stands for the no-break space.
WORDS: dict[str, tuple[str, str]] = {
    "speaks_of": ("parle {concept}~: «~{words}~»", "speaks of {concept}: “{words}”"),
    "unsure": ("ressemble un peu à~: {kind}, sans certitude", "looks a little like: {kind}, not surely"),
    "by_header": ("envoyé par un automate, d’après ses en-têtes", "sent by a machine, its headers say"),
    "by_receipt": ("accusé de lecture", "a receipt: read, or thrown away"),
    "by_generated": ("envoyé par un logiciel, d’après ses en-têtes", "sent by a program, its headers say"),
    "by_subject": ("envoyé par un automate, d’après son objet", "sent by a machine, its subject says"),
    "not_delivered": ("un message n’est pas arrivé", "a message did not arrive"),
    "delivery_late": (
        "un message est en retard, le serveur essaie encore",
        "a message is late, the server still tries",
    ),
    "nothing_said": ("ne contient aucun texte", "holds no text"),
    "fraud_guard": (
        "parle de coordonnées bancaires~: n’agissez qu’après un appel à un numéro déjà connu",
        "speaks of bank details: act only after a call to a number you already know",
    ),
    "orders_nothing": (
        "semble donner des ordres au logiciel~: ils restent sans effet",
        "seems to give orders to the software: they have no effect",
    ),
}

KIND_WORDS: dict[str, tuple[str, str]] = {
    "promise": ("promesse de règlement", "promise to pay"),
    "dispute": ("litige", "dispute"),
    "paid": ("déjà réglé", "already paid"),
    "copy": ("demande de document", "asks for a document"),
    "wrong_contact": ("mauvais interlocuteur", "wrong contact"),
    "bank_details": ("coordonnées bancaires", "bank details"),
    "auto_reply": ("réponse automatique", "automatic reply"),
    "bounce": ("message non remis", "undelivered message"),
    "other": ("autre", "other"),
}

#: cause of a bounce -> words
CAUSE_WORDS: dict[str, tuple[str, str]] = {
    "unknown": ("adresse inconnue ou fermée", "unknown or closed address"),
    "full": ("boîte pleine", "mailbox full"),
    "unreachable": ("serveur injoignable", "server out of reach"),
    "refused": ("refusé par le serveur", "refused by the server"),
    "too_big": ("message trop lourd", "message too big"),
    "loop": ("le message tourne en boucle", "the message goes in circles"),
    "unsaid": ("cause non précisée", "cause not stated"),
}

CONCEPT_WORDS: dict[str, tuple[str, str]] = {
    "payment": ("d’un règlement", "a payment"),
    "payment_to_come": ("d’un règlement à venir", "a payment to come"),
    "delay_asked": ("d’un délai", "more time"),
    "payment_done": ("d’un règlement fait", "a payment made"),
    "before_now": ("du passé", "the past"),
    "after_now": ("de l’avenir", "the future"),
    "bank_account": ("d’un compte bancaire", "a bank account"),
    "iban_written": ("d’un numéro de compte", "an account number"),
    "change": ("d’un changement", "a change"),
    "document": ("d’un document", "a document"),
    "send_it": ("d’un envoi", "sending"),
    "not_received": ("d’un document absent", "a document that is missing"),
    "please": ("d’une demande", "a request"),
    "contest": ("d’un désaccord", "a disagreement"),
    "faulty": ("d’un défaut", "a fault"),
    "undelivered": ("d’une livraison", "a delivery"),
    "price": ("du prix", "the price"),
    "twice": ("d’un doublon", "something counted twice"),
    "credit_note": ("d’un avoir ou d’une annulation", "a credit note or a cancellation"),
    "order_number": ("d’un bon de commande", "a purchase order"),
    "not_me": ("d’une erreur d’interlocuteur", "the wrong person"),
    "write_to": ("d’un autre interlocuteur", "another person"),
    "mailbox_written": ("d’une adresse", "an address"),
    "away": ("d’une absence", "an absence"),
    "machine": ("d’un automate", "a machine"),
    "thanks_only": ("d’un remerciement", "thanks"),
    "insolvency": ("d’une procédure collective", "insolvency proceedings"),
    "day_named": ("d’un jour", "a day"),
    "good_wishes": ("de vœux", "good wishes"),
    "offer": ("d’une offre", "an offer"),
    "talk": ("d’un entretien", "a talk"),
    "court": ("de la justice", "the law"),
    "question": ("d’une question", "a question"),
    "orders": ("d’ordres au logiciel", "orders to the software"),
}


def say(why: Why, language: str = "fr") -> str:
    """Return `why` in words of `language`, French where that language is not spoken here."""
    place = 1 if language == "en" else 0
    params = dict(why.params)
    if "concept" in params:
        params["concept"] = CONCEPT_WORDS[str(params["concept"])][place]
    if "kind" in params:
        params["kind"] = KIND_WORDS[str(params["kind"])][place]
    return WORDS[why.code][place].replace("~", "\u00a0").format(**params)
