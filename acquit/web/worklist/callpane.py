"""What stands before somebody who calls: the facts, the hours of the debtor, and an answer in two keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from acquit.channels.phone import CALL_OUTCOME_LABELS, CallOutcome
from acquit.channels.phone.number import uri
from acquit.flows.cases.record_call import MOST_TRIES
from acquit.store.cases.models import CallAttempt, Dispute, ManualContact, Promise
from acquit.store.facts import Case
from acquit.store.outbox.models import Message, ProviderEvent
from acquit.web import formats
from acquit.web.components import Choice, ReasonMenu
from acquit.web.words import CATEGORIES, CHANNELS, language, said
from acquit.web.worklist.forms import DisputeForm, OpenTerm, PromiseForm, open_terms
from acquit.web.worklist.page import At
from acquit.web.worklist.reading import Reading

#: Outcomes of a call that need nothing more than the word; promises and disputes have their own.
_PLAIN_OUTCOMES = (
    CallOutcome.NO_ANSWER,
    CallOutcome.MESSAGE_LEFT,
    CallOutcome.PAID_CLAIMED,
    CallOutcome.WRONG_NUMBER,
    CallOutcome.OTHER,
)
_MOST_OF_A_SORT = 3
_ANSWER_WORDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line that the caller should have read before he dials."""

    icon: str
    words: str


def call_context(here: At, reading: Reading) -> dict[str, Any]:
    """Return what the page of a call to make needs."""
    key, account = reading.message.pk, reading.message.account_id
    number = (reading.contact.phone if reading.contact else "") or reading.message.recipient
    country = (reading.contact.country if reading.contact else "") or reading.case.country
    terms = open_terms(account)
    return {
        "number": number,
        "dialled": uri(number, country),
        "hours": hours(reading.case, reading.message, here),
        "facts": list(_facts(reading.message, here.today)),
        "outcomes": _outcome_menu(here, key),
        "promises": _promise_menu(here, key, reading.case),
        "disputes": _dispute_menu(here, key) if only_invoice(terms) else None,
        "promise_form": PromiseForm(auto_id="promesse-%s"),
        "dispute_form": DisputeForm(account_id=account, auto_id="litige-%s"),
        "terms": terms,
    }


def only_invoice(terms: list[OpenTerm]) -> int | None:
    """Return the one invoice that is still owed; None where there are several."""
    invoices = {term.invoice_id for term in terms}
    return invoices.pop() if len(invoices) == 1 else None


def callable_from(case: Case, message: Message, now: datetime) -> datetime:
    """Return from when the debtor may be called: in his hours, and not before the next try."""
    return case.creditor.window.next_slot(max(now, message.not_before), case.zone, case.calendar)


def hours(case: Case, message: Message, here: At) -> str:
    """Return when to call, if that is not now, on the debtor's own clock."""
    at = callable_from(case, message, here.now)
    there = at.astimezone(case.zone)
    moment = formats.moment(there, today=here.now.astimezone(case.zone).date(), language=language())
    tried = CallAttempt.objects.filter(message=message).count()
    if at > here.now:
        words = gettext("À appeler à partir de\u00a0: %(when)s, à son heure.") % {"when": moment}
    elif case.zone != case.creditor.zone:
        words = gettext("Chez lui, il est %(hour)s.") % {"hour": f"{there:%H:%M}"}
    else:
        words = ""
    if tried:
        again = gettext("Essai %(number)s sur %(most)s.") % {"number": tried + 1, "most": MOST_TRIES}
        words = f"{again} {words}".strip()
    return words


def _outcome_menu(here: At, key: int) -> ReasonMenu:
    labels = CALL_OUTCOME_LABELS[language()]
    return ReasonMenu(
        label=gettext("Résultat"),
        icon="phone-call",
        key="R",
        title=gettext("Que donne l’appel\u00a0?"),
        action=here.url("worklist:outcome", key),
        choices=tuple(Choice(value=one.value, words=labels[one]) for one in _PLAIN_OUTCOMES),
        field="outcome",
        hint=gettext("Sans réponse, l’appel revient à une autre heure, puis l’étape prend son autre moyen."),
    )


def _promise_menu(here: At, key: int, case: Case) -> ReasonMenu:
    """Return the days that debtors name most; another is typed."""
    return ReasonMenu(
        label=gettext("Promesse"),
        icon="heart-handshake",
        key="P",
        title=gettext("Pour quand\u00a0?"),
        action=here.url("worklist:promise", key),
        choices=tuple(
            Choice(value=on.isoformat(), words=formats.near_day(on, today=here.today, language=language()))
            for on in _usual_days(here.today, case)
        ),
        field="until",
        on="day",
        on_words=gettext("Une date"),
        on_from=here.today,
        hint=gettext("Tout ce qui est échu est promis. Pour une partie, donnez le montant plus haut."),
    )


def _usual_days(today: date, case: Case) -> list[date]:
    friday = today + timedelta(days=(4 - today.weekday()) % 7 or 7)
    month = (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    days = (today + timedelta(days=1), friday, today + timedelta(days=7), today + timedelta(days=14), month)
    return sorted({case.calendar.next_working(max(day, today + timedelta(days=1))) for day in days})


def _dispute_menu(here: At, key: int) -> ReasonMenu:
    return ReasonMenu(
        label=gettext("Litige"),
        icon="hand-stop",
        key="L",
        title=gettext("Qu’est-ce qui est contesté\u00a0?"),
        action=here.url("worklist:dispute", key),
        choices=tuple(Choice(value=code, words=str(words)) for code, words in CATEGORIES.items()),
        field="category",
        hint=gettext("Toute la facture est contestée. Pour une partie, donnez le montant plus haut."),
    )


def _facts(message: Message, today: date) -> Iterator[Fact]:
    yield from _answers(message, today)
    yield from _promised(message, today)
    yield from _disputed(message)
    yield from _contacted(message, today)


def _day(on: date, today: date) -> str:
    return formats.near_day(on, today=today, language=language())


def _answers(message: Message, today: date) -> Iterator[Fact]:
    """Yield the last SMS that the debtor wrote."""
    last = (
        ProviderEvent.objects.filter(
            message__account_id=message.account_id, message__channel="sms", event="answered"
        )
        .order_by("-at")
        .first()
    )
    if last is not None and last.raw is not None:
        told = bytes(last.raw).decode("utf-8", "replace")[:_ANSWER_WORDS]
        words = gettext("A répondu le %(day)s\u00a0: «\u00a0%(words)s\u00a0»")
        yield Fact(icon="message", words=words % {"day": _day(last.at.date(), today), "words": told})


def _promised(message: Message, today: date) -> Iterator[Fact]:
    made = Promise.objects.filter(account_id=message.account_id, cancelled_at=None).order_by(
        "-made_on", "-id"
    )
    for promise in made[:_MOST_OF_A_SORT]:
        words = (
            gettext("A promis le %(made)s de régler pour le %(until)s, date passée.")
            if promise.until < today
            else gettext("A promis le %(made)s de régler pour le %(until)s.")
        )
        days = {"made": _day(promise.made_on, today), "until": _day(promise.until, today)}
        yield Fact(icon="heart-handshake", words=words % days)


def _disputed(message: Message) -> Iterator[Fact]:
    open_ones = Dispute.objects.filter(account_id=message.account_id, resolved_on=None)
    for dispute in open_ones.select_related("invoice").order_by("opened_on", "id")[:_MOST_OF_A_SORT]:
        words = gettext("Conteste la facture %(number)s\u00a0: %(category)s.")
        told = {"number": dispute.invoice.number, "category": said(CATEGORIES, dispute.category or "other")}
        yield Fact(icon="hand-stop", words=words % told)


def _contacted(message: Message, today: date) -> Iterator[Fact]:
    sent = Message.objects.filter(account_id=message.account_id, state="sent").order_by("-sent_at")
    contacts = [
        (one.sent_at.date(), said(CHANNELS, one.channel)) for one in sent[:_MOST_OF_A_SORT] if one.sent_at
    ]
    calls = ManualContact.objects.filter(account_id=message.account_id).order_by("-on", "-id")
    labels = CALL_OUTCOME_LABELS[language()]
    outcomes = {one.value: str(labels[one]).lower() for one in CallOutcome}
    for one in calls[:_MOST_OF_A_SORT]:
        told = outcomes.get(one.outcome, "")
        contacts.append((one.on, f"{said(CHANNELS, one.channel)}{f' ({told})' if told else ''}"))
    for on, words in sorted(contacts, key=lambda contact: contact[0], reverse=True)[:_MOST_OF_A_SORT]:
        yield Fact(icon="history", words=f"{_day(on, today)}\u00a0: {words}")
