"""What a message may never get wrong: amounts, names, words from outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from acquit.core.money import Money, totals
from acquit.wording import Unsayable, render, template_variables
from acquit.wording.facts import Creditor, Debtor, PaymentReceived, Recipient
from acquit.wording.template import Phrases, Source, compile_source, run
from tests.wording.letters import EUR, FACTS, NOTICE, PENALTIES, facts, line


def test_f20_after_a_partial_payment_the_rest_is_asked_and_the_payment_thanked():
    rest = line("F-1", "1200.00", open=Decimal("700.00"), paid=Decimal("500.00"))
    received = PaymentReceived(amount=Money(Decimal(500), EUR), received_on=date(2026, 11, 1))
    said = render("firm", facts(lines=(rest,), partial_payments=(received,)), "fr")
    assert "700,00\u00a0€" in said.subject
    assert "votre règlement de 500,00\u00a0€ du 1er novembre 2026" in said.text
    assert "Total\u00a0: 700,00\u00a0€" in said.text
    assert said.text.count("1\u202f200,00") == 1
    assert "sur 1\u202f200,00\u00a0€" in said.html


def test_f24_two_currencies_are_two_totals_and_never_a_sum():
    both = facts(lines=(line("F-1", "1000.00"), line("F-2", "200.00", currency="USD")), penalties=None)
    said = render("friendly", both, "fr")
    assert "1\u202f000,00\u00a0€ et 200,00\u00a0USD" in said.text
    assert "1\u202f200" not in said.text
    assert said.text.count("Total\u00a0:") == 2


def test_f25_the_fixed_sum_is_one_per_invoice():
    said = render("formal_notice", NOTICE, "fr")
    assert "4\u00a0×\u00a040,00\u00a0€" in said.text
    assert "160,00\u00a0€" in said.text
    assert NOTICE.fixed_sums == (Money(Decimal("160.00"), EUR),)


def test_the_letter_of_the_design_adds_up():
    assert NOTICE.totals == (Money(Decimal("31284.90"), EUR),)
    assert NOTICE.interest == (Money(Decimal("549.53"), EUR),)
    assert NOTICE.totals_with_penalties == (Money(Decimal("31994.43"), EUR),)
    assert "31\u202f994,43\u00a0€" in render("formal_notice", NOTICE, "fr").subject


AMOUNTS = st.decimals(min_value="0.001", max_value="99999", places=3, allow_nan=False)


@given(st.lists(AMOUNTS, min_size=1, max_size=15))
def test_f30_the_total_printed_is_the_sum_of_the_lines_printed(amounts):
    listed = tuple(line(f"F-{n}", str(a)) for n, a in enumerate(amounts))
    said = render("friendly", facts(lines=listed), "en")
    rows = [row for row in said.text.splitlines() if row.startswith("- ")]
    printed = [Decimal(row.rsplit("€", 1)[1].replace(",", "")) for row in rows]
    total = next(row for row in said.text.splitlines() if row.startswith("Total: "))
    assert sum(printed) == Decimal(total.rsplit("€", 1)[1].replace(",", ""))


def test_credits_that_nobody_allocated_are_taken_off_and_shown():
    said = render("friendly", facts(credits=(Money(Decimal("284.90"), EUR),)), "fr")
    assert "31\u202f000,00\u00a0€" in said.subject
    assert "à déduire\u00a0: \u2212284,90\u00a0€" in said.text


def test_f40_the_disputed_part_is_not_asked_and_is_said():
    said = render("friendly", facts(lines=(line("F-1", "1000.00", disputed=Decimal(200)),)), "fr")
    assert "800,00\u00a0€" in said.subject
    assert "hors 200,00\u00a0€ contestés" in said.text


def test_f43_a_language_without_words_is_not_replaced_by_another():
    with pytest.raises(Unsayable) as error:
        render("friendly", facts(language="de"), "de")
    assert (error.value.because, error.value.what) == ("missing_language", "de")
    with pytest.raises(Unsayable, match="missing_template: nothing_of_the_kind"):
        render("nothing_of_the_kind", FACTS, "fr")
    with pytest.raises(Unsayable, match="missing_template"):
        render("../../secrets", FACTS, "fr")


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ("Bonjour {{ contact.name }},", "contact.name"),
        ("Bonjour {{ recipient.first_name }},", "recipient.first_name"),
        ("Bonjour {{ recipient.email | upcase }},", "recipient.email"),
        ("{{ creditor.website | bold }}", "creditor.website"),
        ("{{ reference | amount }}{{ pay_url }}", None),
        ("{{ pay_url }}", "pay_url"),
        ("{% for x in nothing %}{{ x }}{% endfor %}", "nothing"),
    ],
)
def test_f55_a_missing_variable_holds_the_message_and_is_named(body, missing):
    with pytest.raises(Unsayable) as error:
        render("own", FACTS, "fr", source=Source("Objet", body))
    if missing is None:
        assert error.value.because == "broken_template"
    else:
        assert (error.value.because, error.value.what) == ("missing_variable", missing)


def test_f55_a_variable_missing_in_a_phrase_is_named_as_one_of_the_template_is():
    body = compile_source("{{ phrase.what }}", "fr", "own")
    with pytest.raises(Unsayable) as error:
        run(body, {"phrase": Phrases("fr", {})}, "own")
    assert (error.value.because, error.value.what) == ("missing_variable", "count")


def test_f55_without_a_name_the_greeting_names_nobody():
    unknown = facts(recipient=Recipient(name="Comptabilité"))
    assert render("firm", unknown, "fr").text.startswith("Madame, Monsieur,\n")
    assert render("firm", unknown, "en").text.startswith("Dear Sir or Madam,\n")
    assert render("firm", FACTS, "fr").text.startswith("Bonjour Monsieur Kerleau,\n")


HOSTILE = [
    "{{7*7}}",
    "{% include 'x' %}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://evil.example";"clic")',
    "**gras**",
    "[signature]",
    "x\ue010",
    "\ue000gras\ue001",
    "a\n\nb",
    "\u202emoc.live",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_f57_a_name_from_outside_is_inert(name):
    known = facts(
        debtor=Debtor(name=name),
        recipient=Recipient(name=name, civility="Monsieur", last_name=name, address=(name, name)),
        lines=(line(name, "1200.00", order_reference=name, term=name),),
        creditor=replace(FACTS.creditor, name=name),
    )
    plain = render("firm", facts(lines=(line("N", "1200.00"),)), "fr")
    for key in ("firm", "call"):
        said = render(key, known, "fr")
        assert "49" not in said.text.replace(name, "")
        page = BeautifulSoup(said.html, "html.parser")
        assert page.find(["script", "img", "a"]) is None
        assert "\n" not in said.subject
    said = render("firm", known, "fr")
    assert len(BeautifulSoup(said.html, "html.parser").find_all("table")) == len(
        BeautifulSoup(plain.html, "html.parser").find_all("table")
    )
    assert len(BeautifulSoup(said.html, "html.parser").find_all("strong")) == len(
        BeautifulSoup(plain.html, "html.parser").find_all("strong")
    )
    assert "\u202e" not in said.text


@pytest.mark.parametrize("name", HOSTILE)
def test_f57_what_a_person_typed_is_not_code(name):
    said = render("firm", FACTS, "fr", override_subject=name, override_body=f"Bonjour {name} fin")
    assert "49" not in said.text
    assert BeautifulSoup(said.html, "html.parser").find(["script", "img", "table", "a"]) is None or (
        BeautifulSoup(said.html, "html.parser").find(["script", "img", "a"]) is None
    )


def test_an_edited_text_keeps_its_table_where_it_was_put():
    body = "Bonjour,\n\n[tableau des factures]\n\nMerci de **régler** vite.\n\n[signature]"
    said = render("firm", FACTS, "fr", override_body=body)
    assert said.text.startswith("Bonjour,\n\n- F-2026-0775")
    assert "<strong>régler</strong>" in said.html
    assert "Claire Besson\nValmeric Industrie · 04 65 71 00 42\n\nValmeric Industrie, SAS" in said.text
    assert said.subject == render("firm", FACTS, "fr").subject


@pytest.mark.parametrize(
    "body",
    [
        "{% for a in (1..1000000) %}x{% endfor %}",
        "{% for a in (1..1900) %}{% for b in (1..1900) %}xxxxxxxx{% endfor %}{% endfor %}",
        "{% include 'firm' %}",
        "{% render 'firm' %}",
        "{{ 'x' | safe }}",
        "{{ total | nothing }}",
        "{% if a",
    ],
)
def test_a_template_cannot_run_away_nor_reach_another(body):
    with pytest.raises(Unsayable) as error:
        render("own", FACTS, "fr", source=Source("Objet", body))
    assert error.value.because == "broken_template"


def test_f54_neither_interest_nor_fixed_sum_for_a_consumer():
    consumer = replace(NOTICE, debtor=Debtor(name="Mme Le Goff", kind="consumer"))
    assert (consumer.interest, consumer.fixed_sums) == ((), ())
    assert consumer.totals_with_penalties == consumer.totals
    said = render("formal_notice", consumer, "fr")
    assert "31\u202f284,90\u00a0€" in said.subject
    assert not said.claims_penalties


def test_f63_each_company_has_its_own_account_and_reply_address():
    other = Creditor(name="Valmeric Services", iban="DE89370400440532013000")
    said = render("friendly", facts(creditor=other), "fr")
    assert "DE89\u00a03704" in said.text
    assert "FR76" not in said.text
    assert "Valmeric Industrie" not in said.text


def test_without_a_known_regime_nothing_is_said_of_penalties():
    assert "énalité" not in render("penalties", facts(penalties=None), "fr").text
    assert PENALTIES.law in render("penalties", FACTS, "fr").text


def test_fixed_sums_that_differ_by_the_size_of_the_debt_are_added_up_without_a_sum_each():
    lines = (
        line("F-1", "999.00", currency="GBP", fixed_sum=Decimal(40)),
        line("F-2", "1000.00", currency="GBP", fixed_sum=Decimal(70)),
    )
    penalties = replace(PENALTIES, fixed_sum_each=None, fixed_sum_currency="GBP")
    letter = replace(NOTICE, lines=lines, penalties=penalties)
    assert letter.fixed_sums == (Money(Decimal("110.00"), "GBP"),)
    assert "2\u00a0factures" in render("formal_notice", letter, "fr").text


def test_the_fixed_sum_stays_in_euros_when_the_invoice_is_not():
    dollars = line("F-1", "100.00", currency="USD", interest=Decimal(2), fixed_sum=Decimal(40))
    claimed = replace(NOTICE, lines=(dollars,))
    assert claimed.totals_with_penalties == totals([Money(Decimal(40), EUR), Money(Decimal(102), "USD")])


def test_the_variables_are_told():
    known = template_variables()
    assert "iban" in known["creditor"]
    assert known["total"] == ()
