"""Seeded errors, each found under its own kind, and clean data under none (B19)."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from acquit.reports import doubts as module
from acquit.reports.doubts import KINDS, doubts, name_key
from acquit.store.accounts.models import Account, Contact, Creditor
from acquit.store.bank.models import LearnedPayer
from tests.flows.world import NOW, account, invoice, ready_creditor


@pytest.fixture
def creditor(organisation) -> Creditor:
    """A creditor with two debtors of whom nothing is wrong."""
    made = ready_creditor(organisation.id)
    good = account(made, "BON", siren="732829320", vat_number="FR44732829320", address="3 rue des Lilas")
    account(made, "LISBOA", name="Obras de Lisboa", country="PT", vat_number="PT501964843")
    account(made, "GENEVE", name="Horlogerie Genève", country="CH", vat_number="CHE-107.787.577 IVA")
    invoice(good, "F-1", "500.00")
    return made


def found(creditor: Creditor) -> dict[str, list[tuple]]:
    return {
        kind: [(tuple(name for _, _, name in one.accounts), one.said) for one in rows]
        for kind, rows in doubts(creditor.pk).items()
        if rows
    }


def test_examples_hold() -> None:
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed


def test_of_clean_data_nothing_is_said(creditor) -> None:
    assert found(creditor) == {}


def test_debtors_without_an_address_that_works_those_that_owe_first(creditor) -> None:
    account(creditor, "A", name="Sans rien", email="")
    poor = account(creditor, "B", name="Petit", email="")
    rich = account(creditor, "C", name="Gros")
    Contact.objects.filter(debtor=rich.debtor).update(email_bounced_on=NOW.date())
    invoice(poor, "F-B", "10.00")
    invoice(rich, "F-C", "900.00")
    assert found(creditor) == {"no_email": [(("Gros",), ""), (("Petit",), ""), (("Sans rien",), "")]}


@pytest.mark.parametrize(
    ("kind", "said", "wrong"),
    [
        ("wrong_siren", {"siren": "732829321"}, "732829321"),
        ("wrong_siren", {"siren": "1234"}, "1234"),
        ("wrong_vat", {"vat_number": "FR45732829320"}, "FR45732829320"),
        ("wrong_vat", {"vat_number": "DE123456789"}, "DE123456789"),
    ],
)
def test_a_wrong_check_digit_is_named(creditor, kind, said, wrong) -> None:
    account(creditor, "X", name="Faux", **said)
    assert found(creditor) == {kind: [(("Faux",), wrong)]}


def test_a_wrong_iban_of_ours_and_of_a_payer(creditor) -> None:
    Creditor.objects.filter(pk=creditor.pk).update(iban="FR7630006000011234567890188")
    payer = account(creditor, "X", name="Payeur").debtor
    for iban in ("FR7630006000011234567890189", "DE88370400440532013000"):
        LearnedPayer.objects.create(
            organisation_id=creditor.organisation_id, creditor=creditor, debtor=payer, iban=iban, name="",
            learned_at=NOW,
        )  # fmt: skip
    assert found(creditor) == {
        "wrong_iban": [((), "FR7630006000011234567890188"), (("Payeur",), "DE88370400440532013000")]
    }


def test_days_that_cannot_be(creditor) -> None:
    debtor = account(creditor, "X", name="Pressé")
    due = date(2026, 11, 10)
    invoice(debtor, "TÔT", due=due, issued_on=due + timedelta(days=1))
    invoice(debtor, "LE JOUR MÊME", due=due, issued_on=due)
    invoice(debtor, "AVOIR", due=due, issued_on=due + timedelta(days=1), kind="returned_payment")
    assert found(creditor) == {"due_before_issue": [(("Pressé",), "TÔT")]}
    (one,) = doubts(creditor.pk, ["due_before_issue"])["due_before_issue"]
    assert one.days == (due + timedelta(days=1), due)


def test_terms_beyond_sixty_days_and_forty_five_end_of_month(creditor) -> None:
    firm = account(creditor, "X", name="Lente")
    abroad = account(creditor, "Y", name="Ailleurs", country="DE")
    person = account(creditor, "Z", name="Particulier", kind="consumer")
    issued = date(2026, 1, 1)
    for of, number, due in (
        (firm, "45 FDM", date(2026, 3, 17)),
        (firm, "TARD", date(2026, 3, 18)),
        (abroad, "A", date(2026, 3, 18)),
        (person, "P", date(2026, 3, 18)),
    ):
        invoice(of, number, due=due, issued_on=issued)
    assert found(creditor) == {"long_terms": [(("Lente",), "TARD")]}


@pytest.mark.parametrize(
    ("trade", "days", "too_long"),
    [
        ("general", 45, False), ("perishable", 30, False), ("perishable", 31, True),
        ("livestock", 21, True), ("transport", 30, False), ("transport", 31, True),
    ],
)  # fmt: skip
def test_terms_too_long_for_what_is_sold(creditor, trade, days, too_long) -> None:
    Creditor.objects.filter(id=creditor.id).update(trade=trade)
    due = date(2026, 11, 10)
    invoice(account(creditor, "X", name="Lente", siren="732829320"), "F-1", due=due,
            issued_on=due - timedelta(days=days))  # fmt: skip
    assert ("long_terms" in found(creditor)) is too_long


def test_what_two_debtors_share(creditor) -> None:
    one = account(creditor, "X", name="Alpha", email="Compta@Groupe.example")
    two = account(creditor, "Y", name="Bêta", email="compta@groupe.example ")
    Contact.objects.create(
        organisation_id=creditor.organisation_id, debtor=one.debtor, email="compta@groupe.example"
    )
    for of in (one, two):
        invoice(of, "F-SAME")
    assert found(creditor) == {
        "same_email": [(("Alpha", "Bêta"), "compta@groupe.example")],
        "same_number": [(("Alpha", "Bêta"), "F-SAME")],
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"name": "Un", "siren": "552100554"}, {"name": "Deux", "siren": "552100554"}),
        ({"name": "Un", "vat_number": "FR40303265045"}, {"name": "Deux", "vat_number": "FR40303265045"}),
        ({"name": "Garage Été", "address": "1 rue A"}, {"name": "GARAGE ETE", "address": "9 rue B"}),
        ({"name": "Menuiserie Dupont SARL"}, {"name": "DUPONT, Menuiserie"}),
    ],
)
def test_debtors_that_may_be_one_are_told_once(creditor, first, second) -> None:
    account(creditor, "X", **first)
    account(creditor, "Y", **second)
    pairs = [names for names, _ in found(creditor)["duplicate"]]
    assert pairs == [(first["name"], second["name"])]


def test_one_debtor_with_two_accounts_is_no_duplicate(creditor) -> None:
    one = account(creditor, "X", name="Double", siren="552100554")
    Account.objects.create(
        organisation_id=creditor.organisation_id, creditor=creditor, debtor=one.debtor, external_id="Y"
    )
    assert found(creditor) == {}


def test_names_of_nothing_but_forms_are_nobodys() -> None:
    assert name_key("sarl et fils".removesuffix(" et fils")) == ""
    assert name_key("dupont") != name_key("durand")


def test_addresses_that_no_window_shows(creditor) -> None:
    account(creditor, "X", name="Sans ville", address="12 rue du Lac")
    Contact.objects.filter(debtor__name="Sans ville").update(postcode="", city="")
    assert found(creditor) == {"bad_address": [(("Sans ville",), "12 rue du Lac")]}


def test_another_creditor_has_his_own(organisation, creditor) -> None:
    other = Creditor.objects.create(organisation_id=organisation.id, key="autre", name="Autre")
    account(other, "X", name="Sans rien", email="", siren="1")
    assert found(creditor) == {}
    assert set(found(other)) == {"no_email", "wrong_siren"}


def test_the_doctor_says_it(organisation, creditor) -> None:
    account(creditor, "X", name="Faux", siren="732829321")
    acquit = Path(sys.executable).parent / "acquit"
    done = subprocess.run([acquit, "doctor", "--data", "--json"], capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)["creditors"][creditor.key]
    assert set(said) == set(KINDS)
    assert said["wrong_siren"][0]["said"] == "732829321"
    assert said["wrong_siren"][0]["accounts"][0][2] == "Faux"
    plain = subprocess.run([acquit, "doctor", "--data"], capture_output=True, text=True, check=True)
    assert "1 wrong siren" in plain.stdout
