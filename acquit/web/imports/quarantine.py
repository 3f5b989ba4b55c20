"""A line that was refused: what it says, what is needed, its correction or its end."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from acquit.flows.ledger.correct_row import StructureError, correct_row, drop_row
from acquit.flows.material.errors import Impossible
from acquit.jobs.tasks import wake
from acquit.sources.words import Why, sentence
from acquit.store.ledger.models import QuarantinedRow
from acquit.web.answering import See, creditor_of, refused
from acquit.web.formats import spoken
from acquit.web.imports.words import field_words
from acquit.web.toast import toast
from acquit.web.words import language


def row_words(row: QuarantinedRow) -> str:
    """Return what is needed in place of what was read."""
    try:
        return sentence(Why(row.code, row.params), language())
    except (KeyError, IndexError):
        return row.code


def _found(request: HttpRequest, key: int) -> QuarantinedRow:
    rows = QuarantinedRow.objects.select_related("file").defer("file__content")
    return get_object_or_404(rows, pk=key, file__creditor=creditor_of(request))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Show a refused line cell by cell; read it again as it was corrected."""
    row = _found(request, key)
    if request.method != "POST":
        return render(request, "imports/row.html", _context(row, row.row))
    cells = {
        name: request.POST.get(f"cell-{place}", str(said))
        for place, (name, said) in enumerate(row.row.items())
    }
    try:
        corrected = correct_row(
            organisation_id=row.organisation_id, row_id=key, cells=cells, now=timezone.now()
        )
    except Impossible as error:
        refused(request, error)
        return _back(row)
    except StructureError as why:
        context = _context(row, cells) | {"still": why.words(spoken(language()))}
        return render(request, "imports/row.html", context)
    if corrected.error is not None:
        row.refresh_from_db()
        context = _context(row, cells) | {"still": corrected.error.words(spoken(language()))}
        return render(request, "imports/row.html", context)
    wake(row.organisation_id)
    toast(request, gettext("Ligne corrigée et importée."))
    return _back(row)


def _context(row: QuarantinedRow, cells: dict[str, Any]) -> dict[str, Any]:
    value = row.value
    return {
        "row": row,
        "field": field_words(row.field),
        "words": row_words(row),
        "cells": [
            (place, name, said, bool(value) and str(said) == value)
            for place, (name, said) in enumerate(cells.items())
        ],
        "settled": row.resolved_at is not None,
    }


def _back(row: QuarantinedRow) -> See:
    return See(reverse("imports:file", args=[row.file_id]))


@login_required
@require_POST
def drop(request: HttpRequest, key: int) -> HttpResponse:
    """Leave a refused line out for good."""
    row = _found(request, key)
    try:
        drop_row(organisation_id=row.organisation_id, row_id=key, now=timezone.now())
    except Impossible as error:
        refused(request, error)
        return _back(row)
    toast(request, gettext("Ligne écartée\u00a0: elle ne sera pas importée."))
    return _back(row)
