"""Records of 120 characters become statements: 01 opens, 04 moves, 05 tells more, 07 closes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from acquit.sources.banking import is_taken_back, method_of, valid_iban
from acquit.sources.base import Options, Reading, content_of
from acquit.sources.cfonb120.record import (
    CLOSING,
    DETAIL,
    MOVEMENT,
    OPENING,
    Record,
    looks_like_record,
    records,
)
from acquit.sources.errors import StructureError
from acquit.sources.statement import CREDIT, DEBIT, Line, Statement, reading_of
from acquit.sources.text import FILE_LIMIT, decode
from acquit.sources.words import Why

_HEAD = 2_000
#: Orders (160) and their returns (240) begin so; neither says what is on an account.
_OTHER = re.compile(rb"^(?:(?:03|06|08)\d{2}.{156}|(?:31|34|39).{238})", re.DOTALL)
#: What an interbank code of operation is paid by. [G] from the samples seen, the list itself was not
#: read: so the words of the label go first, and no code alone makes a return.
_METHODS = {
    "01": "cheque", "02": "cheque", "05": "transfer", "06": "transfer", "18": "transfer",
    "08": "direct_debit", "62": "fee",
}  # fmt: skip
#: Qualifiers with a place of their own; all others are lines of the label.
_PAYERS, _PAYEES = ("NPY", "NPO"), ("NBE", "NBU")
_PARTIES = ("IPY", "IBE")
_LABELS = ("LIB", "LCC", "LC2", "LCS", "REF")
_UNKNOWN_REFERENCES = ("NOTPROVIDED", "NOT PROVIDED")


@dataclass(frozen=True, slots=True)
class Cfonb120:
    """CFONB120: several statements, each with the balances that its movements must lead from and to."""

    KIND = "cfonb120"
    LABEL = "relevé bancaire CFONB 120"
    FIELDS: tuple[str, ...] = ()

    def identify(self, content: bytes, filename: str) -> float:  # noqa: ARG002
        """Return how much the first record looks like one of a statement."""
        head = content[:_HEAD].lstrip(b"\xef\xbb\xbf\r\n \t").decode("latin-1")
        if looks_like_record(head):
            return 0.97
        return 0.9 if _other_width(content) else 0.0

    def read(self, content: bytes | Path, filename: str = "", options: Options | None = None) -> Reading:  # noqa: ARG002
        """Return the statements of the file, or raise StructureError where anything of it is broken."""
        options = options or Options()
        content = content_of(content)
        if width := _other_width(content):
            raise StructureError("cfonb_other", line=1, width=width)
        utf8, encoding = decode(content, options.encoding, longest_line=FILE_LIMIT)
        reader = _Reader()
        for record in records(utf8.decode()):
            reader.take(record)
        reader.end()
        notes = [Why("zero_rows", {"count": reader.zeros})] if reader.zeros else []
        return reading_of(self.KIND, reader.statements, notes=notes, encoding=encoding)


def _other_width(content: bytes) -> int:
    """Return the width of the records of another format of the CFONB, or 0."""
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf\r\n")
    first = re.split(rb"[\r\n]", head, maxsplit=1)[0]
    found = _OTHER.match(first)
    if found is None or len(first) not in (160, 240):
        return 0
    return len(first)


@dataclass(slots=True)
class _Movement:
    """A movement while its details come: each with its qualifier, in their order."""

    record: Record
    details: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """The records read so far: the statement that is open, its movements, and those closed."""

    statements: list[Statement] = field(default_factory=list)
    opening: Record | None = None
    movements: list[_Movement] = field(default_factory=list)
    last: Record | None = None
    zeros: int = 0

    def take(self, record: Record) -> None:
        """Take the next record; raise StructureError where it may not stand here."""
        if record.code == OPENING:
            self._open(record)
        else:
            self._belongs(record)
            {MOVEMENT: self._move, DETAIL: self._detail, CLOSING: self._close}[record.code](record)
        self.last = record

    def end(self) -> None:
        """Raise StructureError where the file stops inside a statement, or has none."""
        if self.opening is not None:
            raise StructureError("cfonb_cut", line=self.last.line if self.last else None,
                                 opened=self.opening.line)  # fmt: skip
        if not self.statements:
            raise StructureError("empty")

    def _open(self, record: Record) -> None:
        if self.opening is not None:
            raise StructureError("cfonb_not_closed", line=record.line, opened=self.opening.line)
        self.opening, self.movements = record, []

    def _belongs(self, record: Record) -> None:
        if self.opening is None and record.code == CLOSING:
            raise StructureError("cfonb_not_opened", line=record.line)
        if self.opening is None:
            raise StructureError("cfonb_outside", line=record.line, record=record.code)
        if record.holder != self.opening.holder:
            raise StructureError(
                "cfonb_other_account", line=record.line, account=" ".join(record.holder).strip(),
                opened=self.opening.line, expected=" ".join(self.opening.holder).strip(),
            )  # fmt: skip

    def _move(self, record: Record) -> None:
        self.movements.append(_Movement(record))

    def _detail(self, record: Record) -> None:
        if not self.movements:
            raise StructureError("cfonb_detail_alone", line=record.line)
        self.movements[-1].details.append((record.text[45:48].strip(), record.cells(49, 118)))

    def _close(self, record: Record) -> None:
        opening = self.opening
        assert opening is not None
        closed_on = record.day(35, 40)
        if closed_on is None:
            raise StructureError("cfonb_day", line=record.line, first=35, last=40, value="")
        lines = tuple(_line(one) for one in self.movements)
        moving = tuple(line for line in lines if line.amount)
        self.zeros += len(lines) - len(moving)
        opened_on = opening.day(35, 40)
        balances = opening.amount(), record.amount()
        statement = Statement(
            bank_account=opening.account(), currency=opening.currency(), line=opening.line,
            key=f"{opened_on or ''} {closed_on} {balances[0]} {balances[1]}".strip(),
            number=f"{closed_on:%Y-%m-%d}", from_on=opened_on, to_on=closed_on,
            opening=balances[0], closing=balances[1], lines=moving,
        )  # fmt: skip
        self.opening = None
        self.statements.append(statement)


def _line(movement: _Movement) -> Line:
    record = movement.record
    booked_on = record.day(35, 40)
    if booked_on is None:
        raise StructureError("cfonb_day", line=record.line, first=35, last=40, value="")
    signed = record.amount()
    direction = CREDIT if signed > 0 else DEBIT
    said = _Said(record, movement.details)
    label, code, reason = said.label(), record.cells(33, 34), record.cells(41, 42)
    back = bool(reason) or is_taken_back(label, direction)
    return Line(
        line=record.line, booked_on=booked_on, value_on=record.day(43, 48) or booked_on,
        amount=abs(signed), direction=direction, label=label, code=code, return_reason=reason,
        is_return=back, method=method_of(label, direction) or _METHODS.get(code, ""),
        counterparty_name=said.party(paid_in=direction == CREDIT or back),
        counterparty_iban=said.iban(paid_in=direction == CREDIT or back),
        reference=said.reference(), end_to_end=said.end_to_end(), charges=said.charges(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Said:
    """What a movement and its details say."""

    record: Record
    details: list[tuple[str, str]]

    def first(self, qualifiers: Iterable[str]) -> str:
        """Return the detail of the first of the qualifiers that has one."""
        known = {qualifier: text for qualifier, text in reversed(self.details) if text}
        return next((known[one] for one in qualifiers if one in known), "")

    def label(self) -> str:
        """Return all that has no place of its own, unknown qualifiers before their text."""
        own = {*_PAYERS, *_PAYEES, "RCN"} | ({"FEE"} if self.charges() is not None else set())
        own |= {one for one in _PARTIES if valid_iban(self.first([one])[:35])}
        more = [
            text if qualifier in _LABELS else f"{qualifier} {text}".strip()
            for qualifier, text in self.details
            if qualifier not in own and text
        ]
        more.append(self.first(["RCN"])[35:].strip())
        return "\n".join(one for one in (self.record.cells(49, 80), *more) if one)

    def party(self, *, paid_in: bool) -> str:
        """Return who stands at the other end: who paid where money came in, else who was paid."""
        return " ".join(self.first(_PAYERS + _PAYEES if paid_in else _PAYEES + _PAYERS).split())

    def iban(self, *, paid_in: bool) -> str:
        """Return the account at the other end, where the identifier given is an IBAN."""
        return valid_iban(self.first(["IPY" if paid_in else "IBE"])[:35])

    def reference(self) -> str:
        """Return the structured reference, else the 16 characters of the movement itself."""
        return self.first(["LCS"]) or self.record.cells(105, 120)

    def end_to_end(self) -> str:
        """Return the reference that the payer gave (RCN, 35 characters; then the purpose)."""
        given = self.first(["RCN"])[:35].strip()
        return "" if given.upper() in _UNKNOWN_REFERENCES else given

    def charges(self) -> Decimal | None:
        """Return the charges kept on the way (FEE: currency, decimals, amount) in our currency."""
        told = self.first(["FEE"])
        if len(told) < 18 or told[:3] != self.record.holder[2]:
            return None
        try:
            return abs(self.record.overpunched(told[4:18], told[3]))
        except StructureError:
            return None
