"""« Réglages »: what is kept, what is refused, and what is missing before anything leaves."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest
from django.core.cache import cache

from acquit.store import tenancy
from acquit.store.accounts.models import Account, Creditor, User
from acquit.web.setup.forms import CreditorForm, initial_of
from tests.flows import world
from tests.web.pages import Visitor, part, soup, text_of


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


def typed(creditor, **changed):
    """Return the form as a browser sends it, with some fields typed over."""
    said = {}
    for bound in CreditorForm(initial=initial_of(creditor)):
        value = bound.value()
        if value is True:
            said[bound.name] = "on"
        elif value not in (None, False):
            said[bound.name] = value.strftime("%H:%M") if isinstance(value, time) else str(value)
    return {**said, **changed}


def test_what_is_typed_is_kept(visitor, creditor, founded):
    with founded.open():
        account = world.account(creditor, "UN")
        Account.objects.filter(pk=account.pk).update(look_at=None)
    said = typed(
        creditor, siren="732 829 320", iban="FR76 3000 6000 0112 3456 7890 189", bic="bnpafrpp",
        contact_gap="5", ask_above="1 500,50", quiet_periods="24/12 - 02/01\n1/8 au 15/8",
        works_every_day="on", window_opens="09:30", payment_terms="45 jours fin de mois",
    )  # fmt: skip
    assert visitor.post("/reglages/", said).status_code == 303
    with founded.open():
        kept = Creditor.objects.get(pk=creditor.pk)
        assert Account.objects.get().look_at is not None
    assert (kept.siren, kept.iban, kept.bic) == ("732829320", "FR7630006000011234567890189", "BNPAFRPP")
    assert (kept.contact_gap, kept.ask_above, kept.works_every_day) == (5, Decimal("1500.50"), True)
    assert kept.quiet_periods == [["12-24", "01-02"], ["08-01", "08-15"]]
    assert (kept.window_opens, kept.payment_terms) == (time(9, 30), "45 jours fin de mois")
    page = soup(visitor.get("/reglages/"))
    assert part(page, "#reglage-ask_above")["value"] == "1500,50"
    assert part(page, "#reglage-quiet_periods").text.strip() == "24/12 - 02/01\n01/08 - 15/08"


@pytest.mark.parametrize(
    ("field", "typed_in", "said"),
    [
        ("iban", "FR76 3000 6000 0112 3456 7890 188", "IBAN est faux"),
        ("siren", "732 829 321", "SIREN"),
        ("bic", "ZZ", "BIC est faux"),
        ("sender_email", "claire", "nom@exemple.fr"),
        ("reply_domain", "pas un domaine", "reponses.exemple.fr"),
        ("window_closes", "07:00", "finir après"),
        ("quiet_periods", "32/12 - 02/01", "n’est pas une période"),
        ("quiet_periods", "noël", "n’est pas une période"),
        ("payment_terms", "quand il veut", "n’est pas compris"),
        ("contact_gap", "", "nécessaire"),
        ("tolerance", "peu", "1240,50"),
        ("name", "", "nécessaire"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_not_lost(visitor, creditor, field, typed_in, said):
    answer = visitor.post("/reglages/", typed(creditor, city="Lyon-sur-Rhône", **{field: typed_in}))
    assert answer.status_code == 200
    page = soup(answer)
    assert said in text_of(part(page, f"#reglage-{field}-errors"))
    control = part(page, f"#reglage-{field}")
    assert (control.get("value") or control.text.strip()) == typed_in or not typed_in
    assert part(page, "#reglage-city")["value"] == "Lyon-sur-Rhône"
    with tenancy.organisation(creditor.organisation_id):
        assert Creditor.objects.get(pk=creditor.pk).city == "Villeurbanne"


def test_a_new_house_is_told_what_is_missing(visitor, founded):
    box = text_of(part(soup(visitor.get("/reglages/")), ".acq-first > section:first-child"))
    for words in ("L’e-mail de l’expéditeur manque", "L’IBAN manque", "Aucun client n’est connu"):
        assert words in box


def test_a_ready_house_is_told_that_nothing_is_missing(visitor, creditor, founded):
    with founded.open():
        world.account(creditor, "UN")
    box = text_of(part(soup(visitor.get("/reglages/")), ".acq-first > section:first-child"))
    assert "Rien ne manque" in box


def test_members_are_listed_and_only_ours(visitor, found, founded):
    found("Autre")
    said = text_of(soup(visitor.get("/reglages/")).select(".acq-first > section")[-1])
    assert "admin@alpha.example" in said
    assert "admin@autre.example" not in said
    assert "Administrateur" in said
