"""The PDF of an invoice, handed over as it was received."""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from acquit.store.ledger.models import Invoice

_NAMED = re.compile(r"[^A-Za-z0-9._-]+")


@login_required
@require_safe
def invoice(request: HttpRequest, key: int, invoice_key: int) -> HttpResponse:  # noqa: ARG001
    """Hand over the PDF of an invoice of the account, to be kept and never shown: it came from outside."""
    found = get_object_or_404(
        Invoice.objects.only("number", "document"), pk=invoice_key, account_id=key, document__isnull=False
    )
    response = HttpResponse(bytes(found.document or b""), content_type="application/pdf")
    name = _NAMED.sub("-", found.number).strip("-.") or str(found.pk)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
