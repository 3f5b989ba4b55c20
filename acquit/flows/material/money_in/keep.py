"""Proposals as rows: replaced line by line, and the accounts that they concern woken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from acquit.core.matching.facts import Proposal
from acquit.flows.material.money_in.owed import piece_of
from acquit.flows.material.poke import poke
from acquit.store.bank.models import MatchProposal, ProposedPart
from acquit.store.encoding import encode_reasons
from acquit.store.insert import insert_rows


def keep_proposals(
    organisation_id: int, line_ids: Sequence[int], answers: Mapping[int, Sequence[Proposal]], *, now: datetime
) -> None:
    """Let the lines have the proposals of `answers`, those without any none; wake whom that concerns."""
    before = _told(organisation_id, line_ids)
    drop_proposals(organisation_id, line_ids)
    rows, parts = [], []
    for line_id, proposals in answers.items():
        for rank, one in enumerate(proposals, 1):
            row = MatchProposal(
                organisation_id=organisation_id, line_id=line_id, rank=rank, score=one.score,
                is_sure=one.is_sure, reasons=encode_reasons(one.reasons), difference=one.difference,
                difference_kind=one.difference_kind, made_at=now,
            )  # fmt: skip
            rows.append(row)
            parts += [(row, piece_of(part)) for part in one.parts]
    insert_rows(rows)
    insert_rows([
        ProposedPart(
            organisation_id=organisation_id, proposal_id=row.pk, account_id=piece.account_id,
            term_id=piece.term_id, credit_note_id=piece.credit_note_id, payment_id=piece.payment_id,
            amount=piece.amount,
        )
        for row, piece in parts
    ])  # fmt: skip
    after = {(row.line_id, row.score, piece) for row, piece in parts}
    changed = before ^ {(line, score, *piece) for line, score, piece in after}
    poke(organisation_id, {account for _, _, account, *_ in changed}, now=now)


def vanish(organisation_id: int, line_ids: Iterable[int], *, now: datetime) -> None:
    """Drop the proposals of lines that wait no longer, and wake the accounts that they held."""
    keep_proposals(organisation_id, list(line_ids), {}, now=now)


def drop_proposals(organisation_id: int, line_ids: Sequence[int]) -> None:
    """Delete the proposals of the lines."""
    with connection.cursor() as cursor:
        cursor.execute(_DROP, {"org": organisation_id, "lines": list(line_ids)})


def _told(organisation_id: int, line_ids: Sequence[int]) -> set[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, {"org": organisation_id, "lines": list(line_ids)})
        return set(cursor.fetchall())


_TOLD = """
SELECT m.line_id, m.score, p.account_id, p.amount, p.term_id, p.credit_note_id, p.payment_id
FROM bank_matchproposal m JOIN bank_proposedpart p ON p.proposal_id = m.id AND p.organisation_id = %(org)s
WHERE m.organisation_id = %(org)s AND m.line_id = ANY(%(lines)s)
"""
_DROP = """
WITH gone AS (
  SELECT id FROM bank_matchproposal WHERE organisation_id = %(org)s AND line_id = ANY(%(lines)s)),
parts AS (
  DELETE FROM bank_proposedpart WHERE organisation_id = %(org)s
    AND proposal_id IN (SELECT id FROM gone))
DELETE FROM bank_matchproposal WHERE organisation_id = %(org)s AND id IN (SELECT id FROM gone)
"""
