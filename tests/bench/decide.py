"""How many accounts a second one core decides on: `python tests/bench/decide.py [accounts]`.

A realistic morning: most accounts have nothing late, some wait for their next step, few are
ready. Django is not imported. Two calls to `decide` agree, or the figure would mean nothing.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from acquit.core.calendar import Calendar
from acquit.core.decide import decide
from acquit.core.scenario import Scenario, from_mapping
from acquit.core.snapshot import (
    Contacted,
    Policy,
    Promise,
    Snapshot,
    StepDone,
    TermFacts,
)

TODAY = date(2026, 3, 10)
CALENDAR = Calendar(holidays=frozenset({date(2026, 4, 6), date(2026, 5, 1)}))
POLICY = Policy(contact_gap=3, contacts_per_30_days=6)
TERMS = 5
TARGET = 20_000
#: Share of each kind of account, in percent.
MIX = {"quiet": 70, "waiting": 20, "ready": 5, "disputed": 2, "promised": 2, "paid": 1}

STANDARD: Scenario = from_mapping({
    "key": "standard",
    "minimum": "10.00",
    "thank": "email",
    "steps": [
        {"key": "notice", "when": "7 days before due", "do": "email", "stage": "courtesy"},
        {"key": "friendly", "when": "3 days after due", "do": "email"},
        {"key": "second", "when": "10 days after due", "do": "email"},
        {"key": "call", "when": "5 working days after previous step", "do": "phone", "otherwise": "email"},
        {"key": "firm", "when": "20 days after due", "do": "email", "otherwise": "letter"},
        {"key": "formal", "when": "10 days after previous step", "do": "registered letter",
         "otherwise": "letter", "stage": "formal notice", "ask": "a person"},
    ],
})  # fmt: skip


def account(kind: str, number: int, chance: random.Random) -> Snapshot:
    """Return an account of `kind` with five terms."""
    terms = tuple(_term(kind, f"FA{number}-{i}", i, chance) for i in range(TERMS))
    contacts = tuple(Contacted(TODAY - timedelta(days=d)) for d in (40, 12))
    return Snapshot(terms=terms, policy=POLICY, channels=frozenset({"email", "letter"}), contacts=contacts)


def _term(kind: str, invoice: str, position: int, chance: random.Random) -> TermFacts:
    amount = Decimal(chance.randint(2_000, 900_000)) / 100
    due = TODAY + timedelta(days=chance.randint(9, 80))
    done: tuple[StepDone, ...] = ()
    if kind != "quiet" and position < 2:
        due = TODAY - timedelta(days=8 if kind == "waiting" else 14)
        done = (StepDone("friendly", TODAY - timedelta(days=5 if kind == "waiting" else 11)),)
    return TermFacts(
        key=(invoice, position), invoice=invoice, issued=due - timedelta(days=30), due=due,
        amount=amount, open=Decimal(0) if kind == "paid" else amount, done=done,
        known_on=due - timedelta(days=30),
        disputed=amount if kind == "disputed" else None,
        promise=Promise(TODAY + timedelta(days=9)) if kind == "promised" else None,
        paid_on=TODAY - timedelta(days=1) if kind == "paid" else None, thanked=kind == "paid",
    )  # fmt: skip


def accounts(many: int) -> Iterator[Snapshot]:
    """Yield `many` accounts in the shares of the mix, the same ones each time."""
    chance = random.Random(20260310)
    kinds = [kind for kind, share in MIX.items() for _ in range(share)]
    for number in range(many):
        yield account(kinds[number % len(kinds)], number, chance)


def measure(many: int, rounds: int = 3) -> tuple[float, Counter[str]]:
    """Return the best rate of some rounds over `many` accounts, and what was decided."""
    snapshots = list(accounts(many))
    best = 0.0
    for _ in range(rounds):
        begun = process_time()
        decisions = [decide(snapshot, STANDARD, None, CALENDAR, TODAY) for snapshot in snapshots]
        best = max(best, many / (process_time() - begun))
    return best, Counter(type(decision).__name__ for decision in decisions)


def main() -> None:
    """Print the rate, what was decided, and how it grows at ten times the accounts."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    for size in (many // 10, many):
        rate, kinds = measure(size)
        decided = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        print(
            f"decide: {rate:>8,.0f} accounts/s on one core (processor time), {rate * TERMS:>9,.0f} terms/s"
            f" ({size:,} accounts: {decided}; target {TARGET:,}, ratio {rate / TARGET:.2f})"
        )
    if "django" in sys.modules:
        raise SystemExit("Django was imported: the core is not pure")


if __name__ == "__main__":
    main()
