"""Learn the weights of the classes of answers from the training texts; writes weights.json.

Plain stochastic gradient descent on a log-linear model: some seconds, and the same file every time.
With --evaluate it learns nothing and shows how the present weights do on the texts held out.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import yaml

from acquit.channels.email.answer.model import KINDS, SCALE, features_of, shares_of
from acquit.channels.email.answer.proposal import propose

EMAIL = Path(__file__).parents[1] / "acquit" / "channels" / "email"
TEXTS = EMAIL / "tests" / "answers" / "texts"
WEIGHTS = EMAIL / "answer" / "weights.json"
LANGUAGES = ("fr", "en")
_PASSES, _STEP, _DECAY, _SHRINK = 25, 0.9, 0.15, 2e-4
_RAREST = 2

Learnt = list[tuple[str, str]]


def texts(name: str, languages: tuple[str, ...] = LANGUAGES) -> Learnt:
    """Return the texts of the files called `name`, each with its class."""
    found: Learnt = []
    for language in languages:
        read = yaml.safe_load((TEXTS / f"{name}_{language}.yaml").read_text(encoding="utf-8"))
        found += [(text, kind) for kind, every in read.items() for text in every]
    return found


def learn(examples: Learnt) -> dict[str, list[float]]:
    """Return the weights of each feature that at least two examples share."""
    seen = [(features_of(text)[0], KINDS.index(kind)) for text, kind in examples]
    counts = Counter(feature for features, _ in seen for feature in features)
    rows = [([f for f in features if counts[f] >= _RAREST], kind) for features, kind in seen]
    weights = {feature: [0.0] * len(KINDS) for feature, count in sorted(counts.items()) if count >= _RAREST}
    order = random.Random(1)
    for turn in range(_PASSES):
        order.shuffle(rows)
        for features, kind in rows:
            _step(weights, features, kind, _STEP / (1 + _DECAY * turn))
    return weights


def _step(weights: dict[str, list[float]], features: list[str], kind: int, step: float) -> None:
    shares = shares_of(features, weights)
    damping = 1 / math.sqrt(len(features) + 1)
    moves = [(share - (place == kind)) * step * damping for place, share in enumerate(shares)]
    for feature in features:
        row = weights[feature]
        for place, move in enumerate(moves):
            row[place] -= move + _SHRINK * row[place]


def digest() -> str:
    """Return the SHA-256 of the training texts, by which a test knows that the weights are theirs."""
    every = b"".join((TEXTS / f"training_{language}.yaml").read_bytes() for language in LANGUAGES)
    return hashlib.sha256(every).hexdigest()


def matrix(language: str, on: date = date(2026, 8, 5)) -> dict[str, list[int]]:
    """Return, for each class of the texts held out, how often each class is proposed, in order of KINDS."""
    counts = {kind: [0] * len(KINDS) for kind in KINDS}
    for text, kind in texts("held_out", (language,)):
        counts[kind][KINDS.index(propose(text, on=on).kind)] += 1
    return counts


def evaluate() -> None:
    """Print the confusion matrix of each language as the documents show it."""
    for language in LANGUAGES:
        found = matrix(language)
        total = sum(map(sum, found.values()))
        right = sum(row[place] for place, row in enumerate(found.values()))
        other = sum(row[-1] for row in found.values())
        wrong = total - right - (other - found["other"][-1])
        print(f'\n{language}: {right} of {total} right, {wrong} another class, {other} "other" in all\n')
        print("| | " + " | ".join(kind.replace("_", " ") for kind in KINDS) + " |")
        print("|---" * (len(KINDS) + 1) + "|")
        for place, (kind, row) in enumerate(found.items()):
            cells = (f"**{n}**" if at == place else f"{n}" if n else "" for at, n in enumerate(row))
            print(f"| {kind.replace('_', ' ')} | " + " | ".join(cells) + " |")


def main() -> None:
    """Learn, and write the weights down, one feature a line; or only evaluate."""
    if "--evaluate" in sys.argv[1:]:
        evaluate()
        return
    weights = learn(texts("training"))
    rows = ",\n".join(
        f"{json.dumps(feature, ensure_ascii=False)}: {json.dumps([round(SCALE * one) for one in row])}"
        for feature, row in weights.items()
    )
    head = f'"learnt_from": "{digest()}",\n"kinds": {json.dumps(KINDS)},\n'
    WEIGHTS.write_text(f'{{{head}"weights": {{\n{rows}\n}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
