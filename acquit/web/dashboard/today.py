"""What waits for a person today, in words, each pile with the view of the worklist that holds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from acquit.core.promises import Outcome
from acquit.reports.behind import Part
from acquit.reports.filters import Filters
from acquit.reports.promises import OF_THE_DAY
from acquit.reports.today import Pile, Waiting, last_working_day
from acquit.web import formats
from acquit.web.components import Link
from acquit.web.dashboard.figures import behind
from acquit.web.words import language


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One pile: its count, what it is called, what it is about, where it is worked off."""

    icon: str
    count: int
    words: str
    note: str = ""
    url: str
    tone: str = ""


Say = Callable[[int], str]

# What each pile is called, its icon, the view of « À traiter », and what its sum is.
_PILES: dict[str, tuple[str, Say, str, str]] = {
    "alerts": ("alert-triangle", lambda n: ngettext("alerte", "alertes", n), "", ""),
    "answers": ("message", lambda n: ngettext("réponse à lire", "réponses à lire", n), "reponses", ""),
    "unidentified": (
        "message", lambda n: ngettext("réponse à identifier", "réponses à identifier", n), "a-identifier", "",
    ),
    "messages": (
        "mail", lambda n: ngettext("message à approuver", "messages à approuver", n), "messages", "asked",
    ),
    "calls": ("phone", lambda n: ngettext("appel à passer", "appels à passer", n), "appels", "asked"),
    "letters": ("printer", lambda n: ngettext("lettre à poster", "lettres à poster", n), "lettres", "asked"),
    "failures": (
        "alert-circle", lambda n: ngettext("envoi en échec", "envois en échec", n), "echecs", "asked",
    ),
    "matches": (
        "building-bank",
        lambda n: ngettext("règlement à rapprocher", "règlements à rapprocher", n),
        "rapprochement",
        "",
    ),
    "tasks": ("user-check", lambda n: ngettext("tâche", "tâches", n), "taches", ""),
    "disputes": (
        "hand-stop", lambda n: ngettext("litige à trancher", "litiges à trancher", n), "", "disputed",
    ),
}  # fmt: skip


def lines(waiting: Waiting, asked: Filters) -> list[Line]:
    """Return the piles that hold anything, the alert on top, then promises."""
    found = [_line(kind, pile, asked) for kind, pile in waiting.piles.items() if pile.count]
    found.extend(_promises(waiting, asked))
    return found


def _line(kind: str, pile: Pile, asked: Filters) -> Line:
    icon, say, view, sum_of = _PILES[kind]
    base = behind("contested", asked) if kind == "disputes" else reverse("worklist:index")
    notes = {"asked": gettext("%(amount)s relancés"), "disputed": gettext("%(amount)s bloqués")}
    note = notes[sum_of] % {"amount": _sums(pile)} if sum_of and pile.sums else ""
    return Line(
        icon=icon, count=pile.count, words=say(pile.count), note=note,
        url=f"{base}?vue={view}" if view else base, tone="warn" if kind == "alerts" else "",
    )  # fmt: skip


def _promises(waiting: Waiting, asked: Filters) -> list[Line]:
    due, broken = waiting.promised_today, waiting.broken
    named = (
        ("calendar", due, ngettext("promesse pour aujourd’hui", "promesses pour aujourd’hui", due.count)),
        ("heart-handshake", broken, ngettext("promesse rompue", "promesses rompues", broken.count)),
    )
    parts = (Part(kind=OF_THE_DAY), Part(kind=str(Outcome.BROKEN), since=last_working_day(asked.on)))
    return [
        Line(icon=icon, count=pile.count, words=words, note=_sums(pile), url=behind("promised", asked, part))
        for (icon, pile, words), part in zip(named, parts, strict=True)
        if pile.count
    ]


def cash(waiting: Waiting, asked: Filters) -> Link | None:
    """Return what came in since the last working day began, with its list, or nothing."""
    if not waiting.cash.count:
        return None
    said = ngettext(
        "%(amount)s reçus depuis le dernier jour ouvré (%(count)s règlement)",
        "%(amount)s reçus depuis le dernier jour ouvré (%(count)s règlements)",
        waiting.cash.count,
    ) % {"amount": _sums(waiting.cash), "count": waiting.cash.count}
    return Link(label=said, url=behind("received", asked, Part(since=last_working_day(asked.on))))


def _sums(pile: Pile) -> str:
    largest = sorted(pile.sums.items(), key=lambda one: (-one[1], one[0]))
    return " + ".join(_money(amount, currency) for currency, amount in largest)


def _money(amount: Decimal, currency: str) -> str:
    return formats.amount(amount, currency, language=language())
