"""What the law adds to an account's page: charges with their formula, limitation and judgments."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acquit.core.insolvency import OVERINDEBTEDNESS
from acquit.core.regimes.base import Confidence, MissingRate, NothingToClaim
from acquit.core.regimes.fr.judgment import OrderInterest
from acquit.core.regimes.fr.limits import LAWYER_ABOVE, public_interest_until
from acquit.core.regimes.fr.routes import NoOrder, is_french, why_no_order
from acquit.core.regimes.limitation import KINDS, lapses_on, warned
from acquit.core.snapshot import TermFacts
from acquit.flows.material.charges import INTEREST, Charged, charges_of
from acquit.flows.material.law import limits_of, regime_of
from acquit.flows.material.orders import Served, last_day_to_serve, served
from acquit.reports.charges import Charge, charges
from acquit.store import tenancy
from acquit.store.cases.models import Task
from acquit.store.facts import Case
from acquit.store.law.models import InsolvencyNotice, Interruption, PaymentOrder
from acquit.web.uncertain import CONFIDENCE, cited_words, source_words, what_interrupts
from acquit.web.words import Words, country_name
from acquit.wording.facts import MAY_OWE_PENALTIES

#: (day, amount, is a credit note) of each term.
Received = defaultdict[int, list[tuple[date, Decimal, bool]]]

CHARGES: Mapping[str, Words] = {"interest": _("Pénalités de retard"), "fixed_sum": _("Indemnité forfaitaire")}
MOVES: Mapping[str, Words] = {
    "acknowledgement": _("Reconnaissance de dette"),
    "partial_payment": _("Règlement partiel valant reconnaissance"),
    "request_for_time": _("Demande de délai valant reconnaissance"),
    "court_claim": _("Demande en justice, même en référé"),
    "order_served": _("Injonction de payer signifiée"),
    "enforcement": _("Mesure conservatoire ou d’exécution"),
    "mediation": _("Médiation ou conciliation"),
    "written_claim": _("Demande de paiement écrite, reçue par l’administration"),
    "agreed_term": _("Prescription convenue entre professionnels"),
}
PROCEDURES: Mapping[str, Words] = {
    "safeguard": _("Sauvegarde"),
    "recovery": _("Redressement judiciaire"),
    "liquidation": _("Liquidation judiciaire"),
    "other": _("Procédure collective"),
    OVERINDEBTEDNESS: _("Surendettement, dossier recevable"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One stretch of days at one rate: base × ratio × days / 365. `points` are those of a surcharge."""

    first: date
    last: date
    base: Decimal
    ratio: Decimal
    days: int
    interest: Decimal
    doubt: str
    points: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRow:
    """A charge as its row draws it. `key` is that of its kept row; without one nobody claimed it yet.

    `pay_by` is when a public body, its principal paid, has to pay it.
    """

    key: int | None
    kind: str
    number: str
    words: Words
    amount: Decimal
    left: Decimal
    currency: str
    lines: tuple[Line, ...]
    article: str
    waived: str
    booked: bool
    sources: tuple[str, ...] = ()
    article_doubt: str = ""
    pay_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsing:
    """An invoice whose claim lapses soon, or has lapsed. `doubt` says what is not sure of its limitation."""

    number: str
    on: date
    lapsed: bool
    doubt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order for payment: to be served by `until`, else void; `served`, what follows from it.

    `lawyer`: opposed, it needs one. `elsewhere` says why its limits are not known: it is no French one.
    `title`: it may be enforced by now; `surcharge`: the five points run.
    """

    order: PaymentOrder
    until: date
    void: bool
    served: Served | None
    lawyer: bool
    elsewhere: Words
    title: bool = False
    surcharge: bool = False
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What the page of an account says of the law. `missing` names a semester without a rate."""

    charges: tuple[ChargeRow, ...]
    totals: tuple[tuple[Decimal, str], ...]
    missing: str
    lapsing: tuple[Lapsing, ...]
    moves: tuple[tuple[Interruption, Words, bool], ...]
    orders: tuple[OrderRow, ...]
    notices: tuple[tuple[InsolvencyNotice, Words], ...]
    declaring: Task | None
    declare_until: date | None
    year_basis: int
    no_order: Words
    interrupts: Words
    may_agree: bool

    @property
    def speaks(self) -> bool:
        """Tell whether there is anything to show beside the charges."""
        return bool(self.lapsing or self.moves or self.notices or self.orders)


_KNOWN = """
SELECT EXISTS (SELECT FROM law_latecharge WHERE organisation_id = %(org)s AND account_id = %(account)s),
  EXISTS (SELECT FROM law_insolvencynotice WHERE organisation_id = %(org)s AND debtor_id = %(debtor)s),
  EXISTS (SELECT FROM law_interruption WHERE organisation_id = %(org)s AND account_id = %(account)s),
  EXISTS (SELECT FROM law_paymentorder WHERE organisation_id = %(org)s AND account_id = %(account)s
    AND cancelled_at IS NULL),
  EXISTS (SELECT FROM cases_task WHERE organisation_id = %(org)s AND account_id = %(account)s
    AND kind = 'declare_claim' AND closed_at IS NULL),
  (SELECT json_agg(json_build_array(term_id, effective_on, amount::text, payment_id IS NULL)
      ORDER BY effective_on, id) FROM ledger_allocation
    WHERE organisation_id = %(org)s AND term_id = ANY(%(terms)s) AND undone_on IS NULL)
"""


def law_of(case: Case) -> Law:
    """Return what the law adds to the account of `case`, today; most have nothing recorded."""
    late = [term for term in case.snapshot.terms if term.open > 0 and term.due < case.today]
    asked = {
        "org": tenancy.current_organisation(), "account": case.account_id, "debtor": case.debtor_id,
        "terms": [term.key for term in late],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, asked)
        charged, judged, moved, ordered, declares, received = cursor.fetchone() or (*(False,) * 5, None)
    kept = charges(account_id=case.account_id) if charged else []
    rows, missing = _charges(case, kept, late, _received(received))
    left: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        left[row.currency] += row.left
    declaring = _declaring(case.account_id) if declares else None
    return Law(
        charges=rows,
        totals=tuple((amount, currency) for currency, amount in sorted(left.items()) if amount),
        missing=missing,
        lapsing=tuple(_lapsing(case)),
        moves=tuple(_moves(case.account_id)) if moved else (),
        orders=tuple(_orders(case)) if ordered else (),
        notices=tuple(_notices(case.debtor_id)) if judged else (),
        declaring=declaring,
        declare_until=_last_day(declaring),
        year_basis=regime_of(case).year_basis,
        no_order=no_order_words(why_no_order(regime_of(case), case.country), case.country),
        interrupts=what_interrupts(regime_of(case), case.snapshot.kind),
        may_agree=case.snapshot.kind == "business" and is_french(regime_of(case)),
    )


def _declaring(account_id: int) -> Task | None:
    return Task.objects.filter(account_id=account_id, kind="declare_claim", closed_at=None).first()


def _last_day(declaring: Task | None) -> date | None:
    until = declaring.params.get("until") if declaring else None
    return date.fromisoformat(until) if until else None


def _notices(debtor_id: int) -> Iterator[tuple[InsolvencyNotice, Words]]:
    rows = InsolvencyNotice.objects.filter(debtor_id=debtor_id).exclude(state="refused")
    for notice in rows.order_by("-judged_on", "id"):
        yield notice, PROCEDURES[notice.procedure]


def _charges(
    case: Case, kept: Sequence[Charge], late: Sequence[TermFacts], received: Received
) -> tuple[tuple[ChargeRow, ...], str]:
    try:
        live = _live(case, late, received)
    except MissingRate as missing:
        return tuple(_kept(one, None) for one in kept), str(missing.half_year)
    except NothingToClaim:
        live = {}
    rows = []
    for one in kept:
        key = (one.row.kind, one.row.term_id if one.row.kind == INTEREST else one.row.invoice.number)
        rows.append(_kept(one, live.pop(key, None)))
    rows += [_unclaimed(number, charged) for number, charged in live.values()]
    pay_by = _pay_by(case, kept)
    return tuple(
        replace(
            row, article_doubt=_article_doubt(case, row), pay_by=pay_by.get(row.key) if row.left else None
        )
        for row in rows
    ), ""


def _pay_by(case: Case, kept: Sequence[Charge]) -> dict[int | None, date]:
    """Return by when a French public body, its principal paid, has to pay each interest (CCP R2192-36)."""
    if case.snapshot.kind != "public" or regime_of(case).country != "FR":
        return {}
    return {one.row.pk: public_interest_until(one.row.to_on) for one in kept if one.row.final}


def _article_doubt(case: Case, row: ChargeRow) -> str:
    """Return what is not sure of the row's article, where it is the one in force today."""
    cited = regime_of(case).cites(row.kind, case.today)
    return cited_words(cited) if cited is not None and cited.article == row.article else ""


def _live(
    case: Case, late: Sequence[TermFacts], received: Received
) -> dict[tuple[str, Any], tuple[str, Charged]]:
    """Return what lateness adds today to the open terms, by kind and term, or invoice. Raises MissingRate."""
    if case.snapshot.kind not in MAY_OWE_PENALTIES:
        return {}
    return {
        (one.kind, term.key if one.kind == INTEREST else term.invoice): (term.invoice, one)
        for term in late
        for one in charges_of(case, term, received[term.key], until=case.today)
    }


def _received(stored: Any) -> Received:
    """Return what came in for each term, in the order of the days, from the database's JSON."""
    found: Received = defaultdict(list)
    for term, on, amount, note in json.loads(stored) if isinstance(stored, str) else stored or ():
        found[term].append((date.fromisoformat(on), Decimal(amount), note))
    return found


def _kept(one: Charge, live: tuple[str, Charged] | None) -> ChargeRow:
    """Draw a kept charge; until it is final with the figure of today, which a judgment may have made less."""
    row, charged = one.row, live[1] if live else None
    grown = charged if charged is not None and row.kind == INTEREST and not row.final else None
    amount = max(grown.amount, row.paid) if grown is not None else row.amount
    left = amount - row.paid if row.waived_on is None and not one.booked else Decimal(0)
    return ChargeRow(
        key=row.pk, kind=row.kind, number=row.invoice.number, words=CHARGES[row.kind], amount=amount,
        left=left, currency=row.currency,
        lines=tuple(_lines(grown.lines if grown is not None else row.lines)),
        article=row.article, waived=row.waived_because, booked=one.booked,
        sources=_sources(grown.lines if grown is not None else row.lines),
    )  # fmt: skip


def _unclaimed(number: str, charged: Charged) -> ChargeRow:
    return ChargeRow(
        key=None, kind=charged.kind, number=number, words=CHARGES[charged.kind],
        amount=charged.amount, left=charged.amount, currency=charged.currency,
        lines=tuple(_lines(charged.lines)), article=charged.article, waived="",
        booked=False, sources=_sources(charged.lines),
    )  # fmt: skip


def _lines(stored: Sequence[Sequence[str]]) -> Iterator[Line]:
    for first, last, base, percent, days, interest, *read in stored:
        yield Line(
            first=date.fromisoformat(first), last=date.fromisoformat(last), base=Decimal(base),
            ratio=Decimal(percent) / 100, days=int(days), interest=Decimal(interest),
            doubt=_doubt(read),
        )  # fmt: skip


def _doubt(read: Sequence[str]) -> str:
    """Return how sure a rate of (source, confidence, day) is; nothing where two sources say so."""
    confidence = read[1] if len(read) > 1 else ""
    if confidence in ("", Confidence.TWO_SOURCES):
        return ""
    return gettext("taux %(sure)s") % {"sure": CONFIDENCE[Confidence(confidence)]}


def _sources(stored: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return where the rates were read that are not sure, each source once."""
    unsure = (line[6:] for line in stored if _doubt(line[6:]))
    found = dict.fromkeys((read[0], read[2] if len(read) > 2 else "") for read in unsure)
    return tuple(source_words(source, date.fromisoformat(on) if on else None) for source, on in found)


def _lapsing(case: Case) -> Iterator[Lapsing]:
    limits = limits_of(case)
    doubt = cited_words(regime_of(case).cites("lapse", case.today))
    for term in case.snapshot.terms:
        if term.open <= 0 or term.written_off:
            continue
        day = lapses_on(limits.lapses_on, term.due, case.snapshot.kind, term.moved)
        if day is not None and warned(day, case.today) is not None:
            yield Lapsing(number=term.invoice, on=day, lapsed=day <= case.today, doubt=doubt)


def _moves(account_id: int) -> Iterator[tuple[Interruption, Words, bool]]:
    """Yield what was recorded, and whether a judge has to say that it moves the day."""
    rows = Interruption.objects.filter(account_id=account_id, cancelled_at=None)
    for row in rows.select_related("invoice").order_by("-on", "-id"):
        yield row, MOVES[row.kind], KINDS[row.kind].confidence is Confidence.UNCERTAIN


def _orders(case: Case) -> Iterator[OrderRow]:
    rows = PaymentOrder.objects.filter(account_id=case.account_id, cancelled_at=None)
    services = Interruption.objects.filter(order__in=rows, cancelled_at=None)
    on = dict(services.values_list("order_id", "on"))
    elsewhere = no_order_words(why_no_order(regime_of(case), case.country), case.country)
    for order in rows.select_related("account__debtor").order_by("-ordered_on", "-id"):
        until = last_day_to_serve(order.ordered_on)
        after = None
        if order.pk in on and not elsewhere:
            after = served(
                order, on[order.pk], today=case.today, rates=case.rates,
                year_basis=case.creditor.conditions.year_basis,
            )  # fmt: skip
        stands = after is not None and order.opposed_on is None
        yield OrderRow(
            order=order, until=until, void=order.pk not in on and case.today > until, served=after,
            lawyer=order.amount > LAWYER_ABOVE, elsewhere=elsewhere,
            title=stands and after is not None and case.today >= after.enforceable_from,
            surcharge=stands and after is not None and case.today >= after.surcharge_from,
            lines=tuple(_interest_lines(after.interest)) if after and after.interest else (),
        )  # fmt: skip


def _interest_lines(found: OrderInterest) -> Iterator[Line]:
    """Yield the stretches of the legal rate, then those of the points added."""
    surcharged = found.surcharge.segments if found.surcharge else ()
    for part, points in ((found.legal.segments, False), (surcharged, True)):
        for one in part:
            read = one.rate.read_from
            yield Line(
                first=one.first, last=one.last, base=one.base, ratio=one.rate.percent / 100, days=one.days,
                interest=one.interest, points=points,
                doubt=_doubt((read.source, read.confidence)) if read else "",
            )  # fmt: skip


_NO_ORDER: Mapping[NoOrder, Words] = {
    NoOrder.OTHER_LAW: _(
        "L’injonction de payer est une procédure française, et cette créance relève d’un autre droit"
        " (%(country)s), dont Acquit ne connaît pas la procédure."
    ),
    NoOrder.ASK: _(
        "L’injonction de payer n’est proposée que sous le droit français. Ici (%(country)s), seul le contrat"
        " dit quel droit s’applique."
    ),
    NoOrder.ABROAD: _(
        "L’injonction de payer se demande au tribunal du client (code de procédure civile, 1406), et il est"
        " à l’étranger (%(country)s)."
    ),
    NoOrder.IN_THE_UNION: _(
        "L’injonction de payer se demande au tribunal du client (code de procédure civile, 1406), et il est"
        " à l’étranger (%(country)s). L’injonction de payer européenne (règlement 1896/2006) peut lui être"
        " adressée\u00a0: Acquit n’en compte pas les délais."
    ),
}


def no_order_words(why: NoOrder | None, country: str) -> str:
    """Return why no injonction de payer is offered against a debtor of `country`; empty where it is."""
    return str(_NO_ORDER[why]) % {"country": country_name(country)} if why is not None else ""
