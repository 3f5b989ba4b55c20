"""Bank lines and what they may be, written as an import and the matching leave them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from acquit.store.accounts.models import Account, Creditor
from acquit.store.bank.models import BankAccount, BankLine, BankStatement, MatchProposal, ProposedPart
from acquit.store.ledger.models import Term
from tests.flows.world import account, invoice

IBAN = "FR7630006000011234567890189"
_KEYS = count(1)


def bank_account(creditor: Creditor, number: str = IBAN, name: str = "Compte courant") -> BankAccount:
    """Return the creditor's bank account of that number."""
    found, _made = BankAccount.objects.get_or_create(
        organisation_id=creditor.organisation_id, creditor=creditor, number=number, currency="EUR",
        defaults={"name": name},
    )  # fmt: skip
    return found


def statement(creditor: Creditor, first: date, last: date, **more) -> BankStatement:
    """Return a statement of the creditor's account."""
    return BankStatement.objects.create(
        organisation_id=creditor.organisation_id, bank_account=bank_account(creditor),
        external_key=f"{first}", number=f"{first:%Y%m}", from_on=first, to_on=last, **more,
    )  # fmt: skip


def line(creditor: Creditor, name: str, amount: str, *, on: date, label: str = "", **more) -> BankLine:
    """Return a line that nobody matched."""
    said = {"direction": "credit", "currency": "EUR"} | more
    return BankLine.objects.create(
        organisation_id=creditor.organisation_id, creditor=creditor, bank_account=bank_account(creditor),
        external_key=f"line {next(_KEYS)}", booked_on=on, value_on=on, known_on=on, amount=Decimal(amount),
        counterparty_name=name, label=label, **said,
    )  # fmt: skip


def propose(to: BankLine, score: int, *parts: Term | Account, sure: bool = True, rank: int = 1, **more):
    """Propose that the line pays terms whole as far as it goes, or stays on an account."""
    said = {"reasons": [], "difference": Decimal(0), "difference_kind": ""} | more
    proposal = MatchProposal.objects.create(
        organisation_id=to.organisation_id, line=to, rank=rank, score=score, is_sure=sure,
        made_at=timezone.now(), **said,
    )  # fmt: skip
    left = to.amount
    for part in parts:
        term = part if isinstance(part, Term) else None
        share = min(left, term.amount - term.allocated) if term else left
        left -= share
        ProposedPart.objects.create(
            organisation_id=to.organisation_id, proposal=proposal, term=term, amount=share,
            account_id=term.account_id if term else part.pk,
        )  # fmt: skip
    return proposal


def desk(creditor: Creditor, today: date) -> dict[str, BankLine]:
    """Return a morning's lines: three sure ones, one to choose, a return, and one of nobody."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    def owing(code: str, name: str, *invoices: tuple[str, str]) -> list[Term]:
        client = account(creditor, code, name=name)
        return [invoice(client, number, amount, due=ago(20)) for number, amount in invoices]

    statement(creditor, ago(30), ago(5), opening=Decimal("1000.00"), closing=Decimal("91000.00"))
    hotel = owing("BELV", "Hôtel Le Belvédère", ("F-2026-0889", "2000.00"), ("F-2026-0934", "2218.60"))
    arvor = owing("ARVOR", "Cuisines Arvor", ("F-2026-0902", "5000.00"), ("F-2026-0917", "2340.25"))
    hexalis = owing("HEXA", "Groupe Hexalis", *((f"F-2026-07{n}", "5692.00") for n in range(68, 73)))
    delcourt = owing("DELC", "Menuiserie Delcourt", ("F-2026-0861", "3240.00"), ("F-2026-0884", "1692.00"))
    lines = {
        "hotel": line(creditor, "HOTEL BELVEDERE", "4218.60", on=ago(4), label="VIR SEPA /RNF RF77C00031"),
        "arvor": line(creditor, "CUISINES ARVOR SAS", "7340.25", on=ago(4), label="VIR INST F0902 F0917"),
        "hexalis": line(creditor, "GRPE HEXALIS TRESO", "28460.00", on=ago(5), label="VIR SEPA LOT 88213"),
        "delcourt": line(
            creditor, "MENUISERIE DELCOURT", "3120.00", on=ago(6), label="VIR SEPA REGLT FACTURES OCT"
        ),
        "rejet": line(
            creditor, "REJET PRLV PEPINIERES", "1180.00", on=ago(6), direction="debit", is_return=True,
            label="IPD MS03 PRLV 06/11 F-2026-0791",
        ),
        "erables": line(creditor, "SCI LES ERABLES", "940.00", on=ago(7), label="VIR SEPA LOYER NOV"),
    }  # fmt: skip
    propose(lines["hotel"], 99, *hotel, reasons=[["reference_exact", {"kind": "rf"}], ["amount_exact", {}]])
    propose(lines["arvor"], 99, *arvor, reasons=[["number_named", {"count": 2}], ["amount_exact", {}]])
    propose(lines["hexalis"], 98, *hexalis, reasons=[["sum_exact", {"count": 5}], ["iban_known", {}]])
    part = {"difference": Decimal("120.00"), "difference_kind": "part", "reasons": [["iban_known", {}]]}
    propose(lines["delcourt"], 82, delcourt[0], sure=False, **part)
    propose(lines["delcourt"], 41, delcourt[1], delcourt[1].account, sure=False, rank=2)
    return lines
