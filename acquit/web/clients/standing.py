"""Where an account stands today: the decision, what lies ahead, and each open invoice in its scenario."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from acquit.core.decision import Act, Decision, Hold, Reason, Stop, Wait
from acquit.core.diary import DiaryEntry, diary
from acquit.core.scenario import Stage, Step
from acquit.core.snapshot import TermFacts
from acquit.flows.material.deciding import decide_case
from acquit.flows.material.law import limits_of
from acquit.store.facts import Case
from acquit.web.clients.record import OpenDispute, Record
from acquit.web.clients.timeline import listed, written
from acquit.web.components import Ahead, Because, Link, Why
from acquit.web.steps import StepNames, step_name
from acquit.web.words import CATEGORIES, CHANNEL_ICONS, SUSPENDING, Chip, language, money, reason_chip, said
from acquit.wording import say_reason

DAYS_AHEAD = 90
#: Holds of the whole creditor: the diary is still drawn, as if a person had dealt with them.
_PASSING = frozenset({"first_list", "stale_data", "mailbox_silent", "volume"})
#: A step this near is drawn as the one at hand.
_AT_HAND = timedelta(days=7)
#: Above this many open terms the diary looks less far, so that the page stays quick.
_MANY_TERMS, _FEWER_DAYS = 300, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRow:
    """An open term with its way through the scenario."""

    term_id: int
    number: str
    due_on: date
    late_days: int
    open: Decimal
    amount: Decimal
    currency: str
    marks: tuple[str, ...]
    next_on: date | None
    next_words: str
    next_note: str
    chip: Chip
    document_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The decision of today, and the days to come if nothing changes. `subject_to`: what is assumed."""

    case: Case
    decision: Decision
    entries: tuple[DiaryEntry, ...]
    days: int
    subject_to: str


def standing_of(case: Case) -> Standing:
    """Decide on the account, and look at the days ahead."""
    decision = decide_case(case)
    passing = isinstance(decision, Hold) and decision.reasons[0].code in _PASSING
    snapshot = replace(case.snapshot, in_flight="")
    if passing:
        snapshot = replace(
            snapshot, list_accepted=True, stale=False, unheard_since=None, volume_confirmed=True
        )
    days = DAYS_AHEAD if len(case.snapshot.terms) <= _MANY_TERMS else _FEWER_DAYS
    regime = limits_of(case)
    entries = tuple(diary(snapshot, case.scenario, regime, case.calendar, case.today, days=days))
    return Standing(
        case=case,
        decision=decision,
        entries=entries,
        days=days,
        subject_to=_condition(
            decision.reasons[0].code if passing else "in_flight" if case.snapshot.in_flight else ""
        ),
    )


def _condition(code: str) -> str:
    return {
        "first_list": gettext("une fois la première liste acceptée"),
        "stale_data": gettext("une fois les données à jour"),
        "mailbox_silent": gettext("une fois la boîte des réponses lue"),
        "volume": gettext("une fois le volume confirmé"),
        "in_flight": gettext("une fois le message en cours traité"),
        "": gettext("si rien ne change"),
    }[code]


def invoice_rows(standing: Standing, record: Record) -> list[InvoiceRow]:
    """Return the open terms, the oldest first."""
    case = standing.case
    coming = _first_claims(standing.entries)
    excluded = dict(_excluded(standing.decision.reasons))
    disputes = {dispute.number: dispute for dispute in record.disputes}
    owed = sorted((t for t in case.snapshot.terms if t.open > 0), key=lambda t: (t.due, t.invoice))
    return [
        _row(term, case, coming.get(term.key), excluded.get(term.invoice), disputes, record) for term in owed
    ]


def _first_claims(entries: Iterable[DiaryEntry]) -> dict[Any, tuple[date, str]]:
    found: dict[Any, tuple[date, str]] = {}
    for entry in entries:
        if isinstance(entry.decision, Act):
            for claim in entry.decision.claims:
                found.setdefault(claim.term, (entry.on, claim.step))
    return found


def _excluded(reasons: Iterable[Reason]) -> Iterator[tuple[str, Reason]]:
    """Yield each invoice that a reason leaves out; the first reason of an invoice holds."""
    for reason in reversed(list(reasons)):
        if reason.code in SUSPENDING or reason.code in ("written_off", "insolvent"):
            for number in reason.params.get("invoices", ()):
                yield number, reason


def _row(  # noqa: PLR0917  one line of the table, all it is made of
    term: TermFacts,
    case: Case,
    coming: tuple[date, str] | None,
    excluded: Reason | None,
    disputes: Mapping[str, OpenDispute],
    record: Record,
) -> InvoiceRow:
    plan = term.scenario or case.scenario
    steps: Sequence[Step] = plan.steps if plan else ()
    next_on, step_key = coming or (None, "")
    found = plan.step(step_key) if plan else None
    name = step_name(found) if found else ""
    words, note = ("", name)
    if excluded is not None:
        words, note = gettext("Suspendu"), gettext("puis %(step)s") % {"step": name} if name else ""
    elif next_on is None:
        words = "—"
        note = gettext("scénario terminé") if steps and _is_over(term, steps) else ""
    return InvoiceRow(
        term_id=term.key,
        number=term.invoice,
        due_on=term.due,
        late_days=(case.today - term.due).days,
        open=term.open,
        amount=term.amount,
        currency=term.currency,
        marks=_marks(term, steps, coming, case.today, held=excluded is not None, skipped=record.skipped),
        next_on=next_on,
        next_words=words,
        next_note=note,
        chip=_chip(term, case, excluded, disputes),
        document_id=record.documents.get(term.key),
    )


def _is_over(term: TermFacts, steps: Sequence[Step]) -> bool:
    return bool(term.done) and term.done[-1].step == steps[-1].key


def _marks(
    term: TermFacts,
    steps: Sequence[Step],
    coming: tuple[date, str] | None,
    today: date,
    *,
    held: bool,
    skipped: frozenset[tuple[int, str]],
) -> tuple[str, ...]:
    """Return the mark of each step: done, skipped, held at the next one, at hand, or to come."""
    done = {one.step for one in term.done}
    keys = [step.key for step in steps]
    last = max((i for i, key in enumerate(keys) if key in done), default=-1)
    at = keys.index(coming[1]) if coming and coming[1] in keys else last + 1
    marks = []
    for position, key in enumerate(keys):
        if (term.key, key) in skipped:
            marks.append("skip")
        elif key in done:
            marks.append("done")
        elif position < max(last, at if term.due < today else -1):
            marks.append("skip")
        elif position == at and held:
            marks.append("held")
        elif position == at and coming and coming[0] <= today + _AT_HAND:
            marks.append("now")
        else:
            marks.append("")
    return tuple(marks)


def _chip(term: TermFacts, case: Case, excluded: Reason | None, disputes: Mapping[str, OpenDispute]) -> Chip:
    if excluded is not None and excluded.code == "promised" and term.promise is not None:
        day = written(term.promise.until)
        return Chip(gettext("Promis le %(day)s") % {"day": day}, "info", "heart-handshake")
    dispute = disputes.get(term.invoice)
    if dispute is not None:
        words = gettext("Litige : %(category)s") % {"category": said(CATEGORIES, dispute.category)}
        return Chip(words, "late", "hand-stop")
    if excluded is not None and (found := reason_chip(excluded.code)) is not None:
        return found
    if term.due >= case.today:
        return Chip(gettext("À échoir"), "", "calendar")
    if _formal(term, case):
        return Chip(gettext("En demeure"), "danger", "rubber-stamp")
    return Chip(gettext("Échue"), "warn", "clock")


def _formal(term: TermFacts, case: Case) -> bool:
    plan = term.scenario or case.scenario
    steps = {step.key: step.stage for step in plan.steps} if plan else {}
    return any(steps.get(done.step, done.stage) is Stage.FORMAL_NOTICE for done in term.done)


def why_today(standing: Standing, *, history_url: str) -> Why:
    """Return why the account is, or is not, contacted today."""
    decision = standing.decision
    reasons = [_because(reason) for reason in decision.reasons[1:]]
    if isinstance(decision, Wait):
        words = gettext("Prochain examen le %(day)s.") % {"day": written(decision.until)}
        reasons.append(Because(words=words, icon="calendar"))
    return Why(
        lead=_said(decision.reasons[0]),
        reasons=tuple(reasons),
        links=(Link(label=gettext("Décisions passées"), url=history_url),),
    )


def why_then(kind: str, reasons: Sequence[Reason], *, on: date, since: date, back_url: str) -> Why:
    """Return why the account was, or was not, contacted on a past day."""
    del kind
    day = written(on)
    since_words = gettext("Décision en vigueur depuis le %(day)s.") % {"day": written(since)}
    return Why(
        title=gettext("Pourquoi, le %(day)s") % {"day": day},
        lead=_said(reasons[0]) if reasons else "—",
        reasons=(*(_because(reason) for reason in reasons[1:]), Because(words=since_words, icon="history")),
        links=(Link(label=gettext("Revenir à aujourd’hui"), url=back_url),),
    )


def _said(reason: Reason) -> str:
    return say_reason(reason.code, reason.params, language())


def _because(reason: Reason) -> Because:
    found = reason_chip(reason.code)
    tone = {"info": "accent"}.get(found.tone, found.tone) if found else ""
    return Because(words=_said(reason), icon=found.icon if found else "check", tone=tone)


def ahead(standing: Standing, record: Record) -> tuple[list[Ahead], str]:
    """Return the events to come if nothing changes, and the sentence that closes them."""
    case = standing.case
    names = StepNames([p for p in (case.scenario, *(t.scenario for t in case.snapshot.terms)) if p])
    events = [_ahead(entry, names) for entry in standing.entries]
    events += [
        Ahead(
            on=promise.until,
            icon="heart-handshake",
            what=gettext("Promesse : %(sum)s") % {"sum": money(promise.amount, promise.currency)},
        )
        for promise in record.promises
    ]
    events += _checks(standing.decision.reasons)
    events.sort(key=lambda event: event.on)
    last = written(case.today + timedelta(days=standing.days))
    ended = standing.entries and not isinstance(standing.entries[-1].decision, Act)
    if not events:
        return events, gettext("Rien de prévu jusqu’au %(day)s.") % {"day": last}
    if ended:
        return events, gettext("Tout s’arrête dès que c’est payé.")
    return events, gettext("Puis plus rien de prévu jusqu’au %(day)s. Tout s’arrête dès que c’est payé.") % {
        "day": last
    }


def _checks(reasons: Iterable[Reason]) -> Iterator[Ahead]:
    for reason in reasons:
        day = reason.params.get("look_on")
        if reason.code == "promised" and isinstance(day, date):
            condition = gettext("Tenue : les relances s’arrêtent. Non tenue : elles reprennent d’un ton.")
            yield Ahead(on=day, icon="eye", what=gettext("Contrôle de la promesse"), condition=condition)


def _ahead(entry: DiaryEntry, names: StepNames) -> Ahead:
    decision = entry.decision
    if isinstance(decision, Act):
        asks = gettext("à approuver") if decision.asks else ""
        numbers = listed(list(decision.invoices))
        return Ahead(
            on=entry.on,
            icon=CHANNEL_ICONS.get(decision.channel, "mail"),
            what=names.name(decision.scenario, decision.step),
            condition=", ".join(part for part in (numbers, asks) if part),
        )
    icon = "ban" if isinstance(decision, Stop) else "user-check"
    return Ahead(on=entry.on, icon=icon, what=_said(decision.reasons[0]))
