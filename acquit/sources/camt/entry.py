"""An entry of a statement or advice, as the movements that it stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from acquit.sources.camt.code import code_of, is_return, method_of
from acquit.sources.camt.party import other_side
from acquit.sources.camt.value import day, money, needed, own_money, side
from acquit.sources.statement import CREDIT, DEBIT, Line
from acquit.sources.xml import Element, text, texts

_BOOKED = "BOOK"
_NO_REFERENCE = frozenset({"NOTPROVIDED", "NOTAVAILABLE", "NONREF", "NOREF", "NONE"})
_LONGEST = 100
ZERO = Decimal(0)


@dataclass(slots=True)
class Within:
    """The account and file that entries stand in, and what there is to remark about them."""

    account: str
    currency: str
    made_on: date
    remarks: Counter[str]
    pending: Counter[str]


def lines_of(entry: Element, within: Within) -> list[Line]:
    """Return the movements of a booked entry; one that is only announced is counted and left out.

    An entry of several transactions is one line each if their amounts sum up to it, to the cent,
    else one line that tells of them all.
    """
    status = text(needed(entry, "Sts"), ".")
    if status != _BOOKED:
        within.pending[status] += 1
        return []
    amount = own_money(entry, "Amt", within.currency)
    if not amount:
        within.remarks["zero"] += 1
        return []
    within.remarks["no_day"] += entry.find("BookgDt") is None
    details = entry.findall("NtryDtls/TxDtls")
    whole = _line(entry, details, amount, side(entry), within)
    untold = _count(entry) > max(1, len(details))
    if len(details) < 2 and not untold:
        return [replace(whole, bank_reference=_reference(entry) or _agreed(map(_own_reference, details)))]
    parts = [] if untold else _parts(entry, details, whole, within)
    if parts:
        return parts
    within.remarks["whole"] += 1
    whole = replace(whole, bank_reference=_reference(entry))
    return [_of_nobody(whole) if untold else whole]


def _of_nobody(whole: Line) -> Line:
    """Return the line without what some of its transactions tell of themselves, and not of the rest."""
    return replace(whole, counterparty_name="", counterparty_iban="", reference="", end_to_end="")


def _count(entry: Element) -> int:
    """Return how many transactions the entry says to be the sum of."""
    said = texts(entry, "NtryDtls/Btch/NbOfTxs")
    return sum(int(one) for one in said if one.isascii() and one.isdigit() and len(one) < 10)


def _parts(entry: Element, details: Sequence[Element], whole: Line, within: Within) -> list[Line]:
    """Return a line a transaction, or none where the amounts do not sum up to the entry's.

    A part is named by the bank's reference of its own where each has another one, else by the
    entry's and its place in it.
    """
    amounts = [_signed_part(detail, whole.direction, within.currency) for detail in details]
    known = [amount for amount in amounts if amount is not None]
    if len(known) < len(details) or sum(known) != whole.signed:
        return []
    own = [_own_reference(detail) for detail in details]
    apart = all(own) and len(set(own)) == len(own)
    lines = []
    for place, (detail, signed) in enumerate(zip(details, known, strict=True), 1):
        if not signed:
            continue
        line = _line(entry, [detail], abs(signed), CREDIT if signed > 0 else DEBIT, within)
        named = own[place - 1] if apart else _reference(entry)
        part, charges = 0 if apart or not named else place, _charges([detail], within.currency)
        lines.append(replace(line, bank_reference=named, part=part, charges=charges))
    return lines


def _signed_part(detail: Element, direction: str, currency: str) -> Decimal | None:
    """Return what a transaction moved, with its sign, or None where it is not said in `currency`."""
    if detail.find("CdtDbtInd") is not None:
        direction = side(detail)
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        if detail.find(path) is None:
            continue
        amount, said = money(detail, path)
        if said == currency:
            return amount if direction == CREDIT else -amount
    return None


def _line(
    entry: Element, details: Sequence[Element], amount: Decimal, direction: str, within: Within
) -> Line:
    """Return the line of an entry, told by its `details`; what these disagree on is left empty."""
    code = _agreed(code_of(detail) for detail in details) or code_of(entry)
    back = _is_reversal(entry) or is_return(code)
    back = back or (bool(details) and all(detail.find("RtrInf") is not None for detail in details))
    name, iban = _counterparty(details, direction, within.account, back)
    references = [texts(detail, "RmtInf/Strd/CdtrRefInf/Ref") for detail in details]
    written = _distinct(said for each in references for said in each)
    booked_on, value_on = _days(entry, within)
    return Line(
        line=entry.sourceline, booked_on=booked_on, value_on=value_on, amount=amount, direction=direction,
        label="\n".join(_distinct(_written(entry, details, written, within))),
        counterparty_name=name, counterparty_iban=iban,
        reference=written[0] if len(written) == 1 and all(references) else "",
        end_to_end=_agreed(_given(text(detail, "Refs/EndToEndId")) for detail in details),
        code=code, method=method_of(code), is_return=back,
        return_reason=_agreed(_reason(detail) for detail in details) if back else "",
        charges=_charges([*details, entry] if len(details) < 2 else [entry], within.currency),
    )  # fmt: skip


def _is_reversal(entry: Element) -> bool:
    return text(entry, "RvslInd").lower() in ("true", "1")


def _days(entry: Element, within: Within) -> tuple[date, date]:
    value_on = day(entry, "ValDt")
    booked_on = day(entry, "BookgDt") or value_on or within.made_on
    return booked_on, value_on or booked_on


def _counterparty(details: Sequence[Element], direction: str, own: str, back: bool) -> tuple[str, str]:
    """Return name and account of the other side; a return keeps the sides of what it takes back."""
    credit = direction == CREDIT
    found = []
    for detail in details:
        name, account, _ = other_side(detail, credit=credit != back, own=own)
        if back and not (name or account):
            name, account, _ = other_side(detail, credit=credit, own=own)
        found.append((name, account))
    return _agreed(name for name, _ in found), _agreed(account for _, account in found)


def _written(
    entry: Element, details: Sequence[Element], references: Sequence[str], within: Within
) -> Iterator[str]:
    """Yield all that was written, the payer's own words first."""
    for detail in details:
        yield from texts(detail, "RmtInf/Ustrd")
        yield from texts(detail, "RmtInf/Strd/RfrdDocInf/Nb")
        yield from texts(detail, "RmtInf/Strd/AddtlRmtInf")
    if len(references) > 1:
        yield from references
    for detail in details:
        yield text(detail, "AddtlTxInf")
        yield from texts(detail, "RtrInf/AddtlInf")
        yield text(detail, "Refs/ChqNb")
        yield other_side(detail, credit=True, own=within.account)[2]
        yield other_side(detail, credit=False, own=within.account)[2]
    for holder in (*details, entry):
        yield _foreign(holder, within.currency)
    yield text(entry, "AddtlNtryInf")


def _foreign(holder: Element, currency: str) -> str:
    """Return the amount that was ordered in another currency, as "USD 1200.00", or ""."""
    ordered = holder.find("AmtDtls/InstdAmt/Amt")
    if ordered is None or ordered.get("Ccy", currency) == currency:
        return ""
    return f"{ordered.get('Ccy')} {text(ordered, '.')}"


def _reason(detail: Element) -> str:
    code = text(detail, "RtrInf/Rsn/Cd") or text(detail, "RtrInf/Rsn/Prtry")
    return code or text(detail, "RtrInf/AddtlInf")[:_LONGEST]


def _charges(holders: Sequence[Element], currency: str) -> Decimal | None:
    """Return what banks kept, in the account's currency, as the first holder that says so has it."""
    for holder in holders:
        total = sum((_charge(one, currency) for one in holder.findall("Chrgs")), ZERO)
        if total > 0:
            return total
    return None


def _charge(charges: Element, currency: str) -> Decimal:
    """Return a charge with its sign: the total where given (version 3 on), else its records."""
    if charges.find("TtlChrgsAndTaxAmt") is not None:
        amount, said = money(charges, "TtlChrgsAndTaxAmt")
        return amount if said == currency else ZERO
    total = ZERO
    for record in charges.findall("Rcrd") or [charges]:
        if record.find("Amt") is None:
            continue
        amount, said = money(record, "Amt")
        if said == currency:
            total += -amount if text(record, "CdtDbtInd") == "CRDT" else amount
    return total


def _reference(entry: Element) -> str:
    return _given(text(entry, "AcctSvcrRef"))


def _own_reference(detail: Element) -> str:
    return _given(text(detail, "Refs/AcctSvcrRef"))


def _given(said: str) -> str:
    """Return a reference, or "" for the words by which banks say that there is none."""
    said = said[:_LONGEST]
    return "" if said.replace(" ", "").upper() in _NO_REFERENCE or not said.strip("0 -/") else said


def _agreed(told: Iterable[str]) -> str:
    """Return the text that all tell, "" where one tells another, or nothing."""
    found = set(told)
    return found.pop() if len(found) == 1 else ""


def _distinct(told: Iterable[str]) -> list[str]:
    return [said for said in dict.fromkeys(told) if said]
