"""How old the facts are: the box of the side bar, the banner of pages, the words of the alert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from acquit.core.freshness import INVOICES, PAYMENTS, Feed, kind_of
from acquit.core.hearing import Listened
from acquit.store.accounts.models import Creditor
from acquit.store.answers.models import Answer, Mailbox
from acquit.store.facts import CaseLoader
from acquit.store.ledger import models
from acquit.store.outbox.models import Carrier
from acquit.web import formats
from acquit.web.components import Freshness, Words
from acquit.web.words import CHANNELS, said

#: kind of feed → what it is called
NAMES: Mapping[str, Any] = {
    "fec": _("Comptabilité (FEC)"),
    "invoices": _("Factures"),
    "payments": _("Règlements"),
    "bank": _("Banque"),
    "einvoices": _("Factures électroniques"),
    "network": _("Statuts du réseau"),
}
#: kind of feed → what a person does about it; `period` is « du 20 au 23 nov. »
_ASKS: Mapping[str, Any] = {
    "fec": _("Importez les écritures %(period)s"),
    "invoices": _("Importez une liste de factures à jour"),
    "payments": _("Importez les règlements %(period)s"),
    "bank": _("Importez le relevé %(period)s"),
    "network": _("Importez les statuts %(period)s"),
}
_ASK = _("Importez les données %(period)s")
_DAY = timedelta(days=1)


def freshness(request: HttpRequest) -> Freshness | None:
    """Return how old the creditor's invoices and payments are, or None before a first import.

    A page that decided on cases leaves its loader as `request.cases`, so that nothing is read twice.
    """
    creditor: Creditor | None = getattr(request, "creditor", None)
    if creditor is None:
        return None
    now = timezone.now()
    loader: CaseLoader = getattr(request, "cases", None) or CaseLoader(creditor.organisation_id, now)
    stale = loader.stale(loader.creditor(creditor.pk))
    today = timezone.localtime(now).date()
    watched = models.Feed.objects.filter(creditor=creditor, retired_at=None, holds=True)
    paused = ArraySubquery(_paused(creditor, now).values("channel"))
    feeds = list(watched.annotate(paused=paused).order_by("id"))
    rows = tuple(_rows(feeds, today))
    rows += (
        tuple((said(CHANNELS, channel), gettext("en pause")) for channel in feeds[0].paused) if feeds else ()
    )
    unheard = loader.unheard(loader.creditor(creditor.pk))
    rows += tuple((gettext("Réponses"), _unread_since(one, today)) for one in unheard[:1])
    return Freshness(
        suspended=bool(stale or unheard), rows=rows, banner=banner(stale, today),
        unheard=_unheard_words(unheard, today),
    ) if rows else None  # fmt: skip


def _unread_since(one: Listened, today: date) -> Words:
    heard = timezone.localtime(one.heard_at)
    return formats.moment(heard, today=today, language=_language())


def _unheard_words(unheard: Sequence[Listened], today: date) -> Words:
    """Return the sentence about mailboxes that could not be read, empty where all were."""
    if not unheard:
        return ""
    words = gettext(
        "Les relances attendent\u00a0: «\u00a0%(mailbox)s\u00a0» n’est plus lue (dernière lecture\u00a0:"
        " %(moment)s), et une réponse y attend peut-être."
    )
    return words % {"mailbox": unheard[0].name, "moment": _unread_since(unheard[0], today)}


def paused_of(creditor: Creditor, now: datetime) -> list[Carrier]:
    """Return the carriers of the creditor, or of all, through which nothing leaves at the moment `now`."""
    return list(_paused(creditor, now))


def _paused(creditor: Creditor, now: datetime) -> QuerySet[Carrier]:
    waiting = Carrier.objects.filter(
        Q(creditor=creditor) | Q(creditor=None), Q(paused_until=None) | Q(paused_until__gt=now), active=True
    )
    return waiting.exclude(paused_because="").order_by("id")


def is_suspended(creditor: Creditor, loader: CaseLoader) -> bool:
    """Say whether the decision holds everything for the creditor because its facts are old (rule 3)."""
    return bool(loader.stale(loader.creditor(creditor.pk)))


def is_heard(creditor: Creditor) -> bool:
    """Say whether answers reach us: a mailbox is read, or a provider handed an answer over already."""
    mine = Q(creditor=creditor) | Q(creditor=None)
    if Mailbox.objects.filter(mine, is_active=True).exists():
        return True
    return Answer.objects.filter(mine, channel="email", mailbox=None).exists()


def name_of(kind: str, bank_account: str) -> Words:
    """Return what a feed is called, a bank's with the end of its account."""
    name = str(NAMES.get(kind, kind))
    return f"{name}\u00a0····{bank_account[-4:]}" if bank_account else name


def what_to_do(feed: Feed, today: date) -> Words:
    """Return what brings a feed up to `today`: « Importez le relevé du 20 au 23 nov. »."""
    first = min(feed.newest_on + _DAY, today)
    period = formats.period(first, today, today=today, language=_language())
    return str(_ASKS.get(feed.kind, _ASK)) % {"period": period}


def age_of(feed: Feed, today: date) -> Words:
    """Return a feed with its age: « Banque ····0189 : 4 jours »."""
    return f"{name_of(feed.kind, feed.bank_account)}\u00a0: {_days((today - feed.newest_on).days)}"


def banner(stale: Sequence[Feed], today: date) -> Words:
    """Return the sentence about what is too old, empty where nothing is."""
    if not stale:
        return ""
    ages = ", ".join(age_of(one, today) for one in stale)
    asked = " ".join(f"{what.rstrip('.')}." for what in _asked(stale, today))
    return gettext("Les envois automatiques sont suspendus. %(ages)s. %(asked)s") % {
        "ages": ages, "asked": asked
    }  # fmt: skip


def alert_words(params: Mapping[str, Any], today: date) -> tuple[Words, Words]:
    """Return the title and the line of the alert whose task has `params`: what to do, and why."""
    feeds = [
        Feed(key=None, kind=one["kind"], bank_account=one["bank_account"], days=0,
             newest_on=date.fromisoformat(one["newest_on"]))
        for one in params.get("feeds", ())
    ]  # fmt: skip
    if not feeds:
        return gettext("Importer des données récentes"), gettext("Envois automatiques suspendus")
    ages = ", ".join(age_of(one, today) for one in feeds)
    return ", ".join(_asked(feeds, today)), gettext("%(ages)s · envois suspendus") % {"ages": ages}


def _asked(feeds: Iterable[Feed], today: date) -> list[Words]:
    return list(dict.fromkeys(what_to_do(one, today) for one in feeds))


def _rows(feeds: Sequence[models.Feed], today: date) -> Iterable[tuple[Words, Words]]:
    """Yield the oldest of what brings payments, and of what brings invoices: these hold."""
    for brought, usual in ((PAYMENTS, "payments"), (INVOICES, "invoices")):
        bringing = [feed for feed in feeds if brought in kind_of(feed.kind).brings]
        if bringing:
            oldest = min(bringing, key=counted_on)
            name = "bank" if oldest.kind == "bank" else usual
            yield str(NAMES[name]), _written(oldest, today)


def counted_on(feed: models.Feed) -> date:
    """Return the day from which a feed's age counts, as the decision takes it."""
    if feed.newest_on is None or feed.by_arrival:
        return timezone.localtime(feed.newest_at).date()
    return feed.newest_on


def _written(feed: models.Feed, today: date) -> Words:
    on = counted_on(feed)
    if on == today and (feed.by_arrival or feed.newest_on is None):
        return formats.moment(timezone.localtime(feed.newest_at), today=today, language=_language())
    day = formats.near_day(on, today=today, language=_language())
    age = (today - on).days
    return f"{day} · {_days(age)}" if age > 0 else day


def _days(count: int) -> Words:
    return ngettext("%(count)s jour", "%(count)s jours", count) % {"count": count}


def _language() -> str:
    return get_language() or "fr"
