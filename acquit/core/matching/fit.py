"""How a sum of money fits what one account owes: exactly, nearly, in part, or on top."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from acquit.core.decision import Reason
from acquit.core.matching.book import CENT, Book, units
from acquit.core.matching.facts import ZERO, OpenItem, Receipt, Rules
from acquit.core.matching.score import (
    CREDIT_NOTE,
    STATED_CHARGES,
    UNPROVED_CHARGES,
    chance_doubt,
)
from acquit.core.matching.sums import by_chance, sums_to
from acquit.core.money import round_to_currency

#: Countries of the SEPA area, where banks keep nothing back from a transfer in euros.
_SEPA = frozenset({
    "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI",
    "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL",
    "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "SM", "VA",
})  # fmt: skip
_DISCOUNTS = tuple(Decimal(half) / 200 for half in range(1, 21))
_NEAR = 10  # the rest of a nearly paid item is at most a tenth of it
_LEAST_ROUNDED = 20  # a rounding is at most a twentieth of the sum
_MOST_NOTES = 5


class Fit(NamedTuple):
    """One way in which money fits: `kind` of the table of scores, and what is added to that score.

    `certain`: nothing but the payer could still be wrong.
    """

    kind: str
    claims: tuple[OpenItem, ...]
    notes: tuple[OpenItem, ...] = ()
    points: int = 0
    certain: bool = True
    reasons: tuple[Reason, ...] = ()


def amount_fits(book: Book, receipt: Receipt) -> Iterator[Fit]:
    """Yield the one item, and what is due up to a day, that the amount is exactly."""
    yield from _natural(book, units(receipt.amount))


def payer_fits(book: Book, receipt: Receipt, rules: Rules) -> Iterator[Fit]:
    """Yield how the money of a payer who names no invoice fits what he owes; exact fits alone if any."""
    target = units(receipt.amount)
    exact = _exact(book, target) or list(_less_notes(book, target))
    if exact:
        yield from exact
        return
    yield from _rounded(book, receipt, rules)
    yield from _discounted(book, receipt, rules)
    yield from _charged(book, receipt, rules)
    yield from _in_part(book, receipt)


def named_fits(book: Book, named: Sequence[int], receipt: Receipt, rules: Rules) -> Iterator[Fit]:
    """Yield how the money fits the claims of `book` at the places `named` in the text."""
    target = units(receipt.amount)
    exact = list(_named_exactly(book, named, target))
    if exact:
        yield from exact
        return
    claims = tuple(book.claims[place] for place in named)
    yield _named_short(claims, receipt, rules)


def _named_short(claims: tuple[OpenItem, ...], receipt: Receipt, rules: Rules) -> Fit:
    """Return what the difference between named claims and the money is taken for."""
    owed = _owed(claims)
    missing = owed - receipt.amount
    kind = _shortfall(missing, owed, receipt, rules)
    if kind == "part":
        claims = tuple(_oldest_up_to(claims, receipt.amount))
        missing = _owed(claims) - receipt.amount
    if kind == "discount":
        percent = _usual_discount(owed, receipt) or (100 * missing / owed).quantize(Decimal("0.1"))
        return Fit(kind, claims, reasons=(Reason("discount", {"percent": percent}),))
    proved = kind != "charges" or is_foreign(receipt) or missing == receipt.charges
    return Fit(
        kind, claims, points=0 if proved else UNPROVED_CHARGES, reasons=(_difference(kind, receipt, missing),)
    )


def _shortfall(missing: Decimal, owed: Decimal, receipt: Receipt, rules: Rules) -> str:
    """Return the kind of fit: the bank's own word first, then a usual discount, then the rules' bounds."""
    if _is_rounding(missing, owed, rules):
        return "rounding"
    if missing < 0:
        return "over"
    may_be_discount = missing <= rules.discount * owed
    if missing == receipt.charges:
        return "charges"
    if may_be_discount and _usual_discount(owed, receipt):
        return "discount"
    if missing <= rules.charges:
        return "charges"
    return "discount" if may_be_discount else "part"


def is_foreign(receipt: Receipt) -> bool:
    """Whether the money comes from where banks keep charges back, as far as its IBAN tells."""
    country = receipt.payer_iban.strip()[:2].upper()
    return (country.isalpha() and country not in _SEPA) or receipt.currency != "EUR"


def _exact(book: Book, target: int) -> list[Fit]:
    natural = list(_natural(book, target))
    known = {tuple(claim.key for claim in fit.claims) for fit in natural}
    sums = sums_to(book.amounts, target)
    found = []
    for places in sums.found:
        fit = _sum(book, places, target, certain=sums.complete)
        if tuple(claim.key for claim in fit.claims) not in known:
            found.append(fit)
    return natural + found


def _natural(book: Book, target: int) -> Iterator[Fit]:
    equal = book.amounts.count(target)
    if equal:
        reasons = [Reason("amount_exact")]
        if equal > 1:
            reasons.append(Reason("oldest_of_equal", {"count": equal}))
        yield Fit("exact", (book.claims[book.amounts.index(target)],), reasons=tuple(reasons))
    for count, total in book.up_to_each_day:
        if total == target and count > 1:
            yield Fit("all_due", tuple(book.claims[:count]), reasons=(_all_due(book, count),))
            return


def _all_due(book: Book, count: int) -> Reason:
    if count == len(book.claims):
        return Reason("all_open", {"count": count})
    return Reason("all_due", {"count": count, "until": book.claims[count - 1].due_on})


def _sum(book: Book, places: Sequence[int], target: int, *, certain: bool) -> Fit:
    chance = by_chance(book.amounts, places, target, CENT)
    reason = Reason("sum_exact", {"count": len(places)})
    claims = tuple(book.claims[place] for place in places)
    return Fit("sum", claims, points=-chance_doubt(chance), certain=certain, reasons=(reason,))


def _less_notes(book: Book, target: int) -> Iterator[Fit]:
    """Yield exact fits once loose credit notes are deducted: each alone, then all of them."""
    for notes in _sets_of_notes(book):
        credit = -sum(units(note.open) for note in notes)
        for fit in _exact(book, target + credit):
            yield fit._replace(
                notes=notes,
                points=fit.points + CREDIT_NOTE * len(notes),
                reasons=(*fit.reasons, _deducted(notes)),
            )


def _sets_of_notes(book: Book) -> list[tuple[OpenItem, ...]]:
    """Return the loose credit notes as they are deducted: each alone, then all of them."""
    alone: list[tuple[OpenItem, ...]] = [(note,) for note in book.notes[:_MOST_NOTES]]
    return [*alone, tuple(book.notes)] if len(book.notes) > 1 else alone


def _deducted(notes: Sequence[OpenItem]) -> Reason:
    numbers = tuple(note.number for note in notes)
    return Reason("credit_note_deducted", {"invoices": numbers, "count": len(notes)})


def _named_exactly(book: Book, named: Sequence[int], target: int) -> Iterator[Fit]:
    amounts = [book.amounts[place] for place in named]
    claims = tuple(book.claims[place] for place in named)
    owed = sum(amounts)
    if owed == target:
        yield Fit("exact", claims, reasons=(Reason("amount_exact"),))
        return
    if target in amounts:
        yield Fit("exact", (claims[amounts.index(target)],), points=-1, reasons=(Reason("amount_exact"),))
        return
    some = sums_to(amounts, target)
    for places in some.found:
        chosen = tuple(claims[place] for place in places)
        sure = len(some.found) == 1
        yield Fit("exact", chosen, points=-1, certain=sure, reasons=(Reason("amount_exact"),))
    if some.found:
        return
    for notes in _sets_of_notes(book):
        if owed + sum(units(note.open) for note in notes) == target:
            points = CREDIT_NOTE * len(notes) + 2
            yield Fit("exact", claims, notes, points, reasons=(Reason("amount_exact"), _deducted(notes)))
            return
    yield from _named_and_others(book, named, owed, target)


def _named_and_others(book: Book, named: Sequence[int], owed: int, target: int) -> Iterator[Fit]:
    """Yield sums of all that is named with some that is not: labels cut off after a few numbers."""
    if target <= owed:
        return
    taken = set(named)
    others = [place for place in range(len(book.claims)) if place not in taken]
    amounts = [book.amounts[place] for place in others]
    choices: list[tuple[int, ...]] = []
    if target - owed in amounts:
        choices.append((amounts.index(target - owed),))
    sums = sums_to(amounts, target - owed)
    choices.extend(sums.found)
    for chosen in choices:
        places = sorted([*named, *(others[place] for place in chosen)])
        chance = by_chance(amounts, chosen, target - owed, CENT)
        yield Fit(
            "sum", tuple(book.claims[place] for place in places), points=-chance_doubt(chance),
            certain=sums.complete, reasons=(Reason("sum_exact", {"count": len(places)}),),
        )  # fmt: skip


def _rounded(book: Book, receipt: Receipt, rules: Rules) -> Iterator[Fit]:
    """Yield the nearest item, and what is due up to a day, within the tolerance."""
    target = units(receipt.amount)
    nearest = min(
        (place for place in range(len(book.claims))),
        key=lambda place: (abs(book.amounts[place] - target), place),
        default=None,
    )
    sets: list[tuple[OpenItem, ...]] = [] if nearest is None else [(book.claims[nearest],)]
    day = min(book.up_to_each_day, key=lambda pair: abs(pair[1] - target), default=None)
    if day and day[0] > 1:
        sets.append(tuple(book.claims[: day[0]]))
    for claims in sets:
        owed = _owed(claims)
        missing = owed - receipt.amount
        if _is_rounding(missing, owed, rules):
            yield Fit("rounding", claims, reasons=(_difference("rounding", receipt, missing),))


def _discounted(book: Book, receipt: Receipt, rules: Rules) -> Iterator[Fit]:
    """Yield what an early payer owes less a usual discount, to the cent."""
    for claims in _sets(book, receipt.amount, receipt.amount / (1 - min(rules.discount, Decimal("0.5")))):
        owed = _owed(claims)
        if (owed - receipt.amount) / owed <= rules.discount and (percent := _usual_discount(owed, receipt)):
            yield Fit("discount", claims, reasons=(Reason("discount", {"percent": percent}),))


def _charged(book: Book, receipt: Receipt, rules: Rules) -> Iterator[Fit]:
    if not receipt.charges and not is_foreign(receipt):
        return
    for claims in _sets(book, receipt.amount, receipt.amount + max(rules.charges, receipt.charges or 0)):
        missing = _owed(claims) - receipt.amount
        if missing == receipt.charges:
            yield Fit(
                "charges", claims, points=STATED_CHARGES, reasons=(_difference("charges", receipt, missing),)
            )
        elif is_foreign(receipt) and 0 < missing <= rules.charges:
            yield Fit("charges", claims, reasons=(_difference("charges", receipt, missing),))


def _sets(book: Book, above: Decimal, most: Decimal) -> Iterator[tuple[OpenItem, ...]]:
    """Yield the two oldest items, and what is due up to the first day, that owe a little more."""
    least, last = units(above) + 1, units(most) + 1
    alone = (place for place, owed in enumerate(book.amounts) if least <= owed <= last)
    yield from ((book.claims[place],) for place in islice(alone, 2))
    days = (count for count, total in book.up_to_each_day if count > 1 and least <= total <= last)
    yield from (tuple(book.claims[:count]) for count in islice(days, 1))


def _in_part(book: Book, receipt: Receipt) -> Iterator[Fit]:
    """Yield what is left when nothing fits: an item nearly paid, the oldest first, the rest on top."""
    target = units(receipt.amount)
    order = sorted(range(len(book.claims)), key=lambda place: (book.amounts[place], place))
    sizes = [book.amounts[place] for place in order]
    above = bisect_left(sizes, target + 1)
    if above < len(order) and (sizes[above] - target) * _NEAR <= sizes[above]:
        claim = book.claims[order[above]]
        yield Fit(
            "near",
            (claim,),
            certain=False,
            reasons=(_difference("part", receipt, claim.open - receipt.amount),),
        )
    if not order:
        return
    total = sum(sizes)
    if total > target:
        claims = tuple(_oldest_up_to(book.claims, receipt.amount))
        rest = _owed(claims) - receipt.amount
        reasons = (Reason("oldest_first"), _difference("part", receipt, rest))
        yield Fit("part", claims, certain=False, reasons=reasons)
    else:
        over = receipt.amount - _owed(book.claims)
        yield Fit(
            "over", tuple(book.claims), points=9, certain=False,
            reasons=(Reason("all_open", {"count": len(book.claims)}), _difference("over", receipt, -over)),
        )  # fmt: skip
    if above and total > target:
        claim = book.claims[order[above - 1]]
        over = receipt.amount - claim.open
        yield Fit("over", (claim,), certain=False, reasons=(_difference("over", receipt, -over),))


def _oldest_up_to(claims: Iterable[OpenItem], amount: Decimal) -> Iterator[OpenItem]:
    """Yield the claims that `amount` pays, the last perhaps in part."""
    for claim in claims:
        if amount <= 0:
            return
        yield claim
        amount -= claim.open


def _owed(claims: Sequence[OpenItem]) -> Decimal:
    return sum((claim.open for claim in claims), ZERO)


def _is_rounding(missing: Decimal, owed: Decimal, rules: Rules) -> bool:
    return 0 < abs(missing) <= rules.tolerance and abs(missing) * _LEAST_ROUNDED <= owed


def _usual_discount(owed: Decimal, receipt: Receipt) -> Decimal | None:
    """Return the discount in percent, a multiple of a half, that makes `owed` the amount to the cent."""
    for share in _DISCOUNTS:
        if round_to_currency(owed * (1 - share), receipt.currency) == receipt.amount:
            return (share * 100).normalize()
    return None


def _difference(code: str, receipt: Receipt, missing: Decimal) -> Reason:
    return Reason(code, {"amount": abs(missing), "currency": receipt.currency})
