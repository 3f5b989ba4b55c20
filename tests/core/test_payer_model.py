"""The learned payer model as arithmetic, and the profiles that payments speak for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from math import expm1

import pytest

from acquit.core.payer import Past, Pasts, Quality
from acquit.core.payer_days import PARTS
from acquit.core.payer_model import (
    FEATURES,
    OtherFeatures,
    PayerModel,
    Weighed,
    beats,
    decoded,
    encoded,
    features,
    split_on,
)
from acquit.core.payer_profile import PayerFacts, propose

EVERYBODY = Past(count=100, late=40, days=3.0, cautious_days=20.0)
GOOD = Past(count=20, late=1, days=-2.0, cautious_days=0.0)
LATE = Past(count=20, late=18, days=25.0, cautious_days=40.0)
CENTRE = (0.0, 0.0, 3.0, 20.0, 2.0, 7.0)
MODEL = PayerModel(
    late=Weighed(start=0.0, weights=(1.0, 0.2, 0.05, 0.0, 0.0, 0.1), centre=CENTRE),
    days=Weighed(start=4.0, weights=(0.0, 0.0, 0.9, 0.0, 0.0, 0.0), centre=CENTRE),
    cautious_days=Weighed(start=3.0, weights=(0.0, 0.0, 0.0, 0.5, 0.0, 0.0), centre=CENTRE),
    spread=tuple((n - 9.5) / 10 for n in range(PARTS)),
)


def pasts(own: Past) -> Pasts:
    return Pasts(own=own, alike=EVERYBODY, everybody=EVERYBODY)


def test_who_was_late_is_likelier_to_be_late_again() -> None:
    good, late = (MODEL.predict(pasts(one), Decimal(1000)) for one in (GOOD, LATE))
    assert 0 < good.late < 0.5 < late.late < 1
    assert good.days < late.days
    assert all(one.cautious_days >= one.days for one in (good, late))
    assert good.seen == 20


def test_its_strongest_cause_is_named_first() -> None:
    causes = MODEL.causes(pasts(LATE), Decimal(1000))
    assert {name for name, _ in causes} == set(FEATURES)
    assert causes[0][0] == "late"
    assert causes[0][1] > 0
    assert [abs(moved) for _, moved in causes] == sorted((abs(moved) for _, moved in causes), reverse=True)


def test_no_past_of_his_own_is_told_by_those_like_him() -> None:
    told = dict(zip(FEATURES, features(pasts(Past()), Decimal(0)), strict=True))
    assert (told["days"], told["seen"], told["amount"]) == (3.0, 0.0, 0.0)


def test_what_is_kept_is_what_is_read_back() -> None:
    assert decoded(encoded(MODEL)) == MODEL
    with pytest.raises(OtherFeatures):
        decoded(encoded(MODEL) | {"features": ["phase of the moon"]})
    with pytest.raises(OtherFeatures):
        decoded({name: told for name, told in encoded(MODEL).items() if name != "spread"})


def test_usual_days_lie_around_the_likely_day_as_far_as_the_cautious_one() -> None:
    for own in (GOOD, LATE):
        told = MODEL.predict(pasts(own), Decimal(round(expm1(CENTRE[-1]))))
        usual = MODEL.usual_days(pasts(own))
        span = max(1.0, told.cautious_days - told.days)
        assert usual.weight == len(usual.days) == PARTS
        assert list(usual.days) == sorted(usual.days)
        assert usual.days[0] == round(told.days - 0.95 * span)
        assert usual.days[-1] == round(told.days + 0.95 * span)


def test_only_the_better_model_is_used_and_a_tie_keeps_the_simpler() -> None:
    own = Quality(count=9, late_share=0.5, accuracy=0.8, auc=0.8, brier=0.15, mean_error_days=4.0)
    assert beats(replace(own, brier=0.14), own)
    assert not beats(own, own)
    assert not beats(replace(own, brier=0.14, mean_error_days=4.1), own)
    assert not beats(replace(own, accuracy=0.99, auc=0.99), own)


def test_time_parts_the_terms_whatever_their_order() -> None:
    days = [date(2026, 1, d) for d in (5, 1, 3, 2, 4)]
    assert split_on(days) == split_on(sorted(days)) == date(2026, 1, 4)


@pytest.mark.parametrize(
    ("changes", "profile", "codes"),
    [
        ({}, "regular", ["late_share"]),
        ({"past": Past()}, "new", ["few_terms"]),
        ({"past": GOOD}, "good", ["late_share"]),
        ({"past": LATE}, "late", ["late_share", "usual_days"]),
        ({"past": Past(count=4, late=4, days=2.0)}, "regular", ["late_share"]),
        ({"sales_share": 0.06}, "vip", ["sales_share", "late_share"]),
        ({"past": LATE, "sales_share": 0.06}, "late", ["late_share", "usual_days"]),
        ({"oldest_days": 40}, "at_risk", ["open_beyond_usual"]),
        ({"oldest_days": 33}, "regular", ["late_share"]),
        ({"recent_days": (40, 45, 50)}, "at_risk", ["slower_lately"]),
        ({"broken_promises": 2, "sales_share": 0.5}, "at_risk", ["broken_promises"]),
        ({"past": Past(), "oldest_days": 400}, "new", ["few_terms"]),
    ],
)
def test_the_profile_and_what_speaks_for_it(
    changes: dict[str, object], profile: str, codes: list[str]
) -> None:
    facts = PayerFacts(kind="business", past=Past(count=10, late=4, days=3.0, cautious_days=9.0))
    found = propose(replace(facts, **changes))  # type: ignore[arg-type]
    assert found is not None
    assert (found.profile, [reason.code for reason in found.reasons]) == (profile, codes)


@pytest.mark.parametrize("kind", ["consumer", "intercompany"])
def test_a_natural_person_gets_no_profile(kind: str) -> None:
    assert propose(PayerFacts(kind=kind, past=LATE, oldest_days=900, broken_promises=9)) is None
