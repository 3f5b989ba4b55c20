"""Life-cycle messages for tests, written as a platform writes them; names and numbers are ours."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

SELLER, BUYER = "732829320", "552100554"
_PARTY = '<ram:GlobalID schemeID="0002">{siren}</ram:GlobalID><ram:RoleCode>{role}</ram:RoleCode>'
_URNS = "urn:un:unece:uncefact:data:standard:"


def detail(
    *,
    code: str = "",
    reasons: Sequence[str] = (),
    note: str = "",
    amounts: Sequence[tuple[str, str, str]] = (),
) -> str:
    """Return the details of a status, one block a reason; an amount is (type, amount, rate)."""
    own = f"<ram:ProcessConditionCode>{code}</ram:ProcessConditionCode>" if code else ""
    noted = f"<ram:IncludedNote><ram:Content>{note}</ram:Content></ram:IncludedNote>" if note else ""
    facts = "".join(_amount(*one) for one in amounts)
    heads = [f"<ram:ReasonCode>{reason}</ram:ReasonCode>" for reason in reasons] or [""]
    return "".join(
        f"<ram:SpecifiedDocumentStatus>{head}{own}<ram:SequenceNumeric>{number}</ram:SequenceNumeric>"
        f"{noted if number == 1 else ''}{facts if number == 1 else ''}</ram:SpecifiedDocumentStatus>"
        for number, head in enumerate(heads, start=1)
    )


def _amount(kind: str, amount: str, rate: str) -> str:
    percent = f"<ram:ValuePercent>{rate}</ram:ValuePercent>" if rate else ""
    value = (
        f"<ram:Value>{amount}</ram:Value>"
        if kind == "CBB"
        else f'<ram:ValueAmount currencyID="EUR">{amount}</ram:ValueAmount>'
    )
    return (
        f"<ram:SpecifiedDocumentCharacteristic><ram:TypeCode>{kind}</ram:TypeCode>{value}{percent}"
        "</ram:SpecifiedDocumentCharacteristic>"
    )


def reference(
    code: int | str,
    number: str = "F-1",
    *,
    issued: str = "20261011",
    seller: str = SELLER,
    details: str = "",
    label: str = "",
) -> str:
    """Return what a message says of one invoice."""
    named = f"<ram:ProcessCondition>{label}</ram:ProcessCondition>" if label else ""
    said = f"<ram:ProcessConditionCode>{code}</ram:ProcessConditionCode>{named}"
    sold = _PARTY.format(siren=seller, role="SE") if seller else "<ram:RoleCode>SE</ram:RoleCode>"
    day = (
        f'<ram:FormattedIssueDateTime><qdt:DateTimeString format="102">{issued}</qdt:DateTimeString>'
        "</ram:FormattedIssueDateTime>"
        if issued
        else ""
    )
    return (
        f"<ram:ReferenceReferencedDocument><ram:IssuerAssignedID>{number}</ram:IssuerAssignedID>{day}"
        f"{said}<ram:IssuerTradeParty>{sold}</ram:IssuerTradeParty>{details}"
        "</ram:ReferenceReferencedDocument>"
    )


def message(
    *references: str, at: str = "20261105100000", form: str = "204", key: str = "", issuer: str = "BY"
) -> bytes:
    """Return a message of the buyer (or of the platform, `issuer` WK) that holds `references`."""
    key = key or f"CDV-{at}-{sha256(''.join(references).encode()).hexdigest()[:8]}"
    moment = f'<udt:DateTimeString format="{form}">{at}</udt:DateTimeString>'
    several = "true" if len(references) > 1 else "false"
    by = _PARTY.format(siren=BUYER if issuer == "BY" else SELLER, role=issuer)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rsm:CrossDomainAcknowledgementAndResponse xmlns:qdt="{_URNS}QualifiedDataType:100"'
        f' xmlns:udt="{_URNS}UnqualifiedDataType:100"'
        f' xmlns:ram="{_URNS}ReusableAggregateBusinessInformationEntity:100"'
        f' xmlns:rsm="{_URNS}CrossDomainAcknowledgementAndResponse:100">\n'
        "<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>"
        "<ram:ID>urn.cpro.gouv.fr:1p0:CDV:invoice</ram:ID>"
        "</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>\n"
        f"<rsm:ExchangedDocument><ram:ID>{key}</ram:ID>"
        f"<ram:IssueDateTime>{moment}</ram:IssueDateTime>"
        f"<ram:IssuerTradeParty>{by}</ram:IssuerTradeParty>"
        f"<ram:RecipientTradeParty>{_PARTY.format(siren=SELLER, role='SE')}</ram:RecipientTradeParty>"
        "</rsm:ExchangedDocument>\n"
        "<rsm:AcknowledgementDocument><ram:MultipleReferencesIndicator>"
        f"<udt:Indicator>{several}</udt:Indicator></ram:MultipleReferencesIndicator>"
        "<ram:TypeCode>23</ram:TypeCode>"
        f"<ram:IssueDateTime>{moment}</ram:IssueDateTime>\n"
        + "\n".join(references)
        + "</rsm:AcknowledgementDocument></rsm:CrossDomainAcknowledgementAndResponse>\n"
    ).encode()
