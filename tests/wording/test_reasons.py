"""Why, in words: every code, in each language, with all parameters and with none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acquit.core.decision import REASON_CODES
from acquit.core.money import Money
from acquit.wording import Unsayable, say_reason
from acquit.wording.reasons import sentences

LANGUAGES = ("fr", "en")
ALL = {
    "until": date(2026, 11, 27), "look_on": date(2026, 11, 30), "on": "2026-11-01",
    "invoices": ["A", "B"], "amount": "12400.00", "currency": "EUR", "days": 41, "count": 900,
    "usual": 40, "most": 5, "channel": "phone", "minimum": Decimal(50), "above": "1000",
    "total": [["20.00", "EUR"], ["5.00", "USD"]], "code": 213, "kind": "business", "step": "firm",
    "by": "Claire Besson", "reason": "litige en cours",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_code_has_words(language):
    assert set(sentences(language)) >= REASON_CODES
    assert set(sentences("fr")) == set(sentences("en"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("params", [ALL, {}, {"invoices": ("A",)}, {"invoices": "A", "days": -7}])
def test_it_is_one_or_two_whole_sentences(language, params):
    for code in sentences(language):
        said = say_reason(code, params, language)
        assert said[0].isupper() or said[0].isdigit() or said[0] == "€"
        assert said.endswith(".")
        for wrong in ("None", "  ", "..", " .", " ,", "()", "parce que un", "parce que il", "parce que elle"):
            assert wrong not in said
        assert ("parce qu" in said) if language == "fr" else ("because" in said)


def test_a_promise_reads_as_in_the_design():
    promised = {
        "until": date(2026, 11, 27), "look_on": date(2026, 11, 30), "invoices": ("F-1",),
        "amount": Decimal(12400), "currency": "EUR",
    }  # fmt: skip
    assert say_reason("promised", promised, "fr") == (
        "Pas relancé pour la facture F-1 parce qu’un règlement de 12\u202f400,00\u00a0€ est promis "
        "pour le 27 novembre 2026. Acquit attend le 30 novembre 2026 pour vérifier."
    )


def test_parameters_from_json_read_like_fresh_ones():
    fresh = {"on": date(2026, 11, 1), "amount": Money(Decimal(5), "USD")}
    stored = {"on": "2026-11-01", "amount": "5.00", "currency": "USD"}
    assert say_reason("possible_payment", fresh, "fr") == say_reason("possible_payment", stored, "fr")


def test_a_long_list_of_invoices_is_cut_and_counted():
    said = say_reason("disputed", {"invoices": [f"F-{n}" for n in range(40)]}, "fr")
    assert "F-0, F-1, F-2, F-3 et 36 autres" in said


def test_a_code_of_a_newer_version_is_shown_and_an_unknown_language_refused():
    assert say_reason("from_tomorrow", {}, "fr") == "from_tomorrow"
    with pytest.raises(Unsayable, match="missing_language"):
        say_reason("paid", {}, "de")
