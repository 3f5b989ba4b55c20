"""The statements of each bank account, with what is missing between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext, ngettext

from acquit.store.accounts.models import Creditor
from acquit.store.bank.gaps import MissingStatement, missing_statements
from acquit.store.bank.models import BankAccount, BankLine, BankStatement
from acquit.web import formats
from acquit.web.matching.words import account_name
from acquit.web.words import language

#: How many statements of an account are shown, the newest first.
SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A statement of the list, and what is missing before it."""

    statement: BankStatement
    lines: int
    gap: MissingStatement | None

    @property
    def words(self) -> str:
        """Return what is missing before the statement, in words."""
        return gap_words(self.gap) if self.gap else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatements:
    """A bank account with its newest statements."""

    account: BankAccount
    listed: tuple[Listed, ...]
    count: int

    @property
    def name(self) -> str:
        """Return what the account is called, its number masked."""
        return account_name(self.account)

    @property
    def words(self) -> str:
        """Return how many statements there are, and how many are shown."""
        words = ngettext("%(count)s relevé", "%(count)s relevés", self.count)
        written = words % {"count": formats.number(self.count, decimals=0, language=language())}
        shown = len(self.listed)
        if shown >= self.count:
            return written
        more = ngettext("%(count)s affiché", "%(count)s affichés", shown) % {"count": shown}
        return f"{written}, {more}"

    @property
    def gaps(self) -> int:
        """How many times something is missing."""
        return sum(one.gap is not None for one in self.listed)


def statements_of(creditor: Creditor) -> list[AccountStatements]:
    """Return the creditor's bank accounts with their statements."""
    accounts = BankAccount.objects.filter(creditor=creditor).order_by("name", "number", "id")
    gaps = missing_statements(creditor.organisation_id, creditor_id=creditor.pk)
    return [_account(one, [gap for gap in gaps if gap.bank_account_id == one.pk]) for one in accounts]


def newest_statement(creditor: Creditor) -> BankStatement | None:
    """Return the creditor's newest statement."""
    ours = BankStatement.objects.filter(bank_account__creditor=creditor, to_on__isnull=False)
    return ours.select_related("bank_account").order_by("-to_on", "-id").first()


def lines_of(statement: BankStatement) -> QuerySet[BankLine]:
    """Return the lines of a statement, found by the days of its account."""
    lines = BankLine.objects.filter(bank_account_id=statement.bank_account_id, statement=statement)
    around = timedelta(days=31)
    if statement.from_on and statement.to_on:
        lines = lines.filter(
            booked_on__gte=statement.from_on - around, booked_on__lte=statement.to_on + around
        )
    return lines


def _account(account: BankAccount, gaps: Sequence[MissingStatement]) -> AccountStatements:
    every = BankStatement.objects.filter(bank_account=account)
    dated = every.select_related("file").defer("file__content")
    newest = list(dated.order_by(F("to_on").desc(nulls_last=True), "-id")[:SHOWN])
    lines = BankLine.objects.filter(bank_account=account, statement__in=newest).order_by()
    numbers = dict(lines.values_list("statement").annotate(number=Count("id")))
    before: dict[date | None, MissingStatement] = {gap.before: gap for gap in gaps}
    return AccountStatements(
        account=account,
        listed=tuple(
            Listed(
                statement=one, lines=numbers.get(one.pk, 0), gap=before.pop(one.from_on or one.to_on, None)
            )
            for one in newest
        ),
        count=every.count(),
    )


def gap_words(gap: MissingStatement) -> str:
    """Return which days are missing, and what moved meanwhile."""
    first, last = gap.after + timedelta(days=1), gap.before - timedelta(days=1)
    days = ""
    if first <= last:
        words = gettext("Rien du %(first)s au %(last)s.") if first < last else gettext("Rien le %(last)s.")
        written = (formats.day(on, language=language()) for on in (first, last))
        days = words % dict(zip(("first", "last"), written, strict=True))
    if gap.opening is None or gap.closing is None:
        return days
    moved = gettext("Les soldes ne se suivent pas\u00a0: il manque %(sum)s de mouvements.")
    missing = formats.signed_amount(gap.opening - gap.closing, gap.currency, language=language())
    return f"{days} {moved % {'sum': missing}}".strip()
