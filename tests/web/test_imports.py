"""« Imports »: a file is looked at, read as a person says, agreed to; refused lines are corrected."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from acquit.store.accounts.models import Account, Contact, User
from acquit.store.cases.models import Task
from acquit.store.ledger.models import (
    ColumnMapping,
    Invoice,
    Payment,
    QuarantinedRow,
    SourceFile,
    WaitingFile,
)
from acquit.web.imports import views
from tests.flows import world
from tests.web.pages import Visitor, assert_fragment_is_part, part, soup, text_of

INVOICES = """Code client;Raison sociale;N° facture;Date facture;Échéance;Montant TTC
C01;Électro Mistral;F-101;13/10/2026;13/11/2026;1 240,50
C01;Électro Mistral;F-102;14/10/2026;14/11/2026;300,00
C02;Cuisines Arvor;F-103;15/10/2026;31/11/2026;90,00
C02;Cuisines Arvor;F-104;16/10/2026;16/11/2026;1.240,5O
"""
CONTACTS = """Code client;Contact;E-mail
C01;Mme Nadia Ferrand;nadia@mistral.example
"""


@pytest.fixture(autouse=True)
def _first_try():
    cache.clear()


@pytest.fixture
def visitor(founded):
    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    return visitor


@pytest.fixture
def creditor(founded):
    with founded.open():
        return world.ready_creditor(founded.id)


def hand_in(visitor, *files):
    """Hand files in as a browser does, and return the page that follows."""
    given = [
        SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text) for name, text in files
    ]
    answer = visitor.post("/imports/", {"files": given})
    assert answer.status_code == 303, text_of(soup(answer))
    return answer.headers["Location"]


def rows_of(page, section):
    return [text_of(row) for row in page.select(f"{section} tbody tr")]


def test_looking_writes_nothing_of_the_file(visitor, creditor, founded):
    at = hand_in(visitor, ("factures.csv", INVOICES))
    page = soup(visitor.get(at))
    said = text_of(page)
    assert "Liste de factures · 4 lignes lues" in said
    assert "Clients 1 0 0" in said
    assert "Factures 2 0 0" in said
    assert "1 540,50 €" in said.replace("\u202f", " ").replace("\u00a0", " ")
    assert "31/11/2026" in said
    assert "2 à corriger" in said
    with founded.open():
        assert not Invoice.objects.exists()
        assert not SourceFile.objects.exists()
        assert WaitingFile.objects.count() == 1


def test_agreeing_imports_what_was_looked_at(visitor, creditor, founded):
    at = hand_in(visitor, ("factures.csv", INVOICES))
    answer = visitor.post(f"{at}importer/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs ORDER BY id")
        assert cursor.fetchall() == [("tick_organisation",), ("settle_import",)]
    with founded.open():
        assert Invoice.objects.count() == 2
        file = SourceFile.objects.get()
        assert file.received_by_id == founded.user_id
        assert not WaitingFile.objects.exists()
        assert Account.objects.filter(look_at__isnull=False).exists()
    assert answer.headers["Location"] == f"/imports/{file.pk}/"
    page = assert_fragment_is_part(visitor, f"/imports/{file.pk}/", "liste")
    assert len(page.select("#liste tbody tr")) == 2
    raw = visitor.get(f"/imports/{file.pk}/brut/")
    assert raw.content == INVOICES.encode()
    history = assert_fragment_is_part(visitor, "/imports/", "liste")
    assert "2 lignes" in text_of(part(history, "#liste tbody tr"))
    assert visitor.post(f"{at}importer/").status_code == 404


def test_the_same_file_again_says_so(visitor, creditor, founded):
    visitor.post(f"{hand_in(visitor, ('factures.csv', INVOICES))}importer/")
    page = soup(visitor.get(hand_in(visitor, ("factures.csv", INVOICES))))
    assert "a déjà été importé" in text_of(page)


def test_several_files_go_in_one_after_the_other_clients_first(visitor, creditor, founded):
    at = hand_in(visitor, ("contacts.csv", CONTACTS), ("factures.csv", INVOICES))
    page = soup(visitor.get(at))
    assert "factures.csv" in text_of(part(page, "h1"))
    assert "fichier 1 sur 2" in text_of(page)
    after = visitor.post(f"{at}importer/").headers["Location"]
    page = soup(visitor.get(after))
    assert "contacts.csv" in text_of(part(page, "h1"))
    assert "Contacts 1 0 0" in text_of(page)
    visitor.post(f"{after}importer/")
    with founded.open():
        assert Contact.objects.filter(email="nadia@mistral.example").exists()


def test_a_file_can_be_given_up(visitor, creditor, founded):
    at = hand_in(visitor, ("factures.csv", INVOICES))
    assert visitor.post(f"{at}abandonner/").headers["Location"] == "/imports/"
    with founded.open():
        assert not WaitingFile.objects.exists()


def test_a_column_can_be_read_as_another_field(visitor, creditor, founded):
    text = (
        "Code client;Raison sociale;N° facture;Date facture;Échéance;Montant TTC;Truc\n"
        "C01;Électro Mistral;F-101;13/10/2026;13/11/2026;1240,50;Bon 42\n"
    )
    at = hand_in(visitor, ("factures.csv", text))
    page = soup(visitor.get(at))
    chosen = {
        select["name"]: (select.select_one("option[selected]") or {"value": ""})["value"]
        for select in page.select("select[name]")
    }
    assert chosen["column-6"] == ""
    visitor.post(f"{at}relire/", {**chosen, "column-6": "reference"})
    page = soup(visitor.get(at))
    assert part(page, "select[name=column-6] option[selected]")["value"] == "reference"
    visitor.post(f"{at}importer/")
    with founded.open():
        assert ColumnMapping.objects.get().columns == {"reference": "Truc"}
    page = soup(visitor.get(hand_in(visitor, ("factures-dec.csv", text.replace("F-101", "F-201")))))
    assert part(page, "select[name=column-6] option[selected]")["value"] == "reference"


def test_a_column_can_be_left_out(visitor, creditor, founded):
    at = hand_in(visitor, ("contacts.csv", "Code client;Raison sociale;E-mail\nC01;Mistral;a@b.example\n"))
    visitor.post(
        f"{at}relire/",
        {"kind": "contacts", "column-0": "external_id", "column-1": "", "column-2": "email"},
    )
    page = soup(visitor.get(at))
    assert not page.select("select[name=column-1] option[selected]")


def test_a_question_is_asked_and_its_answer_holds(visitor, creditor, founded):
    text = (
        "Code client;Raison sociale;N° facture;Date facture;Échéance;Montant TTC\n"
        "C01;Mistral;F-101;03/04/2026;05/06/2026;10,00\n"
    )
    at = hand_in(visitor, ("factures.csv", text))
    page = soup(visitor.get(at))
    assert part(page, "input[name=date_order][checked]")["value"] == "dmy"
    chosen = {
        select["name"]: (select.select_one("option[selected]") or {"value": ""})["value"]
        for select in page.select("select[name]")
    }
    visitor.post(f"{at}relire/", {**chosen, "date_order": "mdy"})
    visitor.post(f"{at}importer/")
    with founded.open():
        assert Invoice.objects.get().issued_on.isoformat() == "2026-03-04"


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "C’est une image"), ("bonjour\n", "n’est d’aucun format connu")],
)
def test_a_file_that_says_nothing_is_refused_with_its_cause(visitor, creditor, founded, content, said):
    at = hand_in(visitor, ("photo.csv", content))
    page = soup(visitor.get(at))
    notice = text_of(part(page, ".acq-notice[data-tone=danger]"))
    assert said in notice
    assert re.search(r"Ce fichier est refusé\. [A-ZÉÀ]", notice), notice
    assert not page.select("form[action$='importer/']")
    visitor.post(f"{at}importer/")
    with founded.open():
        assert not SourceFile.objects.exists()


def test_an_empty_a_missing_and_a_huge_file_are_refused_at_the_door(visitor, creditor, founded, monkeypatch):
    empty = visitor.post("/imports/", {"files": [SimpleUploadedFile("vide.csv", b"")]})
    assert "vide.csv est vide" in text_of(part(soup(empty), ".acq-notice"))
    assert "Choisissez un fichier." in text_of(part(soup(visitor.post("/imports/", {})), ".acq-notice"))
    monkeypatch.setattr(views, "MOST_BYTES", 10)
    huge = visitor.post("/imports/", {"files": [SimpleUploadedFile("gros.csv", b"x" * 11)]})
    assert "la limite est de" in text_of(part(soup(huge), ".acq-notice"))
    with founded.open():
        assert not WaitingFile.objects.exists()


@pytest.fixture
def refused(visitor, creditor, founded):
    """The two refused lines of an imported file, in their order."""
    visitor.post(f"{hand_in(visitor, ('factures.csv', INVOICES))}importer/")
    with founded.open():
        return list(QuarantinedRow.objects.order_by("line"))


def test_a_refused_line_is_corrected_and_goes_in(visitor, refused, founded):
    page = soup(visitor.get(f"/imports/ligne/{refused[0].pk}/"))
    wrong = part(page, "input[aria-invalid]")
    assert wrong["value"] == "31/11/2026"
    cells = {field["name"]: field["value"] for field in page.select("input[name^=cell-]")}
    still = soup(visitor.post(f"/imports/ligne/{refused[0].pk}/", {**cells, wrong["name"]: "32/11/2026"}))
    assert "encore refusée" in text_of(still)
    assert part(still, f"input[name={wrong['name']}]")["value"] == "32/11/2026"
    answer = visitor.post(f"/imports/ligne/{refused[0].pk}/", {**cells, wrong["name"]: "30/11/2026"})
    assert answer.status_code == 303
    with founded.open():
        assert Invoice.objects.filter(number="F-103", amount=Decimal(90)).exists()
    assert visitor.post(f"/imports/ligne/{refused[0].pk}/", cells).status_code == 303
    assert "déjà été corrigée" in text_of(part(soup(visitor.get("/imports/")), "#avis"))


def test_a_refused_line_can_be_dropped(visitor, refused, founded):
    visitor.post(f"/imports/ligne/{refused[1].pk}/ecarter/")
    with founded.open():
        assert QuarantinedRow.objects.get(pk=refused[1].pk).resolution == "dropped"


def test_the_refused_lines_are_handed_over_inert(visitor, refused, founded):
    with founded.open():
        row = refused[0]
        QuarantinedRow.objects.filter(pk=row.pk).update(row={**row.row, "N° facture": "=cmd|' /C calc'!A0"})
    text = visitor.get(f"/imports/{refused[0].file_id}/lignes.csv").content.decode("utf-8-sig")
    assert "'=cmd" in text
    assert ";=cmd" not in text


def test_another_organisation_s_files_are_not_there(visitor, refused, found, founded):
    at = hand_in(visitor, ("contacts.csv", CONTACTS))
    theirs = found("Autre")
    other = Visitor(headers={"Accept-Language": "fr"})
    other.force_login(User.objects.get(pk=theirs.user_id))
    file = refused[0].file_id
    for address in (at, f"/imports/{file}/", f"/imports/{file}/brut/", f"/imports/{file}/lignes.csv",
                    f"/imports/ligne/{refused[0].pk}/"):  # fmt: skip
        assert other.get(address).status_code == 404, address
    row = f"/imports/ligne/{refused[0].pk}/"
    for address in (f"{at}relire/", f"{at}importer/", f"{at}abandonner/", f"{row}ecarter/", row):
        assert other.post(address).status_code == 404, address
    with founded.open():
        assert WaitingFile.objects.exists()
    assert not other.get("/imports/").content.count(b"factures.csv")


def test_a_file_that_nobody_agreed_to_is_forgotten(visitor, creditor, founded):
    hand_in(visitor, ("contacts.csv", CONTACTS))
    with founded.open():
        WaitingFile.objects.update(received_at=datetime(2026, 1, 1, tzinfo=UTC))
    hand_in(visitor, ("factures.csv", INVOICES))
    with founded.open():
        assert [one.name for one in WaitingFile.objects.all()] == ["factures.csv"]


def test_the_pages_cost_few_queries(visitor, refused, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        visitor.get("/imports/")
    with django_assert_max_num_queries(25):
        visitor.get(f"/imports/{refused[0].file_id}/")


def test_whether_a_list_is_complete_is_asked_and_remembered(visitor, founded):
    rows = [f"C{n};Client {n};FA-{n};01/10/2026;31/10/2026;100,00" for n in range(10)]
    head = "Code client;Nom client;N° facture;Date facture;Échéance;Montant TTC"

    address = hand_in(visitor, ("factures.csv", "\n".join([head, *rows])))
    page = soup(visitor.get(address))
    assert part(page, "input[name=complete][checked]")["value"] == "no"
    assert "toutes les factures ouvertes" in text_of(part(page, "main"))
    visitor.post(f"{address}relire/", {"kind": "invoices", "complete": "yes", **columns(page)})
    visitor.post(f"{address}importer/")
    address = hand_in(visitor, ("factures.csv", "\n".join([head, *rows[:5]])))
    page = soup(visitor.get(address))
    assert part(page, "input[name=complete][checked]")["value"] == "yes"
    assert "5 pièces ouvertes manquent à cette liste" in text_of(part(page, "main")).replace("\u00a0", " ")
    visitor.post(f"{address}importer/")
    with founded.open():
        task = Task.objects.get(kind="incomplete_list")
        assert Invoice.objects.filter(missing_since__isnull=False).count() == 5
    page = soup(visitor.get(f"/a-traiter/alerte/{task.pk}/"))
    assert "5 factures ou avoirs ouverts manquent" in text_of(part(page, "#lecture"))
    assert visitor.post(f"/a-traiter/alerte/{task.pk}/liste/", {"complete": "yes"}).status_code == 303
    with founded.open():
        assert Payment.objects.filter(kind="vanished").count() == 5
        assert Task.objects.get(pk=task.pk).closed_at is not None


def columns(page):
    """Return the columns as the page reads them, as its form sends them."""
    selects = page.select("select[name^=column-]")
    return {one["name"]: next((o["value"] for o in one.select("option[selected]")), "") for one in selects}
