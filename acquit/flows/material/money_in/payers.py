"""From which bank accounts and under which names debtors pay: learned from matches, unlearned with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from acquit.flows.material.money_in.line import OpenLine, Settlement
from acquit.store.accounts.models import Account

#: Evidence that says by itself who paid; a name, an amount or a learned IBAN would only confirm itself.
_TELLING = frozenset({
    "reference_exact", "number_named", "short_number_named", "siren_named", "code_named", "account_reference",
})  # fmt: skip
#: The money came from the account of somebody else: it says nothing of this debtor's.
_OTHER_PAYER = "other_payer"

Lesson = tuple[int, str, str, int]  # creditor, IBAN, name as the bank writes it, debtor


def teaches(reasons: Iterable[Sequence[Any]], by: int | None) -> bool:
    """Tell whether a match says who the payer is: a person's does, a rule's by evidence of its own."""
    codes = {code for code, *_ in reasons}
    return by is not None or (bool(codes & _TELLING) and _OTHER_PAYER not in codes)


def learn(organisation_id: int, settlements: Iterable[Settlement], *, now: datetime, by: int | None) -> None:
    """Remember the payers of the settlements that are one debtor's each."""
    lessons = _lessons(organisation_id, [s for s in settlements if teaches(s.reasons, by)])
    if not lessons:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            _LEARN, [(organisation_id, *lesson, times, now) for lesson, times in sorted(lessons.items())]
        )


def unlearn(
    organisation_id: int, line: OpenLine, account_ids: Iterable[int], reasons: Sequence[Any], by: int | None
) -> None:  # fmt: skip
    """Forget what a match taught that turned out wrong."""
    debtors = _debtors(organisation_id, account_ids)
    if len(debtors) != 1 or not teaches(reasons, by):
        return
    with connection.cursor() as cursor:
        cursor.execute(_UNLEARN, [organisation_id, *_lesson(line, debtors.pop())])
        cursor.execute(_FORGET, [organisation_id])


def _lessons(organisation_id: int, settlements: Sequence[Settlement]) -> Counter[Lesson]:
    accounts = {piece.account_id for s in settlements for piece in s.pieces}
    debtor_of = dict(
        Account.objects.filter(organisation_id=organisation_id, id__in=accounts).values_list(
            "id", "debtor_id"
        )
    )
    lessons: Counter[Lesson] = Counter()
    for s in settlements:
        debtors = {debtor_of[piece.account_id] for piece in s.pieces}
        if len(debtors) == 1 and (s.line.payer_iban or s.line.payer_name):
            lessons[_lesson(s.line, debtors.pop())] += 1
    return lessons


def _lesson(line: OpenLine, debtor_id: int) -> Lesson:
    return line.creditor_id, line.payer_iban, line.payer_name, debtor_id


def _debtors(organisation_id: int, account_ids: Iterable[int]) -> set[int]:
    accounts = Account.objects.filter(organisation_id=organisation_id, id__in=list(account_ids))
    return set(accounts.values_list("debtor_id", flat=True))


_LEARN = """
INSERT INTO bank_learnedpayer (organisation_id, creditor_id, iban, name, debtor_id, times, learned_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (organisation_id, creditor_id, iban, name, debtor_id)
DO UPDATE SET times = bank_learnedpayer.times + excluded.times
"""
_UNLEARN = """
UPDATE bank_learnedpayer SET times = times - 1
WHERE organisation_id = %s AND creditor_id = %s AND iban = %s AND name = %s AND debtor_id = %s AND times > 0
"""
_FORGET = "DELETE FROM bank_learnedpayer WHERE organisation_id = %s AND times = 0"
