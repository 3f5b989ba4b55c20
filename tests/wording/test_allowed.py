"""Words that no message may bear, and mentions that who collects for another owes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from acquit import wording
from acquit.wording.allowed import L111_8, missing_of_collector
from acquit.wording.expression import plain
from acquit.wording.facts import Debtor, FirstLetter, MessageFacts
from acquit.wording.letter import letter_pdf
from acquit.wording.lint import forbidden_words, lint_formal_notice, names_of
from acquit.wording.markup import words_of_html
from acquit.wording.render import render
from acquit.wording.template import shipped_keys
from tests.wording.letters import FACTS

TEMPLATES = sorted(Path(wording.__file__).parent.glob("*/templates/**/*"))


#: Text, kind of the debtor, and the word for which it is held.
THREATS = [
    ("Sans paiement, un huissier viendra.", "business", "huissier"),
    ("Nos HUISSIERS DE JUSTICE passeront.", "business", "huissier"),
    ("Saisie", "business", "saisie"),
    ("Les saisies suivront.", "business", "saisie"),
    ("La saisie de vos biens est proche.", "business", "saisie"),
    ("Nous allons procéder à la saisie.", "business", "saisie"),
    ("Nous ferons procéder à une SAISIE de vos comptes.", "business", "saisie"),
    ("Une saisie-attribution sera pratiquée.", "business", "saisie"),
    ("Une sai\u00adsie de votre véhicule.", "business", "saisie"),
    ("une saisie\nde votre compte", "business", "saisie"),
    ("La saisie de vos factures clients.", "business", "saisie"),
    ("La saisie du montant dû sur votre compte.", "business", "saisie"),
    ("Après cette erreur de saisie, la saisie de vos biens.", "business", "saisie"),
    ("Vos comptes bancaires seront saisis.", "business", "saisie"),
    ("Votre véhicule pourrait être saisi.", "business", "saisie"),
    ("Nous pouvons saisir vos biens.", "business", "saisir vos biens"),
    ("Nous saisirons votre compte.", "business", "saisir vos biens"),
    ("Nous ferons saisir ce qui vous est dû.", "business", "saisir vos biens"),
    ("Un commissaire de justice est mandaté.", "business", "commissaire de justice"),
    ("Des commissaires de justice.", "business", "commissaire de justice"),
    ("Commandement de payer", "business", "commandement de payer"),
    ("Vous serez expulsé du local.", "business", "expulsion"),
    ("La procédure d’expulsion est engagée.", "business", "expulsion"),
    ("Des poursuites judiciaires et pénales.", "business", "poursuites pénales"),
    ("Inscription au fichier des mauvais payeurs", "business", "fichier des mauvais payeurs"),
    ("République Française", "business", "République française"),
    ("En vertu d’un titre exécutoire", "business", "titre exécutoire"),
    ("Cette lettre interrompt la prescription.", "public", "interrompt la prescription"),
    ("Cette lettre interrompra tout délai de prescription.", "public", "interrompt la prescription"),
    ("Ce courrier est interruptif de la prescription.", "public", "interrompt la prescription"),
    ("La prescription est interrompue par ce courrier.", "public", "interrompt la prescription"),
    ("Cet acte vous sera signifié.", "business", "signifier"),
    ("La signification aura lieu lundi.", "business", "signifier"),
    ("Nous préviendrons votre employeur.", "business", "votre employeur"),
    ("Vous devez l’indemnité forfaitaire de 40 €.", "consumer", "indemnité forfaitaire"),
    ("Des indemnités forfaitaires", "consumer", "indemnité forfaitaire"),
    ("Des frais de recouvrement s’ajoutent.", "consumer", "frais de recouvrement"),
    ("Des frais supplémentaires de recouvrement.", "consumer", "frais de recouvrement"),
    ("Une pénalité de retard court.", "consumer", "pénalités de retard"),
    ("selon l’article L441-10", "consumer", "L441-10"),
    ("selon l’article L. 441\u201110, II", "consumer", "L441-10"),
    ("selon l’article D.441-5", "consumer", "D441-5"),
]
HARMLESS = [
    "Il s’agit d’une erreur de saisie de notre part.",
    "Des fautes de saisie sont possibles.",
    "La saisie de votre commande a été corrigée.",
    "Merci de vérifier la saisie de la référence du virement.",
    "Votre facture a bien été saisie.",
    "La saisie comptable est faite.",
    "Vous pouvez saisir votre référence sur la page.",
    "Le tribunal sera saisi.",
    "Nous nous réservons de saisir la justice.",
    "Nous avons saisi votre référence.",
    "Cela signifie que la facture reste due.",
    "Un retard significatif, une différence significative.",
    "La signification de ce code est donnée au verso.",
    "Nous sommes sensibles à votre prescription médicale.",
    "Votre employé nous a répondu.",
    "Les titres exécutés ce jour.",
    "Expulsez l’air du circuit avant la mise en service.",
    "L’assaisissement n’est pas un mot.",
]
ENGLISH = [
    ("We will seize your goods.", "seize"),
    ("A seizure may follow.", "seizure"),
    ("The BAILIFFS will come.", "bailiff"),
    ("A writ will be issued.", "writ"),
    ("You may be evicted.", "eviction"),
    ("You will be blacklisted.", "blacklist"),
    ("This letter stops the limitation.", "stops the limitation"),
    ("This letter interrupts all limitation.", "stops the limitation"),
    ("We shall tell your employer.", "your employer"),
    ("Sans paiement, un huissier viendra.", "huissier"),
]


@pytest.mark.parametrize(("text", "kind", "word"), THREATS)
def test_a_threat_is_found(text: str, kind: str, word: str) -> None:
    assert word in forbidden_words(text, kind=kind, language="fr")
    assert word in forbidden_words(text.upper(), kind=kind, language="fr")


@pytest.mark.parametrize("text", HARMLESS)
@pytest.mark.parametrize("kind", ["business", "consumer"])
def test_what_only_begins_like_a_threat_is_none(text: str, kind: str) -> None:
    assert forbidden_words(text, kind=kind, language="fr") == []


@pytest.mark.parametrize(("text", "word"), ENGLISH)
def test_a_threat_in_english_is_found_and_a_french_one_in_an_english_letter_too(text: str, word: str) -> None:
    assert word in forbidden_words(text, kind="business", language="en")


@pytest.mark.parametrize(
    "text",
    ["We have written to you.", "Please seize the opportunity to settle.", "A criminology course, sixteen.",
     "As written on 3 May, the employee told us."],
)  # fmt: skip
def test_what_only_begins_like_a_threat_in_english_is_none(text: str) -> None:
    assert forbidden_words(text, kind="business", language="en") == []


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("A", "Un huissier viendra.", ["huissier"]),
        ("De", "COMMANDEMENT DE PAYER", ["commandement de payer"]),
        ("SCP Morel, huissiers de justice", "À la SCP Morel, huissiers de justice\u00a0: bonjour.", []),
        ("SCP Morel, huissiers de justice", "SCP MOREL, HUISSIERS DE JUSTICE", []),
        ("Huissier", "Monsieur Huissier, bonjour.", []),
        ("huissier", "Monsieur Huissier, un huissier viendra.", ["huissier"]),
        ("Huissier", "Monsieur Huissier, un huissier viendra.", ["huissier"]),
        ("Saisie Express", "Saisie Express vous doit ceci\u00a0; une saisie suivra.", ["saisie"]),
        ("Saisie Express", "Saisie Expresse de vos biens.", ["saisie"]),
    ],
)
def test_a_name_is_no_threat_and_hides_none(name: str, text: str, found: list[str]) -> None:
    assert forbidden_words(text, kind="business", language="fr", names=[name]) == found


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


FOR_WHOM = "Ébénisterie Cardon, 3 rue des Lilas, 84000 Avignon"
#: One who recovers for Cardon, after his first letter.
COLLECTOR = replace(
    FACTS,
    creditor=replace(FACTS.creditor, collects_for=FOR_WHOM),
    first_letter=FirstLetter(reference="REL-2026-000012", sent_on=date(2026, 10, 27)),
)
CONSUMER = replace(COLLECTOR, debtor=Debtor(name="Mme Le Goff", kind="consumer"), penalties=None)
RECOVERY = sorted(key for key in shipped_keys("fr") if key.startswith("collector"))
#: Mention → how it is taken out of a French text of `COLLECTOR`.
MENTIONS = {
    "votre nom": "valmeric industrie",
    "votre adresse": "18 rue des fonderies",
    "les mots «\u00a0activité de recouvrement amiable\u00a0»": "recouvrement amiable",
    "le nom et l’adresse du créancier": "ebenisterie cardon",
    "les factures": "f-2026-0854",
    "le montant en principal": "principal",
    "l’indication d’avoir à payer": "payer",
    "le moyen de payer (IBAN)": "fr76 3000 6000 0112 3456 7890 189",
    "les alinéas 2 et 3 de l’article L111-8 CPCE": "debiteur de mauvaise foi",
    "les intérêts, à part": "interets",
    "les autres accessoires, à part": "autres accessoires",
    "la référence et la date de votre première lettre": "rel-2026-000012",
}


def pages_of(key: str, facts: MessageFacts, language: str) -> list[str]:
    rendered = render(key, facts, language)
    return [rendered.text, words_of_html(rendered.html)]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("facts", [COLLECTOR, CONSUMER], ids=["business", "consumer"])
@pytest.mark.parametrize("key", RECOVERY)
def test_the_texts_of_who_recovers_for_others_bear_every_mention_and_no_threat(
    key: str, facts: MessageFacts, language: str
) -> None:
    known = facts if key != "collector_first" else replace(facts, first_letter=None)
    for page in pages_of(key, known, language):
        assert missing_of_collector(page, known, FOR_WHOM, language) == []
        kind = known.debtor.kind
        assert forbidden_words(page, kind=kind, language=language, names=names_of(known)) == []


@pytest.mark.parametrize("mention", MENTIONS)
@pytest.mark.parametrize("key", [key for key in RECOVERY if key != "collector_first"])
def test_one_mention_less_is_missed_by_its_name(key: str, mention: str) -> None:
    for page in pages_of(key, COLLECTOR, "fr"):
        without = plain(page).replace(MENTIONS[mention], " ")
        assert without != plain(page)
        assert mention in missing_of_collector(without, COLLECTOR, FOR_WHOM, "fr")


@pytest.mark.parametrize(
    ("sum_", "mention"),
    [
        ("31 284 90", "le montant en principal"),
        ("549 53", "les intérêts, à part"),
        ("160 00", "les autres accessoires, à part"),
        ("27 octobre 2026", "la référence et la date de votre première lettre"),
    ],
)
def test_a_sum_or_a_day_that_is_not_said_is_missed(sum_: str, mention: str) -> None:
    text = plain(render("collector_reminder", COLLECTOR, "fr").text)
    assert sum_ in text
    assert mention in missing_of_collector(text.replace(sum_, " "), COLLECTOR, FOR_WHOM, "fr")


def test_every_mention_is_tried_and_the_ordinary_texts_lack_them() -> None:
    assert set(missing_of_collector("", COLLECTOR, FOR_WHOM, "fr")) == set(MENTIONS)
    lacks = missing_of_collector(render("firm", COLLECTOR, "fr").text, COLLECTOR, FOR_WHOM, "fr")
    assert "les alinéas 2 et 3 de l’article L111-8 CPCE" in lacks


def test_a_consumer_is_told_that_nothing_is_asked_beside_the_principal() -> None:
    text = plain(render("collector_first", CONSUMER, "fr").text)
    without = text.replace("interets aucun", "interets")
    assert missing_of_collector(without, CONSUMER, FOR_WHOM, "fr")[0] == "les intérêts, à part"


def test_the_notice_of_who_recovers_for_others_is_fit_as_a_notice_too() -> None:
    known = replace(
        COLLECTOR, step="formal_notice", stage="formal notice", tone=4, registered=True, registered_number=""
    )
    for language in ("fr", "en"):
        letter = letter_pdf(render("collector_formal_notice", known, language), known)
        text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(letter)).pages)
        assert lint_formal_notice(text, known, language) == []


def test_the_html_of_a_mail_is_read_like_its_text() -> None:
    html = words_of_html(render("friendly", FACTS, "fr").html)
    assert forbidden_words(html, kind="business", language="fr", names=names_of(FACTS)) == []
    threat = html.replace("Sauf erreur", "<p>Une sai<b>sie</b></p> sauf erreur")
    assert forbidden_words(words_of_html(threat), kind="business", language="fr") == ["saisie"]
