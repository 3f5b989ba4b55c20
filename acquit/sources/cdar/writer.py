"""Status 212 (« Encaissée ») as a CDAR message that a seller gives to its platform.

It lies beside the reader because both know one format (decision record 0015). The rules kept are those of
XP Z12-012, annex A, as FNFE-MPE's Schematron BR-FR-CDV 1.4.0 checks them: MDT numbers stand beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from acquit.sources.cdar.names import FORMATS, NAMESPACES, PARIS, ROOT, SIREN
from acquit.sources.xml import Element

_COLLECTED, _LABEL = "212", "Encaissée"
#: UN/CEFACT 4405: paid, the state of a document in the phase of processing (MDT-77: 23).
_PAID, _PROCESSING, _INVOICE = "47", "23", "380"
#: Where the tax office receives, by the Schematron's own check, and addresses by SIREN.
_TAX_OFFICE, _PLATFORMS, _BY_SIREN = "0000", "0238", "0225"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What came in on an invoice on day `on`: per VAT rate, in percent, the amount with VAT.

    Negative amounts take back what was declared. `deposited_at` is the moment of status 200, where it
    is known.
    """

    message_id: str
    made_at: datetime
    seller: str
    seller_name: str
    buyer: str
    buyer_name: str
    invoice_number: str
    issued_on: date
    on: date
    by_rate: Mapping[Decimal, Decimal]
    currency: str
    deposited_at: datetime | None = None


def write_collected(said: Collected) -> bytes:
    """Return the CDAR message, in UTF-8."""
    root = etree.Element(_name("rsm", ROOT), nsmap=NAMESPACES)
    context = _add(root, "rsm:ExchangedDocumentContext")
    for parameter, value in (
        ("BusinessProcess", "REGULATED"),  # MDT-2
        ("Guideline", "urn.cpro.gouv.fr:1p0:CDV:invoice"),  # MDT-3
    ):
        _add(_add(context, f"ram:{parameter}SpecifiedDocumentContextParameter"), "ram:ID", value)
    _head(root, said)
    acknowledgement = _add(root, "rsm:AcknowledgementDocument")
    _add(_add(acknowledgement, "ram:MultipleReferencesIndicator"), "udt:Indicator", "false")  # MDT-74
    _add(acknowledgement, "ram:TypeCode", _PROCESSING)  # MDT-77
    _moment(acknowledgement, "ram:IssueDateTime", said.made_at)  # MDT-78
    _reference(acknowledgement, said)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _head(root: Element, said: Collected) -> None:
    head = _add(root, "rsm:ExchangedDocument")
    _add(head, "ram:ID", said.message_id)  # MDT-4
    _add(head, "ram:Name", f"{said.invoice_number} {_LABEL}")  # MDT-5
    _moment(head, "ram:IssueDateTime", said.made_at)  # MDT-8
    for party in ("Sender", "Issuer"):
        _party(head, f"ram:{party}TradeParty", SIREN, said.seller, name=said.seller_name, role="SE")
    buyer = _party(head, "ram:RecipientTradeParty", SIREN, said.buyer, name=said.buyer_name, role="BY")
    address = _add(_add(buyer, "ram:URIUniversalCommunication"), "ram:URIID", said.buyer)  # MDT-73
    address.set("schemeID", _BY_SIREN)
    _party(head, "ram:RecipientTradeParty", _PLATFORMS, _TAX_OFFICE, name="PPF", role="DFH")


def _reference(acknowledgement: Element, said: Collected) -> None:
    reference = _add(acknowledgement, "ram:ReferenceReferencedDocument")
    _add(reference, "ram:IssuerAssignedID", said.invoice_number)  # MDT-87
    _add(reference, "ram:StatusCode", _PAID)  # MDT-88
    _add(reference, "ram:TypeCode", _INVOICE)  # MDT-91
    if said.deposited_at is not None:
        _moment(reference, "ram:ReceiptDateTime", said.deposited_at)  # MDT-95
    _day(_add(reference, "ram:FormattedIssueDateTime"), "qdt:DateTimeString", said.issued_on)  # MDT-100
    _add(reference, "ram:ProcessConditionCode", _COLLECTED)  # MDT-105
    _add(reference, "ram:ProcessCondition", _LABEL)  # MDT-106
    _party(reference, "ram:IssuerTradeParty", SIREN, said.seller, role="SE")  # MDT-129, MDT-132
    status = _add(reference, "ram:SpecifiedDocumentStatus")
    _add(status, "ram:SequenceNumeric", "1")  # MDT-124-2
    for rate, amount in said.by_rate.items():
        fact = _add(status, "ram:SpecifiedDocumentCharacteristic")
        _add(fact, "ram:TypeCode", "MEN")  # MDT-207
        _add(_add(fact, "ram:ValueChangedIndicator"), "udt:IndicatorString", "false")  # MDT-209
        _add(fact, "ram:ValueAmount", f"{amount:.2f}").set("currencyID", said.currency)  # MDT-215
        _day(_add(fact, "ram:ValueDateTime"), "udt:DateTimeString", said.on)  # MDT-219
        _add(fact, "ram:ValuePercent", f"{rate:.2f}")  # MDT-224


def _party(above: Element, tag: str, scheme: str, identity: str, *, role: str, name: str = "") -> Element:
    party = _add(above, tag)
    _add(party, "ram:GlobalID", identity).set("schemeID", scheme)
    if name:
        _add(party, "ram:Name", name)
    _add(party, "ram:RoleCode", role)
    return party


def _moment(above: Element, tag: str, at: datetime) -> None:
    written = f"{at.astimezone(PARIS):{FORMATS['204']}}"
    _add(_add(above, tag), "udt:DateTimeString", written).set("format", "204")


def _day(above: Element, tag: str, on: date) -> None:
    _add(above, tag, f"{on:{FORMATS['102']}}").set("format", "102")


def _add(above: Element, tag: str, text: str | None = None) -> Element:
    """Return a new last child of `above`."""
    child = etree.SubElement(above, _name(*tag.split(":")))
    child.text = text
    return child


def _name(prefix: str, local: str) -> str:
    return f"{{{NAMESPACES[prefix]}}}{local}"
