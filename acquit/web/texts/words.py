"""What templates and their faults are called."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acquit.web.words import Words
from acquit.wording.template import Unsayable
from acquit.wording.template_check import Fault

LANGUAGES: Mapping[str, Words] = {"fr": _("Français"), "en": _("Anglais")}
NAMES: Mapping[str, Words] = {
    "broken_promise": _("Promesse non tenue"),
    "call": _("Script d’appel"),
    "call_by_mail": _("Appel sans numéro, par e-mail"),
    "collector_first": _("Pour autrui\u00a0: première lettre"),
    "collector_formal_notice": _("Pour autrui\u00a0: mise en demeure"),
    "collector_last": _("Pour autrui\u00a0: dernier rappel"),
    "collector_reminder": _("Pour autrui\u00a0: rappel"),
    "consumer_formal_notice": _("Particulier\u00a0: mise en demeure"),
    "consumer_friendly": _("Particulier\u00a0: premier rappel"),
    "consumer_last": _("Particulier\u00a0: dernier rappel"),
    "consumer_reminder": _("Particulier\u00a0: rappel"),
    "courtesy": _("Prévenance"),
    "export_courtesy": _("Export\u00a0: prévenance"),
    "export_firm": _("Export\u00a0: relance ferme"),
    "export_friendly": _("Export\u00a0: premier rappel"),
    "export_last": _("Export\u00a0: dernier rappel"),
    "firm": _("Relance ferme"),
    "formal_notice": _("Mise en demeure"),
    "friendly": _("Premier rappel"),
    "good_payer": _("Bon payeur\u00a0: rappel"),
    "last": _("Dernier rappel"),
    "penalties": _("Pénalités"),
    "public_claim": _("Administration\u00a0: réclamation"),
    "public_interest": _("Administration\u00a0: intérêts moratoires"),
    "public_reminder": _("Administration\u00a0: rappel"),
    "public_status": _("Administration\u00a0: où en est la facture"),
    "saas_courtesy": _("Abonnement\u00a0: prévenance"),
    "saas_friendly": _("Abonnement\u00a0: premier rappel"),
    "saas_last": _("Abonnement\u00a0: dernier rappel"),
    "saas_reminder": _("Abonnement\u00a0: rappel"),
    "sms_broken_promise": _("SMS\u00a0: promesse non tenue"),
    "sms_courtesy": _("SMS\u00a0: prévenance"),
    "sms_firm": _("SMS\u00a0: relance ferme"),
    "sms_reminder": _("SMS\u00a0: rappel"),
    "sms_thanks": _("SMS\u00a0: remerciement"),
    "thanks": _("Remerciement"),
    "vip_call": _("Grand compte\u00a0: script d’appel"),
    "vip_reception": _("Grand compte\u00a0: bonne réception"),
    "vip_reminder": _("Grand compte\u00a0: rappel"),
}
_FAULTS: Mapping[str, Words] = {
    "unknown_template": _("Ce modèle n’existe pas\u00a0: %(what)s."),
    "no_subject": _("L’objet est vide."),
    "no_body": _("Le texte est vide."),
    "too_long": _("Le texte dépasse %(what)s caractères."),
    "broken_template": _("Ceci ne se lit pas\u00a0: %(what)s."),
    "unknown_variable": _("«\u00a0%(what)s\u00a0» n’est pas une variable\u00a0: voyez la liste."),
    "unknown_filter": _("«\u00a0%(what)s\u00a0» n’est pas une mise en forme connue, comme amount ou day."),
    "missing_language": _("Cette langue n’a pas de mots\u00a0: %(what)s."),
    "no_table": _("Le tableau des factures manque\u00a0: laissez {{ invoice_table }} dans le texte."),
    "forbidden_word": _("À retirer, la loi ou l’usage l’interdit ici\u00a0: «\u00a0%(what)s\u00a0»."),
}


def fault_words(fault: Fault) -> str:
    """Return a fault as a sentence."""
    known = _FAULTS.get(fault.code)
    return str(known) % {"what": fault.what} if known else f"{fault.code} {fault.what}"


def unsayable_words(error: Unsayable) -> str:
    """Return why a text cannot be said of an account."""
    if error.because == "missing_variable":
        return gettext("Ce compte n’a pas de «\u00a0%(what)s\u00a0»\u00a0: le message serait retenu.") % {
            "what": error.what
        }
    return fault_words(Fault(code=error.because, what=error.what))
