"""Bank lines that are dealt with: what was made of them, by whom, and what may be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext

from acquit.store.accounts.models import User
from acquit.store.bank.models import BankLine, BankMatch
from acquit.web.matching.rows import Row, numbers_paid_by, why_words
from acquit.web.matching.words import numbers_words

#: The reason of what a person shared out.
BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a part of a line became: a payment of a client, and the invoices that it pays."""

    account_id: int
    debtor: str
    items: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(Row):
    """A line that is matched or set aside. `who` is "" where the rule did it alone."""

    shares: tuple[Share, ...] = ()
    why: str = ""
    score: int | None = None
    who: str = ""
    at: datetime | None = None

    @property
    def rest(self) -> Decimal:
        """Return the whole: what is dealt with is shown as it came."""
        return self.line.amount

    @property
    def whole(self) -> str:
        """Return nothing: no part of it waits."""
        return ""

    @property
    def is_aside(self) -> bool:
        """Tell whether a person set the line aside."""
        return self.line.set_aside_at is not None


def settled_of(ids: Sequence[int]) -> list[Settled]:
    """Return lines that are dealt with, in the order of `ids`."""
    lines = BankLine.objects.select_related("bank_account", "set_aside_by").in_bulk(list(ids))
    matches = list(
        BankMatch.objects.filter(line_id__in=list(ids), undone_at=None)
        .select_related("payment__account__debtor", "matched_by")
        .order_by("line_id", "id")
    )
    numbers = numbers_paid_by([one.payment_id for one in matches])
    of_line: dict[int, list[BankMatch]] = {}
    for match in matches:
        of_line.setdefault(match.line_id, []).append(match)
    return [_settled(lines[key], of_line.get(key, []), numbers) for key in ids if key in lines]


def _settled(line: BankLine, matches: Sequence[BankMatch], numbers: dict[int, list[str]]) -> Settled:
    first = matches[0] if matches else None
    by, at = (first.matched_by, first.matched_at) if first else (line.set_aside_by, line.set_aside_at)
    return Settled(
        line=line,
        offer=None,
        shares=tuple(_share(match, numbers.get(match.payment_id, [])) for match in matches),
        why=_why(first) if first else line.set_aside_because,
        score=first.score if first else None,
        who=name_of(by) if by else "",
        at=at,
    )


def _why(match: BankMatch) -> str:
    """Return why the line was matched so; by hand, the reason that a person wrote."""
    written = [params for code, params in match.reasons if code == BY_HAND]
    if not written:
        return why_words(match.reasons)
    return str(written[0].get("because") or gettext("Imputée à la main"))


def _share(match: BankMatch, numbers: Sequence[str]) -> Share:
    account = match.payment.account
    if match.payment.returned_on is not None:
        items = gettext("règlement revenu impayé")
    else:
        items = numbers_words(list(dict.fromkeys(numbers))) or gettext("en acompte")
    return Share(account_id=account.pk, debtor=account.debtor.name, items=items)


def name_of(person: User) -> str:
    """Return who a person is on screen."""
    return person.get_full_name() or person.get_username()
