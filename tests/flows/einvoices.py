"""Electronic invoices for the tests of imports."""

from __future__ import annotations

import io

from pypdf import PdfWriter

_ACCOUNT, _TERMS = "PayeePartyCreditorFinancialAccount", "SpecifiedTradePaymentTerms"
_BEFORE = "InvoiceReferencedDocument"
SELLER, BUYER, OTHER = "910000017", "910000025", "910000033"


def cii(
    number="F1", on="20260903", total="1200.00", *, due="20261103", paid="0.00", buyer=BUYER,
    name="Alpha SARL", seller=SELLER, code="380", before="", means="30", iban="", point="5",
    rates=(("20.00", "1000.00", "200.00"),),
) -> bytes:  # fmt: skip
    """One invoice in CII; `rates` are rate, base and tax."""
    left = f"{float(total) - float(paid):.2f}"
    when = f"<DueDateTypeCode>{point}</DueDateTypeCode>"
    taxes = "".join(
        f"<ApplicableTradeTax><CalculatedAmount>{tax}</CalculatedAmount><TypeCode>VAT</TypeCode>"
        f"<BasisAmount>{base}</BasisAmount><CategoryCode>S</CategoryCode>{when}"
        f"<RateApplicablePercent>{rate}</RateApplicablePercent></ApplicableTradeTax>"
        for rate, base, tax in rates
    )
    account = f"<{_ACCOUNT}><IBANID>{iban}</IBANID></{_ACCOUNT}>"
    terms = f"<{_TERMS}><DueDateDateTime>{_day(due)}</DueDateDateTime></{_TERMS}>"
    preceding = f"<{_BEFORE}><IssuerAssignedID>{before}</IssuerAssignedID></{_BEFORE}>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<CrossIndustryInvoice xmlns="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">
<ExchangedDocument><ID>{number}</ID><TypeCode>{code}</TypeCode><IssueDateTime>{_day(on)}</IssueDateTime>
</ExchangedDocument>
<SupplyChainTradeTransaction>
<ApplicableHeaderTradeAgreement>
<SellerTradeParty><Name>Vendeuse</Name>{_legal(seller)}</SellerTradeParty>
<BuyerTradeParty><Name>{name}</Name>{_legal(buyer)}
<DefinedTradeContact><PersonName>Odile Charme</PersonName><EmailURIUniversalCommunication>
<URIID>compta@alpha.example</URIID></EmailURIUniversalCommunication></DefinedTradeContact>
<PostalTradeAddress><PostcodeCode>63000</PostcodeCode><LineOne>12 allée des Chênes</LineOne>
<CityName>Clermont-Ferrand</CityName><CountryID>FR</CountryID></PostalTradeAddress></BuyerTradeParty>
</ApplicableHeaderTradeAgreement>
<ApplicableHeaderTradeSettlement><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode>
<SpecifiedTradeSettlementPaymentMeans><TypeCode>{means}</TypeCode>{account if iban else ""}
</SpecifiedTradeSettlementPaymentMeans>{taxes}{terms if due else ""}
<SpecifiedTradeSettlementHeaderMonetarySummation><GrandTotalAmount>{total}</GrandTotalAmount>
<TotalPrepaidAmount>{paid}</TotalPrepaidAmount><DuePayableAmount>{left}</DuePayableAmount>
</SpecifiedTradeSettlementHeaderMonetarySummation>{preceding if before else ""}
</ApplicableHeaderTradeSettlement>
</SupplyChainTradeTransaction>
</CrossIndustryInvoice>""".encode()


def _day(written: str) -> str:
    return f'<DateTimeString format="102">{written}</DateTimeString>'


def _legal(siren: str) -> str:
    legal = f'<SpecifiedLegalOrganization><ID schemeID="0002">{siren}</ID></SpecifiedLegalOrganization>'
    return legal if siren else ""


def factur_x(xml: bytes) -> bytes:
    """A PDF that carries the invoice."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_attachment("factur-x.xml", xml)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
