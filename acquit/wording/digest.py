"""The mails to our own people: what waits this morning, and the page of the week, as text and as HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from acquit.wording.document import inert
from acquit.wording.template import Unsayable


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a mail: what, how much or how many, a `note` to it, and the address of the list behind it."""

    label: str
    value: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines under a heading; without lines, what is said instead."""

    title: str
    lines: Sequence[Line]
    otherwise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMail:
    """A mail in words; `title` is whose and of which day. Names from outside are made one plain line of."""

    subject: str
    title: str
    greeting: str
    parts: Sequence[Lines]
    closing: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestWords:
    """The words of digests in one language; `kinds` are what waits, as `reports.today.KINDS` names it."""

    daily_subject: Callable[[str, str, int], str]
    weekly_subject: Callable[[str, str], str]
    title: Callable[[str, str], str]
    greeting: Callable[[str], str]
    waits: str
    nothing_waits: str
    kinds: Mapping[str, str]
    promises: str
    promised_today: str
    broken: str
    no_promise: str
    money: str
    cash: str
    payments: Callable[[int], str]
    figures: str
    open: str
    late: str
    late_share: Callable[[str], str]
    dso: str
    best_dso: str
    days: Callable[[str], str]
    change: Callable[[str], str]
    points: Callable[[str], str]
    delay: str
    before: Callable[[str], str]
    effectiveness: str
    ageing: str
    not_due: str
    late_by: Callable[[str], str]
    unallocated: str
    forecast: str
    in_30_days: str
    in_13_weeks: str
    cautious: Callable[[str], str]
    largest: str
    nobody_late: str
    count: Callable[[int, str], str]
    closing: str


@cache
def digest_words(language: str) -> DigestWords:
    """Return the words of `language`; raise Unsayable where it has none."""
    if not language.isalpha() or find_spec(f"acquit.wording.{language}") is None:
        raise Unsayable("missing_language", language)
    return cast("DigestWords", import_module(f"acquit.wording.{language}.digest_words").WORDS)


def as_text(mail: DigestMail) -> str:
    """Return the mail as plain text."""
    lines, colon = [mail.greeting, "", mail.title, ""], ":" if mail.language == "en" else "\u00a0:"
    for part in mail.parts:
        lines.append(part.title.upper())
        for line in part.lines:
            note = f" ({line.note})" if line.note else ""
            lines.append(f"- {inert(line.label)}{colon} {line.value}{note}")
            if line.url:
                lines.append(f"  {line.url}")
        if not part.lines and part.otherwise:
            lines.append(part.otherwise)
        lines.append("")
    return "\n".join([*lines, mail.closing, ""])


def as_html(mail: DigestMail) -> str:
    """Return the mail as HTML that any reader shows: tables and styles of their own, nothing to load."""
    parts = "".join(_part(part) for part in mail.parts)
    return (
        f'<!doctype html><html lang="{mail.language}"><head><meta charset="utf-8">'
        f"<title>{escape(mail.subject)}</title></head>"
        '<body style="margin:0;padding:24px;background:#f4f6f7;color:#15212b;'
        'font:15px/1.5 system-ui,Segoe UI,Roboto,Arial,sans-serif">'
        '<div style="max-width:640px;margin:0 auto;background:#fff;border:1px solid #d9dfe3;'
        f'border-radius:8px;padding:24px"><p style="margin:0 0 4px">{escape(mail.greeting)}</p>'
        f'<h1 style="margin:0;font-size:20px;line-height:1.25">{escape(mail.title)}</h1>{parts}'
        f'<p style="margin:16px 0 0;color:#43515c;font-size:13px">{escape(mail.closing)}</p>'
        "</div></body></html>"
    )


def _part(part: Lines) -> str:
    rows = "".join(_row(line) for line in part.lines)
    body = f'<table role="presentation" style="width:100%;border-collapse:collapse">{rows}</table>'
    if not rows:
        body = f'<p style="margin:0;color:#43515c">{escape(part.otherwise)}</p>'
    return f'<h2 style="margin:24px 0 4px;font-size:16px">{escape(part.title)}</h2>{body}'


def _row(line: Line) -> str:
    label = escape(inert(line.label))
    if line.url:
        label = f'<a href="{escape(line.url)}" style="color:#0b6072">{label}</a>'
    cell = "padding:5px 0;border-bottom:1px solid #e6eaed;vertical-align:top"
    note = f'<br><span style="color:#606d77;font-size:13px">{escape(line.note)}</span>' if line.note else ""
    value = f'<span style="white-space:nowrap">{escape(line.value)}</span>{note}'
    return (
        f'<tr><td style="{cell};padding-right:12px">{label}</td>'
        f'<td style="{cell};text-align:right">{value}</td></tr>'
    )
