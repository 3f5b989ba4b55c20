"""How old the facts are: the box of the side bar that says what automatic sends wait for."""

from datetime import datetime

from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from acquit.store.accounts.models import Creditor
from acquit.store.facts import CaseLoader, stale
from acquit.store.ledger.models import SourceFile
from acquit.web import formats
from acquit.web.components import Freshness

BRINGS_INVOICES = ("invoices", "fec")
BRINGS_PAYMENTS = ("payments", "fec")


def freshness(request: HttpRequest) -> Freshness | None:
    """Return how old the creditor's invoices and payments are, or None before a first import."""
    creditor: Creditor | None = getattr(request, "creditor", None)
    if creditor is None:
        return None
    now = timezone.now()
    newest = _newest(creditor)
    rows = (
        (gettext("Règlements"), _latest(newest, BRINGS_PAYMENTS)),
        (gettext("Factures"), _latest(newest, BRINGS_INVOICES)),
    )
    written = tuple((label, _written(at, now)) for label, at in rows if at is not None)
    loader: CaseLoader = getattr(request, "cases", None) or CaseLoader(creditor.organisation_id, now)
    return Freshness(suspended=is_suspended(creditor, loader), rows=written) if written else None


def is_suspended(creditor: Creditor, loader: CaseLoader) -> bool:
    """Say whether the decision holds everything for the creditor because its facts are old (rule 3).

    A page that decided on cases leaves its loader as `request.cases`, so that nothing is read twice.
    """
    facts = loader.creditor(creditor.pk)
    return stale(facts, loader.calendar(facts, facts.country, facts.region), facts.day(loader.now))


def _newest(creditor: Creditor) -> dict[str, datetime]:
    by_kind = SourceFile.objects.filter(creditor=creditor).values("kind").order_by("kind")
    return dict(by_kind.annotate(newest=Max("received_at")).values_list("kind", "newest"))


def _latest(newest: dict[str, datetime], kinds: tuple[str, ...]) -> datetime | None:
    return max((newest[kind] for kind in kinds if kind in newest), default=None)


def _written(at: datetime, now: datetime) -> str:
    here, today = timezone.localtime(at), timezone.localtime(now).date()
    language = get_language() or "fr"
    age = (today - here.date()).days
    if age == 0:
        return formats.moment(here, today=today, language=language)
    days = ngettext("%(count)s jour", "%(count)s jours", age) % {"count": age}
    return f"{formats.near_day(here.date(), today=today, language=language)} · {days}"
