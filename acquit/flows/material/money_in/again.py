"""After a person's word on a line: it, and the lines that competed with it, are looked at again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from acquit.flows.material.money_in.keep import vanish
from acquit.flows.material.money_in.propose import propose_anew
from acquit.store.bank.models import BankLine, ProposedPart


def look_again(
    organisation_id: int, line_ids: Iterable[int], account_ids: Collection[int], *, now: datetime
) -> None:
    """Propose anew for `line_ids`, and for the lines that may be payments of `account_ids`.

    Nothing is applied alone: a person is at work on these lines. Where none of them waits any more
    nothing is read.
    """
    mine = {"organisation_id": organisation_id}
    rivals = ProposedPart.objects.filter(**mine, account_id__in=list(account_ids))
    concerned = {*line_ids, *rivals.values_list("proposal__line_id", flat=True)}
    vanish(organisation_id, list(line_ids), now=now)
    waiting: defaultdict[int, list[int]] = defaultdict(list)
    lines = BankLine.objects.filter(**mine, id__in=concerned, set_aside_at=None)
    for line in lines.only("id", "creditor_id", "matched", "amount").order_by("id"):
        if line.matched < line.amount:
            waiting[line.creditor_id].append(line.id)
    for creditor_id, ids in waiting.items():
        propose_anew(organisation_id, creditor_id, now=now, line_ids=ids, alone=False)
