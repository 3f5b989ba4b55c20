"""The words of reports on paper, in each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from acquit.wording.template import Unsayable


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWords:
    """Titles by report, headings by column, and remarks by report; `days_late` words a column of days.

    `values` are what the codes of a column are called.
    """

    titles: Mapping[str, str]
    columns: Mapping[str, str]
    days_late: Callable[[str], str]
    as_of: str
    printed: str
    page: str
    total: str
    notes: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]

    def column(self, name: str) -> str:
        """Return the heading of a column; one of days late is named by its days.

        >>> report_words("en").column("31-60").replace("\\u00a0", " "), report_words("fr").column("not_due")
        ('31–60 d', 'Non échu')
        """
        return self.columns.get(name) or self.days_late(name.replace("_", " "))


def as_span(days: str) -> str:
    """Return a span of days as it is printed.

    >>> as_span("31-60"), as_span(">90").replace("\\u00a0", " ")
    ('31–60', '> 90')
    """
    return days.replace("-", "–").replace(">", ">\u00a0")


@cache
def report_words(language: str) -> ReportWords:
    """Return the words of `language`; raise Unsayable where it has none."""
    if not language.isalpha() or find_spec(f"acquit.wording.{language}") is None:
        raise Unsayable("missing_language", language)
    module = import_module(f"acquit.wording.{language}.report_words")
    return cast("ReportWords", module.WORDS)
