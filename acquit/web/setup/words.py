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
