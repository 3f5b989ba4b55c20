"""An electronic invoice becomes a debtor, an invoice with its terms and VAT, and the PDF beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from acquit.sources.base import SCHEMAS, Document, Options, Reading, Sale, all_tables, content_of
from acquit.sources.due import due_on
from acquit.sources.einvoice import cii, ubl
from acquit.sources.einvoice.facturx import LARGEST_XML, embedded_invoice, is_pdf, is_trade_document
from acquit.sources.einvoice.invoice import Party, Written
from acquit.sources.einvoice.meaning import Invoice, meaning_of
from acquit.sources.errors import RowError, StructureError
from acquit.sources.numbers import shortened
from acquit.sources.places import country_code
from acquit.sources.words import Why
from acquit.sources.xml import parse_xml

KIND = "einvoice"
#: What the French note of subject ADN says of the buyer.
_DEBTOR_KINDS = {"B2C": "consumer", "B2G": "public_body"}
#: Some twenty thousand invoice lines; each tag takes a hundred times its size while it is read.
_MOST_TAGS = 2_000_000
_LINE = 1  # the whole file is one row


@dataclass(frozen=True, slots=True)
class EInvoice:
    """One electronic invoice: a Factur-X or ZUGFeRD PDF, or XML in CII or UBL."""

    KIND = KIND
    LABEL = "facture électronique (Factur-X, CII, UBL)"
    FIELDS: ClassVar[tuple[str, ...]] = ()

    def identify(self, content: bytes, filename: str) -> float:  # noqa: ARG002
        """Return how sure it is: nobody else reads a PDF, and the XML says what it is."""
        if is_pdf(content):
            return 0.9
        return 0.95 if is_trade_document(content) else 0.0

    def read(self, content: bytes | Path, filename: str = "", options: Options | None = None) -> Reading:
        """Return what the invoice says, or raise StructureError where there is none."""
        content = content_of(content)
        pdf = content if is_pdf(content) else b""
        written = written_in(embedded_invoice(content) if pdf else content)
        invoice, errors = meaning_of(written)
        errors += _buyer_errors(written)
        sale = _sale(written, invoice)
        if invoice is None or errors:
            return Reading(
                kind=KIND, tables=all_tables(), errors=errors, rows=1, sale=sale,
                creditor_siren=sale.seller_siren,
            )  # fmt: skip
        return _reading(written, invoice, sale, pdf=pdf, name=filename, options=options or Options())


def written_in(content: bytes) -> Written:
    """Return what the XML of an invoice says.

    Raises StructureError: those of `parse_xml`, `einvoice_too_long`, `einvoice_order`,
    `einvoice_other_xml`.
    """
    if content.count(b"<") > _MOST_TAGS:
        raise StructureError("einvoice_too_long", limit=_MOST_TAGS)
    root = parse_xml(content, largest=LARGEST_XML)
    if root.tag in cii.ROOTS:
        return cii.read_cii(root)
    if root.tag == cii.ORDER_ROOT:
        raise StructureError("einvoice_order", line=root.sourceline)
    if root.tag in ubl.ROOTS and any((space or "").startswith(ubl.SPACE) for space in root.nsmap.values()):
        return ubl.read_ubl(root)
    raise StructureError("einvoice_other_xml", line=root.sourceline, root=shortened(str(root.tag)))


def _buyer_errors(written: Written) -> tuple[RowError, ...]:
    buyer = written.buyer
    if buyer.name or buyer.siren or buyer.vat:
        return ()
    return (RowError(written.number.line, "debtor_name", Why("missing_debtor")),)


def _sale(written: Written, invoice: Invoice | None) -> Sale:
    """Return who sells to whom; a wrong SIREN of the seller counts, so that it can be told apart."""
    seller, buyer = written.seller, written.buyer
    return Sale(
        seller_siren=seller.siren or next(iter(seller.sirens()), ""), seller_vat=seller.vat,
        buyer_siren=buyer.siren, buyer_vat=buyer.vat, payee_iban=written.iban[:34],
        is_factored=invoice is not None and invoice.is_factored,
    )  # fmt: skip


def _reading(
    written: Written, invoice: Invoice, sale: Sale, *, pdf: bytes, name: str, options: Options
) -> Reading:
    debtor = _debtor(written)
    key = f"einvoice:{invoice.number}/{invoice.issued_on.year}"
    notes = [*invoice.notes, *_wrong_sirens(written.buyer)]
    claim = {
        "line": _LINE, "external_key": key, "debtor": debtor["debtor"], "number": invoice.number,
        "issued_on": invoice.issued_on, "currency": invoice.currency, "amount": invoice.amount,
        "label": _label(written), "reference": written.order or written.buyer_reference,
    }  # fmt: skip
    tables: dict[str, list[dict[str, Any]]] = {"debtors": [debtor], "contacts": _contacts(written, debtor)}
    if invoice.is_credit:
        tables |= _credit_note(claim, invoice, written.preceding)
    elif invoice.amount:
        terms, computed = _terms(invoice, written, str(debtor["debtor"]), options)
        notes += [Why("due_computed", {"count": 1})] if computed else []
        tables |= _invoice(claim, invoice, sale, terms, computed=computed)
    if not tables.keys() & {"invoices", "credit_notes"}:
        notes.append(Why("einvoice_nothing_owed"))
    frames = {kind: pl.DataFrame(rows, schema=SCHEMAS[kind]) for kind, rows in tables.items()}
    document = Document(key, name or f"{invoice.number}.pdf", "application/pdf", pdf)
    return Reading(
        kind=KIND, tables=all_tables(**frames), notes=tuple(notes), rows=1,
        first_on=invoice.issued_on, last_on=invoice.issued_on,
        creditor_siren=sale.seller_siren, sale=sale,
        documents=(document,) if pdf and "invoices" in tables else (),
    )  # fmt: skip


def _label(written: Written) -> str:
    """Return what the debtor may quote when he pays: his order, his reference, the payment reference."""
    quoted = (written.order, written.buyer_reference, written.payment_reference)
    return " · ".join(dict.fromkeys(text for text in quoted if text and text != written.number.text))


def _debtor(written: Written) -> dict[str, Any]:
    buyer = written.buyer
    siren, vat = buyer.siren, buyer.vat
    key = f"siren:{siren}" if siren else f"vat:{vat}" if vat else f"name:{buyer.name.lower()}"
    treated = {text for subject, text in written.notes if subject == "ADN"}
    kind = next((_DEBTOR_KINDS[text] for text in sorted(treated) if text in _DEBTOR_KINDS), "")
    return _filled("debtors", {
        "line": _LINE, "debtor": key, "name": buyer.name, "siren": siren, "vat": vat,
        "country": country_code(buyer.country), "kind": kind, "address": buyer.address,
        "postcode": buyer.postcode, "city": buyer.city,
    })  # fmt: skip


def _contacts(written: Written, debtor: dict[str, Any]) -> list[dict[str, Any]]:
    buyer = written.buyer
    if "@" not in buyer.email and not buyer.phone:
        return []
    return [_filled("contacts", {
        "line": _LINE, "external_key": f"contact:{buyer.email or buyer.phone}", "debtor": debtor["debtor"],
        "name": buyer.contact, "email": buyer.email if "@" in buyer.email else "", "phone": buyer.phone,
    })]  # fmt: skip


def _invoice(
    claim: dict[str, Any],
    invoice: Invoice,
    sale: Sale,
    terms: Iterable[tuple[date, Decimal]],
    *,
    computed: bool,
) -> dict[str, list[dict[str, Any]]]:
    key = claim["external_key"]
    row = claim | {
        "kind": "invoice", "paid_by": invoice.paid_by, "vat_on_receipt": invoice.vat_on_receipt,
        "payee_iban": sale.payee_iban, "replaces": invoice.replaces, "due_computed": computed,
    }  # fmt: skip
    return {
        "invoices": [_filled("invoices", row)],
        "terms": [
            {"invoice_key": key, "rank": rank, "due_on": day, "amount": amount}
            for rank, (day, amount) in enumerate(terms, 1)
        ],
        "vat_lines": [
            {"invoice_key": key, "category": v.category, "rate": v.rate, "base": v.base, "tax": v.tax}
            for v in invoice.vat
        ],
    } | (_already_paid(claim, invoice) if invoice.paid else {})


def _terms(
    invoice: Invoice, written: Written, debtor: str, options: Options
) -> tuple[list[tuple[date, Decimal]], bool]:
    """Return the terms, and whether their day had to be reckoned."""
    if invoice.instalments:
        return list(invoice.instalments), False
    if invoice.due_on is not None:
        return [(invoice.due_on, invoice.amount)], False
    return [(due_on(options, debtor, invoice.issued_on, written.terms), invoice.amount)], True


def _already_paid(claim: dict[str, Any], invoice: Invoice) -> dict[str, list[dict[str, Any]]]:
    """Return the sum paid before the invoice was issued, of whatever is known only that it was paid."""
    by_key = f"einvoice-paid:{claim['external_key']}"
    payment = {
        "line": _LINE, "external_key": by_key, "debtor": claim["debtor"], "kind": "already_paid",
        "received_on": invoice.issued_on, "currency": invoice.currency, "amount": invoice.paid,
        "reference": invoice.number,
    }  # fmt: skip
    tie = _tie(claim, by="payment", by_key=by_key) | {
        "invoice_key": claim["external_key"], "invoice_number": invoice.number,
        "amount": min(invoice.paid, invoice.amount),
    }  # fmt: skip
    return {"payments": [_filled("payments", payment)], "allocations": [tie]}


def _credit_note(
    claim: dict[str, Any], invoice: Invoice, preceding: Iterable[str]
) -> dict[str, list[dict[str, Any]]]:
    """Return what is left of the credit note, allocated to the invoices that it names."""
    left = invoice.amount - invoice.paid
    if not left:
        return {}
    ties = [
        _tie(claim, by="credit_note", by_key=claim["external_key"]) | {"invoice_number": number}
        for number in dict.fromkeys(preceding)
    ]
    return {"credit_notes": [_filled("credit_notes", claim | {"amount": left})], "allocations": ties}


def _tie(claim: dict[str, Any], *, by: str, by_key: str) -> dict[str, Any]:
    return {
        "line": _LINE, "invoice_key": "", "invoice_number": "", "debtor": claim["debtor"], "by": by,
        "by_key": by_key, "amount": None, "allocated_on": claim["issued_on"],
    }  # fmt: skip


def _filled(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with all columns of its table."""
    return {name: row.get(name) for name in SCHEMAS[kind]}


def _wrong_sirens(buyer: Party) -> list[Why]:
    wrong = [] if buyer.siren else buyer.sirens()
    return [Why("einvoice_siren", {"siren": wrong[0]})] if wrong else []
