"""The mentions that a message of one who collects for another must bear (CPCE R124-4).

He says so, for whom, what is asked as principal, interest and other charges, and reproduces two paragraphs of
L111-8.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from acquit.core.money import Money
from acquit.wording.expression import plain
from acquit.wording.facts import MessageFacts
from acquit.wording.lint import notice_words
from acquit.wording.typography import TYPOGRAPHY, Typography

#: CPCE L111-8, paragraphs 2 and 3, as the debtor must read them.
L111_8 = (
    "Les frais de recouvrement entrepris sans titre exécutoire restent à la charge du créancier, sauf s’ils"
    " concernent un acte dont l’accomplissement est prescrit par la loi au créancier. Toute stipulation"
    " contraire est réputée non écrite, sauf disposition législative contraire.\n"
    "Cependant, le créancier qui justifie du caractère nécessaire des démarches entreprises pour recouvrer sa"
    " créance peut demander au juge de l’exécution de laisser tout ou partie des frais ainsi exposés à la"
    " charge du débiteur de mauvaise foi."
)
_ACTIVITY = "activité de recouvrement amiable"


def missing_of_collector(text: str, facts: MessageFacts, collects_for: str, language: str) -> list[str]:
    """Return the mentions of CPCE R124-4 that a message of one who collects for another lacks, in French.

    Each step after the first letter also recalls its reference and its day. The activity and the law's
    paragraphs are quoted in French whatever the language of the rest.
    """
    said, creditor = plain(text), facts.creditor
    words, typography = notice_words(language).collector, TYPOGRAPHY[language]
    for_whom = [line.strip() for line in re.split(r"[\n,]", collects_for) if line.strip()]
    wanted = {
        "votre nom": [creditor.name],
        "votre adresse": [*creditor.address],
        "les mots «\u00a0activité de recouvrement amiable\u00a0»": [_ACTIVITY],
        "le nom et l’adresse du créancier": for_whom,
        "les factures": [line.number for line in facts.lines],
        "le montant en principal": [words.principal, *map(typography.amount, facts.totals)],
        "l’indication d’avoir à payer": [next((w for w in words.pay if _stands(w, said)), "")],
        "le moyen de payer (IBAN)": [creditor.iban or ""],
        "les alinéas 2 et 3 de l’article L111-8 CPCE": L111_8.split("\n"),
        "les intérêts, à part": _apart(words.interest, facts.interest, words.no_interest, said, typography),
        "les autres accessoires, à part": _apart(
            words.charges, facts.fixed_sums, words.no_charges, said, typography
        ),
    }
    if facts.first_letter is not None:
        first = facts.first_letter
        wanted["la référence et la date de votre première lettre"] = [
            first.reference, typography.day(first.sent_on)
        ]  # fmt: skip
    return [
        name
        for name, parts in wanted.items()
        if not parts or not all(part and _stands(part, said) for part in parts)
    ]


def _apart(
    word: str, sums: Sequence[Money], none: Sequence[str], said: str, typography: Typography
) -> list[str]:
    """Return what must stand: the word with each sum, or that there is none, which is so where none is."""
    if sums:
        return [word, *map(typography.amount, sums)]
    return [next((words for words in none if _stands(words, said)), "")]


def _stands(word: str, said: str) -> bool:
    return plain(word) in said or plain(word).replace(" ", "") in said.replace(" ", "")
