"""Words that no message may bear, and mentions that who collects for another owes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from acquit import wording
from acquit.wording.allowed import L111_8, forbidden_words, missing_of_collector
from tests.wording.letters import FACTS

TEMPLATES = sorted(Path(wording.__file__).parent.glob("*/templates/**/*"))


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Sans paiement, un huissier viendra.", "fr", "business"),
        ("Nous ferons procéder à une SAISIE de vos comptes.", "fr", "business"),
        ("Cette lettre interrompt la prescription.", "fr", "public"),
        ("Vous devez l’indemnité forfaitaire de 40 €.", "fr", "consumer"),
        ("Des frais de recouvrement s’ajoutent.", "fr", "consumer"),
        ("Commandement de payer", "fr", "business"),
    ],
)
def test_a_threat_is_found(text: str, language: str, kind: str) -> None:
    assert forbidden_words(text, kind=kind, language=language)


@pytest.mark.parametrize("kind", ["business", "public"])
def test_what_a_consumer_does_not_owe_a_business_may_read(kind: str) -> None:
    assert forbidden_words("L’indemnité forfaitaire est due.", kind=kind, language="fr") == []


@pytest.mark.parametrize(
    "path", [p for p in TEMPLATES if p.is_file()], ids=lambda p: f"{p.parts[-3]} {p.stem}"
)
def test_no_shipped_text_threatens(path: Path) -> None:
    language = next(part for part in path.parts if part in ("fr", "en"))
    assert forbidden_words(path.read_text(), kind="business", language=language) == []


def test_the_paragraphs_of_the_law_are_no_threat_even_to_a_consumer() -> None:
    assert forbidden_words(f"Rappel.\n{L111_8}\nMerci.", kind="consumer", language="fr") == []
    assert forbidden_words(f"Rappel.\n{L111_8}\nUn huissier.", kind="consumer", language="fr") == ["huissier"]


def test_each_mention_of_who_collects_for_another_is_missed() -> None:
    for_whom = "Ébénisterie Cardon, 3 rue des Lilas, 84000 Avignon"
    creditor = FACTS.creditor
    parts = [
        creditor.name, "exerce une activité de recouvrement amiable", *creditor.address, for_whom,
        " ".join(line.number for line in FACTS.lines), creditor.iban or "", L111_8,
    ]  # fmt: skip
    assert missing_of_collector("\n".join(parts), FACTS, for_whom) == []
    for part in range(len(parts)):
        without = "\n".join(text for place, text in enumerate(parts) if place != part)
        assert len(missing_of_collector(without, FACTS, for_whom)) == 1
    assert missing_of_collector("\n".join(parts), replace(FACTS, lines=()), for_whom) == ["les factures"]
