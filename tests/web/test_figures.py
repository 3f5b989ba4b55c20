"""No figure is a dead end: each opens a list that adds up to it, or is a ratio whose parts do (issue 5)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from bs4 import Tag
from django.core.cache import cache
from openpyxl import load_workbook
from pypdf import PdfReader

from acquit.flows.answers.keep_answer import Arrived, keep_answer
from acquit.flows.cases.record_promise import record_promise
from acquit.store.accounts.models import Account, Contact
from acquit.store.cases.models import Dispute, ManualContact
from acquit.store.ledger.models import CreditNote, Invoice, Payment
from acquit.store.outbox.models import Message
from acquit.store.templates.models import Experiment, TemplateVersion
from acquit.web.behind import SLUGS
from acquit.web.reports.catalogue import REPORTS
from tests.flows import world
from tests.web.pages import Visitor, soup, text_of
from tests.web.worlds import Company, company

#: The headings of figures that are no sum: the ratio or the middle of others in their row, or a share given.
RATIOS = {
    "DSO", "Épuisement", "Meilleur possible", "Jours de retard", "CEI (%)", "Taux de retard (%)", "Prudent",
    "Tenues (%)", "Montant tenu (%)", "Jours en moyenne", "Plus ancien (jours)", "Réglé (%)", "au moins (%)",
    "au plus (%)", "Factures (%)", "Taux (%)", "Retard moyen (j)", "Retard pondéré (j)", "Médiane (j)",
    "Huit sur dix avant (j)", "Moyenne des retards (j)", "Retards pondérés (j)",
    "Prudent (8 chances sur 10)", "Résolus en (j)",
}  # fmt: skip
#: What tells a row and is no figure, though it has digits.
NAMES = {
    "Mois", "Semaine du", "Du", "Au", "Compte", "Client", "Nom", "Âge", "Scénario", "Étape", "Canal", "Motif",
    "Profil", "Situation", "Suite", "Répartition", "Plus ancien", "Société",
}  # fmt: skip
#: A key figure of the dashboard that is a ratio → where its parts are.
OF_PARTS = {"DSO": "/rapports/dso/", "Retard moyen": "/rapports/liste/reglees/"}


#: The columns of a workbook that are amounts.
MONEY = {
    "open_balance", "amount", "received", "missing", "asked", "paid", "open", "without_tax", "aside",
    "expected",
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A figure as it is read, what it is called, and where it leads."""

    text: str
    name: str
    url: str
    where: str
    row: tuple[str, ...] = ()


@pytest.fixture
def valmeric(founded) -> Company:
    """The company of the pages, with something behind each report."""
    cache.clear()
    with founded.open():
        of = company(founded)
        _live(of)
    return of


def _live(of: Company) -> None:
    now, today, mine = of.now, of.today, {"organisation_id": of.world.id}

    def ago(days: int):
        return today - timedelta(days=days)

    late = of.late
    for number, (due, paid) in enumerate(((200, 190), (170, 165), (140, 141), (120, 100), (80, 20)), 70):
        term = world.invoice(late, f"F-{number}", f"{number}0.30", due=ago(due))
        payment = world.receipt(late, f"{number}0.30", on=ago(paid))
        world_allocate(of, payment, term)
    CreditNote.objects.create(
        **mine, account=late, external_key="AV-1", number="AV-1", amount=Decimal("12.34"), currency="EUR",
        issued_on=ago(4), known_on=ago(4),
    )  # fmt: skip
    for account, days, amount in ((of.held, -3, "1000.00"), (of.disputed, 8, "77.00"), (late, 0, "50.00")):
        word = record_promise(
            organisation_id=of.world.id, account_id=account.id, until=max(ago(days), today),
            amount=Decimal(amount), today=today, now=now, by=of.world.user_id,
        )  # fmt: skip
        del word
    from acquit.store.cases.models import Promise

    Promise.objects.filter(amount=Decimal("77.00")).update(made_on=ago(20), until=ago(8))
    ManualContact.objects.create(
        **mine, debtor_id=late.debtor_id, account=late, on=ago(5), channel="phone", outcome="promise",
        recorded_at=now, recorded_by_id=of.world.user_id,
    )  # fmt: skip
    world.receipt(late, "33.00", on=ago(4))
    Message.objects.filter(state="sent").update(approved_by_id=of.world.user_id)
    Payment.objects.filter(account=of.unmatched).update(received_on=ago(1))
    Dispute.objects.update(amount=Decimal("60.00"))
    settled = Invoice.objects.get(number="F-73")
    Dispute.objects.create(
        **mine, account=late, invoice=settled, opened_on=ago(90), resolved_on=ago(78), category="price",
        recorded_at=now,
    )  # fmt: skip
    _answer(of, "nadia@ici.example", late)
    _answer(of, "qui@ailleurs.example")
    _compare(of)


def _answer(of: Company, sender: str, account: Account | None = None) -> None:
    if account is not None:
        Contact.objects.create(
            organisation_id=of.world.id, debtor_id=account.debtor_id, name="Nadia", role="billing",
            email=sender,
        )  # fmt: skip
    content = f"From: {sender}\r\nTo: claire@valmeric.example\r\nSubject: Re\r\n\r\nBonjour\r\n".encode()
    keep_answer(organisation_id=of.world.id, arrived=Arrived(content=content, received_at=of.now), now=of.now)


def _compare(of: Company) -> None:
    """Compare two texts: of ten debtors written to, five paid in time; the days of two are not over."""
    mine = {"organisation_id": of.world.id}
    begun = of.now - timedelta(days=60)
    version = TemplateVersion.objects.create(
        **mine, key="friendly", language="fr", number=1, subject="B", body="B", in_force=False,
        written_at=begun,
    )  # fmt: skip
    Experiment.objects.create(**mine, key="friendly", language="fr", challenger=version, started_at=begun)
    for number in range(12):
        one = world.account(of.creditor, f"COMP{number}", name=f"Comparée {number}")
        days = 40 if number < 10 else 3
        term = world.invoice(one, f"C-{number}", "10.00", due=of.today - timedelta(days=days + 9))
        Message.objects.create(
            **mine, creditor=of.creditor, debtor_id=one.debtor_id, account=one, channel="email",
            scenario="polite", step="friendly", stage="reminder", state="sent", listed=[term.id],
            planned_on=of.today, not_before=of.now, sent_at=of.now - timedelta(days=days),
        )  # fmt: skip
        if number % 2:
            paid = world.receipt(one, "10.00", on=of.today - timedelta(days=max(days - 5, 0)))
            world_allocate(of, paid, term)


def world_allocate(of: Company, payment: Payment, term) -> None:
    from acquit.flows.ledger.allocate_payment import allocate_payment

    allocate_payment(
        organisation_id=of.world.id, payment_id=payment.id, term_ids=[term.id], now=of.now,
        by=of.world.user_id,
    )  # fmt: skip


def number_of(text: str) -> Decimal | None:
    """Return the number that a text is, if it is one."""
    plain = text.replace("\u202f", "").replace("\u00a0", "").replace("\u2212", "-").replace(",", ".")
    found = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)(?:€|\$US|%|j)?", plain)
    return Decimal(found.group(1)) if found else None


def figures_of(page: Tag, where: str) -> Iterator[Figure]:
    """Yield every figure of the tables of a page, with the heading of its column."""
    for table in page.select("table"):
        heads = [text_of(th).replace("\u00a0", " ") for th in table.select("thead th")]
        for row in table.select("tbody tr, tfoot tr"):
            cells = row.select("th, td")
            assert len(cells) == len(heads)
            urls = tuple(link["href"] for link in row.select("a.acq-figure"))
            for head, cell in zip(heads, cells, strict=True):
                link = cell.select_one("a.acq-figure")
                if number_of(text_of(cell)) is not None:
                    yield Figure(text_of(cell), head, str(link["href"]) if link else "", where, urls)


def listed(visitor: Visitor, url: str) -> tuple[int, set[Decimal]]:
    """Return how many rows a list has and what its columns add up to, which is what it says itself."""
    page = soup(visitor.get(url)).select_one("main")
    assert page is not None
    rows = [[number_of(text_of(cell)) for cell in row.select("td")] for row in page.select("tbody tr")]
    (total,) = [row.select("th, td") for row in page.select("tfoot tr")] or [[]]
    added = set()
    for place, cell in enumerate(total[1:], 1):
        said = number_of(text_of(cell))
        if said is not None:
            assert said == sum(row[place] or 0 for row in rows), (url, place)
            added.add(said)
    if total:
        assert re.search(rf"· {len(rows)} lignes? ·", text_of(total[0])), text_of(total[0])
    return len(rows), added


def follow(visitor: Visitor, one: Figure) -> None:
    url = one.url if one.url.startswith("/") else one.where.partition("?")[0] + one.url
    assert url.startswith("/rapports/liste/"), one
    count, added = listed(visitor, url)
    said = number_of(one.text)
    assert said is not None
    if "€" in one.text or "$" in one.text:
        exact = "," in one.text
        rounded = {x if exact else x.quantize(Decimal(1), rounding=ROUND_HALF_UP) for x in added}
        assert said in rounded, (one, added)
    else:
        assert said in {Decimal(count), *added}, (one, count, added)


def assert_no_dead_end(visitor: Visitor, where: str) -> int:
    """Follow each figure of the tables of a page; return how many were followed."""
    page = soup(visitor.get(where)).select_one("main")
    assert page is not None
    followed = 0
    for one in figures_of(page, where):
        if one.name in NAMES:
            continue
        if one.url:
            assert one.name not in RATIOS, one
            follow(visitor, one)
            followed += 1
        elif one.name in RATIOS:
            parts = one.row or where.startswith("/tableau") or not number_of(one.text)
            assert parts, f"a ratio without its parts: {one}"
        else:
            assert number_of(one.text) == 0, f"a dead end: {one}"
    return followed


#: The report, how it is asked, and at least how many figures it shows in this company.
ASKED = [
    ("balance-agee", "", 20), ("balance-agee", "?par=country", 8), ("balance-agee", "?par=collector", 8),
    ("balance-agee", "?par=debtor&age=facture&tranches=10,50", 20), ("soldes", "", 6), ("dso", "", 6),
    ("dso", "?mois=3&devise=EUR", 4), ("cei", "", 6), ("prevision", "", 4), ("prevision", "?semaines=2", 2),
    ("promesses", "", 6), ("promesses", "?par=collector", 4), ("litiges", "", 6),
    ("litiges", "?tranches=2,9", 4), ("effet-des-relances", "", 3), ("effet-des-relances", "?jours=3", 3),
    ("activite", "", 5), ("provision", "", 10), ("habitudes", "", 4), ("habitudes", "?par=profile", 3),
]  # fmt: skip


def test_each_report_is_asked() -> None:
    assert {slug for slug, *_ in ASKED} == set(REPORTS)


@pytest.mark.parametrize(("slug", "query", "least"), ASKED)
def test_no_figure_of_a_report_is_a_dead_end(
    valmeric: Company, visitor: Visitor, slug: str, query: str, least: int
) -> None:
    assert assert_no_dead_end(visitor, f"/rapports/{slug}/{query}") >= least


def test_a_report_of_the_past_opens_lists_of_the_past(valmeric: Company, visitor: Visitor) -> None:
    day = valmeric.today - timedelta(days=45)
    assert assert_no_dead_end(visitor, f"/rapports/balance-agee/?au={day}&par=debtor") >= 4


def test_no_figure_of_the_dashboard_is_a_dead_end(valmeric: Company, visitor: Visitor) -> None:
    page = soup(visitor.get("/tableau-de-bord/")).select_one("main")
    assert page is not None
    assert assert_no_dead_end(visitor, "/tableau-de-bord/") > 10
    for kpi in page.select(".acq-kpi"):
        label = text_of(kpi.select_one(".acq-kpi-label")).split(" ")[0:2]
        name = next((one for one in OF_PARTS if one.split(" ")[0] == label[0]), "")
        link = kpi.select_one(".acq-kpi-value a")
        assert link is not None, text_of(kpi)
        if name:
            assert str(link["href"]).startswith(OF_PARTS[name])
            assert visitor.get(str(link["href"])).status_code == 200
        else:
            follow(visitor, Figure(text_of(link), " ".join(label), str(link["href"]), "/tableau-de-bord/"))
    for bucket in page.select("a.acq-bucket"):
        amount = text_of(bucket.select_one("b"))
        if number_of(amount):
            follow(visitor, Figure(amount, "tranche", str(bucket["href"]), "/tableau-de-bord/"))
    unmatched = next(p for p in page.select("p") if "non lettrés" in text_of(p)).select_one("a")
    assert unmatched is not None
    _, added = listed(visitor, str(unmatched["href"]))
    assert number_of(text_of(unmatched)) in {-one for one in added}


@pytest.mark.parametrize("where", ["/modeles/", "/modeles/friendly/fr/"])
def test_no_figure_of_a_comparison_is_a_dead_end(valmeric: Company, visitor: Visitor, where: str) -> None:
    card = soup(visitor.get(where)).select_one("[aria-labelledby^=comparaison-]")
    assert card is not None
    figures = [one for one in figures_of(card, where) if one.name in {"Clients", "Réglé sous 14 jours"}]
    for one in figures:
        follow(visitor, one)
    sums = {
        name: sum(number_of(one.text) or 0 for one in figures if one.name == name)
        for name in ("Clients", "Réglé sous 14 jours")
    }
    assert sums == {"Clients": 11, "Réglé sous 14 jours": 5}, "the ten, and the reminder of the company"
    waiting = card.select_one("p a.acq-figure")
    assert waiting is not None
    assert text_of(waiting) == "2"
    follow(visitor, Figure("2", "courent", str(waiting["href"]), where))


def test_what_waits_today_opens_as_many(valmeric: Company, visitor: Visitor) -> None:
    page = soup(visitor.get("/tableau-de-bord/")).select_one("main")
    assert page is not None
    lines = page.select(".acq-today a")
    kinds = set()
    for line in lines:
        count, url = number_of(text_of(line.select_one("b"))), str(line["href"])
        kinds.add(url.partition("?")[0])
        if url.startswith("/rapports/liste/"):
            rows, added = listed(visitor, url)
            assert rows == count
            note = re.search(r"[\d\u202f]+,\d\d\u00a0€", text_of(line))
            assert note is not None
            assert number_of(note.group()) in added, (text_of(line), added)
        else:
            shown = soup(visitor.get(url)).select_one("#liste, .acq-split")
            assert shown is not None
            assert len(shown.select("[data-item]")) == count, text_of(line)
    assert {"/a-traiter/", "/rapports/liste/litiges/", "/rapports/liste/promesses/"} <= kinds
    said = [text_of(line) for line in lines]
    assert [one for one in said if "réponse" in one] == ["1 réponse à lire", "1 réponse à identifier"], said
    cash = page.select_one(".acq-cash a")
    assert cash is not None
    rows, added = listed(visitor, str(cash["href"]))
    assert rows == 1
    assert Decimal("500.00") in added


def test_a_name_leads_to_the_client_and_a_group_to_its_accounts(valmeric: Company, visitor: Visitor) -> None:
    for url in (
        "/rapports/balance-agee/", "/rapports/balance-agee/?par=debtor", "/rapports/soldes/",
        "/rapports/promesses/", "/rapports/habitudes/", "/rapports/liste/echeances/",
        "/rapports/liste/litiges/", "/rapports/liste/promesses/", "/rapports/liste/attendu/?semaine=0",
    ):  # fmt: skip
        names = soup(visitor.get(url)).select("tbody a.acq-name")
        assert names, url
        for name in names:
            page = soup(visitor.get(str(name["href"])))
            assert text_of(page.select_one("h1")).startswith(text_of(name)), url
    (belgium,) = [
        one for one in soup(visitor.get("/rapports/balance-agee/?par=country")).select("a.acq-name")
        if text_of(one) == "Portugal"
    ]  # fmt: skip
    rows = soup(visitor.get(str(belgium["href"]))).select("tbody a.acq-name")
    assert [text_of(one) for one in rows] == ["Obras de Lisboa"]


def test_the_list_of_a_week_says_when_and_why(valmeric: Company, visitor: Visitor) -> None:
    whole = soup(visitor.get("/rapports/liste/attendu/"))
    why = {text_of(row.select("td")[3]) for row in whole.select("tbody tr")}
    assert {"promesse", "ses règlements passés", "son profil"} <= why
    page = soup(visitor.get("/rapports/liste/attendu/?semaine=0&devise=EUR"))
    rows = [[text_of(cell) for cell in row.select("td")] for row in page.select("tbody tr")]
    first, last = valmeric.today + timedelta(days=1), valmeric.today + timedelta(days=7)
    from acquit.web.formats import day as written

    within = {written(first + timedelta(days=n), language="fr") for n in range(7)}
    assert {row[5] for row in rows} <= within
    assert f"du {written(first, language='fr')} au {written(last, language='fr')}" in text_of(page)


@pytest.mark.parametrize("key", SLUGS)
def test_each_list_is_given_as_four_files_named_after_what_was_asked(
    valmeric: Company, visitor: Visitor, key: str
) -> None:
    slug = SLUGS[key]
    url = f"/rapports/liste/{slug}/?nature=business&devise=EUR"
    without = {"contacts", "contacted", "obtained", "compared"}
    url = url.removesuffix("&devise=EUR") if key in without else url
    page = soup(visitor.get(url)).select_one("main")
    assert page is not None
    shown = len(page.select("tbody tr"))
    assert shown, "the company has something behind each figure"
    currency = "_devise-eur" if "devise" in url else ""
    adds_up = currency and key != "resolved"
    for form in ("csv", "xlsx", "pdf", "json"):
        (link,) = [one for one in page.select("a.btn") if str(one["href"]).endswith(f"format={form}")]
        answer = visitor.get(url.partition("?")[0] + str(link["href"]))
        name = f'filename="liste-{slug}-{valmeric.today}_nature-business{currency}.{form}"'
        assert name in answer.headers["Content-Disposition"]
        content = b"".join(answer.streaming_content)
        if form == "csv":
            assert len(list(csv.reader(content.decode("utf-8-sig").splitlines()))) == shown + 1
        elif form == "json":
            assert len(json.loads(content)[key]) == shown
        elif form == "pdf":
            assert "Total" in PdfReader(io.BytesIO(content)).pages[-1].extract_text() or not adds_up
        else:
            _assert_typed(load_workbook(io.BytesIO(content)).worksheets[0], shown)


def _assert_typed(sheet, shown: int) -> None:
    """Days are days and figures are numbers, so that a spreadsheet sorts and adds them."""
    head, *rows = sheet.iter_rows()
    assert len(rows) == shown
    for row in rows:
        for name, cell in zip((str(one.value) for one in head), row, strict=True):
            if cell.value is None:
                continue
            if name.endswith("_on") or name == "until":
                assert isinstance(cell.value, datetime), name
                assert cell.number_format == "yyyy-mm-dd"
            elif name in MONEY:
                assert isinstance(cell.value, int | float), name
                assert cell.number_format == "#,##0.00"


def test_a_file_of_a_report_is_named_after_its_filters(valmeric: Company, visitor: Visitor) -> None:
    answer = visitor.get("/rapports/dso/?mois=3&profil=bad&au=2026-01-31&format=csv")
    assert 'filename="dso-2026-01-31_profil-bad_mois-3.csv"' in answer.headers["Content-Disposition"]


def test_paper_says_codes_in_words_and_which_part_it_is(valmeric: Company, visitor: Visitor) -> None:
    def paper(url: str) -> str:
        content = b"".join(visitor.get(url).streaming_content)
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)

    assert "friendly" not in paper("/rapports/effet-des-relances/?jours=3&format=pdf")
    assert "France" in paper("/rapports/balance-agee/?par=country&format=pdf")
    compared = paper("/rapports/liste/comparaison/?texte=A&gestionnaire=0&format=pdf")
    assert "texte A" in compared
    assert "Sans chargé" in compared
    assert "Devise" not in compared


def test_an_amount_of_a_list_has_the_decimals_of_its_currency(valmeric: Company, visitor: Visitor) -> None:
    answer = visitor.get("/rapports/liste/attendu/?format=json")
    rows = json.loads(b"".join(answer.streaming_content))["expected_in"]
    assert rows
    assert all(re.fullmatch(r"-?\d+\.\d\d", row["open"]) for row in rows)


def test_ages_from_the_invoice_know_nothing_that_is_not_due(valmeric: Company, visitor: Visitor) -> None:
    page = soup(visitor.get("/rapports/balance-agee/?age=facture"))
    heads = [text_of(th).replace("\u00a0", " ") for th in page.select("thead th")]
    assert heads[2:4] == ["0 j", "1–30 j"]


def test_a_list_that_is_not_there_and_parts_that_cannot_be_read(valmeric: Company, visitor: Visitor) -> None:
    assert visitor.get("/rapports/liste/rien/").status_code == 404
    for key, slug in SLUGS.items():
        strange = "?semaine=x&depuis=hier&genre=<b>&personne=0&motif=&page=99&sous=0&jours=999"
        page = soup(visitor.get(f"/rapports/liste/{slug}/{strange}"))
        assert page.select("h1"), key
        assert not page.select("main b b"), key
