"""What roles, trades and orders of imputation are called, and why a mailbox cannot be read."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from acquit.channels.email import imap
from acquit.flows.material.answers.reading import PASSWORD
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
#: cause → the field of the form that mends it, and what a person reads
_CANNOT_READ: Mapping[str, tuple[str | None, Words]] = {
    imap.HOST_UNKNOWN: ("host", _("Ce serveur est introuvable\u00a0: vérifiez son nom.")),
    imap.NOBODY_LISTENS: (
        "port",
        _("Rien ne répond sur ce port\u00a0: vérifiez le serveur et le port, 993 d’habitude."),
    ),
    imap.NO_ANSWER: (
        "host",
        _("Le serveur ne répond pas\u00a0: vérifiez son nom et le port, ou recommencez plus tard."),
    ),
    imap.CERTIFICATE: (
        "host",
        _("Le certificat du serveur n’est pas valable pour ce nom. Le mot de passe ne lui a pas été donné."),
    ),
    imap.ENCRYPTION: (
        "security",
        _("Le serveur n’accepte pas ce chiffrement sur ce port\u00a0: 993 pour SSL/TLS, 143 pour STARTTLS."),
    ),
    imap.SIGN_IN: (
        "password",
        _("Identifiant ou mot de passe refusé. Microsoft 365 ne prend plus de mot de passe, et Google"
          " demande un mot de passe d’application."),
    ),
    imap.FOLDER: ("folder", _("Ce dossier n’existe pas dans la boîte.")),
    imap.CONSENT: (None, _("L’accord donné à Acquit n’est plus valable\u00a0: redonnez-le.")),
    imap.SEALED: (
        "password",
        _("Ce qui est enregistré ne se lit plus, la clé de l’installation a changé\u00a0: saisissez-le."),
    ),
    imap.OTHER: (None, _("La boîte ne se laisse pas lire pour le moment.")),
}  # fmt: skip


def cannot_read(cause: str, login: str) -> tuple[str | None, Words]:
    """Return the field that mends what keeps a mailbox from being read, if one does, and what is said."""
    if cause == imap.SIGN_IN and login != PASSWORD:
        return None, _(
            "Le serveur n’ouvre pas cette boîte au compte qui a donné l’accord\u00a0: a-t-il le droit de la"
            " lire, et IMAP y est-il permis\u00a0?"
        )
    return _CANNOT_READ.get(cause, _CANNOT_READ[imap.OTHER])
