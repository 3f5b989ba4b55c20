"""« Tableau de bord » and « Rapports »: figures open their lists, files are what is shown."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from acquit.flows.cases.record_promise import record_promise
from acquit.jobs.figures import refresh_figures
from acquit.reports.dashboard import key_of, reckon
from acquit.reports.filters import Filters
from acquit.reports.kept import encode
from acquit.reports.sheets import SHEETS, Options
from acquit.store.accounts.models import Creditor, Debtor, DigestChoice, User
from acquit.store.ledger.models import KeptFigures
from acquit.store.payers.models import PayerModelFit, UsualDays
from acquit.web.reports.catalogue import REPORTS
from tests.flows import world
from tests.web.pages import Visitor, part, soup, text_of

TODAY = timezone.localdate()


@pytest.fixture
def visitor(founded):
    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    return visitor


@pytest.fixture
def creditor(founded):
    with founded.open():
        return world.ready_creditor(founded.id)


@pytest.fixture
def owing(founded, creditor):
    """Two clients, one whose name is code; three late terms, one to come, and one in dollars."""
    with founded.open():
        one = world.account(creditor, "C1", name="=<b>Bâti</b>-Sud")
        two = world.account(creditor, "C2", name="Électro Mistral", country="BE")
        Debtor.objects.update(habit_days=12)
        for number, amount, late in (("F1", "1200.00", 14), ("F2", "300.00", 45), ("F3", "99.99", -10)):
            world.invoice(one, number, amount, due=TODAY - timedelta(days=late))
        world.invoice(two, "F4", "5000.00", due=TODAY - timedelta(days=100))
        world.invoice(two, "F5", "50.00", due=TODAY - timedelta(days=3), currency="USD")
    return one, two


def test_before_any_client_one_is_told_how_to_begin(visitor, creditor):
    assert visitor.get("/").headers["Location"] == "/mise-en-route/"
    page = part(soup(visitor.get("/tableau-de-bord/")), "main")
    assert "Pas encore de chiffres" in text_of(page)
    assert page.select_one("a[href='/imports/']")


def test_with_clients_the_first_page_is_the_dashboard(visitor, owing):
    assert visitor.get("/").headers["Location"] == "/tableau-de-bord/"
    page = soup(visitor.get("/tableau-de-bord/"))
    current = part(page, ".acq-nav a[aria-current]")
    assert (text_of(current), current["data-go"]) == ("Tableau de bord", "t")
    figures = text_of(part(page, ".acq-kpis"))
    assert "6\u202f600\u00a0€" in figures
    assert "6\u202f500\u00a0€" in figures
    assert "98,5\u00a0% de l’encours" in figures


def test_each_class_opens_the_list_that_adds_up_to_it(visitor, owing):
    page = soup(visitor.get("/tableau-de-bord/"))
    for bucket in page.select("a.acq-bucket"):
        listed = part(soup(visitor.get(bucket["href"])), "main")
        amount = text_of(bucket.select_one("b"))
        if amount != "0,00\u00a0€":
            assert amount in text_of(listed.select_one("tfoot"))
        else:
            assert "Aucune ligne" in text_of(listed)
    late = next(one for one in page.select(".acq-kpi-value a") if "6\u202f500" in text_of(one))
    rows = soup(visitor.get(late["href"])).select("tbody tr")
    assert [text_of(row.select("td")[2]) for row in rows] == ["F4", "F2", "F1"]
    file = b"".join(visitor.get(late["href"] + "&format=csv").streaming_content).decode("utf-8-sig")
    assert [line.split(",")[2] for line in file.splitlines()[1:]] == ["F4", "F2", "F1"]


def test_the_largest_late_clients_lead_to_their_accounts(visitor, owing):
    table = part(soup(visitor.get("/tableau-de-bord/")), "table.acq-late")
    assert [text_of(one) for one in table.select(".acq-name")] == ["Électro Mistral", "=<b>Bâti</b>-Sud"]
    assert "100\u00a0j" in text_of(table.select("tbody tr")[0])
    assert visitor.get(table.select_one(".acq-name")["href"]).status_code == 200


def test_charts_have_their_table_their_words_and_no_inline_script(visitor, owing):
    page = soup(visitor.get("/tableau-de-bord/"))
    chart = part(page, "[data-chart=weeks]")
    assert "attendus en 13 semaines" in chart["aria-label"]
    data = json.loads(part(page, f"#{chart['data-from']}").string)
    assert len(data["labels"]) == len(data["series"][0]["values"]) == 13
    table = chart.parent.select_one("details[open] table")
    assert len(table.select("tbody tr")) == 13


def test_one_currency_at_a_time(visitor, owing):
    page = soup(visitor.get("/tableau-de-bord/?devise=USD"))
    assert "50\u00a0$US" in text_of(part(page, ".acq-kpis"))
    assert [text_of(one) for one in page.select(".acq-tab[aria-current], .acq-tab.is-active")][:1] == ["USD"]


def test_kept_figures_say_from_when_they_are(visitor, founded, creditor, owing):
    asked = Filters(on=TODAY, creditor_id=creditor.pk)
    with founded.open():
        KeptFigures.objects.create(
            organisation_id=founded.id, key=key_of(asked), day=TODAY, seen="0/0", milliseconds=9000,
            kept_at=timezone.now() - timedelta(minutes=4), value=encode(reckon(asked)),
        )  # fmt: skip
    assert "recalcul en cours" in text_of(part(soup(visitor.get("/tableau-de-bord/")), ".acq-head"))


def test_the_dashboard_costs_few_queries(visitor, owing, founded, django_assert_max_num_queries):
    with founded.open():
        for number in range(12):
            client = world.account(owing[0].creditor, f"K{number}")
            world.invoice(client, f"G{number}", "70.00", due=TODAY - timedelta(days=9))
    visitor.get("/tableau-de-bord/")
    with django_assert_max_num_queries(45):  # small figures are reckoned at once
        visitor.get("/tableau-de-bord/")
    refresh_figures(founded.id)
    with django_assert_max_num_queries(25):
        visitor.get("/tableau-de-bord/")


def test_a_stranger_and_another_house_see_nothing(visitor, founded, owing, found):
    assert Visitor().get("/tableau-de-bord/").status_code == 302
    assert Visitor().get("/rapports/balance-agee/").status_code == 302


@pytest.mark.parametrize("slug", REPORTS)
def test_each_report_is_drawn_and_given_as_files(visitor, founded, owing, slug):
    with founded.open():
        record_promise(
            organisation_id=founded.id, account_id=owing[1].pk, until=TODAY + timedelta(days=4),
            amount=Decimal(100), today=TODAY, now=timezone.now(), by=founded.user_id,
        )  # fmt: skip
    page = part(soup(visitor.get(f"/rapports/{slug}/")), "main")
    assert text_of(page.select_one("h1")) == str(REPORTS[slug].title)
    for link in page.select("a[href*='format=']"):
        given = visitor.get(f"/rapports/{slug}/{link['href']}")
        form = link["href"].rpartition("=")[2]
        name = f'filename="{slug}-{TODAY}.{form}"'
        assert name in given.headers["Content-Disposition"]
        content = b"".join(given.streaming_content)
        with founded.open():
            sheet = SHEETS[REPORTS[slug].key](Filters(on=TODAY), Options())
        if form == "xlsx":
            book = load_workbook(io.BytesIO(content))
            assert book.worksheets[0].max_row == len(sheet.rows) + 1
        elif form == "pdf":
            assert PdfReader(io.BytesIO(content)).pages
        elif form == "json":
            assert len(json.loads(content)[sheet.listed]) == len(sheet.rows)
        else:
            assert content.decode("utf-8-sig").splitlines()[0] == ",".join(sheet.columns)


@pytest.mark.parametrize("by", ["past", "learned"])
def test_the_forecast_says_whether_the_learned_model_made_it(visitor, founded, owing, by):
    """In words on the screen and on paper; as a column for programs."""
    with founded.open():
        fit = PayerModelFit.objects.create(
            organisation_id=founded.id, fitted_at=timezone.now(), terms=500, kept=True, because="better",
            weights={"features": []}, forecasts=by == "learned",
        )  # fmt: skip
        UsualDays.objects.create(
            organisation_id=founded.id, days=[120, 130], weight=20, known_on=TODAY, fit=fit
        )
    said = {"past": "Le modèle appris ne sert pas à cette date.", "learned": "puis le modèle appris des"}[by]
    page = part(soup(visitor.get("/rapports/prevision/")), "main")
    assert said in text_of(part(page, ".acq-under-table"))
    assert [text_of(cell) for cell in page.select(".acq-report thead th")] == [
        "Du", "Au", "Promis", "Attendu", "Prudent"
    ]  # fmt: skip
    paper = b"".join(visitor.get("/rapports/prevision/?format=pdf").streaming_content)
    text = " ".join(PdfReader(io.BytesIO(paper)).pages[0].extract_text().split())
    assert said in text
    assert "told" not in text
    rows = json.loads(b"".join(visitor.get("/rapports/prevision/?format=json").streaming_content))["forecast"]
    assert {row["told_by"] for row in rows} == {by}


def test_filters_stay_in_the_address_and_in_the_files(visitor, owing):
    url = "/rapports/balance-agee/?par=country&tranches=15,200&pays=BE"
    page = part(soup(visitor.get(url)), "main")
    assert [text_of(row.select("td")[0]) for row in page.select("tbody tr")] == ["Belgique", "Belgique"]
    assert part(page, "select[name=par] option[selected]")["value"] == "country"
    assert part(page, "input[name=tranches]")["value"] == "15,200"
    href = part(page, "a[href$='format=csv']")["href"]
    content = b"".join(visitor.get(f"/rapports/balance-agee/{href}").streaming_content).decode("utf-8-sig")
    assert content.splitlines()[1:] == [
        "BE,EUR,0.00,0.00,5000.00,0.00,0.00,5000.00", "BE,USD,0.00,50.00,0.00,0.00,0.00,50.00",
    ]  # fmt: skip
    figure = page.select_one("tbody a.acq-figure")
    listed = part(soup(visitor.get(figure["href"])), "tbody")
    assert "F4" in text_of(listed)


def test_a_past_day_is_asked_in_the_address(visitor, owing):
    day = TODAY - timedelta(days=30)
    page = part(soup(visitor.get(f"/rapports/balance-agee/?au={day}")), "main")
    assert part(page, "input[name=au]")["value"] == day.isoformat()
    assert visitor.get("/rapports/balance-agee/?au=31/02/x&tranches=9,1&page=zz").status_code == 200
    assert visitor.get("/rapports/rien/").status_code == 404


def test_names_of_clients_are_inert_in_files(visitor, owing):
    content = b"".join(
        visitor.get("/rapports/liste/echeances/?retard=1&format=csv").streaming_content
    ).decode()
    assert "'=<b>Bâti</b>-Sud" in content


def test_the_promises_behind_a_figure(visitor, founded, owing):
    with founded.open():
        record_promise(
            organisation_id=founded.id, account_id=owing[1].pk, until=TODAY, amount=Decimal(100),
            today=TODAY, now=timezone.now(), by=founded.user_id,
        )  # fmt: skip
    line = next(
        one for one in soup(visitor.get("/tableau-de-bord/")).select(".acq-today a") if "promesse" in one.text
    )
    assert "1 promesse pour aujourd’hui" in text_of(line)
    (row,) = soup(visitor.get(line["href"])).select("tbody tr")
    assert "Électro Mistral" in text_of(row)
    assert "en cours" in text_of(row)


def test_a_person_chooses_his_mails(visitor, founded, creditor):
    assert visitor.post("/reglages/rapports/", {"digests": "1", "weekly": "on"}).status_code == 303
    with founded.open():
        mine = DigestChoice.objects.get(user_id=founded.user_id)
        assert (mine.daily, mine.weekly) == (False, True)
    page = soup(visitor.get("/reglages/rapports/"))
    assert part(page, "input[name=weekly]").has_attr("checked")


def test_the_creditor_sets_his_rule_or_takes_ours_back(visitor, founded, creditor):
    url = "/reglages/rapports/"
    rule = {"provision": "1", "days": "60, 120", "percents": "0 ; 2,5 ; 50 ; 100"}
    assert visitor.post(url, rule).status_code == 303
    with founded.open():
        kept = Creditor.objects.get(pk=creditor.pk).provision_rule
    assert kept == [[0, "0"], [60, "2.5"], [120, "50"], [None, "100"]]
    assert (
        part(soup(visitor.get(url)), "input[name=percents]")["value"] == "0\u00a0; 2,50\u00a0; 50\u00a0; 100"
    )
    for wrong in (rule | {"days": "60, 30"}, rule | {"percents": "0 ; 1"}, rule | {"percents": "0;x;1;2"}):
        assert "jours croissants" in text_of(part(soup(visitor.post(url, wrong)), "#id_percents-errors"))
    assert visitor.post(url, {"provision": "1", "days": "", "percents": ""}).status_code == 303
    with founded.open():
        assert Creditor.objects.get(pk=creditor.pk).provision_rule == []


def test_filters_of_a_page_are_those_of_the_report():
    asked = Filters(on=TODAY, by="country", collector=0)
    assert (
        Filters.parse(dict(one.split("=") for one in asked.query(today=TODAY).split("&")), today=TODAY)
        == asked
    )
    assert replace(asked, on=TODAY - timedelta(days=1)).query(today=TODAY).startswith("au=")
