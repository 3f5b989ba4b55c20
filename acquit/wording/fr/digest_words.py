"""French words of the digests."""

from __future__ import annotations

from acquit.wording.digest import DigestWords
from acquit.wording.report_words import as_span

WORDS = DigestWords(
    daily_subject=lambda name, day, count: (
        f"{name}\u00a0: {count} à traiter ce {day}" if count else f"{name}\u00a0: rien à traiter ce {day}"
    ),
    weekly_subject=lambda name, day: f"{name}\u00a0: la semaine au {day}",
    title=lambda name, day: f"{name}, {day}",
    greeting=lambda name: f"Bonjour {name}," if name else "Bonjour,",
    waits="À traiter",
    nothing_waits="Rien n’attend.",
    kinds={
        "alerts": "Alertes",
        "answers": "Réponses à lire",
        "unidentified": "Réponses à identifier",
        "messages": "Messages à approuver",
        "calls": "Appels à passer",
        "letters": "Courriers à poster",
        "failures": "Envois en échec",
        "matches": "Règlements à rapprocher",
        "tasks": "Tâches",
        "disputes": "Litiges ouverts",
    },
    promises="Promesses",
    promised_today="À régler aujourd’hui",
    broken="Rompues",
    no_promise="Aucune promesse n’arrive à son terme.",
    money="Argent",
    cash="Encaissé depuis le dernier jour ouvré",
    payments=lambda count: "1 règlement" if count == 1 else f"{count} règlements",
    figures="Chiffres",
    open="Encours",
    late="Échu",
    late_share=lambda share: f"{share}\u00a0% de l’encours",
    dso="DSO",
    best_dso="Meilleur DSO possible",
    days=lambda number: f"{number}\u00a0j",
    change=lambda change: f"{change} depuis la fin du mois dernier",
    points=lambda number: f"{number}\u00a0pt",
    delay="Retard moyen des règlements du mois",
    before=lambda days: f"{days} le mois dernier",
    effectiveness="CEI du mois",
    ageing="Balance âgée",
    not_due="Non échu",
    late_by=lambda span: f"{as_span(span)}\u00a0j",
    unallocated="Avoirs et règlements non lettrés",
    forecast="Encaissements attendus",
    in_30_days="Dans les 30 jours",
    in_13_weeks="Dans les 13 semaines",
    cautious=lambda amount: f"prudent\u00a0: {amount}",
    largest="Plus gros échus",
    nobody_late="Aucun compte n’est en retard.",
    count=lambda number, sums: f"{number}\u00a0· {sums}" if sums else str(number),
    closing="Vous choisissez ces messages dans vos réglages. Ils ne demandent pas de réponse.",
)
