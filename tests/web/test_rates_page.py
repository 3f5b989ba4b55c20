"""« Réglages → Taux », and the same from the command line."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from typer.testing import CliRunner

from acquit.cli import app
from acquit.store.accounts.models import Creditor, User
from acquit.store.law.models import LegalRate
from tests.flows import world
from tests.web.pages import Visitor, part, soup, text_of

NOW = datetime(2026, 12, 10, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
FIELDS = {"series": "ecb", "semester": "2027 S1", "percent": "2,40", "source": "BCE, 1er janvier 2027",
          "read_on": "2026-12-10"}  # fmt: skip


@pytest.fixture(autouse=True)
def _december():
    cache.clear()
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def visitor(founded):
    with founded.open():
        world.ready_creditor(founded.id)
    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    return visitor


def test_what_is_missing_soon_is_named_and_can_be_entered(visitor, founded):
    words = text_of(soup(visitor.get("/reglages/taux/")))
    assert "Taux de refinancement de la BCE · 2027 S1" in words
    assert "Dans 22 jours" in words
    assert "lu dans une seule source" in words
    assert visitor.post("/reglages/taux/saisir/", FIELDS).status_code == 303
    words = text_of(soup(visitor.get("/reglages/taux/")))
    assert "saisi par vous" in words
    assert "Taux de refinancement de la BCE · 2027 S1" not in words
    with founded.open():
        kept = LegalRate.objects.get()
        assert (str(kept.percent), kept.replaces, kept.entered_by_id) == ("2.4000", False, founded.user_id)
    assert visitor.post(f"/reglages/taux/{kept.pk}/retirer/").status_code == 303
    with founded.open():
        assert not LegalRate.objects.exists()


def test_a_source_is_told_in_french_beside_its_own_words_and_its_page(visitor):
    page = soup(visitor.get("/reglages/taux/"))
    words = text_of(page)
    assert "Banque fédérale d’Allemagne, taux de base du code civil allemand (BGB, § 247)" in words
    assert "Deutsche Bundesbank, § 247 BGB" in words
    links = {a["href"] for a in page.select("section[aria-labelledby^=serie-] .card-header a")}
    assert any("ecb.europa.eu" in link for link in links)
    assert len(links) == 6  # both columns of the French legal rate are on one page


def test_the_address_of_a_page_given_as_source_is_a_link_and_nothing_else_is(visitor):
    for source, linked in (("https://example.org/taux", True), ("javascript:alert(1)", False)):
        assert visitor.post("/reglages/taux/saisir/", FIELDS | {"source": source}).status_code == 303
        links = {a["href"] for a in soup(visitor.get("/reglages/taux/")).select("td a")}
        assert (source in links) is linked


def test_every_article_is_named_with_what_it_was_read_from(visitor):
    page = soup(visitor.get("/reglages/taux/"))
    texts = part(page, "#textes")
    assert part(texts, "details[open] summary").get_text() == "France · 4 à confirmer"
    french = text_of(part(texts, "details[open]")).replace("\u00a0", " ")
    assert "art. D441-5 C. com. (décret 2021-211)" in french
    assert "directive 2011/7/UE" in french
    assert len(texts.select("details")) == 11
    assert "Royaume-Uni · 2 à confirmer" in text_of(texts)


def test_a_contradiction_asks(visitor, founded):
    other = FIELDS | {"semester": "2026 S2", "percent": "2.15"}
    words = text_of(soup(visitor.post("/reglages/taux/saisir/", other)))
    assert "Le logiciel connaît 2,40" in words
    with founded.open():
        assert not LegalRate.objects.exists()
    assert visitor.post("/reglages/taux/saisir/", other | {"confirmed": "on"}).status_code == 303
    with founded.open():
        assert LegalRate.objects.get().replaces


@pytest.mark.parametrize("wrong", [{"percent": "beaucoup"}, {"semester": "2027"}, {"source": ""}])
def test_what_is_no_rate_is_refused(visitor, founded, wrong):
    assert visitor.post("/reglages/taux/saisir/", FIELDS | wrong).status_code == 200
    with founded.open():
        assert not LegalRate.objects.exists()


def test_a_file_of_rates_is_taken_whole_or_not(visitor, founded, tmp_path):
    head = "series;semester;percent;source;read_on\n"
    good = head + "ecb;2027 S1;2,40;BCE;2027-01-02\nfr_legal;2027-S1;2.60;arrêté;2027-01-02\n"
    bad = good + "ecb;2027;x;;\n"
    for text, count in ((bad, 0), (good, 2)):
        file = SimpleUploadedFile("taux.csv", text.encode())
        assert visitor.post("/reglages/taux/importer/", {"file": file}).status_code == 303
        with founded.open():
            assert LegalRate.objects.count() == count
            LegalRate.objects.all().delete()
    (tmp_path / "taux.csv").write_text(bad)
    refused = CliRunner().invoke(app, ["rates", "--import", str(tmp_path / "taux.csv")])
    assert "line 4" in str(refused.exception)
    (tmp_path / "taux.csv").write_text(good)
    done = CliRunner().invoke(app, ["rates", "--import", str(tmp_path / "taux.csv")])
    assert "2 rates entered" in done.stdout
    assert "2027 S1     2.40 %  entered: BCE" in done.stdout
    assert "Missing in 22 days: de_base 2027 S1" in done.stdout


def test_a_clause_below_the_floor_is_reported(visitor, founded):
    for rate, reported in (("8.00", True), ("8.25", False)):
        with founded.open():
            Creditor.objects.update(contract_rate=rate)
        assert ("inférieur au minimum légal" in text_of(soup(visitor.get("/reglages/")))) is reported
