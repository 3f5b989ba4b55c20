"""The bank lines that wait, with their proposals, as `acquit match` shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from acquit.core.money import round_to_currency

_SHOWN = 50


def waiting_lines(creditor_id: int, language: str) -> list[dict[str, Any]]:
    """Return the open lines of a creditor, oldest first, each with its proposals, best first."""
    from django.db.models import F, Q

    from acquit.store.bank.models import BankLine

    lines = (
        BankLine.objects.filter(creditor_id=creditor_id, matched__lt=F("amount"), set_aside_at=None)
        .filter(Q(direction="credit") | Q(is_return=True))
        .order_by("booked_on", "id")
    )
    proposals = _proposals(creditor_id, language)
    return [
        {
            "line": line.pk, "booked_on": line.booked_on, "direction": line.direction,
            "amount": _amount(line.amount - line.matched, line.currency), "currency": line.currency,
            "label": " ".join(line.label.split()), "payer": line.counterparty_name,
            "proposals": proposals[line.pk],
        }
        for line in lines
    ]  # fmt: skip


def _proposals(creditor_id: int, language: str) -> defaultdict[int, list[dict[str, Any]]]:
    from acquit.store.bank.models import MatchProposal, ProposedPart
    from acquit.store.encoding import decode_reasons
    from acquit.wording.short_reasons import say_match_reasons

    parts: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    every = ProposedPart.objects.filter(proposal__line__creditor_id=creditor_id).order_by("id")
    every = every.select_related("account__debtor", "term__invoice", "credit_note", "proposal__line")
    for part in every:
        numbered = part.term.invoice.number if part.term else part.credit_note and part.credit_note.number
        parts[part.proposal_id].append({
            "debtor": part.account.debtor.name, "external_id": part.account.external_id,
            "invoice": numbered or None, "payment": part.payment_id,
            "amount": _amount(part.amount, part.proposal.line.currency),
        })  # fmt: skip
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    proposals = MatchProposal.objects.filter(line__creditor_id=creditor_id).order_by("line_id", "rank")
    for one in proposals.select_related("line"):
        reasons = decode_reasons(one.reasons)
        found[one.line_id].append({
            "score": one.score, "sure": one.is_sure, "because": say_match_reasons(reasons, language),
            "reasons": [reason.code for reason in reasons], "parts": parts[one.pk],
            "difference": _amount(one.difference, one.line.currency),
            "difference_kind": one.difference_kind,
        })  # fmt: skip
    return found


def _amount(amount: Any, currency: str) -> str:
    return str(round_to_currency(amount, currency))


def shown(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines for a person: each with its best proposal, and the second beside it."""
    lines = document["lines"]
    yield f"{document['applied']} applied alone, {document['waiting']} left to be matched"
    for line in lines[:_SHOWN]:
        yield f"{line['booked_on']} {line['amount']} {line['currency']} {line['label'][:70]}"
        best = line["proposals"][:1]
        for one in best:
            whom = ", ".join(
                f"{p['debtor']} {p['invoice'] or 'on account'} {p['amount']}" for p in one["parts"]
            )
            yield f"  {one['score']}: {whom}. {one['because']}"
        for one in line["proposals"][1:2]:
            yield f"  then {one['score']}: {', '.join(p['debtor'] for p in one['parts'])}"
        if not best:
            yield "  nothing fits"
    if len(lines) > _SHOWN:
        yield f"and {len(lines) - _SHOWN} more"
