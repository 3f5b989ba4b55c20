"""What the decision says of facts that no story can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from acquit.core.calendar import EVERY_DAY
from acquit.core.decide import decide
from acquit.core.decision import Act, Hold, Stop, Wait
from acquit.core.money import Money
from acquit.core.scenario import Scenario, Stage
from acquit.core.snapshot import Contacted, Credit, Policy, Snapshot, StepDone, TermFacts
from tests.core.cases import scenario

TODAY = date(2026, 3, 12)
PLAN = scenario(
    {"key": "friendly", "when": "3 days after due", "do": "email"},
    {"key": "firm", "when": "8 days after previous step", "do": "email"},
    {"key": "formal", "when": "15 days after previous step", "do": "letter", "stage": "formal notice"},
)


def term(number: int = 1, **facts: Any) -> TermFacts:
    facts = {"due": TODAY - timedelta(days=5), "amount": Decimal(100), **facts}
    return TermFacts(
        key=number, invoice=f"FA-{number}", issued=facts["due"] - timedelta(days=30),
        **{"open": facts["amount"], **facts},
    )  # fmt: skip


def account(*terms: TermFacts, **facts: Any) -> Snapshot:
    facts = {"channels": frozenset({"email", "letter"}), "policy": Policy(contact_gap=0), **facts}
    return Snapshot(terms=terms or (term(),), **facts)


def decided(snapshot: Snapshot, plan: Scenario | None = PLAN, regime: Any = None) -> Any:
    return decide(snapshot, plan, regime, EVERY_DAY, TODAY)


def codes(decision: Any) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_a_message_on_its_way_holds_the_next() -> None:
    decision = decided(account(in_flight="sending"))
    assert isinstance(decision, Hold)
    assert decision.reasons[0].code == "in_flight"
    assert decision.reasons[0].params == {"state": "sending"}


def test_without_a_scenario_nothing_leaves_and_it_is_said() -> None:
    assert codes(decided(account(), None)) == ["no_scenario"]
    assert isinstance(decided(account(), None), Hold)


def test_without_a_scenario_what_ends_the_claim_is_said_first() -> None:
    decision = decided(account(insolvent_on=TODAY), None)
    assert isinstance(decision, Stop)
    assert codes(decision) == ["insolvent"]


def test_the_scenario_of_a_term_goes_before_that_of_the_account() -> None:
    own = scenario({"key": "soft", "when": "1 day after due", "do": "letter"})
    decision = decided(account(term(scenario=own)))
    assert (decision.step, decision.channel) == ("soft", "letter")
    assert decided(account(term(scenario=own)), None).step == "soft"


def test_between_two_scenarios_the_more_serious_stage_speaks() -> None:
    """F-56: a formal notice goes before a reminder that stands further in its own scenario."""
    short = scenario(
        {"key": "word", "when": "1 day after due", "do": "email"},
        {"key": "notice", "when": "2 days after previous step", "do": "letter", "stage": "formal notice"},
    )
    long = scenario(*({"key": f"r{n}", "when": f"{n} days after due", "do": "email"} for n in range(1, 5)))
    said = tuple(StepDone(f"r{n}", TODAY - timedelta(days=5 - n)) for n in range(1, 4))
    done = (StepDone("word", TODAY - timedelta(days=3)),)
    late = term(2, due=TODAY - timedelta(days=60), scenario=short, done=done)
    decision = decided(account(term(done=said), late), long)
    assert (decision.step, decision.stage, decision.listed) == ("notice", Stage.FORMAL_NOTICE, (2,))
    assert decided(account(term(done=said)), long).step == "r4"


def test_the_reason_names_what_the_step_is_about_and_not_what_is_listed_beside_it() -> None:
    plan = scenario(
        {"key": "notice", "when": "7 days before due", "do": "email", "stage": "courtesy"},
        {"key": "friendly", "when": "3 days after due", "do": "email"},
    )
    spoken = (StepDone("friendly", TODAY - timedelta(days=2)),)
    late, coming = term(1), term(2, due=TODAY + timedelta(days=6))

    reminder = decided(account(late, coming), plan)
    assert (reminder.step, reminder.invoices) == ("friendly", ("FA-1", "FA-2"))
    assert (reminder.reasons[0].params["invoices"], reminder.reasons[0].params["days"]) == (("FA-1",), 5)

    notice = decided(account(replace(late, done=spoken), coming), plan)
    assert (notice.step, notice.invoices) == ("notice", ("FA-1", "FA-2"))
    assert (notice.reasons[0].params["invoices"], notice.reasons[0].params["days"]) == (("FA-2",), -6)


def test_one_scenario_loaded_twice_is_one_scenario() -> None:
    """Each term may bring its own copy of the same version: the letter is still one."""
    done = (StepDone("friendly", TODAY - timedelta(days=40)), StepDone("firm", TODAY - timedelta(days=30)))
    terms = [term(n, due=TODAY - timedelta(days=50), done=done, scenario=replace(PLAN)) for n in (1, 2)]
    assert decided(account(*terms)).listed == (1, 2)


class Lapsed:
    def lapses_on(self, due: date, kind: str) -> date | None:
        return due + timedelta(days=2) if kind == "consumer" else None


def test_what_the_law_no_longer_lets_sue_for_asks_a_person() -> None:
    decision = decided(account(kind="consumer"), regime=Lapsed())
    assert isinstance(decision, Act)
    assert decision.asks
    assert "time_barred" in codes(decision)
    assert not decided(account(), regime=Lapsed()).asks


def test_a_formal_notice_asks_unless_the_organisation_says_otherwise() -> None:
    done = (StepDone("firm", TODAY - timedelta(days=15)),)
    late = term(due=TODAY - timedelta(days=40), done=done)
    assert decided(account(late)).asks
    alone = Policy(contact_gap=0, formal_notice_leaves_alone=True)
    assert not decided(account(late, policy=alone)).asks


def test_a_profile_may_be_asked_for() -> None:
    policy = Policy(contact_gap=0, asked_profiles=frozenset({"vip"}))
    assert decided(account(policy=policy, profile="vip")).asks
    assert not decided(account(policy=policy, profile="good")).asks


def test_no_contact_at_all_is_possible() -> None:
    decision = decided(account(policy=Policy(contact_gap=0, contacts_per_30_days=0)))
    assert isinstance(decision, Wait)
    assert codes(decision)[0] == "too_many_contacts"


def test_no_second_message_on_one_day_even_without_a_gap() -> None:
    decision = decided(account(contacts=(Contacted(TODAY),)))
    assert isinstance(decision, Wait)
    assert decision.until == TODAY + timedelta(days=1)
    assert isinstance(decided(account(contacts=(Contacted(TODAY, by_hand=True),))), Act)


def test_a_sum_too_small_is_looked_at_again_when_another_term_becomes_late() -> None:
    plan = scenario({"key": "a", "when": "2 days after due", "do": "email"}, minimum=150)
    decision = decided(account(term(1), term(2, due=TODAY + timedelta(days=4))), plan)
    assert isinstance(decision, Wait)
    assert codes(decision)[0] == "below_minimum"
    assert decision.until == TODAY + timedelta(days=5)


def test_what_was_invoiced_on_the_day_of_the_judgment_came_before_it() -> None:
    late = term()
    assert isinstance(decided(account(late, insolvent_on=late.issued)), Stop)
    assert isinstance(decided(account(late, insolvent_on=late.issued - timedelta(days=1))), Act)


def test_thanks_are_not_given_for_what_was_paid_before_acquit() -> None:
    grateful = scenario({"key": "a", "when": "on due", "do": "email"}, thank="email")
    paid = term(open=Decimal(0), paid_on=TODAY - timedelta(days=2))
    assert decided(account(paid), grateful).step == "thanks"
    assert isinstance(decided(account(paid, thank_since=TODAY), grateful), Stop)
    long_ago = replace(paid, paid_on=TODAY - timedelta(days=15), due=TODAY - timedelta(days=30))
    assert isinstance(decided(account(long_ago), grateful), Stop)


def test_a_credit_is_deducted_once_for_all_invoices() -> None:
    """F-21: and never below what is owed."""
    loose = (Credit(Decimal("30.25"), "EUR", TODAY),)
    decision = decided(account(term(1), term(2), credits=loose))
    assert decision.total == (Money(Decimal("169.75"), "EUR"),)


def test_f30_the_sum_printed_is_the_sum_of_the_lines() -> None:
    lines = [term(n, amount=Decimal("33.33")) for n in range(12)]
    assert decided(account(*lines)).total == (Money(Decimal("399.96"), "EUR"),)


def test_f61_an_account_without_terms_is_no_error() -> None:
    assert isinstance(decided(Snapshot(terms=())), Stop)


def test_f63_two_creditors_decide_apart() -> None:
    """The same debtor owes two companies: each has its facts, its rules and its message."""
    ours = account(term(1), policy=Policy(contact_gap=0, ask_above=Decimal(50)))
    theirs = account(term(2, amount=Decimal(70)))
    first, second = decided(ours), decided(theirs)
    assert (first.listed, first.asks) == ((1,), True)
    assert (second.listed, second.asks) == ((2,), False)


def test_f22_a_cancelled_credit_note_is_no_fact_and_changes_nothing() -> None:
    nothing = (Credit(Decimal(0), "EUR", TODAY, "AV-1 annulé"),)
    assert decided(account(credits=nothing)).total == decided(account()).total


@pytest.mark.parametrize("channel", ["registered_letter", "letter"])
def test_an_envelope_reaches_where_a_letter_does(channel: str) -> None:
    plan = scenario({"key": "a", "when": "on due", "do": channel})
    assert decided(account(channels=frozenset({"letter"})), plan).channel == channel
    assert isinstance(decided(account(channels=frozenset({"email"})), plan), Hold)
