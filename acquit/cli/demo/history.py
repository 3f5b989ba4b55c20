"""The last weeks of the demo company, lived day by day through the same flows as any other."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import F

from acquit.channels.phone import CallOutcome
from acquit.cli.demo.bank import statement
from acquit.cli.demo.company import Company
from acquit.flows.cases.dispute_invoice import dispute_invoice
from acquit.flows.cases.record_call import record_call
from acquit.flows.cases.record_promise import record_promise
from acquit.flows.ledger.allocate_payment import allocate_payment
from acquit.flows.ledger.change_feed import change_feed
from acquit.flows.ledger.import_file import import_file
from acquit.flows.material.carriage import Carriage
from acquit.flows.outbox.accept_list import accept_list
from acquit.flows.outbox.approve_message import approve_messages
from acquit.flows.outbox.confirm_volume import confirm_volume
from acquit.flows.outbox.dispatch_message import Dispatched, dispatch_messages
from acquit.flows.outbox.plan_day import DayPlan, plan_day
from acquit.flows.outbox.print_letters import close_batch, open_batch
from acquit.store.accounts.models import Membership
from acquit.store.cases.models import Task
from acquit.store.ledger.models import Feed, Payment, Term
from acquit.store.outbox.models import PAPER, Message

ZONE = ZoneInfo("Europe/Paris")
#: How many days of reminders the demo has behind it.
DAYS_BEHIND = 56
#: The last days whose approvals, letters and calls are left for the visitor.
_LEFT_OPEN = 2
#: How far back each morning's export reaches.
_EXPORTED = timedelta(days=10)


@dataclass(slots=True)
class Lived:
    """What the demo's last day did, and the totals of its history."""

    plan: DayPlan = field(default_factory=DayPlan)
    sent: Dispatched = field(default_factory=Dispatched)
    history: Counter[str] = field(default_factory=Counter)


def live(
    company: Company,
    *,
    organisation_id: int,
    creditor_id: int,
    sessions: Carriage,
    progress: Callable[[date], None],
) -> Lived:
    """Live the company's last weeks: files come in, the day is run, people do their part."""
    chance = random.Random(company.seed + 1)  # noqa: S311  a demo wants to be repeatable
    lived = Lived()
    # The visitor is who did what people did, so that the activity of collectors is his.
    visitor = Membership.objects.get(organisation_id=organisation_id).user_id
    first = company.today - timedelta(days=DAYS_BEHIND)
    day = first
    while day <= company.today:
        if day.weekday() < 5:
            now = datetime.combine(day, time(9, 30), tzinfo=ZONE).astimezone(UTC)
            since = date.min if day == first else day - _EXPORTED
            _files(company, (organisation_id, creditor_id), since, day, now)
            if day == first:
                _exports_reach_their_day(organisation_id, now)
                accept_list(organisation_id=organisation_id, creditor_id=creditor_id, now=now)
            lived.plan = plan_day(organisation_id=organisation_id, now=now)
            if (company.today - day).days > _LEFT_OPEN:
                _people(organisation_id, day, now, chance, visitor)
            lived.sent = dispatch_messages(
                organisation_id=organisation_id, now=now, worker="demo", sessions=sessions
            )
            lived.history.update(f"{channel} {word}" for channel, word in lived.sent.messages.elements())
            progress(day)
        day += timedelta(days=1)
    return lived


def _files(company: Company, owner: tuple[int, int], since: date, day: date, now: datetime) -> None:
    """Import what the accountant exported that morning; contacts only once."""
    files = [
        ("factures", company.invoices_csv(since, day)),
        ("reglements", company.payments_csv(since, day)),
    ]
    if since == date.min:
        files.append(("contacts", company.contacts_csv()))
    named = [(f"{name}-{day}.csv", content) for name, content in files]
    if day == company.today:
        named.append((f"releve-{day}.xml", statement(company)))
    for name, content in named:
        if content is not None:
            import_file(organisation_id=owner[0], creditor_id=owner[1], name=name, content=content, now=now)


def _exports_reach_their_day(organisation_id: int, now: datetime) -> None:
    """Say of each source that a morning without payments is a quiet one and no old export."""
    for feed in Feed.objects.filter(organisation_id=organisation_id).order_by("id"):
        change_feed(
            organisation_id=organisation_id, feed_id=feed.id, fresh_days=None, by_arrival=True, holds=True,
            now=now,
        )  # fmt: skip


def _people(organisation_id: int, day: date, now: datetime, chance: random.Random, visitor: int) -> None:
    """Match, approve, post the letters, make the calls: what the demo's people did on past days."""
    _match(organisation_id, day, now)
    unusual = Task.objects.filter(organisation_id=organisation_id, kind="volume", closed_at=None)
    for creditor_id in list(unusual.values_list("creditor_id", flat=True)):
        confirm_volume(organisation_id=organisation_id, creditor_id=creditor_id, today=day, now=now)
    waiting = Message.objects.filter(organisation_id=organisation_id)
    approved = list(waiting.filter(state="to_approve").values_list("id", flat=True))
    approve_messages(organisation_id=organisation_id, message_ids=approved, now=now, by=visitor)
    _post(organisation_id, day, now)
    for call in waiting.filter(state="handed_over", channel="phone").order_by("id"):
        _call(call, day, now, chance, visitor)


def _post(organisation_id: int, day: date, now: datetime) -> None:
    """Print the letters as one batch a creditor, and take them to the post office."""
    paper = Message.objects.filter(
        organisation_id=organisation_id, state="handed_over", channel__in=PAPER
    ).order_by("id")  # fmt: skip
    ours: dict[int, list[int]] = {}
    for creditor_id, message_id in paper.values_list("creditor_id", "id"):
        ours.setdefault(creditor_id, []).append(message_id)
    for creditor_id, letters in ours.items():
        batch = open_batch(
            organisation_id=organisation_id, creditor_id=creditor_id, message_ids=letters, today=day, now=now,
            by=None,
        )  # fmt: skip
        close_batch(
            organisation_id=organisation_id, batch_id=batch.batch_id, now=now, by=None,
            numbers={message_id: f"1A 000 {message_id:07}" for message_id in letters},
        )  # fmt: skip


def _match(organisation_id: int, day: date, now: datetime) -> None:
    """Tie the receipts that nobody named to the oldest invoices, two days after they came."""
    receipts = Payment.objects.filter(
        organisation_id=organisation_id, allocated__lt=F("amount"), received_on__lt=day - timedelta(days=2)
    )
    for payment in receipts.order_by("received_on", "id"):
        terms = Term.objects.filter(
            organisation_id=organisation_id, account_id=payment.account_id, currency=payment.currency,
            allocated__lt=F("amount"), due_on__lte=day,
        )  # fmt: skip
        term_ids = list(terms.order_by("due_on").values_list("id", flat=True))
        if term_ids:
            allocate_payment(
                organisation_id=organisation_id, payment_id=payment.id, term_ids=term_ids, now=now
            )


def _call(call: Message, day: date, now: datetime, chance: random.Random, visitor: int) -> None:
    said = chance.random()
    org = call.organisation_id
    owed = Term.objects.filter(organisation_id=org, id__in=call.listed, allocated__lt=F("amount"))
    if said < 0.4 and owed.exists():
        outcome = CallOutcome.PROMISE
        record_promise(
            organisation_id=org, account_id=call.account_id, until=day + timedelta(days=7), today=day,
            now=now, note="Promis au téléphone", by=visitor,
        )  # fmt: skip
    elif said < 0.55 and owed.exists():
        outcome = CallOutcome.DISPUTE
        _contest(call, day, now)
    else:
        outcome = chance.choice((CallOutcome.MESSAGE_LEFT, CallOutcome.MESSAGE_LEFT, CallOutcome.NO_ANSWER))
    record_call(organisation_id=org, message_id=call.id, outcome=outcome, now=now, by=visitor)


def _contest(call: Message, day: date, now: datetime) -> None:
    term = (
        Term.objects.filter(organisation_id=call.organisation_id, id__in=call.listed)
        .exclude(invoice__disputes__resolved_on=None, invoice__disputes__isnull=False)
        .order_by("due_on")
        .first()
    )
    if term is not None:
        dispute_invoice(
            organisation_id=call.organisation_id, invoice_id=term.invoice_id, opened_on=day, now=now,
            amount=(term.amount / 4).quantize(Decimal("0.01")), category="quantity",
            note="Il manque des pièces à la livraison",
        )  # fmt: skip
