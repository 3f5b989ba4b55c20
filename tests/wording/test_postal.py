"""Addresses made to fit, and letters read back to see that they stand in the window."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acquit.wording import Unsayable, render
from acquit.wording.facts import Attachment
from acquit.wording.letter import letter_pdf
from acquit.wording.postal import MOST_LINES, WIDTH, AddressDoesNotFit, window_address
from acquit.wording.window import window_of
from tests.fixtures.machine import need
from tests.wording.letters import NOTICE

_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
_MM = 25.4 / 72


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["SOCIÉTÉ DES ÉTABLISSEMENTS MARTIN ET COMPAGNIE FRÈRES", "1 rue X", "75001 Paris"],
         ("STE DES ETS MARTIN ET COMPAGNIE FRERES", "1 RUE X", "75001 PARIS")),
        (["Syndicat intercommunal de l’adduction d’eau de la vallée", "1 rue X", "75001 Paris"],
         ("SYNDICAT INTERCOMMUNAL DE L ADDUCTION", "D EAU DE LA VALLEE", "1 RUE X", "75001 PARIS")),
        (["Cœur & Fils", "", "12, avenue de l'Opéra", "75001 Paris Cedex 01"],
         ("COEUR & FILS", "12 AVENUE DE L OPERA", "75001 PARIS CEDEX 01")),
        (["Kerleau", "12 rue du Port", "CS 30342", "Résidence des Pins", "À l’attention de Mme Le Goff",
          "29200 Brest"],
         ("KERLEAU", "A L ATTENTION DE MME LE GOFF", "RESIDENCE DES PINS", "12 RUE DU PORT", "CS 30342",
          "29200 BREST")),
        (["Kerleau", "2e étage", "Bât. B", "Esc. 3", "12 bis rue du Port", "BP 4", "29200 Brest"],
         ("KERLEAU", "2E ETAGE BAT B ESC 3", "12 BIS RUE DU PORT", "BP 4", "29200 BREST")),
        (["A", "Boulevard du Maréchal de Lattre de Tassigny", "29200 Brest"],
         ("A", "BD DU MARECHAL DE LATTRE DE TASSIGNY", "29200 BREST")),
        (["A", "Le Bourg", "97400 Saint-Denis"], ("A", "LE BOURG", "97400 SAINT DENIS")),
    ],
)  # fmt: skip
def test_an_address_is_made_to_fit_the_window(lines, expected):
    assert window_address(lines) == expected


@pytest.mark.parametrize(
    ("country", "sender", "language", "last"),
    [
        ("DE", "FR", "fr", "ALLEMAGNE"), ("FR", "DE", "de", "FRANKREICH"), ("DE", "DE", "de", "10115 BERLIN"),
        ("DE", "FR", "en", "GERMANY"), ("CH", "FR", "fr", "SUISSE"), ("DE", "FR", "xx", "ALLEMAGNE"),
    ],
)  # fmt: skip
def test_abroad_the_country_stands_last_in_the_senders_language(country, sender, language, last):
    lines = ["Muster GmbH", "1 Hauptstraße", "10115 Berlin"]
    assert window_address(lines, country, sent_from=sender, language=language)[-1] == last


def test_overseas_france_is_not_abroad():
    assert window_address(["A", "1 rue X", "97400 Saint-Denis"], "RE")[-1] == "97400 SAINT DENIS"


@pytest.mark.parametrize(
    ("lines", "because"),
    [
        ([], "no street"), (["A"], "no street"), (["A", "Rue X"], "postcode"),
        (["A", "rue X", "Paris"], "postcode"),
        (["A", "B", "Rue C", "D", "E", "F", "75001 Paris"], "7 lines"),
        (["A", "b" * 39, "75001 Paris"], "longer than 38"),
        (["A", "12 chemin du moulin de la grande rivière qui chante", "29200 Brest"], "longer than 38"),
        (["Κερλεώ", "1 rue X", "75001 Paris"], "Latin"),
    ],
)  # fmt: skip
def test_f16_an_address_that_does_not_fit_says_why_and_is_never_cut(lines, because):
    with pytest.raises(AddressDoesNotFit, match=because) as error:
        window_address(lines)
    assert isinstance(error.value, Unsayable)


@settings(max_examples=50)
@given(
    st.lists(st.text("ABé,'-12 ", min_size=1, max_size=60), min_size=1, max_size=7),
    st.text("ABC ", min_size=1),
)
def test_what_is_printed_fits_or_is_refused_and_loses_no_word_of_a_name(lines, city):
    try:
        printed = window_address([*lines, f"29200 A{city}"])
    except AddressDoesNotFit:
        return
    assert len(printed) <= MOST_LINES
    assert all(0 < len(line) <= WIDTH for line in printed)
    assert window_address(printed) == printed


def _words(pdf: bytes, tmp_path) -> list[tuple[str, float, float, float, float]]:
    """Return the words of the first page and their boxes, in millimetres."""
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf)
    run = ["pdftotext", "-bbox", "-f", "1", "-l", "1", str(path), "-"]
    found = _WORD.findall(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
    return [(word, *(float(edge) * _MM for edge in box)) for *box, word in found]


_NOISY = replace(NOTICE.creditor, name="Société " * 12, address=("une adresse " * 12,), legal_form="S" * 90)


@pytest.mark.parametrize("country", ["FR", "DE", "AT", "CH", "NL", "BE"])
@pytest.mark.parametrize("creditor", [NOTICE.creditor, _NOISY], ids=["drawn", "noisy"])
def test_only_the_address_stands_in_the_window(country, creditor, tmp_path):
    need(None if shutil.which("pdftotext") else "poppler-utils is not installed")
    lines = ("Électro Mistral SAS", "À l’attention du dirigeant", "Bâtiment B",
             "240, rue du Grand Gigognan", "BP 40", "84000 Avignon")  # fmt: skip
    facts = replace(
        NOTICE, creditor=creditor, recipient=replace(NOTICE.recipient, address=lines, country=country),
        attachments=(Attachment(name="a.pdf", content=b""),) * 3,
    )  # fmt: skip
    words = _words(letter_pdf(render("formal_notice", facts, "fr"), facts), tmp_path)
    window = window_of(country)
    inside = [
        (word, left, top, right, bottom)
        for word, left, top, right, bottom in words
        if right > window.left and left < window.left + window.width
        and bottom > window.top and top < window.top + window.height
    ]  # fmt: skip
    abroad = {
        "FR": "",
        "DE": "ALLEMAGNE",
        "AT": "AUTRICHE",
        "CH": "SUISSE",
        "NL": "PAYS BAS",
        "BE": "BELGIQUE",
    }
    expected = (
        "ELECTRO MISTRAL SAS A L ATTENTION DU DIRIGEANT BATIMENT B 240 RUE DU GRAND GIGOGNAN BP 40 "
        f"84000 AVIGNON {abroad[country]}"
    )
    assert [word for word, *_ in inside] == expected.split()
    for _, left, top, right, bottom in inside:
        assert window.left <= left < right <= window.left + window.width
        assert window.top <= top < bottom <= window.top + window.height
