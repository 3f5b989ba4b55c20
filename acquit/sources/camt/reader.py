"""A camt.053 becomes statements with their lines, a camt.054 lines that stand alone.

The namespace is not looked at, so that every version from 1 on reads alike: an element that moved
(a status inside Cd, a name inside Pty) is found at both places.

**Keys.** A line is named by its booking day, the bank's reference (AcctSvcrRef) and the amount. An entry
that comes first in a camt.054 and then in the camt.053 is therefore the same line where the bank gives
it the same AcctSvcrRef and booking day in both, and the same details to a batch. It is another line
where the bank details a batch in one of the two only, or gives no reference and does not write the
same in both: without a reference, all that is written names the line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from acquit.sources.base import Options, Reading, content_of
from acquit.sources.camt.entry import Within, lines_of
from acquit.sources.camt.party import account_of, name_of
from acquit.sources.camt.value import as_day, day, is_midnight, money, needed, own_money, side
from acquit.sources.errors import StructureError
from acquit.sources.statement import CREDIT, Line, Statement, reading_of
from acquit.sources.words import Why
from acquit.sources.xml import Element, parse_xml, root_name, text

_MESSAGE = {
    "BkToCstmrStmt": "Stmt", "BkToCstmrDbtCdtNtfctn": "Ntfctn", "BkToCstmrAcctRpt": "Rpt"
}  # fmt: skip
_NAMESPACE = re.compile(r".*\bcamt\.05[234]\b.*")
_NAMED = re.compile(rb"<(?:[A-Za-z0-9_-]+:)?BkToCstmr(?:Stmt|DbtCdtNtfctn|AcctRpt)[\s>/]")
_HEAD = 20_000
_OPENING, _CLOSING, _INTERIM = ("OPBD", "PRCD"), ("CLBD",), "ITBD"


@dataclass(frozen=True, slots=True)
class Camt:
    """A bank's statement or advice in XML, of any version."""

    KIND = "camt"
    LABEL = "relevé bancaire camt.053 ou camt.054 (XML)"
    FIELDS: ClassVar[tuple[str, ...]] = ()

    def identify(self, content: bytes, filename: str) -> float:  # noqa: ARG002
        """Return whether the first elements are those of a camt.052, 053 or 054."""
        namespace, root = root_name(content)
        named = root and _NAMED.search(content[:_HEAD])
        return 1.0 if named or (root == "Document" and _NAMESPACE.match(namespace)) else 0.0

    def read(self, content: bytes | Path, filename: str = "", options: Options | None = None) -> Reading:  # noqa: ARG002
        """Return the booked movements; raises StructureError for whatever cannot be added up."""
        root = parse_xml(content_of(content))
        found = list(root.iter(*_MESSAGE))
        if not found:
            raise StructureError("camt_other_xml", line=root.sourceline, root=str(root.tag))
        remarks: Counter[str] = Counter()
        pending: Counter[str] = Counter()
        statements = [one for message in found for one in _statements(message, remarks, pending)]
        encoding = (root.getroottree().docinfo.encoding or "utf-8").lower()
        return reading_of(self.KIND, statements, notes=list(_notes(remarks, pending)), encoding=encoding)


def _statements(message: Element, remarks: Counter[str], pending: Counter[str]) -> Iterator[Statement]:
    if message.tag == "BkToCstmrAcctRpt":
        raise StructureError("camt_intraday", line=message.sourceline)
    elements = message.findall(_MESSAGE[str(message.tag)])
    if not elements:
        raise StructureError("camt_no_statement", line=message.sourceline)
    for element in elements:
        within = _within(message, element, remarks, pending)
        lines = tuple(line for entry in element.findall("Ntry") for line in lines_of(entry, within))
        yield (
            _advice(element, within, lines) if element.tag == "Ntfctn" else _statement(element, within, lines)
        )


def _within(message: Element, element: Element, remarks: Counter[str], pending: Counter[str]) -> Within:
    account = account_of(needed(element, "Acct"))
    if not account or len(account) > 40:
        raise StructureError("camt_missing", line=element.sourceline, field="Acct/Id")
    made = text(element, "CreDtTm") or text(message, "GrpHdr/CreDtTm")
    if not made:
        raise StructureError("camt_missing", line=element.sourceline, field="CreDtTm")
    return Within(account, _currency(element), as_day(made, element), remarks, pending)


def _currency(element: Element) -> str:
    """Return the currency of the account: its own, else that of a booked balance or of an entry."""
    said = text(element, "Acct/Ccy")
    if said:
        return said
    told = [*(b for b in element.findall("Bal") if _kind(b) in _OPENING + _CLOSING), *element.findall("Ntry")]
    if not told:
        raise StructureError("camt_missing", line=element.sourceline, field="Acct/Ccy")
    return money(told[0], "Amt")[1]


def _advice(element: Element, within: Within, lines: tuple[Line, ...]) -> Statement:
    """Return an advice: its lines only, for it proves nothing about those that it does not hold."""
    return Statement(
        bank_account=within.account, currency=within.currency, number=text(element, "Id"),
        account_name=_owner(element), line=element.sourceline, lines=lines,
    )  # fmt: skip


def _statement(element: Element, within: Within, lines: tuple[Line, ...]) -> Statement:
    opening, closing = _balances(element)
    if opening is None or closing is None:
        within.remarks["no_balances"] += 1
    from_on = _day_of(opening) or _period(element, "FrDtTm")
    to_on = _day_of(closing) or _period(element, "ToDtTm")
    to_on = to_on or max((line.booked_on for line in lines), default=None)
    return Statement(
        bank_account=within.account, currency=within.currency, account_name=_owner(element),
        key=_key(element, to_on), number=text(element, "ElctrncSeqNb") or text(element, "Id"),
        from_on=from_on, to_on=to_on,
        opening=_worth(opening, within.currency), closing=_worth(closing, within.currency),
        line=element.sourceline, lines=lines,
    )  # fmt: skip


def _key(element: Element, to_on: date | None) -> str:
    """Return what names a statement for ever: its Id, its page where it has several, and its last day.

    The day is there because some banks begin to count anew every year.
    """
    named = text(needed(element, "Id"), ".")[:100]
    if not named:
        raise StructureError("camt_missing", line=element.sourceline, field="Id")
    page = _page(element)
    parts = (named, f"p{page}" if page not in ("", "1") else "", f"{to_on:%Y%m%d}" if to_on else "")
    return " ".join(part for part in parts if part)


def _owner(element: Element) -> str:
    """Return the name of the account, else of its owner, and the bank's beside it where given."""
    named = text(element, "Acct/Nm") or name_of(element, "Acct/Ownr")
    bank = text(element, "Acct/Svcr/FinInstnId/Nm")
    return " · ".join(part for part in (named, bank) if part)


def _kind(balance: Element) -> str:
    return text(balance, "Tp/CdOrPrtry/Cd")


def _balances(element: Element) -> tuple[Element | None, Element | None]:
    """Return what was booked before and after; the pages between bear interim balances (ITBD)."""
    found = element.findall("Bal")
    first = {_kind(balance): balance for balance in reversed(found)}
    opening = next((first[kind] for kind in _OPENING if kind in first), None)
    closing = next((first[kind] for kind in _CLOSING if kind in first), None)
    if _page(element):
        interim = [balance for balance in found if _kind(balance) == _INTERIM]
        if opening is None and interim:
            opening = interim.pop(0)
        if closing is None and interim:
            closing = interim[-1]
    return opening, closing


def _page(element: Element) -> str:
    return text(element, "StmtPgntn/PgNb") or text(element, "Pgntn/PgNb")


def _day_of(balance: Element | None) -> date | None:
    return None if balance is None else day(balance, "Dt")


def _worth(balance: Element | None, currency: str) -> Decimal | None:
    """Return a balance with its sign; one in another currency cannot be added up, and is refused."""
    if balance is None:
        return None
    amount = own_money(balance, "Amt", currency)
    return amount if side(balance) == CREDIT else -amount


def _period(element: Element, path: str) -> date | None:
    """Return the day at which the period begins or ends; midnight ends the day before it."""
    said = text(element, f"FrToDt/{path}")
    if not said:
        return None
    found = as_day(said, element)
    if path == "ToDtTm" and is_midnight(said) and said[:10] > text(element, "FrToDt/FrDtTm")[:10]:
        return date.fromordinal(found.toordinal() - 1)
    return found


def _notes(remarks: Counter[str], pending: Counter[str]) -> Iterator[Why]:
    if pending:
        statuses = ", ".join(sorted(pending))
        yield Why("camt_pending", {"count": pending.total(), "statuses": statuses})
    if remarks["whole"]:
        yield Why("camt_whole_batches", {"count": remarks["whole"]})
    if remarks["zero"]:
        yield Why("zero_rows", {"count": remarks["zero"]})
    if remarks["no_day"]:
        yield Why("camt_no_booking_day", {"count": remarks["no_day"]})
    if remarks["no_balances"]:
        yield Why("camt_no_balances", {"count": remarks["no_balances"]})
