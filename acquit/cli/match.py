"""`acquit match`: what money that came in may be the payment of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.answer import AsJson, CreditorKey, OrganisationName, Refused, say
from acquit.cli.matching import shown, waiting_lines
from acquit.cli.ready import creditor as creditor_named
from acquit.cli.ready import in_organisation
from acquit.core.matching.evaluate import Answer, Books, Measure, Settled, answers, measure
from acquit.core.matching.facts import OpenItem, Payer, Receipt, Rules

if TYPE_CHECKING:
    from acquit.flows.bank.propose_matches import Proposed
    from acquit.sources.base import Reading

_SHOWN = 20


def command(
    evaluate: Annotated[
        Path | None,
        typer.Option("--evaluate", metavar="FEC", help="Measure against the lettering of this FEC."),
    ] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="With --evaluate: only label and amount, not the debtor.")
    ] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Apply what may be applied alone, as an import does.")
    ] = False,
    language: Annotated[str, typer.Option(help="Of the reasons: fr or en.")] = "fr",
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """Propose what the bank lines that wait may be, best first; apply what may be applied alone.

    With --evaluate, measure the proposals against what an accountant lettered, without a database.

    Example: acquit match --apply
    """
    if evaluate is not None:
        _evaluate(evaluate, blind=blind, as_json=as_json)
        return
    with in_organisation(organisation) as owner:
        whose = creditor_named(creditor)
        done = _propose(owner.pk, whose.pk, apply=apply)
        lines = waiting_lines(whose.pk, language)
    document = {"creditor": whose.key, "applied": done.applied, "waiting": done.waiting, "lines": lines}
    say(document, shown(document), as_json=as_json)


def _propose(organisation_id: int, creditor_id: int, *, apply: bool) -> Proposed:
    from acquit.flows.bank.propose_matches import propose_matches

    return propose_matches(
        organisation_id=organisation_id, creditor_id=creditor_id, now=datetime.now(UTC), apply=apply
    )


def _evaluate(path: Path, *, blind: bool, as_json: bool) -> None:
    """Say how the proposals for the receipts of a FEC compare with its lettering."""
    books = _books(_reading(path), blind=blind)
    found = list(answers(books, Rules()))
    measured = measure(found, books)
    say(_document(path, measured, found, blind=blind), _lines(path, measured, found), as_json=as_json)


def _reading(path: Path) -> Reading:
    from acquit.sources.errors import StructureError
    from acquit.sources.fec.reader import Fec

    try:
        return Fec().read(path)
    except OSError as why:
        raise Refused(f"{path}: {why.strerror}") from why
    except StructureError as why:
        raise Refused(f"{path.name}: {why.words('en')}") from why


def _books(reading: Reading, *, blind: bool) -> Books:
    """Return the facts of a ledger.

    The number that a bookkeeper gives to an entry of the bank (PieceRef) is not the payer's word:
    only the label is.
    """
    tables = reading.tables
    due = dict(tables["terms"].select("invoice_key", "due_on").iter_rows())
    columns = ("external_key", "debtor", "number", "issued_on", "amount", "currency")
    claims = [
        OpenItem(
            key=key, account=debtor, number=number, issued_on=on, due_on=due[key], amount=amount,
            open=amount, currency=currency,
        )
        for key, debtor, number, on, amount, currency in tables["invoices"].select(columns).iter_rows()
    ]  # fmt: skip
    notes = [
        OpenItem(
            key=key, account=debtor, number=number, issued_on=on, due_on=on, amount=amount,
            open=-amount, currency=currency,
        )
        for key, debtor, number, on, amount, currency in tables["credit_notes"].select(columns).iter_rows()
    ]  # fmt: skip
    named = tables["debtors"].select("debtor", "name", "siren").iter_rows()
    money = tables["payments"].filter(tables["payments"]["kind"] == "payment")
    columns = ("external_key", "debtor", "received_on", "amount", "currency", "label")
    return Books(
        items=(*claims, *notes),
        payers=tuple(Payer(account=d, names=(n,) if n else (), code=d, siren=siren) for d, n, siren in named),
        receipts=tuple(
            Receipt(
                key=key, amount=amount, currency=currency, on=on, label=label,
                accounts=None if blind else frozenset((debtor,)),
            )
            for key, debtor, on, amount, currency, label in money.select(columns).iter_rows()
        ),
        settled=tuple(_settled(reading)),
    )  # fmt: skip


def _settled(reading: Reading) -> Iterator[Settled]:
    columns = ("invoice_key", "by_key", "amount", "allocated_on")
    for item, by, amount, on in reading.tables["allocations"].select(columns).iter_rows():
        yield Settled(item, by, amount, on)


def _document(path: Path, measured: Measure, found: list[Answer], *, blind: bool) -> dict[str, Any]:
    document = {"file": str(path), "blind": blind, **asdict(measured)}
    if not measured.allocations:
        document["reason"] = "no_lettering"
    elif measured.precision is None:
        document["reason"] = "nothing_applied"
    document["missed"] = [_missed(answer) for answer in found if _is_missed(answer)]
    return document


def _is_missed(answer: Answer) -> bool:
    return bool(answer.truth) and not answer.is_right(answer.proposals[0] if answer.proposals else None)


def _missed(answer: Answer) -> dict[str, Any]:
    receipt = answer.receipt
    first = answer.proposals[0] if answer.proposals else None
    return {
        "on": receipt.on, "amount": receipt.amount, "label": receipt.label,
        "applied": answer.applied is not None, "undecidable": answer.undecidable,
        "accountant": [[str(item), amount] for item, amount in answer.truth.items()],
        "proposed": [[str(part.item), part.amount] for part in first.parts] if first else [],
        "score": first.score if first else None,
        "reasons": [reason.code for reason in first.reasons] if first else [],
    }  # fmt: skip


def _lines(path: Path, measured: Measure, found: list[Answer]) -> Iterator[str]:
    yield f"{path.name}: {measured.receipts} receipts, {measured.allocations} allocations"
    if not measured.allocations:
        yield "  no lettering: there is nothing to compare with"
        return
    yield (
        f"  applied alone {measured.auto_applied}, of these wrong {measured.wrong}"
        f" (precision {_percent(measured.precision)})"
    )
    judged = measured.receipts - measured.without_truth
    yield (
        f"  first proposal right {measured.first_proposal_right} of {judged}, among three"
        f" {measured.in_first_three} (recall {_percent(measured.recall)}, in all proposals"
        f" {_percent(measured.recall_in_all)})"
    )
    yield (
        f"  not decidable {measured.not_decidable}; not lettered {measured.without_truth}, of these"
        f" applied alone {measured.applied_without_truth}"
    )
    missed = [answer for answer in found if _is_missed(answer)]
    for answer in missed[:_SHOWN]:
        yield f"  missed: {answer.receipt.on} {_plain_amount(answer.receipt.amount)} {answer.receipt.label}"


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{100 * share:.1f} %"


def _plain_amount(amount: object) -> str:
    return f"{amount:.2f}"
