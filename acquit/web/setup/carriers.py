"""« Envois » in the settings: through whom each channel leaves, and what he told last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings as installation
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from acquit import channels
from acquit.channels.base import Accepted, Address, HandedOver, Refused
from acquit.channels.provider import Provider, without_settings
from acquit.flows.material.carriage import is_paused
from acquit.flows.material.errors import Impossible
from acquit.flows.outbox import keep_carrier as flow
from acquit.store.accounts.models import Creditor
from acquit.store.outbox.models import Carrier, ProviderEvent
from acquit.web.answering import See, creditor_of, impossible, refused
from acquit.web.setup.carrier_form import CarrierForm
from acquit.web.setup.news import untied
from acquit.web.toast import toast
from acquit.web.words import CHANNEL_ICONS, CHANNELS, EVENTS, said

_LAST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A channel: its carrier, what carries it without one, and the providers that may be set up."""

    key: str
    words: str
    icon: str
    carriers: list[Carrier]
    otherwise: str
    providers: list[tuple[str, str]]


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show through whom each channel leaves."""
    creditor = creditor_of(request)
    now = timezone.now()
    carriers = _of(creditor).filter(active=True).order_by("-creditor", "id")
    by_channel: dict[str, list[Carrier]] = {}
    for one in carriers:
        one.paused = is_paused(one, now)
        by_channel.setdefault(one.channel, []).append(one)
    context = {
        "ways": [_way(key, by_channel.get(key, [])) for key in channels.every()],
        "retired": _of(creditor).filter(active=False).order_by("-id"),
        "untied": untied(creditor)[:_LAST],
        "events": EVENTS,
        "today": timezone.localdate(),
    }
    return render(request, "setup/carriers.html", context)


def _of(creditor: Creditor) -> Any:
    mine = Q(creditor=creditor) | Q(creditor=None)
    return Carrier.objects.filter(mine).select_related("creditor")


def _way(key: str, carriers: list[Carrier]) -> Way:
    channel = channels.get(key)
    alone = without_settings(channel.providers)
    if key == "email":
        otherwise = gettext("Le serveur de l’installation (%(host)s)") % {"host": installation.EMAIL_HOST}
    elif alone is not None:
        otherwise = gettext("À la main, par une personne")
    else:
        otherwise = gettext("Personne\u00a0: ces messages attendent")
    return Way(
        key=key, words=said(CHANNELS, key), icon=said(CHANNEL_ICONS, key), carriers=carriers,
        otherwise=otherwise,
        providers=[(one.key, one.label) for one in channel.providers.values() if one.fields],
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, channel: str, provider: str) -> HttpResponse:
    """Set up a carrier with a provider."""
    return _form_page(request, channel, _provider(channel, provider), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Show a carrier with its address for news, and keep its settings."""
    carrier = _carrier(request, key)
    return _form_page(request, carrier.channel, _provider(carrier.channel, carrier.provider), carrier)


def _carrier(request: HttpRequest, key: int) -> Carrier:
    found: Carrier = get_object_or_404(_of(creditor_of(request)), pk=key)
    return found


def _provider(channel: str, provider: str) -> Provider:
    try:
        return channels.get(channel).providers[provider]
    except LookupError as error:
        raise Http404 from error


def _form_page(
    request: HttpRequest, channel: str, provider: Provider, carrier: Carrier | None
) -> HttpResponse:
    creditor = creditor_of(request)
    form = CarrierForm(provider, carrier, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            key = flow.keep_carrier(
                organisation_id=creditor.organisation_id, channel=channel, provider=provider.key,
                carrier_id=carrier.pk if carrier else None, settings=form.settings(), now=timezone.now(),
                fields=form.fields_of_the_row(creditor),
            )  # fmt: skip
        except flow.SettingsRefused as error:
            form.add_error(None, gettext("Le fournisseur refuse un réglage\u00a0: %(why)s") % {"why": error})
        except flow.CarrierTaken as error:
            form.add_error("for_all", impossible(error))
        except Impossible as error:
            form.add_error(None, impossible(error))
        else:
            toast(request, gettext("Transporteur enregistré."))
            return See(reverse("settings:carrier", args=[key]))
    context: dict[str, Any] = {
        "form": form, "provider": provider, "carrier": carrier, "channel": said(CHANNELS, channel),
        "today": timezone.localdate(), "events": EVENTS,
    }  # fmt: skip
    if carrier is not None:
        hook = reverse("hooks:news", args=[carrier.token])
        news = ProviderEvent.objects.filter(carrier=carrier).select_related("message__debtor")
        context |= {
            "paused": is_paused(carrier, timezone.now()),
            "hook": f"{installation.ACQUIT_BASE_URL}{hook}",
            "news": news.order_by("-received_at", "-id")[:_LAST],
            "to": request.user.email if channel == "email" else "",  # type: ignore[union-attr]
        }
    return render(request, "setup/carrier.html", context)


@login_required
@require_POST
def attempt(request: HttpRequest, key: int) -> HttpResponse:
    """Send a test through the carrier, and say what the provider answered."""
    carrier, creditor = _carrier(request, key), creditor_of(request)
    said_in_it = (
        gettext("Essai d’envoi d’Acquit"),
        gettext("Ce message d’essai est parti par %(name)s. Rien d’autre n’est à faire.") % {"name": carrier},
    )
    sender = Address(
        address=creditor.sender_email or installation.DEFAULT_FROM_EMAIL,
        name=creditor.sender_name or creditor.name,
    )
    try:
        outcome = flow.try_carrier(
            organisation_id=carrier.organisation_id, carrier_id=key, to=request.POST.get("to", "").strip(),
            sender=sender, words=said_in_it, now=timezone.now(),
        )  # fmt: skip
    except ValueError:
        toast(request, gettext("Ce canal ne s’essaie pas d’ici."), tone="danger")
        return See(reverse("settings:carrier", args=[key]))
    match outcome:
        case Accepted():
            toast(request, gettext("Essai accepté par le fournisseur."))
        case HandedOver():
            toast(request, gettext("Ce canal attend une personne\u00a0: rien à essayer."))
        case Refused(because=because):
            toast(request, gettext("Essai refusé\u00a0: %(why)s") % {"why": because}, tone="danger")
        case _:
            toast(
                request,
                gettext("Le fournisseur n’a pas répondu\u00a0: l’essai est peut-être parti."),
                tone="danger",
            )
    return See(reverse("settings:carrier", args=[key]))


@login_required
@require_POST
def pause(request: HttpRequest, key: int) -> HttpResponse:
    """Let nothing leave through the carrier."""
    carrier = _carrier(request, key)
    because = request.POST.get("because", "").strip()[:200] or gettext("à la main")
    flow.pause_carrier(organisation_id=carrier.organisation_id, carrier_id=key, because=because)
    undo = reverse("settings:resume_carrier", args=[key])
    toast(request, gettext("Transporteur en pause\u00a0: ses messages attendent."), undo_url=undo)
    return See(reverse("settings:carriers"))


@login_required
@require_POST
def resume(request: HttpRequest, key: int) -> HttpResponse:
    """Let messages leave through the carrier again."""
    carrier = _carrier(request, key)
    flow.resume_carrier(
        organisation_id=carrier.organisation_id, carrier_id=key, now=timezone.now(), by=request.user.pk
    )
    toast(request, gettext("Transporteur repris."))
    return See(reverse("settings:carriers"))


@login_required
@require_POST
def retire(request: HttpRequest, key: int) -> HttpResponse:
    """Take the carrier out of use."""
    carrier = _carrier(request, key)
    flow.retire_carrier(organisation_id=carrier.organisation_id, carrier_id=key)
    toast(request, gettext("Transporteur retiré."), undo_url=reverse("settings:use_carrier", args=[key]))
    return See(reverse("settings:carriers"))


@login_required
@require_POST
def use(request: HttpRequest, key: int) -> HttpResponse:
    """Use the carrier again."""
    carrier = _carrier(request, key)
    try:
        flow.use_carrier(organisation_id=carrier.organisation_id, carrier_id=key)
    except Impossible as error:
        refused(request, error)
    else:
        toast(request, gettext("Transporteur repris."))
    return See(reverse("settings:carriers"))
