"""What money is, on labels as banks and debtors write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from acquit.core.matching.facts import Payer, Proposal, Receipt, Rules
from acquit.core.matching.propose import Matcher
from acquit.core.reference import creditor_reference
from tests.core.receipts import IBANS, PAYERS, item, receipt

OPEN = (
    item("F-2026-0889", "2218.60", "USM"),
    item("F-2026-0902", "3340.25", "ARV"),
    item("F-2026-0917", "4000.00", "ARV", days=9),
    item("F-2026-0918", "4100.00", "ARV", days=12),
    item("F-2026-0876", "2980.00", "FOR"),
    item("F-2026-0768", "5000.00", "HEX"),
    item("F-2026-0770", "6000.50", "HEX", days=1),
    item("F-2026-0801", "7000.00", "HEX", days=2),
    item("F-2026-0850", "9123.45", "HEX", days=20),
    item("AV-2026-0031", "-250.00", "FOR"),
)
MATCHER = Matcher(OPEN, PAYERS, Rules())


def best(came: Receipt, matcher: Matcher = MATCHER) -> Proposal:
    return matcher.propose(came)[0]


def applied(came: Receipt, matcher: Matcher = MATCHER) -> list[str] | None:
    """Return the numbers that the money would settle alone."""
    found = matcher.apply_alone(matcher.propose(came))
    return None if found is None else [str(part.item).partition(":")[2] for part in found.parts]


def codes(proposal: Proposal) -> set[str]:
    return {reason.code for reason in proposal.reasons}


ARVOR = ["F-2026-0902", "F-2026-0917"]


@pytest.mark.parametrize(
    ("label", "amount", "settled"),
    [
        ("VIR SEPA F-2026-0876", "2980.00", ["F-2026-0876"]),
        ("VIR SEPA FACT 0876", "2980.00", ["F-2026-0876"]),
        ("VIR INST FACTURE N° 876", "2980.00", ["F-2026-0876"]),
        ("VIREMENT RECU F0876", "2980.00", ["F-2026-0876"]),
        ("F2O26O876 REGLEMENT", "2980.00", ["F-2026-0876"]),
        ("REGLT FAC 2026/876 DU 15/10/2026", "2980.00", ["F-2026-0876"]),
        ("FACT 20260876 2 980,00 EUR", "2980.00", ["F-2026-0876"]),
        ("FACT 26-0876", "2980.00", ["F-2026-0876"]),
        ("VIR FACT.0876/2026", "2980.00", ["F-2026-0876"]),
        ("VIR INST F0902 F0917", "7340.25", ARVOR),
        ("VIR F-2026-0902/0917", "7340.25", ARVOR),
        ("VIR F-2026-0902/17", "7340.25", ARVOR),
        ("VIR FACTURES 0902 ET 0917", "7340.25", ARVOR),
        ("VIR F-2026-902, F-2026-917 ET 918", "11440.25", [*ARVOR, "F-2026-0918"]),
        ("VIR FACT 0902 À 0918", "11440.25", [*ARVOR, "F-2026-0918"]),
        ("VIR F 902 A F 918", "11440.25", [*ARVOR, "F-2026-0918"]),
        ("F-2026-0876 F-2026-0902", "6320.25", ["F-2026-0876", "F-2026-0902"]),
    ],
)  # fmt: skip
def test_numbers_are_read_in_every_way_that_people_write_them(
    label: str, amount: str, settled: list[str]
) -> None:
    found = MATCHER.apply_alone(MATCHER.propose(receipt(amount, label)))
    assert found is not None
    assert sorted(str(part.item).partition(":")[2] for part in found.parts) == sorted(settled)


@pytest.mark.parametrize(
    "label",
    [
        "VIR CMD 0876",  # an order
        "VIR LOT 0876",
        "VIR DU 08/76/2026",
        "VIR 876",  # three digits that nothing introduces
        "VIR FACT 2024-0876",  # another year's
        "CHQ 1230876",
        "TEL 0876",
        "AV0876",  # a credit note's number
        "VIR 876,00 EUR",
    ],
)
def test_other_numbers_are_no_invoices(label: str) -> None:
    found = MATCHER.propose(receipt("2980.00", label))
    assert not any({"number_named", "short_number_named"} & codes(proposal) for proposal in found)
    assert applied(receipt("2980.00", label)) is None


@pytest.mark.parametrize("written", ["{}", "VIR SEPA /RNF {}", "PAIEMENT {} MERCI", "/ROC/X//RFB/{}"])
def test_a_structured_reference_with_right_check_digits_is_the_invoice(written: str) -> None:
    label = written.format(creditor_reference("F-2026-0876"))
    found = best(receipt("2980.00", label))
    assert codes(found) >= {"reference_exact", "amount_exact"}
    assert found.score == 99
    assert applied(receipt("2980.00", label)) == ["F-2026-0876"]


def test_a_reference_in_groups_of_four_and_one_with_a_wrong_digit() -> None:
    reference = creditor_reference("F-2026-0876")
    spaced = " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))
    assert "reference_exact" in codes(best(receipt("2980.00", f"VIR {spaced}")))
    wrong = f"RF{(int(reference[2:4]) + 1) % 100:02}{reference[4:]}"
    assert "reference_exact" not in codes(best(receipt("2980.00", "VIR", reference=wrong)))


def test_the_belgian_structured_communication_printed_on_an_invoice() -> None:
    own = item("F-1", "120.00", "FOR", reference="+++009/0933/75538+++")
    matcher = Matcher((own, *OPEN), PAYERS, Rules())
    for said in ({"label": "VIR +++009/0933/75538+++"}, {"reference": "009093375538"}):
        assert applied(receipt("120.00", **said), matcher) == ["F-1"]
    assert applied(receipt("120.00", "VIR +++009/0933/75539+++"), matcher) is None


def test_the_reference_of_the_account_tells_the_payer() -> None:
    came = receipt("18000.50", f"VIR {creditor_reference('C00031')}")
    assert applied(came) == ["F-2026-0768", "F-2026-0770", "F-2026-0801"]
    assert codes(best(came)) >= {"account_reference", "all_due"}


@pytest.mark.parametrize(
    "said",
    [
        {"payer_iban": IBANS["HEX"]},
        {"label": "VIR CLIENT C00031"},
        {"label": "VIR C 00031 OCTOBRE"},
        {"accounts": frozenset(("HEX",))},
    ],
)
def test_all_that_a_known_payer_owes_up_to_a_day(said: dict[str, object]) -> None:
    came = receipt("18000.50", **said)
    assert applied(came) == ["F-2026-0768", "F-2026-0770", "F-2026-0801"]
    assert best(came).score == 98


def test_the_siren_in_a_label_tells_the_payer() -> None:
    payers = (*PAYERS[:1], Payer(account="SIR", names=("Toiles Ricard",), siren="732829320"))
    matcher = Matcher((item("F-2026-0001", "500.00", "SIR"), *OPEN), payers, Rules())
    for label in ("VIR 732829320", "VIR 732 829 320", "VIR 73282932000074", "VIR FR44732829320"):
        assert applied(receipt("500.00", label), matcher) == ["F-2026-0001"]


@pytest.mark.parametrize(
    ("payer_name", "label", "account"),
    [
        ("CUISINES ARVOR SAS", "VIR", "ARV"),
        ("SAS ARVOR CUISINES", "VIR", "ARV"),
        ("", "VIR SEPA CUISINES ARVOR", "ARV"),
        ("FROMAGERIE DU HAUT FOREZ SARL", "VIR", "FOR"),
        ("FROMAGERIE HT FOREZ", "VIR", "FOR"),
        ("FROMAGERIE DU HAUT-FO", "VIR", "FOR"),
        ("Fromagèrie Haut Forez", "VIR", "FOR"),
        ("FROMAGERIE HAUT FORREZ", "VIR", "FOR"),
        ("", "VIR INST GRPE HEXALIS TRESO", "HEX"),
        ("", "U EXPRESS CAUMONT", "USC"),
    ],
)
def test_names_are_known_again(payer_name: str, label: str, account: str) -> None:
    found = best(receipt("7.77", label, payer_name))
    assert found.accounts == (account,)
    assert codes(found) & {"name_same", "name_alike"}


@pytest.mark.parametrize(
    "payer_name", ["SCI LES ERABLES", "FROMAGERIE DU LAC", "EXPRESS PRESSING", "SAS SARL"]
)
def test_other_names_are_not(payer_name: str) -> None:
    assert MATCHER.propose(receipt("7.77", "VIR SEPA LOYER NOV", payer_name)) == ()


def test_a_name_with_its_one_exact_amount_may_be_applied_but_not_beside_a_twin() -> None:
    came = receipt("3340.25", "VIR", "CUISINES ARVOR")
    assert applied(came) == ["F-2026-0902"]
    assert codes(best(came)) >= {"name_same", "amount_exact", "only_candidate"}
    twin = Matcher((*OPEN, item("F-2026-0999", "3340.25", "HEX")), PAYERS, Rules())
    assert applied(came, twin) is None


def test_an_amount_alone_is_shown_and_never_applied() -> None:
    found = best(receipt("3340.25", "REMISE 12"))
    assert codes(found) == {"amount_exact", "only_candidate"}
    assert not found.is_sure
    assert best(receipt("3340.25", "REMISE 12")).score < 60


def test_a_known_payer_is_sure_even_where_another_owes_as_much() -> None:
    matcher = Matcher((*OPEN, item("F-2026-0999", "3340.25", "HEX")), PAYERS, Rules())
    assert applied(receipt("3340.25", payer_iban=IBANS["ARV"]), matcher) == ["F-2026-0902"]


def test_two_choices_of_different_meaning_are_asked() -> None:
    items = (item("A-1001", "300.00"), item("A-1002", "100.00", days=1), item("A-1003", "200.00", days=2))
    matcher = Matcher(items, PAYERS, Rules())
    came = receipt("300.00", accounts=frozenset(("HEX",)))
    sets = [{str(part.item) for part in proposal.parts} for proposal in matcher.propose(came)[:2]]
    assert sets == [{"HEX:A-1001"}, {"HEX:A-1002", "HEX:A-1003"}]
    assert applied(came, matcher) is None


def test_a_credit_note_of_the_debtor_is_deducted() -> None:
    found = best(receipt("2730.00", payer_iban=IBANS["FOR"]))
    assert [(part.item, part.amount) for part in found.parts] == [
        ("FOR:AV-2026-0031", Decimal("-250.00")), ("FOR:F-2026-0876", Decimal("2980.00")),
    ]  # fmt: skip
    assert "credit_note_deducted" in codes(found)
    named = receipt("2730.00", "VIR F-2026-0876", payer_iban=IBANS["FOR"])
    assert applied(named) == ["AV-2026-0031", "F-2026-0876"]


@pytest.mark.parametrize(
    ("amount", "said", "kind", "difference"),
    [
        ("2979.60", {"label": "FACT 0876"}, "rounding", "0.40"),
        ("2970.00", {"label": "FACT 0876"}, "charges", "10.00"),
        ("2968.00", {"label": "FACT 0876", "charges": Decimal(12)}, "charges", "12.00"),
        ("2920.40", {"label": "FACT 0876"}, "discount", "59.60"),
        ("2920.40", {"payer_iban": IBANS["FOR"]}, "discount", "59.60"),
        ("1490.00", {"label": "FACT 0876"}, "part", "1490.00"),
        ("3000.00", {"label": "FACT 0876"}, "on_account", "-20.00"),
        ("2900.00", {"payer_iban": IBANS["FOR"]}, "part", "80.00"),
    ],
)
def test_what_a_difference_is_taken_for(
    amount: str, said: dict[str, object], kind: str, difference: str
) -> None:
    found = best(receipt(amount, payer_name="FROMAGERIE DU HAUT FOREZ", **said))
    assert (found.difference_kind, found.difference) == (kind, Decimal(difference))
    assert found.parts[0].item == "FOR:F-2026-0876"
    assert applied(receipt(amount, **said)) is None or kind == "rounding"


def test_charges_are_only_thought_of_for_a_named_invoice_or_a_foreign_payer() -> None:
    payers = (Payer(account="USX", names=("Acme Corp",), ibans=frozenset(("US99", "FR99"))),)
    matcher = Matcher((item("F-2026-0001", "1000.00", "USX"),), payers, Rules())
    assert best(receipt("988.00", payer_iban="US99"), matcher).difference_kind == "charges"
    assert best(receipt("988.00", payer_iban="FR99"), matcher).difference_kind == "part"


def test_money_of_a_known_payer_who_owes_nothing_like_it_may_rest_on_his_account() -> None:
    found = MATCHER.propose(receipt("55.00", payer_iban=IBANS["USC"]))
    assert [part.item for proposal in found for part in proposal.parts].count(None) >= 1
    assert MATCHER.apply_alone(found) is None
    nothing = Matcher((), PAYERS, Rules())
    assert [part.item for part in best(receipt("55.00", payer_iban=IBANS["USC"]), nothing).parts] == [None]


def test_the_label_naming_a_paid_invoice_keeps_the_amount_from_being_sure() -> None:
    """A number of the series that is not open: paid twice, or an invoice not yet known."""
    came = receipt("2980.00", "VIR F-2026-0650", payer_iban=IBANS["FOR"])
    assert applied(came) is None
    assert "others_named" in codes(best(came))


def test_a_number_that_several_debtors_bear_wants_the_payer_too() -> None:
    items = (
        item("2026-0042", "100.00", "HEX"),
        item("2026-0042", "100.00", "ARV"),
        item("2026-0042", "70.00", "FOR"),
    )
    matcher = Matcher(items, PAYERS, Rules())
    assert applied(receipt("100.00", "FACT 2026-0042"), matcher) is None
    assert applied(receipt("70.00", "FACT 2026-0042"), matcher) is None
    assert "number_shared" in codes(best(receipt("70.00", "FACT 2026-0042"), matcher))
    assert applied(receipt("70.00", "FACT 2026-0042", payer_iban=IBANS["FOR"]), matcher) == ["2026-0042"]


def test_the_year_tells_apart_what_the_number_does_not() -> None:
    matcher = Matcher((*OPEN, item("F-2025-0876", "310.00", "USC", days=-300)), PAYERS, Rules())
    assert applied(receipt("310.00", "VIR FACT 0876 2025"), matcher) == ["F-2025-0876"]
    assert applied(receipt("2980.00", "VIR FACT 26-0876"), matcher) == ["F-2026-0876"]
    assert applied(receipt("2980.00", "VIR FACT 0876"), matcher) is None
    named = receipt("2980.00", "VIR FACT 0876", "FROMAGERIE DU HAUT FOREZ")
    assert applied(named, matcher) == ["F-2026-0876"]


def test_the_iban_of_another_debtor_asks_a_person() -> None:
    came = receipt("2980.00", "F-2026-0876", payer_iban=IBANS["HEX"])
    assert applied(came) is None
    assert "other_payer" in codes(best(came))


def test_another_currency_is_never_allocated() -> None:
    items = (item("F-2026-0001", "100.00", "HEX", currency="USD"),)
    found = Matcher(items, PAYERS, Rules()).propose(receipt("100.00", "F-2026-0001"))
    assert [part.item for proposal in found for part in proposal.parts] == [None]
    assert not any(proposal.is_sure for proposal in found)
    assert "currency_differs" in codes(found[0])


def test_a_label_cut_off_after_some_of_the_numbers() -> None:
    came = receipt("18000.50", "VIR F-2026-0768 F-2026-0770 F-20", "GROUPE HEXALIS")
    assert applied(came) == ["F-2026-0768", "F-2026-0770", "F-2026-0801"]


def test_the_threshold_is_the_creditors() -> None:
    came = receipt("3340.25", "VIR", "CUISINES ARVOR")
    strict = Matcher(OPEN, PAYERS, Rules(threshold=99))
    assert applied(came, strict) is None
    assert strict.propose(came) == MATCHER.propose(came)
