"""What matching looks at, and what it answers, as frozen facts."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acquit.core.decision import Reason

Key = Hashable
ZERO = Decimal(0)

#: Every reason code that a proposal can give; each has words in every language.
MATCH_REASON_CODES = frozenset({
    # what the text names
    "reference_exact", "number_named", "short_number_named", "number_shared", "others_named",
    # who pays
    "account_known", "account_reference", "iban_known", "siren_named", "code_named", "name_same",
    "name_alike", "other_payer", "unknown_payer", "several_debtors", "several_fit", "only_candidate",
    # how the amount fits
    "amount_exact", "oldest_of_equal", "all_open", "all_due", "sum_exact", "credit_note_deducted",
    "rounding", "charges", "discount", "part", "oldest_first", "over", "on_account", "currency_differs",
})  # fmt: skip


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
    is taken for: "charges", "discount", "rounding" (written off by rule, each item by what it owes
    above its part) or "part" (stays owed). Below zero, so much rests on the account ("on_account"),
    in the part that has no item. Zero with "" where all fits. `is_sure`: could be applied alone at
    its score, which amount alone never is.
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
