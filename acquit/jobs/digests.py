"""The mails to our own people: what waits for each this morning, and the page of the week."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from acquit.core.calendar import Calendar
from acquit.core.money import Money, round_to_currency
from acquit.flows.outbox.send_digest import Kind, Ready, claim_digest, give_back_digest, send_digest
from acquit.reports.ageing import ageing_totals
from acquit.reports.dashboard import View, dashboard
from acquit.reports.filters import Filters
from acquit.reports.today import Pile, waiting
from acquit.store import tenancy
from acquit.store.accounts.models import Account, Creditor, DigestChoice, Membership, Organisation, User
from acquit.store.calendars import holidays_of
from acquit.wording.digest import DigestMail, DigestWords, Line, Part, as_html, as_text, digest_words
from acquit.wording.document import inert
from acquit.wording.typography import TYPOGRAPHY, Typography

log = logging.getLogger(__name__)
#: On the clock of the first creditor: not before people begin, and not any more once the morning is over.
_FROM, _UNTIL = time(6, 30), time(12, 0)
_LARGEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Who reads, in which words, on which day of which organisation."""

    user: User
    organisation: Organisation
    on: date
    now: datetime
    words: DigestWords
    typography: Typography

    def money(self, sums: Mapping[str, Decimal]) -> str:
        """Return sums in words, one a currency."""
        return self.typography.amounts(
            Money(round_to_currency(amount, currency), currency) for currency, amount in sums.items()
        )

    def amount(self, amount: Decimal | float, currency: str) -> str:
        """Return one sum in words."""
        return self.money({currency: Decimal(str(amount))})

    @property
    def language(self) -> str:
        """The language of the mail."""
        return "en" if self.user.language.startswith("en") else "fr"


def send_digests(organisation_id: int, *, now: datetime | None = None) -> int:
    """Send the digests that are due now; return how many left."""
    now = now or datetime.now(UTC)
    with tenancy.organisation(organisation_id):
        creditor = Creditor.objects.order_by("id").first()
        if creditor is None:
            return 0
        local = now.astimezone(ZoneInfo(creditor.timezone))
        if not _FROM <= local.time() < _UNTIL or not _works(creditor, local.date()):
            return 0
        return sum(
            _send(organisation_id, choice.user, kind, _day_of(kind, local.date()), now)
            for choice in _choices()
            for kind in _wanted(choice, creditor, local.date())
        )


def _choices() -> Iterable[DigestChoice]:
    members = Membership.objects.filter(user__is_active=True).values("user_id")
    found = DigestChoice.objects.filter(user_id__in=members).exclude(user__email="")
    return found.select_related("user").order_by("id")


def _wanted(choice: DigestChoice, creditor: Creditor, on: date) -> list[Kind]:
    kinds: list[Kind] = ["daily"] if choice.daily else []
    return [*kinds, "weekly"] if choice.weekly and _begins_week(creditor, on) else kinds


def _day_of(kind: Kind, on: date) -> date:
    """Return the day that the digest is kept under: that of a week is its Monday's."""
    return on if kind == "daily" else on - timedelta(days=on.weekday())


def _works(creditor: Creditor, on: date) -> bool:
    places = ((creditor.country, creditor.region or None),)
    return Calendar(
        every_day=creditor.works_every_day, holidays=holidays_of(places, range(on.year, on.year + 1))
    ).is_working(on)


def _begins_week(creditor: Creditor, on: date) -> bool:
    """Tell whether no day before in the week was worked."""
    return not any(_works(creditor, on - timedelta(days=back)) for back in range(1, on.weekday() + 1))


def _send(organisation_id: int, user: User, kind: Kind, day: date, now: datetime) -> bool:
    claimed = claim_digest(
        organisation_id=organisation_id, user_id=user.pk, kind=kind, day=day, now=now
    )  # fmt: skip
    if claimed is None:
        return False
    try:
        mail = digest_mail(organisation_id, user, kind, now=now)
    except Exception as why:
        give_back_digest(digest_id=claimed, because=type(why).__name__)
        raise
    ready = Ready(to=user.email, subject=mail.subject, text=as_text(mail), html=as_html(mail))
    sent = send_digest(digest_id=claimed, ready=ready, now=now)
    if not sent:
        log.warning("organisation %s: the %s digest of user %s did not leave", organisation_id, kind, user.pk)
    return sent


def digest_mail(organisation_id: int, user: User, kind: Kind, *, now: datetime) -> DigestMail:
    """Return the digest of a person as it would leave now."""
    creditor = Creditor.objects.order_by("id").first()
    zone = ZoneInfo(creditor.timezone if creditor else "Europe/Paris")
    language = "en" if user.language.startswith("en") else "fr"
    reader = _Reader(
        user=user, organisation=Organisation.objects.get(pk=organisation_id), now=now,
        on=now.astimezone(zone).date(), words=digest_words(language), typography=TYPOGRAPHY[language],
    )  # fmt: skip
    return _daily(reader) if kind == "daily" else _weekly(reader)


def _daily(reader: _Reader) -> DigestMail:
    """Return what waits for a person: on his accounts if he owns any, else on all."""
    words = reader.words
    mine = reader.user.pk if Account.objects.filter(owner_id=reader.user.pk).exists() else None
    found = waiting(on=reader.on, now=reader.now, owner_id=mine)
    totals = ageing_totals(Filters(on=reader.on, collector=mine))
    waits = [
        Line(label=words.kinds[kind], value=_count(reader, pile), url=_worklist(kind))
        for kind, pile in found.piles.items()
        if pile.count
    ]
    promises = [
        Line(label=label, value=_count(reader, pile))
        for label, pile in ((words.promised_today, found.promised_today), (words.broken, found.broken))
        if pile.count
    ]
    money = [
        Line(label=words.cash, value=_count(reader, found.cash)),
        Line(label=words.my_open, value=reader.money({c: a.balance for c, a in totals.items()}) or "0"),
        Line(
            label=words.my_late, value=reader.money({c: a.overdue for c, a in totals.items()}) or "0",
            url=_url("accounts:index", "sort=-echu"),
        ),
    ]  # fmt: skip
    day = reader.typography.day(reader.on)
    return _mail(
        reader,
        words.daily_subject(reader.organisation.name, day, found.total),
        (
            Part(title=words.waits, lines=waits, otherwise=words.nothing_waits),
            Part(title=words.promises, lines=promises, otherwise=words.no_promise),
            Part(title=words.money, lines=money),
        ),
    )


def _weekly(reader: _Reader) -> DigestMail:
    """Return the page for management: figures, ageing, forecast and the ten largest late."""
    found = dashboard(Filters(on=reader.on), now=reader.now).figures
    parts = [part for view in found.views for part in _page(reader, view)]
    subject = reader.words.weekly_subject(reader.organisation.name, reader.typography.day(reader.on))
    return _mail(reader, subject, parts)


def _page(reader: _Reader, view: View) -> list[Part]:
    words, currency = reader.words, view.currency
    of = f" ({currency})" if currency != "EUR" else ""
    return [
        Part(title=words.figures + of, lines=_figures(reader, view)),
        Part(title=words.ageing + of, lines=_ages(reader, view)),
        Part(
            title=words.forecast + of,
            lines=[
                Line(label=label, value=reader.amount(expected, currency)
                     + words.cautious(reader.amount(cautious, currency)))
                for label, (expected, cautious) in (
                    (words.in_30_days, view.expected(30)), (words.in_13_weeks, view.expected(91))
                )
            ],
        ),
        Part(
            title=words.largest + of,
            lines=[
                Line(label=row.name, value=reader.amount(row.aged.overdue, currency),
                     url=_url("accounts:account", args=[row.key]))
                for row in view.largest[:_LARGEST]
            ],
            otherwise=words.nobody_late,
        ),
    ]  # fmt: skip


def _figures(reader: _Reader, view: View) -> list[Line]:
    words, currency = reader.words, view.currency
    share = f" ({_number(reader, view.late_share)}\u00a0%)" if view.late_share is not None else ""
    lines = [
        Line(label=words.open, value=reader.amount(view.open, currency)),
        Line(label=words.late, value=reader.amount(view.aged.overdue, currency) + share),
    ]
    if view.dso is not None:
        change = view.dso_change
        since = "" if change is None else words.change(_number(reader, change, sign=True))
        lines.append(Line(label=words.dso, value=words.days(_number(reader, view.dso)) + since))
    last = view.months[-1] if view.months else None
    if last is not None and last.best_possible_dso is not None:
        lines.append(Line(label=words.best_dso, value=words.days(_number(reader, last.best_possible_dso))))
    if last is not None and last.effectiveness is not None:
        lines.append(Line(label=words.effectiveness, value=f"{_number(reader, last.effectiveness)}\u00a0%"))
    return lines


def _ages(reader: _Reader, view: View) -> list[Line]:
    words, labels = reader.words, Filters(on=reader.on).buckets.labels()
    named = (words.not_due, *map(words.late_by, labels[1:]))
    lines = [
        Line(label=label, value=reader.amount(amount, view.currency))
        for label, amount in zip(named, view.aged.amounts, strict=True)
    ]
    return [*lines, Line(label=words.unallocated, value=reader.amount(-view.aged.unallocated, view.currency))]


def _mail(reader: _Reader, subject: str, parts: Sequence[Part]) -> DigestMail:
    return DigestMail(
        subject=inert(subject), greeting=reader.words.greeting(inert(reader.user.first_name)), parts=parts,
        closing=reader.words.closing, language=reader.language,
    )  # fmt: skip


def _count(reader: _Reader, pile: Pile) -> str:
    return reader.words.count(pile.count, reader.money(pile.sums))


def _number(reader: _Reader, figure: Decimal | None, *, sign: bool = False) -> str:
    """Return a figure with one decimal, as the reader writes it."""
    digits = f"{abs(figure or Decimal(0)):.1f}"
    mark = "−" if (figure or 0) < 0 else "+" if sign else ""
    return mark + (digits.replace(".", ",") if reader.language == "fr" else digits)


def _worklist(kind: str) -> str:
    views = {
        "messages": "messages",
        "calls": "appels",
        "letters": "lettres",
        "failures": "echecs",
        "matches": "rapprochement",
        "tasks": "taches",
    }
    return _url("worklist:index", f"vue={views[kind]}" if kind in views else "")


def _url(route: str, query: str = "", args: Sequence[object] = ()) -> str:
    """Return the address of a page, for who reads it in a mail."""
    return f"{settings.ACQUIT_BASE_URL}{reverse(route, args=list(args))}{f'?{query}' if query else ''}"
