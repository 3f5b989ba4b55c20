"""What a person does on a client: each action says what follows, keeps what was typed, and is undone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from acquit.store.accounts.models import Account, Contact, Debtor, User
from acquit.store.cases.models import Dispute, Hold, ManualContact, Note, Promise, Scenario
from acquit.store.ledger.models import Allocation, Invoice, Payment, Term
from tests.web.pages import HTMX, Visitor, part, soup, text_of
from tests.web.worlds import Company, company


@pytest.fixture
def valmeric(founded) -> Company:
    with founded.open():
        return company(founded)


@pytest.fixture
def claire(valmeric) -> Visitor:
    visitor = Visitor()
    visitor.force_login(User.objects.get(pk=valmeric.world.user_id))
    return visitor


def do(claire: Visitor, account, slug, said, *more):
    """Post an action, and return the page that follows."""
    answer = claire.post(reverse("accounts:act", args=[account.pk, slug, *more]), said)
    assert answer.status_code == 302, text_of(part(soup(answer), "#action"))
    return soup(claire.get(answer.headers["Location"]))


def toast(page) -> str:
    return text_of(part(page, "[data-toast]"))


def undo(claire: Visitor, page):
    form = part(page, "[data-toast] form")
    answer = claire.post(form["action"])
    return soup(claire.get(answer.headers["Location"]))


def test_every_action_has_a_form_that_htmx_gets_alone(claire, valmeric):
    for slug in (
        "appel",
        "promesse",
        "note",
        "suspendre",
        "litige",
        "reglement",
        "scenario",
        "fiche",
        "contact",
    ):
        url = reverse("accounts:act", args=[valmeric.late.pk, slug])
        whole, fragment = soup(claire.get(url)), claire.get(url, **HTMX)
        assert b"<html" not in fragment.content
        assert text_of(part(whole, "#action form")) == text_of(part(soup(fragment), "form")), slug


def test_an_unknown_action_is_not_found(claire, valmeric):
    assert claire.get(reverse("accounts:act", args=[valmeric.late.pk, "effacer"])).status_code == 404
    assert claire.get(reverse("accounts:act", args=[valmeric.late.pk, "note", 3])).status_code == 404
    assert claire.get(reverse("accounts:act", args=[valmeric.late.pk, "imputer"])).status_code == 404


def test_a_call_counts_as_a_contact(claire, valmeric):
    said = {"channel": "phone", "outcome": "no_answer", "on": valmeric.today.isoformat(), "note": "Occupé"}
    page = do(claire, valmeric.late, "appel", said)
    assert "jours ouvrés" in toast(page)
    with valmeric.world.open():
        assert ManualContact.objects.get().note == "Occupé"
    assert "Occupé" in text_of(part(page, "#historique"))


def test_a_promise_suspends_and_is_taken_back(claire, valmeric):
    with valmeric.world.open():
        invoice = Invoice.objects.get(number="F-2")
    day = valmeric.today + timedelta(days=6)
    page = do(
        claire,
        valmeric.late,
        "promesse",
        {"until": day.isoformat(), "amount": "840,50", "invoices": [invoice.pk]},
    )
    assert "Relances suspendues jusqu’au" in toast(page)
    chips = [text_of(chip) for chip in page.select(".acq-invoices .acq-chip")]
    assert chips[1].startswith("Promis le")
    page = undo(claire, page)
    assert "Promesse annulée" in toast(page)
    with valmeric.world.open():
        assert Promise.objects.get(account=valmeric.late).cancelled_at is not None


def test_a_promise_in_the_past_is_refused_beside_the_field_and_nothing_typed_is_lost(claire, valmeric):
    url = reverse("accounts:act", args=[valmeric.late.pk, "promesse"])
    day = (valmeric.today - timedelta(days=1)).isoformat()
    page = soup(claire.post(url, {"until": day, "amount": "1 000,50", "note": "au téléphone"}))
    assert text_of(part(page, "#action-until-errors")) == "Cette date est passée."
    assert part(page, "#action-until")["aria-invalid"] == "true"
    assert part(page, "#action-amount")["value"] == "1 000,50"
    assert "au téléphone" in text_of(part(page, "#action-note"))


@pytest.mark.parametrize("slug", ["promesse", "suspendre"])
def test_a_year_typed_wrong_is_refused_and_no_page_stumbles_over_it(claire, valmeric, slug):
    for until, said in (("9999-12-31", "année est mal écrite"), ("2096-12-01", "trop lointaine")):
        page = claire.post(f"/clients/{valmeric.late.pk}/{slug}/", {"until": until, "reason": "x"})
        assert page.status_code == 200
        assert said in text_of(soup(page))
    assert claire.get("/tableau-de-bord/").status_code == 200


def test_an_amount_that_is_none_says_how_one_is_written(claire, valmeric):
    url = reverse("accounts:act", args=[valmeric.late.pk, "reglement"])
    page = soup(
        claire.post(url, {"amount": "12,4O", "currency": "EUR", "received_on": valmeric.today.isoformat()})
    )
    assert "1240,50" in text_of(part(page, "#action-amount-errors"))


def test_a_note_is_kept(claire, valmeric):
    page = do(claire, valmeric.late, "note", {"text": "Rappeler <b>mardi</b>."})
    assert "Rappeler <b>mardi</b>." in text_of(part(page, "#historique"))
    with valmeric.world.open():
        assert Note.objects.get().recorded_by_id == valmeric.world.user_id


def test_a_suspension_ends_by_the_toast_or_by_the_list(claire, valmeric):
    until = valmeric.today + timedelta(days=3)
    page = do(claire, valmeric.late, "suspendre", {"reason": "Accord commercial", "until": until.isoformat()})
    assert "Relances suspendues jusqu’au" in toast(page)
    assert "Accord commercial" in text_of(part(page, ".acq-open"))
    undo(claire, page)
    with valmeric.world.open():
        assert Hold.objects.get(account=valmeric.late).released_at is not None


def test_a_suspension_needs_its_reason(claire, valmeric):
    url = reverse("accounts:act", args=[valmeric.late.pk, "suspendre"])
    page = soup(claire.post(url, {"reason": "  "}))
    assert part(page, "#action-reason-errors")


def test_a_dispute_leaves_its_part_out_until_it_is_resolved(claire, valmeric):
    with valmeric.world.open():
        invoice = Invoice.objects.get(number="F-1")
    page = do(
        claire,
        valmeric.late,
        "litige",
        {"invoice": invoice.pk, "category": "price", "amount": "", "note": ""},
    )
    assert "Litige : prix" in text_of(part(page, ".acq-invoices"))
    with valmeric.world.open():
        dispute = Dispute.objects.get(invoice=invoice)
    again = claire.post(
        reverse("accounts:act", args=[valmeric.late.pk, "litige"]),
        {"invoice": invoice.pk, "category": "price"},
    )
    assert "déjà en litige" in text_of(part(soup(again), "#action-invoice-errors"))
    page = do(claire, valmeric.late, "resoudre", {"resolution": "avoir accordé"}, dispute.pk)
    assert "Litige résolu" in toast(page)
    with valmeric.world.open():
        assert Dispute.objects.get(pk=dispute.pk).resolution == "avoir accordé"


def test_a_payment_pays_what_is_ticked_and_keeps_the_rest(claire, valmeric):
    with valmeric.world.open():
        invoice = Invoice.objects.get(number="F-2")
    said = {
        "amount": "1000", "currency": "EUR", "received_on": valmeric.today.strftime("%d/%m/%Y"),
        "invoices": [invoice.pk], "reference": "VIR 12",
    }  # fmt: skip
    page = do(claire, valmeric.late, "reglement", said)
    assert "159,50\u00a0€ restent à imputer" in toast(page)
    with valmeric.world.open():
        assert Term.objects.get(invoice=invoice).allocated == Decimal("840.50")
    assert "F-2" not in text_of(part(page, ".acq-invoices tbody"))


def test_a_payment_is_matched_and_the_match_undone(claire, valmeric):
    with valmeric.world.open():
        payment = Payment.objects.get(account=valmeric.unmatched)
        invoice = Invoice.objects.get(number="F-40")
    url = reverse("accounts:act", args=[valmeric.unmatched.pk, "imputer", payment.pk])
    assert "Cochez au moins une facture" in text_of(part(soup(claire.post(url, {})), "#action"))
    page = do(claire, valmeric.unmatched, "imputer", {"invoices": [invoice.pk]}, payment.pk)
    assert "Règlement imputé" in toast(page)
    with valmeric.world.open():
        allocation = Allocation.objects.get(payment=payment)
    assert "Annuler l’imputation" in text_of(part(page, "#historique"))
    page = do(claire, valmeric.unmatched, "delettrer", {}, allocation.pk)
    assert "due de nouveau" in toast(page)
    with valmeric.world.open():
        assert Term.objects.get(invoice=invoice).allocated == 0
    assert (
        claire.post(
            reverse("accounts:act", args=[valmeric.unmatched.pk, "delettrer", allocation.pk])
        ).status_code
        == 404
    )


def test_a_payment_that_came_back_is_owed_again(claire, valmeric):
    with valmeric.world.open():
        payment = Payment.objects.filter(account=valmeric.paid).order_by("id").first()
    page = do(claire, valmeric.paid, "impaye", {"on": valmeric.today.isoformat()}, payment.pk)
    assert "F-50" in text_of(part(page, ".acq-invoices"))
    assert "revenu impayé" in text_of(part(page, "#historique"))


def test_what_belongs_to_another_client_is_not_undone_from_here(claire, valmeric):
    with valmeric.world.open():
        promise = Promise.objects.get(account=valmeric.promised)
    url = reverse("accounts:undo", args=[valmeric.late.pk, "promesse", promise.pk])
    assert claire.post(url).status_code == 404


def test_a_scenario_is_chosen_by_hand(claire, valmeric):
    with valmeric.world.open():
        vip = Scenario.objects.get(key="vip")
    do(claire, valmeric.late, "scenario", {"scenario": vip.pk})
    with valmeric.world.open():
        assert Account.objects.get(pk=valmeric.late.pk).scenario_id == vip.pk
    do(claire, valmeric.late, "scenario", {"scenario": ""})
    with valmeric.world.open():
        assert Account.objects.get(pk=valmeric.late.pk).scenario_id is None


def test_the_client_is_described_anew(claire, valmeric):
    said = {"profile": "vip", "kind": "business", "language": "en", "country": "BE", "region": ""}
    page = do(claire, valmeric.late, "fiche", said)
    assert "VIP" in text_of(part(page, ".acq-under"))
    with valmeric.world.open():
        assert Debtor.objects.get(pk=valmeric.late.debtor_id).country == "BE"


def test_a_contact_is_added_changed_and_marked(claire, valmeric):
    do(
        claire,
        valmeric.held,
        "contact",
        {"name": "Paul Roux", "email": "paul@mairie.example", "is_main": "on"},
    )
    with valmeric.world.open():
        contact = Contact.objects.get(name="Paul Roux")
        assert Contact.objects.filter(debtor_id=valmeric.held.debtor_id, is_main=True).count() == 1
    said = {"name": "Paul Roux", "email": "paul@mairie.example", "email_bounced": "on"}
    page = do(claire, valmeric.held, "contact", said, contact.pk)
    assert "E-mail en échec" in text_of(part(page, ".acq-contacts"))
    do(claire, valmeric.held, "contact", said | {"email": "p.roux@mairie.example"}, contact.pk)
    with valmeric.world.open():
        assert Contact.objects.get(pk=contact.pk).email_bounced_on is None


def test_a_contact_without_any_address_is_refused(claire, valmeric):
    url = reverse("accounts:act", args=[valmeric.late.pk, "contact"])
    assert "a besoin d’une adresse" in text_of(
        part(soup(claire.post(url, {"name": "X"})), "#action-email-errors")
    )


def test_looking_at_forms_writes_nothing(claire, valmeric):
    with valmeric.world.open():
        before = Account.objects.get(pk=valmeric.late.pk).look_at
    claire.get(reverse("accounts:act", args=[valmeric.late.pk, "promesse"]))
    assert claire.get(reverse("accounts:undo", args=[valmeric.late.pk, "promesse", 1])).status_code == 405
    with valmeric.world.open():
        assert Account.objects.get(pk=valmeric.late.pk).look_at == before
