"""The reasons of a proposal, in words: every code, in each language, with parameters and without."""

from __future__ import annotations

from decimal import Decimal

import pytest

from acquit.core.matching.facts import MATCH_REASON_CODES
from acquit.wording import Unsayable
from acquit.wording.short_reasons import say_match_reasons, short_words

LANGUAGES = ("fr", "en")
ALL = {
    "invoices": ("F-1", "F-2"), "count": 2, "percent": "86", "amount": "120.00", "currency": "EUR",
    "kind": "belgian", "until": "2026-11-30",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language: str) -> None:
    assert set(short_words("match", language)) == MATCH_REASON_CODES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("params", [ALL, {}, {"invoices": ["A"], "count": 1}])
def test_each_is_a_few_words_that_can_stand_in_a_list(language: str, params: dict[str, object]) -> None:
    for code in MATCH_REASON_CODES:
        said = say_match_reasons([("amount_exact", {}), (code, params)], language)
        assert said[0].isupper()
        assert len(said) < 70
        assert not said.endswith((".", " ", ","))
        for wrong in ("None", "  ", "()", "_"):
            assert wrong not in said


def test_as_a_person_reads_them() -> None:
    named = ("short_number_named", {"invoices": ("F-2026-0902", "F-2026-0917"), "count": 2})
    assert say_match_reasons([named], "fr") == "Deux numéros de facture dans le libellé"
    reasons = [("reference_exact", {"kind": "rf"}), ("amount_exact", {})]
    assert say_match_reasons(reasons, "fr") == "Référence RF exacte, montant exact"
    reasons = [("sum_exact", {"count": 5}), ("iban_known", {}), ("name_alike", {"percent": 86})]
    assert (
        say_match_reasons(reasons, "fr")
        == "Somme exacte de 5 factures, IBAN connu, nom ressemblant (86\u00a0%)"
    )
    part = ("part", {"amount": Decimal(120), "currency": "EUR"})
    assert say_match_reasons([part], "fr") == "Reste 120,00\u00a0€"
    assert say_match_reasons([part], "en") == "Leaves €120.00"
    assert say_match_reasons([("discount", {"percent": Decimal("1.5")})], "fr") == "Escompte de 1,5\u00a0%"


def test_a_code_of_a_newer_version_is_shown_as_it_is() -> None:
    assert say_match_reasons([("read_in_the_stars", {})], "fr") == "Read_in_the_stars"


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(Unsayable):
        say_match_reasons([], "xx")
