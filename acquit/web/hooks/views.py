"""A provider's call: checked, translated by the provider's own folder, recorded."""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from acquit.channels.provider import Forged, Received, Unreadable
from acquit.flows.material.carriage import provider_of, settings_of
from acquit.flows.outbox.record_news import keep_unreadable, record_news
from acquit.store import tenancy
from acquit.store.outbox.models import Carrier
from acquit.web.hooks.often import too_often

log = logging.getLogger(__name__)

#: A provider tells thousands of events in a burst; a stranger who guesses addresses gets few.
CALLS_A_MINUTE, GUESSES_A_MINUTE = 1200, 30
#: A provider hands over mails of 25 to 35 MB, more than any form of ours takes.
MOST_BYTES = 40 * 1024 * 1024


@csrf_exempt
@require_http_methods(["GET", "POST"])
def take_news(request: HttpRequest, token: str) -> HttpResponse:
    """Record what the carrier of this address tells.

    Kannel and others tell by GET (docs/decisions/0017): this is no page, and the only GET that writes.
    """
    now = timezone.now()
    found = tenancy.carrier_at(token)
    if found is None:
        guesser = f"guess {request.META.get('REMOTE_ADDR', '')}"
        return _said(429 if too_often(guesser, most=GUESSES_A_MINUTE, now=now) else 404)
    organisation_id, carrier_id = found
    if too_often(f"carrier {carrier_id}", most=CALLS_A_MINUTE, now=now):
        return _said(429)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return _said(413)
    received = Received(
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.read(),
        query=request.GET.dict(),
        url=f"{settings.ACQUIT_BASE_URL}{request.get_full_path()}",
        at=now,
        method=str(request.method),
    )
    with tenancy.organisation(organisation_id):
        return _read(Carrier.objects.get(id=carrier_id), received)


def _read(carrier: Carrier, received: Received) -> HttpResponse:
    ours = {"organisation_id": carrier.organisation_id, "carrier_id": carrier.id}
    try:
        provider, secrets = provider_of(carrier), settings_of(carrier)
    except (LookupError, ValueError) as error:
        log.error("carrier %s cannot be opened: %s", carrier.id, error)  # noqa: TRY400  its cause is the sentence
        return _said(503)
    try:
        news = provider.read(received, secrets)
    except Forged as error:
        log.warning("carrier %s: a call that is not the provider's: %r", carrier.id, str(error)[:200])
        return _said(403)
    except Unreadable as error:
        keep_unreadable(**ours, body=received.body, because=str(error), now=received.at)
        return _said(422, str(error))
    record_news(**ours, news=news, now=received.at)
    return _said(200)


def _said(status: int, words: str = "") -> HttpResponse:
    response = HttpResponse(words[:500], status=status, content_type="text/plain; charset=utf-8")
    # Django would log the address of what is refused, and who has the address of a carrier may tell.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
    return response
