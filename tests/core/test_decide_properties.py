"""What holds for every account, whatever its facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from acquit.core.calendar import EVERY_DAY, Calendar
from acquit.core.decide import decide
from acquit.core.decision import REASON_CODES, THANKS, Act, Hold, Wait
from acquit.core.scenario import Scenario, Stage
from acquit.core.snapshot import Credit, Snapshot, TermFacts
from tests.core.cases import (
    SHIPPED,
    TODAY,
    Case,
    acts,
    cases,
    day,
    searched,
    snapshots,
)

ENDED = {210, 213, 220, 221, 501}


def decided(case: Case, today: date = TODAY) -> object:
    snapshot, plan, calendar = case
    return decide(snapshot, plan, None, calendar, today)


def may_be_asked(term: TermFacts, snapshot: Snapshot, calendar: Calendar, today: date) -> bool:
    """Say again, in other words than the code, what must never be asked."""
    insolvent = snapshot.insolvent_on is not None and term.issued <= snapshot.insolvent_on
    gone = term.open <= 0 or term.written_off or term.factored or term.direct_debit
    held = term.held and (term.held_until is None or term.held_until >= today)
    disputed = term.disputed is not None and term.disputed >= term.open
    promised = term.promise is not None and today <= calendar.add_working_days(
        term.promise.until, snapshot.policy.promise_grace
    )
    codes = {status.code for status in term.statuses}
    return not (
        insolvent or gone or held or disputed or promised or term.instalment_plan
        or codes & ENDED or 212 in codes
    )  # fmt: skip


@searched
@given(cases())
def test_only_what_may_be_asked_is_asked(case: Case) -> None:
    calendar = case[2]
    for today, snapshot, act in acts(case):
        if act.stage is Stage.THANKS:
            continue
        terms = {term.key: term for term in snapshot.terms}
        assert all(may_be_asked(terms[key], snapshot, calendar, today) for key in act.listed)
        assert not snapshot.stale
        assert not snapshot.unread_reply
        assert snapshot.list_accepted
        assert snapshot.volume_confirmed
        assert calendar.is_working(today)
        assert act.channel in {*snapshot.channels, *_letters(snapshot)}


def _letters(snapshot: Snapshot) -> set[str]:
    return {"registered_letter"} if "letter" in snapshot.channels else set()


@searched
@given(cases())
def test_every_decision_has_its_reasons(case: Case) -> None:
    decision = decided(case)
    codes = [reason.code for reason in decision.reasons]
    assert codes
    assert set(codes) <= REASON_CODES
    assert len(codes) == len(set(codes))
    if isinstance(decision, Act):
        assert codes[0] in {"step_reached", "thanks_due"}
    if isinstance(decision, Wait):
        assert decision.until > TODAY


@searched
@given(cases())
def test_the_preview_is_the_run(case: Case) -> None:
    """F-62: the same facts decide the same, however often they are asked."""
    snapshot, plan, calendar = case
    copied = replace(snapshot, terms=tuple(replace(term) for term in snapshot.terms))
    assert decided(case) == decided((copied, plan, calendar)) == decided(case)


@searched
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(case: Case, chance: object) -> None:
    snapshot, plan, calendar = case

    def shuffled(facts: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(facts, len(facts)))

    other = replace(
        snapshot,
        terms=shuffled(tuple(replace(t, statuses=shuffled(t.statuses)) for t in snapshot.terms)),
        credits=shuffled(snapshot.credits),
        contacts=shuffled(snapshot.contacts),
    )
    assert decided((other, plan, calendar)) == decided(case)


@searched
@given(cases(calm=True))
def test_the_total_is_what_the_listed_terms_owe_less_unmatched_credits(case: Case) -> None:
    for _, snapshot, act in acts(case):
        if act.stage is Stage.THANKS:
            assert act.total == ()
            continue
        listed = [term for term in snapshot.terms if term.key in act.listed]
        if any(term.statuses for term in listed):
            continue
        sums: dict[str, Decimal] = {}
        for term in listed:
            owed = term.open - (term.disputed or Decimal(0))
            sums[term.currency] = sums.get(term.currency, Decimal(0)) + owed
        for credit in snapshot.credits:
            if credit.currency in sums:
                sums[credit.currency] -= credit.amount
        assert {money.currency: money.amount for money in act.total} == sums
        assert all(money.amount > 0 for money in act.total)


@searched
@given(cases(calm=True))
def test_what_is_claimed_is_listed(case: Case) -> None:
    for _, snapshot, act in acts(case):
        assert act.claims
        assert {claim.term for claim in act.claims} <= set(act.listed)
        assert len(set(act.listed)) == len(act.listed)
        terms = {term.key: term for term in snapshot.terms}
        assert set(act.invoices) == {terms[key].invoice for key in act.listed}


@searched
@given(cases(), st.sampled_from((5, 24, 300, 1200, 20_000)), st.sampled_from(("EUR", "USD")))
def test_a_payment_never_causes_a_contact(case: Case, amount: int, currency: str) -> None:
    snapshot, plan, calendar = case
    assume(not isinstance(decided(case), Act))
    credit = Credit(Decimal(amount), currency, TODAY, "")
    richer = replace(snapshot, credits=(*snapshot.credits, credit))
    assert not isinstance(decided((richer, plan, calendar)), Act)


@searched
@given(cases(), st.integers(0, 3), st.sampled_from(("0.4", "1")))
def test_a_payment_matched_never_causes_a_contact(case: Case, number: int, share: str) -> None:
    """Thanks are one, and so is what a step's own minimum passes over for a step that has an
    address; money that nobody matched may have been for the term that is now paid."""
    snapshot, plan, calendar = case
    snapshot = replace(snapshot, credits=(), channels=frozenset({"email", "letter", "phone", "sms"}))
    assume(number < len(snapshot.terms))
    assume(not isinstance(decided((snapshot, plan, calendar)), Act))
    term = snapshot.terms[number]
    paid = replace(term, open=term.open * (1 - Decimal(share)), paid_on=TODAY)
    terms = (*snapshot.terms[:number], paid, *snapshot.terms[number + 1 :])
    decision = decided((replace(snapshot, terms=terms), plan, calendar))
    assert not isinstance(decision, Act) or decision.stage is Stage.THANKS


@searched
@given(cases())
def test_nothing_would_have_left_before_the_day_that_a_wait_names(case: Case) -> None:
    decision = decided(case)
    assume(isinstance(decision, Wait))
    today = TODAY + timedelta(days=1)
    while today < min(decision.until, day(45)):
        assert not isinstance(decided(case, today), Act), today
        today += timedelta(days=1)


@searched
@given(cases(calm=True))
def test_no_step_is_done_twice_and_the_gap_holds(case: Case) -> None:
    snapshot, _, calendar = case
    claimed: set[object] = set()
    contacts = [contact.on for contact in snapshot.contacts if not contact.by_hand]
    for today, _, act in acts(case, 60):
        assert claimed.isdisjoint(act.claims)
        claimed |= set(act.claims)
        if contacts:
            gap = snapshot.policy.contact_gap
            assert today >= calendar.add_working_days(contacts[-1], gap)
            assert today > contacts[-1]
        contacts.append(today)


@searched
@given(st.sampled_from(SHIPPED).flatmap(lambda plan: st.tuples(snapshots(plan, calm=True), st.just(plan))))
def test_no_shipped_scenario_begins_with_a_formal_notice(drawn: tuple[Snapshot, Scenario]) -> None:
    snapshot, plan = drawn
    new = replace(snapshot, terms=tuple(replace(term, done=()) for term in snapshot.terms))
    spoken: set[object] = set()
    for _, _, act in acts((new, plan, EVERY_DAY), 50):
        if act.stage is Stage.FORMAL_NOTICE:
            assert {claim.term for claim in act.claims} <= spoken
            assert act.asks
        spoken |= {claim.term for claim in act.claims if claim.step != THANKS}


@searched
@given(cases(calm=True), st.integers(0, 5))
def test_a_message_that_waits_for_a_person_is_not_written_again(case: Case, ahead: int) -> None:
    _, plan, calendar = case
    for today, snapshot, act in acts(case)[:2]:
        if act.stage is Stage.THANKS:
            continue
        waiting = {claim.term: (claim.step, claim.repetition) for claim in act.claims}
        terms = tuple(replace(term, asked=waiting.get(term.key)) for term in snapshot.terms)
        asked = replace(snapshot, terms=terms)
        later = decide(asked, plan, None, calendar, today + timedelta(days=ahead))
        if isinstance(later, Act):
            assert set(later.claims).isdisjoint(act.claims)
        elif ahead == 0:
            assert isinstance(later, Hold | Wait)
            assert "asks_a_person" in {reason.code for reason in later.reasons}
