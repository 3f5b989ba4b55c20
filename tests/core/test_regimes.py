"""The law: every worked example of every country, and what no country may get wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from acquit.core import regimes
from acquit.core.money import Money, round_to_currency
from acquit.core.regimes import COUNTRIES, applicable, regime
from acquit.core.regimes.at.rules import BASE_RATE as AUSTRIAN
from acquit.core.regimes.base import (
    Ask,
    Confidence,
    HalfYear,
    MissingRate,
    NothingToClaim,
    RateDay,
    Regime,
)
from acquit.core.regimes.doubt import doubts_of
from acquit.core.regimes.eu import REFERENCE_RATE
from acquit.core.regimes.fr.limits import ends_on
from acquit.core.regimes.fr.rules import exceeds_agreed_maximum, may_exceed_agreed_maximum
from acquit.core.regimes.interest import Debt, Received, late_interest
from acquit.core.regimes.limitation import Moved, lapses_on, warned
from acquit.core.terms import add_months, due_date

FOLDER = Path(regimes.__file__).parent
KINDS = ("business", "consumer", "public")
FR = regime("FR", "business")
DAY = date(2026, 11, 22)
DAY_IN_JULY = date(2026, 7, 31)


def told() -> list[Any]:
    return [
        pytest.param(country.upper(), case, id=f"{country}: {case['case']}")
        for country in COUNTRIES
        for case in yaml.safe_load((FOLDER / country / "cases.yaml").read_text())
    ]


def debt_of(case: dict[str, Any]) -> Debt:
    received = [Received(on, Decimal(amount)) for on, amount in case.get("paid", ())]
    credited = [Received(on, Decimal(a), credit_note=True) for on, a in case.get("credited", ())]
    rate = case.get("contract_rate")
    return Debt(
        amount=Money(Decimal(case["amount"]), case.get("currency", "EUR")),
        due=case["due"],
        received=(*received, *credited),
        notice_on=case.get("notice"),
        contract_rate=rate and Decimal(rate),
        imputation=case.get("imputation", "interest_first"),
    )


@pytest.mark.parametrize(("country", "case"), told())
def test_a_worked_example(country: str, case: dict[str, Any]) -> None:
    claim = late_interest(regime(country, case["kind"]), debt_of(case), case["until"])
    assert str(claim.interest.amount) == case["interest"]
    assert (claim.fixed_sum and f"{claim.fixed_sum.amount:.2f}") == case["fixed_sum"]
    assert [str(half_year) for half_year in claim.below_floor] == case.get("below_floor", [])
    for name in ("principal_left", "left", "surplus"):
        if name in case:
            assert str(getattr(claim, name).amount) == case[name]
    if "segments" in case:
        assert [[s.first, s.last, s.days, str(s.base), str(s.rate.percent)] for s in claim.segments] == case[
            "segments"
        ]


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_country_answers_every_question(country: str, kind: str) -> None:
    law = regime(country.upper(), kind)
    due = date(2026, 2, 28)
    assert (law.country, law.kind) == (country.upper(), kind)
    assert law.citations
    start = law.interest_starts_on(due, notice_on=due)
    assert start is None or start > due
    asked = law.fixed_sum(due, Money(Decimal(100), "EUR"), on=date(2026, 6, 30), notice_on=due)
    assert asked is None or law.may_claim_costs()
    lapses = law.lapses_on(due, kind)
    assert lapses is not None
    assert lapses > due


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_value_is_dated_and_sourced(country: str, kind: str) -> None:
    law = regime(country.upper(), kind)
    for series in law.series:
        for half_year, value in series.values.items():
            assert value.since == half_year.first
            assert value.source
            assert value.read_on
    for citation in law.citations:
        assert citation.article


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_rates_are_not_stale(country: str, kind: str) -> None:
    """A rate fixed each half-year that has not moved in here for seven months is forgotten."""
    for series in regime(country.upper(), kind).series:
        assert date.today() - max(series.values).first < timedelta(days=213), series.name


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_series_have_no_hole(country: str, kind: str) -> None:
    for series in regime(country.upper(), kind).series:
        known = sorted(series.values)
        wanted = known[0]
        for half_year in known:
            assert half_year == wanted
            wanted = HalfYear.of(half_year.last + timedelta(days=1))


def test_a_missing_semester_is_named() -> None:
    debt = Debt(amount=Money(Decimal(100), "EUR"), due=date(2026, 12, 15))
    with pytest.raises(MissingRate, match="2027 S1"):
        late_interest(FR, debt, date(2027, 1, 2))
    assert late_interest(FR, debt, date(2026, 12, 31)).interest.amount > 0


def test_the_published_french_rates() -> None:
    public = regime("FR", "public")
    for year, half, business, floor, state in (
        (2024, 1, "14.50", "15.21", "12.50"),
        (2024, 2, "14.25", "14.76", "12.25"),
        (2025, 1, "13.15", "11.13", "11.15"),
        (2026, 2, "12.40", "8.25", "10.40"),
        (2015, 2, "10.05", "2.97", "8.05"),
    ):
        semester = HalfYear(year, half)
        assert FR.rate(semester).percent == Decimal(business)
        assert FR.clause_floor(semester) == Decimal(floor)
        assert public.rate(semester).percent == Decimal(state)


def test_a_consumer_pays_the_rate_of_the_creditors_trade() -> None:
    rate = regime("FR", "consumer").rate(HalfYear(2026, 2))
    assert rate.percent == Decimal("2.75")
    assert rate.read_from is not None
    assert rate.read_from.confidence is Confidence.ONE_SOURCE


@pytest.mark.parametrize(
    ("kind", "due", "lapses"),
    [
        ("business", date(2021, 11, 30), date(2026, 11, 30)),
        ("business", date(2024, 2, 29), date(2029, 2, 28)),
        ("consumer", date(2024, 2, 29), date(2026, 2, 28)),
        ("public", date(2021, 11, 30), date(2026, 1, 1)),
        ("intercompany", date(2021, 11, 30), date(2026, 11, 30)),
        ("unheard of", date(2021, 11, 30), None),
    ],
)
def test_when_a_french_claim_lapses(kind: str, due: date, lapses: date | None) -> None:
    assert FR.lapses_on(due, kind) == lapses


def test_the_citation_is_that_of_its_day() -> None:
    now, later = (FR.cites("interest", on) for on in (date(2026, 11, 22), date(2027, 1, 1)))
    assert now is not None
    assert later is not None
    assert now.article == later.article == "art. L441-10 II C. com."
    assert now.version != later.version
    assert FR.cites("interest", date(2010, 1, 1)) is None


@pytest.mark.parametrize(
    ("creditor", "debtor", "kind", "country"),
    [
        ("FR", "FR", "business", "FR"),
        ("FR", "DE", "business", "FR"),
        ("DE", "FR", "consumer", "FR"),
        ("DE", "FR", "public", "FR"),
        ("DE", "FR", "business", "DE"),
        ("FR", "BE", "consumer", "BE"),
        ("FR", "GB", "business", "FR"),
    ],
)
def test_which_law_applies(creditor: str, debtor: str, kind: str, country: str) -> None:
    assert applicable(creditor, debtor, kind).country == country


def test_the_contract_chooses_the_law_and_beyond_europe_a_person_does() -> None:
    assert applicable("FR", "US", "business", contract_law="DE").country == "DE"
    asked = applicable("FR", "US", "business")
    assert isinstance(asked, Ask)
    assert "US" in asked.why
    assert late_interest(asked, Debt(amount=Money(Decimal(9), "EUR"), due=date(2026, 1, 1)), DAY).why


@pytest.mark.parametrize("law", [regime("ZZ", "business"), regime("FR", "intercompany")])
def test_an_unknown_law_claims_nothing_and_says_so(law: Regime) -> None:
    debt = Debt(amount=Money(Decimal(100), "EUR"), due=date(2026, 1, 1))
    claim = late_interest(law, debt, date(2026, 6, 30))
    assert claim.interest.amount == 0
    assert claim.fixed_sum is None
    assert claim.why
    assert not law.may_claim_costs()
    with pytest.raises(NothingToClaim):
        law.rate(HalfYear(2026, 1))


@pytest.mark.parametrize("kind", ["consumer", "public"])
def test_a_contract_rate_has_no_place_there(kind: str) -> None:
    debt = Debt(amount=Money(Decimal(100), "EUR"), due=date(2026, 1, 1), contract_rate=Decimal(20))
    with pytest.raises(NothingToClaim, match=kind):
        late_interest(regime("FR", kind), debt, date(2026, 6, 30))


def test_the_longest_term_that_french_law_allows() -> None:
    issued_on = date(2026, 1, 31)
    assert not exceeds_agreed_maximum(issued_on, due_date("60 jours", issued_on))
    assert not exceeds_agreed_maximum(issued_on, due_date("45 jours fin de mois", issued_on))
    assert exceeds_agreed_maximum(issued_on, due_date("30 jours fin de mois le 10", issued_on))


@pytest.mark.parametrize(
    ("terms", "method", "too_long"),
    [
        ("60 jours fin de mois", "net_then_eom", True),
        ("60 jours fin de mois", "eom_then_net", True),
        ("30 jours fin de mois le 10", "net_then_eom", True),
        ("45 jours fin de mois", "net_then_eom", False),
        ("45 jours fin de mois", "eom_then_net", False),
        ("60 jours", "net_then_eom", False),
        ("90 jours", "net_then_eom", True),
    ],
)
def test_a_clause_that_may_be_too_long(terms: str, method: str, too_long: bool) -> None:
    assert may_exceed_agreed_maximum(terms, method) is too_long


DUE = st.dates(date(2013, 6, 30), date(2026, 6, 30))
AMOUNT = st.decimals("0.01", "99999.99", places=2)


@given(DUE, AMOUNT, st.integers(1, 150), st.integers(0, 150))
def test_interest_adds_up_over_its_days(due: date, amount: Decimal, one: int, two: int) -> None:
    """What runs to a day and what runs from there are, unrounded, what runs altogether."""
    debt = Debt(amount=Money(amount, "EUR"), due=due)
    middle = due + timedelta(days=one)
    end = min(middle + timedelta(days=two), date(2026, 12, 31))
    whole = late_interest(FR, debt, end)
    parts = [
        late_interest(FR, debt, middle),
        late_interest(FR, Debt(amount=Money(amount, "EUR"), due=middle), end),
    ]
    total = sum((s.interest for part in parts for s in part.segments), Decimal(0))
    assert abs(total - sum((s.interest for s in whole.segments), Decimal(0))) < Decimal("1e-15")
    assert sum(s.days for s in whole.segments) == (end - due).days
    assert whole.interest.amount == round_to_currency(total, "EUR")


@given(
    AMOUNT,
    st.lists(st.tuples(st.integers(-10, 170), AMOUNT, st.booleans()), max_size=5),
    st.sampled_from(["interest_first", "principal_first"]),
)
def test_imputation_loses_no_cent(
    amount: Decimal, came: list[tuple[int, Decimal, bool]], imputation: Any
) -> None:
    due = date(2026, 6, 30)
    received = tuple(Received(due + timedelta(days=n), a, note) for n, a, note in came)
    claim = late_interest(
        FR,
        Debt(amount=Money(amount, "EUR"), due=due, received=received, imputation=imputation),
        date(2026, 12, 31),
    )
    paid = sum((r.amount for r in received), Decimal(0))
    assert amount + claim.interest.amount == claim.left.amount + paid - claim.surplus.amount
    assert claim.principal_left.amount >= 0
    assert claim.interest_left.amount >= 0


def day_by_day(law: Regime, principal: Decimal, start: date, until: date) -> Decimal:
    """What a clerk with a calculator finds: one day after the other, each year's sum put on top."""
    total, of_the_year, base = Decimal(0), Fraction(0), principal
    for n in range((until - start).days + 1):
        day = start + timedelta(days=n)
        if law.capitalises and n and day == add_months(start, 12 * (day.year - start.year)):
            total += cents(of_the_year)
            of_the_year, base = Fraction(0), principal + total
        of = {RateDay.START: start, RateDay.PAYMENT: until}.get(law.rate_day, day)
        of_the_year += Fraction(base * law.rate(HalfYear.of(of)).percent) / (100 * law.year_basis)
    return total + cents(of_the_year)


def cents(exact: Fraction) -> Decimal:
    """Return an amount rounded half up: half a cent is half a cent, which no sum of decimals keeps."""
    return Decimal((200 * exact.numerator + exact.denominator) // (2 * exact.denominator)) / 100


@given(
    st.sampled_from(COUNTRIES),
    st.sampled_from(KINDS),
    st.dates(date(2015, 1, 1), date(2026, 6, 30)),
    AMOUNT,
    st.integers(1, 900),
)
@example("nl", "consumer", date(2015, 1, 1), Decimal("26925.25"), 365)  # half a cent, exactly
def test_every_law_equals_the_sum_of_its_days(
    country: str, kind: str, due: date, amount: Decimal, days: int
) -> None:
    law = regime(country.upper(), kind)
    until = min(due + timedelta(days=days), date(2026, 12, 31))
    claim = late_interest(law, Debt(amount=Money(amount, "EUR"), due=due, notice_on=due), until)
    start = law.interest_starts_on(due, due)
    if start is None or start > until:
        assert claim.interest.amount == 0
    else:
        assert claim.interest.amount == day_by_day(law, amount, start, until)
    assert claim.interest.amount >= 0


CAME = st.lists(
    st.tuples(st.integers(-30, 900), st.decimals("0.01", "5000.00", places=2), st.booleans()), max_size=4
)
IMPUTED = st.sampled_from(["interest_first", "principal_first"])


def naive_left(law: Regime, debt: Debt, until: date) -> tuple[Decimal, Decimal]:
    """Principal and interest left, as a clerk reckons them: day after day, payments as they come.

    In Ireland a day bears the rate of the next payment's day. In the Netherlands what interest is unpaid
    when a year is over bears interest from then on; a payment of interest settles that first.
    """
    start = law.interest_starts_on(debt.due, debt.notice_on)
    principal, struck, bearing, running = debt.amount.amount, Decimal(0), Decimal(0), Fraction(0)
    first = min([debt.due, *(came.on for came in debt.received)])
    paid_on = sorted(came.on for came in debt.received if not came.credit_note)
    for n in range((until - first).days + 1):
        day = first + timedelta(days=n)
        if start is not None and day >= start:
            if law.capitalises and day > start and day == add_months(start, 12 * (day.year - start.year)):
                struck += cents(running)
                running, bearing = Fraction(0), struck
            of = {
                RateDay.START: start,
                RateDay.PAYMENT: min([on for on in paid_on if on >= day], default=until),
            }.get(law.rate_day, day)
            rate = law.rate(HalfYear.of(of)).percent
            running += Fraction((principal + bearing) * rate) / (100 * law.year_basis)
        for came in sorted((c for c in debt.received if c.on == day), key=lambda c: not c.credit_note):
            if came.credit_note:
                principal -= min(came.amount, principal)
                continue
            struck += cents(running)
            running = Fraction(0)
            left = came.amount
            for part in (
                ("interest", "principal")
                if debt.imputation == "interest_first"
                else ("principal", "interest")
            ):
                if part == "interest":
                    used = min(left, struck)
                    struck -= used
                    bearing -= min(used, bearing)
                else:
                    used = min(left, principal)
                    principal -= used
                left -= used
    return principal, struck + cents(running)


def ledger(amount: Decimal, due: date, days: int, came: list[Any], imputation: Any) -> Debt:
    """Return a debt with what came in for it within `days`."""
    received = [Received(due + timedelta(days=n), a, note) for n, a, note in came if n <= days]
    return Debt(
        amount=Money(amount, "EUR"), due=due, notice_on=due, received=tuple(received), imputation=imputation
    )


def equals_the_sum_of_its_days(law: Regime, debt: Debt, until: date, order: Any) -> None:
    """Whatever came in and in whatever order it is told, never less than nothing, and to the cent."""
    claim = late_interest(law, debt, until)
    received = list(debt.received)
    order.shuffle(received)
    same = late_interest(law, replace(debt, received=tuple(received)), until)
    assert (claim.left, claim.interest, claim.surplus) == (same.left, same.interest, same.surplus)
    assert min(claim.interest.amount, claim.left.amount, claim.surplus.amount) >= 0
    assert (claim.principal_left.amount, claim.interest_left.amount) == naive_left(law, debt, until)


@given(
    st.sampled_from(COUNTRIES),
    st.sampled_from(KINDS),
    st.dates(date(2015, 1, 1), date(2025, 6, 30)),
    st.integers(1, 500),
    AMOUNT,
    CAME,
    IMPUTED,
    st.randoms(use_true_random=False),
)
def test_any_ledger_equals_the_sum_of_its_days(  # noqa: PLR0917
    country: str,
    kind: str,
    due: date,
    days: int,
    amount: Decimal,
    came: list[Any],
    imputation: Any,
    order: Any,
) -> None:
    law = regime(country.upper(), kind)
    debt = ledger(amount, due, days, came, imputation)
    equals_the_sum_of_its_days(law, debt, due + timedelta(days=days), order)


@pytest.mark.parametrize("country", ["NL", "IE"])
@given(
    st.sampled_from(KINDS),
    st.dates(date(2015, 1, 1), date(2023, 12, 31)),
    st.integers(300, 1000),
    AMOUNT,
    CAME,
    IMPUTED,
    st.randoms(use_true_random=False),
)
def test_interest_on_interest_and_the_rate_of_payment_equal_the_sum_of_their_days(  # noqa: PLR0917
    country: str,
    kind: str,
    due: date,
    days: int,
    amount: Decimal,
    came: list[Any],
    imputation: Any,
    order: Any,
) -> None:
    law = regime(country, kind)
    debt = ledger(amount, due, days, came, imputation)
    equals_the_sum_of_its_days(law, debt, due + timedelta(days=days), order)


@given(
    st.dates(date(2015, 1, 1), date(2023, 12, 31)), AMOUNT, st.integers(1, 700),
    st.sampled_from(["business", "consumer"]),
)  # fmt: skip
def test_dutch_interest_is_additive_where_a_year_ends(
    due: date, amount: Decimal, more: int, kind: str
) -> None:
    """What has run for a year is principal from then on: to the cent, since it is struck that day."""
    law = regime("NL", kind)
    eve = add_months(due + timedelta(days=1), 12) - timedelta(days=1)
    until = eve + timedelta(days=more)
    year = late_interest(law, Debt(amount=Money(amount, "EUR"), due=due, notice_on=due), eve)
    grown = Money(amount + year.interest.amount, "EUR")
    rest = late_interest(law, Debt(amount=grown, due=eve, notice_on=eve), until)
    whole = late_interest(law, Debt(amount=Money(amount, "EUR"), due=due, notice_on=due), until)
    assert whole.interest.amount == year.interest.amount + rest.interest.amount


@given(
    st.dates(date(2015, 1, 1), date(2023, 12, 31)), AMOUNT, st.integers(1, 400), st.integers(1, 400),
    st.decimals("0.01", "0.99", places=2),
)  # fmt: skip
def test_irish_interest_is_additive_where_a_payment_falls(
    due: date, amount: Decimal, one: int, two: int, part: Decimal
) -> None:
    """What ran to a payment is settled by its rate; what is left runs on as a debt of that day."""
    law = regime("IE", "business")
    paid_on = due + timedelta(days=one)
    came = Received(paid_on, max(round_to_currency(amount * part, "EUR"), Decimal("0.01")))
    debt = Debt(amount=Money(amount, "EUR"), due=due, received=(came,), imputation="principal_first")
    until = paid_on + timedelta(days=two)
    whole, then = late_interest(law, debt, until), late_interest(law, debt, paid_on)
    rest = late_interest(law, Debt(amount=then.principal_left, due=paid_on), until)
    assert whole.interest.amount == then.interest.amount + rest.interest.amount
    assert whole.segments[: len(then.segments)] == then.segments


def test_where_additivity_ends() -> None:
    """One day more may change the rate of all days in Ireland, and the base of all in the Netherlands."""
    debt = Debt(amount=Money(Decimal(1200), "EUR"), due=date(2026, 5, 31))
    irish = regime("IE", "business")
    june, both = (late_interest(irish, debt, on).interest.amount for on in (date(2026, 6, 30), DAY_IN_JULY))
    july = late_interest(irish, replace(debt, due=date(2026, 6, 30)), DAY_IN_JULY).interest.amount
    assert (june, july, both) == (Decimal("10.01"), Decimal("10.60"), Decimal("20.86"))
    assert both != june + july
    dutch, year = regime("NL", "business"), replace(debt, due=date(2018, 12, 31))
    whole = late_interest(dutch, year, date(2020, 12, 31)).interest.amount
    first = late_interest(dutch, year, date(2019, 12, 31)).interest.amount
    second = late_interest(dutch, replace(year, due=date(2019, 12, 31)), date(2020, 12, 31)).interest.amount
    assert whole == first + second + round_to_currency(first * 8 * 366 / 36500, "EUR")


def test_a_credit_note_does_not_fix_the_irish_rate() -> None:
    """No payment, it only lessens the debt: the days before it wait for the rate of the day of payment."""
    note = Received(date(2026, 6, 15), Decimal(200), credit_note=True)
    debt = Debt(amount=Money(Decimal(1200), "EUR"), due=date(2026, 5, 31), received=(note,))
    rates = {str(s.rate.percent) for s in late_interest(regime("IE", "business"), debt, DAY_IN_JULY).segments}
    assert rates == {"10.40"}


def test_a_payment_within_the_second_year_makes_no_interest_bear_interest_sooner() -> None:
    """Interest bears interest when a year is over, not when somebody pays a part."""
    came = Received(date(2020, 7, 1), Decimal(100))
    debt = Debt(
        amount=Money(Decimal(10000), "EUR"), due=date(2018, 12, 31), received=(came,),
        imputation="principal_first",
    )  # fmt: skip
    claim = late_interest(regime("NL", "business"), debt, date(2020, 12, 31))
    assert [str(s.base) for s in claim.segments] == ["10000", "10000", "10800.00", "10800.00", "10700.00"]


@given(
    st.sampled_from(COUNTRIES),
    st.sampled_from(KINDS),
    st.dates(date(2015, 1, 1), date(2026, 1, 1)),
    AMOUNT,
    st.tuples(st.integers(1, 180), st.integers(1, 180)),
)
def test_interest_is_additive_in_every_law(
    country: str, kind: str, due: date, amount: Decimal, days: tuple[int, int]
) -> None:
    """What runs to a day and what runs from there are, unrounded, what runs altogether.

    Not where the rate of one day holds for all of the delay (START, PAYMENT), nor beyond a year where
    interest bears interest: the days on which it is so there have tests of their own.
    """
    law = regime(country.upper(), kind)
    at_once = law.interest_starts_on(due, due) == due + timedelta(days=1)
    if law.rate_day is not RateDay.EACH_HALF_YEAR or not at_once:
        return
    middle, end = due + timedelta(days=days[0]), due + timedelta(days=sum(days))

    def run(since: date, until: date) -> Decimal:
        debt = Debt(amount=Money(amount, "EUR"), due=since, notice_on=since)
        return sum((s.interest for s in late_interest(law, debt, until).segments), Decimal(0))

    assert abs(run(due, end) - run(due, middle) - run(middle, end)) < Decimal("1e-9")


@given(
    st.sampled_from(COUNTRIES), st.dates(date(2015, 1, 1), date(2025, 6, 30)), st.integers(-20, 400),
    st.integers(0, 500), AMOUNT, CAME, IMPUTED,
)  # fmt: skip
def test_a_judgment_stops_interest_on_its_eve_and_takes_in_what_comes(  # noqa: PLR0917
    country: str, due: date, judged: int, days: int, amount: Decimal, came: list[Any], imputation: Any
) -> None:
    """The same interest as on the eve, whatever came since; what came is still set against the debt."""
    law, until, judged_on = regime(country, "business"), due + timedelta(days=days), due + timedelta(judged)
    open_, eve = ledger(amount, due, days, came, imputation), judged_on - timedelta(days=1)
    frozen = replace(open_, judged_on=judged_on)
    stopped, running = late_interest(law, frozen, until), late_interest(law, open_, min(until, eve))
    assert stopped.interest == running.interest
    assert stopped.segments == running.segments
    received = sum((r.amount for r in open_.received), Decimal(0))
    assert stopped.left.amount == amount + stopped.interest.amount + stopped.surplus.amount - received


def test_what_falls_due_from_the_judgment_on_owes_no_fixed_sum() -> None:
    debt = Debt(amount=Money(Decimal(100), "EUR"), due=date(2026, 6, 30))
    asked = [
        late_interest(FR, replace(debt, judged_on=date(2026, 6, 30) + timedelta(days=n)), DAY).fixed_sum
        for n in (0, 1, 2)
    ]
    assert [sum_ is not None for sum_ in asked] == [False, False, True]


def test_the_floor_itself_is_lawful_and_counts_only_where_interest_runs() -> None:
    """1.1: never below three times the legal rate: 8.25 in 2026 S2, 11.13 in 2025 S1, 8.28 in 2025 S2."""
    debt = Debt(amount=Money(Decimal(100), "EUR"), due=date(2026, 6, 30), contract_rate=Decimal("8.25"))
    assert late_interest(FR, debt, DAY).below_floor == ()
    assert late_interest(FR, replace(debt, contract_rate=Decimal("8.24")), DAY).below_floor != ()
    ten = replace(debt, due=date(2025, 6, 30), contract_rate=Decimal(10))
    assert late_interest(FR, ten, date(2025, 9, 30)).below_floor == (), "no day of the first half is late"
    eve = late_interest(FR, replace(ten, due=date(2025, 6, 29)), date(2025, 9, 30))
    assert eve.below_floor == (HalfYear(2025, 1),)


@pytest.mark.parametrize("imputation", ["interest_first", "principal_first"])
def test_on_one_day_a_credit_note_goes_before_a_payment(imputation: Any) -> None:
    """What is no longer owed is not paid: the payment is left over, not the credit note lost on interest."""
    day = date(2026, 8, 29)
    came = (Received(day, Decimal(100)), Received(day, Decimal(50), credit_note=True))
    debt = Debt(
        amount=Money(Decimal(100), "EUR"), due=date(2026, 6, 30), received=came, imputation=imputation
    )
    claim = late_interest(FR, debt, DAY)
    assert str(claim.interest.amount) == "2.04"
    assert (claim.left.amount, claim.surplus.amount) == (0, Decimal("47.96"))


@pytest.mark.parametrize(
    ("country", "kind", "lapses"),
    [
        ("DE", "business", "2027-01-01"), ("DE", "consumer", "2027-01-01"), ("AT", "business", "2026-05-31"),
        ("BE", "business", "2033-05-31"), ("NL", "business", "2028-05-31"), ("NL", "consumer", "2025-05-31"),
        ("LU", "business", "2033-05-31"), ("ES", "business", "2028-05-31"), ("IT", "business", "2033-05-31"),
        ("IE", "business", "2029-05-31"), ("GB", "business", "2029-05-31"), ("CH", "business", "2028-05-31"),
    ],
)  # fmt: skip
def test_when_a_claim_lapses_abroad(country: str, kind: str, lapses: str) -> None:
    """Of a term of 31 May 2023; in Germany years run from the end of the first (BGB 199)."""
    assert regime(country, kind).lapses_on(date(2023, 5, 31), kind) == date.fromisoformat(lapses)


def test_a_belgian_consumer_owes_no_indemnity_under_the_older_law() -> None:
    """Livre XIX CDE binds contracts made before it from 1 December 2023."""
    due, law = date(2023, 9, 30), regime("BE", "consumer")
    for notice, owed in ((date(2023, 11, 1), None), (date(2023, 11, 20), Decimal(100))):
        debt = Debt(amount=Money(Decimal(1200), "EUR"), due=due, notice_on=notice)
        fixed = late_interest(law, debt, date(2024, 2, 1)).fixed_sum
        assert (fixed and fixed.amount) == owed


#: Changes of the ECB's rate by the day from which it holds (1.1); that of June 2026 was not read to the day.
ECB = """
2012-07-11 0.75 2013-05-08 0.50 2013-11-13 0.25 2014-06-11 0.15 2014-09-10 0.05 2016-03-16 0.00
2022-07-27 0.50 2022-09-14 1.25 2022-11-02 2.00 2022-12-21 2.50 2023-02-08 3.00 2023-03-22 3.50
2023-05-10 3.75 2023-06-21 4.00 2023-08-02 4.25 2023-09-20 4.50 2024-06-12 4.25 2024-09-18 3.65
2024-10-23 3.40 2024-12-18 3.15 2025-02-05 2.90 2025-03-12 2.65 2025-04-23 2.40 2025-06-11 2.15
2026-06-30 2.40
"""
CHANGES = [(date.fromisoformat(day), Decimal(rate)) for day, rate in re.findall(r"(\S+) (\S+)", ECB)]


def test_the_rate_of_a_semester_is_the_one_in_force_on_its_first_day() -> None:
    for half, read in REFERENCE_RATE.values.items():
        assert read.value == [rate for day, rate in CHANGES if day <= half.first][-1], half


def test_the_austrian_base_moves_only_once_the_ecb_moved_by_half_a_point() -> None:
    """2: -0.12 at 0.50 %; the value of the last day of the half-year before."""
    base, at = Decimal("-0.12"), Decimal("0.50")
    told = []
    for day, rate in CHANGES:
        if day >= date(2013, 5, 8) and abs(rate - at) >= Decimal("0.5"):
            base, at = base + rate - at, rate
        told.append((day, base))
    for half, read in AUSTRIAN.values.items():
        assert read.value == [value for day, value in told if day < half.first][-1], half


def test_a_notice_before_the_due_date_makes_no_interest_run_sooner() -> None:
    law, due = regime("FR", "consumer"), date(2026, 6, 30)
    for notice in (date(2026, 4, 20), due):
        assert law.interest_starts_on(due, notice) == date(2026, 7, 1)
    assert law.interest_starts_on(due, date(2026, 7, 1)) == date(2026, 7, 2)


@pytest.mark.parametrize(
    ("kind", "due", "owed"),
    [
        ("business", "2012-12-31", False), ("business", "2013-01-01", True),
        ("public", "2013-04-30", False), ("public", "2013-05-01", True),
    ],
)  # fmt: skip
def test_since_when_the_fixed_sum_is_owed(kind: str, due: str, owed: bool) -> None:
    asked = regime("FR", kind).fixed_sum(date.fromisoformat(due), Money(Decimal(9), "EUR"), on=DAY)
    assert (asked is not None) is owed


def test_a_limit_of_procedure_moves_from_a_holiday_too() -> None:
    """CPC 642: 8 May 2026 is a Friday; the Monday after it is a working day."""
    assert ends_on(date(2026, 3, 8), 2, {date(2026, 5, 8)}) == date(2026, 5, 11)
    assert ends_on(date(2026, 3, 8), 2, {date(2026, 5, 8), date(2026, 5, 11)}) == date(2026, 5, 12)


def test_what_was_before_the_due_date_or_after_the_lapse_moves_nothing() -> None:
    due, lapsed = date(2021, 11, 30), date(2026, 11, 30)

    def lapses(on: date) -> date | None:
        return lapses_on(FR.lapses_on, due, "business", [Moved("acknowledgement", on)])

    assert lapses(due - timedelta(days=1)) == lapsed
    assert lapses(due) == lapsed
    assert lapses(lapsed) == lapsed, "barred on that very day"
    assert lapses(lapsed - timedelta(days=1)) == date(2031, 11, 29)


def test_a_person_is_warned_from_the_very_day_on() -> None:
    lapsed = date(2027, 5, 31)
    days = (date(2026, 5, 30), date(2026, 5, 31), date(2026, 11, 29), date(2026, 11, 30), date(2027, 2, 28))
    assert [warned(lapsed, day) for day in days] == [None, 12, 12, 6, 3]


def test_what_of_a_claim_is_not_established_is_told_once() -> None:
    law = regime("AT", "business")
    debt = Debt(amount=Money(Decimal(100), "EUR"), due=date(2026, 6, 30))
    claims = [late_interest(law, debt, DAY)] * 2
    assert [(one.subject, one.confidence, one.changes_sum) for one in doubts_of(law, claims, DAY)] == [
        ("interest", Confidence.ONE_SOURCE, True), ("interest", Confidence.GENERAL, True),
        ("fixed_sum", Confidence.GENERAL, False),
    ]  # fmt: skip
    paid = [late_interest(law, replace(debt, received=(Received(debt.due, Decimal(100)),)), DAY)]
    assert doubts_of(law, paid, DAY) == ()
