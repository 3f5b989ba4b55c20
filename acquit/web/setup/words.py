"""What the roles of members are called."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from acquit.web.words import Words

ROLES: Mapping[str, Words] = {
    "administrator": _("Administrateur"),
    "credit_manager": _("Responsable du crédit"),
    "collector": _("Chargé de recouvrement"),
    "sales": _("Commercial"),
    "accountant": _("Comptable"),
    "reader": _("Lecteur"),
}
#: What a provider told of a message.
EVENTS: Mapping[str, Words] = {
    "posted": _("Pris en charge"),
    "delayed": _("Retardé"),
    "delivered": _("Remis"),
    "presented": _("Présenté, destinataire absent"),
    "opened": _("Ouvert"),
    "signed": _("Signé"),
    "refused": _("Refusé par le destinataire"),
    "unclaimed": _("Non réclamé"),
    "returned": _("Adresse inconnue, retourné"),
    "bounced": _("Adresse sans réponse"),
    "failed": _("Non remis"),
    "complained": _("Signalé comme indésirable"),
    "answered": _("Réponse du client"),
    "unreadable": _("Appel illisible"),
}
