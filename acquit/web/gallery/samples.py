"""Invented facts for the sheet of components; all on Monday 23 November 2026."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator

from acquit.web import formats
from acquit.web.components import (
    Ahead,
    Because,
    Bucket,
    Choice,
    Freshness,
    Kpi,
    Link,
    Mail,
    Past,
    ReasonMenu,
    ScenarioStep,
    Tab,
    Why,
    WorkItem,
)

TODAY = date(2026, 11, 23)
SPLIT = tuple(map(Decimal, ("8960.00", "16912.60", "16660.00", "5840.00", "0.00")))


class MessageForm(forms.Form):
    """The fields of a message that a person may change."""

    subject = forms.CharField(label="Objet")
    body = forms.CharField(label="Message", widget=forms.Textarea)


def everything() -> dict[str, Any]:
    """Return one value for each component."""
    return {
        "sheet_today": TODAY,
        "amounts": {
            "full": Decimal("12345.6"),
            "rest": Decimal(5840),
            "whole": Decimal(9840),
            "credit": Decimal(-1180),
            "zero": Decimal(0),
        },
        "delays": (10, 36, 85, 118, -6),
        "split": SPLIT,
        "buckets": [
            Bucket(label=label, amount=value, url=f"?age={age}", note="3 factures", pressed=age == 2)
            for age, (label, value) in enumerate(
                zip(("Non échu", "1–30 j", "31–60 j", "61–90 j", "> 90 j"), SPLIT, strict=True)
            )
        ],
        "tracks": (
            (("done", "done", "now", "", ""), "en cours"),
            (("done", "done", "held", "", ""), "suspendu"),
            (("done", "skip", "done", "now", ""), "une étape passée"),
        ),
        "kpis": _kpis(),
        "tabs": [
            Tab(label="Tout", url="?vue=tout", count=25),
            Tab(label="Messages", url="?vue=messages", count=14, current=True),
            Tab(label="Appels", url="?vue=appels", count=5),
        ],
        "fresh": Freshness(
            suspended=False, rows=(("Banque", "aujourd’hui 07:30"), ("Factures", "aujourd’hui 07:30"))
        ),
        "stale": Freshness(
            suspended=True, rows=(("Banque", "19 nov. · 4 jours"), ("Factures", "aujourd’hui 07:30"))
        ),
        "items": _items(),
        "mail": _mail(),
        "form": MessageForm({"subject": "", "body": "Bonjour Monsieur Kerleau,"}),
        "skip": _skip(),
        "postpone": _postpone(),
        "why": _why(),
        "diary": _diary(),
        "events": _events(),
        "steps": _steps(),
        "link": Link(label="Changer de contact", url="#"),
        "first": Link(label="Importer un fichier", url="#"),
        "clear": Link(label="Effacer les filtres", url="#"),
        "gone": Link(label="Voir ce qui est parti", url="#"),
        "page": Paginator(range(214), 50).page(2),
    }


def _kpis() -> list[Kpi]:
    return [
        Kpi(label="Encours", value="612 480 €", note="1 248 factures"),
        Kpi(label="Échu", value="187 325 €", change="− 11 900 €", sense="ok", note="en une semaine"),
        Kpi(label="Plus de 90 j", value="21 610 €", tone="danger", note="9 factures"),
        Kpi(
            label="Délai moyen",
            value="52,4 j",
            note="objectif 45 j",
            definition="Encours divisé par les ventes des 90 derniers jours, fois 90.",
        ),
    ]


def _items() -> list[WorkItem]:
    return [
        WorkItem(
            url="#",
            icon="alert-triangle",
            name="Importer le relevé bancaire",
            why="Données du 19 nov. : envois automatiques suspendus",
            tone="warn",
        ),
        WorkItem(
            url="#",
            icon="mailbox",
            name="Électro Mistral",
            why="Mise en demeure : 3 relances sans réponse, 74 j",
            expected="+ 14 200 €",
            concerned="sur 31 285 €",
        ),
        WorkItem(
            url="#",
            icon="mail",
            name="Transports Kerleau",
            why="Relance ferme : 3 factures, la plus ancienne 41 j",
            expected="+ 11 900 €",
            concerned="sur 18 432 €",
            current=True,
        ),
        WorkItem(
            url="#",
            icon="phone",
            name="Commune de Saint-Aubrac",
            why="Point au comptable : mandat attendu depuis 12 j",
            expected="+ 2 900 €",
            concerned="sur 18 640 €",
        ),
    ]


def _mail() -> Mail:
    return Mail(
        to=("Yann Kerleau", "comptabilite@transports-kerleau.example"),
        copies=("Sofia Amrani",),
        subject="Trois factures échues : 18 432,00 € à régler d’ici au 30 novembre",
        attachments="3 PDF",
        plain="Bonjour Monsieur Kerleau,\n\nTrois factures restent à régler : 18 432,00 €.\n\nClaire Besson",
    )


def _skip() -> ReasonMenu:
    reasons = (
        "Règlement déjà reçu",
        "Je préfère appeler",
        "Litige en cours",
        "Accord commercial",
        "Mauvais contact",
    )
    return ReasonMenu(
        label="Passer",
        icon="player-skip-forward",
        key="P",
        title="Passer ce message. Pour quelle raison ?",
        action="",
        choices=tuple(Choice(value=f"reason-{rank}", words=words) for rank, words in enumerate(reasons)),
        other="other",
        other_words="Autre raison…",
        hint="La raison s’affiche dans l’historique du client. La prochaine étape reste prévue le 7 déc.",
    )


def _postpone() -> ReasonMenu:
    days = (("2026-11-24", "Demain"), ("2026-11-26", "Dans 3 jours"), ("2026-11-30", "Lundi 30 nov."))
    return ReasonMenu(
        label="Reporter",
        icon="calendar-time",
        key="R",
        title="Reporter ce message. Jusqu’à quand ?",
        action="",
        field="until",
        choices=tuple(Choice(value=value, words=words) for value, words in days),
        on="on",
        on_words="Autre date",
        on_from=TODAY,
    )


def _why() -> Why:
    promised = formats.amount(Decimal(12400), "EUR", language="fr")
    return Why(
        lead=f"Pas relancé aujourd’hui parce que M. Rousseau a promis {promised} pour le 27 novembre. "
        "Acquit attend le 30 novembre pour vérifier.",
        reasons=(
            Because(
                words="Une promesse suspend toutes les relances du client (règle du scénario, étape 5).",
                icon="heart-handshake",
                tone="accent",
            ),
            Because(
                words="De plus, la banque date de 4 jours : aucun envoi automatique.",
                icon="building-bank",
                tone="warn",
            ),
            Because(words="F-2026-0868 resterait exclue : litige ouvert.", icon="hand-stop", tone="late"),
            Because(words="Sans cela : relance ferme pour F-2026-0911 ce matin."),
        ),
        links=(
            Link(label="Relancer quand même", url="#", primary=True),
            Link(label="Décisions passées", url="#"),
        ),
    )


def _diary() -> list[Ahead]:
    return [
        Ahead(
            on=date(2026, 11, 24),
            icon="mail",
            what="Préavis",
            condition="F-2026-1002, si la banque est à jour",
        ),
        Ahead(on=date(2026, 11, 27), icon="heart-handshake", what="Promesse : 12 400,00 €"),
        Ahead(
            on=date(2026, 12, 1),
            icon="mailbox",
            what="Mise en demeure, LRAR",
            condition="F-2026-0911, à approuver",
        ),
    ]


def _events() -> list[Past]:
    return [
        Past(
            at=datetime(2026, 11, 23, 6, 45, tzinfo=UTC),
            icon="clock-pause",
            what="Rien envoyé",
            subject="une promesse court jusqu’au 27 nov.",
        ),
        Past(
            at=datetime(2026, 11, 18, 13, 20, tzinfo=UTC),
            icon="message",
            what="Réponse de Marc Rousseau",
            subject="classée « promesse confirmée »",
            quote="« Bonjour, le virement est programmé pour le 27. »",
            tone="info",
        ),
        Past(
            at=datetime(2026, 11, 2, 14, 47, tzinfo=UTC),
            icon="hand-stop",
            what="Litige ouvert",
            subject="F-2026-0868 · quantité",
            detail="12 vérins reçus au lieu de 15.",
            tone="warn",
        ),
        Past(
            at=datetime(2026, 10, 3, 9, 0, tzinfo=UTC),
            icon="rubber-stamp",
            what="Mise en demeure distribuée",
            subject="F-2026-0714",
            tone="danger",
            links=(Link(label="Lettre (PDF scellé)", url="#", icon="file-text"),),
        ),
    ]


def _steps() -> list[ScenarioStep]:
    rows = (
        (-7, "Préavis", "mail", 0, "Automatique", False, ("Solde > 50 €",), "courtesy"),
        (3, "Rappel courtois", "mail", 1, "Automatique", False, ("Sans litige",), "reminder"),
        (10, "Relance, pénalités", "mail", 2, "Automatique", False, ("Sans promesse",), "reminder"),
        (15, "Appel", "phone", 2, "À faire", True, ("Échu > 500 €",), "reminder"),
        (
            20,
            "Relance ferme",
            "mail",
            3,
            "À approuver",
            True,
            ("3 conditions", "Copie dirigeant"),
            "reminder",
        ),
        (30, "Mise en demeure", "mailbox", 4, "À approuver", True, ("Adresse vérifiée",), "legal"),
        (45, "Transmission", "gavel", 4, "À approuver", True, ("Décision DAF",), "legal"),
    )
    return [
        ScenarioStep(
            offset_days=day,
            name=name,
            icon=icon,
            tone=tone,
            mode=mode,
            asks=asks,
            conditions=conditions,
            stage=stage,
            url="#",
            selected=day == 20,
        )
        for day, name, icon, tone, mode, asks, conditions, stage in rows
    ]
