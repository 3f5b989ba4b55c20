"""Rows become the frozen facts of the core, one direction only, some accounts at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from acquit.core.calendar import Calendar, SendingWindow
from acquit.core.scenario import Scenario, from_mapping
from acquit.core.snapshot import (
    ZERO,
    Contacted,
    Credit,
    Policy,
    Promise,
    Snapshot,
    StepDone,
    TermFacts,
)
from acquit.store.calendars import holidays_of
from acquit.store.reach import Reach, channels_of

Row = tuple[Any, ...]

#: How far back a settled term is still looked at, for the thank-you.
_SETTLED_WITHIN = timedelta(days=15)
#: How far back contacts count: the 30 days of the rule, and a margin for long gaps.
_CONTACTS_WITHIN = timedelta(days=60)


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
    fresh_days: int
    newest_file_on: date | None
    default_scenario: int | None
    rules: tuple[Row, ...]
    volume_alert: bool

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
    live_message: int | None = None
    live_state: str = ""


class CaseLoader:
    """Loads cases of the present organisation, keeping what many accounts share."""

    def __init__(self, organisation_id: int, now: datetime) -> None:
        self.organisation_id, self.now = organisation_id, now
        self._creditors: dict[int, CreditorFacts] = {}
        self._versions: dict[int, Scenario] = {}
        self._current: dict[int, int] | None = None
        self._calendars: dict[Row, Calendar] = {}

    def load(self, account_ids: Sequence[int], *, in_flight: bool = True) -> list[Case]:
        """Return the cases of `account_ids`, in their order.

        With `in_flight` false a message on its way is overlooked: the last look before it
        leaves must not see itself.
        """
        ids = list(account_ids)
        rows = self._rows(_ACCOUNTS, ids)
        facts = _Gathered(self, rows, ids, in_flight=in_flight)
        cases = {row[0]: facts.case(row) for row in rows}
        return [cases[i] for i in ids if i in cases]

    def one(self, account_id: int, *, in_flight: bool = True) -> Case:
        """Return the case of one account."""
        return self.load([account_id], in_flight=in_flight)[0]

    def creditor(self, creditor_id: int) -> CreditorFacts:
        """Return the facts of a creditor."""
        if creditor_id not in self._creditors:
            row = self._rows(_CREDITOR, creditor_id)[0]
            rules = self._rows(_RULES, creditor_id)
            self._creditors[creditor_id] = _creditor(row, tuple(rules))
        return self._creditors[creditor_id]

    def version(self, version_id: int) -> Scenario:
        """Return what a scenario version says."""
        if version_id not in self._versions:
            row = self._rows("SELECT definition FROM cases_scenarioversion"
                             " WHERE organisation_id = %s AND id = %s", version_id)[0]
            definition = row[0] if isinstance(row[0], Mapping) else _json(row[0])
            self._versions[version_id] = from_mapping(definition)
        return self._versions[version_id]

    def current_version(self, scenario_id: int | None) -> int | None:
        """Return the newest published version of a scenario."""
        if self._current is None:
            self._current = {row[0]: row[1] for row in self._rows(_CURRENT_VERSIONS)}
        return None if scenario_id is None else self._current.get(scenario_id)

    def calendar(self, creditor: CreditorFacts, country: str, region: str) -> Calendar:
        """Return the days on which `creditor` writes to a debtor in `country` and `region`."""
        year = self.now.year
        key = (creditor.id, country, region)
        if key not in self._calendars:
            places = ((creditor.country, creditor.region or None), (country, region or None))
            self._calendars[key] = Calendar(
                every_day=creditor.works_every_day,
                holidays=holidays_of(places, range(year - 2, year + 3)),
                quiet=tuple(_quiet(creditor.quiet, range(year - 2, year + 3))),
            )
        return self._calendars[key]

    def _rows(self, sql: str, *params: Any) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.organisation_id, *params])
            return list(cursor.fetchall())


def _json(text: str) -> Any:
    import json

    return json.loads(text)


class _Gathered:
    """All rows of a batch of accounts, sorted by account or term."""

    def __init__(
        self, loader: CaseLoader, rows: list[Row], ids: list[int], *, in_flight: bool
    ) -> None:
        self.loader, self.in_flight = loader, in_flight
        days = [loader.creditor(row[1]).day(loader.now) for row in rows] or [loader.now.date()]
        since, debtors = min(days), list({row[2] for row in rows})
        get = loader._rows
        self.terms = _by(get(_TERMS, ids, since - _SETTLED_WITHIN))
        self.claims = _by(get(_CLAIMS, ids))
        self.rounds = {row[0]: row for row in get(_ROUNDS, ids)}
        self.credits = _by(get(_PAYMENTS, ids) + get(_CREDIT_NOTES, ids) + get(_REFUNDS, ids))
        self.promises = {row[0]: row for row in get(_PROMISES, ids)}
        self.disputes = {row[0]: row[1] for row in get(_DISPUTES, ids)}
        self.holds = _by(get(_HOLDS, ids))
        self.contacts = _by(get(_CONTACTS, debtors, since - _CONTACTS_WITHIN))
        self.contacts_by_hand = _by(get(_BY_HAND, debtors, since - _CONTACTS_WITHIN))
        self.reach = _by(get(_REACH, debtors))
        self.live = {row[0]: (row[1], row[2]) for row in get(_LIVE_MESSAGES, ids)}

    def case(self, row: Row) -> Case:
        (account_id, creditor_id, debtor_id, external_id, look_at, chosen, name, kind, profile,
         language, country, region, timezone, habit_days, away_until, insolvent_on,
         stopped, witness) = row  # fmt: skip
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
            channels=channels_of(Reach(*r[1:]) for r in self.reach[debtor_id]),
            habit_days=habit_days,
            credits=tuple(Credit(c[1], c[2], c[3], c[4]) for c in self.credits[account_id]),
            contacts=self._contacts(debtor_id, creditor.zone, live[0]),
            away_until=away_until,
            insolvent_on=insolvent_on,
            stopped=stopped or None,
            stale=stale(creditor, calendar, today),
            list_accepted=creditor.list_accepted,
            in_flight=live[1] if flying else "",
        )
        return Case(
            account_id=account_id, debtor_id=debtor_id, external_id=external_id, name=name,
            language=language, country=country,
            zone=ZoneInfo(timezone) if timezone else creditor.zone, creditor=creditor,
            snapshot=snapshot,
            scenario=None if version is None else self.loader.version(version),
            version_id=version, calendar=calendar, today=today, look_at=look_at,
            witness=witness,
            live_message=live[0], live_state=live[1],
        )  # fmt: skip

    def _contacts(
        self, debtor_id: int, zone: ZoneInfo, own_message: int | None
    ) -> tuple[Contacted, ...]:
        sent = [
            Contacted(row[1].astimezone(zone).date())
            for row in self.contacts[debtor_id]
            if row[2] != own_message
        ]
        by_hand = [Contacted(row[1], by_hand=True) for row in self.contacts_by_hand[debtor_id]]
        return tuple(sent + by_hand)

    def _term(self, row: Row, account_id: int, version: int | None) -> TermFacts:
        (_, term_id, invoice_id, number, issued_on, due_on, still_open, amount, currency, known_on,
         paid_by, factored, written_off_on, settled_on, scenario_id) = row  # fmt: skip
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
            promise=self._promise(term_id), held=hold is not None,
            held_until=hold[2] if hold else None, direct_debit=paid_by == "direct_debit",
            factored=factored, written_off=written_off_on is not None, paid_on=settled_on,
            thanked=thanked,
        )  # fmt: skip

    def _done(self, term_id: int, present_round: int) -> tuple[tuple[StepDone, ...], bool]:
        """Return the steps done, those of earlier rounds too: a reopened term resumes after them."""
        done = []
        thanked = False
        for _, round_number, step, repetition, on in self.claims[term_id]:
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
        fitting = [h for h in self.holds[account_id] if h[1] in (None, invoice_id)]
        return max(fitting, key=lambda h: h[2] or date.max, default=None)


def _by(rows: Iterable[Row]) -> defaultdict[Any, list[Row]]:
    grouped: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row[0]].append(row)
    return grouped


def _creditor(row: Row, rules: tuple[Row, ...]) -> CreditorFacts:
    (identity, key, country, region, timezone, contact_gap, per_30, tolerance, grace, ask_above,
     formal_alone, every_day, opens, closes, quiet, accepted_at, fresh_days, default_scenario,
     newest, volume_alert) = row  # fmt: skip
    zone = ZoneInfo(timezone)
    return CreditorFacts(
        id=identity, key=key, country=country, region=region, zone=zone,
        policy=Policy(
            contact_gap=contact_gap, contacts_per_30_days=per_30, tolerance=tolerance,
            promise_grace=grace, ask_above=ask_above, formal_notice_leaves_alone=formal_alone,
        ),
        window=SendingWindow(opens, closes if closes > opens else time.max),
        works_every_day=every_day,
        quiet=tuple((str(a), str(b)) for a, b in (_json(quiet) if isinstance(quiet, str) else quiet)),
        list_accepted=accepted_at is not None, fresh_days=fresh_days,
        newest_file_on=newest.astimezone(zone).date() if newest else None,
        default_scenario=default_scenario, rules=rules, volume_alert=volume_alert,
    )  # fmt: skip


def _quiet(periods: Iterable[tuple[str, str]], years: range) -> Iterable[tuple[date, date]]:
    for first, last in periods:
        for year in years:
            start, end = (date.fromisoformat(f"{year}-{day}") for day in (first, last))
            yield start, end if end >= start else end.replace(year=year + 1)


def _ruled(
    creditor: CreditorFacts, kind: str, profile: str, country: str, balance: Decimal
) -> int | None:
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


def stale(creditor: CreditorFacts, calendar: Calendar, today: date) -> bool:
    """Tell whether the newest file is older than the creditor allows (rule 3)."""
    newest = creditor.newest_file_on
    if newest is None or newest >= today:
        return False
    working = Calendar(holidays=calendar.holidays)
    return working.add_working_days(newest, creditor.fresh_days) < today


_ACCOUNTS = """
SELECT a.id, a.creditor_id, a.debtor_id, a.external_id, a.look_at, a.scenario_id, d.name, d.kind,
  d.profile, d.language, d.country, d.region, d.timezone, d.habit_days, d.away_until,
  d.insolvent_on, d.stopped, a.xmin::text
FROM accounts_account a JOIN accounts_debtor d ON d.id = a.debtor_id
WHERE a.organisation_id = %s AND a.id = ANY(%s) ORDER BY a.id
"""
_CREDITOR = """
SELECT c.id, c.key, c.country, c.region, c.timezone, c.contact_gap, c.contacts_per_30_days,
  c.tolerance, c.promise_grace, c.ask_above, c.formal_notice_leaves_alone, c.works_every_day,
  c.window_opens, c.window_closes, c.quiet_periods, c.list_accepted_at, c.fresh_days,
  c.default_scenario_id,
  (SELECT max(f.received_at) FROM ledger_sourcefile f
    WHERE f.organisation_id = c.organisation_id AND f.creditor_id = c.id AND f.kind <> 'contacts'),
  EXISTS (SELECT 1 FROM cases_task t WHERE t.organisation_id = c.organisation_id
    AND t.creditor_id = c.id AND t.account_id IS NULL AND t.kind = 'volume' AND t.closed_at IS NULL)
FROM accounts_creditor c WHERE c.organisation_id = %s AND c.id = %s
"""
_RULES = """
SELECT scenario_id, kind, profile, country, balance_from FROM cases_scenariorule
WHERE organisation_id = %s AND creditor_id = %s ORDER BY position
"""
_CURRENT_VERSIONS = """
SELECT DISTINCT ON (scenario_id) scenario_id, id FROM cases_scenarioversion
WHERE organisation_id = %s AND published_at IS NOT NULL ORDER BY scenario_id, number DESC
"""
_TERMS = """
SELECT t.account_id, t.id, t.invoice_id, i.number, i.issued_on, t.due_on, t.amount - t.allocated,
  t.amount, t.currency, i.known_on, i.paid_by, i.factored, t.written_off_on, t.settled_on,
  i.scenario_id
FROM ledger_term t JOIN ledger_invoice i ON i.id = t.invoice_id
WHERE t.organisation_id = %s AND t.account_id = ANY(%s)
  AND i.kind NOT IN ('refund', 'adjustment', 'retention') AND (t.allocated < t.amount OR t.settled_on >= %s)
ORDER BY t.account_id, t.due_on, t.id
"""
_CLAIMS = """
SELECT term_id, round, step, repetition, "on" FROM cases_stepclaim
WHERE organisation_id = %s AND account_id = ANY(%s) AND state <> 'planned'
ORDER BY term_id, "on", id
"""
_ROUNDS = """
SELECT r.term_id, r.number, r.resumed_on, r.version_id
FROM cases_round r JOIN ledger_term t ON t.id = r.term_id
WHERE r.organisation_id = %s AND t.account_id = ANY(%s) ORDER BY r.term_id, r.number
"""
_PAYMENTS = """
SELECT account_id, amount - allocated, currency, received_on, reference || ' ' || label
FROM ledger_payment
WHERE organisation_id = %s AND account_id = ANY(%s) AND allocated < amount AND returned_on IS NULL
ORDER BY received_on, id
"""
_CREDIT_NOTES = """
SELECT account_id, amount - allocated, currency, issued_on, number || ' ' || label
FROM ledger_creditnote
WHERE organisation_id = %s AND account_id = ANY(%s) AND allocated < amount AND cancelled_on IS NULL
ORDER BY issued_on, id
"""
# Money given back takes from what is unmatched; it is never reminded by itself.
_REFUNDS = """
SELECT t.account_id, t.allocated - t.amount, t.currency, t.due_on, ''
FROM ledger_term t JOIN ledger_invoice i ON i.id = t.invoice_id
WHERE t.organisation_id = %s AND t.account_id = ANY(%s) AND t.allocated < t.amount
  AND i.kind IN ('refund', 'adjustment')
"""
_PROMISES = """
SELECT DISTINCT ON (pt.term_id) pt.term_id, p.until, p.made_on, p.amount,
  (SELECT coalesce(sum(a.amount), 0) FROM ledger_allocation a
    WHERE a.organisation_id = p.organisation_id AND a.account_id = p.account_id
      AND a.effective_on >= p.made_on AND a.undone_on IS NULL AND a.payment_id IS NOT NULL
      AND a.term_id IN (SELECT o.term_id FROM cases_promisedterm o WHERE o.promise_id = p.id))
FROM cases_promisedterm pt JOIN cases_promise p ON p.id = pt.promise_id
WHERE p.organisation_id = %s AND p.account_id = ANY(%s) AND p.cancelled_at IS NULL
ORDER BY pt.term_id, p.recorded_at DESC
"""
_DISPUTES = """
SELECT invoice_id, amount FROM cases_dispute
WHERE organisation_id = %s AND account_id = ANY(%s) AND resolved_on IS NULL
"""
_HOLDS = """
SELECT account_id, invoice_id, until FROM cases_hold
WHERE organisation_id = %s AND account_id = ANY(%s) AND released_at IS NULL
"""
# A claim counts as a contact once its attempt has begun: from then on it may have arrived.
_CONTACTS = """
SELECT debtor_id, coalesce(sent_at, claimed_at), id FROM outbox_message
WHERE organisation_id = %s AND debtor_id = ANY(%s) AND coalesce(sent_at, claimed_at) >= %s
  AND (state IN ('handed_over', 'sent') OR state = 'sending' AND EXISTS (
    SELECT 1 FROM outbox_delivery d WHERE d.organisation_id = outbox_message.organisation_id
      AND d.message_id = outbox_message.id AND d.attempt = outbox_message.attempts))
"""
_BY_HAND = """
SELECT debtor_id, "on" FROM cases_manualcontact
WHERE organisation_id = %s AND debtor_id = ANY(%s) AND "on" >= %s
"""
_REACH = """
SELECT debtor_id, CASE WHEN email_bounced_on IS NULL THEN email ELSE '' END,
  CASE WHEN phone_wrong_on IS NULL THEN phone ELSE '' END,
  CASE WHEN letter_returned_on IS NULL THEN address ELSE '' END, postcode, city, country
FROM accounts_contact WHERE organisation_id = %s AND debtor_id = ANY(%s)
"""
_LIVE_MESSAGES = """
SELECT account_id, id, state FROM outbox_message
WHERE organisation_id = %s AND account_id = ANY(%s)
  AND state IN ('planned', 'to_approve', 'ready', 'sending', 'handed_over', 'failed')
"""
