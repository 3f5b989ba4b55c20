"""The mails to our own people: what waits for each this morning, and the page of the week."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from acquit.core.calendar import Calendar
from acquit.core.money import Money, round_to_currency
from acquit.core.promises import Outcome
from acquit.flows.outbox.send_digest import Kind, Ready, claim_digest, give_back_digest, send_digest
from acquit.reports.ageing import ageing_totals
from acquit.reports.behind import Behind, Part
from acquit.reports.dashboard import View, dashboard
from acquit.reports.filters import Filters
from acquit.reports.promises import OF_THE_DAY
from acquit.reports.today import Pile, last_working_day, waiting
from acquit.store import tenancy
from acquit.store.accounts.models import Account, Creditor, DigestChoice, Membership, Organisation, User
from acquit.store.calendars import holidays_of
from acquit.web.behind import list_url
from acquit.wording.digest import DigestMail, DigestWords, Line, Lines, as_html, as_text, digest_words
from acquit.wording.document import inert
from acquit.wording.typography import NO_BREAK, TYPOGRAPHY, Typography

log = logging.getLogger(__name__)
#: On the clock of the first creditor: not before people begin, and not any more once the morning is over.
_FROM, _UNTIL = time(6, 30), time(12, 0)
_LARGEST = 10
#: The views of « À traiter » by what waits.
_VIEWS = {
    "answers": "reponses", "unidentified": "a-identifier", "messages": "messages", "calls": "appels",
    "letters": "lettres", "failures": "echecs", "matches": "rapprochement", "tasks": "taches",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Who reads, in which words, on which day of which company."""

    user: User
    name: str
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
    creditors = list(Creditor.objects.order_by("id"))
    zone = ZoneInfo(creditors[0].timezone if creditors else "Europe/Paris")
    name = creditors[0].name if len(creditors) == 1 else Organisation.objects.get(pk=organisation_id).name
    language = "en" if user.language.startswith("en") else "fr"
    reader = _Reader(
        user=user, name=name, now=now,
        on=now.astimezone(zone).date(), words=digest_words(language), typography=TYPOGRAPHY[language],
    )  # fmt: skip
    return _daily(reader) if kind == "daily" else _weekly(reader)


def _daily(reader: _Reader) -> DigestMail:
    """Return what waits for a person: on his accounts if he owns any, else on all."""
    words = reader.words
    mine = reader.user.pk if Account.objects.filter(owner_id=reader.user.pk).exists() else None
    found = waiting(on=reader.on, now=reader.now, owner_id=mine)
    of, since = Filters(on=reader.on, collector=mine), last_working_day(reader.on)
    totals = ageing_totals(of)
    opened = {currency: sum(aged.amounts, Decimal(0)) for currency, aged in totals.items()}
    waits = [
        Line(label=words.kinds[kind], value=_count(reader, pile), url=_worklist(kind, of))
        for kind, pile in found.piles.items()
        if pile.count
    ]
    promises = [
        Line(label=label, value=_count(reader, pile), url=_list("promised", of, part))
        for label, pile, part in (
            (words.promised_today, found.promised_today, Part(kind=OF_THE_DAY)),
            (words.broken, found.broken, Part(kind=str(Outcome.BROKEN), since=since)),
        )
        if pile.count
    ]
    money = [
        Line(
            label=words.cash, value=reader.money(found.cash.sums) or "0",
            note=words.payments(found.cash.count) if found.cash.count else "",
            url=_list("received", of, Part(since=since)) if found.cash.count else "",
        ),
        Line(label=words.open, value=reader.money(opened) or "0", url=_list("items", of)),
        Line(
            label=words.late, value=reader.money({c: a.overdue for c, a in totals.items()}) or "0",
            url=_list("items", of.in_bucket(None)),
        ),
    ]  # fmt: skip
    day = reader.typography.day(reader.on)
    return _mail(
        reader,
        words.daily_subject(reader.name, day, found.total),
        (
            Lines(title=words.waits, lines=waits, otherwise=words.nothing_waits),
            Lines(title=words.promises, lines=promises, otherwise=words.no_promise),
            Lines(title=words.money, lines=money),
        ),
    )


def _weekly(reader: _Reader) -> DigestMail:
    """Return the page for management: figures, ageing, forecast and the ten largest late."""
    found = dashboard(Filters(on=reader.on), now=reader.now).figures
    parts = [part for view in found.views for part in _page(reader, view)]
    subject = reader.words.weekly_subject(reader.name, reader.typography.day(reader.on))
    return _mail(reader, subject, parts)


def _page(reader: _Reader, view: View) -> list[Lines]:
    words, currency = reader.words, view.currency
    of, name = Filters(on=reader.on, currency=currency), f" ({currency})" if currency != "EUR" else ""
    expected = (
        Line(
            label=label, value=reader.amount(likely, currency),
            note=words.cautious(reader.amount(cautious, currency)),
            url=_list("expected_in", of, Part(days=days)),
        )
        for label, days in ((words.in_30_days, 30), (words.in_13_weeks, 91))
        for likely, cautious in (view.expected(days),)
    )  # fmt: skip
    largest = (
        Line(
            label=row.name, value=reader.amount(row.aged.overdue, currency),
            url=_url("accounts:account", args=[row.key]),
        )
        for row in view.largest[:_LARGEST]
    )  # fmt: skip
    return [
        Lines(title=words.figures + name, lines=list(_figures(reader, view, of))),
        Lines(title=words.ageing + name, lines=_ages(reader, view, of)),
        Lines(title=words.forecast + name, lines=list(expected)),
        Lines(title=words.largest + name, lines=list(largest), otherwise=words.nobody_late),
    ]


def _figures(reader: _Reader, view: View, of: Filters) -> Iterator[Line]:
    words, currency, dso = reader.words, view.currency, _report("dso", of)
    yield Line(label=words.open, value=reader.amount(view.open, currency), url=_list("items", of))
    yield Line(
        label=words.late, value=reader.amount(view.aged.overdue, currency), note=_late_share(reader, view),
        url=_list("items", of.in_bucket(None)),
    )  # fmt: skip
    if view.dso is not None:
        change = view.dso_change
        since = "" if change is None else words.change(words.days(_number(reader, change, sign=True)))
        yield Line(label=words.dso, value=words.days(_number(reader, view.dso)), note=since, url=dso)
    last = view.months[-1] if view.months else None
    if last is not None and last.best_possible_dso is not None:
        yield Line(
            label=words.best_dso, value=words.days(_number(reader, last.best_possible_dso)), url=dso
        )  # fmt: skip
    if view.delays is not None:
        before = view.delays_before and words.before(words.days(_number(reader, view.delays_before.mean)))
        yield Line(
            label=words.delay, value=words.days(_number(reader, view.delays.mean)), note=before or "",
            url=_list("settled", of, Part(since=of.on.replace(day=1) - timedelta(days=1))),
        )  # fmt: skip
    if last is not None and last.effectiveness is not None:
        value = f"{_number(reader, last.effectiveness)}{'' if reader.language == 'en' else NO_BREAK}%"
        yield Line(label=words.effectiveness, value=value, url=_report("cei", of))


def _late_share(reader: _Reader, view: View) -> str:
    words, change = reader.words, view.late_share_change
    if view.late_share is None:
        return ""
    share = words.late_share(_number(reader, view.late_share))
    points = None if change is None else words.points(_number(reader, change, sign=True))
    return share if points is None else f"{share}, {words.change(points)}"


def _ages(reader: _Reader, view: View, of: Filters) -> list[Line]:
    words = reader.words
    named = (words.not_due, *map(words.late_by, of.buckets.labels()[1:]))
    lines = [
        Line(
            label=label, value=reader.amount(amount, view.currency),
            url=_list("items", of.in_bucket(place)) if amount else "",
        )
        for place, (label, amount) in enumerate(zip(named, view.aged.amounts, strict=True))
    ]  # fmt: skip
    credit = view.aged.unallocated
    return [
        *lines,
        Line(
            label=words.unallocated, value=reader.amount(-credit, view.currency),
            url=_list("credits", of) if credit else "",
        ),
    ]  # fmt: skip


def _mail(reader: _Reader, subject: str, parts: Sequence[Lines]) -> DigestMail:
    words = reader.words
    return DigestMail(
        subject=inert(subject), title=inert(words.title(reader.name, reader.typography.long_day(reader.on))),
        greeting=words.greeting(inert(reader.user.first_name)), parts=parts, closing=words.closing,
        language=reader.language,
    )  # fmt: skip


def _count(reader: _Reader, pile: Pile) -> str:
    return reader.words.count(pile.count, reader.money(pile.sums))


def _number(reader: _Reader, figure: Decimal | None, *, sign: bool = False) -> str:
    """Return a figure with one decimal, as the reader writes it."""
    digits = f"{abs(figure or Decimal(0)):.1f}"
    mark = "−" if (figure or 0) < 0 else "+" if sign else ""
    return mark + (digits.replace(".", ",") if reader.language == "fr" else digits)


def _worklist(kind: str, of: Filters) -> str:
    """Return where a pile is worked off; disputes are settled on the pages of their debtors."""
    if kind == "disputes":
        return _list("contested", of)
    return _url("worklist:index", f"vue={_VIEWS[kind]}" if kind in _VIEWS else "")


def _list(key: str, of: Filters, part: Part | None = None) -> str:
    """Return where the list behind a figure is; the mail is read later, so its day is in it."""
    behind = Behind(list=key, filters=of, part=part or Part())
    return f"{settings.ACQUIT_BASE_URL}{list_url(behind, today=date.max)}"


def _report(slug: str, of: Filters) -> str:
    return _url("reports:report", of.query(), args=[slug])


def _url(route: str, query: str = "", args: Sequence[object] = ()) -> str:
    """Return the address of a page, for who reads it in a mail."""
    return f"{settings.ACQUIT_BASE_URL}{reverse(route, args=list(args))}{f'?{query}' if query else ''}"
