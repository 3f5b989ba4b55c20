"""A report as a file: of exactly what is on screen, named after it and its day."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl

from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse, HttpRequest
from django.utils.text import slugify

from acquit.reports.paper import Asked as OnPaper
from acquit.reports.paper import pdf_bytes
from acquit.reports.spreadsheet import Sheet, csv_text, document
from acquit.reports.workbook import xlsx_bytes
from acquit.web import formats
from acquit.web.reports.form import Asked, collector_name
from acquit.web.reports.table import in_words
from acquit.web.words import KINDS, PROFILES, country_name, language, said

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "json": "application/json",
}
FORMATS = tuple(_TYPES)
#: Characters of a file's name before its ending: what every file system takes.
_LONGEST = 150


def download(
    request: HttpRequest, sheet: Sheet, asked: Asked, *, slug: str, form: str, described: Iterable[str] = ()
) -> FileResponse:
    """Return the sheet as a file of `form`; raises TooLong where it is too long for paper.

    On paper stands which part it is (`described`), and codes are words.
    """
    creditors = {one.key: one.name for one in request.creditors}  # type: ignore[attr-defined]
    make: dict[str, Callable[[], bytes]] = {
        "csv": lambda: csv_text(sheet).encode("utf-8-sig"),
        "xlsx": lambda: xlsx_bytes(sheet),
        "pdf": lambda: pdf_bytes(in_words(sheet, asked, creditors), _paper(request, asked, described)),
        "json": lambda: json.dumps(
            document(sheet, asked.filters.on), cls=DjangoJSONEncoder, ensure_ascii=False
        ).encode(),
    }
    return FileResponse(
        io.BytesIO(make[form]()), as_attachment=True, filename=file_name(slug, asked, form),
        content_type=_TYPES[form],
    )  # fmt: skip


def file_name(slug: str, asked: Asked, form: str) -> str:
    """Return the name of a file: the report, its day, and each filter as its address says it."""
    said = parse_qsl(asked.query)
    filters = [f"{name}-{slugify(value)}" for name, value in said if name != "au"]
    whole = "_".join([f"{slug}-{asked.filters.on.isoformat()}", *filters])
    return f"{whole[:_LONGEST]}.{form}"


def _paper(request: HttpRequest, asked: Asked, described: Iterable[str]) -> OnPaper:
    creditors = {one.pk: one.name for one in request.creditors}  # type: ignore[attr-defined]
    of, tongue = asked.filters, formats.spoken(language())
    lines = [
        *described,
        collector_name(of.collector),
        said(PROFILES, of.profile) if of.profile else "",
        said(KINDS, of.kind) if of.kind else "",
        country_name(of.country) if of.country else "",
        of.currency,
    ]
    name = creditors.get(of.creditor_id) or (
        next(iter(creditors.values())) if len(creditors) == 1 else str(request.membership.organisation)  # type: ignore[attr-defined]
    )
    return OnPaper(
        name=name, language=tongue, on=of.on, printed_on=asked.today, within=asked.options.within,
        lines=[line for line in lines if line],
    )  # fmt: skip
