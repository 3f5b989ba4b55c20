"""How long 10 000 bank lines take against 100 000 open items: `python -m tests.bench.matching [lines]`.

The lines are what debtors and banks write: numbers whole, mangled, abbreviated, several or a range,
names cut off and abbreviated, IBANs, nothing but an amount, and money that no debtor sent. The bench
knows what each line is, and tells how many first proposals are right and how many of what would be
applied alone is wrong. The floor is one look-up of every word of the same labels in one dictionary.
"""

from __future__ import annotations

import random
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from time import perf_counter, process_time

from acquit.core.matching.facts import OpenItem, Payer, Proposal, Receipt, Rules
from acquit.core.matching.propose import Matcher
from acquit.core.reference import creditor_reference
from tests.bench.report import Figure, print_table

TARGET = 10.0
LINES = 10_000
ITEMS_A_LINE, ITEMS_A_DEBTOR = 10, 5
TODAY = date(2026, 11, 19)
_TRADES = (
    "Menuiserie", "Boulangerie", "Transports", "Garage", "Pharmacie", "Hôtel", "Restaurant",
    "Imprimerie", "Maçonnerie", "Plomberie", "Électricité", "Carrosserie", "Pépinières", "Fromagerie",
    "Brasserie", "Laboratoire", "Clinique", "Cabinet", "Ateliers", "Établissements", "Domaine", "Cave",
    "Mairie", "Librairie", "Serrurerie", "Couverture", "Charpente", "Fonderie", "Verrerie", "Scierie",
)  # fmt: skip
_SYLLABLES = (
    "bar", "cor", "del", "fon", "gar", "hau", "jou", "lan", "mar", "nor", "pel", "qui", "ros", "sau",
    "tour", "val", "ver", "lac", "mont", "riv",
)  # fmt: skip
_FORMS = ("SAS", "SARL", "SA", "EURL", "SNC", "")
_BANKS = ("VIR SEPA", "VIR INST", "VIREMENT RECU", "VIR SEPA RECU /DE", "REGLT", "VIR")


@dataclass(frozen=True, slots=True)
class Line:
    """A bank line, of one `kind`, and the items that it pays."""

    receipt: Receipt
    kind: str
    pays: frozenset[object]


@dataclass(frozen=True, slots=True)
class Measured:
    """What matching took, and what it found."""

    built: float
    seconds: float
    processor: float
    floor: float
    mebibytes: int
    right: int
    applied: int
    wrong: int
    wrong_of_equal: int
    missed: Counter[str]


def debtors(many: int, chance: random.Random) -> list[Payer]:
    """Return so many debtors with a name, a code and, two of three, a known IBAN."""
    payers = []
    for number in range(many):
        name = "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4))).capitalize()
        words = (chance.choice(_TRADES), chance.choice(("", "du", "de la")), name, chance.choice(_FORMS))
        ibans = frozenset((f"FR76{number:023}",)) if number % 3 else frozenset()
        full = " ".join(word for word in words if word)
        payers.append(Payer(account=number, names=(full,), ibans=ibans, code=f"C{number:05}"))
    return payers


def open_items(many: int, debtors: int, chance: random.Random) -> list[OpenItem]:
    """Return so many invoices of two years, some of round amounts that occur again and again."""
    items = []
    for number in range(many):
        issued = TODAY - timedelta(days=chance.randint(0, 400))
        cents = chance.choice((9_000, 12_000, 60_000)) if number % 10 == 0 else chance.randint(2_000, 900_000)
        amount = Decimal(cents) / 100
        items.append(
            OpenItem(
                key=number, account=chance.randrange(debtors), number=f"F-{issued.year}-{number:06}",
                issued_on=issued, due_on=issued + timedelta(days=30), amount=amount, open=amount,
                currency="EUR",
            )
        )  # fmt: skip
    return items


def lines(many: int, items: list[OpenItem], payers: list[Payer], chance: random.Random) -> Iterator[Line]:
    """Yield so many bank lines; a few have the kinds of `KINDS` in the shares that many have."""
    owed: dict[object, list[OpenItem]] = {}
    for one in sorted(items, key=lambda one: (one.due_on, one.issued_on, one.number)):
        owed.setdefault(one.account, []).append(one)
    accounts = sorted(owed)
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    for key in range(many):
        account = chance.choice(accounts)
        kind = kinds[key * _APART % len(kinds)]
        yield KINDS[kind](key, owed[account], payers[account], chance)


def _line(
    key: int, kind: str, pays: list[OpenItem], label: str, payer: Payer | None, *,
    name: bool = True, iban: bool = False, less: str = "0",
) -> Line:  # fmt: skip
    amount = sum((one.open for one in pays), Decimal(0)) - Decimal(less)
    written = payer.names[0].upper() if payer and name else ""
    receipt = Receipt(
        key=key, amount=amount, currency="EUR", on=TODAY, label=label, payer_name=written[:35],
        payer_iban=min(payer.ibans, default="") if payer and iban else "",
    )  # fmt: skip
    return Line(receipt, kind, frozenset(one.key for one in pays))


def _mangled(number: str, chance: random.Random) -> str:
    _, year, sequence = number.split("-")
    forms = (
        f"F {year} {sequence}", f"F{year}{sequence}", f"{year}-{sequence}",
        f"FACT {year}/{sequence.lstrip('0')}", f"FACTURE N° {sequence}", f"F{sequence}",
        f"F-{year}-{sequence}".replace("0", "O"), f"FAC {year[2:]}{sequence}",
    )  # fmt: skip
    return chance.choice(forms)


def _reference(key: int, owed: list[OpenItem], payer: Payer, chance: random.Random) -> Line:
    one = chance.choice(owed)
    return _line(key, "reference", [one], f"VIR SEPA /RNF {creditor_reference(one.number)}", payer)


def _number(key: int, owed: list[OpenItem], payer: Payer, chance: random.Random) -> Line:
    one = chance.choice(owed)
    label = f"{chance.choice(_BANKS)} {_mangled(one.number, chance)}"
    return _line(key, "number", [one], label, payer, name=chance.random() < 0.7)


def _numbers(key: int, owed: list[OpenItem], payer: Payer, chance: random.Random) -> Line:
    some = chance.sample(owed, min(len(owed), chance.randint(2, 4)))
    label = f"{chance.choice(_BANKS)} {' '.join(_mangled(one.number, chance) for one in some)}"
    return _line(key, "numbers", some, label, payer)


def _iban(key: int, owed: list[OpenItem], payer: Payer, chance: random.Random) -> Line:
    return _line(
        key, "iban", [chance.choice(owed)], f"{chance.choice(_BANKS)} REGLT FACTURES", payer, iban=True
    )


def _all_due(key: int, owed: list[OpenItem], payer: Payer, chance: random.Random) -> Line:
    return _line(
        key, "all_due", owed[: chance.randint(1, len(owed))], f"VIR SEPA LOT {key}", payer, iban=True
    )


def _some(key: int, owed: list[OpenItem], payer: Payer, chance: random.Random) -> Line:
    some = chance.sample(owed, min(len(owed), 3))
    return _line(key, "some", some, "VIR SEPA REGLEMENT", payer, iban=True)


def _name(key: int, owed: list[OpenItem], payer: Payer, chance: random.Random) -> Line:
    cut = payer.names[0].upper()[: chance.choice((14, 32, 35))]
    return _line(key, "name", [chance.choice(owed)], f"{chance.choice(_BANKS)} {cut}", payer, name=False)


def _part(key: int, owed: list[OpenItem], payer: Payer, chance: random.Random) -> Line:
    one = chance.choice(owed)
    return _line(key, "part", [one], f"VIR SEPA ACOMPTE {one.number}", payer, less=f"{one.open / 3:.2f}")


def _amount(key: int, owed: list[OpenItem], _payer: Payer, chance: random.Random) -> Line:
    return _line(key, "amount", [chance.choice(owed)], f"REMISE CHQ {key:07}", None)


def _stranger(key: int, owed: list[OpenItem], _payer: Payer, chance: random.Random) -> Line:
    receipt = Receipt(
        key=key, amount=Decimal(chance.randint(100, 90_000)) / 100, currency="EUR", on=TODAY,
        label=f"VIR SEPA LOYER {TODAY:%d/%m/%Y} BAIL {len(owed)}{key}", payer_name="SCI DES ERABLES",
    )  # fmt: skip
    return Line(receipt, "stranger", frozenset())


#: How a line of each kind is made, and how many of a hundred are.
KINDS: dict[str, Callable[[int, list[OpenItem], Payer, random.Random], Line]] = {
    "reference": _reference, "number": _number, "numbers": _numbers, "iban": _iban, "all_due": _all_due,
    "some": _some, "name": _name, "part": _part, "amount": _amount, "stranger": _stranger,
}  # fmt: skip
SHARES = {
    "reference": 8, "number": 32, "numbers": 12, "iban": 12, "all_due": 8,
    "some": 4, "name": 10, "part": 4, "amount": 5, "stranger": 5,
}  # fmt: skip
# Has no divisor in common with the hundred: each of them comes once before any comes again.
_APART = 37


def measure(many: int) -> Measured:
    """Match `many` lines against ten times as many items, and tell what came out."""
    chance = random.Random(20261119)
    payers = debtors(many * ITEMS_A_LINE // ITEMS_A_DEBTOR, chance)
    items = open_items(many * ITEMS_A_LINE, len(payers), chance)
    came = list(lines(many, items, payers, chance))
    before = _mebibytes()
    began, worked = perf_counter(), process_time()
    matcher = Matcher(items, payers, Rules())
    built = perf_counter() - began
    answers = [matcher.propose(line.receipt) for line in came]
    seconds, processor = perf_counter() - began, process_time() - worked
    memory = _mebibytes() - before
    pairs = [(line, found, matcher.apply_alone(found)) for line, found in zip(came, answers, strict=True)]
    missed = Counter(
        line.kind for line, found, _ in pairs if not _is_right(line, found[0] if found else None)
    )
    wrong = [(line, one) for line, _, one in pairs if one is not None and not _is_right(line, one)]
    amounts = {one.key: one.open for one in items}
    equal = sum(_amounts(_paid(one), amounts) == _amounts(line.pays, amounts) for line, one in wrong)
    return Measured(
        built=built, seconds=seconds, processor=processor, floor=_floor(items, came), mebibytes=memory,
        right=many - missed.total(), applied=sum(one is not None for _, _, one in pairs), wrong=len(wrong),
        wrong_of_equal=equal, missed=missed,
    )  # fmt: skip


def _amounts(items: Iterable[object], amounts: Mapping[object, Decimal]) -> list[Decimal]:
    return sorted(amounts[item] for item in items)


def _is_right(line: Line, proposal: Proposal | None) -> bool:
    return _paid(proposal) == line.pays


def _paid(proposal: Proposal | None) -> set[object]:
    return {part.item for part in proposal.parts if part.item is not None} if proposal else set()


def _floor(items: list[OpenItem], came: list[Line]) -> float:
    """Return the seconds of one look-up of every word of the labels among the numbers."""
    began = perf_counter()
    numbers = {one.number: one for one in items}
    for line in came:
        for word in line.receipt.label.split():
            numbers.get(word)
    return perf_counter() - began


def worst(amounts: list[int]) -> float:
    """Return the milliseconds of one line against one debtor's items of these cents, with no exact sum."""
    items = [
        OpenItem(
            key=place, account=0, number=f"F-2026-{place:06}", issued_on=TODAY,
            due_on=TODAY + timedelta(days=place),
            amount=Decimal(cents) / 100, open=Decimal(cents) / 100, currency="EUR",
        )
        for place, cents in enumerate(amounts)
    ]  # fmt: skip
    matcher = Matcher(items, [Payer(account=0, names=("Grossiste",))], Rules())
    receipt = Receipt(
        key=0, amount=Decimal("44444.41"), currency="EUR", on=TODAY, label="VIR", accounts=frozenset((0,))
    )
    began = process_time()
    matcher.propose(receipt)
    return 1_000 * (process_time() - began)


def _mebibytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def figures(many: int = LINES) -> Iterator[Figure]:
    """Yield what was measured, beside the same at a tenth of it."""
    small, large = measure(many // 10), measure(many)
    missed = ", ".join(f"{kind} {count}" for kind, count in large.missed.most_common())
    equal = worst([9_000] * 1_000)
    distinct = worst([10_002 + 14 * place for place in range(1_000)])
    yield Figure(
        work=f"matching {many:,} bank lines, {many * ITEMS_A_LINE:,} open items", value=large.seconds,
        target=TARGET, floor=large.floor, floor_is="one look-up of every word", smaller=small.seconds,
        processor=large.processor,
        note=(
            f"{large.built:.1f} s of it to build; {large.mebibytes} MiB more; first proposal right"
            f" {large.right:,} (else {missed}); applied alone {large.applied:,}, {large.wrong} wrong,"
            f" {large.wrong_of_equal} as the oldest of equal amounts; processor for one line against 1,000"
            f" equal items of one debtor {equal:.0f} ms, 1,000 different {distinct:.0f} ms"
        ),
    )  # fmt: skip


def main() -> None:
    """Print the table."""
    print_table(figures(int(sys.argv[1]) if len(sys.argv) > 1 else LINES))
    if "django" in sys.modules:
        raise SystemExit("Django was imported: the core is not pure")


if __name__ == "__main__":
    main()
