"""What matching looks at, and what it answers, as frozen facts."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.core.decision import Reason

Key = Hashable
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Money that came in, not matched yet. `amount` is above zero, in `currency`.

    `accounts` is who it can be from, where that is known (a payment that the ledger booked on an
    account); None when only the text tells. `refused` are accounts that a person ruled out.
    `charges` were kept by banks on the way.
    """

    key: Key
    amount: Decimal
    currency: str
    on: date
    label: str = ""
    reference: str = ""
    end_to_end: str = ""
    payer_name: str = ""
    payer_iban: str = ""
    charges: Decimal | None = None
    accounts: frozenset[Key] | None = None
    refused: frozenset[Key] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """What is owed (`open` above zero: a term) or owed back (below zero: a loose credit note).

    `number` is the invoice's or credit note's; `reference` the creditor reference printed on it,
    where another than the one made from the number.
    """

    key: Key
    account: Key
    number: str
    issued_on: date
    due_on: date
    amount: Decimal
    open: Decimal
    currency: str
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who may pay: an account, the debtor's names (his own, then as banks wrote them), his IBANs."""

    account: Key
    names: tuple[str, ...]
    ibans: frozenset[str] = frozenset()
    code: str = ""
    siren: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The creditor's own rules. From the score `threshold` a sure proposal is applied alone.

    `tolerance` and `charges` bound the difference that is written off by rule, in the receipt's
    currency; `discount` is the largest discount for early payment, as a share (0.02: 2 %).
    """

    threshold: int = 95
    tolerance: Decimal = Decimal("1.00")
    charges: Decimal = Decimal("15.00")
    discount: Decimal = Decimal("0.03")


@dataclass(frozen=True, slots=True)
class Part:
    """So much of the receipt for `item`, below zero for a credit note; None: on the account."""

    account: Key
    item: Key | None
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a receipt may be. The parts sum up to the receipt's amount, to the cent.

    `difference` is what the items of the parts owe above their parts, and `difference_kind` what it
    is taken for: "charges", "discount", "rounding" (written off by rule), "part" (stays owed), or
    "". `is_sure`: could be applied alone at its score, which amount alone never is when it fits two
    debtors.
    """

    score: int
    parts: tuple[Part, ...]
    reasons: tuple[Reason, ...]
    is_sure: bool = False
    difference: Decimal = ZERO
    difference_kind: str = ""

    @property
    def accounts(self) -> tuple[Key, ...]:
        """The accounts of the parts, each once, in their order."""
        return tuple(dict.fromkeys(part.account for part in self.parts))
