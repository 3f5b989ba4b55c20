"""French words of what speaks for a profile."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.wording.reasons import Sentence, Words


def _late(words: Words) -> str:
    late, terms = words.number("late") or 0, words.number("terms") or 0
    if not late:
        return f"{terms} échéances réglées, aucune en retard"
    return f"{late} échéances sur {terms} réglées en retard"


def _terms(words: Words) -> str:
    count = words.number("terms") or 0
    if not count:
        return "aucune échéance réglée pour l’instant"
    return "une seule échéance réglée" if count == 1 else f"{count} échéances réglées seulement"


WORDS: Mapping[str, Sentence] = {
    "few_terms": _terms,
    "late_share": _late,
    "usual_days": lambda words: f"règle d’ordinaire {words.number('days')} jours après l’échéance",
    "sales_share": lambda words: f"{words.number('percent')} % des ventes des douze derniers mois",
    "open_beyond_usual": lambda words: (
        f"une facture encore ouverte {words.number('days')} jours après l’échéance, contre"
        f" {words.number('usual')} d’ordinaire"
    ),
    "slower_lately": lambda words: (
        f"ses trois derniers règlements ont pris {words.number('days')} jours de retard, contre"
        f" {words.number('usual')} d’ordinaire"
    ),
    "broken_promises": lambda words: f"{words.number('count')} promesses non tenues en un an",
}
