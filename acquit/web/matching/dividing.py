"""A line shared out by hand: what a person searched, chose, wrote as amounts, and what is left.

The state is in the form, so that it works without JavaScript: each button sends it whole, and what
only looks (search, add, drop) comes back as an address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from itertools import groupby

from django.db.models import F
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext

from acquit.store.accounts.models import Account, Creditor
from acquit.store.ledger.models import Term
from acquit.web.fields import plain_amount
from acquit.web.matching.rows import Row
from acquit.web.matching.words import WRITE_OFFS
from acquit.web.search import MOST, found_accounts
from acquit.web.words import money

ZERO = Decimal(0)
#: How many accounts a search shows, and how many invoices of each.
ACCOUNTS, TERMS = 8, 6
_TERMS_READ = 400
_PLAIN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """An invoice that was chosen: the amount as it was typed, and what becomes of the rest."""

    term: int
    amount: str = ""
    off: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a person has written so far. `account`: where what is left stays."""

    words: str = ""
    chosen: tuple[Chosen, ...] = ()
    account: int | None = None
    because: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, given: QueryDict) -> Draft:
        """Return the draft that a form or an address holds."""
        terms = dict.fromkeys(int(one) for one in given.getlist("terme") if _is_key(one))
        account = given.get("compte", "")
        return cls(
            words=given.get("q", "").strip()[:100],
            chosen=tuple(
                Chosen(
                    term=term,
                    amount=given.get(f"montant-{term}", "").strip()[:30],
                    off=given.get(f"solde-{term}", "") if given.get(f"solde-{term}") in WRITE_OFFS else "",
                )
                for term in terms
            ),
            account=int(account) if _is_key(account) else None,
            because=given.get("motif", "").strip()[:200],
        )

    @property
    def query(self) -> str:
        """Return the draft as the end of an address."""
        pairs = [("q", self.words)] if self.words else []
        for one in self.chosen:
            pairs += [("terme", str(one.term)), (f"montant-{one.term}", one.amount)]
            pairs += [(f"solde-{one.term}", one.off)] if one.off else []
        if self.account:
            pairs.append(("compte", str(self.account)))
        if self.because:
            pairs.append(("motif", self.because))
        return urlencode(pairs)

    def adding(self, term: int, amount: Decimal) -> Draft:
        """Return the draft with one more invoice."""
        if any(one.term == term for one in self.chosen):
            return self
        return replace(self, chosen=(*self.chosen, Chosen(term=term, amount=written(amount))))

    def dropping(self, term: int) -> Draft:
        """Return the draft without an invoice."""
        return replace(self, chosen=tuple(one for one in self.chosen if one.term != term))

    @property
    def placed(self) -> Decimal:
        """Return the sum of the amounts that can be read."""
        return sum((parsed(one.amount) or ZERO for one in self.chosen), ZERO)


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < _PLAIN


def written(amount: Decimal) -> str:
    """Return an amount as a person types it.

    >>> written(Decimal("1240.5"))
    '1240,50'
    """
    return f"{amount:.2f}".replace(".", ",")


def parsed(typed: str) -> Decimal | None:
    """Return the amount that was typed, or None.

    >>> parsed("1\\u202f240,50 €"), parsed("douze"), parsed("")
    (Decimal('1240.50'), None, None)
    """
    try:
        value = Decimal(plain_amount(typed))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < Decimal(10) ** _PLAIN else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosable:
    """An open invoice that the search found. `fits`: it is owed exactly what came."""

    term: Term
    open: Decimal
    fits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A client that the search found, with what he owes."""

    account: Account
    terms: tuple[Choosable, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A chosen invoice as it is drawn."""

    term: Term
    open: Decimal
    chosen: Chosen
    error: str = ""

    @property
    def left(self) -> Decimal:
        """Return what stays owed on the invoice."""
        return self.open - (parsed(self.chosen.amount) or ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """The search and the shares of an open line."""

    row: Row
    draft: Draft
    found: tuple[Found, ...]
    taken: tuple[Taken, ...]
    accounts: tuple[Account, ...]
    too_many: bool

    @classmethod
    def of(cls, row: Row, draft: Draft, creditor: Creditor) -> Pane:
        """Return the pane of a line."""
        taken = tuple(_taken(draft, creditor, row.line.currency))
        ids, too_many = _found_ids(row, draft)
        accounts = {
            one.pk: one
            for one in Account.objects.filter(
                creditor=creditor, pk__in=[*ids, *(one.term.account_id for one in taken), draft.account or 0]
            ).select_related("debtor")
        }
        shown = [accounts[key] for key in ids if key in accounts][:ACCOUNTS]
        return cls(
            row=row, draft=draft, taken=taken, too_many=too_many,
            found=tuple(_found(shown, row, {one.term.pk for one in taken})),
            accounts=_rests(accounts, taken, draft, shown),
        )  # fmt: skip

    @property
    def left(self) -> Decimal:
        """Return what is not placed yet; below zero: too much is."""
        return self.row.rest - self.draft.placed

    @property
    def left_words(self) -> str:
        """Return what is left as an amount."""
        return money(self.left, self.row.line.currency)

    @property
    def write_offs(self) -> Iterable[tuple[str, object]]:
        """Return what may become of the rest of an invoice."""
        return WRITE_OFFS.items()


def _found_ids(row: Row, draft: Draft) -> tuple[list[int], bool]:
    """Return the accounts to show: those of the words, else those of the proposals."""
    if draft.words:
        found = found_accounts(draft.words)
        return found, len(found) > MOST
    return [row.offer.account.pk] if row.offer is not None else [], False


def _found(accounts: Sequence[Account], row: Row, taken: set[int]) -> Iterable[Found]:
    """Return accounts with what they owe, first what is owed exactly."""
    owed = (
        Term.objects.filter(account__in=accounts, currency=row.line.currency, allocated__lt=F("amount"))
        .exclude(pk__in=taken)
        .select_related("invoice")
        .order_by("account_id", "due_on", "id")[:_TERMS_READ]
    )
    terms = {key: list(group) for key, group in groupby(owed, key=lambda term: term.account_id)}
    for account in accounts:
        offered = [
            Choosable(term=one, open=one.amount - one.allocated, fits=one.amount - one.allocated == row.rest)
            for one in terms.get(account.pk, [])
        ]
        offered.sort(key=lambda one: not one.fits)
        yield Found(account=account, terms=tuple(offered[:TERMS]), more=max(len(offered) - TERMS, 0))


def _taken(draft: Draft, creditor: Creditor, currency: str) -> Iterable[Taken]:
    terms = Term.objects.filter(
        pk__in=[one.term for one in draft.chosen], account__creditor=creditor, currency=currency,
        allocated__lt=F("amount"),
    ).select_related("invoice", "account__debtor").in_bulk()  # fmt: skip
    for one in draft.chosen:
        term = terms.get(one.term)
        if term is not None:
            error = draft.errors.get(f"montant-{one.term}", "")
            yield Taken(term=term, open=term.amount - term.allocated, chosen=one, error=error)


def _rests(
    accounts: Mapping[int, Account], taken: Sequence[Taken], draft: Draft, shown: Sequence[Account]
) -> tuple[Account, ...]:
    """Return where what is left may stay: with those who were chosen, else with those who were found."""
    keys = dict.fromkeys([*([draft.account] if draft.account else []), *(o.term.account_id for o in taken)])
    named = [accounts[key] for key in keys if key in accounts]
    return tuple(named or shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """What a person decided, checked: (account, term or None, amount), and (term, amount, kind)."""

    parts: tuple[tuple[int, int | None, Decimal], ...]
    written_off: tuple[tuple[int, Decimal, str], ...]


def shares_of(draft: Draft, row: Row, creditor: Creditor) -> tuple[Shares | None, Draft]:
    """Return what the draft decides; where it cannot be, None and the draft with its errors."""
    errors: dict[str, str] = {}
    parts: list[tuple[int, int | None, Decimal]] = []
    off: list[tuple[int, Decimal, str]] = []
    taken = tuple(_taken(draft, creditor, row.line.currency))
    if len(taken) < len(draft.chosen):
        errors["tout"] = gettext("Une des factures a été soldée entre-temps\u00a0: vérifiez la répartition.")
    for one in taken:
        amount = parsed(one.chosen.amount)
        problem = _problem(one, amount)
        if problem or amount is None:
            errors[f"montant-{one.term.pk}"] = problem
            continue
        parts.append((one.term.account_id, one.term.pk, amount))
        if one.chosen.off and one.left:
            off.append((one.term.pk, one.left, one.chosen.off))
    left = row.rest - draft.placed
    if left < 0:
        words = gettext("Les montants dépassent de %(sum)s ce qui est arrivé.")
        errors.setdefault("tout", words % {"sum": money(-left, row.line.currency)})
    elif left:
        ours = Account.objects.filter(pk=draft.account or 0, creditor=creditor).exists()
        if ours and draft.account:
            parts.append((draft.account, None, left))
        else:
            errors.setdefault("compte", gettext("Dites chez quel client le reste est laissé en acompte."))
    if any(kind == "other" for *_, kind in off) and not draft.because:
        errors["motif"] = gettext("Indiquez un motif.")
    if errors or not parts:
        errors.setdefault("tout", gettext("Corrigez ce qui est signalé\u00a0: rien n’a été imputé."))
        return None, replace(draft, errors=errors)
    return Shares(parts=tuple(parts), written_off=tuple(off)), draft


def _problem(taken: Taken, amount: Decimal | None) -> str:
    if amount is None:
        return gettext("Un montant de la forme 1240,50.")
    if amount <= 0:
        return gettext("Le montant doit être supérieur à zéro.")
    if amount > taken.open:
        words = gettext("La facture ne doit plus que %(sum)s.")
        return words % {"sum": money(taken.open, taken.term.currency)}
    return ""
