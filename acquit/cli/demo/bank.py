"""The statement that the demo's bank sends on the last morning: what matches by itself, and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape

from acquit.cli.demo.company import CREDITOR, Company, Issued
from acquit.core.reference import creditor_reference

_OPENING = Decimal("48211.37")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Received:
    payer: str
    amount: Decimal
    label: str
    reference: str = ""


def statement(company: Company) -> bytes:
    """Return the camt.053 of the day before `company.today`: six receipts, told as payers tell them."""
    day = company.today - timedelta(days=1)
    lines = list(_received(_unpaid(company)))
    closing = _OPENING + sum((line.amount for line in lines), Decimal(0))
    entries = "".join(_entry(line, day, place) for place, line in enumerate(lines, 1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>D{day:%Y%m%d}</MsgId><CreDtTm>{day}T20:00:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>{day:%Y%m%d}</Id><CreDtTm>{day}T20:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{CREDITOR['iban']}</IBAN></Id><Ccy>EUR</Ccy><Nm>Compte courant</Nm></Acct>"
        f"{_balance('OPBD', _OPENING, day)}{_balance('CLBD', closing, day)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _unpaid(company: Company) -> list[Issued]:
    """Return the late invoices in euros of which nothing was paid or credited, one a customer."""
    touched = {paid.key[:-1] for paid in company.paid}
    credited = {f"F{one.number[1:]}" for one in company.issued if one.amount < 0}
    found: dict[str, Issued] = {}
    for one in company.issued:
        late = one.due_on < company.today and one.amount > 0 and one.customer.currency == "EUR"
        if late and one.number not in touched | credited:
            found.setdefault(one.customer.code, one)
    return list(found.values())


def _received(unpaid: list[Issued]) -> Iterator[_Received]:
    exact, referenced, short, part, nameless = unpaid[:5]
    yield _Received(payer=_bank_name(exact), amount=exact.amount, label=f"VIR SEPA FACTURE {exact.number}")
    yield _Received(
        payer=_bank_name(referenced), amount=referenced.amount, label="VIR SEPA REGLEMENT",
        reference=creditor_reference(referenced.number),
    )  # fmt: skip
    yield _Received(
        payer=_bank_name(short), amount=short.amount, label=f"VIR INST FACT {short.number.lstrip('F')}"
    )
    half = (part.amount / 2).quantize(Decimal("0.01"))
    yield _Received(payer=_bank_name(part), amount=half, label=f"ACOMPTE {part.number}")
    yield _Received(payer=_bank_name(nameless), amount=nameless.amount, label="VIR SEPA SOLDE")
    yield _Received(payer="SCI LES ERABLES", amount=Decimal("940.00"), label="VIR SEPA LOYER")


def _bank_name(one: Issued) -> str:
    return one.customer.name.upper()[:35]


def _entry(line: _Received, day: date, place: int) -> str:
    structured = (
        f"<Strd><CdtrRefInf><Ref>{line.reference}</Ref></CdtrRefInf></Strd>" if line.reference else ""
    )
    return (
        f'<Ntry><Amt Ccy="EUR">{line.amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<AcctSvcrRef>D{day:%Y%m%d}{place:03}</AcctSvcrRef><NtryDtls><TxDtls>"
        f"<RltdPties><Dbtr><Nm>{escape(line.payer)}</Nm></Dbtr></RltdPties>"
        f"<RmtInf><Ustrd>{escape(line.label)}</Ustrd>{structured}</RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def _balance(code: str, amount: Decimal, day: date) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )
