"""Cross Industry Invoice: Factur-X of every profile, ZUGFeRD 2, XRechnung, and ZUGFeRD 1's first draft."""

from __future__ import annotations

from acquit.sources.einvoice.invoice import (
    Party,
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

ROOTS = ("CrossIndustryInvoice", "CrossIndustryDocument")
ORDER_ROOT = "SCRDMCCBDACIOMessageStructure"
_DAYS = ("DateTimeString", "DateTime")


def read_cii(root: Element) -> Written:
    """Return what the invoice says. ZUGFeRD 1 names the same things otherwise."""
    context = _part(root, "ExchangedDocumentContext", "SpecifiedExchangedDocumentContext")
    head = _part(root, "ExchangedDocument", "HeaderExchangedDocument")
    trade = _part(root, "SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction")
    agreement = _part(trade, "ApplicableHeaderTradeAgreement", "ApplicableSupplyChainTradeAgreement")
    settlement = _part(trade, "ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement")
    sums = _part(
        settlement, "SpecifiedTradeSettlementHeaderMonetarySummation",
        "SpecifiedTradeSettlementMonetarySummation",
    )  # fmt: skip
    currency = said(settlement, "InvoiceCurrencyCode")
    totals = sums.findall("GrandTotalAmount")
    payee = settlement.find("PayeeTradeParty")
    return Written(
        number=said(head, "ID"),
        type_code=said(head, "TypeCode"),
        issued_on=said(head, *(f"IssueDateTime/{day}" for day in _DAYS)),
        currency=currency,
        total=in_currency(totals, currency.text),
        total_currency=totals[0].get("currencyID", "") if len(totals) == 1 else "",
        net=in_currency(each(sums, "TaxBasisTotalAmount"), currency.text),
        tax=in_currency(each(sums, "TaxTotalAmount"), currency.text),
        paid=said(sums, "TotalPrepaidAmount"),
        rounding=said(sums, "RoundingAmount"),
        payable=said(sums, "DuePayableAmount"),
        vat=tuple(_vat(tax) for tax in each(settlement, "ApplicableTradeTax")),
        dues=tuple(_dues(settlement)),
        terms=" ".join(texts(settlement, "SpecifiedTradePaymentTerms/Description")),
        seller=_party(agreement.find("SellerTradeParty")),
        buyer=_party(agreement.find("BuyerTradeParty")),
        payee=None if payee is None else _party(payee),
        vat_points=tuple(texts(settlement, "ApplicableTradeTax/DueDateTypeCode")),
        process=text(context, "BusinessProcessSpecifiedDocumentContextParameter/ID"),
        profile=text(context, "GuidelineSpecifiedDocumentContextParameter/ID"),
        buyer_reference=text(agreement, "BuyerReference"),
        order=said(
            agreement, "BuyerOrderReferencedDocument/IssuerAssignedID", "BuyerOrderReferencedDocument/ID"
        ).text,
        payment_reference=text(settlement, "PaymentReference"),
        means=tuple(texts(settlement, "SpecifiedTradeSettlementPaymentMeans/TypeCode")),
        iban=plain_number(
            text(settlement, "SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID")
        ),
        preceding=tuple(texts(settlement, "InvoiceReferencedDocument/IssuerAssignedID")),
        notes=tuple((text(n, "SubjectCode"), text(n, "Content")) for n in each(head, "IncludedNote")),
    )


def _part(element: Element, *names: str) -> Element:
    """Return the child of one of the names; where there is none, an empty one of the first."""
    found = next((child for name in names if (child := element.find(name)) is not None), None)
    return element.makeelement(names[0]) if found is None else found


def _vat(tax: Element) -> WrittenVat:
    return WrittenVat(
        text(tax, "CategoryCode"),
        said(tax, "RateApplicablePercent", "ApplicablePercent"),
        said(tax, "BasisAmount"),
        said(tax, "CalculatedAmount"),
    )


def _dues(settlement: Element) -> list[WrittenDue]:
    terms = (
        WrittenDue(said(one, *(f"DueDateDateTime/{day}" for day in _DAYS)), said(one, "PartialPaymentAmount"))
        for one in each(settlement, "SpecifiedTradePaymentTerms")
    )
    return [due for due in terms if due.on]


def _party(party: Element | None) -> Party:
    if party is None:
        return Party()
    place = party.find("PostalTradeAddress")
    contact = party.find("DefinedTradeContact")
    others = [*party.findall("GlobalID"), *party.findall("ID")]
    country = text(place, "CountryID")
    electronic = said(
        party, "DefinedTradeContact/EmailURIUniversalCommunication/URIID",
        "DefinedTradeContact/EmailURIUniversalCommunication/CompleteNumber",
        "URIUniversalCommunication/URIID[@schemeID='EM']",
    )  # fmt: skip
    return Party(
        name=text(party, "Name") or text(party, "SpecifiedLegalOrganization/TradingBusinessName"),
        numbers=french_numbers(party.findall("SpecifiedLegalOrganization/ID"), others, country),
        vat=plain_number(text(party, "SpecifiedTaxRegistration/ID[@schemeID='VA']")),
        address=lines_of(*(text(place, line) for line in ("LineOne", "LineTwo", "LineThree"))),
        postcode=text(place, "PostcodeCode"),
        city=text(place, "CityName"),
        country=country,
        contact=text(contact, "PersonName") or text(contact, "DepartmentName"),
        email=electronic.text,
        phone=text(contact, "TelephoneUniversalCommunication/CompleteNumber"),
    )
