"""How alike two names of a payer are: accents, legal forms, the order of words and what banks cut off.

A name is its telling words. A rare word tells more than a common one: MONTEUX tells which of twelve
"U EXPRESS" pays. A word may be cut short (35 characters in a transfer, 32 in CFONB), mistyped once,
or stand for the rest as initials.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from acquit.core.matching.text import plain

#: A text is compared with at most so many names.
MOST_COMPARED = 12
_MOST_BEARERS = 300
_STEM = 4
_LEAST_LETTERS = 2
_ALIKE = 0.85
_CUT = 0.9
_SHORTENED = 0.75
_INITIALS = 0.75
_WHOLE_BUT_CUT = 0.95
_LEAST_CUT = 14
LEAST = 0.6
_FORMS = frozenset({
    "SA", "SAS", "SASU", "SARL", "EURL", "SCI", "SNC", "SCP", "SCEA", "SCA", "SCOP", "GAEC", "EARL",
    "EI", "EIRL", "GIE", "SELARL", "SELAS", "STE", "SOC", "SOCIETE", "ETS", "ETABLISSEMENT",
    "ETABLISSEMENTS", "ENT", "ENTREPRISE", "CIE", "COMPAGNIE", "ASSOCIATION", "ASSO", "GMBH", "AG",
    "KG", "UG", "LTD", "LIMITED", "LLC", "INC", "PLC", "BV", "NV", "SRL", "SPA", "SL", "BVBA", "SPRL",
    "OY", "AB",
})  # fmt: skip
_SMALL = frozenset({
    "DE", "DU", "DES", "LE", "LA", "LES", "ET", "AUX", "AU", "EN", "SUR", "SOUS", "CHEZ", "THE", "AND",
    "OF", "M", "MR", "MME", "MLLE", "MM", "DR",
})  # fmt: skip
_BANKS = frozenset({
    "VIR", "VIRT", "VIREMENT", "VIREMENTS", "SEPA", "SCT", "INST", "INSTANTANE", "INSTANT", "RECU",
    "RECUS", "RECEPTION", "DE", "FAVEUR", "PRLV", "PRELEVEMENT", "CHQ", "CHEQUE", "REMISE", "REM", "CB",
    "CARTE", "FACT", "FACTURE", "FACTURES", "FAC", "REGLEMENT", "REGLT", "REGL", "REG", "RGLT",
    "PAIEMENT", "PAIEMENTS", "SOLDE", "REF", "RNF", "LCC", "LIB", "MOTIF", "ID", "EUR", "EUROS",
    "NOTPROVIDED", "EMETTEUR", "DONNEUR", "ORDRE", "POUR",
})  # fmt: skip


@lru_cache(maxsize=65_536)
def words_of(name: str) -> tuple[str, ...]:
    """Return the telling words of a name; all its words where none tells.

    >>> words_of("Sté Fromagerie du Haut-Forez SARL")
    ('FROMAGERIE', 'HAUT', 'FOREZ')
    """
    words = "".join(c if c.isalnum() else " " for c in plain(name).replace("'", " ")).split()
    telling = [w for w in words if len(w) >= _LEAST_LETTERS and w not in _FORMS and w not in _SMALL]
    return tuple(dict.fromkeys(telling or words))


def _initials(name: str) -> str:
    """Return the initials of a name of three words or more, as firms are called: JDP."""
    words = [w for w in plain(name).replace("'", " ").replace("-", " ").split() if w not in _FORMS]
    return "".join(w[0] for w in words) if len(words) >= 3 and all(w[0].isalpha() for w in words) else ""


@dataclass(frozen=True, slots=True)
class Like:
    """A payer whose name is like the text: `share` is how much, from 0 to 1."""

    payer: int
    share: float


class Names:
    """Finds the payers whose name is like a text. Built once from (payer, name) pairs."""

    def __init__(self, names: Iterable[tuple[int, str]]) -> None:
        self._names: list[tuple[int, str, tuple[str, ...]]] = []
        self._bearers: dict[str, set[int]] = {}
        self._initials: dict[str, set[int]] = {}
        self._stems: dict[str, list[str]] = {}
        for payer, name in names:
            words = words_of(name)
            if words:
                self._add(payer, "".join(plain(name).split()), words, _initials(name))
        for word in sorted(self._bearers):
            self._stems.setdefault(word[:_STEM], []).append(word)
        self._most_telling = math.log(1 + len(self._names))

    def _add(self, payer: int, whole: str, words: tuple[str, ...], initials: str) -> None:
        place = len(self._names)
        self._names.append((payer, whole, words))
        for word in words:
            self._bearers.setdefault(word, set()).add(place)
        if initials:
            self._initials.setdefault(initials, set()).add(place)

    def like(self, payer_name: str, label: str) -> list[Like]:
        """Return who the payer may be, likest first; the label tells where the bank gives no name."""
        text, is_name = (payer_name, True) if words_of(payer_name) else (label, False)
        words = tuple(w for w in words_of(text) if is_name or (w not in _BANKS and _may_be_a_name(w)))
        if not words:
            return []
        shares: dict[int, float] = {}
        whole = "".join(plain(text).split())
        for place in self._candidates(words):
            payer, name, name_words = self._names[place]
            share = self._share(words, name_words, is_name=is_name)
            if is_name and min(len(whole), len(name)) >= _LEAST_CUT and _one_begins_the_other(whole, name):
                share = max(share, _WHOLE_BUT_CUT)
            shares[payer] = max(shares.get(payer, 0.0), share)
        for word in words:
            for place in self._initials.get(word, ()):
                payer = self._names[place][0]
                shares[payer] = max(shares.get(payer, 0.0), _INITIALS)
        found = [Like(payer, share) for payer, share in shares.items() if share >= LEAST]
        return sorted(found, key=lambda one: (-one.share, one.payer))

    def _candidates(self, words: Sequence[str]) -> list[int]:
        """Return the names worth comparing: those that share the rarest words."""
        weights: dict[int, float] = {}
        known = {kin for word in words for kin in self._kin(word)}
        common: set[int] | None = None
        for word in sorted(known, key=lambda word: (len(self._bearers[word]), word)):
            bearers = self._bearers[word]
            if len(bearers) > _MOST_BEARERS:
                if not weights:
                    common = bearers if common is None else common & bearers
                    bearers = common if len(common) <= _MOST_BEARERS else set()
                else:
                    bearers = {place for place in weights if place in bearers}
            for place in bearers:
                weights[place] = weights.get(place, 0.0) + self._weight(word)
        order = sorted(
            weights, key=lambda place: (-weights[place], len(self._names[place][2]), self._names[place])
        )
        return order[:MOST_COMPARED]

    def _kin(self, word: str) -> Iterator[str]:
        """Yield the known words that `word` is, begins, or is a slip of."""
        if word in self._bearers:
            yield word
            return
        if len(word) >= _STEM:
            near = self._stems.get(word[:_STEM], ())
            yield from (other for other in near[:_MOST_BEARERS] if _likeness(word, other))

    def _weight(self, word: str) -> float:
        bearers = self._bearers.get(word)
        return self._most_telling if bearers is None else math.log(1 + len(self._names) / len(bearers))

    def _share(self, text: Sequence[str], name: Sequence[str], *, is_name: bool) -> float:
        """Return how much of the name is in the text, less where the text says much else.

        What is no part of the name counts more against a name than in a label, which says
        other things too.
        """
        strange = math.pow(_covered(text, name, self._weight), 0.5 if is_name else 0.2)
        return min(_covered(name, text, self._weight), strange)


def _covered(words: Sequence[str], by: Sequence[str], weight: Callable[[str], float]) -> float:
    total = got = 0.0
    for word in words:
        worth = weight(word)
        total += worth
        got += worth * max((_likeness(word, other) for other in by), default=0.0)
    return got / total if total else 0.0


def _likeness(one: str, other: str) -> float:
    """Return 1 for the same word, less for one cut short or mistyped, else 0."""
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) >= _STEM and long.startswith(short):
        return _CUT
    if _abbreviates(short, long):
        return _SHORTENED
    if len(short) < _STEM + 2 or short[0] != long[0] or len(long) - len(short) > 2:
        return 0.0
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return ratio if ratio >= _ALIKE else 0.0


def _abbreviates(short: str, long: str) -> bool:
    """Whether `short` is `long` with letters left out inside: HT for HAUT, GRPE for GROUPE."""
    if len(long) < _STEM or short[0] != long[0] or short[-1] != long[-1]:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def _may_be_a_name(word: str) -> bool:
    """Whether a word of a label is more than a number with letters before it."""
    return word.isalpha() or (word[:_STEM].isalpha() and len(word) > _STEM)


def _one_begins_the_other(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
