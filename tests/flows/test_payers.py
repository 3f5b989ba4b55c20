"""What is learned of payers: on real history, kept only while it is better; and the profiles proposed."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from acquit.core.payer import History
from acquit.core.payer_days import twentieths
from acquit.core.payer_forecast import CashError, cash_error, origins
from acquit.core.payer_model import STALE, decoded
from acquit.flows.accounts.keep_usual_days import keep_usual_days
from acquit.flows.accounts.learn_payers import Learned, learn_payers
from acquit.flows.accounts.propose_profiles import ProposalAnswered, answer_profile, propose_profiles
from acquit.flows.material.fitting import examples, judged
from acquit.store.accounts.models import Account, Debtor
from acquit.store.ledger.models import Term
from acquit.store.payers.models import PayerModelFit, ProfileProposal, UsualDays
from acquit.store.payers.settled import KnownPasts, settled_terms
from tests.flows.importing import bring
from tests.flows.world import NOW, TODAY, account, ready_creditor

PUBLIC = Path(__file__).parents[3] / "shared" / "data" / "ar_history" / "WA_Fn-UseC_-Accounts-Receivable.csv"
HEAD = "Compte;Client;Numéro de facture;Date facture;Date échéance;Montant TTC;Date de règlement\n"


@pytest.fixture
def public(organisation):
    if not PUBLIC.exists():
        pytest.skip(f"{PUBLIC} is not here")
    bring(organisation, PUBLIC.read_bytes(), name=PUBLIC.name, now=datetime(2026, 1, 5, tzinfo=UTC))
    assert Term.objects.count() == 2466
    return organisation


def test_on_real_history_the_learned_model_beats_the_debtors_own_past(public) -> None:
    """Time split of 1 July 2013: what is judged was issued later than all that was learned from."""
    done = learn_payers(organisation_id=public.id, today=TODAY, now=NOW, since=date(2013, 7, 1))
    assert (done.because, done.kept, done.baseline.count) == ("better", True, 536)
    figures = {
        name: tuple(round(figure, 3) for figure in (q.accuracy, q.auc, q.brier, q.mean_error_days))
        for name, q in (("own past", done.baseline), ("learned", done.learned))
    }
    assert figures["learned"][1] > figures["own past"][1] >= 0.85, figures
    assert figures["learned"][2] < figures["own past"][2] <= 0.144, figures
    assert figures["learned"][3] < figures["own past"][3], figures
    print(figures)
    fit = PayerModelFit.objects.get()
    assert fit.kept
    model = decoded(fit.weights)

    cash = done.forecast
    assert cash is not None
    print(cash)
    assert (cash.origins, cash.first) == (23, date(2013, 7, 1))
    assert cash.learned < 0.8 * cash.baseline
    assert (done.forecasts, fit.forecasts, fit.forecast["learned"]) == (True, True, cash.learned)

    assert keep_usual_days(organisation_id=public.id, today=TODAY, now=NOW)
    known = KnownPasts(before=TODAY)
    kept = UsualDays.objects.select_related("debtor").order_by("id")
    assert len(kept) == 102, "each debtor, his segment, and all of them"
    for one in kept:
        pasts = known.of_segment(one.segment)
        if one.debtor:
            pasts = known.of(one.debtor_id, kind=one.debtor.kind, country=one.debtor.country)
        assert pasts is not None
        told = model.usual_days(pasts)
        assert (tuple(one.days), one.weight, one.known_on, one.fit) == (told.days, told.weight, TODAY, fit)


@pytest.mark.parametrize(
    ("kept", "learned", "forecasts"),
    [(True, 0.2, True), (True, 0.3, False), (True, 0.4, False), (False, 0.2, False), (True, None, False)],
)
def test_it_makes_the_forecast_only_if_kept_and_better_at_cash(kept, learned, forecasts) -> None:
    cash = None
    if learned is not None:
        cash = CashError(first=TODAY, last=TODAY, origins=9, baseline=0.3, learned=learned)
    assert Learned(terms=500, kept=kept, because="", forecast=cash).forecasts is forecasts


def test_shuffling_the_future_changes_nothing_of_what_is_predicted(public) -> None:
    """No leakage: whatever the terms to judge did later, their predictions are the same."""
    since = date(2013, 7, 1)
    terms = settled_terms(before=TODAY, most=5000)
    later = [t for t in terms if t.paid_on >= since]
    days = [t.paid_on for t in later]
    random.Random(5).shuffle(days)
    moved = dict(zip(map(id, later), days, strict=True))
    changed = [
        t if id(t) not in moved else type(t)(
            debtor=t.debtor, segment=t.segment, issued_on=t.issued_on, due_on=t.due_on, amount=t.amount,
            paid_on=max(since, moved[id(t)]),
        )
        for t in terms
    ]  # fmt: skip
    known = [
        [(e.term.debtor, e.term.issued_on, e.pasts) for e in examples(given) if e.term.issued_on <= since]
        for given in (terms, changed)
    ]
    assert sorted(known[0], key=repr) == sorted(known[1], key=repr)
    found, again = judged(examples(terms), since), judged(examples(changed), since)
    assert found is not None
    assert again is not None
    assert found.model == again.model, "what is judged learned from nothing that was paid later"
    assert found == judged(examples(list(reversed(terms))), since)
    done = learn_payers(organisation_id=public.id, today=TODAY, now=NOW, since=since)
    days = origins(since, until=TODAY, newest=max(term.issued_on for term in terms))
    assert (done.learned, done.forecast) == (found.learned, cash_error(terms, found.model, days))


def _history(world, *, late_of: dict[str, int], invoices: int) -> None:
    """Write invoices of 2025, each debtor late by the days that are his own."""
    rows = [HEAD]
    for n in range(invoices):
        for code, days in late_of.items():
            issued = date(2025, 1, 2) + timedelta(days=n)
            due = issued + timedelta(days=30)
            paid = due + timedelta(days=days)
            rows.append(
                f"{code};Client {code};{code}-{n};{issued:%d/%m/%Y};{due:%d/%m/%Y};100,00;{paid:%d/%m/%Y}\n"
            )
    bring(world, "".join(rows), now=datetime(2026, 1, 5, tzinfo=UTC))


def test_too_little_history_teaches_nothing_and_says_so(organisation) -> None:
    _history(organisation, late_of={"A": 5, "B": -1}, invoices=20)
    done = learn_payers(organisation_id=organisation.id, today=TODAY, now=NOW)
    assert (done.because, done.kept, done.baseline) == ("too_few", False, None)
    assert PayerModelFit.objects.get().weights == {}


def test_the_pasts_that_the_database_sums_are_those_of_the_core(organisation) -> None:
    _history(organisation, late_of={"A": 5, "B": -1, "C": 0, "D": 12}, invoices=7)
    history = History()
    for term in settled_terms(before=TODAY, most=5000):
        history.add(term)
    known = KnownPasts(before=TODAY)
    for debtor in Debtor.objects.all():
        want = history.pasts(debtor.id, f"{debtor.kind} {debtor.country}")
        assert known.of(debtor.id, kind=debtor.kind, country=debtor.country) == want
    assert KnownPasts(before=date(2025, 1, 1)).of(1, kind="business", country="FR") is None


def _fit(world, **said) -> PayerModelFit:
    return PayerModelFit.objects.create(
        organisation_id=world.id, fitted_at=NOW, terms=0,
        **{"kept": False, "because": "not_better", "weights": {}} | said,
    )  # fmt: skip


def test_without_a_model_in_use_the_last_two_years_are_kept_themselves(organisation) -> None:
    creditor = ready_creditor(organisation.id)
    account(creditor, "P", kind="consumer")
    account(creditor, "H", habit_days=17)
    Debtor.objects.filter(name="Client P").update(habit_days=None)
    _history(organisation, late_of={"A": 5, "P": 40, "B": -1}, invoices=7)
    _fit(organisation)
    assert not keep_usual_days(organisation_id=organisation.id, today=TODAY, now=NOW)
    assert not keep_usual_days(organisation_id=organisation.id, today=TODAY, now=NOW), "and again"
    kept = {
        one.debtor.name if one.debtor else one.segment: (set(one.days), one.weight, one.fit, one.known_on)
        for one in UsualDays.objects.select_related("debtor").order_by("id")
    }
    assert kept == {
        "Client A": ({5}, 7, None, TODAY), "Client B": ({-1}, 7, None, TODAY),
        "Client H": ({17}, 5, None, TODAY), "business FR": ({-1, 5}, 14, None, TODAY),
        "consumer FR": ({40}, 7, None, TODAY), "": ({-1, 5, 40}, 21, None, TODAY),
    }, "a natural person has none of his own"  # fmt: skip
    every = UsualDays.objects.get(debtor=None, segment="")
    assert tuple(every.days) == twentieths(sorted([5] * 7 + [40] * 7 + [-1] * 7))


def test_what_was_paid_too_long_ago_or_too_seldom_is_not_kept(organisation) -> None:
    _history(organisation, late_of={"A": 5}, invoices=4)
    keep_usual_days(organisation_id=organisation.id, today=TODAY, now=NOW)
    assert not UsualDays.objects.exists()
    _history(organisation, late_of={"A": 5}, invoices=7)
    keep_usual_days(organisation_id=organisation.id, today=TODAY, now=NOW)
    assert UsualDays.objects.count() == 3
    keep_usual_days(organisation_id=organisation.id, today=date(2027, 12, 31), now=NOW)
    assert not UsualDays.objects.exists()


@pytest.mark.parametrize("why", ["stale", "older version", "newer one not kept"])
def test_a_model_that_is_not_in_use_tells_no_days(organisation, why) -> None:
    _history(organisation, late_of={"A": 5, "B": 9}, invoices=6)
    weights = {
        "features": ["late", "late_of_segment", "days", "cautious_days", "seen", "amount"],
        "spread": [0.0] * 20,
        **{
            name: {"start": days, "weights": [0.0] * 6, "centre": [0.0] * 6}
            for name, days in (("late", 0.0), ("days", 33.0), ("cautious_days", 34.0))
        },
    }
    said = {"kept": True, "because": "better", "weights": weights}
    keep = lambda now=NOW: keep_usual_days(organisation_id=organisation.id, today=TODAY, now=now)  # noqa: E731
    fit = _fit(organisation, **said)
    assert keep()
    assert {day for one in UsualDays.objects.order_by("id") for day in one.days} == {33}
    later = NOW
    if why == "stale":
        later = NOW + STALE + timedelta(seconds=1)
    elif why == "older version":
        PayerModelFit.objects.filter(pk=fit.pk).update(weights={**weights, "spread": []})
    else:
        _fit(organisation)
    assert not keep(later)
    assert {day for one in UsualDays.objects.order_by("id") for day in one.days} == {5, 9}


def test_a_large_ledger_is_read_debtor_by_debtor(organisation) -> None:
    """Whole histories of some: the latest terms of all would be the late ones of a few days."""
    _history(organisation, late_of={code: n for n, code in enumerate("ABCDEFGH")}, invoices=6)
    terms = settled_terms(before=TODAY, most=20)
    assert terms == settled_terms(before=TODAY, most=20)
    counts = sorted(sum(t.debtor == one for t in terms) for one in {t.debtor for t in terms})
    assert counts == [6, 6, 6]
    assert len(settled_terms(before=TODAY, most=1000)) == 48


def test_a_person_answers_the_proposed_profile(organisation) -> None:
    _history(organisation, late_of={"LATE": 20, "GOOD": -3, "ALSO": -3}, invoices=6)
    propose = lambda: propose_profiles(organisation_id=organisation.id, today=TODAY, now=NOW)  # noqa: E731
    assert propose() == propose() == 3
    found = {one.debtor.name: one for one in ProfileProposal.objects.select_related("debtor")}
    assert {name: one.profile for name, one in found.items()} == {
        "Client LATE": "late", "Client GOOD": "good", "Client ALSO": "good",
    }  # fmt: skip
    Account.objects.update(look_at=None)
    said = {"organisation_id": organisation.id, "now": NOW, "by": organisation.user_id}
    answer_profile(proposal_id=found["Client LATE"].id, accept=True, **said)
    answer_profile(proposal_id=found["Client GOOD"].id, accept=False, **said)
    with pytest.raises(ProposalAnswered):
        answer_profile(proposal_id=found["Client GOOD"].id, accept=True, **said)
    assert Debtor.objects.get(name="Client LATE").profile == "late"
    assert Debtor.objects.get(name="Client GOOD").profile == "regular"
    assert Account.objects.get(external_id="LATE").look_at == NOW
    assert Account.objects.get(external_id="GOOD").look_at is None
    assert propose() == 1, "what was answered is not proposed again"


def test_what_no_longer_holds_is_taken_back(organisation) -> None:
    _history(organisation, late_of={"A": 20}, invoices=6)
    propose_profiles(organisation_id=organisation.id, today=TODAY, now=NOW)
    Debtor.objects.update(profile="late")
    assert propose_profiles(organisation_id=organisation.id, today=TODAY, now=NOW) == 0
    assert not ProfileProposal.objects.exists()


@pytest.mark.parametrize("has", ["vip", "bad"])
def test_what_a_person_said_of_a_debtor_is_not_talked_down(organisation, has) -> None:
    _history(organisation, late_of={"A": 20}, invoices=6)
    Debtor.objects.update(profile=has)
    assert propose_profiles(organisation_id=organisation.id, today=TODAY, now=NOW) == 0


def test_nothing_is_proposed_for_a_person_or_one_who_was_stopped(organisation) -> None:
    creditor = ready_creditor(organisation.id)
    for code, said in {"P": {"kind": "consumer"}, "S": {"stopped": "agency"}}.items():
        account(creditor, code, **said)
    _history(organisation, late_of={"P": 20, "S": 20}, invoices=6)
    assert propose_profiles(organisation_id=organisation.id, today=TODAY, now=NOW) == 0


def test_amounts_stay_amounts(organisation) -> None:
    _history(organisation, late_of={"A": 5}, invoices=1)
    (term,) = settled_terms(before=TODAY, most=10)
    assert term.amount == Decimal(100)
    assert term.days == 5
