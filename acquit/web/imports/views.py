"""« Imports »: handing files in, the history, one file and what it brought."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from acquit.flows.ledger.keep_upload import keep_upload
from acquit.flows.material.loading.file import content_of
from acquit.store.accounts.models import Creditor
from acquit.store.ledger.models import QuarantinedRow, SourceFile, WaitingFile
from acquit.web.answering import See, creditor_of
from acquit.web.imports.quarantine import row_words
from acquit.web.imports.report import look_at
from acquit.web.imports.waiting import queue, tables_of
from acquit.web.imports.words import KINDS, field_words

#: What a browser may hand in at once; larger files go in by `acquit import`.
MOST_BYTES = 200 * 1024 * 1024
_MIB = 1024 * 1024
FILES_PER_PAGE, ROWS_PER_PAGE = 25, 100
#: A cell that begins so would be run by a spreadsheet.
_RUNS = ("=", "+", "-", "@", "\t", "\r")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Show what was imported and what waits; take files in."""
    creditor = creditor_of(request)
    problems: list[str] = []
    if request.method == "POST":
        files = request.FILES.getlist("files")
        problems = _problems(files)
        if not problems:
            return _take(request, creditor, files)
    waiting_rows = Count("quarantined", filter=Q(quarantined__resolved_at=None))
    files_seen = SourceFile.objects.filter(creditor=creditor).defer("content")
    history = files_seen.select_related("received_by").annotate(to_correct=waiting_rows)
    page = Paginator(history.order_by("-received_at", "-id"), FILES_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "files": [(one, _kind(one.kind), tables_of(one.counts)) for one in page.object_list],
        "waiting": [(one, _kind(one.report.get("kind", ""))) for one in queue(creditor)],
        "problems": problems,
        "most": MOST_BYTES // _MIB,
        "today": timezone.localdate(),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "imports/history.html" if fragment else "imports/index.html", context)


def _kind(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def _problems(files: list[UploadedFile[bytes]]) -> list[str]:
    if not files:
        return [gettext("Choisissez un fichier.")]
    problems = []
    for one in files:
        if not one.size:
            problems.append(gettext("%(name)s est vide\u00a0: rien n’a été reçu.") % {"name": one.name})
        elif one.size > MOST_BYTES:
            words = gettext(
                "%(name)s pèse %(size)s\u00a0Mio, la limite est de %(most)s\u00a0Mio\u00a0: découpez l’export"
                " par période, ou passez par la commande acquit import."
            )
            size = -(-one.size // _MIB)
            problems.append(words % {"name": one.name, "size": size, "most": MOST_BYTES // _MIB})
    return problems


def _take(request: HttpRequest, creditor: Creditor, files: list[UploadedFile[bytes]]) -> HttpResponse:
    """Keep the files, look at each, and show the first."""
    now = timezone.now()
    for one in files:
        key = keep_upload(
            organisation_id=creditor.organisation_id, creditor_id=creditor.pk, name=one.name or "",
            content=one.read(), now=now, by=request.user.pk,
        )  # fmt: skip
        look_at(WaitingFile.objects.get(pk=key), {}, now=now)
    return See(reverse("imports:waiting", args=[queue(creditor)[0].pk]))


def _file(request: HttpRequest, key: int) -> SourceFile:
    files = SourceFile.objects.defer("content").select_related("received_by")
    return get_object_or_404(files, pk=key, creditor=creditor_of(request))


@login_required
@require_safe
def file(request: HttpRequest, key: int) -> HttpResponse:
    """Show one file: what it brought, and the lines of it that wait."""
    found = _file(request, key)
    rows = QuarantinedRow.objects.filter(file=found)
    waiting = rows.filter(resolved_at=None).order_by("line", "id")
    page = Paginator(waiting, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "file": found,
        "kind": _kind(found.kind),
        "tables": tables_of(found.counts),
        "page": page,
        "rows": [(row, field_words(row.field), row_words(row)) for row in page.object_list],
        "settled": rows.exclude(resolved_at=None).count(),
        "today": timezone.localdate(),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "imports/rows.html" if fragment else "imports/file.html", context)


@login_required
@require_safe
def raw(request: HttpRequest, key: int) -> HttpResponse:
    """Hand over the file as it was received."""
    found = _file(request, key)
    return _download(content_of(found), found.name, "application/octet-stream")


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_safe
def lines(request: HttpRequest, key: int) -> HttpResponse:
    """Hand over the refused lines as CSV, to be corrected where they come from."""
    found = _file(request, key)
    rows = list(QuarantinedRow.objects.filter(file=found, resolved_at=None).order_by("line", "id"))
    columns = list(dict.fromkeys(name for row in rows for name in row.row))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([gettext("Ligne"), gettext("Champ"), gettext("Ce qu’il faut"), *columns])
    for row in rows:
        cells = [row.row.get(name, "") for name in columns]
        writer.writerow([row.line or "", field_words(row.field), row_words(row), *map(_inert, cells)])
    name = f"{found.name.rpartition('.')[0] or found.name}-{gettext('a-corriger')}.csv"
    return _download(("\ufeff" + out.getvalue()).encode(), name, "text/csv; charset=utf-8")


def _inert(cell: Any) -> str:
    """Return a foreign cell so that no spreadsheet runs it."""
    text = str(cell)
    return f"'{text}" if text.startswith(_RUNS) and not text[1:2].isdigit() else text
