"""A file that waits for an agreement: what it would bring, how it is read, and the agreement itself."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from acquit.flows.ledger.import_file import CreditorUnclear, OtherCreditor, StructureError, import_file
from acquit.flows.ledger.keep_upload import drop_upload
from acquit.flows.material.loading.outcome import TABLES as COUNTED
from acquit.jobs.tasks import follow_import, wake
from acquit.store.accounts.models import Creditor
from acquit.store.ledger.models import WaitingFile
from acquit.web import formats
from acquit.web.answering import See, creditor_of
from acquit.web.imports.report import MOST_LINES, Report, look_at, options_of
from acquit.web.imports.words import ANSWERS, KINDS, ORDER, TABLES, field_words, fields_of
from acquit.web.toast import toast
from acquit.web.words import language


def found(request: HttpRequest, key: int) -> WaitingFile:
    """Return a waiting file of the creditor, or raise Http404."""
    return get_object_or_404(WaitingFile, pk=key, creditor=creditor_of(request))


def queue(creditor: Creditor) -> list[WaitingFile]:
    """Return the files that wait, those that make clients known before those that speak of them."""
    waiting = WaitingFile.objects.filter(creditor=creditor).defer("content").order_by("id")

    def rank(one: WaitingFile) -> tuple[int, int]:
        kind = one.report.get("kind", "")
        return (ORDER.index(kind) if kind in ORDER else len(ORDER), one.pk)

    return sorted(waiting, key=rank)


@login_required
@require_safe
def look(request: HttpRequest, key: int) -> HttpResponse:
    """Show what the file would bring: nothing is written by looking."""
    waiting = found(request, key)
    return render(request, "imports/waiting.html", _context(waiting, queue(waiting.creditor)))


def _context(waiting: WaitingFile, others: list[WaitingFile]) -> dict[str, Any]:
    report: Report = waiting.report
    tongue = language()
    position = [one.pk for one in others].index(waiting.pk)
    return {
        "waiting": waiting,
        "report": report,
        "position": position + 1,
        "count": len(others),
        "kinds": [(key, str(words), key == report.get("kind")) for key, words in KINDS.items()],
        "kind_words": str(KINDS.get(report.get("kind", ""), "")),
        "refused": report.get("refused", {}).get(tongue, ""),
        "tables": tables_of(report.get("counts", {})),
        "totals": [_total(*one) for one in report.get("totals", [])],
        "lines": [
            {**one, "words": one["why"][tongue], "field": field_words(one["field"])}
            for one in report.get("lines", [])
        ],
        "more_lines": max(report.get("quarantined", 0) - MOST_LINES, 0),
        "questions": [_question(one, tongue) for one in report.get("questions", [])],
        "notes": [one[tongue] for one in report.get("notes", [])],
        "columns": _columns(report),
        "today": timezone.localdate(),
    }


def tables_of(counts: Mapping[str, Mapping[str, int]]) -> list[tuple[str, int, int, int]]:
    """Return what was new, changed and known, by table, those without anything left out."""
    rows = []
    for table in COUNTED:
        new, changed, known = (
            counts.get(what, {}).get(table, 0) for what in ("created", "updated", "unchanged")
        )
        if new or changed or known:
            rows.append((str(TABLES[table]), new, changed, known))
    return rows


def _total(currency: str, before: str, after: str) -> dict[str, Any]:
    difference = Decimal(after) - Decimal(before)
    written = formats.amount(abs(difference), currency, language=language())
    return {
        "currency": currency,
        "before": Decimal(before),
        "after": Decimal(after),
        "difference": ("+\u00a0" if difference >= 0 else "\u2212") + written if difference else "",
    }


def _question(one: Mapping[str, Any], tongue: str) -> dict[str, Any]:
    choices = [
        (choice, str(ANSWERS.get((one["option"], choice), choice)), choice == one["chosen"])
        for choice in one["choices"]
    ]
    return {"option": one["option"], "words": one["words"][tongue], "choices": choices,
            "examples": ", ".join(one["examples"])}  # fmt: skip


def _columns(report: Report) -> list[dict[str, Any]]:
    """Return each column with the field that it is read as, and the fields that it may be."""
    mapped = {one["column"]: one for one in report.get("mapping", [])}
    fields = fields_of(report.get("kind", ""))
    if not fields:
        return []
    return [
        {
            "place": place,
            "name": column,
            "field": mapped.get(column, {}).get("field", ""),
            "by": mapped.get(column, {}).get("by", ""),
            "choices": [(field, field_words(field)) for field in fields],
        }
        for place, column in enumerate(report.get("columns", []))
    ]


@login_required
@require_POST
def again(request: HttpRequest, key: int) -> HttpResponse:
    """Look at the file again, read as a person says."""
    waiting = found(request, key)
    look_at(waiting, _choices(request, waiting), now=timezone.now())
    toast(request, gettext("Fichier relu avec vos choix. Rien n’est encore importé."))
    return See(reverse("imports:waiting", args=[key]))


def _choices(request: HttpRequest, waiting: WaitingFile) -> dict[str, Any]:
    """Return what was chosen: the kind, the answers, and the columns that differ from what was found."""
    given, report = request.POST, waiting.report
    choices: dict[str, Any] = {}
    kind = given.get("kind", "")
    if kind in KINDS:
        choices["kind"] = kind
    if kind and kind != report.get("kind"):
        return choices
    for one in report.get("questions", []):
        if given.get(one["option"]) in one["choices"]:
            choices[one["option"]] = given[one["option"]]
    for name in ("date_order", "decimal", "sheet"):
        if name not in choices and waiting.options.get(name):
            choices[name] = waiting.options[name]
    mapping = _mapping(request, report, waiting.options.get("mapping", {}))
    return choices | ({"mapping": mapping} if mapping else {})


def _mapping(request: HttpRequest, report: Report, before: Mapping[str, str]) -> dict[str, str]:
    known = set(fields_of(report.get("kind", "")))
    now = {one["field"]: one["column"] for one in report.get("mapping", [])}
    wanted: dict[str, str] = {}
    for place, column in enumerate(report.get("columns", [])):
        field = request.POST.get(f"column-{place}", "")
        if field in known:
            wanted[field] = column
    changed = {field: column for field, column in wanted.items() if now.get(field) != column}
    dropped = {field: "" for field in now if field not in wanted}
    kept = {field: column for field, column in before.items() if wanted.get(field, "") == column}
    return {**kept, **dropped, **changed}


@login_required
@require_POST
def agree(request: HttpRequest, key: int) -> HttpResponse:
    """Import the file as it was looked at, then go on with the next one."""
    waiting, now = found(request, key), timezone.now()
    try:
        imported = import_file(
            organisation_id=waiting.organisation_id, creditor_id=waiting.creditor_id, name=waiting.name,
            content=bytes(waiting.content), now=now, kind=waiting.options.get("kind") or None,
            options=options_of(waiting.options), by=request.user.pk,
        )  # fmt: skip
    except (StructureError, OtherCreditor, CreditorUnclear):
        look_at(waiting, waiting.options, now=now)
        toast(request, gettext("Rien n’a été importé\u00a0: voyez pourquoi."), tone="danger")
        return See(reverse("imports:waiting", args=[key]))
    drop_upload(organisation_id=waiting.organisation_id, upload_id=key)
    wake(waiting.organisation_id)
    follow_import(waiting.organisation_id)
    words = gettext("%(name)s importé\u00a0: %(created)s nouveautés, %(updated)s modifications.")
    said = words % {
        "name": waiting.name,
        "created": formats.number(imported.created, decimals=0, language=language()),
        "updated": formats.number(imported.updated, decimals=0, language=language()),
    }
    refused = len(imported.quarantined)
    if refused:
        said += " " + ngettext("%(count)s ligne à corriger.", "%(count)s lignes à corriger.", refused) % {
            "count": refused
        }
    toast(request, said, tone="warn" if refused else "ok")
    following = queue(waiting.creditor)
    if not following:
        return See(reverse("imports:file", args=[imported.file_id]))
    after = WaitingFile.objects.get(pk=following[0].pk)
    look_at(after, after.options, now=timezone.now())
    return See(reverse("imports:waiting", args=[after.pk]))


@login_required
@require_POST
def drop(request: HttpRequest, key: int) -> HttpResponse:
    """Give the file up."""
    waiting = found(request, key)
    drop_upload(organisation_id=waiting.organisation_id, upload_id=key)
    toast(request, gettext("%(name)s abandonné\u00a0: rien n’a été importé.") % {"name": waiting.name})
    following = queue(waiting.creditor)
    if following:
        return See(reverse("imports:waiting", args=[following[0].pk]))
    return See(reverse("imports:index"))
