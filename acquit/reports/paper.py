"""A report as a PDF: its table in words, its totals, what was asked, and the remark that belongs there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from acquit.core.money import decimals_of
from acquit.reports.spreadsheet import DAYS, PERCENTAGES, Sheet, Value, added_up
from acquit.wording.report import PaperReport, report_pdf
from acquit.wording.report_words import ReportWords, report_words
from acquit.wording.typography import TYPOGRAPHY

#: Rows beyond which nobody reads paper: some hundred pages.
MOST_ROWS = 5_000
_THIN = "\u202f"


class TooLong(ValueError):
    """A report of so many rows is not for paper: ask for a workbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What stands above the table: whose report, of which day, narrowed how; `printed_on` is today."""

    name: str
    language: str
    on: date
    printed_on: date
    lines: Sequence[str] = ()
    within: int = 14


def pdf_bytes(sheet: Sheet, asked: Asked) -> bytes:
    """Return the sheet as PDF. Raises TooLong, and Unsayable for a language without words."""
    if len(sheet.rows) > MOST_ROWS:
        raise TooLong(len(sheet.rows))
    language = asked.language
    words, typography = report_words(language), TYPOGRAPHY[language]
    shown = [place for place in range(len(sheet.columns)) if place not in sheet.noted]
    texts = [not any(isinstance(row[place], Decimal | int) for row in sheet.rows) for place in shown]
    totals = [
        [words.total, *(_said(sheet.columns[place], line[place], currency, language) for place in shown[1:])]
        for currency, line in added_up(sheet)
    ]
    return report_pdf(
        PaperReport(
            key=sheet.key,
            name=asked.name,
            language=language,
            on=asked.printed_on,
            printed_on=typography.day(asked.printed_on),
            asked=(words.as_of.format(day=typography.day(asked.on)), *asked.lines),
            columns=[sheet.columns[place] for place in shown],
            words=texts,
            rows=[
                [
                    _coded(sheet.columns[place], row[place], words)
                    or _said(sheet.columns[place], row[place], sheet.currency_of(row), language)
                    for place in shown
                ]
                for row in sheet.rows
            ],
            totals=totals,
            note=words.notes.get(sheet.note, "").format(within=asked.within),
        )
    )


def _coded(name: str, value: Value, words: ReportWords) -> str:
    """Return what the code of a column is called; nothing where the column has none."""
    if not isinstance(value, str):
        return ""
    if name == "column":
        return words.column(value.replace(" ", "_"))
    known = words.values.get(name, {})
    return known.get(value) or known.get("other", "")


def _said(name: str, value: Value, currency: str, language: str) -> str:
    """Return a value as a person of that language writes it; the currency has a column of its own."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        is_amount = name not in PERCENTAGES | DAYS
        return _figure(value, decimals_of(currency) if is_amount else 1, language)
    if isinstance(value, date):
        return TYPOGRAPHY[language].short_day(value)
    return str(value)


def _figure(value: Decimal, decimals: int, language: str) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    digits = f"{abs(rounded):,}"
    if language == "fr":
        digits = digits.replace(",", _THIN).replace(".", ",")
    return f"−{digits}" if rounded < 0 else digits
