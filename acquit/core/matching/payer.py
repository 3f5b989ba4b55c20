"""Who a receipt is from: what is known, what the bank states, and what the name says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from acquit.core.decision import Reason
from acquit.core.matching.facts import Key, Payer, Receipt
from acquit.core.matching.name import Like, Names
from acquit.core.matching.text import compact, plain

_WORD = re.compile(r"[A-Z0-9]+")
_LEAST_CODE, _LEAST_CODE_DIGITS = 4, 5
#: From this likeness a name that no other debtor bears is a name, not a resemblance.
SAME_NAME = 0.95
#: Another debtor whose name is as like, less this, makes the name say nothing sure.
_RIVAL = 0.06


@dataclass(frozen=True, slots=True)
class Tie:
    """What ties a receipt to an account: `share` 1 is sure, below that a likeness of names.

    `alone`: no other debtor is tied as well.
    """

    share: float
    reason: Reason
    sure: bool = False
    alone: bool = True


class Payers:
    """Finds the payers of receipts. Built once; `payers` in an order that does not vary."""

    def __init__(self, payers: Iterable[Payer]) -> None:
        self._accounts: list[Key] = []
        self._by_iban: dict[str, list[int]] = {}
        self._by_siren: dict[str, list[int]] = {}
        self._by_code: dict[str, list[int]] = {}
        names: list[tuple[int, str]] = []
        for number, payer in enumerate(payers):
            self._accounts.append(payer.account)
            for iban in payer.ibans:
                self._by_iban.setdefault(compact(iban), []).append(number)
            if payer.siren:
                self._by_siren.setdefault(compact(payer.siren)[:9], []).append(number)
            if _tells(code := compact(payer.code)):
                self._by_code.setdefault(code, []).append(number)
            names.extend((number, name) for name in dict.fromkeys(payer.names))
        self._names = Names(names)

    def iban_owners(self, receipt: Receipt) -> tuple[Key, ...]:
        """Return the accounts known to pay from the receipt's IBAN."""
        return self._keys(self._by_iban.get(compact(receipt.payer_iban), ())) if receipt.payer_iban else ()

    def ties(self, receipt: Receipt, references: Iterable[str]) -> Mapping[Key, Tie]:
        """Return each account that the receipt may be from, with its strongest tie.

        One of the checked `references` may be made from the debtor's code.
        """
        if receipt.accounts is not None:
            found = {account: Tie(1.0, Reason("account_known"), sure=True) for account in receipt.accounts}
        else:
            found = self._found(receipt, references)
        return {account: tie for account, tie in found.items() if account not in receipt.refused}

    def _found(self, receipt: Receipt, references: Iterable[str]) -> dict[Key, Tie]:
        text = f"{receipt.label} {receipt.reference} {receipt.end_to_end}"
        found: dict[Key, Tie] = {}
        for reference in references:
            for account in self._keys(self._by_code.get(reference[4:], ())):
                found.setdefault(account, Tie(1.0, Reason("account_reference"), sure=True))
        for account in self.iban_owners(receipt):
            found.setdefault(account, Tie(1.0, Reason("iban_known"), sure=True))
        words = _WORD.findall(plain(text))
        for siren in _sirens(words):
            for account in self._keys(self._by_siren.get(siren, ())):
                found.setdefault(account, Tie(1.0, Reason("siren_named"), sure=True))
        for code in (*words, *("".join(pair) for pair in pairwise(words))):
            for account in self._keys(self._by_code.get(code, ())):
                found.setdefault(account, Tie(1.0, Reason("code_named"), sure=True))
        likes = self._names.like(receipt.payer_name, receipt.label)
        for like in likes:
            account = self._accounts[like.payer]
            if account not in found and account not in receipt.refused:
                found[account] = Tie(like.share, _likeness(like), alone=not self._rivalled(like, likes))
        return found

    def _rivalled(self, like: Like, likes: Iterable[Like]) -> bool:
        """Whether another account's name is about as like the text as this one's."""
        own = self._accounts[like.payer]
        return any(o.share >= like.share - _RIVAL and self._accounts[o.payer] != own for o in likes)

    def _keys(self, numbers: Iterable[int]) -> tuple[Key, ...]:
        return tuple(dict.fromkeys(self._accounts[number] for number in numbers))


def _likeness(like: Like) -> Reason:
    if like.share >= 0.995:
        return Reason("name_same")
    return Reason("name_alike", {"percent": int(like.share * 100)})


def _tells(code: str) -> bool:
    """Whether a debtor's code is unlike other words and numbers of a label."""
    digits = sum(c.isdigit() for c in code)
    if digits == len(code):
        return digits >= _LEAST_CODE_DIGITS
    return digits > 0 and len(code) >= _LEAST_CODE


def _sirens(words: list[str]) -> Iterable[str]:
    """Yield what may be a SIREN: alone, in a SIRET, in a VAT number, or written in threes."""
    for at, word in enumerate(words):
        digits = word[4:] if word.startswith("FR") else word
        if digits.isdigit() and len(digits) in (9, 14):
            yield digits[:9]
        threes = words[at : at + 3]
        if len(threes) == 3 and all(len(three) == 3 and three.isdigit() for three in threes):
            yield "".join(threes)
