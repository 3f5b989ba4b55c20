"""An MT940 becomes statements with their movements. A page (60M, 62M) is a statement of its own.

Nothing is guessed about what is broken: a field that cannot be read, or a sum that does not agree,
refuses the file, so that no movement is ever lost between the lines.

**Keys.** A movement is named by its booking day, the bank's reference (after "//" in field 61) and its
amount, else by all that is written of it. A statement is named by its number and the day of its
closing balance, since banks count anew every year.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

from acquit.sources.base import Options, Reading, content_of
from acquit.sources.errors import StructureError
from acquit.sources.mt940.detail import Detail, detail_of, is_account
from acquit.sources.mt940.message import Field, fields_of
from acquit.sources.mt940.movement import Movement, balance_of, movement_of
from acquit.sources.statement import Line, Statement, reading_of
from acquit.sources.text import decode
from acquit.sources.words import Why

_TELLING = re.compile(rb"^(?:\{[^\n]*\{4:)?:(20|25P?|28C?|60[FM]|61|62[FM]|34F|64):", re.MULTILINE)
_HEAD = 20_000
_ACCOUNT, _OPENING, _CLOSING = ("25", "25P"), ("60F", "60M"), ("62F", "62M")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Mt940:
    """A bank's statement as SWIFT writes it, in the dialects of banks."""

    KIND = "mt940"
    LABEL = "relevé bancaire MT940"
    FIELDS: ClassVar[tuple[str, ...]] = ()

    def identify(self, content: bytes, filename: str) -> float:  # noqa: ARG002
        """Return more, the more kinds of fields of a statement stand at the beginning of lines."""
        head = content[:_HEAD].replace(b"\r", b"\n").removeprefix(b"\xef\xbb\xbf")
        return min(1.0, len(set(_TELLING.findall(head))) / 4)

    def read(self, content: bytes | Path, filename: str = "", options: Options | None = None) -> Reading:  # noqa: ARG002
        """Return the movements, or raise StructureError with the line that is broken."""
        asked = options.encoding if options else None
        utf8, encoding = decode(content_of(content), asked)
        remarks: Counter[str] = Counter()
        pages = [_page(fields, remarks) for fields in fields_of(utf8.decode())]
        if not pages:
            raise StructureError("mt940_none")
        _check_pages(pages)
        notes = list(_notes(remarks))
        return reading_of(self.KIND, [page.statement for page in pages], notes=notes, encoding=encoding)


@dataclass(frozen=True, slots=True)
class _Page:
    """A statement, and whether it says itself that it goes on from, and in, another one."""

    statement: Statement
    goes_on: bool
    continues: bool


def _page(fields: Sequence[Field], remarks: Counter[str]) -> _Page:
    account_field, first, last = (_the(fields, *tags) for tags in (_ACCOUNT, _OPENING, _CLOSING))
    opening, closing = balance_of(first), balance_of(last)
    if opening.currency != closing.currency:
        raise StructureError(
            "mt940_currencies_differ", line=last.line, opening=opening.currency, closing=closing.currency
        )
    account = _account(account_field, opening.currency)
    lines = tuple(_lines(fields, opening.currency, remarks))
    to_on = closing.on
    if to_on < opening.on:
        remarks["days_crossed"] += 1
        to_on = max((line.booked_on for line in lines), default=opening.on)
    number = (_number(fields) or fields[0].first)[:_LONGEST]
    statement = Statement(
        bank_account=account, currency=opening.currency, key=f"{number} {closing.on:%Y%m%d}",
        number=number, from_on=opening.on, to_on=to_on,
        opening=opening.amount, closing=closing.amount, line=fields[0].line, lines=lines,
    )  # fmt: skip
    return _Page(statement, goes_on=first.tag == "60M", continues=last.tag == "62M")


def _the(fields: Sequence[Field], *tags: str) -> Field:
    """Return the one field under `tags`; raises StructureError where there is none, or a second."""
    found = [field for field in fields if field.tag in tags]
    if not found:
        limits = [field for field in fields if field.tag == "34F"]
        if limits:
            raise StructureError("mt940_intraday", line=limits[0].line, message="942")
        raise StructureError("mt940_missing", line=fields[0].line, tag=tags[0])
    if len(found) > 1:
        raise StructureError("mt940_twice", line=found[1].line, tag=found[1].tag)
    return found[0]


def _number(fields: Sequence[Field]) -> str:
    return next((field.first for field in fields if field.tag in ("28", "28C")), "")


def _account(field: Field, currency: str) -> str:
    """Return the account: an IBAN wherever one stands (alone, after the BIC), else all that is written.

    Some banks write the currency behind; the statement says it anyway.
    """
    said = "".join(field.first.upper().split())
    bare = said.removesuffix(currency) or said
    account = next((part for part in (bare.rsplit("/", 1)[-1], bare) if is_account(part)), bare)
    if not account or len(account) > _LONGEST:
        raise StructureError("mt940_bad_account", line=field.line, value=field.first)
    return account


def _lines(fields: Sequence[Field], currency: str, remarks: Counter[str]) -> Iterator[Line]:
    """Yield the movements, each with the words of the fields 86 that follow it."""
    for field, rows in _with_words(fields):
        movement = movement_of(field)
        if movement.amount:
            yield _line(field, movement, detail_of(rows, currency))
        else:
            remarks["zero"] += 1


def _with_words(fields: Sequence[Field]) -> list[tuple[Field, list[str]]]:
    """Return each field 61 with the rows of the fields 86 right behind it."""
    found: list[tuple[Field, list[str]]] = []
    behind = False
    for field in fields:
        if field.tag == "61":
            found.append((field, []))
        elif behind and field.tag == "86":
            found[-1][1].extend(field.rows)
        behind = field.tag == "61" or (behind and field.tag == "86")
    return found


def _line(field: Field, movement: Movement, detail: Detail) -> Line:
    """Return the line. What stands beside or below field 61 is the other account, its name, or words."""
    below = [row for row in movement.below if not is_account(row)]
    accounts = [row for row in movement.below if is_account(row)]
    beside = movement.beside
    words = (*detail.label, *below, movement.reference, beside if detail.name else "")
    return Line(
        line=field.line, booked_on=movement.booked_on, value_on=movement.value_on,
        amount=movement.amount, direction=movement.direction,
        label="\n".join(dict.fromkeys(word for word in words if word)),
        counterparty_name=detail.name or beside,
        counterparty_iban=detail.account or (accounts[0] if accounts else ""),
        reference=detail.reference, end_to_end=detail.end_to_end, bank_reference=movement.bank_reference,
        code=f"{movement.type}+{detail.code}" if detail.code else movement.type, method=movement.method,
        is_return=movement.is_return or detail.is_return, return_reason=detail.return_reason,
        charges=detail.charges,
    )  # fmt: skip


def _check_pages(pages: Sequence[_Page]) -> None:
    """Raise StructureError `mt940_page_gap` where a page does not begin at what the one before ends with.

    A page whose forerunner is not in the file begins wherever it says.
    """
    for before, page in pairwise(pages):
        first, then = before.statement, page.statement
        follows = page.goes_on and before.continues and first.bank_account == then.bank_account
        if follows and _base(first) == _base(then) and first.closing != then.opening:
            raise StructureError(
                "mt940_page_gap", line=then.line, number=then.number, opening=then.opening,
                closing=first.closing,
            )  # fmt: skip


def _base(statement: Statement) -> str:
    """Return the number of a statement without that of its page."""
    return statement.number.split("/")[0]


def _notes(remarks: Counter[str]) -> Iterator[Why]:
    if remarks["zero"]:
        yield Why("zero_rows", {"count": remarks["zero"]})
    if remarks["days_crossed"]:
        yield Why("mt940_days_crossed", {"count": remarks["days_crossed"]})
