"""What waiting things are called, why a message cannot be said, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acquit.web.words import Words
from acquit.wording.template import Unsayable

#: word of the address → view of the list
VIEW_WORDS: Mapping[str, Words] = {
    "": _("Tout"),
    "reponses": _("Réponses"),
    "messages": _("Messages"),
    "appels": _("Appels"),
    "lettres": _("Lettres"),
    "echecs": _("Échecs"),
    "rapprochement": _("Règlements"),
    "taches": _("Tâches"),
    "a-identifier": _("À identifier"),
    "plus-tard": _("Plus tard"),
    "cites": _("Vous êtes cité"),
}
#: what an answer seems to say → (what it is called, icon)
KINDS: Mapping[str, tuple[Words, str]] = {
    "promise": (_("Promesse"), "heart-handshake"),
    "dispute": (_("Litige"), "hand-stop"),
    "paid": (_("Déjà réglé"), "cash"),
    "copy": (_("Demande de document"), "file-invoice"),
    "wrong_contact": (_("Mauvais contact"), "user-plus"),
    "bank_details": (_("Coordonnées bancaires"), "shield-lock"),
    "other": (_("Réponse"), "message"),
}
#: what a person made of an answer → what it is called
OUTCOMES: Mapping[str, Words] = {
    "promise": _("Promesse notée"),
    "dispute": _("Litige ouvert"),
    "paid": _("Règlement annoncé, noté"),
    "copy": _("Demande de document, notée"),
    "wrong_contact": _("Contact remplacé"),
    "bank_details": _("Compte à payer à vérifier"),
    "read_only": _("Lue"),
    "dismissed": _("Écartée"),
}
#: word of the address → whose work is shown
OWNER_WORDS: Mapping[str, Words] = {
    "": _("Tous"),
    "moi": _("À moi"),
    "personne": _("À personne"),
}
#: kind of task → (what is asked, icon)
TASKS: Mapping[str, tuple[Words, str]] = {
    "possible_payment": (_("Un règlement est peut-être arrivé\u00a0: à imputer"), "building-bank"),
    "no_address": (_("Aucune adresse valable\u00a0: ajouter un contact"), "map-pin"),
    "nobody_answers": (_("Personne ne répond au téléphone\u00a0: choisir la suite"), "phone"),
    "bank_change": (_("Le compte à payer est contesté\u00a0: à vérifier à deux"), "shield-lock"),
    "network_dispute": (_("Facture contestée sur le réseau\u00a0: répondre"), "hand-stop"),
    "network_completed": (_("Litige complété\u00a0: est-il clos\u00a0?"), "checklist"),
    "missing_document": (_("Facture suspendue\u00a0: fournir la pièce"), "paperclip"),
    "reissue": (_("Facture refusée ou rejetée\u00a0: corriger et réémettre"), "file-invoice"),
    "copy_asked": (_("Document demandé\u00a0: l’envoyer"), "file-invoice"),
    "undelivered": (_("Message non remis\u00a0: à reprendre"), "alert-circle"),
    "complained": (_("Message signalé comme indésirable\u00a0: à vérifier"), "alert-triangle"),
    "answered": (_("Le client a répondu\u00a0: à lire"), "message"),
    "payment_announced": (_("Paiement annoncé, non reçu"), "alert-triangle"),
    "limitation": (_("Une créance se prescrit bientôt"), "hourglass"),
    "declare_claim": (_("Procédure collective\u00a0: déclarer la créance"), "gavel"),
    "insolvency_namesake": (_("Procédure collective\u00a0: est-ce ce client\u00a0?"), "gavel"),
    "serve_order": (_("Injonction de payer\u00a0: à faire signifier"), "gavel"),
    "order_void": (_("Injonction de payer\u00a0: caduque"), "alert-triangle"),
    "pass_on": (_("Règlement reçu pour autrui\u00a0: à reverser"), "cash"),
}
#: kind of task about the law → what is to be done
LAW: Mapping[str, Words] = {
    "limitation": _("Passé ces dates, ces factures ne pourront plus être réclamées en justice."),
    "declare_claim": _(
        "Déclarez la créance au mandataire ou au liquidateur, par courrier recommandé de préférence\u00a0:"
        " la date d’envoi compte, un e-mail ne suffit pas. Les factures antérieures ne sont plus relancées."
    ),
    "serve_order": _(
        "Faites signifier l’ordonnance par un commissaire de justice avant la date limite\u00a0: après, elle"
        " ne vaut plus rien. Sa signification interrompt la prescription\u00a0; l’ordonnance seule, non."
    ),
    "order_void": _(
        "Personne n’a noté la signification dans le délai\u00a0: l’ordonnance est caduque, et la prescription"
        " n’est pas interrompue. Si elle a été signifiée à temps, notez-le sur la fiche du client\u00a0;"
        " sinon, demandez-en une autre."
    ),
    "pass_on": _(
        "Ce qui est reçu pour le créancier lui est reversé dans le mois de l’encaissement effectif, sauf si"
        " votre convention dit autrement (CPCE, R124-6). Chaque paiement donne droit à une quittance."
    ),
    "insolvency_namesake": _(
        "Une annonce porte le même nom mais un autre SIREN. Rien n’est arrêté tant que vous ne l’avez pas"
        " confirmée sur la fiche du client."
    ),
}
#: kind of task about statuses of the network → (what is to be done, the button)
NETWORK: Mapping[str, tuple[Words, Words]] = {
    "network_dispute": (
        _("L’acheteur conteste ces factures sur le réseau\u00a0: elles ne sont plus réclamées."),
        _("Clore le litige"),
    ),
    "network_completed": (
        _("La pièce demandée a été transmise. Si l’acheteur est satisfait, le litige peut être clos."),
        _("Clore le litige"),
    ),
    "missing_document": (
        _(
            "L’acheteur attend une pièce. Transmettez-la sur votre plateforme, puis notez-le ici\u00a0:"
            " il a trois jours ouvrés pour la lire."
        ),
        _("Pièce transmise"),
    ),
    "reissue": (
        _(
            "Ces factures ne peuvent pas être réclamées. Corrigez-les et réémettez-les sous un autre"
            " numéro\u00a0: la nouvelle a sa propre échéance."
        ),
        _("Réémise"),
    ),
}
#: kind of alert → (title, what it says, icon)
ALERTS: Mapping[str, tuple[Words, Words, str]] = {
    "first_list": (
        _("Relire la première liste"),
        _("Rien ne part avant votre accord"),
        "list-check",
    ),
    "stale_data": (
        _("Importer des données récentes"),
        _("Données anciennes\u00a0: envois automatiques suspendus"),
        "alert-triangle",
    ),
    "bank_change": (
        _("Vérifier le compte à payer"),
        _("Rien ne part avant que deux personnes l’aient confirmé"),
        "shield-lock",
    ),
    "incomplete_list": (
        _("Cette liste était-elle complète\u00a0?"),
        _("Trop de factures y manquent\u00a0: rien n’est soldé"),
        "git-compare",
    ),
    "volume": (
        _("Confirmer un volume inhabituel"),
        _("Les messages du jour sont retenus"),
        "alert-triangle",
    ),
    "mailbox": (
        _("Rétablir la lecture d’une boîte"),
        _("Les réponses n’y sont plus lues\u00a0: passé son délai, les relances attendent"),
        "mail",
    ),
}
#: Reasons for which a person passes a message over; the words are kept in the client's history.
SKIPPED: tuple[Words, ...] = (
    _("Règlement déjà reçu"),
    _("Je préfère appeler"),
    _("Litige en cours"),
    _("Accord commercial"),
    _("Mauvais contact"),
)
#: What templates ask for and facts may lack.
MISSING: Mapping[str, Words] = {
    "iban": _("l’IBAN de votre société"),
    "bic": _("le BIC de votre société"),
    "signatory": _("le nom du signataire"),
    "signatory_title": _("la fonction du signataire"),
    "phone": _("le téléphone de l’expéditeur"),
    "email": _("l’adresse e-mail de l’expéditeur"),
    "siren": _("le SIREN de votre société"),
    "address": _("l’adresse de votre société"),
    "city": _("la ville de votre société"),
}
#: Facts of the creditor that a message may miss; they are typed in the settings.
_OF_THE_CREDITOR = ("creditor", "sender", "iban", "bic", "signatory", "capital", "siren", "registry", "rate")


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Why a message cannot be written, and what a person does about it: « settings » or « client »."""

    words: str
    mend: str


def unsaid(error: Unsayable) -> Unsaid:
    """Return the sentence of what is missing."""
    what = error.what
    said = {
        "missing_variable": gettext("Il manque %(named)s."),
        "missing_rate": gettext(
            "Le taux des pénalités n’est pas connu (%(what)s)\u00a0: la mise en demeure doit l’énoncer."
        ),
        "missing_template": gettext("Le modèle «\u00a0%(what)s\u00a0» n’existe pas."),
        "missing_language": gettext("Aucun texte n’est écrit dans la langue «\u00a0%(what)s\u00a0»."),
        "broken_template": gettext("Le modèle ne peut pas être lu\u00a0: %(what)s."),
        "forbidden_words": gettext(
            "Ces mots ne peuvent pas être écrits à ce client\u00a0: %(what)s. Reformulez le message."
        ),
        "collector_mentions": gettext(
            "Vous recouvrez pour autrui\u00a0: des mentions exigées manquent (CPCE, R124-4)\u00a0: %(what)s."
        ),
        "notice_incomplete": gettext("La mise en demeure est incomplète\u00a0: %(what)s."),
        "figures_disagree": gettext("Les montants du texte et du tableau diffèrent\u00a0: %(what)s."),
        "address_does_not_fit": gettext(
            "L’adresse ne peut pas être imprimée dans la fenêtre de l’enveloppe\u00a0: vérifiez la rue,"
            " le code postal et la ville."
        ),
    }.get(error.because, gettext("Le message ne peut pas être écrit\u00a0: %(what)s."))
    theirs = error.because == "address_does_not_fit" or what.startswith(("recipient", "debtor"))
    ours = any(part in what for part in _OF_THE_CREDITOR) and not theirs
    named = str(MISSING.get(what.rpartition(".")[2], f"«\u00a0{what}\u00a0»"))
    return Unsaid(
        words=said % {"what": what, "named": named}, mend="settings" if ours else "client" if theirs else ""
    )
