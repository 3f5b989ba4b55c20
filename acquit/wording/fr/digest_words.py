"""French words of the digests."""

from __future__ import annotations

from acquit.wording.digest import DigestWords

WORDS = DigestWords(
    daily_subject=lambda name, day, count: (
        f"{name}\u00a0: {count} à traiter ce {day}" if count else f"{name}\u00a0: rien à traiter ce {day}"
    ),
    weekly_subject=lambda name, day: f"{name}\u00a0: la semaine au {day}",
    greeting=lambda name: f"Bonjour {name}," if name else "Bonjour,",
    waits="À traiter",
    nothing_waits="Rien n’attend.",
    kinds={
        "alerts": "Alertes",
        "messages": "Messages à approuver",
        "calls": "Appels à passer",
        "letters": "Courriers à poster",
        "failures": "Envois en échec",
        "answers": "Réponses à lire",
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
    my_open="Encours",
    my_late="Échu",
    figures="Chiffres",
    open="Encours",
    late="Échu",
    dso="DSO",
    best_dso="Meilleur DSO possible",
    days=lambda number: f"{number}\u00a0j",
    change=lambda number: f" ({number} depuis la fin du mois dernier)",
    effectiveness="CEI du mois",
    ageing="Balance âgée",
    not_due="Non échu",
    late_by=lambda span: f"{span.replace('>', '> ')}\u00a0j",
    unallocated="Avoirs et règlements non lettrés",
    forecast="Encaissements attendus",
    in_30_days="Dans les 30 jours",
    in_13_weeks="Dans les 13 semaines",
    cautious=lambda amount: f" (prudent\u00a0: {amount})",
    largest="Plus gros échus",
    nobody_late="Aucun compte n’est en retard.",
    count=lambda number, sums: f"{number}\u00a0· {sums}" if sums else str(number),
    closing="Vous choisissez ces messages dans vos réglages. Ils ne demandent pas de réponse.",
)
