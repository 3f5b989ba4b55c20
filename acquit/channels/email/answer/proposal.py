"""What an answer seems to say: a proposal for a person, with its reasons. It changes nothing by itself.

Nothing in a text is an instruction (F-58): whatever it says, what comes out is one of KINDS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from acquit.channels.email.answer.amount import amounts_in, numbers_in
from acquit.channels.email.answer.automatic import away_through
from acquit.channels.email.answer.concept import CONCEPTS, concepts_of
from acquit.channels.email.answer.day import days_in
from acquit.channels.email.answer.model import KINDS as GUESSED
from acquit.channels.email.answer.model import THRESHOLD, Guess, guess
from acquit.channels.email.answer.text import folded, one_line
from acquit.channels.email.answer.words import Why
from acquit.core.money import Money
from acquit.core.reference import is_iban

KINDS = (*GUESSED, "bounce")
_FURTHEST = timedelta(days=370)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
_MAILBOX = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}")
_ADMIN = re.compile(
    r"siret|raison sociale|adresse (?:de facturation )?|au nom d|a l'ordre d|mentions?|company n(?:ame"
    r"|umber)|billing address|reissue|autoliquidation|reverse charge|non conforme|made out to|\btva\b"
    r"|\bvat\b"
)
#: The category of a dispute (keys of the product's categories) by the concept that shows it.
_CATEGORIES = {
    "order_number": "missing_order",
    "twice": "duplicate",
    "faulty": "quality",
    "undelivered": "quantity",
    "price": "price",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A class with its score (0 to 1) and what was found for it. Empty is not found.

    `day` is the promised day, the day of a payment, or the last day of an absence. `fraud_guard`:
    bank details are asked for or announced; nobody acts on it without a call to a known number.
    """

    kind: str
    score: float
    reasons: tuple[Why, ...] = ()
    day: date | None = None
    amount: Money | None = None
    numbers: tuple[str, ...] = ()
    category: str = ""
    address: str = ""
    fraud_guard: bool = False


def propose(said: str, *, on: date, known: frozenset[str] = frozenset()) -> Proposal:
    """Return what `said` seems to say. Its day words count from `on`.

    `known` are mailboxes that cannot be a new contact: the writer's and our own.
    """
    guessed = guess(said)
    best = guessed.best if guessed.shares[guessed.best] >= THRESHOLD else "other"
    guard = speaks_of_bank_details(said)
    kind = "bank_details" if guard and best == "other" else best
    money = amounts_in(said) if kind in {"promise", "paid", "dispute"} else ()
    return Proposal(
        kind=kind,
        score=round(guessed.shares[kind], 3),
        day=_day(kind, said, on),
        amount=money[0] if len(money) == 1 else None,
        numbers=numbers_in(said),
        category=category_of(said) if kind == "dispute" else "",
        address=_new_address(said, known) if kind == "wrong_contact" else "",
        fraud_guard=guard or kind == "bank_details",
        reasons=(*_reasons(guessed, best), *_warnings(said, guard=guard)),
    )


def _reasons(guessed: Guess, best: str) -> Iterator[Why]:
    if best == "other" and guessed.best != "other":
        yield Why("unsure", {"kind": guessed.best})
        return
    for concept, words in guessed.because:
        yield Why("speaks_of", {"concept": concept, "words": one_line(words, 60)})


def _day(kind: str, said: str, on: date) -> date | None:
    """Return the last day that fits the class: the latest promise, the latest payment."""
    if kind == "auto_reply":
        return away_through(said, on=on)
    if kind not in {"promise", "paid"}:
        return None
    past = kind == "paid"
    days = [found.day for found in days_in(said, on=on, past=past)]
    fitting = [d for d in days if (on - _FURTHEST <= d <= on if past else on <= d <= on + _FURTHEST)]
    return max(fitting, default=None)


def category_of(said: str) -> str:
    """Return the category of a dispute by what it speaks of, "other" when by nothing known."""
    plain = folded(said[:4000])
    found = concepts_of(plain)
    if "order_number" not in found and _ADMIN.search(plain):
        return "admin"
    return next((category for concept, category in _CATEGORIES.items() if concept in found), "other")


def _new_address(said: str, known: frozenset[str]) -> str:
    mailboxes = (match[0].rstrip(".").lower() for match in _MAILBOX.finditer(said[:4000]))
    return next((mailbox for mailbox in mailboxes if mailbox not in known), "")


def speaks_of_bank_details(said: str) -> bool:
    """Tell whether a text holds an IBAN, or speaks of bank details: the fraud guard, whatever its class."""
    text = said[:20_000].upper()
    if any(is_iban(part) for match in _IBAN.finditer(text) for part in _shorter(match[0])):
        return True
    return bool(_DETAILS.search(folded(text)))


def _shorter(written: str) -> Iterator[str]:
    """Yield what may be the account number: words that follow may have been taken with it."""
    pieces = written.split(" ")
    for count in range(len(pieces), 0, -1):
        yield " ".join(pieces[:count])


_DETAILS = re.compile(
    r"\b(?:rib|iban|swift|coordonnees bancaires|domiciliation bancaire|bank(?:ing)? (?:details"
    r"|information)|sort code|(?:nouve\w+|new|changement de|change of|changed) (?:compte bancaire|banque"
    r"|bank(?: account)?))\b"
)


def _warnings(said: str, *, guard: bool) -> Iterator[Why]:
    if guard:
        yield Why("fraud_guard")
    if CONCEPTS["orders"].search(folded(said[:4000])):
        yield Why("orders_nothing")
