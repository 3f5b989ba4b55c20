"""A small log-linear model over words and concepts: which class a text most looks like.

Its weights are learnt by `tools/answers.py` from texts written for this project, and lie beside it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from acquit.channels.email.answer.concept import concepts_of
from acquit.channels.email.answer.text import folded

KINDS = ("promise", "dispute", "paid", "copy", "wrong_contact", "bank_details", "auto_reply", "other")
#: Below this share the class is "other": a person reads it without a proposal.
THRESHOLD = 0.4
#: Weights are kept as whole numbers of hundredths.
SCALE = 100
_LONGEST = 4000
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")
_STEM = 5


@dataclass(frozen=True, slots=True)
class Guess:
    """The share of each class, which together are 1, and what spoke for the first one."""

    shares: Mapping[str, float]
    because: tuple[tuple[str, str], ...]

    @property
    def best(self) -> str:
        """The class of the largest share."""
        return max(self.shares, key=self.shares.__getitem__)


def features_of(text: str) -> tuple[list[str], dict[str, str]]:
    """Return what the model sees of `text`, and its concepts with the words that show them."""
    plain = folded(text[:_LONGEST])
    concepts = concepts_of(plain)
    words = {word if word[0].isalpha() else "0" for word in _WORD.findall(plain)}
    stems = {f"{word[:_STEM]}…" for word in words if len(word) > _STEM}
    return sorted(words | stems | {f"={name}" for name in concepts}), concepts


def shares_of(features: Sequence[str], weights: Mapping[str, Sequence[float]]) -> list[float]:
    """Return the share of each of KINDS: a softmax of the weights, damped for long texts."""
    damping = 1 / math.sqrt(len(features) + 1)
    sums = [damping * sum(weights[f][place] for f in features) for place in range(len(KINDS))]
    most = max(sums)
    powers = [math.exp(one - most) for one in sums]
    total = sum(powers)
    return [one / total for one in powers]


def guess(text: str) -> Guess:
    """Return how much `text` looks like each class."""
    weights = _weights()
    features, concepts = features_of(text)
    known = [f for f in features if f in weights]
    shares = dict(zip(KINDS, shares_of(known, weights), strict=True))
    place = KINDS.index(max(shares, key=shares.__getitem__))
    spoke = sorted((-weights[f"={name}"][place], name) for name in concepts if f"={name}" in weights)
    return Guess(shares, tuple((name, concepts[name]) for weight, name in spoke if weight < 0)[:3])


@cache
def _weights() -> Mapping[str, Sequence[float]]:
    kept = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    return {feature: [one / SCALE for one in row] for feature, row in kept["weights"].items()}
