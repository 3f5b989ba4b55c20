"""What templates and their faults are called."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acquit.web.words import Words
from acquit.wording.template import Unsayable
from acquit.wording.template_check import Fault

LANGUAGES: Mapping[str, Words] = {"fr": _("Français"), "en": _("Anglais")}
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
