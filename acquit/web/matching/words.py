"""The words of « Rapprochement »."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from acquit.store.bank.models import BankAccount
from acquit.web import formats
from acquit.web.matching.lines import SURES, TO_CHOOSE, WITHOUT
from acquit.web.words import Words, language, money

#: group → (its name, the level of its bar, how full the bar is)
GROUPS: Mapping[str, tuple[Words, str, int]] = {
    SURES: (_("95\u00a0% et plus"), "high", 98),
    TO_CHOOSE: (_("À choisir"), "mid", 75),
    WITHOUT: (_("Sans proposition"), "none", 0),
}
#: Why a line is nobody's payment.
ASIDE = (
    _("virement interne"),
    _("remboursement d’un fournisseur"),
    _("impôt, aide ou emprunt"),
    _("pas un règlement de client"),
)
#: What becomes of what a payment leaves of an invoice.
WRITE_OFFS: Mapping[str, Words] = {
    "charges": _("Solder\u00a0: frais bancaires"),
    "discount": _("Solder\u00a0: escompte"),
    "rounding": _("Solder\u00a0: arrondi"),
    "other": _("Solder\u00a0: autre motif"),
}
_NUMBERED = 2


def masked(number: str) -> str:
    """Return a bank account as it may be shown: its country and its last four signs.

    >>> masked("FR7630006000011234567890189").replace("\\u00a0", "~"), masked("0189"), masked("")
    ('FR76~····~0189', '0189', '')
    """
    bare = "".join(number.split())
    if len(bare) <= 8:
        return bare
    head = f"{bare[:4]}\u00a0" if bare[:2].isalpha() else ""
    return f"{head}····\u00a0{bare[-4:]}"


def account_name(account: BankAccount) -> str:
    """Return what a bank account is called, its number masked."""
    return f"{account.name or gettext('Compte')} {masked(account.number)}"


def numbers_words(numbers: Sequence[str]) -> str:
    """Return the invoices of a proposal, the first and the last where there are many."""
    if len(numbers) <= _NUMBERED:
        return ", ".join(numbers)
    ordered = sorted(numbers)
    words = ngettext(
        "%(count)s facture, %(first)s à %(last)s", "%(count)s factures, %(first)s à %(last)s", len(numbers)
    )
    return words % {"count": len(numbers), "first": ordered[0], "last": ordered[-1]}


def difference_words(kind: str, difference: Decimal, currency: str, on_account: Decimal) -> str:
    """Return what is over: written off, still owed, or more than was owed."""
    if on_account:
        return gettext("%(sum)s en acompte") % {"sum": money(on_account, currency)}
    if not difference:
        return ""
    named = {
        "charges": gettext("%(sum)s de frais soldés"),
        "discount": gettext("%(sum)s d’escompte soldés"),
        "rounding": gettext("%(sum)s d’arrondi soldés"),
    }.get(kind, gettext("reste %(sum)s"))
    return named % {"sum": money(abs(difference), currency)}


def sums_words(sums: Sequence[tuple[Decimal, str]]) -> str:
    """Return sums of several currencies as one text."""
    return " + ".join(money(total, currency) for total, currency in sums)


def lines_words(count: int, shown: int) -> str:
    """Return how many lines a group has, and how many of them are shown."""
    written = formats.number(count, decimals=0, language=language())
    words = ngettext("%(count)s ligne", "%(count)s lignes", count) % {"count": written}
    if shown >= count:
        return words
    more = ngettext("%(count)s affichée", "%(count)s affichées", shown) % {"count": shown}
    return f"{words}, {more}"
