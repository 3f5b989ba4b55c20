"""What facts are called on screen, and how a decision is summed up in a chip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import babel
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from acquit import channels
from acquit.web import formats
from acquit.web.icons import icon_names

Words = Promise | str

KINDS: Mapping[str, Words] = {
    "business": _("Entreprise"),
    "consumer": _("Particulier"),
    "public": _("Secteur public"),
    "intercompany": _("Société du groupe"),
}
PROFILES: Mapping[str, Words] = {
    "regular": _("Régulier"),
    "good": _("Bon payeur"),
    "vip": _("VIP"),
    "late": _("Retardataire"),
    "bad": _("Mauvais payeur"),
    "at_risk": _("À risque"),
    "new": pgettext_lazy("profil", "Nouveau"),
}
ROLES: Mapping[str, Words] = {
    "accounts_payable": _("comptabilité fournisseurs"),
    "accounting": _("comptabilité"),
    "manager": _("direction"),
    "buyer": _("achats"),
    "legal": _("juridique"),
}
#: Ways in which only a person reaches somebody: words, icon.
_IN_PERSON: Mapping[str, tuple[Words, str]] = {"visit": (_("Visite"), "user")}


class _ChannelWords(Mapping[str, Words]):
    """What the installed channels are called, in the reader's language; and a visit."""

    def __getitem__(self, key: str) -> Words:
        channel = channels.every().get(key)
        return _IN_PERSON[key][0] if channel is None else _label(key)

    def __iter__(self) -> Iterator[str]:
        return iter((*channels.every(), *_IN_PERSON))

    def __len__(self) -> int:
        return len(channels.every()) + len(_IN_PERSON)


class _ChannelIcons(_ChannelWords):
    """The icon of each, a Tabler name; that of a message where the sprite has not got it."""

    def __getitem__(self, key: str) -> str:
        channel = channels.every().get(key)
        if channel is None:
            return _IN_PERSON[key][1]
        return channel.icon if channel.icon in icon_names() else "message"


def _label_now(key: str) -> str:
    label = channels.get(key).label
    return label.get((get_language() or "fr")[:2], label["fr"])


_label = lazy(_label_now, str)
CHANNELS: Mapping[str, Words] = _ChannelWords()
CHANNEL_ICONS: Mapping[str, str] = _ChannelIcons()  # type: ignore[assignment]
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
CATEGORIES: Mapping[str, Words] = {
    "price": _("prix"),
    "quantity": _("quantité"),
    "quality": _("qualité"),
    "missing_order": _("bon de commande manquant"),
    "admin": _("mentions ou adresse"),
    "duplicate": _("double facturation"),
    "other": _("autre motif"),
}
#: What the e-invoicing network says of an invoice (CDAR codes).
STATUSES: Mapping[int, Words] = {
    200: pgettext_lazy("facture", "Déposée"),
    201: pgettext_lazy("facture", "Émise par la plateforme"),
    202: pgettext_lazy("facture", "Reçue par la plateforme de l’acheteur"),
    203: pgettext_lazy("facture", "Mise à disposition de l’acheteur"),
    204: pgettext_lazy("facture", "Prise en charge"),
    205: pgettext_lazy("facture", "Approuvée"),
    206: pgettext_lazy("facture", "Approuvée en partie"),
    207: pgettext_lazy("facture", "En litige"),
    208: pgettext_lazy("facture", "Suspendue"),
    209: pgettext_lazy("facture", "Complétée"),
    210: pgettext_lazy("facture", "Refusée"),
    211: pgettext_lazy("facture", "Paiement transmis"),
    212: pgettext_lazy("facture", "Encaissée"),
    213: pgettext_lazy("facture", "Rejetée"),
    214: pgettext_lazy("facture", "Visée"),
    220: pgettext_lazy("facture", "Annulée"),
    221: pgettext_lazy("facture", "Perdue en route"),
    224: pgettext_lazy("facture", "Paiement direct demandé"),
    225: pgettext_lazy("facture", "Affacturée"),
    226: pgettext_lazy("facture", "Affacturée en confidence"),
    227: pgettext_lazy("facture", "Changement de compte à payer"),
    228: pgettext_lazy("facture", "Non affacturée"),
    501: pgettext_lazy("facture", "Irrecevable"),
}
#: code → (tone, icon); the others are drawn plainly.
STATUS_SIGNS: Mapping[int, tuple[str, str]] = {
    205: ("ok", "circle-check"),
    206: ("warn", "hand-stop"),
    207: ("warn", "hand-stop"),
    208: ("warn", "player-pause"),
    210: ("danger", "circle-x"),
    211: ("info", "clock"),
    212: ("ok", "cash"),
    213: ("danger", "circle-x"),
    220: ("warn", "ban"),
    221: ("danger", "circle-x"),
    227: ("danger", "alert-triangle"),
    501: ("danger", "circle-x"),
}
#: Whose work a status asks for.
WORKERS: Mapping[str, Words] = {
    "sales": _("commerce"),
    "logistics": _("logistique"),
    "quality": pgettext_lazy("service", "qualité"),
    "finance": _("finance"),
    "billing": _("facturation"),
}
STOPPED: Mapping[str, Words] = {
    "agency": _("Confié à un tiers"),
    "written_off": _("Passé en perte"),
    "erased": _("Données effacées"),
}
#: state → (words, tone, icon)
MESSAGE_STATES: Mapping[str, tuple[Words, str, str]] = {
    "planned": (_("prévu"), "", "clock"),
    "to_approve": (_("à approuver"), "warn", "user-check"),
    "ready": (_("prêt à partir"), "", "clock"),
    "sending": (_("envoi en cours"), "info", "send"),
    "handed_over": (_("à faire"), "warn", "user-check"),
    "sent": (_("envoyé"), "", "check"),
    "failed": (_("refusé"), "danger", "circle-x"),
    "withdrawn": (_("retiré"), "", "arrow-back-up"),
    "skipped": (_("passé"), "", "player-skip-forward"),
}
#: what became of a letter → (words, tone, icon)
_ARRIVALS: Mapping[str, tuple[Words, str, str]] = {
    "posted": (_("Remise à la poste"), "", "mailbox"),
    "delayed": (_("Acheminement retardé"), "", "clock"),
    "presented": (_("Présentée, destinataire absent"), "", "bell"),
    "delivered": (_("Distribuée"), "ok", "check"),
    "signed": (_("Reçue contre signature"), "ok", "certificate"),
    "refused": (_("Refusée par le destinataire"), "warn", "hand-stop"),
    "unclaimed": (_("Non réclamée"), "warn", "clock-pause"),
    "returned": (_("Revenue\u00a0: l’adresse ne convient pas"), "danger", "arrow-back-up"),
    "bounced": (_("Adresse électronique en échec"), "danger", "circle-x"),
    "failed": (_("Non acheminée"), "danger", "circle-x"),
    "opened": (_("Ouverte"), "", "mail-opened"),
}
#: leading reason → (chip, tone, icon)
_BECAUSE: Mapping[str, tuple[Words, str, str]] = {
    "paid": (_("Payé"), "ok", "check"),
    "insolvent": (_("Procédure collective"), "danger", "gavel"),
    "agency": (_("Confié à un tiers"), "danger", "gavel"),
    "intercompany": (_("Société du groupe"), "", "building"),
    "written_off": (_("Passé en perte"), "", "archive"),
    "erased": (_("Données effacées"), "", "trash"),
    "stale_data": (_("Données anciennes"), "warn", "database-import"),
    "mailbox_silent": (_("Réponses non lues"), "warn", "mail"),
    "possible_payment": (_("Règlement à imputer"), "warn", "building-bank"),
    "bank_change": (_("Compte à payer contesté"), "danger", "shield-lock"),
    "unread_reply": (_("Réponse à lire"), "warn", "message"),
    "away": (_("Absent"), "", "clock-pause"),
    "disputed": (_("Litige"), "late", "hand-stop"),
    "promised": (_("Promesse"), "info", "heart-handshake"),
    "on_hold": (_("Suspendu"), "", "player-pause"),
    "missing_from_list": (_("Soldée\u00a0?"), "warn", "git-compare"),
    "instalment_plan": (_("Échéancier"), "info", "calendar"),
    "einvoice_stopped": (_("Facture arrêtée"), "late", "ban"),
    "direct_debit": (_("Prélèvement"), "", "credit-card"),
    "factored": (_("Cédée"), "", "building-bank"),
    "no_address": (_("Sans adresse"), "warn", "map-pin"),
    "nobody_answers": (_("Personne ne répond"), "warn", "phone"),
    "first_list": (_("Liste à accepter"), "warn", "list-check"),
    "volume": (_("Volume à confirmer"), "warn", "alert-triangle"),
    "scenario_over": (_("Scénario terminé"), "warn", "flag"),
    "no_scenario": (_("Sans scénario"), "warn", "route"),
    "in_flight": (_("Message en cours"), "info", "send"),
}
_KIND_CHIPS: Mapping[str, tuple[Words, str, str]] = {
    "act": (_("À relancer"), "info", "send"),
    "wait": (_("En attente"), "", "clock"),
    "hold": (_("À traiter"), "warn", "user-check"),
    "stop": (_("Arrêté"), "", "ban"),
}
#: Reasons that suspend what would otherwise go on.
SUSPENDING = (
    "on_hold", "missing_from_list", "promised", "disputed", "away", "instalment_plan", "einvoice_stopped",
    "direct_debit", "factored",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    """A state in a word, with its colour and its icon."""

    words: str
    tone: str
    icon: str


def chip(kind: str, because: str) -> Chip:
    """Return the chip of a decision: its leading reason, unless something is due to leave."""
    words, tone, icon = _KIND_CHIPS["act"] if kind == "act" else _BECAUSE.get(because, _KIND_CHIPS[kind])
    return Chip(str(words), tone, icon)


def reason_chip(because: str) -> Chip | None:
    """Return the chip of a reason that leaves one invoice out, or None where it has none."""
    if because not in _BECAUSE:
        return None
    words, tone, icon = _BECAUSE[because]
    return Chip(str(words), tone, icon)


def undecided() -> Chip:
    """Return the chip of an account that no plan has looked at yet."""
    return Chip(gettext("Pas encore examiné"), "line", "hourglass")


def message_chip(state: str) -> Chip:
    """Return the chip of a message's state."""
    words, tone, icon = MESSAGE_STATES[state]
    text = str(words)
    return Chip(text[:1].upper() + text[1:], tone, icon)


def arrival_words(event: str) -> tuple[str, str, str]:
    """Return what an event of a letter is called, with its tone and its icon."""
    words, tone, icon = _ARRIVALS.get(event, (event, "", "message"))
    return str(words), tone, icon


@dataclass(frozen=True, slots=True)
class Situation:
    """A view of the list: the decisions of some kinds, with or without a suspending reason."""

    key: str
    words: Words
    kinds: tuple[str, ...]
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def holds(self, kind: str, because: str) -> bool:
        """Tell whether a decision belongs to this view."""
        return kind in self.kinds and (not self.only or because in self.only) and because not in self.without


SITUATIONS = (
    Situation("a-relancer", _("À relancer"), ("act",)),
    Situation("a-traiter", _("À traiter"), ("hold",), without=SUSPENDING),
    Situation("suspendu", _("Suspendu"), ("wait", "hold"), only=SUSPENDING),
    Situation("en-attente", _("En attente"), ("wait",), without=SUSPENDING),
    Situation("paye", _("Payé"), ("stop",), only=("paid",)),
    Situation("arrete", _("Arrêté"), ("stop",), without=("paid",)),
)


#: What the texts of messages are called.
TEMPLATES: Mapping[str, Words] = {
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


def age_labels() -> tuple[str, ...]:
    """Return the names of the five ageing classes."""
    return (gettext("Non échu"), gettext("1–30 j"), gettext("31–60 j"), gettext("61–90 j"), gettext("> 90 j"))


def said(words: Mapping[str, Words], key: str) -> str:
    """Return the words of `key`, or the key where it has none."""
    return str(words.get(key, key))


def status_words(code: int, label: str = "", category: str = "") -> str:
    """Return what a status of the network is called: ours, else what its sender calls it.

    A dispute names its category: « En litige : prix ».
    """
    known = str(STATUSES[code]) if code in STATUSES else label.replace("_", " ")
    words = known or gettext("Statut %(code)s") % {"code": code}
    return f"{words}\u00a0: {said(CATEGORIES, category)}" if category else words


def language() -> str:
    """Return the language of the screen that reasons have words in."""
    return formats.spoken(get_language() or "fr")


def money(amount: str | Decimal, currency: str) -> str:
    """Write an amount kept as text."""
    return formats.amount(Decimal(amount), currency, language=language())


def country_name(code: str) -> str:
    """Return a country in the language of the screen."""
    territories = babel.Locale.parse(get_language() or "fr", sep="-").territories
    return str(territories.get(code.upper(), code))
