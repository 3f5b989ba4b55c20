"""A proposal in the making: how the money fits, what speaks for it and against it, and the score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from acquit.core.decision import Reason
from acquit.core.matching import score
from acquit.core.matching.facts import ZERO, Key, OpenItem, Part, Proposal, Receipt
from acquit.core.matching.fit import Fit
from acquit.core.matching.naming import Naming
from acquit.core.matching.number import names_another
from acquit.core.matching.payer import SAME_NAME, Tie
from acquit.core.matching.score import EXACT, TABLE, Evidence
from acquit.core.matching.settle import settle

#: From this likeness on, the payer's name speaks for the invoices that the text names.
AGREES = 0.7
#: The kind of a difference by the kind of fit, where the items owe more than came.
_SHORTFALLS = {k: k for k in ("charges", "discount", "rounding", "part")} | {"near": "part"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A receipt with what was found in it. `crowd` are the accounts that owe exactly its amount."""

    receipt: Receipt
    references: tuple[str, ...]
    ties: Mapping[Key, Tie]
    naming: Naming
    iban_owners: tuple[Key, ...]
    crowd: tuple[Key, ...]

    @property
    def text(self) -> str:
        """All that was written."""
        return f"{self.receipt.label} {self.receipt.reference} {self.receipt.end_to_end}"

    def agrees(self, account: Key) -> Tie | None:
        """Return the tie to `account` where it is more than a faint likeness."""
        tie = self.ties.get(account)
        return tie if tie and tie.share >= AGREES else None

    def is_of_another(self, accounts: Iterable[Key]) -> bool:
        """Whether the IBAN is known, and is none of these accounts'."""
        return bool(self.iban_owners) and not set(self.iban_owners).intersection(accounts)


@dataclass(frozen=True, slots=True)
class Case:
    """A proposal, and how its money fits."""

    proposal: Proposal
    kind: str


@dataclass(slots=True)
class _Weighing:
    """Points and reasons as they are gathered."""

    points: int
    certain: bool
    reasons: list[Reason]

    def against(self, points: int, *reasons: Reason) -> None:
        """Note what speaks against: nothing is certain then."""
        self.points += points
        self.certain = False
        self.reasons.extend(reasons)


def named_case(fit: Fit, named: Mapping[Key, int], seen: Seen) -> Case:
    """Return the case of items of one debtor, `named` by the text (item key → position among all)."""
    account = fit.claims[0].account
    told = [claim for claim in fit.claims if claim.key in named]
    evidence = min(seen.naming.evidence[named[claim.key]] for claim in told)
    debtors = max(seen.naming.debtors[named[claim.key]] for claim in told)
    tie = seen.agrees(account)
    weighing = _Weighing(TABLE[fit.kind][evidence] + fit.points, fit.certain, [_names(evidence, told, seen)])
    weighing.reasons += fit.reasons
    if tie:
        weighing.points += score.PAYER_AGREES
        weighing.reasons.append(tie.reason)
    elif fit.kind not in EXACT:
        is_short = evidence is Evidence.SHORT
        weighing.against(score.SHORT_NOT_THE_PAYER if is_short else score.NOT_THE_PAYER)
    if evidence is Evidence.SHORT and fit.kind in EXACT and len({claim.number for claim in told}) > 1:
        weighing.points += score.SEVERAL_SHORT
    if debtors > 1 and not (tie and tie.sure):
        weighing.points += score.shared_number(debtors)
        weighing.reasons.append(Reason("number_shared", {"count": debtors}))
    if seen.is_of_another((account,)):
        weighing.against(score.OTHER_PAYER, Reason("other_payer"))
    return _case(fit, weighing, seen)


def several_case(claims: tuple[OpenItem, ...], evidence: Evidence, seen: Seen) -> Case:
    """Return the case of all the items that the text names, of several debtors."""
    accounts = {claim.account for claim in claims}
    weighing = _Weighing(
        TABLE["exact"][evidence] + score.SEVERAL_DEBTORS, True,
        [_names(evidence, claims, seen), Reason("amount_exact"),
         Reason("several_debtors", {"count": len(accounts)})],
    )  # fmt: skip
    if evidence is Evidence.SHORT:
        weighing.points += score.SEVERAL_SHORT
    if seen.is_of_another(accounts):
        weighing.against(score.OTHER_PAYER, Reason("other_payer"))
    return _case(Fit("exact", claims), weighing, seen)


def unnamed_case(fit: Fit, seen: Seen, *, others_named: bool) -> Case | None:
    """Return the case of items that only the payer and the amount speak for; None on too little.

    `others_named`: the text names other open items than these.
    """
    tie = seen.ties.get(fit.claims[0].account)
    evidence = Evidence.AMOUNT if tie is None else Evidence.PAYER if tie.sure else Evidence.NAME
    base = TABLE[fit.kind][evidence]
    if not base:
        return None
    weighing = _Weighing(base + fit.points, fit.certain, [*((tie.reason,) if tie else ()), *fit.reasons])
    if tie is None:
        _weigh_amount_alone(weighing, seen)
    elif not tie.sure:
        weighing.points -= score.unlike(tie.share)
        weighing.certain = weighing.certain and tie.share >= SAME_NAME and tie.alone
    if others_named or names_another(seen.text, fit.claims[0].number):
        weighing.against(score.OTHERS_NAMED, Reason("others_named"))
    return _case(fit, weighing, seen)


def _weigh_amount_alone(weighing: _Weighing, seen: Seen) -> None:
    weighing.certain = False
    if len(seen.crowd) > 1:
        weighing.reasons.append(Reason("several_fit", {"count": len(seen.crowd)}))
    if seen.receipt.payer_name:
        weighing.against(score.UNKNOWN_PAYER, Reason("unknown_payer"))


def on_account_case(account: Key, tie: Tie, seen: Seen) -> Case:
    """Return the case of money left on the account of its payer."""
    points = TABLE["on_account"][Evidence.PAYER if tie.sure else Evidence.NAME] - score.unlike(tie.share)
    return _left(account, points, (tie.reason, Reason("on_account")), seen)


def other_currency_case(claim: OpenItem, evidence: Evidence, seen: Seen) -> Case:
    """Return the case of money in another currency than the item that the text names."""
    reasons = (_names(evidence, [claim], seen), Reason("currency_differs", {"currency": claim.currency}))
    return _left(claim.account, TABLE["on_account"][Evidence.PAYER], reasons, seen)


def _left(account: Key, points: int, reasons: tuple[Reason, ...], seen: Seen) -> Case:
    amount = seen.receipt.amount
    proposal = Proposal(
        score=max(points, 0), parts=(Part(account, None, amount),), reasons=reasons, difference=-amount,
        difference_kind="on_account",
    )  # fmt: skip
    return Case(proposal, "on_account")


def _case(fit: Fit, weighing: _Weighing, seen: Seen) -> Case:
    receipt = seen.receipt
    parts = settle(fit.claims, fit.notes, receipt, evenly=fit.kind == "discount")
    paid = {part.item for part in parts}
    items = (item for item in (*fit.claims, *fit.notes) if item.key in paid)
    difference = sum((item.open for item in items), ZERO) - receipt.amount
    proposal = Proposal(
        score=max(0, min(weighing.points, score.MOST)),
        parts=parts,
        reasons=tuple({reason.code: reason for reason in weighing.reasons}.values()),
        is_sure=weighing.certain,
        difference=difference,
        difference_kind="on_account" if difference < 0 else _SHORTFALLS[fit.kind] if difference else "",
    )
    return Case(proposal, fit.kind)


def _names(evidence: Evidence, claims: Sequence[OpenItem], seen: Seen) -> Reason:
    if evidence is Evidence.REFERENCE:
        is_rf = any(reference.startswith("RF") for reference in seen.references)
        return Reason("reference_exact", {"kind": "rf" if is_rf else "belgian"})
    code = "number_named" if evidence is Evidence.NUMBER else "short_number_named"
    numbers = tuple(dict.fromkeys(claim.number for claim in claims))
    return Reason(code, {"invoices": numbers, "count": len(numbers)})
