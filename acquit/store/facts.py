"""Rows become the frozen facts of the core, one direction only, some accounts at a time."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from acquit.core.calendar import Calendar, SendingWindow
from acquit.core.freshness import Feed, too_old
from acquit.core.hearing import Listened, unheard
from acquit.core.network import Code
from acquit.core.scenario import Scenario, from_mapping
from acquit.core.snapshot import (
    ZERO,
    Contacted,
    Credit,
    Policy,
    Promise,
    Receipt,
    Snapshot,
    Status,
    StepDone,
    TermFacts,
)
from acquit.store import facts_sql
from acquit.store.calendars import holidays_of
from acquit.store.law_facts import Conditions, Movements, Rates, rates_of
from acquit.store.reach import Reach, channels_of

Row = tuple[Any, ...]

#: How far back a settled term is still looked at, for the thank-you.
_SETTLED_WITHIN = timedelta(days=15)
#: Kinds of invoice by which the creditor gives money back.
_GIVEN_BACK = frozenset({"refund", "adjustment"})
#: From this score on a bank line holds an account until it is matched, refused or set aside. Below it
#: lies what only the likeness of a name speaks for, or money without an invoice: see money-in.md.
STRONG_RECEIPT = 35
#: How long a line holds for less: time enough for a person to have looked at it.
_WEAK_RECEIPT_HOLDS = timedelta(days=15)
#: How far back contacts count: the 30 days of the rule, and a margin for long gaps.
_CONTACTS_WITHIN = timedelta(days=60)
#: So long after nobody answered the last call of a step, it is tried by telephone again.
_CALLS_AGAIN = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditorFacts:
    """What a creditor's rules and calendar say, read once a run."""

    id: int
    key: str
    country: str
    region: str
    zone: ZoneInfo
    policy: Policy
    window: SendingWindow
    works_every_day: bool
    quiet: tuple[tuple[str, str], ...]
    list_accepted: bool
    feeds: tuple[Feed, ...]
    mailboxes: tuple[Listened, ...]
    default_scenario: int | None
    rules: tuple[Row, ...]
    volume_alert: bool
    carries_sms: bool
    conditions: Conditions = field(default_factory=Conditions)

    def day(self, now: datetime) -> date:
        """Return the creditor's day at the moment `now`."""
        return now.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One account with all that deciding about it needs.

    `witness` changes whenever anybody writes to the account's row, as every new fact does by
    poking it: who acts on the case checks that it is still the same.
    """

    account_id: int
    debtor_id: int
    external_id: str
    name: str
    language: str
    country: str
    zone: ZoneInfo
    creditor: CreditorFacts
    snapshot: Snapshot
    scenario: Scenario | None
    version_id: int | None
    calendar: Calendar
    today: date
    look_at: datetime | None
    witness: str
    rates: Rates = field(default_factory=dict)
    live_message: int | None = None
    live_state: str = ""


class CaseLoader:
    """Loads cases of the present organisation, keeping what many accounts share."""

    def __init__(self, organisation_id: int, now: datetime) -> None:
        self.organisation_id, self.now = organisation_id, now
        self._creditors: dict[int, CreditorFacts] = {}
        self._versions: dict[int, Scenario] = {}
        self._definitions: dict[int, Any] = {}
        self._current: dict[int, int] | None = None
        self._calendars: dict[Row, Calendar] = {}
        self._stale: dict[int, tuple[Feed, ...]] = {}
        self._rates: Rates | None = None

    @property
    def rates(self) -> Rates:
        """The legal rates that the organisation's people entered, read once."""
        if self._rates is None:
            self._rates = rates_of(self.organisation_id)
        return self._rates

    def load(self, account_ids: Sequence[int], *, in_flight: bool = True) -> list[Case]:
        """Return the cases of `account_ids`, in their order.

        With `in_flight` false a message on its way is overlooked: the last look before it
        leaves must not see itself.
        """
        ids = list(account_ids)
        rows = self.read(facts_sql.ACCOUNTS, ids)
        facts = _Gathered(self, rows, ids, in_flight=in_flight)
        cases = {row[0]: facts.case(row) for row in rows}
        return [cases[i] for i in ids if i in cases]

    def one(self, account_id: int, *, in_flight: bool = True) -> Case:
        """Return the case of one account."""
        return self.load([account_id], in_flight=in_flight)[0]

    def creditor(self, creditor_id: int) -> CreditorFacts:
        """Return the facts of a creditor."""
        if creditor_id not in self._creditors:
            (row,), feeds, rules = self.read_each(
                (facts_sql.CREDITOR, creditor_id),
                (facts_sql.FEEDS, creditor_id),
                (facts_sql.RULES, creditor_id),
            )
            self._creditors[creditor_id] = _creditor(row, feeds, tuple(rules))
        return self._creditors[creditor_id]

    def version(self, version_id: int) -> Scenario:
        """Return what a scenario version says."""
        if version_id not in self._versions:
            if version_id not in self._definitions:
                self._definitions[version_id] = self.read(
                    "SELECT definition FROM cases_scenarioversion WHERE organisation_id = %s AND id = %s",
                    version_id,
                )[0][0]
            said = self._definitions[version_id]
            self._versions[version_id] = from_mapping(said if isinstance(said, Mapping) else json.loads(said))
        return self._versions[version_id]

    def current_version(self, scenario_id: int | None) -> int | None:
        """Return the newest published version of a scenario."""
        if self._current is None:
            newest = self.read(facts_sql.CURRENT_VERSIONS)
            self._current = {scenario: version for scenario, version, _ in newest}
            self._definitions |= {version: definition for _, version, definition in newest}
        return None if scenario_id is None else self._current.get(scenario_id)

    def calendar(self, creditor: CreditorFacts, country: str, region: str) -> Calendar:
        """Return the days on which `creditor` writes to a debtor in `country` and `region`."""
        key = (creditor.id, country, region)
        if key not in self._calendars:
            years = range(self.now.year - 2, self.now.year + 3)
            places = ((creditor.country, creditor.region or None), (country, region or None))
            self._calendars[key] = Calendar(
                every_day=creditor.works_every_day,
                holidays=holidays_of(places, years),
                quiet=tuple(_quiet(creditor.quiet, years)),
            )
        return self._calendars[key]

    def stale(self, creditor: CreditorFacts) -> tuple[Feed, ...]:
        """Return the feeds for whose age everything of the creditor is held (rule 3).

        Working days are those of the creditor, not of each debtor: what holds, holds all of them.
        """
        if creditor.id not in self._stale:
            holidays = self.calendar(creditor, creditor.country, creditor.region).holidays
            calendar = Calendar(holidays=holidays)
            self._stale[creditor.id] = too_old(creditor.feeds, calendar, creditor.day(self.now))
        return self._stale[creditor.id]

    def unheard(self, creditor: CreditorFacts) -> tuple[Listened, ...]:
        """Return the mailboxes of the creditor whose silence holds what leaves (rule 3)."""
        return unheard(creditor.mailboxes, self.now)

    def read(self, sql: str, *params: Any) -> list[Row]:
        """Return the rows of `sql`, whose first parameter is the organisation."""
        return self.read_each((sql, *params))[0]

    def read_each(self, *asked: tuple[Any, ...]) -> list[list[Row]]:
        """Return the rows of each (statement, parameters after the organisation): one way there and back."""
        with connection.cursor() as cursor:
            cursor.execute(
                ";".join(sql for sql, *_ in asked),
                [param for _, *params in asked for param in (self.organisation_id, *params)],
            )
            found = [list(cursor.fetchall())]
            while cursor.nextset():
                found.append(list(cursor.fetchall()))
            return found


class _Gathered:
    """All rows of a batch of accounts, sorted by account or term."""

    def __init__(self, loader: CaseLoader, rows: list[Row], ids: list[int], *, in_flight: bool) -> None:
        self.loader, self.in_flight = loader, in_flight
        days = [loader.creditor(i).day(loader.now) for i in {row[1] for row in rows}]
        since = min(days, default=loader.now.date())
        debtors = list({row[2] for row in rows})
        sms = any(loader.creditor(i).carries_sms for i in {row[1] for row in rows})
        org, back = loader.organisation_id, since - _CONTACTS_WITHIN
        (terms, claims, credits_, receipts, promises, stops, statuses, contacts, reach, unread, silent,
         lives) = loader.read_each(
            (facts_sql.TERMS, ids, since - _SETTLED_WITHIN),
            (facts_sql.CLAIMS, ids),
            (facts_sql.CREDITS, ids, org, ids),
            (facts_sql.RECEIPTS, ids),
            (facts_sql.PROMISES, ids),
            (facts_sql.STOPS, ids, org, ids),
            (facts_sql.STATUSES, ids),
            (facts_sql.CONTACTS, debtors, back, org, debtors, back),
            (facts_sql.REACH, debtors),
            (facts_sql.UNREAD, debtors, org, debtors),
            (facts_sql.SILENT, sms),
            (facts_sql.LIVE_MESSAGES, ids, org, ids, since - _CALLS_AGAIN),
        )  # fmt: skip
        self.terms = _by(row for row in terms if row[-1] not in _GIVEN_BACK)
        self.given_back = _by(row for row in terms if row[-1] in _GIVEN_BACK and row[6] > 0)
        self.rounds = {row[0]: row for row in loader.read(facts_sql.ROUNDS, [row[1] for row in terms])}
        self.claims, self.credits, self.receipts = _by(claims), _by(credits_), _by(receipts)
        self.promises = {row[0]: row for row in promises}
        self.disputes = {row[1]: row[2] for row in stops if row[4] == "dispute"}
        self.holds = _by((row[0], row[1], row[3]) for row in stops if row[4] == "hold")
        self.statuses, self.contacts, self.reach = _by(statuses), _by(contacts), _by(reach)
        self.unread = {row[0] for row in unread}
        self.silent = frozenset(row[0] for row in silent)
        self.live = {row[0]: (row[1], row[2]) for row in lives if row[1] is not None}
        self.unanswered = _by((row[0], row[2]) for row in lives if row[1] is None)
        self.moved = Movements(org, ids)

    def case(self, row: Row) -> Case:
        (account_id, creditor_id, debtor_id, external_id, look_at, chosen, name, kind, profile,
         language, country, region, timezone, habit_days, away_until, insolvent_on,
         stopped, witness, bank_change) = row  # fmt: skip
        creditor = self.loader.creditor(creditor_id)
        calendar = self.loader.calendar(creditor, country, region)
        today = creditor.day(self.loader.now)
        balance = sum((t[6] for t in self.terms[account_id]), ZERO)
        version = self.loader.current_version(
            chosen or _ruled(creditor, kind, profile, country, balance) or creditor.default_scenario
        )
        live = self.live.get(account_id, (None, ""))
        flying = live[1] in ("sending", "handed_over", "failed") and self.in_flight
        snapshot = Snapshot(
            terms=tuple(self._term(t, account_id, version) for t in self.terms[account_id]),
            policy=creditor.policy,
            kind=kind,
            profile=profile,
            channels=channels_of(
                (Reach(*r[1:]) for r in self.reach[debtor_id]),
                silent=self.silent,
                sms=creditor.carries_sms,
            ),
            habit_days=habit_days,
            credits=tuple(self._credits(account_id)),
            receipts=tuple(_receipt(row) for row in self.receipts.get(account_id, ())),
            contacts=self._contacts(debtor_id, creditor.zone, live[0]),
            unread_reply=debtor_id in self.unread,
            away_until=away_until,
            insolvent_on=insolvent_on,
            stopped=stopped or None,
            stale=bool(self.loader.stale(creditor)),
            unheard_since=_unheard_since(creditor, self.loader),
            list_accepted=creditor.list_accepted,
            in_flight=live[1] if flying else "",
            bank_change=bank_change,
            unanswered=frozenset(row[1] for row in self.unanswered.get(account_id, ())),
        )
        return Case(
            account_id=account_id, debtor_id=debtor_id, external_id=external_id, name=name,
            language=language, country=country,
            zone=ZoneInfo(timezone) if timezone else creditor.zone, creditor=creditor,
            snapshot=snapshot,
            scenario=None if version is None else self.loader.version(version),
            version_id=version, calendar=calendar, today=today, look_at=look_at,
            witness=witness, rates=self.loader.rates,
            live_message=live[0], live_state=live[1],
        )  # fmt: skip

    def _credits(self, account_id: int) -> Iterator[Credit]:
        """Yield what nobody matched; money given back takes from it, and is never reminded by itself."""
        for row in self.credits.get(account_id, ()):
            yield Credit(row[1], row[2], row[3], row[4])
        for row in self.given_back.get(account_id, ()):
            yield Credit(-row[6], row[8], row[5])

    def _contacts(self, debtor_id: int, zone: ZoneInfo, own_message: int | None) -> tuple[Contacted, ...]:
        rows = self.contacts[debtor_id]
        sent = [
            Contacted(row[1].astimezone(zone).date())
            for row in rows
            if row[3] is None and row[2] != own_message
        ]
        by_hand = [Contacted(row[3], by_hand=True) for row in rows if row[3] is not None]
        return tuple(sent + by_hand)

    def _term(self, row: Row, account_id: int, version: int | None) -> TermFacts:
        (_, term_id, invoice_id, number, issued_on, due_on, still_open, amount, currency, known_on,
         paid_by, factored, written_off_on, settled_on, scenario_id, missing, _) = row  # fmt: skip
        round_row = self.rounds.get(term_id)
        number_of_round = round_row[1] if round_row else 1
        done, thanked = self._done(term_id, number_of_round)
        own = round_row[3] if round_row and round_row[3] else None
        own = own or self.loader.current_version(scenario_id)
        hold = self._hold(account_id, invoice_id)
        return TermFacts(
            key=term_id, invoice=number, issued=issued_on, due=due_on, amount=amount,
            open=still_open, currency=currency, known_on=known_on, round=number_of_round,
            done=done, resumed_on=round_row[2] if round_row else None,
            scenario=self.loader.version(own) if own and own != version else None,
            disputed=self._disputed(invoice_id, still_open),
            promise=self._promise(term_id), missing=missing, held=hold is not None,
            held_until=hold[2] if hold else None,
            direct_debit=paid_by == "direct_debit" and not (round_row and round_row[2]),
            factored=factored, written_off=written_off_on is not None, paid_on=settled_on,
            thanked=thanked, statuses=statuses_of(self.statuses.get(invoice_id, ()), term_id, amount),
            moved=self.moved.of(account_id, invoice_id),
        )  # fmt: skip

    def _done(self, term_id: int, present_round: int) -> tuple[tuple[StepDone, ...], bool]:
        """Return the steps done, those of earlier rounds too: a reopened term resumes after them."""
        claims = self.claims.get(term_id)
        if claims is None:
            return (), False
        done = []
        thanked = False
        for _, round_number, step, repetition, on in claims:
            if step == "thanks":
                thanked = thanked or round_number == present_round
            else:
                done.append(StepDone(step, on, repetition))
        return tuple(done), thanked

    def _disputed(self, invoice_id: int, still_open: Decimal) -> Decimal | None:
        if invoice_id not in self.disputes:
            return None
        amount: Decimal | None = self.disputes[invoice_id]
        return still_open if amount is None else amount

    def _promise(self, term_id: int) -> Promise | None:
        row = self.promises.get(term_id)
        if row is None:
            return None
        _, until, made_on, amount, paid_since = row
        return Promise(until, amount is not None and paid_since >= amount, made_on)

    def _hold(self, account_id: int, invoice_id: int) -> Row | None:
        holds = self.holds.get(account_id)
        if holds is None:
            return None
        fitting = [h for h in holds if h[1] in (None, invoice_id)]
        return max(fitting, key=lambda h: h[2] or date.max, default=None)


def statuses_of(rows: Sequence[Row], term_id: int, amount: Decimal) -> tuple[Status, ...]:
    """Return what the network says of an invoice as it touches one term of `amount`.

    A partial approval covers the oldest terms first; what was collected counts as unseen once,
    whatever the number of statuses that told of it.
    """
    collected = [row[4] for row in rows if row[2] == Code.COLLECTED]
    found = []
    for _, _, code, on, said, known, before in rows:
        approved = unseen = None
        if code == Code.PARTLY_APPROVED and said is not None:
            earlier = Decimal(_plain(before)[str(term_id)])
            approved = min(max(said - earlier, ZERO), amount)
        if code == Code.PAYMENT_SENT and said is not None:
            unseen = said - known
        if code == Code.COLLECTED and None not in collected:
            unseen = sum(collected, ZERO) - known
        found.append(Status(code, on, approved, unseen))
    return tuple(found)


def _plain(stored: Any) -> Any:
    return json.loads(stored) if isinstance(stored, str) else stored


def _receipt(row: Row) -> Receipt:
    _, amount, currency, on, score, known_on, terms, score_on_account = row
    return Receipt(
        amount, currency, on, frozenset(terms or ()),
        on_account=(score_on_account or 0) >= STRONG_RECEIPT,
        until=None if score >= STRONG_RECEIPT else known_on + _WEAK_RECEIPT_HOLDS,
    )  # fmt: skip


def _by(rows: Iterable[Row]) -> defaultdict[Any, list[Row]]:
    grouped: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row[0]].append(row)
    return grouped


def _unheard_since(creditor: CreditorFacts, loader: CaseLoader) -> date | None:
    silent = loader.unheard(creditor)
    return creditor.day(silent[0].heard_at) if silent else None


def _creditor(row: Row, feeds: Iterable[Row], rules: tuple[Row, ...]) -> CreditorFacts:
    (identity, key, country, region, timezone, contact_gap, per_30, tolerance, grace, ask_above,
     formal_alone, every_day, opens, closes, quiet, accepted_at, default_scenario,
     volume_alert, carries_sms, mailboxes, *conditions) = row  # fmt: skip
    zone = ZoneInfo(timezone)
    return CreditorFacts(
        id=identity, key=key, country=country, region=region, zone=zone,
        policy=Policy(
            contact_gap=contact_gap, contacts_per_30_days=per_30, tolerance=tolerance,
            promise_grace=grace, ask_above=ask_above, formal_notice_leaves_alone=formal_alone,
        ),
        window=SendingWindow(opens, closes if closes > opens else time.max),
        works_every_day=every_day,
        quiet=tuple((str(a), str(b)) for a, b in _listed(quiet)),
        list_accepted=accepted_at is not None,
        feeds=tuple(_feed(*feed) for feed in feeds),
        mailboxes=tuple(_listened(*mailbox) for mailbox in _listed(mailboxes)),
        default_scenario=default_scenario, rules=rules, volume_alert=volume_alert,
        carries_sms=carries_sms,
        conditions=Conditions.of_row(conditions),
    )  # fmt: skip


def _feed(key: int, kind: str, bank_account: str, days: int, newest_on: date) -> Feed:
    return Feed(key=key, kind=kind, bank_account=bank_account, days=days, newest_on=newest_on)


def _listed(said: Any) -> list[Any]:
    """Return what a JSON column holds, decoded or not; nothing where it is null."""
    return json.loads(said) if isinstance(said, str) else said or []


def _listened(key: int, name: str, heard_at: str, hours: int, without_until: str | None) -> Listened:
    until = None if without_until is None else datetime.fromisoformat(without_until)
    return Listened(
        key=key, name=name, heard_at=datetime.fromisoformat(heard_at), hours=hours, without_until=until
    )


def _quiet(periods: Iterable[tuple[str, str]], years: range) -> Iterable[tuple[date, date]]:
    for first, last in periods:
        for year in years:
            start, end = (date.fromisoformat(f"{year}-{day}") for day in (first, last))
            yield start, end if end >= start else end.replace(year=year + 1)


def _ruled(creditor: CreditorFacts, kind: str, profile: str, country: str, balance: Decimal) -> int | None:
    """Return the scenario of the first rule that fits the debtor."""
    for scenario_id, for_kind, for_profile, for_country, balance_from in creditor.rules:
        abroad = for_country == "abroad" and country != creditor.country
        if (
            for_kind in ("", kind)
            and for_profile in ("", profile)
            and (for_country in ("", country) or abroad)
            and (balance_from is None or balance >= balance_from)
        ):
            return int(scenario_id)
    return None
