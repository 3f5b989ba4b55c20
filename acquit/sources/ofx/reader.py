"""What banks and card issuers state in OFX, account by account; portfolios are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from acquit.sources.banking import (
    LONGEST,
    LONGEST_CODE,
    account_number,
    french_iban,
    is_taken_back,
    joined,
    known_by,
    method_of,
    payee_of,
)
from acquit.sources.base import Options, Reading, content_of
from acquit.sources.errors import StructureError
from acquit.sources.numbers import CURRENCIES, shortened, why_no_amount
from acquit.sources.ofx.markup import Element, parse
from acquit.sources.statement import CREDIT, DEBIT, Line, Statement, reading_of
from acquit.sources.text import decode
from acquit.sources.words import Why

LARGEST_BYTES = 64 << 20  # as elements a file takes twenty times its size
_HEAD = 8_000
_ACCOUNTS = ("STMTRS", "CCSTMTRS")
_INVESTMENTS = ("INVSTMTRS", "INVSTMTTRNRS")
_FIGURE = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:\.\d{3})+,\d+)")
_UNSURE = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_METHODS = {
    "ATM": "cash", "CASH": "cash", "CHECK": "cheque", "DIRECTDEBIT": "direct_debit",
    "DIRECTDEP": "transfer", "FEE": "fee", "POS": "card", "REPEATPMT": "transfer", "SRVCHG": "fee",
    "XFER": "transfer",
}  # fmt: skip


class Ofx:
    """OFX: accounts with their movements and a closing balance. No opening one: nothing to check against."""

    KIND = "ofx"
    LABEL = "relevé bancaire OFX"
    FIELDS: tuple[str, ...] = ()

    def identify(self, content: bytes, filename: str) -> float:
        """Return how much the head of the file looks like OFX."""
        head = content[:_HEAD].upper()
        if b"OFXHEADER" in head or re.search(rb"<\s*OFX\s*>", head):
            return 0.98
        return 0.6 if filename.lower().endswith((".ofx", ".qfx")) and b"<" in head else 0.0

    def read(self, content: bytes | Path, filename: str = "", options: Options | None = None) -> Reading:  # noqa: ARG002
        """Return the accounts of the file, or raise StructureError where anything of it is broken."""
        options = options or Options()
        content = content_of(content)
        if len(content) > LARGEST_BYTES:
            raise StructureError("file_too_big", limit=LARGEST_BYTES >> 20)
        utf8, encoding = decode(content, options.encoding, longest_line=LARGEST_BYTES)
        root = parse(utf8.decode())
        notes: list[Why] = []
        accounts = list(root.each(*_ACCOUNTS))
        _refuse_what_states_nothing(root, accounts)
        investments = sum(1 for _ in root.each("INVSTMTRS"))
        if investments:
            notes.append(Why("ofx_investments_left", {"count": investments}))
        for line, status, message in _failures(root):
            params = {"line": line, "status": status, "message": message}
            notes.append(Why("ofx_account_refused", params))
        server = _day(next(root.each("SONRS"), None), "DTSERVER")
        statements = [_statement(one, server, options.currency, notes) for one in accounts]
        statements = list(_once(statements, notes))
        return reading_of(self.KIND, statements, notes=notes, encoding=encoding)


def _refuse_what_states_nothing(root: Element, accounts: list[Element]) -> None:
    if accounts:
        return
    for line, status, message in _failures(root):
        raise StructureError("ofx_refused", line=line, status=status, message=message)
    if found := next(root.each(*_INVESTMENTS), None):
        raise StructureError("ofx_investment", line=found.line)
    raise StructureError("ofx_no_statement", line=root.line)


def _failures(root: Element) -> Iterator[tuple[int, str, str]]:
    """Yield where the bank's server refused to answer, its code and its words."""
    for status in root.each("STATUS"):
        if status.said("SEVERITY").upper() == "ERROR":
            yield status.line, status.said("CODE"), shortened(status.said("MESSAGE"), 200) or "?"


def _statement(given: Element, server: date | None, currency: str, notes: list[Why]) -> Statement:
    """Return what is said of one account. It is known up to the earliest of the days that say so."""
    account = given.child("BANKACCTFROM") or given.child("CCACCTFROM")
    moved = given.child("BANKTRANLIST")
    ledger = given.child("LEDGERBAL")
    currency = _currency(given, currency)
    movements = list(given.each("STMTTRN"))
    _refuse_other_currency(movements, currency)
    from_on = _day(moved, "DTSTART")
    ends = [_day(ledger, "DTASOF"), _day(moved, "DTEND"), server]
    to_on = min((day for day in ends if day is not None), default=None)
    closing = _balance(ledger)
    stated = [str(one) for one in (from_on, to_on) if one] + ([f"{closing:f}"] if closing is not None else [])
    return Statement(
        bank_account=_account(account), currency=currency, line=given.line,
        key=" ".join(["ofx", *stated]) if stated else "", number=str(to_on or ""), from_on=from_on,
        to_on=to_on, closing=closing, lines=tuple(_lines(movements, notes)),
    )  # fmt: skip


def _account(given: Element | None) -> str:
    """Return the IBAN (also made from a French RIB), else the number; a card shows only its ends."""
    if given is None:
        return ""
    number = "".join(given.said("ACCTID").split())
    if given.name == "CCACCTFROM" and re.fullmatch(r"\d{13,19}", number):
        return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
    made = french_iban(given.said("BANKID"), given.said("BRANCHID"), number) if len(number) == 11 else ""
    return account_number(number) or made or number[:40]


def _currency(given: Element, default: str) -> str:
    """Return the currency of the account: CURDEF, else that of its movements, else ours."""
    stated = given.said("CURDEF").upper()
    if not stated:
        signs = {one.said("CURSYM").upper() for one in given.each("CURRENCY")} - {""}
        stated = signs.pop() if len(signs) == 1 else default
    if stated not in CURRENCIES:
        raise StructureError("unknown_currency", line=given.line_of("CURDEF"), value=shortened(stated))
    return stated


def _refuse_other_currency(movements: list[Element], currency: str) -> None:
    for movement in movements:
        other = movement.said("CURRENCY", "CURSYM").upper()
        if other and other != currency:
            raise StructureError(
                "ofx_other_currency", line=movement.line, other=shortened(other), currency=currency
            )


def _balance(ledger: Element | None) -> Decimal | None:
    if ledger is None or not ledger.said("BALAMT"):
        return None
    return _amount(ledger, "BALAMT")


def _lines(movements: list[Element], notes: list[Why]) -> Iterator[Line]:
    zeros = corrected = 0
    for movement in movements:
        if movement.said("CORRECTFITID"):
            corrected += 1
            continue
        amount = _amount(movement, "TRNAMT")
        if amount:
            yield _line(movement, amount)
        zeros += not amount
    if zeros:
        notes.append(Why("zero_rows", {"count": zeros}))
    if corrected:
        notes.append(Why("ofx_corrections", {"count": corrected}))


def _line(movement: Element, amount: Decimal) -> Line:
    booked_on = _day(movement, "DTPOSTED")
    if booked_on is None:
        raise StructureError("ofx_day_missing", line=movement.line, name="DTPOSTED")
    kind = movement.said("TRNTYPE").upper()
    name = movement.said("NAME") or movement.said("EXTDNAME")
    payee = movement.said("PAYEE", "NAME")
    direction = CREDIT if amount > 0 else DEBIT
    label = _label(movement, name or payee)
    other = movement.child("BANKACCTTO")
    return Line(
        line=movement.line, booked_on=booked_on, value_on=_day(movement, "DTAVAIL") or booked_on,
        amount=abs(amount), direction=direction, label=label, code=kind[:LONGEST_CODE],
        counterparty_name=(payee or payee_of(name))[:LONGEST],
        counterparty_iban=account_number(other.said("ACCTID")) if other else "",
        bank_reference=known_by(movement.said("FITID")),
        is_return=is_taken_back(label, direction), method=_METHODS.get(kind) or method_of(label, direction),
    )  # fmt: skip


def _label(movement: Element, name: str) -> str:
    """Return name, memo, number of the cheque and reference."""
    numbers = (movement.said("CHECKNUM"), movement.said("REFNUM"))
    return joined([name, movement.said("MEMO"), *(one for one in numbers if one.strip("0"))])


def _amount(given: Element, name: str) -> Decimal:
    """Return the amount, its decimal mark being a dot or a comma; raise StructureError."""
    text, line = given.said(name), given.line_of(name)
    if not text:
        raise StructureError("ofx_amount_missing", line=line, name=name)
    if _UNSURE.fullmatch(text):
        raise StructureError("ofx_unsure", line=line, name=name, value=text)
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[.,](?=\d{3}[.,])", "", text)
    whole, _, decimals = text.replace(",", ".").partition(".")
    decimals = decimals.rstrip("0")
    if not _FIGURE.fullmatch(text) or len(whole.lstrip("+-0")) > 14 or len(decimals) > 4:
        why = why_no_amount(text)
        raise StructureError(why.code, line=line, **why.params)
    return Decimal(f"{whole if whole.strip('+-') else whole + '0'}.{decimals or '0'}")


def _day(holder: Element | None, name: str) -> date | None:
    """Return the day as it is written, whatever the zone beside it: it is the bank's own day."""
    text = "" if holder is None else holder.said(name)
    if holder is None or not text.strip("0"):
        return None
    if re.match(r"[0-9]{8}", text):
        with suppress(ValueError):
            return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    raise StructureError("ofx_day", line=holder.line_of(name), name=name, value=shortened(text))


def _once(statements: list[Statement], notes: list[Why]) -> Iterator[Statement]:
    """Yield the statements, a movement that two of one account hold counting once."""
    seen: set[tuple[str, str, date, Decimal]] = set()
    repeated = 0
    for statement in statements:
        names = [(statement.bank_account, one.bank_reference, one.booked_on, one.signed)
                 for one in statement.lines]  # fmt: skip
        kept = tuple(one for one, name in zip(statement.lines, names, strict=True)
                     if not one.bank_reference or name not in seen)  # fmt: skip
        repeated += len(names) - len(kept)
        seen.update(names)
        yield replace(statement, lines=kept)
    if repeated:
        notes.append(Why("same_rows", {"count": repeated}))
