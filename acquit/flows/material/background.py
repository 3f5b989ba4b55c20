"""What messages say beside their cases, read for many at once: money received, what was said before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count

from acquit.core.decision import Act
from acquit.flows.material.own_templates import OwnTemplates, own_templates
from acquit.store.accounts.models import Account, Creditor
from acquit.store.charges import Settled, settled_of
from acquit.store.ledger.models import Allocation, Invoice, Term
from acquit.store.outbox.models import Identity, Message


class Sent(NamedTuple):
    """An earlier message of the account that left."""

    at: datetime
    stage: str
    channel: str
    message_id: str
    reference: str


class Document(NamedTuple):
    """An invoice as its PDF."""

    number: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Matched:
    """What was matched to terms: (day, amount, is a credit note), in the order of the days."""

    receipts: Mapping[Any, Sequence[tuple[date, Decimal, bool]]] = field(default_factory=dict)

    def credited(self, term: Any) -> Decimal:
        """Return what credit notes took off a term."""
        return sum((amount for _, amount, note in self.receipts.get(term, ()) if note), Decimal(0))

    def paid(self, term: Any) -> list[tuple[date, Decimal]]:
        """Return the payments of a term."""
        return [(on, amount) for on, amount, note in self.receipts.get(term, ()) if not note]


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What one message may say beside the facts of its case.

    `instalments` says which instalment a term is («2/3») where its invoice has several;
    `sent` is in the order of leaving.
    """

    creditor: Creditor
    identity: Identity | None
    siren: str
    matched: Matched
    instalments: Mapping[Any, str]
    sent: tuple[Sent, ...]
    documents: tuple[Document, ...]
    templates: OwnTemplates = field(default_factory=OwnTemplates)
    owner_email: str = ""
    settled: Settled = field(default_factory=Settled)


def background_of(message: Message, act: Act) -> Background:
    """Return the background of one message that does what `act` asks for."""
    return backgrounds_of(message.organisation_id, [(message, act)])[message.id]


def backgrounds_of(organisation_id: int, wanted: Iterable[tuple[Message, Act]]) -> dict[int, Background]:
    """Return the background of each message, by its id, for the terms that its act lists."""
    listed = [(message, act.listed) for message, act in wanted]
    mine = {"organisation_id": organisation_id}
    terms = {term for _, ids in listed for term in ids}
    creditors = Creditor.objects.filter(**mine).in_bulk({m.creditor_id for m, _ in listed})
    identities = {
        (one.creditor_id, one.stage): one
        for one in Identity.objects.filter(**mine, creditor_id__in=creditors.keys())
    }
    accounts = Account.objects.filter(**mine, id__in={m.account_id for m, _ in listed})
    people = accounts.values_list("id", "debtor__siren", "owner__email")
    known = {account: (siren, owner or "") for account, siren, owner in people}
    matched = _matched(organisation_id, terms)
    instalments = _instalments(organisation_id, terms)
    sent = _sent(organisation_id, {m.account_id for m, _ in listed})
    documents = _documents(organisation_id, terms)
    settled = settled_of(organisation_id, terms)
    templates = own_templates(organisation_id)
    return {
        message.id: Background(
            creditor=creditors[message.creditor_id],
            identity=identities.get((message.creditor_id, message.stage))
            or identities.get((message.creditor_id, "")),
            siren=known[message.account_id][0],
            matched=matched,
            instalments=instalments,
            sent=tuple(sent[message.account_id]),
            settled=settled,
            documents=tuple(dict.fromkeys(d for t in ids for d in documents[t])),
            templates=templates,
            owner_email=known[message.account_id][1],
        )
        for message, ids in listed
    }


def _matched(organisation_id: int, terms: Iterable[Any]) -> Matched:
    rows = Allocation.objects.filter(organisation_id=organisation_id, term_id__in=list(terms), undone_on=None)
    receipts: dict[Any, list[tuple[date, Decimal, bool]]] = defaultdict(list)
    in_order = rows.order_by("effective_on", "id")
    for term, payment, amount, on in in_order.values_list("term_id", "payment_id", "amount", "effective_on"):
        receipts[term].append((on, amount, payment is None))
    return Matched(receipts)


def _instalments(organisation_id: int, terms: Iterable[Any]) -> dict[Any, str]:
    mine = Term.objects.filter(organisation_id=organisation_id, id__in=list(terms))
    counted = mine.annotate(terms=Count("invoice__terms")).filter(terms__gt=1)
    return {
        term: f"{position}/{count}"
        for term, position, count in counted.values_list("id", "position", "terms")
    }


def _sent(organisation_id: int, accounts: Iterable[int]) -> defaultdict[int, list[Sent]]:
    sent: defaultdict[int, list[Sent]] = defaultdict(list)
    rows = Message.objects.filter(
        organisation_id=organisation_id, account_id__in=list(accounts), state="sent"
    ).order_by("sent_at", "id")
    asked = ("account_id", "sent_at", "stage", "channel", "message_id", "planned_on", "id")
    for account, at, stage, channel, message_id, planned_on, key in rows.values_list(*asked):
        if at is not None:
            reference = reference_of(stage, planned_on, key)
            sent[account].append(Sent(at, stage, channel, message_id, reference))
    return sent


def reference_of(stage: str, planned_on: date, key: int | None) -> str:
    """Return our own number of a message: « MED-2026-000031 » for a formal notice, else « REL-… »."""
    initials = "MED" if stage == "formal notice" else "REL"
    return f"{initials}-{planned_on.year}-{key or 0:06d}"


def _documents(organisation_id: int, terms: Iterable[Any]) -> defaultdict[Any, list[Document]]:
    found: defaultdict[Any, list[Document]] = defaultdict(list)
    rows = Invoice.objects.filter(
        organisation_id=organisation_id, terms__id__in=list(terms), document__isnull=False
    ).order_by("number")
    for term, number, content in rows.values_list("terms__id", "number", "document"):
        if content:
            found[term].append(Document(number, bytes(content)))
    return found
