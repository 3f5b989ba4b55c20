"""A message as it left: the frozen bytes, shown and handed over unchanged."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_safe

from acquit.store.outbox.models import Evidence, Message
from acquit.web.security import framed_mail
from acquit.web.words import message_chip

_MAIL, _PDF = "message/rfc822", "application/pdf"
_SUFFIXES = {_MAIL: "eml", _PDF: "pdf", "application/json": "json", "text/plain": "txt"}


@login_required
@require_safe
def message(request: HttpRequest, key: int, message_key: int) -> HttpResponse:
    """Show a message of an account with its attempts and its frozen copies."""
    found = get_object_or_404(
        Message.objects.select_related("account__debtor", "approved_by"), pk=message_key, account_id=key
    )
    copies = list(found.evidence.filter(proves=None).order_by("frozen_at", "id").defer("content"))
    context = {
        "message": found,
        "account": found.account,
        "chip": message_chip(found.state),
        "copies": copies,
        "shown": next((one for one in reversed(copies) if one.media_type in (_MAIL, _PDF)), None),
        "deliveries": found.deliveries.order_by("attempt"),
        "today": timezone.localdate(),
    }
    return render(request, "clients/message.html", context)


@login_required
@require_safe
@framed_mail
def frame(request: HttpRequest, key: int, evidence_key: int) -> HttpResponse:  # noqa: ARG001
    """Show the HTML part of a frozen mail, within a frame that refuses everything else."""
    return HttpResponse(_html_of(bytes(_evidence(key, evidence_key).content)))


@login_required
@require_safe
def copy(request: HttpRequest, key: int, evidence_key: int) -> HttpResponse:  # noqa: ARG001
    """Hand over the frozen bytes as they are."""
    found = _evidence(key, evidence_key)
    suffix = _SUFFIXES.get(found.media_type, "bin")
    way = "inline" if found.media_type == _PDF else "attachment"
    response = HttpResponse(bytes(found.content), content_type=found.media_type)
    response.headers["Content-Disposition"] = f'{way}; filename="message-{found.message_id}.{suffix}"'
    return response


def _evidence(key: int, evidence_key: int) -> Evidence:
    return get_object_or_404(Evidence, pk=evidence_key, message__account_id=key)


def _html_of(content: bytes) -> str:
    mail = message_from_bytes(content, policy=modern)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("html", "plain"))
    if body is None:
        return ""
    text = str(body.get_content())
    if body.get_content_subtype() == "html":
        return text
    return f"<pre>{escape(text)}</pre>"
