"""« Sources » in the settings, and how old data are said on the pages concerned."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache

from acquit.flows.material.feeds import note_arrival
from acquit.store.accounts.models import User
from acquit.store.ledger.models import Feed
from tests.flows import world
from tests.web.pages import Visitor, part, soup, text_of

#: The Monday of the design: the statement of Thursday 19 November is four days old.
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))
IBAN = "FR7630006000011234567890189"


@pytest.fixture(autouse=True)
def _monday():
    cache.clear()
    with time_machine.travel(NOW):
        yield


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
def bank(founded, creditor):
    with founded.open():
        note_arrival(creditor, "camt", {IBAN: date(2026, 11, 19)}, now=NOW - timedelta(days=3))
        note_arrival(creditor, "invoices", {"": None}, now=NOW.replace(hour=7))
        feed = Feed.objects.get(kind="bank")
        Feed.objects.filter(pk=feed.pk).update(fresh_days=1)
        return feed


def box(visitor):
    return text_of(part(soup(visitor.get("/imports/")), ".acq-fresh")).replace("\u00a0", " ")


def test_old_data_are_said_where_they_matter(visitor, bank):
    assert box(visitor) == ("Envois auto. suspendus Banque 19 nov. · 4 jours Factures aujourd’hui 07:30")
    for page in ("/imports/", "/envois/", "/reglages/sources/"):
        said = text_of(part(soup(visitor.get(page)), "#donnees-anciennes")).replace("\u00a0", " ")
        assert "Les envois automatiques sont suspendus." in said
        assert "Banque ····0189 : 4 jours. Importez le relevé du 20 au 23 nov." in said
        assert ".." not in said


def test_fresh_data_say_nothing_more(visitor, founded, creditor, bank):
    with founded.open():
        note_arrival(creditor, "ofx", {IBAN: date(2026, 11, 20)}, now=NOW)
    assert box(visitor).startswith("Données à jour Banque 20 nov. · 3 jours")
    assert not soup(visitor.get("/imports/")).select("#donnees-anciennes")


def test_an_age_is_kept_and_a_wrong_one_said(visitor, founded, bank):
    url = f"/reglages/sources/{bank.pk}/"
    assert visitor.post(url, {"fresh_days": "4"}).status_code == 303
    with founded.open():
        kept = Feed.objects.get(pk=bank.pk)
    assert (kept.fresh_days, kept.holds) == (4, True)
    assert box(visitor).startswith("Données à jour")
    page = soup(visitor.post(url, {"fresh_days": "90"}))
    assert part(page, f"#source-{bank.pk}-fresh_days")["value"] == "90"
    assert part(page, f"#source-{bank.pk}-fresh_days-errors")
    visitor.post(url, {"fresh_days": ""})
    with founded.open():
        assert Feed.objects.get(pk=bank.pk).fresh_days is None


def test_a_source_is_retired_with_a_reason_and_taken_back(visitor, founded, bank):
    url = f"/reglages/sources/{bank.pk}/"
    visitor.post(f"{url}retirer/", {"because": " "})
    with founded.open():
        assert Feed.objects.get(pk=bank.pk).retired_at is None
    visitor.post(f"{url}retirer/", {"because": "compte fermé"})
    page = soup(visitor.get("/reglages/sources/"))
    assert "compte fermé" in text_of(part(page, "#retirees").parent.parent)
    assert part(page, "#avis form")["action"] == f"{url}reprendre/"
    assert box(visitor) == "Données à jour Factures aujourd’hui 07:30"
    visitor.post(f"{url}reprendre/")
    assert box(visitor).startswith("Envois auto. suspendus")


def test_another_house_has_its_own_sources(visitor, found, bank):
    stranger = Visitor(headers={"Accept-Language": "fr"})
    stranger.force_login(User.objects.get(pk=found("Autre").user_id))
    assert stranger.post(f"/reglages/sources/{bank.pk}/", {"fresh_days": "9"}).status_code == 404
    assert "0189" not in text_of(soup(stranger.get("/reglages/sources/")))
