"""« Envois », read: the list, one message with its attempts, its frozen bytes, the print batch."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from acquit.store.encoding import decode_reasons
from acquit.store.outbox.models import PAPER, Evidence, Message
from acquit.web.answering import creditor_of
from acquit.web.components import Link, Tab
from acquit.web.outbox.arrival import arrival_form, arrivals_of, effect_of
from acquit.web.outbox.listing import MOST, VIEWS, Listing, is_stuck, listing, rows_of
from acquit.web.outbox.words import delivery_words, withdrawn_words
from acquit.web.security import framed_mail
from acquit.web.words import language
from acquit.wording import say_reason

_MAIL, _PDF = "message/rfc822", "application/pdf"
_SUFFIXES = {_MAIL: "eml", _PDF: "pdf", "text/plain": "txt", "application/json": "json"}
#: More of a frozen text than this is read in a file, not on a screen.
_SHOWN = 20_000


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the messages of one state."""
    creditor = creditor_of(request)
    words = request.GET.get("q", "").strip()
    page = request.GET.get("page", "1")
    found = listing(
        creditor,
        state=request.GET.get("etat", ""),
        words=words,
        page=int(page) if page.isdecimal() and len(page) < 9 else 1,
        now=timezone.now(),
        alone=len(request.creditors) == 1,  # type: ignore[attr-defined]
    )
    context = {
        "listing": found,
        "tabs": _tabs(found, words),
        "words": words,
        "today": timezone.localdate(),
        "most": MOST,
        "clear_link": Link(label=gettext("Effacer la recherche"), url=reverse("outbox:index")),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "outbox/list.html" if fragment else "outbox/index.html", context)


def _tabs(found: Listing, words: str) -> list[Tab]:
    return [
        Tab(
            label=str(view.words),
            url="?" + urlencode({"etat": view.key} | ({"q": words} if words else {})),
            count=min(found.counts[view.key], MOST),
            current=view is found.view,
        )
        for view in VIEWS
    ]


@login_required
@require_safe
def message(request: HttpRequest, key: int) -> HttpResponse:
    """Show a message with its attempts and its frozen copies."""
    creditor = creditor_of(request)
    found = get_object_or_404(
        Message.objects.select_related("debtor", "approved_by", "creditor"), pk=key, creditor=creditor
    )
    now = timezone.now()
    row = rows_of([found], creditor, now)[0]
    copies = list(found.evidence.filter(proves=None).order_by("frozen_at", "id"))
    context = {
        "row": row,
        "message": found,
        "resolvable": found.state == "failed" or is_stuck(found, now),
        "deliveries": [(one, *delivery_words(one)) for one in found.deliveries.order_by("attempt")],
        "copies": [_copy(found, one) for one in copies],
        "because": withdrawn_words(found),
        "arrivals": arrivals_of(found),
        "effect": effect_of(found),
        "arrival_form": arrival_form(found) if found.state == "sent" and found.channel in PAPER else None,
        "reasons": [
            say_reason(reason.code, reason.params, language()) for reason in decode_reasons(found.reasons)
        ],
        "waits": found.state in ("to_approve", "handed_over", "failed", "sending"),
        "today": timezone.localdate(),
        "account_url": reverse("accounts:account", args=[found.account_id]),
    }
    return render(request, "outbox/message.html", context)


def _copy(found: Message, one: Evidence) -> dict[str, Any]:
    content = bytes(one.content)
    suffix = _SUFFIXES.get(one.media_type, "bin")
    is_text = one.media_type != _PDF
    text = content[:_SHOWN].decode("utf-8", "replace") if is_text else ""
    return {
        "evidence": one,
        "size": len(content),
        "name": f"acquit-{found.pk}.{suffix}",
        "text": text,
        "cut": is_text and len(content) > _SHOWN,
        "framed": one.media_type == _MAIL,
    }


def _evidence(request: HttpRequest, key: int, evidence: int) -> Evidence:
    return get_object_or_404(Evidence, pk=evidence, message_id=key, message__creditor=creditor_of(request))


@login_required
@require_safe
def evidence(request: HttpRequest, key: int, evidence: int) -> HttpResponse:
    """Hand over the frozen bytes, unchanged."""
    found = _evidence(request, key, evidence)
    suffix = _SUFFIXES.get(found.media_type, "bin")
    response = HttpResponse(bytes(found.content), content_type=found.media_type)
    way = "inline" if found.media_type == _PDF else "attachment"
    response.headers["Content-Disposition"] = f'{way}; filename="acquit-{key}.{suffix}"'
    return response


@login_required
@require_safe
@framed_mail
def frame(request: HttpRequest, key: int, evidence: int) -> HttpResponse:
    """Show a frozen mail as its reader saw it, in a frame that runs nothing."""
    found = _evidence(request, key, evidence)
    if found.media_type != _MAIL:
        raise Http404
    mail = message_from_bytes(bytes(found.content), policy=modern)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("html", "plain"))
    text = "" if body is None else str(body.get_content())
    html = body is not None and body.get_content_subtype() == "html"
    return HttpResponse(text if html else f"<pre>{escape(text)}</pre>")
