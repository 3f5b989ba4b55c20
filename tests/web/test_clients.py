"""The list of clients and the page of one: what they show, to whom, and at what cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from acquit.store.accounts.models import User
from acquit.store.cases.models import Decision
from acquit.store.ledger.models import Invoice
from tests.web.pages import Visitor, assert_fragment_is_part, part, soup, text_of
from tests.web.worlds import SENT_HTML, Company, company

MOST_QUERIES = 20


@pytest.fixture
def valmeric(founded) -> Company:
    with founded.open():
        return company(founded)


@pytest.fixture
def claire(valmeric) -> Visitor:
    visitor = Visitor()
    visitor.force_login(User.objects.get(pk=valmeric.world.user_id))
    return visitor


def read(tag) -> str:
    """Return what is read, with plain spaces."""
    return text_of(tag).replace("\u00a0", " ").replace("\u202f", " ")


def names(page) -> list[str]:
    return [text_of(name) for name in page.select("tr[data-row] a.acq-name")]


def page_of(claire: Visitor, account, **asked):
    return soup(claire.get(reverse("accounts:account", args=[account.pk]), asked))


def test_the_list_is_in_the_order_of_names_without_their_accents(claire):
    assert names(soup(claire.get("/clients/"))) == [
        "Bâti-Sud Construction",
        "Commune de Saint-Aubrac",
        "Électricité Dupont",
        "Électro Mistral",
        "Menuiserie Gardet",
        "Obras de Lisboa",
        "Transports Kerleau",
    ]


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        ("bati", ["Bâti-Sud Construction"]),
        ("ÉLEC", ["Électricité Dupont", "Électro Mistral"]),
        ("kerl", ["Transports Kerleau"]),
        ("MAIR", ["Commune de Saint-Aubrac"]),
        ("732 829 320", ["Électricité Dupont"]),
        ("f-20", ["Transports Kerleau"]),
        ("12 400,00 €", ["Bâti-Sud Construction"]),
        ("%", []),
        ("introuvable", []),
    ],
)
def test_a_client_is_found_by_what_is_at_hand(claire, words, listed):
    assert names(soup(claire.get("/clients/", {"q": words}))) == listed


@pytest.mark.parametrize(
    ("situation", "listed"),
    [
        ("a-relancer", ["Électricité Dupont", "Obras de Lisboa"]),
        ("a-traiter", ["Électro Mistral"]),
        ("suspendu", ["Bâti-Sud Construction", "Commune de Saint-Aubrac", "Transports Kerleau"]),
        ("paye", ["Menuiserie Gardet"]),
    ],
)
def test_a_situation_is_a_tab_with_its_count(claire, situation, listed):
    page = soup(claire.get("/clients/", {"situation": situation}))
    assert names(page) == listed
    current = part(page, ".acq-tab[aria-current]")
    assert text_of(current.find("em")) == str(len(listed))


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ({"profil": "vip"}, ["Électro Mistral"]),
        ({"nature": "public"}, ["Commune de Saint-Aubrac"]),
        ({"pays": "PT"}, ["Obras de Lisboa"]),
        ({"echu": "4 000,00"}, ["Bâti-Sud Construction", "Commune de Saint-Aubrac", "Transports Kerleau"]),
    ],
)
def test_a_filter_narrows_the_list(claire, asked, listed):
    assert names(soup(claire.get("/clients/", asked))) == listed


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("-echu", "Commune de Saint-Aubrac"),
        ("-solde", "Commune de Saint-Aubrac"),
        ("-retard", "Obras de Lisboa"),
        ("code", "Bâti-Sud Construction"),
        ("-nom", "Transports Kerleau"),
        ("nonsense", "Bâti-Sud Construction"),
    ],
)
def test_the_list_is_sorted_as_asked(claire, sort, first):
    assert names(soup(claire.get("/clients/", {"sort": sort})))[0] == first


def test_a_page_too_far_is_the_last_one_and_nonsense_is_left_out(claire):
    page = soup(claire.get("/clients/", {"page": "999", "echu": "beaucoup", "pays": "??"}))
    assert len(names(page)) == 7


def test_the_balance_is_what_is_owed_less_what_came_in(claire):
    page = soup(claire.get("/clients/", {"q": "mistral"}))
    cells = part(page, "tr[data-row]").select("td.r")
    assert [read(cell) for cell in cells[1:]] == ["500,00 €", "0,00 €"]


def test_htmx_gets_the_list_alone(claire):
    assert_fragment_is_part(claire, "/clients/?situation=suspendu", "liste")


def test_an_invoice_shows_its_way_its_next_step_and_its_state(claire, valmeric):
    page = page_of(claire, valmeric.late)
    rows = page.select(".acq-invoices tbody tr")
    assert [text_of(row.select_one(".acq-name")) for row in rows] == ["F-1", "F-2", "F-3"]
    marks = [[mark["data-s"] for mark in row.select(".acq-track i")] for row in rows]
    assert marks[0][0] == "done"
    assert marks[0][1] == "now"
    assert marks[2] == ["", "", ""]
    assert "Échue" in text_of(rows[0])
    assert "À échoir" in text_of(rows[2])


def test_the_lines_add_up_to_the_balance(claire, valmeric):
    strip = part(page_of(claire, valmeric.unmatched), ".acq-strip")
    assert read(strip.find("b")) == "0,00 €"
    table = part(page_of(claire, valmeric.unmatched), ".acq-invoices tfoot")
    assert [read(cell) for cell in table.select("td.r")] == ["500,00 €", "−500,00 €", "0,00 €"]


def test_why_says_the_promise_first(claire, valmeric):
    why = part(page_of(claire, valmeric.promised), ".acq-why")
    assert "promis" in text_of(why.select_one(".acq-why-lead"))
    chips = [text_of(chip) for chip in page_of(claire, valmeric.promised).select(".acq-invoices .acq-chip")]
    assert chips[0].startswith("Promis le")


def test_why_on_a_past_day_is_the_decision_of_that_day(claire, valmeric):
    long_ago = valmeric.now - timedelta(days=30)
    with valmeric.world.open():
        Decision.objects.filter(account=valmeric.late).update(
            on=long_ago.date(), decided_at=long_ago, reasons=[["first_list", {}]], kind="hold"
        )
    asked = (long_ago + timedelta(days=3)).date()
    why = part(page_of(claire, valmeric.late, le=asked.isoformat()), ".acq-why")
    assert "première liste" in text_of(why)
    before = (long_ago - timedelta(days=3)).date()
    assert "Aucune décision" in text_of(
        part(page_of(claire, valmeric.late, le=before.isoformat()), ".acq-why")
    )


@pytest.mark.parametrize(
    ("view", "says"),
    [
        ("messages", "E-mail envoyé"),
        ("reglements", "Rien encore"),
        ("notes", "Rien encore"),
        ("decisions", "Relance décidée"),
    ],
)
def test_the_history_has_views(claire, valmeric, view, says):
    assert says in text_of(part(page_of(claire, valmeric.late, vue=view), "#historique"))


def test_the_history_is_a_fragment_of_the_page(claire, valmeric):
    url = reverse("accounts:account", args=[valmeric.late.pk]) + "?vue=messages"
    assert_fragment_is_part(claire, url, "historique")


def test_habits_are_those_of_the_paid_invoices(claire, valmeric):
    card = part(page_of(claire, valmeric.paid), "section[aria-labelledby=t-hab]")
    assert len(card.select("rect")) == 3
    assert "4 j" in read(card)
    assert "1 sur 3" in text_of(card)


def test_a_message_is_shown_as_it_left(claire, valmeric):
    url = reverse("accounts:message", args=[valmeric.late.pk, valmeric.message.pk])
    page = soup(claire.get(url))
    reader = Client()
    reader.force_login(User.objects.get(pk=valmeric.world.user_id))
    frame = reader.get(part(page, "iframe")["src"])
    assert SENT_HTML in frame.content.decode()
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
    with valmeric.world.open():
        proof = valmeric.message.evidence.get()
    copy = claire.get(reverse("accounts:copy", args=[valmeric.late.pk, proof.pk]))
    assert copy.content == bytes(proof.content)
    assert copy.headers["Content-Disposition"].startswith("attachment")


def test_an_invoice_that_has_its_pdf_hands_it_over_and_shows_nothing_of_it(claire, found, valmeric):
    with valmeric.world.open():
        late = Invoice.objects.filter(account=valmeric.late).order_by("id")
        first = late[0]
        late.filter(pk=first.pk).update(document=b"%PDF-1.7 <script>", number='F/26 "é"')
    page = page_of(claire, valmeric.late)
    (link,) = [a for a in page.select(".acq-invoices a") if "PDF" in a.text]
    answer = claire.get(link["href"])
    assert (answer.content, answer.headers["Content-Type"]) == (b"%PDF-1.7 <script>", "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="F-26.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    elsewhere = reverse("accounts:invoice", args=[valmeric.late.pk + 1, first.pk])
    assert claire.get(elsewhere).status_code == 404
    stranger = Visitor()
    stranger.force_login(User.objects.get(pk=found("Gamma").user_id))
    assert stranger.get(link["href"]).status_code == 404


def test_a_stranger_finds_nothing(found, valmeric):
    other = found("Beta")
    stranger = Visitor()
    stranger.force_login(User.objects.get(pk=other.user_id))
    assert names(soup(stranger.get("/clients/"))) == []
    key = valmeric.late.pk
    urls = [
        reverse("accounts:account", args=[key]),
        reverse("accounts:act", args=[key, "note"]),
        reverse("accounts:message", args=[key, valmeric.message.pk]),
    ]
    assert {stranger.get(url).status_code for url in urls} == {404}
    assert stranger.post(reverse("accounts:act", args=[key, "note"]), {"text": "x"}).status_code == 404


def test_nobody_sees_a_client_without_signing_in(valmeric):
    answer = Visitor().get(reverse("accounts:account", args=[valmeric.late.pk]))
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "path", ["/clients/", "/clients/?sort=-echu&q=elec", "/clients/{late}/", "/clients/{late}/note/"]
)
def test_a_page_asks_the_database_few_times(claire, valmeric, path):
    url = path.format(late=valmeric.late.pk)
    claire.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert claire.get(url).status_code == 200
    said = [
        query["sql"]
        for query in asked
        if not query["sql"].startswith(("BEGIN", "ROLLBACK", "COMMIT", "SET "))
    ]
    assert len(said) <= MOST_QUERIES, "\n".join(sql[:120] for sql in said)


def test_english_readers_read_english(claire, valmeric):
    claire.post(reverse("set_language"), {"language": "en", "next": "/clients/"})
    assert "overdue" in text_of(page_of(claire, valmeric.late)).lower()
