"""UBL 2.1: Invoice and CreditNote."""

from __future__ import annotations

import re
from collections.abc import Iterator

from acquit.sources.einvoice.invoice import (
    Party,
    Said,
    Written,
    WrittenDue,
    WrittenVat,
    french_numbers,
    in_currency,
    lines_of,
    plain_number,
    said,
)
from acquit.sources.xml import Element, each, text, texts

ROOTS = ("Invoice", "CreditNote")
SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
_SUBJECT = re.compile(r"#([A-Z]{3})#(.*)", re.DOTALL)


def read_ubl(root: Element) -> Written:
    """Return what the invoice or credit note says."""
    is_credit = root.tag == "CreditNote"
    currency = said(root, "DocumentCurrencyCode")
    sums = root.find("LegalMonetaryTotal")
    total = said(sums, "TaxInclusiveAmount")
    taxes = root.findall("TaxTotal")
    payee = root.find("PayeeParty")
    type_code = said(root, "CreditNoteTypeCode" if is_credit else "InvoiceTypeCode")
    return Written(
        number=said(root, "ID"),
        type_code=Said("381", root.sourceline) if is_credit and not type_code else type_code,
        issued_on=said(root, "IssueDate"),
        currency=currency,
        total=total,
        total_currency=_currency_of(sums, "TaxInclusiveAmount"),
        net=said(sums, "TaxExclusiveAmount"),
        tax=in_currency((t for tax in taxes for t in each(tax, "TaxAmount")), currency.text),
        paid=said(sums, "PrepaidAmount"),
        rounding=said(sums, "PayableRoundingAmount"),
        payable=said(sums, "PayableAmount"),
        vat=tuple(_vat(one) for tax in taxes for one in each(tax, "TaxSubtotal")),
        dues=tuple(_dues(root)),
        terms=" ".join(texts(root, "PaymentTerms/Note")),
        seller=_party(root.find("AccountingSupplierParty/Party")),
        buyer=_party(root.find("AccountingCustomerParty/Party")),
        payee=None if payee is None else _party(payee),
        vat_points=tuple(texts(root, "InvoicePeriod/DescriptionCode")),
        process=text(root, "ProfileID"),
        profile=text(root, "CustomizationID"),
        buyer_reference=text(root, "BuyerReference"),
        order=text(root, "OrderReference/ID"),
        payment_reference=text(root, "PaymentMeans/PaymentID"),
        means=tuple(texts(root, "PaymentMeans/PaymentMeansCode")),
        iban=plain_number(text(root, "PaymentMeans/PayeeFinancialAccount/ID")),
        preceding=tuple(texts(root, "BillingReference/InvoiceDocumentReference/ID")),
        notes=tuple(_note(note) for note in texts(root, "Note")),
    )


def _currency_of(sums: Element | None, name: str) -> str:
    amount = None if sums is None else sums.find(name)
    return "" if amount is None else amount.get("currencyID", "")


def _vat(subtotal: Element) -> WrittenVat:
    return WrittenVat(
        text(subtotal, "TaxCategory/ID"),
        said(subtotal, "TaxCategory/Percent"),
        said(subtotal, "TaxableAmount"),
        said(subtotal, "TaxAmount"),
    )


def _dues(root: Element) -> Iterator[WrittenDue]:
    """Yield the instalments where the terms give amounts, else the one due day."""
    instalments = [
        WrittenDue(said(one, "InstallmentDueDate", "PaymentDueDate"), said(one, "Amount"))
        for one in each(root, "PaymentTerms")
    ]
    dated = [one for one in instalments if one.on]
    if dated and all(one.amount for one in dated):
        yield from dated
        return
    only = said(root, "DueDate", "PaymentMeans/PaymentDueDate")
    if only:
        yield WrittenDue(only, Said())
    else:
        yield from dated


def _note(note: str) -> tuple[str, str]:
    """Return subject and text: UBL has no place for the subject, so it stands before the text."""
    found = _SUBJECT.match(note)
    return (found[1], found[2].strip()) if found else ("", note)


def _party(party: Element | None) -> Party:
    if party is None:
        return Party()
    place = party.find("PostalAddress")
    legal, others = party.findall("PartyLegalEntity/CompanyID"), party.findall("PartyIdentification/ID")
    country = text(place, "Country/IdentificationCode")
    network = [address.partition("_")[0] for address in texts(party, "EndpointID[@schemeID='0225']")]
    taxes = each(party, "PartyTaxScheme")
    vat = next((text(one, "CompanyID") for one in taxes if text(one, "TaxScheme/ID") == "VAT"), "")
    mail = said(party, "Contact/ElectronicMail", "EndpointID[@schemeID='EM']")
    return Party(
        name=text(party, "PartyLegalEntity/RegistrationName") or text(party, "PartyName/Name"),
        numbers=(*french_numbers(legal, others, country), *network),
        vat=plain_number(vat),
        address=lines_of(
            *(text(place, line) for line in ("StreetName", "AdditionalStreetName", "AddressLine/Line"))
        ),
        postcode=text(place, "PostalZone"),
        city=text(place, "CityName"),
        country=country,
        contact=text(party, "Contact/Name"),
        email=mail.text,
        phone=text(party, "Contact/Telephone"),
    )
