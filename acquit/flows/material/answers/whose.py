"""Whose an answer is: by our token, by what it answers, by its sender; else only who it may be.

A sender's address proves nothing: all that follows from a tie is that the debtor is left alone and that
a person reads it on his page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import phonenumbers
from django.db import connection

from acquit.channels.email.answer.amount import numbers_in
from acquit.channels.email.answer.inbound import Inbound
from acquit.store.accounts.models import Account
from acquit.store.outbox.models import Carrier, Delivery, Message

#: Mailboxes that anybody can have: their domain says nothing of whose they are.
PUBLIC_DOMAINS = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr",
    "hotmail.co.uk", "live.com", "live.fr", "msn.com", "yahoo.com", "yahoo.fr", "yahoo.co.uk",
    "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.com", "gmx.de", "gmx.fr",
    "gmx.net", "web.de", "t-online.de", "freenet.de", "proton.me", "protonmail.com", "pm.me",
    "orange.fr", "wanadoo.fr", "free.fr", "aliceadsl.fr", "sfr.fr", "neuf.fr", "cegetel.net",
    "bbox.fr", "laposte.net", "numericable.fr", "club-internet.fr", "skynet.be", "telenet.be",
    "proximus.be", "bluewin.ch", "hispeed.ch", "libero.it", "tin.it", "virgilio.it", "alice.it",
    "telefonica.net", "ziggo.nl", "kpnmail.nl", "btinternet.com", "sky.com", "zoho.com", "mail.com",
    "fastmail.com", "tutanota.com",
})  # fmt: skip
_MOST_CANDIDATES = 8

_BY_ADDRESS = """
SELECT DISTINCT debtor_id FROM accounts_contact
WHERE organisation_id = %s AND email <> '' AND lower(email) = ANY(%s)
ORDER BY debtor_id LIMIT 50
"""
_BY_DOMAIN = """
SELECT DISTINCT debtor_id FROM accounts_contact
WHERE organisation_id = %s AND email <> '' AND split_part(lower(email), '@', 2) = %s
ORDER BY debtor_id LIMIT 2
"""
_BY_INVOICE = """
SELECT DISTINCT a.debtor_id FROM ledger_invoice i JOIN accounts_account a ON a.id = i.account_id
WHERE i.organisation_id = %s AND i.number = ANY(%s) ORDER BY a.debtor_id LIMIT 50
"""
_BY_NUMBER = """
SELECT c.debtor_id, c.id, c.phone, CASE WHEN c.country <> '' THEN c.country ELSE d.country END
FROM accounts_contact c JOIN accounts_debtor d ON d.id = c.debtor_id
WHERE c.organisation_id = %s AND c.phone <> ''
  AND "right"(regexp_replace(c.phone, '\\D', '', 'g'), 9) = "right"(%s, 9)
ORDER BY c.debtor_id, c.id LIMIT 50
"""
_CONTACT = """
SELECT id FROM accounts_contact
WHERE organisation_id = %s AND debtor_id = %s AND email <> '' AND lower(email) = ANY(%s)
ORDER BY email_bounced_on IS NOT NULL, id LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose an answer is, and how that is known (`TIES`); or the debtors that it may be of, with why."""

    tie: str = ""
    message: Message | None = None
    account_id: int | None = None
    debtor_id: int | None = None
    contact_id: int | None = None
    candidates: tuple[tuple[int, str], ...] = ()

    @property
    def debtors(self) -> tuple[int, ...]:
        """The debtors that are left alone until it is read."""
        return (self.debtor_id,) if self.debtor_id else tuple(debtor for debtor, _ in self.candidates)


def whose_mail(
    organisation_id: int,
    inbound: Inbound,
    *,
    message_id: int | None = None,
    creditor_id: int | None = None,
) -> Whose:
    """Return whose a mail is, the surest tie first (F-44, F-48).

    `message_id` is our message that its carrier says it answers.
    """
    senders = tuple(dict.fromkeys(a.address for a in (inbound.sender, *inbound.reply_to) if a.address))
    message = answered(organisation_id, inbound.tokens)
    if message is not None:
        return _of_message(organisation_id, message, "token", senders)
    message = Message.objects.filter(organisation_id=organisation_id, id=message_id or 0).first()
    message = message or _in_the_thread(organisation_id, inbound)
    if message is not None:
        return _of_message(organisation_id, message, "thread", senders)
    found = _of_creditor(organisation_id, _ids(_BY_ADDRESS, organisation_id, list(senders[:1])), creditor_id)
    if len(found) == 1:
        return _tied(organisation_id, found[0], "sender", senders, creditor_id)
    if found:
        return Whose(candidates=tuple((debtor, "shared") for debtor in found[:_MOST_CANDIDATES]))
    return Whose(candidates=tuple(_perhaps(organisation_id, inbound, senders, creditor_id)))


def whose_number(
    organisation_id: int, number: str, *, message_id: int | None = None, creditor_id: int | None = None
) -> Whose:
    """Return whose a short message from `number` is: of the message that it answers, else of its contact."""
    message = Message.objects.filter(organisation_id=organisation_id, id=message_id or 0).first()
    owners = list(_owners(organisation_id, number))
    if message is not None:
        contact = next((c for debtor, c in owners if debtor == message.debtor_id), message.contact_id)
        return Whose(
            tie="thread", message=message, account_id=message.account_id, debtor_id=message.debtor_id,
            contact_id=contact,
        )  # fmt: skip
    debtors = _of_creditor(organisation_id, list(dict.fromkeys(debtor for debtor, _ in owners)), creditor_id)
    if len(debtors) != 1:
        return Whose(candidates=tuple((debtor, "shared") for debtor in debtors[:_MOST_CANDIDATES]))
    return Whose(
        tie="number", debtor_id=debtors[0], account_id=only_account(organisation_id, debtors[0], creditor_id),
        contact_id=next(contact for debtor, contact in owners if debtor == debtors[0]),
    )  # fmt: skip


def answered(organisation_id: int, tokens: Sequence[str]) -> Message | None:
    """Return our message that one of `tokens` was made for, of the surest token first."""
    if not tokens:
        return None
    ours = Message.objects.filter(organisation_id=organisation_id, reply_token__in=list(tokens[:20]))
    known = {message.reply_token: message for message in ours.exclude(reply_token="")}
    return next((known[token] for token in tokens if token in known), None)


def only_account(organisation_id: int, debtor_id: int, creditor_id: int | None) -> int | None:
    """Return the debtor's account where he has only one, with the creditor if that is known."""
    accounts = Account.objects.filter(organisation_id=organisation_id, debtor_id=debtor_id)
    if creditor_id is not None:
        accounts = accounts.filter(creditor_id=creditor_id)
    ids = list(accounts.values_list("id", flat=True)[:2])
    return ids[0] if len(ids) == 1 else None


def _in_the_thread(organisation_id: int, inbound: Inbound) -> Message | None:
    """Return our message that a provider sent under an identity of its own, which the mail answers."""
    said = (one.replace("\x00", "") for one in (inbound.in_reply_to, *reversed(inbound.references)))
    named = [one for one in said if one.isprintable() and one][:20]
    refs = [form for one in named for form in (one, one.strip("<>"), one.strip("<>").partition("@")[0])]
    if not refs:
        return None
    carriers = Carrier.objects.filter(organisation_id=organisation_id, channel="email")
    found = Delivery.objects.filter(
        organisation_id=organisation_id, carrier__in=list(carriers), provider_ref__in=refs
    )
    by_ref = {delivery.provider_ref: delivery.message for delivery in found.select_related("message")[:20]}
    return next((by_ref[ref] for ref in refs if ref in by_ref), None)


def _of_message(organisation_id: int, message: Message, tie: str, senders: Sequence[str]) -> Whose:
    return Whose(
        tie=tie, message=message, account_id=message.account_id, debtor_id=message.debtor_id,
        contact_id=_contact(organisation_id, message.debtor_id, senders),
    )  # fmt: skip


def _tied(
    organisation_id: int, debtor_id: int, tie: str, senders: Sequence[str], creditor_id: int | None
) -> Whose:
    return Whose(
        tie=tie, debtor_id=debtor_id, account_id=only_account(organisation_id, debtor_id, creditor_id),
        contact_id=_contact(organisation_id, debtor_id, senders),
    )  # fmt: skip


def _contact(organisation_id: int, debtor_id: int, senders: Sequence[str]) -> int | None:
    found = _ids(_CONTACT, organisation_id, debtor_id, list(senders))
    return found[0] if found else None


def _perhaps(
    organisation_id: int, inbound: Inbound, senders: Sequence[str], creditor_id: int | None
) -> Iterator[tuple[int, str]]:
    """Yield the debtors that an unknown sender may write for: by an invoice that he names, by his domain."""
    named: dict[int, str] = {}
    numbers = numbers_in(f"{inbound.subject}\n{inbound.text[:20_000]}")
    if numbers:
        found = _of_creditor(
            organisation_id, _ids(_BY_INVOICE, organisation_id, list(numbers[:30])), creditor_id
        )
        named |= dict.fromkeys(found, "invoice")
    for domain in dict.fromkeys(sender.rpartition("@")[2] for sender in senders[:1]):
        if domain and domain not in PUBLIC_DOMAINS:
            found = _of_creditor(organisation_id, _ids(_BY_DOMAIN, organisation_id, domain), creditor_id)
            if len(found) == 1:
                named.setdefault(found[0], "domain")
    yield from list(named.items())[:_MOST_CANDIDATES]


def _of_creditor(organisation_id: int, debtors: list[int], creditor_id: int | None) -> list[int]:
    """Return those that owe this creditor; all of them where none does or the creditor is not known."""
    if creditor_id is None or not debtors:
        return debtors
    accounts = Account.objects.filter(
        organisation_id=organisation_id, debtor_id__in=debtors, creditor_id=creditor_id
    )
    owing = set(accounts.values_list("debtor_id", flat=True))
    return [debtor for debtor in debtors if debtor in owing] or debtors


def _owners(organisation_id: int, number: str) -> Iterator[tuple[int, int]]:
    """Yield (debtor, contact) of each contact with this number, whatever the way it is written."""
    digits = "".join(filter(str.isdigit, number))
    if len(digits) < 6:
        return
    for debtor, contact, phone, country in _rows(_BY_NUMBER, organisation_id, digits):
        if _international(phone, country) == _international(number, country):
            yield debtor, contact


def _international(number: str, country: str) -> str:
    """Return a number as the whole world writes it; its digits alone where it cannot be one."""
    digits = "".join(filter(str.isdigit, number))
    written = number if number.strip().startswith(("+", "0")) else f"+{digits}"
    try:
        parsed = phonenumbers.parse(written, country or None)
    except phonenumbers.NumberParseException:
        return digits
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _ids(sql: str, *params: Any) -> list[int]:
    return [row[0] for row in _rows(sql, *params)]


def _rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
