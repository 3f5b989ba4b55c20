"""Which reports there are: what each is called in an address and on screen, and what it may be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Begin:
    """What a report says before its first rows: what brings them, and where to do it."""

    words: Promise
    label: Promise
    route: str


def _noted(words: Promise) -> Begin:
    return Begin(words, _("Voir les clients"), "accounts:index")


def _worked(words: Promise) -> Begin:
    return Begin(words, _("Ouvrir «\u00a0À traiter\u00a0»"), "worklist:index")


def _imported(words: Promise) -> Begin:
    return Begin(words, _("Importer un fichier"), "imports:index")


_INVOICES = _imported(
    _("Les chiffres viennent avec vos factures\u00a0: un export de votre comptabilité suffit.")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report: `key` among the sheets, and the fields of its filters beyond those of every report.

    `debtors`: it has no rows by account, and begins with the debtors.
    """

    key: str
    title: Promise
    words: Promise
    icon: str
    asks: tuple[str, ...] = ()
    debtors: bool = False
    begin: Begin = _INVOICES


REPORTS: Mapping[str, Report] = {
    "balance-agee": Report(
        key="ageing", title=_("Balance âgée"), icon="chart-bar", asks=("par", "age", "tranches"),
        words=_("Ce qui est dû, par ancienneté\u00a0; les règlements non lettrés à part."),
    ),
    "soldes": Report(
        key="balances", title=_("Soldes des comptes"), icon="scale",
        words=_("Factures, moins avoirs, moins règlements, compte par compte."),
    ),
    "dso": Report(
        key="dso", title=_("DSO"), icon="clock", asks=("mois",),
        words=_("En combien de jours de ventes l’argent rentre, mois par mois."),
    ),
    "cei": Report(
        key="cei", title=_("Efficacité du recouvrement (CEI)"), icon="circle-check", asks=("mois",),
        words=_("Part encaissée de ce qui pouvait l’être, et taux de retard."),
    ),
    "prevision": Report(
        key="forecast", title=_("Prévision d’encaissement"), icon="trending-up", asks=("semaines",),
        words=_("L’argent attendu semaine par semaine, et son niveau prudent."),
    ),
    "promesses": Report(
        key="promises", title=_("Promesses"), icon="heart-handshake", asks=("par",), debtors=True,
        words=_("Tenues, rompues et en cours, sur un an."),
        begin=_noted(_("Aucune promesse depuis un an. Elles se notent sur la fiche d’un client.")),
    ),
    "litiges": Report(
        key="disputes", title=_("Litiges"), icon="hand-stop", asks=("tranches",),
        words=_("Ce qui est contesté, par motif et par ancienneté, et en combien de jours c’est résolu."),
        begin=_noted(_("Rien n’est contesté. Un litige s’ouvre sur la fiche d’un client.")),
    ),
    "effet-des-relances": Report(
        key="effectiveness", title=_("Effet des relances"), icon="send", asks=("jours",),
        words=_("Ce qui a été réglé après chaque étape\u00a0: un constat, pas une preuve."),
        begin=_worked(_("Vient quand les premiers messages ont eu le temps de leur effet.")),
    ),
    "activite": Report(
        key="collectors", title=_("Activité"), icon="users",
        words=_("Contacts, appels et promesses de chacun sur trente jours."),
        begin=_worked(_("Personne n’a noté d’appel ni approuvé de message depuis trente jours.")),
    ),
    "provision": Report(
        key="provision", title=_("Provision"), icon="coins",
        words=_("Ce qu’il faut mettre de côté selon l’âge des créances, hors taxes."),
    ),
    "habitudes": Report(
        key="habits", title=_("Habitudes de paiement"), icon="history", asks=("par",), debtors=True,
        words=_("Le retard de chaque client sur un an, et huit règlements sur dix."),
        begin=_imported(_("Les habitudes viennent avec les premiers règlements lettrés.")),
    ),
}  # fmt: skip

#: The list of an address → the report that it belongs to.
OF_REPORT: Mapping[str, str] = {
    "echeances": "balance-agee",
    "non-lettre": "balance-agee",
    "solde": "soldes",
    "ventes": "dso",
    "recu": "dso",
    "attendu": "prevision",
    "promesses": "promesses",
    "litiges": "litiges",
    "litiges-resolus": "litiges",
    "messages": "effet-des-relances",
    "comparaison": "effet-des-relances",
    "reglees": "habitudes",
    "provision": "provision",
    "contacts": "activite",
    "comptes-contactes": "activite",
    "promesses-obtenues": "activite",
    "encaisse": "activite",
}
