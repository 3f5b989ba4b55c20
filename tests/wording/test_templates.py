"""Every shipped text, in each language: complete, inert, and as a credit manager signs it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from acquit.channels.sms.alphabet import fitted, parts
from acquit.core.scenario import check, from_mapping
from acquit.wording.allowed import L111_8
from acquit.wording.document import BLOCK_WORDS
from acquit.wording.facts import Debtor
from acquit.wording.render import SCRIPTS, SHORT, check_source, render, template_for
from acquit.wording.template import Source, phrases, shipped, shipped_keys
from tests.wording.letters import BARE, FULL, facts

SCENARIOS = sorted(Path(__file__).parents[2].joinpath("scenarios").glob("*.yaml"))
LANGUAGES = ("fr", "en")
TEXTS = [(language, key) for language in LANGUAGES for key in shipped_keys(language)]
MAILS = [(language, key) for language, key in TEXTS if key not in SCRIPTS | SHORT]

#: Letters have an order of their own: the table first, then the summons.
LETTERS = {"formal_notice", "consumer_formal_notice", "collector_formal_notice"}
#: Before the due date, or in a message that asks for the date of the transfer itself.
ASKS_NOTHING_YET = {
    "thanks", "courtesy", "export_courtesy", "saas_courtesy", "public_status", "vip_reception",
    "broken_promise",
}  # fmt: skip


def _scenarios():
    return [from_mapping(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in SCENARIOS]


def test_nine_scenarios_are_shipped_and_none_has_a_problem():
    scenarios = {path.stem: scenario for path, scenario in zip(SCENARIOS, _scenarios(), strict=True)}
    assert sorted(scenarios) == [
        "bad_payer", "collector", "consumer", "export", "good_payer", "public_body", "saas", "standard",
        "vip",
    ]  # fmt: skip
    for key, scenario in scenarios.items():
        assert scenario.key == key
        assert check(scenario) == ()
        assert set(scenario.names) == set(LANGUAGES)
        assert all(set(step.names) == set(LANGUAGES) for step in scenario.steps)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_that_a_scenario_names_exists(language):
    for scenario in _scenarios():
        for step in scenario.steps:
            for channel in (step.channel, step.otherwise):
                if channel is not None:
                    assert shipped(language, template_for(step.template, channel)).body


def test_each_language_has_the_same_templates_and_phrases():
    assert shipped_keys("fr") == shipped_keys("en")
    assert set(phrases("fr")) == set(phrases("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_sets_no_variable_since_all_of_a_message_share_one_context(language):
    for name, phrase in phrases(language).items():
        assert not phrase.analyze().locals, name
        assert not {"cycle", "ifchanged", "break", "continue"} & set(phrase.analyze().tags), name


def test_no_scenario_sends_a_formal_notice_without_a_person():
    for scenario in _scenarios():
        for step in scenario.steps:
            assert step.asks or step.stage.words != "formal notice"


@pytest.mark.parametrize(("language", "key"), TEXTS)
def test_it_uses_known_variables_only(language, key):
    assert check_source(shipped(language, key), language) == ()


def test_a_template_with_an_unknown_variable_is_told_before_it_is_used():
    source = Source("{{ contact.name }}", "{{ recipient.nickname }} {{ total | amount }} {% if %}")
    assert [(p.because, p.what.split(":")[0]) for p in check_source(source, "fr")] == [
        ("unknown_variable", "contact.name"),
        ("broken_template", "template"),
    ]


@pytest.mark.parametrize(("language", "key"), TEXTS)
@pytest.mark.parametrize("known", [FULL, BARE], ids=["full", "bare"])
def test_it_says_something_with_all_facts_and_with_few(language, key, known):
    said = render(key, known, language)
    assert said.subject
    for words in (said.subject, said.text, said.html):
        assert "None" not in words
        assert "{{" not in words
        assert "{%" not in words
        assert not re.search("[\ue000-\uf8ff]", words)
    assert not re.search(r"  |\n\n\n| ,|,,|\.\.", said.text)


@pytest.mark.parametrize(("language", "key"), TEXTS)
def test_the_html_says_what_the_text_says(language, key):
    said = render(key, FULL, language)
    shown = BeautifulSoup(said.html, "html.parser").body.get_text(" ")
    for word in re.findall(r"[\w’€]+", said.text):
        assert word in shown or word.lower() in shown.lower() or word == "TTC"


@pytest.mark.parametrize(("language", "key"), [m for m in MAILS if m[1] not in LETTERS | {"thanks"}])
def test_the_first_lines_say_how_much_and_how_to_pay(language, key):
    said = render(key, FULL, language)
    first = said.text.split("\n- ")[0]
    if key != "public_claim":
        assert "31\u202f284,90\u00a0€" in first or "€31,284.90" in first
    assert "RF83" in first
    assert "FR76 3000 6000 0112 3456 7890 189" in said.text.replace("\u00a0", " ")


@pytest.mark.parametrize(("language", "key"), [m for m in MAILS if m[1] not in ASKS_NOTHING_YET])
def test_a_request_says_that_the_payment_may_have_crossed_it(language, key):
    assert re.search("crois|cross", render(key, FULL, language).text)


@pytest.mark.parametrize(("language", "key"), TEXTS)
def test_it_blames_and_threatens_nobody(language, key):
    words = render(key, FULL, language).text.replace(" ".join(L111_8.split("\n")), "").lower()
    for forbidden in (
        "débiteur", "impayés", "huissier", "saisie", "poursuites", "!", "cliquez", "mauvais payeur",
        "sans délai", "bailiff", "seize", "interrompt la prescription",
    ):  # fmt: skip
        assert forbidden not in words


@pytest.mark.parametrize(("language", "key"), TEXTS)
def test_f54_no_text_names_penalties_to_a_consumer(language, key):
    consumer = replace(FULL, debtor=Debtor(name="Mme Le Goff", kind="consumer"))
    words = render(key, consumer, language).text
    for forbidden in ("énalit", "40,00", "€40", "12,40", "12.40", "441-10", "interest", "fixed sum"):
        assert forbidden not in words


@pytest.mark.parametrize("key", [k for k in shipped_keys("fr") if k.startswith("consumer")])
def test_f54_consumer_templates_know_no_penalties_at_all(key):
    for language in LANGUAGES:
        assert "penalties" not in shipped(language, key).body


@pytest.mark.parametrize("key", shipped_keys("fr"))
def test_french_holds_its_marks_together(key):
    said = render(key, FULL, "fr")
    for words in (said.subject, said.text):
        assert not re.search(r" [:;?!»%€]|« ", words)
        assert not re.search(r"\d \d{3},\d\d", words)


@pytest.mark.parametrize(("language", "key"), TEXTS)
def test_an_untouched_edit_changes_nothing(language, key):
    said = render(key, FULL, language)
    again = render(key, FULL, language, override_subject=said.subject, override_body=said.editable)
    assert again == said
    if key not in SCRIPTS | SHORT | {"thanks"}:
        assert BLOCK_WORDS[language]["\ue010"] in said.editable


def test_a_script_is_never_mailed_and_a_mail_never_read_out():
    assert template_for("call", "phone") == "call"
    assert template_for("call", "email") == "call_by_mail"
    assert template_for("vip_call", "letter") == "call_by_mail"
    assert template_for("firm", "phone") == "call"
    assert template_for("firm", "letter") == "firm"


def test_an_sms_has_its_own_words_and_a_mail_its_longer_ones():
    assert template_for("firm", "sms") == "sms_firm"
    assert template_for("thanks", "sms") == "sms_thanks"
    assert template_for("consumer_reminder", "sms") == "sms_reminder"
    assert template_for("sms_firm", "sms") == "sms_firm"
    assert template_for("sms_firm", "letter") == "firm"
    assert template_for("call", "sms") == "sms_reminder"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(SHORT - {"sms_thanks"}))
def test_an_sms_says_who_how_much_which_reference_and_whom_to_call_in_two_parts_at_most(language, key):
    one = replace(FULL, lines=FULL.lines[:1], credits=())
    for known in (FULL, one):
        text = fitted(render(key, known, language).text)
        size = parts(text)
        assert size.is_gsm
        assert size.count <= 2
        assert FULL.creditor.name in text
        assert FULL.sender.phone in text
        assert "RF83" in text
        assert FULL.creditor.iban not in text.replace(" ", "")
        assert re.search(r"\d,\d\d €|€\d", text)


def test_a_courtesy_notice_says_that_nothing_is_late_yet():
    coming = facts(lines=tuple(replace(one, days_late=-7, due_on=facts().reply_by) for one in facts().lines))
    text = render("courtesy", coming, "fr").text
    assert "arrivent à échéance le lundi 30 novembre 2026" in text
    assert "retard" not in text
