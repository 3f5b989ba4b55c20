"""Mails that say that a mail did not arrive: which address, for good or for now, and why.

First what a delivery report states in fields (RFC 3464), then Exim's header, then the words of the
many programs that use neither. A mail that says so may be forged: a caller heeds an address only
where it wrote to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from acquit.channels.email.answer import dialect
from acquit.channels.email.answer.inbound import Inbound, Reported
from acquit.channels.email.answer.text import folded, one_line

#: why -> (trying again is vain, the address itself is what does not work)
CAUSES = {
    "unknown": (True, True),
    "full": (False, False),
    "unreachable": (False, False),
    "refused": (True, False),
    "too_big": (True, False),
    "loop": (True, False),
    "unsaid": (True, False),
}
_STATUS = re.compile(r"\b([45])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"(?<![\d.])([45])\d\d(?![\d.])")
#: The enhanced codes (RFC 3463) that say why; others leave it to the words.
_BY_STATUS = {
    "1.1": "unknown", "1.2": "unknown", "1.3": "unknown", "1.6": "unknown", "1.10": "unknown",
    "2.1": "unknown", "2.2": "full", "2.3": "too_big", "3.4": "too_big", "4.1": "unreachable",
    "4.2": "unreachable", "4.4": "unreachable", "4.6": "loop", "4.7": "unreachable",
    "7.1": "refused",
}  # fmt: skip
#: What the words say, from the surest cause to the loosest.
_BECAUSE = {
    "full": re.compile(
        r"quota|mail ?box (?:is )?full|(?:mail ?box|mail ?folder|boite)\b.{0,40}\b(?:full|pleine)|full "
        r"mail ?box|space not enough|too much mail stored|insufficient (?:disk|storage)|boite "
        r".{0,30}pleine"
    ),
    "too_big": re.compile(r"(?:message|incoming|inbound|maximum|exceed\w*).{0,25}\bsize\b|too (?:big|large)"),
    "loop": re.compile(r"too many hops|loop(?:ing|s)?\b"),
    "refused": re.compile(
        r"spam|unsolicited|blocked|policy|blacklist|unable to relay|relay(?:ing)? (?:denied|not)|not "
        r"accepting mail|permission denied|virus"
    ),
    "unknown": re.compile(
        r"(?:user|recipient|addressee|mailbox|address|account|utilisateur|destinataire|userid"
        r"|empfaenger)\b.{0,40}(?:unknown|not known|not (?:listed|found|recogni)|no such|invalid|inconnu"
        r"|unavailable|rejected|disabled|discontinued|wrong|no longer|n'existe|does ?n[o']t|non recense"
        r"|unbekannt|(?:could|was)(?:n't| not) (?:be )?found)|(?:unknown|no such|illegal|invalid|bad "
        r"destination|utilisateur) (?:or illegal )?(?:user|recipient|mailbox|address|userid|final "
        r"delivery|local|non recense|here)|no mailbox here|user not known|does ?n[o']t have a|addressee "
        r"unknown|did not exactly match|domain does not exist|n'existe pas|not a valid user|does not "
        r"have a final|no such user|not .{0,20}e-?mail users?|unknown host|wasn't found at|does not like "
        r"recipient"
    ),
    "unreachable": re.compile(
        r"tim(?:ed|e) ?-?out|not respond|not reachable|connection (?:refused|to mail)|establish an smtp"
        r"|host not found|try again|temporar|unavailable or busy|could not find a gateway|unable to "
        r"connect|delivery failed \d+ attempts|maximum delivery attempts|not been collected|can't connect"
        r"|no valid recipients|aborted after|try to resend"
    ),
}
_ARRIVES = ("relayed", "delivered", "expanded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounced:
    """One address that a mail did not reach.

    `gave_up`: the mail will not arrive; else it is late and still being tried. `permanent`: trying
    again is vain. `blames_address`: it is the address that does not work, so that its contact may
    be marked. `cause` is a key of CAUSES.
    """

    address: str
    gave_up: bool
    cause: str
    status: str = ""
    reason: str = ""

    @property
    def permanent(self) -> bool:
        """Whether the address is not worth another try."""
        return self.gave_up and CAUSES[self.cause][0]

    @property
    def blames_address(self) -> bool:
        """Whether the contact's address is what does not work."""
        return self.gave_up and CAUSES[self.cause][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A mail about mails that did not arrive. Without `recipients` it does not say for whom: the
    mail that it sends back may (`Inbound.returned`), else a person reads it.
    """

    recipients: tuple[Bounced, ...]
    gave_up: bool


def bounce_of(inbound: Inbound, *, ours: tuple[str, ...] = ()) -> Bounce | None:
    """Return what `inbound` says of mails that did not arrive, None when it is no such mail.

    `ours` are addresses that we send from: they are never the ones that bounced.
    """
    own = frozenset(address.lower() for address in (*ours, *inbound.recipients, inbound.sender.address))
    stated = tuple(_stated(inbound))
    if inbound.reported and not stated:
        return None
    if not stated and not (inbound.is_report or dialect.speaks_of_failure(inbound, own)):
        return None
    found = stated or tuple(_told(inbound, own))
    recipients = {b.address.lower(): b for b in reversed(found) if b.address.lower() not in own}
    kept = tuple(reversed(recipients.values()))
    gave_up = any(b.gave_up for b in kept) if kept else not dialect.only_late(inbound)
    return Bounce(recipients=kept, gave_up=gave_up)


def _stated(inbound: Inbound) -> Iterator[Bounced]:
    """Yield what the fields of a delivery report say; what arrives or was passed on is no bounce."""
    for one in inbound.reported:
        address = one.original if "@" in one.original else one.final
        if "@" in address and not one.action.startswith(_ARRIVES):
            yield _of_report(one, address, inbound.text)


def _of_report(one: Reported, address: str, text: str) -> Bounced:
    said = f"{one.status} {one.diagnostic}"
    gave_up = not one.action.startswith("delay")
    status = _STATUS.search(said)
    cause = cause_of(said)
    return Bounced(
        address=address,
        gave_up=gave_up,
        cause=cause if cause != "unsaid" else cause_of(f"{said} {dialect.notice(text)}"),
        status=status[0] if status else "",
        reason=one_line(one.diagnostic or one.status),
    )


def _told(inbound: Inbound, own: frozenset[str]) -> Iterator[Bounced]:
    """Yield what Exim's header or the words of the notice say."""
    gave_up = not dialect.only_late(inbound)
    notice = dialect.notice(inbound.text)
    named = [a.strip() for a in inbound.header("x-failed-recipients").split(",") if "@" in a]
    for address, around in [(a, "") for a in named] or dialect.addresses(inbound, own):
        near, cause = cause_of(around), cause_of(f"{inbound.subject} {notice}")
        status = _STATUS.search(around) or _STATUS.search(notice)
        yield Bounced(
            address=address,
            gave_up=gave_up,
            cause=near if near != "unsaid" else cause,
            status=status[0] if status else "",
            reason=one_line(around or inbound.subject),
        )


def cause_of(said: str) -> str:
    """Return the cause that a report's codes and words name, "unsaid" when they name none.

    >>> cause_of("550 5.1.1 <a@b.example>: no"), cause_of("552 over quota"), cause_of("4.4.7")
    ('unknown', 'full', 'unreachable')
    """
    words = folded(said[:4000])
    by_words = next((cause for cause, pattern in _BECAUSE.items() if pattern.search(words)), "")
    for status in _STATUS.finditer(words):
        by_status = _BY_STATUS.get(f"{status[2]}.{status[3]}", "")
        if by_status == "unknown" and by_words in {"full", "loop"}:
            return by_words
        if by_status:
            return by_status
    if by_words:
        return by_words
    first = _STATUS.search(words) or _CODE.search(words)
    return "unreachable" if first and first[1] == "4" else "unsaid"
