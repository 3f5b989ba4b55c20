"""What an invoice as written means: amounts that agree, days that exist, an invoice or a credit note."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from acquit.sources.days import FIRST_YEAR, LAST_YEAR, why_no_day
from acquit.sources.einvoice.codes import (
    CORRECTED,
    CREDIT_NOTES,
    DIRECT_DEBITS,
    FACTORED,
    INVOICES,
    NO_CLAIMS,
    ON_INVOICE,
    ON_RECEIPT,
    SERVICES,
)
from acquit.sources.einvoice.invoice import Said, Written
from acquit.sources.errors import RowError
from acquit.sources.numbers import CURRENCIES, shortened, why_no_amount
from acquit.sources.words import Why

_AMOUNT = re.compile(r"[+-]?(?:\d{1,14}(?:\.\d{0,4}0*)?|\.\d{1,4}0*)")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:\d{4}(?:\d{2})?|T.*|[Z+-].*)?")
_NIL = Decimal(0)
_MOST_RATES = 50
_TOO_MUCH = Decimal(10) ** 12  # so that sums of a few fit where amounts are kept


@dataclass(frozen=True, slots=True)
class Vat:
    """A category and rate of VAT (percent) with what falls under it."""

    category: str
    rate: Decimal
    base: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice or a credit note: `amount` is what it asks for or takes back, `paid` what is settled.

    `instalments` are empty where the invoice gives no amounts by day; `due_on` is then its one due day.
    """

    number: str
    is_credit: bool
    replaces: str
    is_factored: bool
    issued_on: date
    currency: str
    amount: Decimal
    paid: Decimal
    due_on: date | None
    instalments: tuple[tuple[date, Decimal], ...]
    vat: tuple[Vat, ...]
    vat_on_receipt: bool
    paid_by: str
    notes: tuple[Why, ...]


@dataclass(slots=True)
class _Reader:
    """Reads values one by one, and keeps what is wrong with them."""

    errors: list[RowError] = field(default_factory=list)

    def refuse(self, place: Said, name: str, why: Why) -> None:
        """Note what is wrong."""
        self.errors.append(RowError(place.line, name, why, place.text))

    def text(self, said: Said, name: str) -> str:
        """Return a text that must be there."""
        if not said:
            self.refuse(said, name, Why("missing_value"))
        return said.text

    def day(self, said: Said, name: str) -> date | None:
        """Return a day that must be one."""
        if not said:
            self.refuse(said, name, Why("missing_value"))
            return None
        found = _DAY.fullmatch(said.text)
        if found is None:
            self.refuse(said, name, Why("einvoice_day", {"value": shortened(said.text)}))
            return None
        year, month, day = (int(part) for part in found.groups())
        if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            return date(year, month, day)
        self.refuse(said, name, why_no_day(f"{year:04}-{month:02}-{day:02}", "dmy"))
        return None

    def amount(self, said: Said, name: str) -> Decimal | None:
        """Return an amount, None where there is none or where it is none."""
        if not said:
            return None
        if _AMOUNT.fullmatch(said.text) and abs(Decimal(said.text)) < _TOO_MUCH:
            return Decimal(said.text)
        self.refuse(said, name, why_no_amount(said.text))
        return None


def meaning_of(written: Written) -> tuple[Invoice | None, tuple[RowError, ...]]:
    """Return the invoice, or None with the reasons for which it cannot be believed."""
    read = _Reader()
    number = read.text(written.number, "number")
    issued_on = read.day(written.issued_on, "issued_on")
    kind = _kind(read, written.type_code)
    currency = _currency(read, written)
    sums = _sums(read, written)
    vat = _vat(read, written, sums.tax if sums else None)
    if read.errors or sums is None or issued_on is None:
        return None, tuple(read.errors)
    sign = -1 if sums.total < 0 else 1
    if sign < 0 and kind == "credit_note":
        read.refuse(written.total, "amount", Why("einvoice_credit_negative", {"amount": sums.total}))
    is_credit = kind == "credit_note" or sign < 0
    amount, paid = sign * (sums.total + sums.rounding), sign * sums.paid
    _refuse_strange(read, written, amount, paid, is_credit=is_credit)
    due_on, instalments = (None, ()) if is_credit else _dues(read, written, issued_on, amount, paid)
    if read.errors:
        return None, tuple(read.errors)
    on_receipt, notes = _vat_on_receipt(written)
    is_factored = written.type_code.text in FACTORED or _paid_to_another(written)
    notes += [Why("einvoice_factored")] if is_factored else []
    notes += [Why("einvoice_negative")] if sign < 0 else []
    notes += [Why("einvoice_latest_due")] if not is_credit and _is_vague(written) else []
    is_corrected = written.type_code.text in CORRECTED
    return Invoice(
        number=number, is_credit=is_credit, is_factored=is_factored,
        replaces=written.preceding[0] if is_corrected and written.preceding else "",
        issued_on=issued_on, currency=currency, amount=amount, paid=paid, due_on=due_on,
        instalments=instalments, vat=vat, vat_on_receipt=on_receipt,
        paid_by="direct_debit" if DIRECT_DEBITS.intersection(written.means) else "",
        notes=tuple(notes),
    ), ()  # fmt: skip


def _kind(read: _Reader, said: Said) -> str:
    code = read.text(said, "type")
    if code in CREDIT_NOTES:
        return "credit_note"
    if code in NO_CLAIMS:
        read.refuse(said, "type", Why("einvoice_no_claim", {"code": code}))
    elif code and code not in INVOICES:
        read.refuse(said, "type", Why("einvoice_type", {"code": shortened(code)}))
    return "invoice"


def _currency(read: _Reader, written: Written) -> str:
    currency = read.text(written.currency, "currency")
    if currency and currency not in CURRENCIES:
        read.refuse(written.currency, "currency", Why("unknown_currency", {"value": shortened(currency)}))
    elif written.total_currency not in ("", currency):
        params = {"said": written.total_currency, "currency": currency}
        read.refuse(written.total, "amount", Why("einvoice_currency", params))
    return currency


@dataclass(frozen=True, slots=True)
class _Sums:
    total: Decimal
    paid: Decimal
    rounding: Decimal
    tax: Decimal | None


def _sums(read: _Reader, written: Written) -> _Sums | None:
    """Return the totals, each of which must follow from the others (BR-CO-15 and BR-CO-16).

    The profile MINIMUM has no place for what is paid already: it is what the amount due lacks.
    """
    read.text(written.total, "amount")
    total = read.amount(written.total, "amount")
    net, tax = read.amount(written.net, "net"), read.amount(written.tax, "vat")
    rounding = read.amount(written.rounding, "rounding") or _NIL
    payable = read.amount(written.payable, "remaining")
    if total is None:
        return None
    is_minimum = written.profile.lower().endswith("minimum") and not written.paid and payable is not None
    paid = (
        total - payable if is_minimum and payable is not None else read.amount(written.paid, "paid") or _NIL
    )
    if net is not None and tax is not None and net + tax != total:
        read.refuse(written.total, "amount", Why("einvoice_total", {"net": net, "tax": tax, "total": total}))
    if payable is not None and total - paid + rounding != payable:
        params = {"total": total, "paid": paid, "rounding": rounding, "payable": payable}
        read.refuse(written.payable, "remaining", Why("einvoice_payable", params))
    return _Sums(total, paid, rounding, tax)


def _vat(read: _Reader, written: Written, tax: Decimal | None) -> tuple[Vat, ...]:
    """Return the breakdown, one line a category and rate; its taxes make the total (BR-CO-14)."""
    found: dict[tuple[str, Decimal], list[Decimal]] = defaultdict(lambda: [_NIL, _NIL])
    for line in written.vat:
        rate = read.amount(line.rate, "vat") or _NIL
        if abs(rate) >= 1000 or len(line.category) > 4:
            params = {"rate": line.rate.text, "category": shortened(line.category)}
            read.refuse(line.rate, "vat", Why("einvoice_vat_rate", params))
            continue
        one = found[line.category or ("S" if rate else ""), rate]
        one[0] += read.amount(line.base, "vat") or _NIL
        one[1] += read.amount(line.tax, "vat") or _NIL
    if len(written.vat) > _MOST_RATES:
        lines = {"count": len(written.vat), "most": _MOST_RATES}
        read.refuse(written.vat[0].rate, "vat", Why("einvoice_many_rates", lines))
    counted = sum((one[1] for one in found.values()), _NIL)
    if found and tax is not None and counted != tax:
        read.refuse(written.tax, "vat", Why("einvoice_vat", {"counted": counted, "tax": tax}))
    return tuple(Vat(category, rate, *sums) for (category, rate), sums in found.items())


def _refuse_strange(
    read: _Reader, written: Written, amount: Decimal, paid: Decimal, *, is_credit: bool
) -> None:
    if amount < 0:
        read.refuse(
            written.rounding, "rounding", Why("einvoice_rounding", {"rounding": written.rounding.text})
        )
    if paid < 0:
        read.refuse(written.paid, "paid", Why("einvoice_paid_negative", {"paid": written.paid.text}))
    if is_credit and paid > amount:
        read.refuse(written.paid, "paid", Why("paid_above_amount", {"paid": paid, "amount": amount}))


def _dues(
    read: _Reader, written: Written, issued_on: date, amount: Decimal, paid: Decimal
) -> tuple[date | None, tuple[tuple[date, Decimal], ...]]:
    """Return the due day, or the instalments.

    Of several days without amounts the last counts: a reminder may be late, never early. Instalments
    make the whole amount, or what is left of it; what is paid already then fell due when issued.
    """
    dues = [(read.day(due.on, "due_on"), read.amount(due.amount, "amount"), due) for due in written.dues]
    days = [day for day, _, _ in dues if day is not None]
    if len(days) < len(dues) or not days:
        return None, ()
    early = min(days)
    if early < issued_on:
        if paid < amount:
            place = next(due.on for day, _, due in dues if day == early)
            params = {"due": f"{early:%d/%m/%Y}", "issued": f"{issued_on:%d/%m/%Y}"}
            read.refuse(place, "due_on", Why("due_before_issue", params))
        return issued_on, ()
    if len(dues) == 1 or any(part is None for _, part, _ in dues):
        return max(days), ()
    parts = [(day, part) for day, part, _ in dues if day is not None and part is not None and part > 0]
    stated = sum((part for _, part in parts), _NIL)
    if stated == amount - paid and paid > 0:
        parts.insert(0, (issued_on, paid))
    elif stated != amount:
        first = written.dues[0].amount
        read.refuse(first, "amount", Why("einvoice_instalments", {"stated": stated, "amount": amount}))
    return None, tuple(parts)


def _is_vague(written: Written) -> bool:
    days = {due.on.text for due in written.dues}
    return len(days) > 1 and any(not due.amount for due in written.dues)


def _vat_on_receipt(written: Written) -> tuple[bool, list[Why]]:
    """Tell whether the tax office waits for the money, and why: BT-8, else the nature of what is sold.

    French services owe their VAT when paid unless the invoice states the option for debits.
    """
    points = set(written.vat_points)
    if points & ON_RECEIPT:
        return True, [Why("einvoice_vat_on_receipt", {"code": min(points & ON_RECEIPT)})]
    if points & ON_INVOICE:
        return False, [Why("einvoice_vat_on_invoice", {"code": min(points & ON_INVOICE)})]
    if SERVICES.fullmatch(written.process) and any(line.tax for line in written.vat):
        return True, [Why("einvoice_vat_services", {"process": written.process})]
    return False, []


def _paid_to_another(written: Written) -> bool:
    """Tell whether the invoice is to be paid to somebody who is not the seller."""
    payee, seller = written.payee, written.seller
    if payee is None:
        return False
    numbers = set(payee.sirens())
    if numbers and seller.sirens():
        return not numbers & set(seller.sirens())
    return bool(payee.name) and payee.name.casefold() != seller.name.casefold()
