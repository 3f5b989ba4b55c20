"""« Rapprochement »: what waits by group, the open line, the tabs, and what a person decides."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache

from acquit.flows.bank.match_line import accept_proposal
from acquit.store.accounts.models import Account, Creditor, User
from acquit.store.bank.models import BankLine, BankMatch, BankStatement, MatchProposal, RefusedMatch
from acquit.store.cases.models import Task
from acquit.store.ledger.models import Allocation, Feed, Payment, Term
from tests.flows import world
from tests.web import bank
from tests.web.pages import Visitor, assert_fragment_is_part, part, soup, text_of

NOW = datetime.now(UTC)
TODAY = NOW.date()
FRENCH = re.compile(
    r"\b(ligne|aucune|rapproch\w+|écart\w+|imput\w+|relevés?|reste|facture|montant)\b", re.IGNORECASE
)


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


@pytest.fixture
def desk(founded, creditor):
    with founded.open():
        return bank.desk(creditor, TODAY)


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def groups_of(page):
    return [plain(text_of(tag)).partition(" Tout voir")[0].partition(" Écarter les")[0]
            for tag in page.select(".acq-group")]  # fmt: skip


def said_by(visitor, answer):
    """Follow a redirect; return the page and what its toasts say."""
    assert answer.status_code == 303, answer.status_code
    page = soup(visitor.get(answer.headers["Location"]))
    return page, plain(" ".join(text_of(toast) for toast in page.select("[data-toast]")))


def url(line, action=""):
    return f"/rapprochement/ligne/{line.pk}/{action}"


def choices(visitor, line):
    """Return what the ways of an open line post."""
    return [radio["value"] for radio in soup(visitor.get(url(line))).select("input[name=choix]")]


def accepting(visitor, line, way=0):
    return visitor.post(url(line, "imputer/"), {"choix": choices(visitor, line)[way]})


def fresh(line):
    return BankLine.objects.get(pk=line.pk)


def owed(number):
    term = Term.objects.get(invoice__number=number)
    return term.amount - term.allocated


def test_the_lines_stand_in_three_groups(visitor, desk):
    page = assert_fragment_is_part(visitor, "/rapprochement/", "lignes")
    assert groups_of(page) == ["95 % et plus 3 lignes", "À choisir 2 lignes", "Sans proposition 1 ligne"]
    assert [plain(text_of(tab)) for tab in page.select(".acq-tab")] == [
        "À vérifier 6", "Rapprochées 0", "Écartées 0"
    ]  # fmt: skip
    assert text_of(part(page, ".acq-nav a[aria-current] .acq-count")) == "6"
    first = plain(text_of(part(page, f"#ligne-{desk['hotel'].pk}")))
    assert "HOTEL BELVEDERE VIR SEPA /RNF RF77C00031 + 4 218,60 €" in first
    assert "Hôtel Le Belvédère · F-2026-0889, F-2026-0934" in first
    assert "Référence RF exacte, montant exact 99 %" in first
    assert "5 factures, F-2026-0768 à F-2026-0772" in text_of(part(page, f"#ligne-{desk['hexalis'].pk}"))
    assert "−1 180,00 €" in plain(text_of(part(page, f"#ligne-{desk['rejet'].pk}")))
    assert "3 propositions à 95 % et plus · 40 018,85 €" in plain(text_of(part(page, "#accepter")))


def test_the_head_names_the_newest_statement(visitor, desk, founded):
    with founded.open():
        newest = BankStatement.objects.get()
        BankLine.objects.update(statement=newest)
        accept_proposal(organisation_id=founded.id, line_id=desk["hotel"].pk, now=NOW, by=None)
    head = plain(text_of(part(soup(visitor.get("/rapprochement/")), ".acq-head")))
    assert "Compte courant FR76 ···· 0189 · relevé du" in head
    assert "6 lignes, 1 rapprochée d’office" in head


def test_the_line_to_choose_offers_its_ways(visitor, desk):
    page = assert_fragment_is_part(visitor, url(desk["delcourt"]), "lignes")
    row = part(page, f"#ligne-{desk['delcourt'].pk}")
    assert "is-open" in row["class"]
    assert [radio.get("data-key") for radio in row.select("input[type=radio]")] == ["1", "2", "3"]
    ways = [plain(text_of(label)) for label in row.select("label.acq-opt")]
    assert ways == [
        "F-2026-0861 · reste 120,00 € 3 240,00 € 82 %",
        "F-2026-0884 · 1 428,00 € en acompte 1 692,00 € 41 %",
        "Laisser en acompte client 3 120,00 € à affecter plus tard",
    ]
    assert len(page.select("[data-item][aria-current]")) == 1
    assert len(page.select('[data-key="enter"]')) == 1


def test_every_line_opens(visitor, desk):
    for line in desk.values():
        page = assert_fragment_is_part(visitor, url(line), "lignes")
        assert "is-open" in part(page, f"#ligne-{line.pk}")["class"]


def test_a_line_beyond_what_is_shown_comes_on_top_of_its_group(visitor, founded, creditor):
    with founded.open():
        many = [bank.line(creditor, f"P{n}", "10.00", on=TODAY - timedelta(days=n)) for n in range(30)]
    page = soup(visitor.get(url(many[29])))
    assert groups_of(page) == ["Sans proposition 30 lignes, 11 affichées"]
    assert [row["id"] for row in page.select(".acq-match")][:2] == [
        f"ligne-{many[29].pk}", f"ligne-{many[0].pk}"
    ]  # fmt: skip
    for page_that_is in ("", "&page=7"):
        whole = assert_fragment_is_part(visitor, f"/rapprochement/?groupe=sans{page_that_is}", "lignes")
        assert len(whole.select(".acq-match")) == 30
    empty = soup(visitor.get("/rapprochement/?groupe=sures"))
    assert groups_of(empty) == ["Sans proposition 30 lignes, 10 affichées"]


def test_accepting_goes_on_to_the_next_and_can_be_undone(visitor, desk, founded):
    page, said = said_by(visitor, accepting(visitor, desk["hotel"]))
    assert "4 218,60 € imputés." in said
    assert "is-open" in part(page, f"#ligne-{desk['arvor'].pk}")["class"]
    with founded.open():
        assert fresh(desk["hotel"]).matched == Decimal("4218.60")
        assert owed("F-2026-0889") == owed("F-2026-0934") == 0
        assert BankMatch.objects.get().matched_by_id == founded.user_id
    undo = part(page, "[data-toast] form")["action"]
    page, said = said_by(visitor, visitor.post(undo))
    assert "de nouveau à vérifier" in said
    with founded.open():
        assert fresh(desk["hotel"]).matched == 0
        assert owed("F-2026-0889") == Decimal("2000.00")


def test_a_proposal_that_is_not_the_first_can_be_chosen(visitor, desk, founded):
    accepting(visitor, desk["delcourt"], way=1)
    with founded.open():
        assert (owed("F-2026-0861"), owed("F-2026-0884")) == (Decimal("3240.00"), Decimal(0))
        payment = Payment.objects.get()
        assert payment.amount - payment.allocated == Decimal("1428.00")


def test_the_money_can_stay_on_the_account(visitor, desk, founded):
    with founded.open():
        account = Account.objects.get(external_id="DELC")
    accepting(visitor, desk["delcourt"], way=2)
    with founded.open():
        assert (Payment.objects.get().account_id, Payment.objects.get().allocated) == (account.pk, 0)


@pytest.mark.parametrize("choice", ["", "x", "acompte-", "acompte-x", "9", "1", "1-000000000000", "9" * 40])
def test_a_choice_that_is_none_changes_nothing(visitor, desk, founded, choice):
    _page, said = said_by(visitor, visitor.post(url(desk["delcourt"], "imputer/"), {"choix": choice}))
    assert "Choisissez ce que la ligne paie" in said
    with founded.open():
        assert not BankMatch.objects.exists()


def ticks(visitor):
    """Return what the form « Accepter les N » posts as the page is drawn."""
    page = soup(visitor.get("/rapprochement/"))
    return {
        name: [box["value"] for box in page.select(f'input[form="accepter"][name="{name}"]')]
        for name in ("montree", "ligne")
    }


def test_what_is_accepted_is_what_was_seen(visitor, desk, founded):
    seen, ticked = choices(visitor, desk["hotel"])[0], ticks(visitor)
    with founded.open():
        MatchProposal.objects.filter(line=desk["hotel"]).delete()
        bank.propose(desk["hotel"], 99, Term.objects.get(invoice__number="F-2026-0902"))
    _page, said = said_by(visitor, visitor.post(url(desk["hotel"], "imputer/"), {"choix": seen}))
    assert "ont pu changer entre-temps" in said
    _page, said = said_by(visitor, visitor.post("/rapprochement/accepter/", ticked))
    assert "2 lignes rapprochées" in said
    with founded.open():
        assert fresh(desk["hotel"]).matched == 0


def test_all_the_sure_ones_are_accepted_but_those_unticked(visitor, desk, founded):
    kept = ticks(visitor)
    kept["ligne"] = [one for one in kept["ligne"] if not one.startswith(f"{desk['hotel'].pk}-")]
    page, said = said_by(visitor, visitor.post("/rapprochement/accepter/", kept))
    assert "2 lignes rapprochées, 35 800,25 €." in said
    with founded.open():
        assert fresh(desk["hotel"]).matched == 0
        assert owed("F-2026-0768") == owed("F-2026-0902") == 0
        assert owed("F-2026-0889") == Decimal("2000.00")
    page, said = said_by(visitor, visitor.post(part(page, "[data-toast] form")["action"]))
    assert "2 rapprochements annulés." in said
    with founded.open():
        assert not BankMatch.objects.filter(undone_at=None).exists()
        assert owed("F-2026-0768") == Decimal("5692.00")


def test_lines_beyond_those_shown_are_accepted_too(visitor, founded, creditor):
    with founded.open():
        client = world.account(creditor, "MANY")
        for n in range(25):
            line = bank.line(creditor, "MANY", f"{n + 1}.00", on=TODAY)
            bank.propose(line, 97, world.invoice(client, f"M-{n:02}", f"{n + 1}.00"))
    ticked = ticks(visitor)
    assert len(ticked["ligne"]) == 10
    visitor.post("/rapprochement/accepter/", ticked)
    with founded.open():
        assert BankMatch.objects.count() == 25


def test_what_two_proposals_say_as_surely_is_not_accepted_with_the_others(visitor, desk, founded):
    with founded.open():
        term = Term.objects.get(invoice__number="F-2026-0861")
        bank.propose(desk["hotel"], 99, term, rank=2)
    assert groups_of(soup(visitor.get("/rapprochement/")))[:2] == [
        "95 % et plus 2 lignes",
        "À choisir 3 lignes",
    ]


def test_a_line_that_somebody_else_matched_says_so(visitor, desk, founded):
    seen = choices(visitor, desk["hotel"])[0]
    with founded.open():
        User.objects.filter(pk=founded.user_id).update(first_name="Luc", last_name="Arvor")
        accept_proposal(organisation_id=founded.id, line_id=desk["hotel"].pk, now=NOW, by=founded.user_id)
    page, said = said_by(visitor, visitor.post(url(desk["hotel"], "imputer/"), {"choix": seen}))
    assert "déjà rapproché" in said
    row = plain(text_of(part(page, f"#ligne-{desk['hotel'].pk}")))
    assert "Hôtel Le Belvédère · F-2026-0889, F-2026-0934" in row
    assert "Luc Arvor" in row
    assert "Cette ligne n’attend plus" in text_of(part(page, "#lignes"))
    with founded.open():
        assert BankMatch.objects.count() == 1


def test_a_line_is_set_aside_with_its_reason_and_taken_back(visitor, desk, founded):
    menu = part(soup(visitor.get(url(desk["erables"], "ecarter/"))), 'details[data-key="x"]')
    assert menu.has_attr("open")
    page, said = said_by(
        visitor, visitor.post(url(desk["erables"], "mettre-de-cote/"), {"reason": "other", "other": "Loyer."})
    )  # fmt: skip
    assert "Ligne écartée : Loyer." in said
    aside = assert_fragment_is_part(visitor, "/rapprochement/?vue=ecartees", "lignes")
    assert "Loyer." in text_of(part(aside, f"#ligne-{desk['erables'].pk}"))
    page, said = said_by(visitor, visitor.post(part(page, "[data-toast] form")["action"]))
    assert "Ligne reprise" in said
    with founded.open():
        assert fresh(desk["erables"]).set_aside_at is None


def test_a_line_is_not_set_aside_without_a_reason(visitor, desk, founded):
    _page, said = said_by(visitor, visitor.post(url(desk["erables"], "mettre-de-cote/"), {"reason": "other"}))
    assert "Indiquez un motif." in said
    with founded.open():
        assert fresh(desk["erables"]).set_aside_at is None


def test_many_lines_are_set_aside_at_once(visitor, desk, founded):
    ticked = {"ecarter": [desk["erables"].pk, desk["delcourt"].pk], "reason": "virement interne"}
    _page, said = said_by(visitor, visitor.post("/rapprochement/ecarter/", ticked))
    assert "2 lignes écartées." in said
    with founded.open():
        assert set(BankLine.objects.exclude(set_aside_at=None)) == {desk["erables"], desk["delcourt"]}
    _page, said = said_by(visitor, visitor.post("/rapprochement/ecarter/", {"reason": "virement interne"}))
    assert "Cochez d’abord" in said


def test_a_client_is_ruled_out(visitor, desk, founded):
    with founded.open():
        account = Account.objects.get(external_id="DELC")
    _page, said = said_by(visitor, visitor.post(url(desk["delcourt"], "refuser/"), {"compte": account.pk}))
    assert "cette ligne ne vient pas de Menuiserie Delcourt" in said
    with founded.open():
        assert RefusedMatch.objects.get().account_id == account.pk
        assert not MatchProposal.objects.filter(line=desk["delcourt"], parts__account=account).exists()


@pytest.mark.parametrize("words", ["delcourt", "F-2026-0884", "1 692,00", "DELC"])
def test_the_search_finds_a_client_by_what_is_at_hand(visitor, desk, words):
    page = assert_fragment_is_part(visitor, url(desk["erables"], f"chercher/?q={words}"), "lignes")
    found = plain(text_of(part(page, "#trouves")))
    assert "Menuiserie Delcourt" in found
    assert "F-2026-0884" in found


def test_a_search_that_finds_nothing_says_so(visitor, desk):
    page = soup(visitor.get(url(desk["erables"], "chercher/?q=dumoulin")))
    assert "Rien ne correspond à « dumoulin »" in plain(text_of(part(page, "#trouves")))


@pytest.fixture
def terms(founded, desk):
    with founded.open():
        return {term.invoice.number: term for term in Term.objects.select_related("invoice")}


def pressed(visitor, line, button, **fields):
    """Press a button of the form that shares a line out, without JavaScript."""
    return visitor.post(url(line, "repartir/"), {"faire": button, **fields})


def test_invoices_are_added_and_dropped_without_javascript(visitor, desk, terms):
    one, two = terms["F-2026-0861"], terms["F-2026-0884"]
    page, _ = said_by(visitor, pressed(visitor, desk["erables"], f"ajouter:{one.pk}", q="delcourt"))
    assert part(page, f'input[name="montant-{one.pk}"]')["value"] == "940,00"
    assert part(page, 'input[name="q"]')["value"] == "delcourt"
    assert "csrf" not in page.select_one("#repartir")["action"]
    kept = {"terme": [one.pk], f"montant-{one.pk}": "500,00", "q": "delcourt"}
    page, _ = said_by(visitor, pressed(visitor, desk["erables"], f"ajouter:{two.pk}", **kept))
    assert part(page, f'input[name="montant-{one.pk}"]')["value"] == "500,00"
    assert part(page, f'input[name="montant-{two.pk}"]')["value"] == "440,00"
    assert "Reste à placer 0,00 €" in plain(text_of(part(page, ".acq-divide-shares")))
    kept = {"terme": [one.pk, two.pk], f"montant-{one.pk}": "500,00", f"montant-{two.pk}": "440,00"}
    page, _ = said_by(visitor, pressed(visitor, desk["erables"], f"retirer:{one.pk}", **kept))
    assert len(page.select("[data-part]")) == 1


def test_a_line_is_shared_out_over_two_clients_and_the_rest_stays(visitor, desk, terms, founded):
    one, two = terms["F-2026-0861"], terms["F-2026-0902"]
    shares = {
        "terme": [one.pk, two.pk], f"montant-{one.pk}": "1 000,50", f"montant-{two.pk}": "2000",
        "compte": two.account_id,
    }  # fmt: skip
    _page, said = said_by(visitor, pressed(visitor, desk["delcourt"], "imputer", **shares))
    assert "3 120,00 € imputés." in said
    with founded.open():
        assert (owed("F-2026-0861"), owed("F-2026-0902")) == (Decimal("2239.50"), Decimal("3000.00"))
        loose = {p.account_id: p.amount - p.allocated for p in Payment.objects.all()}
        assert loose == {one.account_id: 0, two.account_id: Decimal("119.50")}
        assert fresh(desk["delcourt"]).matched == Decimal("3120.00")


def test_what_is_left_of_an_invoice_is_written_off_for_a_reason(visitor, desk, terms, founded):
    one = terms["F-2026-0861"]
    shares = {"terme": [one.pk], f"montant-{one.pk}": "3120,00", f"solde-{one.pk}": "other"}
    page = soup(pressed(visitor, desk["delcourt"], "imputer", **shares))
    assert "Indiquez un motif." in text_of(part(page, "#repartir"))
    assert part(page, f'input[name="montant-{one.pk}"]')["value"] == "3120,00"
    said_by(visitor, pressed(visitor, desk["delcourt"], "imputer", motif="Geste commercial", **shares))
    with founded.open():
        assert owed("F-2026-0861") == 0
        given_up = Payment.objects.exclude(kind="payment").get()
        assert given_up.amount == Decimal("120.00")
        assert "Geste commercial" in given_up.label
    matched = soup(visitor.get("/rapprochement/?vue=rapprochees"))
    assert "Geste commercial" in text_of(part(matched, f"#ligne-{desk['delcourt'].pk}"))


@pytest.mark.parametrize(
    "wrong",
    [
        ("douze", {}, "Un montant de la forme 1240,50."),
        ("0", {}, "supérieur à zéro"),
        ("-5", {}, "supérieur à zéro"),
        ("NaN", {}, "Un montant de la forme 1240,50."),
        ("1e40", {}, "Un montant de la forme 1240,50."),
        ("3200,00", {}, "dépassent de 80,00 € ce qui est arrivé"),
        ("9000,00", {}, "La facture ne doit plus que 3 240,00 €."),
        ("100,00", {}, "chez quel client le reste est laissé"),
        ("100,00", {"compte": "999999"}, "chez quel client le reste est laissé"),
    ],
)
def test_shares_that_cannot_be_are_told_beside_their_field(visitor, desk, terms, founded, wrong):
    amount, more, said = wrong
    one = terms["F-2026-0861"]
    shares = {"terme": [one.pk], f"montant-{one.pk}": amount, **more}
    answer = pressed(visitor, desk["delcourt"], "imputer", **shares)
    assert said in plain(text_of(part(soup(answer), "#repartir")))
    assert part(soup(answer), f'input[name="montant-{one.pk}"]')["value"] == amount
    with founded.open():
        assert not Payment.objects.exists()


def test_an_invoice_paid_meanwhile_is_told(visitor, desk, terms, founded):
    one = terms["F-2026-0889"]
    with founded.open():
        accept_proposal(organisation_id=founded.id, line_id=desk["hotel"].pk, now=NOW, by=None)
    shares = {"terme": [one.pk], f"montant-{one.pk}": "940,00"}
    page = soup(pressed(visitor, desk["erables"], "imputer", **shares))
    assert "soldée entre-temps" in text_of(part(page, "#repartir"))


def test_a_return_reopens_what_its_payment_paid(visitor, desk, founded):
    with founded.open():
        client = world.account(Creditor.objects.get(), "PEP", name="Pépinières du Lauragais")
        term = world.invoice(client, "F-2026-0791", "1180.00")
        payment = world.receipt(client, "1180.00", on=TODAY - timedelta(days=12))
        Allocation.objects.create(
            organisation_id=founded.id, account=client, term=term, payment=payment, amount=Decimal("1180.00"),
            effective_on=TODAY, recorded_at=NOW,
        )  # fmt: skip
        assert owed("F-2026-0791") == 0
    page = soup(visitor.get(url(desk["rejet"])))
    way = plain(text_of(part(page, "label.acq-opt")))
    assert "Pépinières du Lauragais · F-2026-0791 1 180,00 €" in way
    _page, said = said_by(visitor, visitor.post(url(desk["rejet"], "rouvrir/"), {"reglement": payment.pk}))
    assert "la facture redevient ouverte" in said
    with founded.open():
        assert owed("F-2026-0791") == Decimal("1180.00")
    matched = soup(visitor.get("/rapprochement/?vue=rapprochees"))
    assert "règlement revenu impayé" in text_of(part(matched, f"#ligne-{desk['rejet'].pk}"))


def test_what_is_matched_says_by_whom_and_why(visitor, desk, founded):
    with founded.open():
        accept_proposal(organisation_id=founded.id, line_id=desk["hotel"].pk, now=NOW, by=None)
        accept_proposal(organisation_id=founded.id, line_id=desk["arvor"].pk, now=NOW, by=founded.user_id)
    page = assert_fragment_is_part(visitor, "/rapprochement/?vue=rapprochees", "lignes")
    alone = plain(text_of(part(page, f"#ligne-{desk['hotel'].pk}")))
    assert "Référence RF exacte, montant exact · d’office" in alone
    assert "+ 4 218,60 €" in alone
    assert "99 %" in alone
    assert founded.email in text_of(part(page, f"#ligne-{desk['arvor'].pk}"))
    _page, said = said_by(visitor, visitor.post(url(desk["hotel"], "annuler/")))
    assert "de nouveau à vérifier" in said


def test_an_answer_to_htmx_brings_the_toast_and_the_count(visitor, desk):
    chosen = {"choix": choices(visitor, desk["hotel"])[0]}
    answer = visitor.post(url(desk["hotel"], "imputer/"), chosen, headers={"HX-Request": "true"}, follow=True)
    fragment = soup(answer)
    assert text_of(part(fragment, "#compte-matching")) == "5"
    assert fragment.select("[data-toast]")
    assert fragment.select("[data-focus]")


def test_the_lines_of_others_do_not_exist(visitor, desk, found, creditor):
    other = found("Beta")
    with other.open():
        foreign = bank.line(world.ready_creditor(other.id), "SECRET", "10.00", on=TODAY)
    for action in ("", "ecarter/", "chercher/"):
        assert visitor.get(url(foreign, action)).status_code == 404, action
    for action in (
        "imputer/",
        "repartir/",
        "rouvrir/",
        "refuser/",
        "annuler/",
        "mettre-de-cote/",
        "reprendre/",
    ):
        assert visitor.post(url(foreign, action), {"choix": "1"}).status_code == 404, action
    visitor.post("/rapprochement/ecarter/", {"ecarter": [foreign.pk], "reason": "virement interne"})
    with other.open():
        assert fresh(foreign).set_aside_at is None
    stranger = Visitor()
    assert "/accounts/login/" in stranger.get("/rapprochement/").headers["Location"]
    assert "/accounts/login/" in stranger.post(url(foreign, "imputer/")).headers["Location"]


def test_the_terms_of_others_cannot_be_paid(visitor, desk, found, founded):
    other = found("Beta")
    with other.open():
        secret = world.invoice(world.account(world.ready_creditor(other.id), "X"), "S-1", "940.00")
    page, _ = said_by(visitor, pressed(visitor, desk["erables"], f"ajouter:{secret.pk}"))
    assert not page.select("[data-part]")
    shares = {"terme": [secret.pk], f"montant-{secret.pk}": "940,00"}
    assert pressed(visitor, desk["erables"], "imputer", **shares).status_code == 200
    with founded.open():
        assert not BankMatch.objects.exists()


def test_actions_are_posted(visitor, desk):
    for action in (
        "imputer/",
        "repartir/",
        "rouvrir/",
        "refuser/",
        "annuler/",
        "mettre-de-cote/",
        "reprendre/",
    ):
        assert visitor.get(url(desk["hotel"], action)).status_code == 405, action


def test_the_pages_cost_few_queries(visitor, founded, creditor, django_assert_max_num_queries):
    with founded.open():
        client = world.account(creditor, "MANY")
        for n in range(60):
            line = bank.line(creditor, f"P{n}", "10.00", on=TODAY - timedelta(days=n))
            bank.propose(line, 97 if n % 2 else 70, world.invoice(client, f"M-{n:02}", "10.00"))
        bank.statement(creditor, TODAY - timedelta(days=30), TODAY)
    visitor.get("/rapprochement/")
    for address in ("", "?groupe=a-choisir", f"ligne/{line.pk}/", f"ligne/{line.pk}/chercher/?q=M-01"):
        with django_assert_max_num_queries(25):
            visitor.get(f"/rapprochement/{address}")
    visitor.post("/rapprochement/accepter/")
    for address in ("?vue=rapprochees", "?vue=ecartees", "releves/"):
        with django_assert_max_num_queries(25):
            visitor.get(f"/rapprochement/{address}")


def test_the_statements_show_what_is_missing(visitor, founded, creditor):
    with founded.open():
        bank.statement(
            creditor, date(2026, 9, 1), date(2026, 9, 30), opening=Decimal(0),
            closing=Decimal("500.00"),
        )  # fmt: skip
        bank.statement(
            creditor, date(2026, 10, 8), date(2026, 10, 31), opening=Decimal("740.00"),
            closing=Decimal("900.00"),
        )  # fmt: skip
    page = soup(visitor.get("/rapprochement/releves/"))
    gap = plain(text_of(part(page, ".acq-missing")))
    assert "Rien du 1er oct. 2026 au 7 oct. 2026." in gap
    assert "il manque + 240,00 € de mouvements" in gap
    assert "1 relevé manque" in plain(text_of(part(page, "section.card .card-header")))


def test_nothing_to_do_is_said(visitor, founded, creditor):
    assert "Pas encore de relevé" in text_of(part(soup(visitor.get("/rapprochement/")), "#lignes"))
    assert "Pas encore de relevé" in text_of(soup(visitor.get("/rapprochement/releves/")))
    with founded.open():
        bank.line(creditor, "LOYER", "10.00", on=TODAY, direction="debit")
        paid = BankLine.objects.get()
    assert visitor.get(url(paid)).status_code == 404
    assert "Tout est rapproché" in text_of(part(soup(visitor.get("/rapprochement/")), "#lignes"))
    assert "Aucune ligne écartée" in text_of(soup(visitor.get("/rapprochement/?vue=ecartees")))


def test_a_possible_payment_leads_to_its_line(visitor, founded):
    with founded.open():
        creditor = world.ready_creditor(founded.id, works_every_day=True)
        client = world.account(creditor, "DELC", name="Menuiserie Delcourt")
        term = world.invoice(client, "F-1", "500.00", due=TODAY - timedelta(days=20), known_on=TODAY)
        line = bank.line(creditor, "DELCOURT", "500.00", on=TODAY)
        bank.propose(line, 90, term)
        task = Task.objects.create(
            organisation_id=founded.id,
            creditor=creditor,
            account=client,
            kind="possible_payment",
            opened_at=NOW,
        )
    page = soup(visitor.get(f"/a-traiter/tache/{task.pk}/"))
    assert part(page, f'#lecture a[href="{url(line)}"]')
    assert "500,00 € en banque" in plain(text_of(part(page, "#lecture")))


def test_the_client_s_history_names_the_bank_line(visitor, desk, founded):
    with founded.open():
        accept_proposal(organisation_id=founded.id, line_id=desk["hotel"].pk, now=NOW, by=None)
        account = Account.objects.get(external_id="BELV")
    page = soup(visitor.get(f"/clients/{account.pk}/?vue=reglements"))
    told = plain(text_of(page))
    assert "rapprochée d’office · HOTEL BELVEDERE" in told
    assert page.select(f'a[href="{url(desk["hotel"])}"]')


def test_all_is_said_in_english_too(visitor, desk):
    visitor.post("/langue/setlang/", {"language": "en"})
    line = f"ligne/{desk['delcourt'].pk}/"
    for address in ("", "?vue=rapprochees", "?vue=ecartees", "releves/", line, f"{line}chercher/?q=zzz"):
        told = text_of(part(soup(visitor.get(f"/rapprochement/{address}")), "main"))
        assert not FRENCH.search(told), (address, FRENCH.search(told))


def test_old_data_say_what_to_import(visitor, desk, founded, creditor):
    assert not soup(visitor.get("/rapprochement/")).select("#donnees-anciennes")
    with founded.open():
        Feed.objects.create(
            organisation_id=founded.id, creditor=creditor, kind="bank", bank_account=bank.IBAN,
            newest_on=TODAY - timedelta(days=12), newest_at=NOW,
        )  # fmt: skip
    told = plain(text_of(part(soup(visitor.get("/rapprochement/")), "#donnees-anciennes")))
    assert "Banque ····0189 : 12 jours. Importez le relevé du" in told
    assert ".." not in told
