"""Every number of the study of the law, each named by its section: sections 1 to 3, 5 and 8.

A row that fails names the sentence that the program no longer keeps. Figures that only describe the
world (fines, shares of a market) are not ours to reckon and are not here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from stdnum import iban
from stdnum.fr import siren, tva

from acquit import sources
from acquit.core.ageing import Buckets
from acquit.core.contact_hours import hours_of
from acquit.core.instalments import instalments
from acquit.core.measures import (
    Delay,
    Sales,
    collection_effectiveness,
    delays,
    dso,
    dso_count_back,
    provision,
    share,
)
from acquit.core.money import Money, round_to_currency, totals
from acquit.core.months import expected_on
from acquit.core.reference import belgian_reference, creditor_reference, is_creditor_reference, is_iban
from acquit.core.regimes import applicable, regime
from acquit.core.regimes.at.rules import BASE_RATE as AUSTRIAN
from acquit.core.regimes.base import Confidence, HalfYear, MissingRate
from acquit.core.regimes.be.rules import indemnity_cap
from acquit.core.regimes.de.rules import BASE_RATE as GERMAN
from acquit.core.regimes.eu import DEFAULT_DAYS, FIXED_SUM, MARGIN, REFERENCE_RATE
from acquit.core.regimes.fr import limits, values
from acquit.core.regimes.fr.caps import Trade, latest_due, public_due, unagreed_due
from acquit.core.regimes.fr.judgment import order_interest
from acquit.core.regimes.fr.routes import NoOrder, routes, why_no_order
from acquit.core.regimes.fr.rules import exceeds_agreed_maximum, may_exceed_agreed_maximum
from acquit.core.regimes.gb.rules import BANK_RATE
from acquit.core.regimes.interest import Claim, Debt, Received, late_interest
from acquit.core.regimes.limitation import AGREED_YEARS, Moved, lapses_on, may_be_agreed
from acquit.core.regimes.nl.rules import CONSUMER_RATE, collection_costs
from acquit.core.terms import due_date
from acquit.sources.cfonb120.record import Record
from acquit.sources.fec import SOURCE as FEC
from acquit.store.calendars import holidays_of
from acquit.wording.facts import MessageFacts
from acquit.wording.labels import labels
from acquit.wording.lint import notice_words
from acquit.wording.postal import AddressDoesNotFit, window_address
from acquit.wording.transfer import epc_payload
from acquit.wording.window import window_of

EUR = "EUR"


def d(day: str) -> date:
    return date.fromisoformat(day)


def claim(
    amount: str, due: str, until: str, *, law: str = "FR", kind: str = "business", **more: Any
) -> Claim:
    currency = "GBP" if law == "GB" else EUR
    debt = Debt(amount=Money(Decimal(amount), currency), due=d(due), **more)
    return late_interest(regime(law, kind), debt, d(until))


def owed(*of: str, **more: Any) -> tuple[str, str]:
    """Return interest and fixed sum, as they are printed."""
    found = claim(*of, **more)
    return str(found.interest.amount), f"{found.fixed_sum.amount:.2f}" if found.fixed_sum else "0.00"


def ordered(until: str, **more: Any) -> list[Claim]:
    """Return the interest of an order of 10 000 served on 2026-01-10, and what the five points add."""
    enforceable = limits.enforceable_from(d("2026-01-05"), d("2026-01-10"))
    found = order_interest(
        Money(Decimal(10000), EUR), served_on=d("2026-01-10"), until=d(until),
        surcharged_from=limits.surcharge_from(enforceable), **more,
    )  # fmt: skip
    return [found.legal, found.surcharge] if found.surcharge else [found.legal]


def due(terms: str, day: str, method: str = "net_then_eom") -> str:
    return due_date(terms, d(day), method).isoformat()[5:]


def rate(law: str, year: int, half: int, kind: str = "business") -> str:
    return str(regime(law, kind).rate(HalfYear(year, half)).percent)


def place(day: str) -> str:
    return Buckets().labels()[Buckets().place(d(day), d("2026-11-22"))]


def two(value: Decimal | None) -> str:
    assert value is not None
    return str(round(value, 2))


class Row(NamedTuple):
    """A number of the study: its section, the sentence, what reckons it and what it says."""

    section: str
    sentence: str
    reckoned: Callable[[], Any]
    says: Any


PARTIAL = (Received(d("2026-08-29"), Decimal(4000)),)
M = [Sales(Decimal(170000), 30), Sales(Decimal(190000), 31), Sales(Decimal(180000), 31)]
COUNT_BACK = [Sales(Decimal(1200), 30), Sales(Decimal(800), 31), Sales(Decimal(700), 30)]
DIVALTO = [Sales(Decimal(12500), 30), Sales(Decimal(10000), 31), Sales(Decimal(6000), 30)]
PAID = [Delay(Decimal(a), n) for a, n in ((1000, 0), (2000, 10), (500, 40), (6500, -5))]
THREE = [("100.00", "2026-06-30"), ("250.00", "2026-07-15"), ("5000.00", "2026-07-31")]

LAW: list[Row] = [
    Row("1.1", "FR-1: 10 000, 45 days at 12.40: 152.88, and 40",
        lambda: owed("10000.00", "2026-07-31", "2026-09-14"), ("152.88", "40.00")),
    Row("1.1", "FR-1: 192.88 with the fixed sum",
        lambda: str(claim("10000.00", "2026-07-31", "2026-09-14").interest + Money(Decimal(40), EUR)),
        "192.88 EUR"),
    Row("1.1", "FR-2: crossing: 24.62, not 24.87",
        lambda: owed("1200.00", "2026-05-31", "2026-07-31")[0], "24.62"),
    Row("1.1", "FR-2: 11.9836 and 12.6378",
        lambda: [str(round(s.interest, 4)) for s in claim("1200.00", "2026-05-31", "2026-07-31").segments],
        ["11.9836", "12.6378"]),
    Row("1.1", "FR-3: 1 240.36 over five segments",
        lambda: (owed("5000.00", "2024-11-30", "2026-11-22")[0],
                 [(s.days, str(s.rate.percent))
                  for s in claim("5000.00", "2024-11-30", "2026-11-22").segments]),
        ("1240.36",
         [(31, "14.25"), (181, "13.15"), (184, "12.15"), (181, "12.15"), (145, "12.40")])),
    Row("1.1", "FR-3: 722 days",
        lambda: sum(s.days for s in claim("5000.00", "2024-11-30", "2026-11-22").segments), 722),
    Row("1.1", "FR-4: ten percent is below the floor from 2023 S2 to 2025 S1, not in 2026",
        lambda: [str(h) for h in claim("1000", "2023-06-30", "2026-11-22",
                                       contract_rate=Decimal(10)).below_floor],
        ["2023 S2", "2024 S1", "2024 S2", "2025 S1"]),
    Row("1.1", "FR-5: 203.84 to the day of the payment",
        lambda: owed("10000", "2026-06-30", "2026-08-29")[0], "203.84"),
    Row("1.1", "FR-5: interest first leaves 6 203.84 and 6 271.28",
        lambda: (str(claim("10000", "2026-06-30", "2026-09-30", received=PARTIAL).principal_left),
                 str(claim("10000", "2026-06-30", "2026-09-30", received=PARTIAL).left)),
        ("6203.84 EUR", "6271.28 EUR")),
    Row("1.1", "FR-5: principal first gives 6 269.07",
        lambda: str(claim("10000", "2026-06-30", "2026-09-30", received=PARTIAL,
                          imputation="principal_first").left), "6269.07 EUR"),
    Row("1.1", "the floor of 2024, 15.21 and 14.76, does not lift 14.50 and 14.25",
        lambda: [rate("FR", 2024, 1), rate("FR", 2024, 2)], ["14.50", "14.25"]),
    Row("1.1", "the first day is the day after the due date",
        lambda: claim("100", "2026-07-31", "2026-08-02").segments[0].first, d("2026-08-01")),
    Row("1.1", "365 in leap years too", lambda: owed("36500", "2024-01-31", "2024-02-29")[0], "420.50"),
    Row("1.1", "no 40 EUR before 2013", lambda: owed("100", "2012-12-31", "2012-12-31")[1], "0.00"),
    Row("1.1", "8: L441-10 re-issued on 2027-01-01 by ordonnance 2026-671",
        lambda: [(c.since.isoformat(), c.version) for c in values.BUSINESS_CITATIONS
                 if c.subject == "interest"],
        [("2019-04-26", ""), ("2027-01-01", "ordonnance 2026-671")]),
    Row("1.2", "three late invoices of 100, 250, 5 000: 120.00",
        lambda: [str(m) for m in totals(
            claim(a, day, "2026-08-31").fixed_sum or Money(Decimal(0), EUR) for a, day in THREE)],
        ["120.00 EUR"]),
    Row("1.1", "FR-2: one rate for both semesters would give 24.87",
        lambda: str(round_to_currency(Decimal(1200) * Decimal("12.40") * 61 / 36500, EUR)), "24.87"),
    Row("1.1", "FR-5: the clause decides the order, an avoir is no payment",
        lambda: str(claim("10000", "2026-06-30", "2026-09-30", received=(
            Received(d("2026-08-29"), Decimal(4000), credit_note=True),)).principal_left), "6000.00 EUR"),
    Row("1.2", "one invoice paid in three late instalments: 40.00, once",
        lambda: owed("900.00", "2026-06-30", "2026-09-30", received=tuple(
            Received(d(f"2026-07-{day}"), Decimal(300)) for day in (10, 20, 30)))[1], "40.00"),
    Row("1.2", "the version of D441-5 since 2021-02-27",
        lambda: [c.since.isoformat() for c in values.BUSINESS_CITATIONS if c.subject == "fixed_sum"],
        ["2013-01-01", "2021-02-27"]),
    Row("1.2", "no VAT on fees and interest",
        lambda: "non soumises à TVA" in labels("fr").interest_line("12,40 %", "1er juillet"), True),
    Row("1.2", "40 EUR since 2013-01-01",
        lambda: [owed("100", day, "2013-01-15")[1] for day in ("2013-01-01",)], ["40.00"]),
    Row("1.3", "nothing agreed: 30 days after the goods came",
        lambda: unagreed_due(d("2026-01-31")), d("2026-03-02")),
    Row("1.3", "60 days from the invoice, or 45 end of month",
        lambda: latest_due(d("2026-01-31")), d("2026-04-01")),
    Row("1.3", "45 end of month, the longer way: 75 days",
        lambda: (latest_due(d("2026-01-01")) - d("2026-01-01")).days, 75),
    Row("1.3", "45 end of month: 58 and 75, 75 and 61, 59 and 45 days",
        lambda: [(due_date("45 jours fin de mois", d(day), method) - d(day)).days
                 for day in ("2026-01-01", "2026-01-15", "2026-01-31")
                 for method in ("net_then_eom", "eom_then_net")], [58, 75, 75, 61, 59, 45]),
    Row("1.3", "30 end of month the 10th, of 31 January, the other way: 38 days",
        lambda: (due_date("30 jours fin de mois le 10", d("2026-01-31"), "eom_then_months")
                 - d("2026-01-31")).days, 38),
    Row("1.3", "periodic invoices: 45 days", lambda: latest_due(d("2026-01-31"), periodic=True),
        d("2026-03-17")),
    Row("1.3", "perishable food: 30 days after delivery",
        lambda: latest_due(d("2026-01-31"), trade=Trade.PERISHABLE, delivered_on=d("2026-01-20")),
        d("2026-02-19")),
    Row("1.3", "perishable, periodic: 30 days after the ten days of delivery",
        lambda: latest_due(d("2026-02-28"), trade=Trade.PERISHABLE, delivered_on=d("2026-02-21"),
                           periodic=True), d("2026-03-30")),
    Row("1.3", "live cattle and fresh meat: 20 days",
        lambda: latest_due(d("2026-01-05"), trade=Trade.LIVESTOCK), d("2026-01-25")),
    Row("1.3", "alcohol: 30 days after the month of delivery",
        lambda: latest_due(d("2026-01-05"), trade=Trade.ALCOHOL), d("2026-03-02")),
    Row("1.3", "road haulage: 30 days from the invoice",
        lambda: latest_due(d("2026-01-05"), trade=Trade.TRANSPORT), d("2026-02-04")),
    Row("1.3", "60 end of month always exceeds",
        lambda: all(exceeds_agreed_maximum(day, due_date("60 jours fin de mois", day, method))
                    for method in ("eom_then_net",)
                    for day in (d("2026-01-01") + timedelta(days=n) for n in range(28))), True),
    Row("1.3", "30 end of month the 10th, of 31 January: 69 days, too long",
        lambda: ((due_date("30 jours fin de mois le 10", d("2026-01-31")) - d("2026-01-31")).days,
                 may_exceed_agreed_maximum("30 jours fin de mois le 10")), (69, True)),
    Row("1.3", "a due date on a Sunday stays", lambda: due("30 jours", "2026-10-16"), "11-15"),
    Row("1.3", "instalments",
        lambda: [f"{one.due} {one.amount}" for one in
                 instalments("30/60/90 jours", d("2026-01-01"), Money(Decimal("100.00"), EUR))],
        ["2026-01-31 33.33 EUR", "2026-03-02 33.33 EUR", "2026-04-01 33.34 EUR"]),
    Row("1.3", "décade: 30 days after the ten days", lambda: due("30 jours fin de décade", "2026-02-20"),
        "03-22"),
    Row("1.4", "500.00, notice 2026-04-20, 60 days at 2.62: 2.15 and no 40",
        lambda: owed("500", "2026-03-31", "2026-06-19", kind="consumer", notice_on=d("2026-04-20")),
        ("2.15", "0.00")),
    Row("1.4", "no interest before the notice",
        lambda: owed("500", "2026-03-31", "2026-06-19", kind="consumer"), ("0.00", "0.00")),
    Row("1.4", "the creditor's column: 2.62 and 2.75, not 6.67 and 6.84",
        lambda: [rate("FR", 2026, half, "consumer") for half in (1, 2)], ["2.62", "2.75"]),
    Row("1.4", "6.67 and 6.84 are those of individuals",
        lambda: [str(values.INDIVIDUALS_RATE.at(HalfYear(2026, h)).value) for h in (1, 2)],
        ["6.67", "6.84"]),
    Row("1.4", "five points more once two months have passed since the decision may be enforced",
        lambda: (limits.surcharge_from(d("2026-09-15")), str(limits.SURCHARGE)),
        (d("2026-11-16"), "5")),
    Row("1.4", "10 000 ordered at the legal rate: 2.62 % from the day after the service, five points more",
        lambda: [str(one.interest.amount) for one in ordered(until="2026-06-30")], ["122.75", "109.59"]),
    Row("1.4", "no five points on the last day of the two months",
        lambda: [len(ordered(until=day)) for day in ("2026-04-11", "2026-04-12")], [1, 2]),
    Row("1.4", "the points follow what is left of the sum",
        lambda: [str(one.interest.amount) for one in ordered(
            until="2026-06-30", received=(Received(d("2026-05-31"), Decimal(4000)),))],
        ["114.13", "93.15"]),
    Row("1.5", "public: 30, 50 and 60 days from receipt",
        lambda: [public_due(d("2026-05-20"), body) for body in ("state", "health", "undertaking")],
        [d("2026-06-19"), d("2026-07-09"), d("2026-07-19")]),
    Row("1.5", "one rate for the whole delay: 125.14, not 127.47",
        lambda: owed("10000", "2026-06-19", "2026-08-03", kind="public"), ("125.14", "40.00")),
    Row("1.5", "to be paid within 45 days after the principal",
        lambda: limits.public_interest_until(d("2026-08-03")), d("2026-09-17")),
    Row("1.6", "merchants: five years",
        lambda: regime("FR", "business").lapses_on(d("2021-11-30"), "business"), d("2026-11-30")),
    Row("1.6", "carriage and supplies of ships: one year",
        lambda: [regime("FR", "business").lapses_on(d("2025-11-30"), kind)
                 for kind in ("transport", "ship")], [d("2026-11-30")] * 2),
    Row("1.6", "consumers: two years",
        lambda: regime("FR", "consumer").lapses_on(d("2024-11-30"), "consumer"), d("2026-11-30")),
    Row("1.6", "public bodies: four years from the next 1 January",
        lambda: regime("FR", "public").lapses_on(d("2021-11-30"), "public"), d("2026-01-01")),
    Row("1.6", "the same day number, else the last of the month",
        lambda: regime("FR", "business").lapses_on(d("2024-02-29"), "business"), d("2029-02-28")),
    Row("1.6", "between businesses one to ten years may be agreed",
        lambda: (AGREED_YEARS, [n for n in range(13) if may_be_agreed(n)]), ((1, 10), [*range(1, 11)])),
    *(Row("1.6", f"{words}", lambda law=law, kind=kind, years=years: lapses_on(
        regime("FR", law).lapses_on, d("2024-11-30"), kind,
        [Moved("agreed_term", d("2023-01-02"), years=years)]), until)
      for words, law, kind, years, until in (
        ("two years agreed between businesses", "business", "business", 2, d("2026-11-30")),
        ("ten years agreed between businesses", "business", "business", 10, d("2034-11-30")),
        ("with a consumer nothing may be agreed", "consumer", "consumer", 10, d("2026-11-30")),
        ("an agreement does not lengthen the year of carriage", "business", "transport", 10, d("2025-11-30")),
      )),
    Row("1.6", "what begins again begins with the term agreed (C. civ. 2231)",
        lambda: lapses_on(regime("FR", "business").lapses_on, d("2024-11-30"), "business",
                          [Moved("agreed_term", d("2023-01-02"), years=2),
                           Moved("acknowledgement", d("2025-03-01"))]), d("2027-03-01")),
    Row("1.6", "a written claim begins the four years again of a public body, and of nobody else",
        lambda: [lapses_on(regime("FR", kind).lapses_on, d("2022-11-30"), kind,
                           [Moved("written_claim", d("2025-03-01"))]) for kind in ("public", "business")],
        [d("2030-01-01"), d("2027-11-30")]),
    Row("1.6", "a mediation leaves six months",
        lambda: lapses_on(regime("FR", "business").lapses_on, d("2021-11-30"), "business",
                          [Moved("mediation", d("2026-11-01"), d("2026-11-20"))]), d("2027-05-20")),
    Row("1.7", "8 days, counted from receipt",
        lambda: next(f.default for f in fields(MessageFacts) if f.name == "delay_days"), 8),
    Row("1.7", "4 380.00 and 6 210.00 read 10 590.00",
        lambda: [str(m) for m in totals(Money(Decimal(a), EUR) for a in ("4380.00", "6210.00"))],
        ["10590.00 EUR"]),
    Row("1.9", "published 2026-10-14, declared until 2026-12-14",
        lambda: limits.declare_until(d("2026-10-14")), d("2026-12-14")),
    Row("1.9", "2026-10-12: Saturday moves to 2026-12-14",
        lambda: limits.declare_until(d("2026-10-12")), d("2026-12-14")),
    Row("1.9", "2026-12-31: 2027-02-28 is a Sunday: 2027-03-01",
        lambda: limits.declare_until(d("2026-12-31")), d("2027-03-01")),
    Row("1.9", "two months more from abroad",
        lambda: limits.declare_until(d("2026-10-14"), creditor_abroad=True), d("2027-02-15")),
    Row("1.9", "relief until 2027-04-14", lambda: limits.relief_until(d("2026-10-14")), d("2027-04-14")),
    Row("1.10", "an order of 2026-08-28 is served until 2027-03-01",
        lambda: limits.serve_order_until(d("2026-08-28")), d("2027-03-01")),
    Row("1.10", "an order of 2026-09-02 until 2026-12-02",
        lambda: limits.serve_order_until(d("2026-09-02")), d("2026-12-02")),
    Row("1.10", "opposition within a month, enforceable after two",
        lambda: (limits.oppose_until(d("2026-09-30")),
                 limits.enforceable_from(d("2026-09-02"), d("2026-09-30"))),
        (d("2026-10-30"), d("2026-12-01"))),
    Row("1.9", "grace of two years at most", lambda: limits.GRACE_YEARS, 2),
    Row("1.10", "5 000 and 10 000 EUR",
        lambda: (str(limits.SMALL_CLAIM), str(limits.LAWYER_ABOVE)), ("5000", "10000")),
    *(Row("1.10", f"small claim: {kind}, {sum_} and {interest} on {on}",
          lambda kind=kind, sum_=sum_, interest=interest, on=on: routes(
              kind, principal=Decimal(sum_), interest=Decimal(interest), on=d(on)).small_claim.name, said)
      for kind, sum_, interest, on, said in (
        ("consumer", "5000", "0", "2026-11-27", "OPEN"),
        ("consumer", "4990", "10.01", "2026-11-27", "TOO_LARGE"),
        ("business", "900", "0", "2026-04-24", "OPEN"),
        ("business", "900", "0", "2026-04-25", "MERCHANTS"),
        ("business", "5000.01", "0", "2026-11-27", "TOO_LARGE"),
        ("public", "900", "0", "2026-11-27", "PUBLIC"),
      )),
    Row("1.10", "a lawyer above 10 000, not at it",
        lambda: [routes("business", principal=Decimal(n), interest=Decimal(500), on=d("2026-11-27")).lawyer
                 for n in ("10000", "10000.01")], [False, True]),
    Row("1.9", "two years of grace from today",
        lambda: routes("business", principal=Decimal(1), interest=Decimal(0),
                       on=d("2026-11-27")).grace_until, d("2028-11-27")),
    Row("1.10", "an order made before 1 September 2026 is enforceable once the month of opposition is over",
        lambda: [limits.enforceable_from(d(day), d("2026-09-30")) for day in ("2026-08-31", "2026-09-01")],
        [d("2026-10-31"), d("2026-12-01")]),
    Row("1.10", "a title is enforced for ten years (L111-4)",
        lambda: limits.title_until(d("2026-12-01")), d("2036-12-01")),
    *(Row("1.10", f"an injonction de payer: {creditor} against {debtor} {kind}",
          lambda creditor=creditor, debtor=debtor, kind=kind: why_no_order(
              applicable(creditor, debtor, kind), debtor), said)
      for creditor, debtor, kind, said in (
        ("FR", "FR", "business", None), ("FR", "RE", "business", None), ("FR", "FR", "consumer", None),
        ("FR", "DE", "business", NoOrder.IN_THE_UNION), ("FR", "GB", "business", NoOrder.ABROAD),
        ("FR", "DK", "business", NoOrder.ABROAD), ("FR", "DE", "consumer", NoOrder.OTHER_LAW),
        ("DE", "FR", "business", NoOrder.OTHER_LAW), ("BE", "BE", "business", NoOrder.OTHER_LAW),
        ("FR", "US", "business", NoOrder.ASK), ("FR", "US", "consumer", NoOrder.OTHER_LAW),
      )),
    Row("1.1", "overseas departments are under French law",
        lambda: [(applicable("FR", code, "public").country, rate(code, 2026, 2)) for code in
                 ("GP", "MQ", "GF", "RE", "YT")], [("FR", "12.40")] * 5),
    Row("1.11", "passed on within a month",
        lambda: limits.pass_on_until(d("2026-01-31")), d("2026-02-28")),
    Row("1.12", "calls to consumers: working days, 9 to 12 and 14 to 18",
        lambda: [(str(opens), str(closes)) for opens, closes in hours_of("FR").spans],
        [("09:00:00", "12:00:00"), ("14:00:00", "18:00:00")]),
    Row("1.12", "Belgium: never from 22:00 to 08:00",
        lambda: all(time(8) <= opens and closes <= time(22) for opens, closes in hours_of("BE").spans),
        True),
    Row("1.13", "Easter 2026-04-05, 2027-03-28, 2028-04-16",
        lambda: [(d(day) + timedelta(days=1)) in holidays_of((("FR", None),), range(2026, 2029))
                 for day in ("2026-04-05", "2027-03-28", "2028-04-16")], [True] * 3),
    Row("1.13", "movable days of 2026 to 2028",
        lambda: [day in holidays_of((("FR", None),), range(2026, 2029)) for day in map(d, (
            "2026-04-06", "2026-05-14", "2026-05-25", "2027-03-29", "2027-05-06", "2027-05-17",
            "2028-04-17", "2028-05-25", "2028-06-05"))], [True] * 9),
    Row("1.13", "the fixed days, eleven a year",
        lambda: [sum(day.year == year for day in holidays_of((("FR", None),), range(2026, 2029)))
                 for year in (2026, 2027, 2028)], [11, 11, 11]),
    Row("1.13", "Alsace and Moselle: Good Friday and 26 December",
        lambda: [day in holidays_of((("FR", "57"),), range(2026, 2027))
                 for day in (d("2026-04-03"), d("2026-12-26"))], [True, True]),
    Row("1.14", "the window: 85 by 33 mm, 110 from the left and 55 from the top",
        lambda: [getattr(window_of("FR"), side) for side in ("width", "height", "left", "top")],
        [85, 33, 110, 55]),
    Row("1.14", "53 characters are cut to 38 a line",
        lambda: max(map(len, window_address(
            ["SOCIÉTÉ DES ÉTABLISSEMENTS MARTIN ET COMPAGNIE FRÈRES", "1 rue X", "69001 Lyon"]))) <= 38,
        True),
]  # fmt: skip

RATES = """
2013S1 10.75 8.75 0.04 0.12
2013S2 10.50 8.50 0.04 0.12
2014S1 10.25 8.25 0.04 0.12
2014S2 10.15 8.15 0.04 0.12
2015S1 10.05 8.05 0.93 2.79 4.06
2015S2 10.05 8.05 0.99 2.97 4.29
2016S1 10.05 8.05 1.01 3.03 4.54
2016S2 10.00 8.00 0.93 2.79 4.35
2017S1 10.00 8.00 0.90 2.70 4.16
2017S2 10.00 8.00 0.90 2.70 3.94
2018S1 10.00 8.00 0.89 2.67 3.73
2018S2 10.00 8.00 0.88 2.64 3.60
2019S1 10.00 8.00 0.86 2.58 3.40
2019S2 10.00 8.00 0.87 2.61 3.26
2020S1 10.00 8.00 0.87 2.61 3.15
2020S2 10.00 8.00 0.84 2.52 3.11
2021S1 10.00 8.00 0.79 2.37 3.14
2021S2 10.00 8.00 0.76 2.28 3.12
2022S1 10.00 8.00 0.76 2.28 3.13
2022S2 10.00 8.00 0.77 2.31 3.15
2023S1 12.50 10.50 2.06 6.18 4.47
2023S2 14.00 12.00 4.22 12.66 6.82
2024S1 14.50 12.50 5.07 15.21 8.01
2024S2 14.25 12.25 4.92 14.76 8.16
2025S1 13.15 11.15 3.71 11.13 7.21
2025S2 12.15 10.15 2.76 8.28 6.65
2026S1 12.15 10.15 2.62 7.86 6.67
2026S2 12.40 10.40 2.75 8.25 6.84
"""


@pytest.mark.parametrize("line", RATES.split("\n")[1:-1], ids=lambda line: f"1.1 {line.split()[0]}")
def test_the_table_of_rates(line: str) -> None:
    """1.1: default, public, legal, floor and individuals of every semester since 2013."""
    semester, *said = line.split()
    half = HalfYear(int(semester[:4]), int(semester[5]))
    business = regime("FR", "business")
    floor = business.clause_floor(half)
    found = [business.rate(half).percent, regime("FR", "public").rate(half).percent,
             values.LEGAL_RATE.at(half).value, floor]  # fmt: skip
    if len(said) == 5:
        found.append(values.INDIVIDUALS_RATE.at(half).value)
    assert found == [Decimal(one) for one in said]


def test_the_legal_rate_of_2012() -> None:
    """1.1: 0.71 and a floor of 2.13; no semester of the ECB was anchored then."""
    for half in (HalfYear(2012, 1), HalfYear(2012, 2)):
        assert values.LEGAL_RATE.at(half).value == Decimal("0.71")
        assert regime("FR", "business").clause_floor(half) == Decimal("2.13")
        with pytest.raises(MissingRate, match=str(half)):
            regime("FR", "business").rate(half)


def test_2027_s1_raises_in_every_law_that_a_semester_fixes() -> None:
    """1.1 and 8.5: unknown until 2027-01-01."""
    for law in ("FR", "DE", "AT", "BE", "NL", "LU", "ES", "IT", "IE", "GB"):
        with pytest.raises(MissingRate, match="2027 S1"):
            regime(law, "business").rate(HalfYear(2027, 1))


def test_the_forty_euros_are_of_two_sources_wherever_they_are_the_directives() -> None:
    """1.2 and 2: D441-5 and the directive say 40; the sizes of other countries are of general knowledge."""
    for law in ("FR", "DE", "AT", "BE", "LU", "ES", "IT", "GB"):
        cited = regime(law, "business").cites("fixed_sum", d("2026-11-27"))
        assert cited is not None
        assert not cited.changes_sum
    french = regime("FR", "business").cites("fixed_sum", d("2026-11-27"))
    assert french is not None
    assert french.confidence is Confidence.TWO_SOURCES
    assert {read.read_on.isoformat() for read in french.readings} == {"2026-11-22", "2026-11-27"}
    for law in ("NL", "IE"):
        cited = regime(law, "business").cites("fixed_sum", d("2026-11-27"))
        assert cited is not None
        assert cited.changes_sum


def test_the_french_article_of_2027_makes_no_other_sum() -> None:
    """1.1, 8: re-issued word for word, read in one source."""
    cited = regime("FR", "business").cites("interest", d("2027-01-01"))
    assert cited is not None
    assert (cited.confidence, cited.changes_sum) == (Confidence.ONE_SOURCE, False)


@pytest.mark.parametrize(
    ("series", "semester", "sure"),
    [
        (BANK_RATE, "2024S1", Confidence.ONE_SOURCE), (BANK_RATE, "2024S2", Confidence.GENERAL),
        (BANK_RATE, "2025S2", Confidence.GENERAL), (BANK_RATE, "2026S1", Confidence.TWO_SOURCES),
        (CONSUMER_RATE, "2025S2", Confidence.ONE_SOURCE), (CONSUMER_RATE, "2026S2", Confidence.TWO_SOURCES),
        (GERMAN, "2016S1", Confidence.ONE_SOURCE), (GERMAN, "2016S2", Confidence.TWO_SOURCES),
        (AUSTRIAN, "2025S1", Confidence.GENERAL), (AUSTRIAN, "2025S2", Confidence.ONE_SOURCE),
    ],
    ids=str,
)  # fmt: skip
def test_how_sure_a_rate_is_as_the_study_marks_it(series: Any, semester: str, sure: Confidence) -> None:
    """2: the marks beside the values."""
    assert series.at(HalfYear(int(semester[:4]), int(semester[5]))).confidence is sure


def test_a_dutch_public_body_pays_by_its_own_article() -> None:
    """2: BW 6:119a is that of businesses, 6:119b that of public bodies."""
    found = [regime("NL", kind).cites("interest", d("2026-11-27")) for kind in ("business", "public")]
    assert [one.article for one in found if one] == ["art. 6:119a BW", "art. 6:119b BW"]


def test_the_uncertain_value_says_so() -> None:
    """1.1: 2.75 and 6.84 were read in one source only."""
    for series in (values.LEGAL_RATE, values.INDIVIDUALS_RATE):
        assert series.at(HalfYear(2026, 2)).confidence is Confidence.ONE_SOURCE


TERMS = (
    ("30 jours nets", "net_then_eom"), ("60 jours nets", "net_then_eom"),
    ("45 jours fin de mois", "net_then_eom"), ("45 jours fin de mois", "eom_then_net"),
    ("30 jours fin de mois", "net_then_eom"), ("30 jours fin de mois", "eom_then_months"),
    ("30 jours fin de mois le 10", "net_then_eom"), ("30 jours fin de mois le 10", "eom_then_months"),
)  # fmt: skip
MONTH_ENDS = """
2026-01-01 01-31 03-02 02-28 03-17 01-31 02-28 02-10 03-10
2026-01-15 02-14 03-16 03-31 03-17 02-28 02-28 03-10 03-10
2026-01-31 03-02 04-01 03-31 03-17 03-31 02-28 04-10 03-10
2026-02-15 03-17 04-16 04-30 04-14 03-31 03-31 04-10 04-10
2026-03-10 04-09 05-09 04-30 05-15 04-30 04-30 05-10 05-10
2026-10-22 11-21 12-21 12-31 12-15 11-30 11-30 12-10 12-10
2024-01-31 03-01 03-31 03-31 03-16 03-31 02-29 04-10 03-10
"""


@pytest.mark.parametrize("line", MONTH_ENDS.split("\n")[1:-1], ids=lambda line: f"1.3 {line.split()[0]}")
def test_the_table_of_month_ends(line: str) -> None:
    """1.3: both lawful ways, and « le 10 »."""
    issued, *said = line.split()
    assert [due(terms, issued, method) for terms, method in TERMS] == said


ABROAD: list[Row] = [
    Row("2", f"{law}: {first} in 2026 S1, {second} in 2026 S2",
        lambda law=law, kind=kind: [rate(law, 2026, 1, kind), rate(law, 2026, 2, kind)], [first, second])
    for law, kind, first, second in (
        ("FR", "business", "12.15", "12.40"), ("FR", "public", "10.15", "10.40"),
        ("DE", "business", "10.27", "10.52"), ("DE", "consumer", "6.27", "6.52"),
        ("AT", "business", "10.73", "10.73"), ("AT", "consumer", "4", "4"),
        ("BE", "business", "10.5", "10.5"), ("NL", "business", "10.15", "10.40"),
        ("NL", "consumer", "4", "4"), ("LU", "business", "10.15", "10.40"),
        ("ES", "business", "10.15", "10.40"), ("IT", "business", "10.15", "10.40"),
        ("IE", "business", "10.15", "10.40"), ("GB", "business", "11.75", "11.75"),
        ("CH", "business", "5", "5"), ("CH", "consumer", "5", "5"),
    )
]  # fmt: skip
ABROAD += [
    Row("2", "BE rounds up: 12.25, 11.15 and 10.15 become 12.5, 11.5 and 10.5",
        lambda: [rate("BE", *half) for half in ((2024, 2), (2025, 1), (2026, 1))],
        ["12.5", "11.5", "10.5"]),
    Row("2", "directive 2011/7: 8 points, 40 EUR, 30 days",
        lambda: (str(MARGIN), str(FIXED_SUM), DEFAULT_DAYS), ("8", "40.00 EUR", 30)),
    Row("2", "IE: the rate of the day of payment, 20.86",
        lambda: owed("1200", "2026-05-31", "2026-07-31", law="IE"), ("20.86", "70.00")),
    Row("2", "NL: interest added to the principal each year",
        lambda: owed("1000", "2019-12-31", "2021-12-31", law="NL")[0], "166.64"),
    Row("2", "LU: days by 36500",
        lambda: owed("36500", "2026-07-31", "2026-08-01", law="LU")[0], "10.40"),
    Row("2", "GB: the rate before interest began holds on",
        lambda: owed("1000", "2025-06-15", "2025-12-31", law="GB")[0], "69.51"),
    Row("2", "ES published 11.15 in 2025 S1, LU 12.25 in 2024 S2",
        lambda: [rate("ES", 2025, 1), rate("LU", 2024, 2)], ["11.15", "12.25"]),
    Row("2", "the German base of each year",
        lambda: [str(GERMAN.at(HalfYear(*half)).value) for half in (
            (2015, 1), (2016, 2), (2023, 1), (2023, 2), (2024, 1), (2024, 2), (2025, 1), (2025, 2),
            (2026, 1), (2026, 2))],
        ["-0.83", "-0.88", "1.62", "3.12", "3.62", "3.37", "2.27", "1.27", "1.27", "1.52"]),
    Row("2", "the German base is the ECB's less 0.88",
        lambda: all(GERMAN.at(half).value == REFERENCE_RATE.at(half).value - Decimal("0.88")
                    for half in GERMAN.values), True),
    Row("2", "8.12 in Germany from 2016 to 2022",
        lambda: {rate("DE", year, 2) for year in range(2016, 2023)}, {"8.12"}),
    Row("2", "the Austrian base is 1.53 since 2025-06-11",
        lambda: str(AUSTRIAN.at(HalfYear(2026, 2)).value), "1.53"),
    Row("2", "Bank Rate of each half-year",
        lambda: [str(BANK_RATE.at(HalfYear(*half)).value) for half in (
            (2016, 2), (2017, 1), (2017, 2), (2018, 1), (2018, 2), (2019, 1), (2019, 2), (2020, 1),
            (2020, 2), (2021, 1), (2021, 2), (2022, 1), (2022, 2), (2023, 1), (2023, 2), (2024, 1),
            (2024, 2), (2025, 1), (2025, 2), (2026, 1), (2026, 2))],
        ["0.50", "0.25", "0.25", "0.50", "0.50", "0.75", "0.75", "0.75", "0.10", "0.10", "0.10", "0.25",
         "1.25", "3.50", "5.00", "5.25", "5.25", "4.75", "4.25", "3.75", "3.75"]),
    Row("2", "BIK: 40, 525, 875, 2 775, at most 6 775",
        lambda: [str(collection_costs(Decimal(n))) for n in (100, 4000, 10000, 200000, 10**7)],
        ["40.00", "525.00", "875.00", "2775.00", "6775.00"]),
    Row("2", "the Dutch rate toward consumers",
        lambda: [str(CONSUMER_RATE.at(HalfYear(*half)).value) for half in (
            (2022, 2), (2023, 1), (2023, 2), (2024, 1), (2025, 1), (2026, 1))],
        ["2", "4", "6", "7", "6", "4"]),
    Row("2", "BE consumers: 20, 65, 100, 2 000",
        lambda: [str(indemnity_cap(Decimal(n))) for n in (150, 500, 1200, 10**5)],
        ["20", "65", "100", "2000"]),
    Row("2", "BE consumers: nothing within fourteen days of the free reminder",
        lambda: [owed("1200", "2026-05-31", until, law="BE", kind="consumer",
                      notice_on=d("2026-06-10"))[1] for until in ("2026-06-24", "2026-06-25")],
        ["0.00", "100.00"]),
    Row("2", "NL consumers: costs after the letter of fourteen days",
        lambda: [owed("1200", "2026-05-31", until, law="NL", kind="consumer",
                      notice_on=d("2026-06-10"))[1] for until in ("2026-06-24", "2026-06-25")],
        ["0.00", "180.00"]),
    Row("2", "GB: 40, 70 and 100 by size",
        lambda: [owed(a, "2026-06-15", "2026-08-14", law="GB")[1]
                 for a in ("999.99", "1000", "9999.99", "10000")],
        ["40.00", "70.00", "70.00", "100.00"]),
    Row("2", "IE: 40, 70 and 100 by size",
        lambda: [owed(a, "2026-06-15", "2026-08-14", law="IE")[1]
                 for a in ("1000", "1000.01", "10000", "10000.01")],
        ["40.00", "70.00", "70.00", "100.00"]),
    Row("2", "DE 20.68 and 40, consumer 12.72",
        lambda: [owed("1190.00", "2026-05-31", "2026-07-31", law="DE", kind=kind)
                 for kind in ("business", "consumer")], [("20.68", "40.00"), ("12.72", "0.00")]),
    Row("2", "GB 125.55 and 70",
        lambda: owed("6500", "2026-06-15", "2026-08-14", law="GB"), ("125.55", "70.00")),
    Row("2", "BE 21.06, AT 21.52, CH 10.03, FR 24.62",
        lambda: [owed("1200", "2026-05-31", "2026-07-31", law=law)[0]
                 for law in ("BE", "AT", "CH", "FR")], ["21.06", "21.52", "10.03", "24.62"]),
    Row("2", "40 EUR in DE, AT, BE, NL, LU, ES and IT, none in CH",
        lambda: [owed("100", "2026-05-31", "2026-07-31", law=law)[1]
                 for law in ("DE", "AT", "BE", "NL", "LU", "ES", "IT", "CH")], ["40.00"] * 7 + ["0.00"]),
]  # fmt: skip

METRICS: list[Row] = [
    Row("3", "DSO 30.67", lambda: two(dso(Decimal(180000), M)), "30.67"),
    Row("3", "count-back 31.63", lambda: two(dso_count_back(Decimal(180000), M)), "31.63"),
    Row("3", "count-back 82.43", lambda: two(dso_count_back(Decimal(2500), COUNT_BACK)), "82.43"),
    Row("3", "53.25, not 74", lambda: two(dso_count_back(Decimal(20000), DIVALTO)), "53.25"),
    Row("3", "best possible 21.47", lambda: two(dso(Decimal(126000), M)), "21.47"),
    Row("3", "average days delinquent 9.20",
        lambda: two((dso(Decimal(180000), M) or 0) - (dso(Decimal(126000), M) or Decimal(0))), "9.20"),
    Row("3", "CEI 77.87",
        lambda: two(collection_effectiveness(*map(Decimal, (200000, 170000, 180000, 126000)))), "77.87"),
    Row("3", "late rate 30", lambda: two(share(Decimal(54), Decimal(180))), "30.00"),
    *(Row("3", f"due {day} is {label}", lambda day=day: place(day), label) for day, label in (
        ("2026-11-22", "not due"), ("2026-11-21", "1-30"), ("2026-10-23", "1-30"),
        ("2026-10-22", "31-60"), ("2026-09-23", "31-60"), ("2026-09-22", "61-90"),
        ("2026-08-24", "61-90"), ("2026-08-23", ">90"))),
    Row("3", "a credit note of 10-01 stands in 31-60", lambda: place("2026-10-01"), "31-60"),
    Row("3", "11.25, 0.75, 25.0 and 16.0",
        lambda: [two(getattr(delays(PAID), name))
                 for name in ("mean", "weighted", "late_mean", "late_weighted")],
        ["11.25", "0.75", "25.00", "16.00"]),
    Row("3", "clamped at zero, weighted: 4.0",
        lambda: two(delays([Delay(one.amount, max(one.days, 0)) for one in PAID]).weighted),
        "4.00"),
    Row("3", "promises kept: 70 and 77.5",
        lambda: [two(share(Decimal(a), Decimal(b))) for a, b in ((7, 10), (31000, 40000))],
        ["70.00", "77.50"]),
    Row("3", "disputes: 6.67", lambda: two(share(Decimal(12), Decimal(180))), "6.67"),
    Row("3", "expected 2026-12-08",
        lambda: expected_on(d("2026-11-30"), promised_until=None, habit_days=Decimal(8)), d("2026-12-08")),
    Row("3", "provision 500.00",
        lambda: two(provision(Decimal(1200), Decimal(20), Decimal(50))), "500.00"),
]  # fmt: skip


def overpunched(text: str) -> str:
    return str(Record(1, "04" + " " * 118).overpunched(text, "2"))


def added(*of: str) -> str:
    return str(sum((Decimal(overpunched(one)) for one in of), Decimal(0)))


FORMATS: list[Row] = [
    Row("5", "-190.40 and -241.21",
        lambda: [overpunched(t) for t in ("0000000001904}", "0000000002412J")], ["-190.40", "-241.21"]),
    Row("5", "-32.21, -10.70 and -7.90 lead to -241.21",
        lambda: added("0000000001904}", "0000000000322J", "0000000000107}", "0000000000079}"), "-241.21"),
    Row("5", "-163.72 is the sum of the second",
        lambda: (added("0000000002412J", "0000000000974I", "0000000000121}", "0000000000079}"),
                 overpunched("0000000001637K")), ("-163.72", "-163.72")),
    Row("5", "RF18 5390 0754 7034 is valid",
        lambda: is_creditor_reference("RF18 5390 0754 7034"), True),
    Row("5", "RF83FA20260042 and RF462026000123",
        lambda: [creditor_reference(n) for n in ("FA20260042", "2026000123")],
        ["RF83FA20260042", "RF462026000123"]),
    Row("5", "+++009/0933/75538+++", lambda: belgian_reference(90933755), "+++009/0933/75538+++"),
    Row("5", "the EPC code has 87 bytes",
        lambda: len((epc_payload(name="ACME SERVICES SAS", iban="FR7630006000011234567890189",
                                 amount=Decimal("1240.50"), reference="RF83FA20260042") or "").encode()),
        87),
    Row("5", "EPC: 0.01 to 999 999 999.99",
        lambda: [epc_payload(name="A", iban="FR7630006000011234567890189", amount=Decimal(a),
                             reference="RF83FA20260042") is not None
                 for a in ("0.00", "0.01", "999999999.99", "1000000000.00")],
        [False, True, True, False]),
    Row("5", "RIB key 89",
        lambda: 97 - (89 * 30006 + 15 * 1 + 3 * 12345678901) % 97, 89),
    Row("5", "FR76 3000 6000 0112 3456 7890 189 is valid",
        lambda: (is_iban("FR7630006000011234567890189"), iban.is_valid("FR7630006000011234567890189")),
        (True, True)),
    Row("5", "732829320 and FR44732829320",
        lambda: (siren.is_valid("732829320"), tva.is_valid("FR44732829320"),
                 (12 + 3 * (732829320 % 97)) % 97), (True, True, 44)),
]  # fmt: skip


def ledger_balance() -> Decimal:
    sample = Path(sources.__file__ or "").parent / "fec" / "tests" / "samples" / "domain_example.txt"
    tables = FEC.read(sample).tables
    return sum(
        (sign * tables[kind]["amount"].sum()
         for kind, sign in (("invoices", 1), ("credit_notes", -1), ("payments", -1))),
        Decimal(0),
    )  # fmt: skip


def no_address() -> str:
    try:
        window_address([f"LINE {n} TOO LONG TO STAND BESIDE ONE" for n in range(6)] + ["69001 LYON"])
    except AddressDoesNotFit as why:
        return str(why)
    return ""


#: Section 8 lists what the other sections say; what is not above stands here.
CHECKLIST: list[Row] = [
    Row("8.13", "a notice does not move the day of prescription",
        lambda: "notice" not in regime("FR", "business").lapses_on.__code__.co_varnames, True),
    Row("8.14", "6 203.84 and 6 271.28, by day",
        lambda: [str(s.base) for s in
                 claim("10000", "2026-06-30", "2026-09-30", received=PARTIAL).segments],
        ["10000", "6203.84"]),
    Row("8.22", "the sums of the sample: -241.21 and -163.72",
        lambda: [overpunched(t) for t in ("0000000002412J", "0000000001637K")], ["-241.21", "-163.72"]),
    Row("8.25", "the ledger of the example owes 250.00", ledger_balance, Decimal(250)),
    Row("8.28", "seven lines do not fit", lambda: "7 lines" in no_address(), True),
    Row("8.29", "no VAT on penalties: a notice that does not say so is not fit",
        lambda: notice_words("fr").no_vat, ("non soumise a tva", "non soumises a tva")),
    Row("8.30", "the rate of the creditor's quality",
        lambda: rate("FR", 2026, 2, "consumer"), "2.75"),
]  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [*LAW, *ABROAD, *METRICS, *FORMATS, *CHECKLIST],
    ids=lambda row: re.sub(r"[^\w.,:+/ -]", "", f"{row.section} {row.sentence}"),
)
def test_a_number(row: Row) -> None:
    assert row.reckoned() == row.says


def test_rounding_is_half_up() -> None:
    """1.1 and 2: once, at the end, half up to the cent."""
    assert round_to_currency(Decimal("0.125"), EUR) == Decimal("0.13")
