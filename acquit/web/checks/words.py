"""What the kinds of doubts are called, and what a person can do about each."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from acquit.web.words import Words

NAMED: Mapping[str, Words] = {
    "same_payment": _("Règlements en double"),
    "no_email": _("Sans e-mail"),
    "duplicate": _("Doublons"),
    "same_email": _("Même e-mail"),
    "same_number": _("Même n° de facture"),
    "wrong_siren": _("SIREN faux"),
    "wrong_vat": _("N° de TVA faux"),
    "wrong_iban": _("IBAN faux"),
    "due_before_issue": _("Échéance avant la facture"),
    "long_terms": _("Délai trop long"),
    "bad_address": _("Adresse illisible"),
}
EXPLAINED: Mapping[str, Words] = {
    "same_payment": _(
        "Même client, même jour, même montant, dans deux sources\u00a0: est-ce le même règlement\u00a0?"
        " Jusqu’à votre réponse les deux comptent\u00a0: on demande trop peu plutôt que trop."
    ),
    "no_email": _(
        "Aucune adresse e-mail qui fonctionne\u00a0: leurs relances deviennent des lettres ou des tâches."
    ),
    "duplicate": _(
        "Même SIREN, même n° de TVA, même nom au même code postal, ou noms qui ne diffèrent que par la"
        " forme. Fusionnés, ils ne sont contactés qu’une fois\u00a0; leurs comptes restent distincts."
    ),
    "same_email": _(
        "Une adresse partagée par plusieurs clients\u00a0: une réponse ne dira pas de qui elle vient."
    ),
    "same_number": _(
        "Le même numéro chez deux clients\u00a0: un règlement qui le cite ne dit pas qui a payé."
    ),
    "wrong_siren": _("La clé de contrôle est fausse\u00a0: corrigez-le dans votre logiciel."),
    "wrong_vat": _("La clé de contrôle est fausse\u00a0: corrigez-le dans votre logiciel."),
    "wrong_iban": _("La clé de contrôle est fausse\u00a0: le vôtre, ou celui d’un payeur."),
    "due_before_issue": _("La facture serait échue avant d’être émise\u00a0: corrigez l’une des deux dates."),
    "long_terms": _(
        "Entre entreprises, la loi admet 60 jours, ou 45 jours fin de mois (code de commerce, L441-10)\u00a0;"
        " moins pour l’alimentaire, l’alcool et le transport (L441-11), selon ce que vous vendez (Réglages)."
    ),
    "bad_address": _(
        "L’adresse ne tient pas dans la fenêtre de l’enveloppe\u00a0: rue, code postal ou ville manquent."
    ),
}
