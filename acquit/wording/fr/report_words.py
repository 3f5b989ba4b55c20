"""French words of the reports on paper."""

from __future__ import annotations

from acquit.wording.report_words import ReportWords, as_span

WORDS = ReportWords(
    titles={
        "items": "Échéances ouvertes",
        "balances": "Soldes des comptes",
        "ageing": "Balance âgée",
        "dso": "DSO, mois par mois",
        "cei": "Efficacité du recouvrement, mois par mois",
        "forecast": "Prévision d’encaissement",
        "promises": "Promesses de règlement",
        "disputes": "Litiges",
        "effectiveness": "Ce qui suit chaque étape",
        "collectors": "Activité des chargés de recouvrement",
        "provision": "Provision par âge des créances",
        "habits": "Habitudes de paiement",
        "credits": "Avoirs et règlements non lettrés",
        "consists_of": "Détail du solde",
        "sales": "Ventes",
        "received": "Règlements reçus",
        "expected_in": "Ce qui est attendu",
        "promised": "Promesses",
        "contested": "Litiges ouverts",
        "resolved": "Litiges résolus sur un an",
        "followed": "Messages et ce qui a suivi",
        "settled": "Échéances réglées",
        "set_aside": "Échéances provisionnées",
        "contacts": "Contacts",
        "contacted": "Comptes contactés",
        "obtained": "Promesses obtenues",
        "cash": "Encaissé après un contact",
        "compared": "Clients d’une comparaison",
    },
    columns={
        "number": "Facture", "issued_on": "Émise le", "due_on": "Échéance", "days_late": "Retard (j)",
        "debtor": "Client", "name": "Nom", "external_id": "Compte", "currency": "Devise",
        "creditor": "Société",
        "open_balance": "Solde", "balance": "Solde", "not_due": "Non échu", "unallocated": "Non lettré",
        "month": "Mois", "sales": "Ventes", "receivable": "Solde", "dso": "DSO",
        "count_back": "Épuisement",
        "best_possible": "Meilleur possible", "delinquent_days": "Jours de retard", "cei": "CEI (%)",
        "late_rate": "Taux de retard (%)", "first": "Du", "last": "Au", "promised": "Promis",
        "expected": "Attendu", "cautious": "Prudent", "kept": "Tenues", "broken": "Rompues",
        "running": "En cours", "rate": "Tenues (%)", "amount_rate": "Montant tenu (%)",
        "kept_amount": "Montant tenu", "broken_amount": "Montant rompu", "running_amount": "Montant en cours",
        "received": "Reçu", "category": "Motif", "count": "Nombre", "amount": "Montant",
        "mean_days": "Jours en moyenne", "oldest_days": "Plus ancien (jours)", "scenario": "Scénario",
        "step": "Étape", "template": "Modèle", "channel": "Canal", "messages": "Messages",
        "asked": "Demandé", "paid": "Réglé", "share": "Réglé (%)", "share_low": "au moins (%)",
        "share_high": "au plus (%)", "invoices": "Factures", "invoices_paid": "Factures réglées",
        "invoice_share": "Factures (%)", "invoice_low": "au moins (%)", "invoice_high": "au plus (%)",
        "contacts": "Contacts", "calls": "Appels", "reached": "Joints", "accounts": "Comptes",
        "promises": "Promesses", "cash": "Encaissé ensuite", "column": "Âge", "open": "TTC dû",
        "without_tax": "HT", "percent": "Taux (%)", "aside": "Provision", "items": "Échéances",
        "assumed": "TVA supposée", "mean": "Retard moyen (j)", "weighted": "Retard pondéré (j)",
        "median": "Médiane (j)", "late": "Réglées en retard", "late_mean": "Moyenne des retards (j)",
        "late_weighted": "Retards pondérés (j)", "cautious_days": "Huit sur dix avant (j)",
        "overdue": "Échu", "piece": "Pièce", "kind": "Écriture", "received_on": "Reçu le", "why": "D’après",
        "expected_on": "Jour attendu", "chance": "Chance (%)", "outcome": "État", "made_on": "Faite le",
        "until": "Pour le", "missing": "Manque", "opened_on": "Ouvert le", "days_open": "Ouvert depuis (j)",
        "sent_on": "Envoyé le", "paid_on": "Réglée le",
        "resolved": "Résolus sur un an", "resolved_days": "Résolus en (j)", "resolved_on": "Résolu le",
        "days_taken": "Durée (j)",
        "contacted_on": "Le", "text": "Texte",
    },
    days_late=lambda span: f"{as_span(span)}\u00a0j",
    as_of="Au {day}",
    printed="Établi le {day}",
    page="page",
    total="Total",
    notes={
        "effectiveness": "Part de ce qui était demandé, réglée dans les {within} jours suivant le message."
        " C’est un constat, non une preuve\u00a0: beaucoup auraient réglé sans lui. Les bornes contiennent"
        " la vraie part dix-neuf fois sur vingt.",
        "forecast": "Attendu d’après les promesses, puis les habitudes de chaque client, puis celles de"
        " son profil\u00a0; litiges exclus. Le modèle appris ne sert pas à cette date."
        " «\u00a0Prudent\u00a0»\u00a0: dépassé huit semaines sur dix si les clients règlent indépendamment"
        " les uns des autres.",
        "forecast_learned": "Attendu d’après les promesses, puis le modèle appris des règlements, qui a"
        " mieux prévu que les habitudes de chaque client\u00a0; litiges exclus."
        " «\u00a0Prudent\u00a0»\u00a0: dépassé huit semaines sur dix si les clients règlent indépendamment"
        " les uns des autres.",
        "provision": "Règle du logiciel, qu’aucun texte ne fixe\u00a0: la société créancière peut poser la"
        " sienne.",
        "collectors": "«\u00a0Encaissé ensuite\u00a0»\u00a0: reçu dans les quatorze jours suivant un contact."
        " C’est un constat, non une preuve.",
        "items": "Avant déduction des avoirs et des règlements non lettrés.",
        "expected_in": "Attendu : ce qui reste dû, fois la chance qu’il soit réglé dans cette période."
        " La même échéance peut être attendue dans plusieurs semaines.",
    },
    values={
        "category": {
            "price": "prix", "quantity": "quantité", "quality": "qualité",
            "missing_order": "bon de commande manquant", "admin": "mentions ou adresse",
            "duplicate": "double facturation", "other": "autre motif",
        },
        "kind": {
            "invoice": "Facture", "credit_note": "Avoir", "payment": "Règlement",
            "vanished": "Absente de la liste", "other": "Écriture",
        },
        "why": {
            "promise": "promesse", "own_past": "ses règlements passés", "habit": "son habitude",
            "segment": "son profil", "everybody": "tous les clients", "model": "modèle appris",
        },
        "outcome": {"kept": "tenue", "broken": "rompue", "running": "en cours"},
    },
)  # fmt: skip
