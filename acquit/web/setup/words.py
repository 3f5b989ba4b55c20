"""What the roles of members, the trades and the orders of imputation are called."""

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
TRADES: Mapping[str, Words] = {
    "general": _("Biens ou services en général"),
    "perishable": _("Produits alimentaires périssables"),
    "livestock": _("Bétail et viandes fraîches"),
    "alcohol": _("Boissons alcooliques"),
    "transport": _("Transport, location de véhicules, transit"),
}
IMPUTED: Mapping[str, Words] = {
    "principal_first": _("le principal"),
    "interest_first": _("les intérêts"),
}
