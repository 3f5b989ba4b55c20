"""What each verb of a story changes in its world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from acquit.core.scenario import word
from acquit.core.snapshot import ZERO, Contacted, Receipt, Status
from acquit.core.stories.event import Event
from acquit.core.stories.reading import amount_of, day_of
from acquit.core.stories.term import Word
from acquit.core.stories.world import World, by_age

Told = Mapping[str, Any]
Change = Callable[[World, Told, date], None]

_CHANGES: dict[str, Change] = {}


def happen(world: World, event: Event, today: date) -> None:
    """Apply one event of `today` to `world`."""
    _CHANGES[event.verb](world, event.told, today)


def _verb(name: str) -> Callable[[Change], Change]:
    def told(change: Change) -> Change:
        _CHANGES[name] = change
        return change

    return told


@_verb("pays")
def _pays(world: World, told: Told, today: date) -> None:
    said = told.get("amount")
    if said is not None and world.numbers(said) and "invoice" not in told:
        told, said = {"invoice": said}, None
    terms = world.named(told)
    if terms is None:
        world.keep(told, amount_of(said), world.currency(told), today, note=False)
        return
    rest = sum((t.open for t in terms), ZERO) if said is None else amount_of(said)
    for term in terms:
        rest = term.pay(rest, today)
    world.keep(told, rest, terms[0].currency, today, note=False)


@_verb("credits")
def _credits(world: World, told: Told, today: date) -> None:
    rest, terms = amount_of(told.get("amount")), world.named(told) or []
    for term in terms:
        rest = term.credit(rest)
    currency = terms[0].currency if terms else world.currency(told)
    world.keep(told, rest, currency, today, note=True)


@_verb("matches")
def _matches(world: World, told: Told, today: date) -> None:
    wanted = amount_of(told["amount"]) if "amount" in told else None
    terms = world.named(told) or sorted(world.terms, key=by_age)
    for loose in world.loose:
        part = loose.amount if wanted is None else min(loose.amount, wanted)
        rest = part
        for term in terms:
            if term.currency == loose.currency and term.known <= today:
                rest = term.credit(rest) if loose.note else term.pay(rest, loose.on)
        loose.amount -= part - rest
        wanted = None if wanted is None else wanted - (part - rest)
    world.loose = [loose for loose in world.loose if loose.amount > 0]


@_verb("bank line")
def _bank_line(world: World, told: Told, today: date) -> None:
    terms = world.named(told) or []
    until = day_of(told["weak"]) if told.get("weak") else None
    world.receipts.append(Receipt(
        amount_of(told.get("amount")), terms[0].currency if terms else world.currency(told), today,
        frozenset(term.key for term in terms), on_account=not terms and until is None, until=until,
    ))  # fmt: skip


@_verb("bank lines sorted out")
def _bank_lines_sorted_out(world: World, _told: Told, _today: date) -> None:
    world.receipts.clear()


@_verb("returns")
def _returns(world: World, told: Told, today: date) -> None:
    terms = world.named_by(told)
    for term in [t for t in terms if t.paid or t.direct_debit] or terms:
        term.reopen(today)


@_verb("promises")
def _promises(world: World, told: Told, today: date) -> None:
    until = day_of(told.get("until"))
    amount = amount_of(told["amount"]) if told.get("amount") is not None else None
    terms = world.named(told)
    if terms is None:
        owed = [t for t in world.terms if t.open > 0 and t.known <= today]
        terms = [t for t in owed if t.due < today] or [t for t in owed if t.due <= until]
    promise = Word(until, today, amount)
    for term in terms:
        term.promise = promise


@_verb("disputes")
def _disputes(world: World, told: Told, _today: date) -> None:
    terms = world.named_by(told)
    if told.get("amount") is None:
        for term in terms:
            term.disputed = term.amount
        return
    rest = amount_of(told["amount"])
    for term in terms:
        term.disputed = min(rest, max(term.open, ZERO))
        rest -= term.disputed


@_verb("resolves")
def _resolves(world: World, told: Told, today: date) -> None:
    for term in world.named_by(told):
        term.disputed, term.resolved_on = None, today


@_verb("holds")
def _holds(world: World, told: Told, _today: date) -> None:
    until = day_of(told["until"]) if told.get("until") else None
    named = world.named(told)
    if named is None:
        world.holds.append(until)
    for term in named or ():
        term.holds.append(until)


@_verb("releases")
def _releases(world: World, told: Told, _today: date) -> None:
    named = world.named(told)
    if named is None:
        world.holds.clear()
    for term in world.terms if named is None else named:
        term.holds.clear()


@_verb("replies")
def _replies(world: World, _told: Told, _today: date) -> None:
    world.unread = True


@_verb("read")
def _read(world: World, _told: Told, _today: date) -> None:
    world.unread = False


@_verb("auto-replies")
def _auto_replies(world: World, told: Told, _today: date) -> None:
    if told.get("until"):
        world.away_until = day_of(told["until"])


@_verb("bounces")
def _bounces(world: World, told: Told, _today: date) -> None:
    world.channels.discard(word(told.get("channel")))


@_verb("contacted")
def _contacted(world: World, _told: Told, today: date) -> None:
    world.contacts.append(Contacted(today, by_hand=True))


@_verb("becomes insolvent")
def _becomes_insolvent(world: World, told: Told, today: date) -> None:
    world.insolvent_on = day_of(told.get("judgment") or today)


@_verb("handed to agency")
def _handed_to_agency(world: World, _told: Told, _today: date) -> None:
    world.stopped = "agency"


@_verb("is erased")
def _is_erased(world: World, _told: Told, _today: date) -> None:
    world.stopped = "erased"


@_verb("writes off")
def _writes_off(world: World, told: Told, _today: date) -> None:
    for term in world.named_by(told):
        term.written_off = True


@_verb("agrees instalments")
def _agrees_instalments(world: World, told: Told, _today: date) -> None:
    for term in world.named_by(told):
        term.instalment_plan = True


@_verb("breaks instalments")
def _breaks_instalments(world: World, told: Told, _today: date) -> None:
    for term in world.named_by(told):
        term.instalment_plan = False


@_verb("status")
def _status(world: World, told: Told, today: date) -> None:
    sums = {name: amount_of(told[name]) for name in ("approved", "unseen") if told.get(name) is not None}
    code = amount_of(told.get("code"))
    for term in world.named_by(told):
        term.statuses.append(Status(int(code), today, **sums))


@_verb("nobody answers")
def _nobody_answers(world: World, told: Told, _today: date) -> None:
    world.unanswered.add(word(told.get("step")))


@_verb("bank change")
def _bank_change(world: World, _told: Told, _today: date) -> None:
    world.bank_change = True


@_verb("bank change confirmed")
def _bank_change_confirmed(world: World, _told: Told, _today: date) -> None:
    world.bank_change = False


@_verb("feeds stop")
def _feeds_stop(world: World, _told: Told, today: date) -> None:
    world.feeds_stopped_on = today


@_verb("feeds resume")
def _feeds_resume(world: World, _told: Told, _today: date) -> None:
    world.feeds_stopped_on = None


@_verb("mailbox cannot be read")
def _mailbox_cannot_be_read(world: World, _told: Told, today: date) -> None:
    world.mailbox_stopped_on = today


@_verb("mailbox is read")
@_verb("goes on without the mailbox")
def _mailbox_is_read(world: World, _told: Told, _today: date) -> None:
    world.mailbox_stopped_on = None


@_verb("first list waits")
def _first_list_waits(world: World, _told: Told, _today: date) -> None:
    world.list_accepted = False


@_verb("first list accepted")
def _first_list_accepted(world: World, _told: Told, _today: date) -> None:
    world.list_accepted = True


@_verb("volume waits")
def _volume_waits(world: World, _told: Told, _today: date) -> None:
    world.volume_confirmed = False


@_verb("volume confirmed")
def _volume_confirmed(world: World, _told: Told, _today: date) -> None:
    world.volume_confirmed = True


@_verb("scenario becomes")
def _scenario_becomes(world: World, told: Told, _today: date) -> None:
    world.scenario = told["scenario"]
