"""The first steps: nothing is ticked by hand, each is done when its fact is there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from acquit.core.scenario import from_mapping
from acquit.store.accounts.models import Account, Creditor
from acquit.store.answers.models import Mailbox
from acquit.store.cases.models import ScenarioVersion
from acquit.store.outbox.models import Carrier
from acquit.web.components import Link
from acquit.web.freshness import is_heard
from acquit.web.steps import scenario_name

#: The mail server of an installation that nobody set up: this machine, if it has one.
_UNSET_HOST = "localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to set up. `current`: the first that is not done."""

    done: bool
    title: str
    words: str
    link: Link
    current: bool = False


def begins(request: HttpRequest) -> bool:
    """Say whether the creditor at work still begins: its first list is not accepted."""
    creditor: Creditor | None = getattr(request, "creditor", None)
    return creditor is not None and creditor.list_accepted_at is None


def steps_of(creditor: Creditor) -> list[Step]:
    """Return the steps in the order in which a newcomer takes them."""
    steps = [make(creditor) for make in (_company, _invoices, _scenario, _sends, _hears, _list)]
    now = next((step for step in steps if not step.done), None)
    return [replace(step, current=step is now) for step in steps]


def _mine(creditor: Creditor) -> Q:
    return Q(creditor=creditor) | Q(creditor=None)


def _company(creditor: Creditor) -> Step:
    return Step(
        done=bool(creditor.iban and creditor.sender_email), title=gettext("Votre société"),
        words=gettext("Son IBAN, pour être payé, et le nom et l’adresse que verront vos clients."),
        link=Link(label=gettext("Compléter"), url=reverse("settings:index")),
    )  # fmt: skip


def _invoices(creditor: Creditor) -> Step:
    return Step(
        done=Account.objects.filter(creditor=creditor).exists(), title=gettext("Vos factures"),
        words=gettext("Un export de votre comptabilité\u00a0: FEC, CSV ou Excel. Rien n’est envoyé."),
        link=Link(label=gettext("Importer un fichier"), url=reverse("imports:index")),
    )  # fmt: skip


def _scenario(creditor: Creditor) -> Step:
    words = gettext("Quand relancer, par quel moyen et sur quel ton.")
    published = ScenarioVersion.objects.filter(scenario=creditor.default_scenario_id).exclude(
        published_at=None
    )
    version = published.order_by("-number").first()
    if version is not None:
        name = scenario_name(from_mapping(version.definition))
        words = gettext(
            "«\u00a0%(name)s\u00a0» s’applique\u00a0: relisez ses textes, ou choisissez-en un autre."
        )
        words %= {"name": name}
    return Step(
        done=version is not None, title=gettext("Le scénario"), words=words,
        link=Link(label=gettext("Voir les scénarios"), url=reverse("scenarios:index")),
    )  # fmt: skip


def _sends(creditor: Creditor) -> Step:
    """Return the step of what carries e-mails: a carrier of the creditor, else the installation's server."""
    words = gettext("Votre serveur SMTP ou votre prestataire, puis un essai vers votre propre adresse.")
    link = Link(label=gettext("Régler"), url=f"{reverse('settings:carriers')}#canal-email")
    carriers = Carrier.objects.filter(_mine(creditor), channel="email", active=True)
    carrier = carriers.order_by("-creditor", "id").first()
    if carrier is not None:
        words = gettext("Ils partent par «\u00a0%(name)s\u00a0». Envoyez-vous un essai.") % {"name": carrier}
        link = Link(label=gettext("Essayer"), url=reverse("settings:carrier", args=[carrier.pk]))
    elif settings.EMAIL_HOST != _UNSET_HOST:
        words = gettext("Ils partent par le serveur de l’installation (%(host)s).")
        words %= {"host": settings.EMAIL_HOST}
    done = carrier is not None or settings.EMAIL_HOST != _UNSET_HOST
    return Step(done=done, title=gettext("L’envoi des e-mails"), words=words, link=link)


def _hears(creditor: Creditor) -> Step:
    words = gettext(
        "Sans elle, Acquit ne voit pas vos clients répondre, et relance qui a écrit «\u00a0payé\u00a0»."
    )
    link = Link(label=gettext("Ajouter une boîte"), url=reverse("settings:add_mailbox"))
    box = Mailbox.objects.filter(_mine(creditor), is_active=True).order_by("id").first()
    if box is not None:
        words = gettext("Acquit relève «\u00a0%(name)s\u00a0»\u00a0: une réponse suspend les relances.")
        words %= {"name": box.name}
        link = Link(label=gettext("Voir les boîtes"), url=reverse("settings:mailboxes"))
    return Step(done=is_heard(creditor), title=gettext("La boîte des réponses"), words=words, link=link)


def _list(creditor: Creditor) -> Step:
    return Step(
        done=creditor.list_accepted_at is not None, title=gettext("La première liste"),
        words=gettext("Qui serait contacté aujourd’hui, et pour combien. Rien ne part avant votre accord."),
        link=Link(label=gettext("Relire la liste"), url=reverse("worklist:first_list")),
    )  # fmt: skip
