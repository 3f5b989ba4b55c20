"""Words that no message may bear, and those that one who collects for another must.

Forbidden are threats of what only a court gives, the look of a judicial act (C. pén. 433-13), and toward
consumers any cost or penalty (CPCE L111-8). Who collects for another says so, for whom, and reproduces
two paragraphs of L111-8 (CPCE R124-4).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from acquit.wording.expression import plain
from acquit.wording.facts import MessageFacts
from acquit.wording.lint import banned_words

#: CPCE L111-8, paragraphs 2 and 3, as the debtor must read them.
L111_8 = (
    "Les frais de recouvrement entrepris sans titre exécutoire restent à la charge du créancier, sauf s’ils"
    " concernent un acte dont l’accomplissement est prescrit par la loi au créancier. Toute stipulation"
    " contraire est réputée non écrite, sauf disposition législative contraire.\n"
    "Cependant, le créancier qui justifie du caractère nécessaire des démarches entreprises pour recouvrer sa"
    " créance peut demander au juge de l’exécution de laisser tout ou partie des frais ainsi exposés à la"
    " charge du débiteur de mauvaise foi."
)
_ACTIVITY = "recouvrement amiable"


def forbidden_words(text: str, *, kind: str, language: str, names: Sequence[str] = ()) -> list[str]:
    """Return the words of `text` that a message to a debtor of `kind` must not bear.

    The paragraphs of L111-8 are no threat, nor are `names`: a bailiff may owe like anybody.
    """
    quoted = [re.escape(plain(paragraph)) for paragraph in L111_8.split("\n")]
    return banned_words(text, kind=kind, language=language, names=names, harmless=quoted)


def missing_of_collector(text: str, facts: MessageFacts, collects_for: str) -> list[str]:
    """Return the mentions of CPCE R124-4 that a message of one who collects for another lacks, in French."""
    said, creditor = plain(text), facts.creditor
    lines = [line.strip() for line in re.split(r"[\n,]", collects_for) if line.strip()]
    wanted = {
        "votre nom": [creditor.name],
        "votre adresse": [*creditor.address],
        "les mots «\u00a0activité de recouvrement amiable\u00a0»": [_ACTIVITY],
        "le nom et l’adresse du créancier": lines or [""],
        "les factures": [line.number for line in facts.lines],
        "le moyen de payer (IBAN)": [creditor.iban or ""],
        "les alinéas 2 et 3 de l’article L111-8 CPCE": L111_8.split("\n"),
    }
    return [
        name
        for name, words in wanted.items()
        if not words or not all(word and _stands(word, said) for word in words)
    ]


def _stands(word: str, said: str) -> bool:
    return plain(word) in said or plain(word).replace(" ", "") in said.replace(" ", "")
