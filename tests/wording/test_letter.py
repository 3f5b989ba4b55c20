"""Letters read back from their PDF, by people's tools."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from acquit.core.money import Money
from acquit.wording import render
from acquit.wording.facts import Attachment, Debtor, MessageFacts
from acquit.wording.letter import BatchLetter, letter_pdf, print_batch
from acquit.wording.lint import lint_formal_notice
from acquit.wording.transfer import epc_payload
from tests.fixtures.machine import need
from tests.wording.letters import FACTS, NOTICE, TODAY, line

MM = 72 / 25.4
A4_HEIGHT = 297


def _pdf(facts: MessageFacts, key: str = "formal_notice", language: str = "fr") -> bytes:
    return letter_pdf(render(key, facts, language), facts)


def _text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_the_notice_reads_as_drawn():
    text = " ".join(_text(_pdf(NOTICE)).split())
    for words in (
        "Lettre recommandée avec avis de réception n° …",
        "ELECTRO MISTRAL SAS A L ATTENTION DU DIRIGEANT 240 RUE DU GRAND GIGOGNAN 84000 AVIGNON",
        "Villeurbanne, le 23 novembre 2026",
        "Objet : mise en demeure de payer la somme de 31 994,43 €",
        "Malgré nos rappels des 24 septembre, 8 octobre et 2 novembre 2026",
        "Nous vous mettons en demeure de payer cette somme dans un délai de huit jours",
        "IBAN FR76 3000 6000 0112 3456 7890 189",
        "Référence RF83 FA20 2600 42",
        "Hélène Vasseur Directrice administrative et financière",
        "SAS au capital de 480 000 € · 732 829 320 RCS Lyon · TVA FR44732829320 · Page 1/1",
    ):
        assert words in text


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
@pytest.mark.parametrize("layout", [(), ("-layout",)])
def test_pdftotext_finds_every_mention_of_the_checklist(layout, tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(_pdf(NOTICE))
    run = subprocess.run(["pdftotext", *layout, str(path), "-"], capture_output=True, text=True, check=True)
    assert lint_formal_notice(run.stdout, NOTICE) == []


def test_the_address_stands_in_the_window_whatever_is_above_it():
    noisy = replace(
        NOTICE,
        creditor=replace(
            NOTICE.creditor, name="Société " * 12, address=("une adresse " * 12,), legal_form="S" * 90
        ),
        attachments=(Attachment(name="a.pdf", content=b""),) * 3,
    )
    for facts in (NOTICE, noisy):
        places = _places(_pdf(facts))
        for words in ("ELECTRO MISTRAL SAS", "84000 AVIGNON"):
            left, top = places[words]
            assert 110 <= left <= 114
            assert 55 <= top <= 88


def _places(pdf: bytes) -> dict[str, tuple[float, float]]:
    """Return where each text begins on the first page, in millimetres from left and top."""
    found: dict[str, tuple[float, float]] = {}

    def visit(words, user, matrix, *_):
        x = matrix[4] * user[0] + matrix[5] * user[2] + user[4]
        y = matrix[4] * user[1] + matrix[5] * user[3] + user[5]
        if words.strip():
            found.setdefault(words.strip(), (x / MM, A4_HEIGHT - y / MM))

    PdfReader(BytesIO(pdf)).pages[0].extract_text(visitor_text=visit)
    return found


def test_it_is_archivable_with_its_fonts_inside():
    pdf = _pdf(NOTICE)
    reader = PdfReader(BytesIO(pdf))
    assert b"pdfaid:part" in pdf or "pdfaid" in str(reader.xmp_metadata.rdf_root.toxml())
    fonts = reader.pages[0]["/Resources"]["/Font"].get_object().values()
    names = [font.get_object()["/BaseFont"] for font in fonts]
    assert names
    assert all("Inter" in name for name in names)
    assert pdf == _pdf(NOTICE)


def test_f57_code_in_a_name_is_printed_as_it_is():
    name = '#panic("x") $x^2$ =HYPERLINK("a") <script> {{7*7}} *b* \\ "q" [x]'
    hostile = replace(NOTICE, debtor=Debtor(name=name, external_id=name), lines=(line(name, "10.00"),))
    text = "".join(_text(_pdf(hostile)).split())
    assert "".join(name.split()) in text


def test_a_hundred_invoices_go_on_over_pages_with_one_total():
    long = replace(NOTICE, lines=tuple(line(f"F-{n:04}", "33.333") for n in range(120)))
    pdf = _pdf(long)
    pages = len(PdfReader(BytesIO(pdf)).pages)
    text = _text(pdf)
    assert pages > 2
    assert f"Page {pages}/{pages}" in text
    assert "F-0119" in text
    assert "3\u202f999,60\u00a0€" in text or "3 999,60 €" in text


def test_the_code_pays_the_sum_of_the_letter():
    zxingcpp = pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    need(None if shutil.which("pdftoppm") else "poppler-utils is not installed")
    png = subprocess.run(
        ["pdftoppm", "-r", "150", "-png"], input=_pdf(NOTICE), capture_output=True, check=True
    ).stdout
    read = zxingcpp.read_barcodes(image.open(BytesIO(png)))
    assert [code.text.split("\n") for code in read] == [
        ["BCD", "002", "1", "SCT", "AGRIFRPP", "Valmeric Industrie", "FR7630006000011234567890189",
         "EUR31994.43", "", "RF83FA20260042"],
    ]  # fmt: skip


def test_two_currencies_or_no_account_have_no_code():
    pays = {"name": "A", "iban": "FR7630006000011234567890189"}
    assert epc_payload(**pays, amount=Decimal("0.00")) is None
    assert epc_payload(**pays, amount=Decimal(1000000000)) is None
    text = epc_payload(**pays, amount=Decimal(1), reference="F 12")
    assert text is not None
    assert text.split("\n")[-2:] == ["", "F 12"]
    dollars = replace(NOTICE, lines=(line("F-1", "5.00", currency="USD"),), penalties=None)
    assert b"/Subtype" in _pdf(dollars)


def test_a_batch_is_in_the_order_of_the_envelopes_behind_its_cover_list():
    long = replace(NOTICE, lines=tuple(line(f"F-{n}", "10.00") for n in range(60)))
    letters = [
        BatchLetter(
            pdf=_pdf(NOTICE), recipient="Électro Mistral SAS, 240 rue X, 84000 Avignon", account="4110"
        ),
        BatchLetter(
            pdf=_pdf(long), recipient="Kerleau, 12 rue du Port, 29200 Brest", account="4111", registered=True
        ),
    ]
    reader = PdfReader(BytesIO(print_batch(letters, on=TODAY)))
    pages = [page.extract_text() for page in reader.pages]
    second = len(PdfReader(BytesIO(letters[1].pdf)).pages)
    assert len(pages) == 1 + 1 + second
    cover = " ".join(pages[0].split())
    assert f"2 lettres, {1 + second} pages" in cover
    assert "1 Électro Mistral SAS 84000 Avignon simple 1 4110" in cover
    assert f"2 Kerleau 29200 Brest recommandé {second} 4111" in cover
    assert "31 994,43 €" in " ".join(pages[1].split())


def test_a_reminder_on_paper_is_signed_by_its_sender_and_not_registered():
    text = _text(_pdf(FACTS, "firm"))
    assert "recommandée" not in text
    assert "Claire Besson" in text
    assert "Hélène" not in text


def test_the_checklist_finds_what_is_missing_and_what_must_go():
    text = _text(_pdf(NOTICE))
    assert lint_formal_notice(text, NOTICE) == []
    assert "Il manque : la sommation de payer" in lint_formal_notice(
        text.replace("mettons en demeure", "prions"), NOTICE
    )
    assert "Il manque : l’IBAN" in lint_formal_notice(text.replace("3000", ""), NOTICE)
    assert "Il manque : l’échéance (F-2026-0854)" in lint_formal_notice(
        text.replace("16\u00a0oct.", "").replace("16 oct.", ""), NOTICE
    )
    assert "À retirer : « huissier »" in lint_formal_notice(f"{text} Un huissier viendra.", NOTICE)
    assert "À retirer : « saisie »" in lint_formal_notice(f"{text} Saisie de vos biens.", NOTICE)
    assert "À retirer : « interrompt la prescription »" in lint_formal_notice(
        f"{text} Cette lettre interrompt la prescription.", NOTICE
    )


def test_the_checklist_names_every_blank_of_the_letterhead():
    bare = replace(NOTICE, creditor=replace(NOTICE.creditor, legal_form=None, signatory=None))
    problems = lint_formal_notice(_text(_pdf(bare)), bare)
    assert problems == [
        "Il manque : la forme de la société créancière",
        "Il manque : le capital de la société créancière",
        "Il manque : le signataire",
        "Il manque : la qualité du signataire",
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_f54_the_notice_to_a_consumer_claims_the_principal_alone(language):
    consumer = replace(NOTICE, debtor=Debtor(name="Électro Mistral SAS", kind="consumer"))
    text = _text(_pdf(consumer, "consumer_formal_notice", language))
    assert lint_formal_notice(text, consumer, language) == []
    business = _text(_pdf(NOTICE, "formal_notice", language))
    assert lint_formal_notice(business, consumer, language)


def test_the_english_notice_passes_its_own_checklist():
    assert lint_formal_notice(_text(_pdf(NOTICE, language="en")), NOTICE, "en") == []


def test_domain_example_the_principal_of_two_invoices_is_their_sum():
    two = replace(NOTICE, lines=(line("F-1", "4380.00", 52), line("F-2", "6210.00", 33)), penalties=None)
    assert two.totals == (Money(Decimal("10590.00"), "EUR"),)
    assert "10 590,00 €" in " ".join(_text(_pdf(two)).split())
