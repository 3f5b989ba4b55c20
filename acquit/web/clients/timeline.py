"""Past events in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext

from acquit.channels.phone import CALL_OUTCOME_LABELS, CallOutcome
from acquit.core.decision import REASON_CODES
from acquit.core.network import reply_to
from acquit.core.notice import effective_on
from acquit.flows.material.network import APPROVED_THERE
from acquit.store.encoding import decode_reasons
from acquit.web import formats
from acquit.web.clients.history import Event
from acquit.web.components import Link, Past
from acquit.web.steps import StepNames
from acquit.web.words import (
    CATEGORIES,
    CHANNEL_ICONS,
    CHANNELS,
    EVENTS,
    MESSAGE_STATES,
    STATUS_SIGNS,
    arrival_words,
    language,
    money,
    said,
    status_words,
)
from acquit.wording import say_reason

Facts = Mapping[str, Any]
_NAMED = 3
#: What is undone from the view of payments; elsewhere it would only be noise.
_UNDOABLE = frozenset({"payment"})


def written(day: str | date) -> str:
    """Write a day kept as text."""
    return formats.day(date.fromisoformat(day) if isinstance(day, str) else day, language=language())


def listed(numbers: list[str] | None) -> str:
    """Write invoice numbers, the first of them when there are many.

    >>> listed(["F-1", "F-2"]), listed(None)
    ('F-1, F-2', '')
    """
    if not numbers:
        return ""
    more = len(numbers) - _NAMED
    shown = ", ".join(numbers[:_NAMED] if more > 0 else numbers)
    return gettext("%(shown)s et %(more)s autres") % {"shown": shown, "more": more} if more > 0 else shown


def joined(*parts: str) -> str:
    """Join what is known with middle dots."""
    return " · ".join(part for part in parts if part)


def past(event: Event, *, account_id: int, names: StepNames, actions: bool) -> Past:
    """Return one event as the timeline draws it; with `actions`, what may be undone says how."""
    told = _TELLERS[event.kind](event, account_id, names)
    return told if actions or event.kind not in _UNDOABLE else replace(told, links=())


def _past(event: Event, icon: str, what: str, **more: Any) -> Past:
    return Past(at=event.at, timed=event.timed, icon=icon, what=what, **more)


def _message(event: Event, account_id: int, names: StepNames) -> Past:
    facts = event.facts
    state, tone, _ = MESSAGE_STATES[facts["state"]]
    sums = ", ".join(money(amount, currency) for amount, currency in facts["total"])
    because = _because(facts["because"], facts["state"])
    links: tuple[Link, ...] = ()
    if facts["frozen"]:
        url = reverse("accounts:message", args=[account_id, event.id])
        links = (Link(label=gettext("Le message tel qu’il est parti"), url=url, icon="file-text"),)
    formal = facts["stage"] == "formal notice"
    return _past(
        event,
        "rubber-stamp" if formal else CHANNEL_ICONS.get(facts["channel"], "mail"),
        names.name(facts["scenario"], facts["step"]),
        subject=joined(f"{said(CHANNELS, facts['channel'])} {state}", listed(facts["numbers"])),
        detail=joined(facts["recipient"], sums, _effect(facts["arrivals"]), because, event.who),
        tone="danger" if formal and facts["state"] == "sent" else tone if tone in ("danger", "warn") else "",
        links=links,
    )


def _arrival(event: Event, account_id: int, names: StepNames) -> Past:
    facts = event.facts
    words, tone, icon = arrival_words(facts["event"])
    links: tuple[Link, ...] = ()
    if facts["evidence"]:
        url = reverse("accounts:copy", args=[account_id, facts["evidence"]])
        links = (Link(label=gettext("La preuve"), url=url, icon="certificate"),)
    return _past(
        event, icon, words, subject=names.name(facts["scenario"], facts["step"]), detail=facts["detail"],
        tone=tone if tone in ("danger", "warn") else "", links=links,
    )  # fmt: skip


def _effect(arrivals: list[tuple[str, str]] | None) -> str:
    """Write from which day a registered letter has effect; nothing while it is not known to have arrived."""
    days = [(name, date.fromisoformat(day)) for name, day in arrivals or ()]
    since = effective_on(days)
    return gettext("à effet du %(day)s") % {"day": written(since)} if since else ""


def _news(event: Event, _account_id: int, names: StepNames) -> Past:
    facts = event.facts
    bad = facts["event"] in {"bounced", "returned", "failed", "complained"}
    return _past(
        event, "alert-triangle" if bad else CHANNEL_ICONS.get(facts["channel"], "mail"),
        said(EVENTS, facts["event"]), subject=names.name(facts["scenario"], facts["step"]),
        detail=joined(facts["to"], facts["detail"]), tone="warn" if bad else "",
    )  # fmt: skip


def _because(code: str, state: str) -> str:
    """Return why a message was withdrawn, skipped or refused: a reason code, or a person's words."""
    by_us = {
        "replaced": gettext("remplacé par un message plus juste"),
        "by hand": gettext("retiré par une personne"),
    }
    if code in by_us:
        return by_us[code]
    return say_reason(code, {}, language()) if state == "withdrawn" and code in REASON_CODES else code


def _payment(event: Event, account_id: int, _names: StepNames) -> Past:
    facts = event.facts
    back: tuple[Link, ...] = ()
    if not facts["returned_on"]:
        url = reverse("accounts:act", args=[account_id, "impaye", event.id])
        back = (Link(label=gettext("Noter qu’il est revenu impayé"), url=url),)
    real = facts["kind"] == "payment"
    left = Decimal(facts["left"])
    rest = gettext("dont %(left)s à imputer") % {"left": money(left, facts["currency"])} if left else ""
    gone = gettext("Absente de la liste complète") if facts["kind"] == "vanished" else gettext("Écriture")
    what = gettext("Règlement reçu") if real else gone
    method = gettext("saisi à la main") if facts["method"] == "by hand" else facts["method"]
    told, seen = _bank_line(facts["bank_line"])
    return _past(
        event, "building-bank" if real else "coins", f"{what} : {money(facts['amount'], facts['currency'])}",
        subject=listed(facts["numbers"]), detail=joined(told or method, facts["reference"], rest),
        tone="ok" if real else "", links=(*seen, *back) if real else (),
    )  # fmt: skip


def _bank_line(line: Facts | None) -> tuple[str, tuple[Link, ...]]:
    """Return which bank line a payment came by and who said so, and where it is seen."""
    if line is None:
        return "", ()
    words = (
        gettext("ligne de banque du %(day)s, rapprochée par %(who)s")
        if line["who"]
        else gettext("ligne de banque du %(day)s, rapprochée d’office")
    )
    url = reverse("matching:line", args=[line["id"]])
    told = joined(words % {"day": written(line["on"]), "who": line["who"]}, line["name"] or line["label"])
    return told, (Link(label=gettext("Voir la ligne de banque"), url=url),)


def _returned(event: Event, _account_id: int, _names: StepNames) -> Past:
    sum_ = money(event.facts["amount"], event.facts["currency"])
    if event.facts["kind"] == "payment":
        what, tone = gettext("Règlement revenu impayé\u00a0: %(sum)s"), "danger"
    else:
        what, tone = gettext("Écriture annulée\u00a0: %(sum)s"), ""
    return _past(event, "receipt-refund", what % {"sum": sum_}, tone=tone)


def _credit_note(event: Event, _account_id: int, _names: StepNames) -> Past:
    facts = event.facts
    cancelled = gettext("annulé") if facts["cancelled_on"] else ""
    what = gettext("Avoir %(number)s") % {"number": facts["number"]}
    return _past(
        event, "receipt-refund", what, subject=joined(money(facts["amount"], facts["currency"]), cancelled)
    )


def _allocation(event: Event, account_id: int, _names: StepNames) -> Past:
    facts = event.facts
    undone = event.kind == "undone"
    url = reverse("accounts:act", args=[account_id, "delettrer", event.id])
    what = gettext("Imputation annulée") if undone else gettext("Imputation")
    return _past(
        event,
        "arrow-back-up" if undone else "link",
        what,
        subject=joined(money(facts["amount"], facts["currency"]), facts["number"]),
        detail=event.who,
        tone="warn" if undone else "",
        links=() if undone else (Link(label=gettext("Annuler l’imputation"), url=url),),
    )


def _promise(event: Event, _account_id: int, _names: StepNames) -> Past:
    facts = event.facts
    day = written(facts["until"])
    if facts["amount"]:
        sum_ = money(facts["amount"], facts["currency"])
        what = gettext("Promesse de %(sum)s pour le %(day)s") % {"sum": sum_, "day": day}
    else:
        what = gettext("Promesse pour le %(day)s") % {"day": day}
    cancelled = gettext("annulée") if facts["cancelled"] else ""
    return _past(
        event, "heart-handshake", what, subject=joined(listed(facts["numbers"]), cancelled),
        detail=_noted(event.who), quote=facts["note"], tone="" if cancelled else "info",
    )  # fmt: skip


def _noted(who: str) -> str:
    return gettext("notée par %(who)s") % {"who": who} if who else ""


def _dispute(event: Event, _account_id: int, _names: StepNames) -> Past:
    facts = event.facts
    part = (
        gettext("pour %(sum)s") % {"sum": money(facts["amount"], facts["currency"])}
        if facts["amount"]
        else ""
    )
    return _past(
        event, "hand-stop", gettext("Litige ouvert"),
        subject=joined(facts["number"], said(CATEGORIES, facts["category"]), part),
        detail=event.who, quote=facts["note"], tone="warn",
    )  # fmt: skip


def _resolved(event: Event, _account_id: int, _names: StepNames) -> Past:
    facts = event.facts
    there = facts["resolution"] == APPROVED_THERE
    detail = gettext("approuvée sur le réseau") if there else facts["resolution"]
    return _past(event, "circle-check", gettext("Litige résolu"), subject=facts["number"], detail=detail)


def _status(event: Event, _account_id: int, _names: StepNames) -> Past:
    facts = event.facts
    code, reasons = facts["code"], facts["reasons"].split()
    category = reply_to(reasons).category if reasons else ""
    sum_ = money(facts["amount"], facts["currency"]) if facts["amount"] else ""
    tone, icon = STATUS_SIGNS.get(code, ("", "file-invoice"))
    return _past(
        event, icon, status_words(code, facts["label"], category),
        subject=joined(facts["number"], sum_),
        detail=joined(gettext("facture électronique, statut %(code)s") % {"code": code}, *reasons, event.who),
        quote=facts["note"], tone=tone,
    )  # fmt: skip


def _declared(event: Event, _account_id: int, _names: StepNames) -> Past:
    facts = event.facts
    sum_ = money(facts["amount"], facts["currency"])
    done = gettext("remis à la plateforme") if facts["handed_over"] else gettext("à remettre à la plateforme")
    what = gettext("Encaissement déclaré\u00a0: %(sum)s") % {"sum": sum_}
    return _past(event, "certificate", what, subject=facts["number"], detail=joined(done, event.who))


def _bank_change(event: Event, _account_id: int, _names: StepNames) -> Past:
    facts = event.facts
    return _past(
        event, "shield-lock", gettext("Compte à payer contesté"), subject=facts["iban"],
        quote=facts["note"], tone="danger",
    )  # fmt: skip


def _bank_confirmed(event: Event, _account_id: int, _names: StepNames) -> Past:
    facts = event.facts
    ours = facts["outcome"] == "ours"
    found = gettext("le compte est le bon") if ours else gettext("le compte a changé")
    return _past(
        event, "shield-check", gettext("Compte à payer vérifié à deux"), subject=found,
        detail=joined(facts["first"], event.who), tone="ok",
    )  # fmt: skip


def _hold(event: Event, _account_id: int, _names: StepNames) -> Past:
    facts = event.facts
    until = (
        gettext("jusqu’au %(day)s") % {"day": written(facts["until"])}
        if facts["until"]
        else gettext("sans date de fin")
    )
    return _past(
        event, "player-pause", gettext("Relances suspendues"),
        subject=joined(until, facts["number"] or ""), detail=event.who, quote=facts["reason"], tone="warn",
    )  # fmt: skip


def _released(event: Event, _account_id: int, _names: StepNames) -> Past:
    return _past(event, "player-play", gettext("Suspension levée"), detail=event.facts["reason"])


def _contact(event: Event, _account_id: int, _names: StepNames) -> Past:
    facts = event.facts
    channel = facts["channel"]
    icon = "phone-call" if channel == "phone" else CHANNEL_ICONS.get(channel, "message")
    return _past(
        event, icon, said(CHANNELS, channel), subject=outcome_words(facts["outcome"]),
        detail=joined(_made(facts["on"], event), event.who), quote=facts["note"],
    )  # fmt: skip


def _made(on: str, event: Event) -> str:
    """Return the day of a contact that was noted on a later one."""
    return "" if date.fromisoformat(on) == event.at.date() else gettext("le %(day)s") % {"day": written(on)}


def outcome_words(outcome: str) -> str:
    """Return what came of a call in words."""
    labels = CALL_OUTCOME_LABELS[language()]
    return labels[CallOutcome(outcome)] if outcome in set(CallOutcome) else outcome


def _note(event: Event, _account_id: int, _names: StepNames) -> Past:
    return _past(event, "note", pgettext("client", "Note"), subject=event.who, quote=event.facts["text"])


def _decision(event: Event, _account_id: int, _names: StepNames) -> Past:
    facts = event.facts
    reasons = decode_reasons(facts["reasons"])
    titles = {
        "act": gettext("Relance décidée"),
        "wait": gettext("Rien envoyé"),
        "hold": gettext("Rien envoyé, une personne est demandée"),
        "stop": gettext("Relances arrêtées"),
    }
    icons = {"act": "send", "wait": "clock-pause", "hold": "user-check", "stop": "ban"}
    sentence = say_reason(reasons[0].code, reasons[0].params, language()) if reasons else ""
    return _past(event, icons[facts["kind"]], titles[facts["kind"]], detail=sentence)


_TELLERS: Mapping[str, Callable[[Event, int, StepNames], Past]] = {
    "message": _message,
    "arrival": _arrival,
    "news": _news,
    "payment": _payment,
    "returned": _returned,
    "credit_note": _credit_note,
    "allocation": _allocation,
    "undone": _allocation,
    "promise": _promise,
    "dispute": _dispute,
    "resolved": _resolved,
    "status": _status,
    "declared": _declared,
    "bank_change": _bank_change,
    "bank_confirmed": _bank_confirmed,
    "hold": _hold,
    "released": _released,
    "contact": _contact,
    "note": _note,
    "decision": _decision,
}
