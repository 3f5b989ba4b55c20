"""Judgments: from the BODACC, a file or a person; what they stop, what stays, and until when to declare."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import httpx
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from acquit.core.decision import Act, Stop
from acquit.core.insolvency import Announcement
from acquit.flows.law.record_insolvency import (
    note_declared,
    record_insolvency,
    settle_insolvency,
)
from acquit.flows.material.deciding import decide_case
from acquit.flows.material.errors import AlreadySettled
from acquit.flows.material.law import claim_on, regime_of
from acquit.jobs.law import look_up_insolvencies
from acquit.sources.bodacc.client import Unavailable, announcements
from acquit.sources.bodacc.reader import Unreadable, read_export
from acquit.store.accounts.models import Debtor
from acquit.store.cases.models import Task
from acquit.store.facts import CaseLoader
from acquit.store.law.models import InsolvencyNotice
from tests.flows.world import NOW, TODAY, account, invoice, ready_creditor

SIREN = "732829320"
RECORDS = "/api/explore/v2.1/catalog/datasets/annonces-commerciales/records"


def judgment(on: date, *, siren: str = SIREN, name: str = "DUPONT SARL", key: str = "A1") -> Announcement:
    return Announcement(
        external_id=key, siren=siren, name=name, opening=True, procedure="recovery", judged_on=on,
        published_on=on + timedelta(days=10), nature="Jugement d'ouverture de redressement judiciaire",
        court="Tribunal de commerce de Lyon", officer="Me Marel, 3 rue des Lilas 69001 Lyon",
    )  # fmt: skip


def record(key: str, siren: str, **judged: str) -> dict[str, object]:
    """Return a record as the portal writes it: the judgment is a JSON text, the SIREN a list of two forms."""
    said = {"famille": "Jugement d'ouverture", "date": "7 octobre 2026",
            "nature": "Jugement d'ouverture de liquidation judiciaire",
            "complementJugement": "Liquidateur : Me Marel"} | judged  # fmt: skip
    return {
        "id": key, "dateparution": "2026-10-14", "familleavis": "collective",
        "registre": [f"{siren[:3]} {siren[3:6]} {siren[6:]}", siren], "commercant": "DUPONT SARL",
        "tribunal": "Tribunal de commerce de Lyon", "jugement": json.dumps(said),
        "url_complete": "https://www.bodacc.fr/annonce/A1",
    }  # fmt: skip


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id)


def case_of(one):
    return CaseLoader(one.organisation_id, NOW).one(one.id)


@pytest.mark.parametrize("ago", [1, 70])
def test_b8_what_came_before_the_judgment_stops_and_what_came_after_is_asked(creditor, ago) -> None:
    judged = TODAY - timedelta(days=ago)
    before = account(creditor, "AVANT", name="Avant", siren=SIREN)
    invoice(before, "F-1", due=date(2026, 8, 1), issued_on=judged - timedelta(days=100))
    both = account(creditor, "DEUX", name="Deux", siren=SIREN)
    Debtor.objects.filter(id=both.debtor_id).update(siren="552100554")
    done = record_insolvency(organisation_id=creditor.organisation_id, announced=[judgment(judged)], now=NOW)
    assert (done.new, done.confirmed, done.proposed) == (1, 1, 0)
    decision = decide_case(case_of(before))
    assert isinstance(decision, Stop)
    assert decision.reasons[0].code == "insolvent"
    invoice(before, "F-2", "500.00", due=TODAY - timedelta(days=4), issued_on=judged + timedelta(days=1))
    decision = decide_case(case_of(before))
    assert isinstance(decision, Act)
    assert decision.invoices == ("F-2",)


def test_the_task_says_until_when_the_claim_is_declared(creditor) -> None:
    one = account(creditor, "AVANT", siren=SIREN)
    invoice(one, "F-1", "1200.00", due=date(2026, 10, 1))
    announced = replace(judgment(date(2026, 10, 7)), published_on=date(2026, 10, 14))
    for _ in range(2):
        record_insolvency(organisation_id=creditor.organisation_id, announced=[announced], now=NOW)
    task = Task.objects.get(account=one, kind="declare_claim")
    assert task.params["until"] == "2026-12-14"
    assert task.params["relief_until"] == "2027-04-14"
    assert task.params["owed"] == [["1200.0000", "EUR"]]
    assert note_declared(organisation_id=creditor.organisation_id, account_id=one.id, now=NOW)
    assert InsolvencyNotice.objects.count() == 1
    record_insolvency(organisation_id=creditor.organisation_id, announced=[announced], now=NOW)
    assert not Task.objects.filter(account=one, kind="declare_claim", closed_at=None).exists()


def test_interest_stops_on_the_eve_and_no_fixed_sum_is_due_from_then_on(creditor) -> None:
    one = account(creditor, "AVANT", siren=SIREN)
    invoice(one, "F-1", "10000.00", due=date(2026, 7, 31))
    invoice(one, "F-2", "100.00", due=date(2026, 9, 20), issued_on=date(2026, 8, 1))
    record_insolvency(
        organisation_id=creditor.organisation_id, announced=[judgment(date(2026, 9, 15))], now=NOW
    )
    case = case_of(one)
    found = {
        term.invoice: claim_on(regime_of(case), case, term, (), case.today) for term in case.snapshot.terms
    }
    assert found["F-1"].interest.amount == Decimal("152.88")
    assert found["F-1"].fixed_sum is not None
    assert (found["F-2"].interest.amount, found["F-2"].fixed_sum) == (Decimal(0), None)


def test_a_namesake_with_another_siren_is_only_proposed(creditor) -> None:
    one = account(creditor, "X", name="Dupont", siren="552100554")
    invoice(one, "F-1")
    done = record_insolvency(
        organisation_id=creditor.organisation_id, announced=[judgment(date(2026, 11, 3))], now=NOW
    )
    assert (done.confirmed, done.proposed) == (0, 1)
    assert not isinstance(decide_case(case_of(one)), Stop)
    assert Task.objects.get(account=one).kind == "insolvency_namesake"
    notice = InsolvencyNotice.objects.get()
    said = {"organisation_id": creditor.organisation_id, "notice_id": notice.pk, "now": NOW}
    settle_insolvency(confirmed=False, **said)
    assert not Task.objects.filter(closed_at=None).exists()
    assert Debtor.objects.get(id=one.debtor_id).insolvent_on is None
    with pytest.raises(AlreadySettled):
        settle_insolvency(confirmed=True, **said)


def test_a_person_says_whose_judgment_it_is(creditor) -> None:
    one = account(creditor, "X", name="Autre")
    invoice(one, "F-1", due=date(2026, 11, 1))
    record_insolvency(
        organisation_id=creditor.organisation_id, now=NOW, debtor_id=one.debtor_id,
        announced=[replace(judgment(date(2026, 11, 3), siren=""), published_on=None, source="person")],
    )  # fmt: skip
    assert Debtor.objects.get(id=one.debtor_id).insolvent_on == date(2026, 11, 3)
    assert Task.objects.get(account=one).params["until"] == "2027-01-04"


def test_the_bodacc_is_asked_once_a_week_about_those_who_owe(
    creditor, httpserver: HTTPServer, settings
) -> None:
    settings.ACQUIT_BODACC_URL = httpserver.url_for("/api/explore/v2.1")
    owing, paid = account(creditor, "A", siren=SIREN), account(creditor, "B", siren="552100554")
    invoice(owing, "F-1")
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.args["where"])
        results = [
            record("A1", SIREN),
            record("A2", "552100554"),
            record("A3", SIREN, famille="Avis de dépôt", nature="Dépôt de l'état des créances"),
        ]
        return Response(json.dumps({"total_count": 3, "results": results}), mimetype="application/json")

    httpserver.expect_request(RECORDS).respond_with_handler(answer)
    for now in (NOW, NOW + timedelta(days=3), NOW + timedelta(days=8)):
        look_up_insolvencies(creditor.organisation_id, now=now)
    assert asked == [f'registre like "{SIREN}" and familleavis = "collective"'] * 2
    assert sorted(InsolvencyNotice.objects.values_list("external_id", "opening")) == [
        ("A1", True),
        ("A3", False),
    ]
    assert Debtor.objects.get(id=owing.debtor_id).insolvent_on == date(2026, 10, 7)
    assert Debtor.objects.get(id=paid.debtor_id).insolvent_on is None


def test_a_portal_that_is_down_changes_nothing(creditor, httpserver: HTTPServer, settings) -> None:
    settings.ACQUIT_BODACC_URL = httpserver.url_for("/api/explore/v2.1")
    for code in "ABCDE":
        invoice(account(creditor, code, siren=SIREN), f"F-{code}")
    httpserver.expect_request(RECORDS).respond_with_data("maintenance", status=503)
    looked = look_up_insolvencies(creditor.organisation_id, now=NOW)
    assert looked.debtors == 0
    assert "503" in looked.because
    assert len(httpserver.log) == 3
    with pytest.raises(Unavailable):
        announcements(httpx.Client(), SIREN, settings.ACQUIT_BODACC_URL)


def test_an_export_of_the_portal_is_read() -> None:
    records = [record("A1", SIREN), {"id": "V1", "familleavis": "vente"}, record("A4", SIREN, date="hier")]
    found = read_export(json.dumps(records).encode())
    assert [(one.external_id, one.judged_on, one.procedure) for one in found] == [
        ("A1", date(2026, 10, 7), "liquidation"), ("A4", date(2026, 10, 14), "liquidation"),
    ]  # fmt: skip
    for broken in (b"<html>", b'"text"', b"[1]"):
        with pytest.raises(Unreadable):
            read_export(broken)
