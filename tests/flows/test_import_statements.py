"""Bank statements: whose they are, each movement once, and the gaps between them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from acquit.flows.ledger.import_file import CreditorUnclear, OtherCreditor
from acquit.sources.errors import StructureError
from acquit.store.accounts.models import Creditor
from acquit.store.bank.gaps import missing_statements
from acquit.store.bank.models import BankAccount, BankLine, BankStatement
from tests.flows.banking import IBAN, SOURCES, bring_lines, bring_statements, days_ago, line, statement
from tests.flows.importing import bring

OTHER_IBAN = "FR1420041010050500013M02606"


@pytest.fixture(autouse=True)
def _banks(settings):
    settings.SOURCES = SOURCES


def told(done, table="bank_lines"):
    counts = done.counts
    return tuple(said.get(table, 0) for said in (counts.created, counts.updated, counts.unchanged))


def test_statements_and_lines_are_kept_once(organisation):
    one = statement(
        line("1200.00", "VIR ALPHA FA101", counterparty_iban=OTHER_IBAN, counterparty_name="ALPHA"),
        line("35.00", "FRAIS", direction="debit", charges="0.50"),
        key="2026-11", number="11", account_name="Courant", from_on=days_ago(1), to_on=days_ago(0),
        opening="100.00", closing="1265.00",
    )  # fmt: skip
    done = bring_statements(organisation, one)
    assert told(done) == (2, 0, 0)
    assert told(done, "statements") == (1, 0, 0)
    account = BankAccount.objects.get()
    assert (account.number, account.currency, account.name) == (IBAN, "EUR", "Courant")
    assert account.creditor_id == organisation.creditor_id
    kept = BankLine.objects.get(direction="credit")
    assert (kept.amount, kept.label, kept.matched) == (Decimal("1200.00"), "VIR ALPHA FA101", 0)
    assert kept.statement == BankStatement.objects.get()
    assert (kept.counterparty_name, kept.counterparty_iban) == ("ALPHA", OTHER_IBAN)
    again = bring_statements(organisation, statement(line("7.00", "AUTRE"), *one["lines"]))
    assert told(again) == (1, 0, 2)


def test_a_dry_run_says_the_same_and_keeps_nothing(organisation):
    done = bring_lines(organisation, line("12.00", "VIR"), dry_run=True)
    assert told(done) == (1, 0, 0)
    assert not BankLine.objects.exists()
    assert not BankAccount.objects.exists()


def test_two_lines_alike_to_the_letter_are_two(organisation):
    assert told(bring_lines(organisation, line("12.00", "CARTE"), line("12.00", "CARTE"))) == (2, 0, 0)
    assert told(bring_lines(organisation, line("12.00", "CARTE"))) == (0, 0, 1)


def test_the_same_movement_in_another_format_is_the_same_line(organisation):
    """F-07: what counts twice could pay twice."""
    bring_lines(organisation, line("50.00", "VIR A"), line("50.00", "VIR B"), line("9.00", "X"))
    other = [line("50.00", "Virement de A"), line("50.00", "Virement de B"), line("50.00", "Virement de C")]
    assert told(bring_lines(organisation, *other, kind="bank_b")) == (1, 0, 2)
    assert BankLine.objects.count() == 4
    later = [*other, line("50.00", "Virement de D")]
    assert told(bring_lines(organisation, *later, kind="bank_b")) == (1, 0, 3)
    assert set(BankLine.objects.values_list("label", flat=True)) == {
        "VIR A", "VIR B", "X", "Virement de C", "Virement de D"
    }  # fmt: skip


def test_a_line_that_another_format_told_is_not_taken_for_a_second_one(organisation):
    """A file that tells only the second of two equal movements must not lose it."""
    bring_lines(organisation, line("50.00", "VIR A"))
    bring_lines(organisation, line("50.00", "Virement de A"), kind="bank_b")
    assert told(bring_lines(organisation, line("50.00", "Virement de B"), kind="bank_b")) == (1, 0, 0)


def test_another_day_direction_or_currency_is_another_movement(organisation):
    bring_lines(organisation, line("50.00", "VIR"))
    other = [line("50.00", "vir", on=days_ago(1)), line("50.00", "vir", direction="debit")]
    assert told(bring_lines(organisation, *other, kind="bank_b")) == (2, 0, 0)
    dollars = statement(line("50.00", "vir"), currency="USD")
    assert told(bring_statements(organisation, dollars, kind="bank_b")) == (1, 0, 0)
    assert BankAccount.objects.count() == 2


def test_the_bank_account_says_whose_file_it_is(organisation):
    first = Creditor.objects.get()
    other = Creditor.objects.create(
        organisation_id=organisation.id, key="two", name="Deux", iban="FR14 2004 1010 0505 0001 3M02 606"
    )
    with pytest.raises(CreditorUnclear):
        bring_lines(organisation, line("1.00"), creditor_id=None)
    bring_lines(organisation, line("1.00"))
    assert bring_lines(organisation, line("2.00"), creditor_id=None).creditor_id == first.id
    theirs = statement(line("3.00"), account=OTHER_IBAN)
    assert bring_statements(organisation, theirs, creditor_id=None).creditor_id == other.id
    both = [statement(line("4.00")), theirs]
    with pytest.raises(CreditorUnclear):
        bring_statements(organisation, *both, creditor_id=None)
    with pytest.raises(OtherCreditor):
        bring_lines(organisation, line("5.00"), creditor_id=other.id)
    assert BankLine.objects.count() == 3


def daily(day, opening, closing, **more):
    moved = Decimal(closing) - Decimal(opening)
    lines = [line(str(moved), f"VIR {day}", on=days_ago(day))] if moved else []
    said = {"from_on": days_ago(day), "to_on": days_ago(day), "opening": opening, "closing": closing}
    return statement(*lines, key=f"day {day}", **(said | more))


def gaps(world):
    return [(g.after, g.before, g.closing, g.opening) for g in missing_statements(world.id)]


def missing(done):
    return [note.params for note in done.notes if note.code == "statement_missing"]


def test_a_missing_statement_is_named_at_once_and_until_it_comes(organisation):
    bring_statements(organisation, daily(20, "0.00", "10.00"))
    done = bring_statements(organisation, daily(18, "15.00", "30.00"))
    assert missing(done) == [{"account": IBAN, "after": days_ago(20), "before": days_ago(18)}]
    assert gaps(organisation) == [(days_ago(20), days_ago(18), Decimal(10), Decimal(15))]
    done = bring_statements(organisation, daily(19, "10.00", "15.00"))
    assert not missing(done)
    assert not gaps(organisation)


def test_days_without_movement_and_the_same_days_again_are_no_gap(organisation):
    bring_statements(organisation, daily(20, "0.00", "10.00"))
    bring_statements(organisation, daily(13, "10.00", "12.00"))
    bring_statements(organisation, daily(20, "0.00", "10.00"), kind="bank_b")
    assert not gaps(organisation)
    month = statement(
        line("10.00", "VIR 20", on=days_ago(20)), line("2.00", "VIR 13", on=days_ago(13)), key="month",
        from_on=days_ago(24), to_on=days_ago(10), opening="0.00", closing="12.00",
    )  # fmt: skip
    bring_statements(organisation, month, kind="bank_b")
    bring_statements(organisation, daily(10, "12.00", "13.00"))
    assert not gaps(organisation)


def test_without_balances_a_working_day_that_no_file_covers_is_missing(organisation):
    friday, monday, wednesday = (
        statement(line("1.00", str(day), on=days_ago(day)), key=f"{day}", from_on=days_ago(day))
        for day in (11, 8, 6)
    )
    bring_statements(organisation, friday)
    bring_statements(organisation, monday)
    assert not gaps(organisation)
    bring_statements(organisation, wednesday)
    assert gaps(organisation) == [(days_ago(8), days_ago(6), None, None)]


def test_a_list_of_invoices_says_nothing_of_the_bank(organisation):
    done = bring(organisation, "Compte;Client;Numéro de facture;Date facture;Date échéance;Montant TTC\n"
                 "C001;Alpha;FA101;03/09/2026;03/10/2026;1200,00\n")  # fmt: skip
    assert "bank_lines" not in done.counts.created


def test_an_advice_and_then_the_statement_tell_one_movement(organisation):
    """The bank names it otherwise in each: the day, the direction and the sum say that it is one."""
    advice = statement(line("120.00", "AVIS"), line("120.00", "AVIS 2"), line("7.00", "AVIS 3"))
    bring_statements(organisation, advice)
    day = statement(
        line("120.00", "VIR A"), line("120.00", "VIR B"), line("120.00", "VIR C"), key="day",
        from_on=days_ago(0), to_on=days_ago(0), opening="0.00", closing="360.00",
    )  # fmt: skip
    assert told(bring_statements(organisation, day)) == (1, 0, 2)
    assert told(bring_statements(organisation, day)) == (0, 0, 3)
    assert told(bring_statements(organisation, advice)) == (0, 0, 3)


def test_a_batch_told_in_its_parts_and_then_whole_is_one(organisation):
    parts = statement(
        line("120.00", "A", bank_reference="LOT 7", part=1),
        line("80.00", "B", bank_reference="LOT 7", part=2),
    )
    assert told(bring_statements(organisation, parts)) == (2, 0, 0)
    whole = statement(line("200.00", "REMISE", bank_reference="LOT 7"), key="day", to_on=days_ago(0))
    assert told(bring_statements(organisation, whole)) == (0, 0, 1)
    other = statement(line("201.00", "REMISE", bank_reference="LOT 7"), key="later", to_on=days_ago(0))
    assert told(bring_statements(organisation, other)) == (1, 0, 0)


def test_a_movement_dated_years_ahead_refuses_the_statement(organisation):
    typed = line("12.00", "VIR", on=days_ago(-400)), line("13.00", "VIR")
    with pytest.raises(StructureError, match="à plus d’un an d’ici") as refused:
        bring_lines(organisation, *typed)
    assert (refused.value.code, refused.value.line) == ("moved_far_ahead", 1)
    assert not BankLine.objects.exists()


def test_a_bare_export_of_a_bank_is_one_and_loses_nothing(organisation, settings):
    """Without a client, a number or a balance it was a list of payments, each of its rows refused."""
    settings.SOURCES = [*SOURCES, "acquit.sources.payments", "acquit.sources.bank_csv"]
    bare = "Date;Libellé;Montant\n23/11/2026;VIR ALPHA FA101;1 200,00\n24/11/2026;PRLV TELECOM;-59,99\n"
    with pytest.raises(StructureError, match="indiquez l’IBAN de la société"):
        bring(organisation, bare, name="reglements.csv")
    Creditor.objects.filter(id=organisation.creditor_id).update(iban=IBAN)
    done = bring(organisation, bare, name="reglements.csv")
    assert (done.kind, told(done), done.quarantined) == ("bank_csv", (2, 0, 0), ())
    assert "taken_for_a_bank" in [note.code for note in done.notes]
    as_payments = bring(organisation, bare, name="reglements.csv", kind="payments", dry_run=True)
    assert [error.code for error in as_payments.quarantined] == ["debtor_not_said"]


def test_a_file_without_an_account_is_of_the_only_one(organisation):
    nameless = statement(line("12.00", "VIR"), account="")
    with pytest.raises(StructureError, match="aucun n’est connu"):
        bring_statements(organisation, nameless)
    Creditor.objects.filter(id=organisation.creditor_id).update(iban="FR76 3000 6000 0112 3456 7890 189")
    assert told(bring_statements(organisation, nameless)) == (1, 0, 0)
    assert BankAccount.objects.get().number == IBAN
    bring_statements(organisation, statement(line("5.00", "VIR"), account=OTHER_IBAN))
    with pytest.raises(StructureError, match=f"2 comptes.*{OTHER_IBAN}"):
        bring_statements(organisation, statement(line("13.00", "VIR"), account=""))
