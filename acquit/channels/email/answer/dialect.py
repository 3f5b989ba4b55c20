"""The words in which mail programs say that a mail did not arrive, where they fill in no fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from acquit.channels.email.answer.inbound import Inbound
from acquit.channels.email.answer.text import folded

_LINES = 120
#: Who writes such notices and nothing else.
_DAEMONS = re.compile(
    r"^(?:mailer-?daemon|mdaemon|mail[._-]?delivery|mail-?daemon|double-bounce)(?:$|[+@._\\])"
)
_DAEMON_NAMES = re.compile(
    r"mail delivery (?:sub)?system|delivery subsystem|mail administrator|mailer-daemon"
)
#: Subjects that say so of a mail.
_OF_MAIL = re.compile(
    r"undeliver|returned mail|mail (?:system )?error|failure (?:notice|delivery)|mail (?:delivery )?failed"
    r"|failed mail|fail(?:ed|ure) mail|mail failure|mail (?:could )?not (?:be )?delivered|delayed mail"
    r"|(?:message|mail) (?:has )?(?:been )?(?:not )?(?:yet )?(?:been )?delay|mail delivery|non[- ]delivery"
    r"|delivery (?:status|notif|report)|automatically rejected|utilisateur non recense|unzustellbar"
    r"|nicht zustellbar|non remis|error during delivery"
)
#: Subjects that may speak of a parcel as well.
_OF_SOMETHING = re.compile(
    r"delivery (?:has )?(?:fail|problem|error|warning|delayed)|could not be delivered"
    r"|not (?:yet been )?delivered|non distribu|echec (?:de|d')|user unknown|processing error"
)
_FAILURE = re.compile(
    r"(?:could|can) ?not be (?:delivered|sent|transferred)|couldn't be delivered|unable to (?:deliver"
    r"|send)|(?:was|were|has|have|is) (?:not|n't) (?:yet )?(?:been )?deliver|did not (?:reach|receive)"
    r"|undeliver|not deliver|delivery (?:has )?(?:fail|error|problem)|fail(?:ed|ure)|not able to deliver"
    r"|wasn't able to deliver|returned because|deliver.{0,40}(?:fail|delay|postpone)|(?:permanent|fatal) "
    r"error|no such user|unknown user|user unknown|mailbox (?:is )?full|invalid final delivery|has been "
    r"postponed|delayed|n'a pas pu etre|encountered (?:an error|delivery)|rejected|non remis|did not "
    r"exactly match|was not accepted|error was detected|n'existe pas|not be delivered|quota violation"
    r"|not delivered|has been returned|no valid recipients|was aborted"
)
_LATE = re.compile(
    r"warning only|warning message only|just a warning|this is a warning|has been (?:delayed|postponed)"
    r"|still (?:being retried|awaiting delivery)|not yet (?:been )?(?:delivered|received)|will "
    r"(?:continue|keep) (?:to )?try|delivery attempts will continue|advisory-only|will be retried for"
    r"|delay in the delivery"
)
#: From here on a notice repeats the mail that it is about.
_COPY = re.compile(
    r"^\W*(?:(?:the |your |here is |here's |included is |below is |attachment is |a )*(?:header|copy"
    r"|first \d+ lines|first part|text|summary)\b.{0,40}\b(?:message|mail)\b|(?:old|original|returned"
    r"|unsent|undelivered|forwarded|source)\s+(?:message|mail)\b|message (?:header|text"
    r"|body)s?\b.{0,20}follow|your message reads|below th(?:is|e next) line|start of returned|the header "
    r"and top|content of the|received: |return-path: |>\s*(?:received|return-path): |mensaje original"
    r"|the original message follows|message d'origine|message original|system contact)"
)
#: From here on a notice repeats what the servers said to each other.
_TALK = re.compile(r"session transcript|transcript of|error detail|technical details")
_MAILBOX = r"[a-z0-9!#$%&*+/=?^_`{|}~.'-]{1,80}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,8}"
_ADDRESS = re.compile(_MAILBOX, re.IGNORECASE)
#: An address that begins its line, as in a list.
_LISTED = re.compile(rf"[\s>*<\"']*({_MAILBOX})", re.IGNORECASE)
#: Words of a line after which its address is surely the one that was written to.
_SURE = re.compile(
    r"(?:expanded from|generated from|originally addressed to|was addressed to|message was addressed,"
    r"|original address)\s*:?\s*<?\s*"
)
_CUED = re.compile(
    r"(?:deliver (?:your )?message to|your message to|message, addressed to|undeliverable (?:address:|to)"
    r"|failed recipient:|intended recipient:|error-for:|invalid final delivery userid:|unknown user:|did "
    r"not reach the following recipient:|delivery failed \d+ attempts:)\s*[<'\"]*"
)
_ELSEWHERE = re.compile(
    r"^\W*(?:from|sender|reply-to|cc|subject|message-id|sent|date|de)\s*:|contact |further assistance"
    r"|send mail to|please reply|mail from\b|postmaster|an email \S+ addressed|reporting-mta|https?://"
    r"|in reply to <|received from"
)
_TO = re.compile(r"^\W*to\s*:")


def speaks_of_failure(inbound: Inbound, own: frozenset[str]) -> bool:
    """Tell whether a mail without a delivery report is about a mail that did not arrive.

    Its words alone do not make it so: a debtor may write that a parcel could not be delivered, and
    a machine that somebody is away.
    """
    said, subject = notice(inbound.text), folded(inbound.subject)
    if _is_daemon(inbound):
        listed = any(_LISTED.match(line) for line in said.split("\n"))
        return listed or bool(_FAILURE.search(folded(f"{subject} {said}")))
    if inbound.in_reply_to and not _is_bounced_back(inbound):
        return False
    if not _FAILURE.search(folded(f"{subject} {said}")):
        return False
    if _OF_MAIL.search(subject):
        return True
    surely = _is_bounced_back(inbound) or bool(addresses(inbound, own))
    return surely and bool(_OF_SOMETHING.search(subject))


def _is_daemon(inbound: Inbound) -> bool:
    local = inbound.sender.address.partition("@")[0].strip('"')
    return (
        bool(_DAEMONS.match(local))
        or bool(_DAEMON_NAMES.search(folded(inbound.sender.name)))
        or bool(inbound.header("x-failed-recipients"))
    )


def _is_bounced_back(inbound: Inbound) -> bool:
    """Tell whether the mail has no sender to answer to, as notices and automatic replies have none."""
    back = inbound.header("return-path").lower()
    return back == "<>" or "mailer-daemon" in back or not inbound.sender.address


def only_late(inbound: Inbound) -> bool:
    """Tell whether the mail is still being tried: a warning, and no bounce."""
    return bool(_LATE.search(f"{folded(inbound.subject)} {folded(notice(inbound.text))}"))


def notice(text: str) -> str:
    """Return what the program says itself, without the mail that it sends back."""
    lines = text.split("\n", _LINES)[:_LINES]
    for place, line in enumerate(lines):
        if place and _COPY.search(folded(line[:300]).strip()):
            return "\n".join(lines[:place])
    return "\n".join(lines)


def addresses(inbound: Inbound, own: frozenset[str]) -> list[tuple[str, str]]:
    """Return each address that the notice says was not reached, with the words around it."""
    lines = [line[:1000] for line in notice(inbound.text).split("\n")]
    talk = next((place for place, line in enumerate(lines) if _TALK.search(folded(line))), len(lines))
    for search in (_after(_SURE), _listed, _after(_CUED), _anywhere, _in_to):
        found = [
            (address, _around(lines, place))
            for place, line in enumerate(lines[:talk])
            for address in search(line)
            if address.lower() not in own
        ]
        if found:
            return found
    return [(a, inbound.subject) for a in _found(inbound.subject) if a.lower() not in own]


def _listed(line: str) -> Iterator[str]:
    match = _LISTED.match(line)
    if match:
        yield match[1].strip(".'")


def _after(cue: re.Pattern[str]) -> Callable[[str], Iterator[str]]:
    def search(line: str) -> Iterator[str]:
        for match in cue.finditer(folded(line)):
            address = _ADDRESS.match(line, match.end())
            if address:
                yield address[0].strip(".'")

    return search


def _anywhere(line: str) -> Iterator[str]:
    plain = folded(line)
    if not _ELSEWHERE.search(plain) and not _TO.search(plain):
        yield from _found(line)


def _in_to(line: str) -> Iterator[str]:
    if _TO.search(folded(line)):
        yield from _found(line)


def _found(line: str) -> Iterator[str]:
    for match in _ADDRESS.finditer(line):
        yield match[0].rpartition("SMTP=")[2].strip(".'-")


def _around(lines: list[str], place: int) -> str:
    """Return the line of an address and what follows it up to the next blank line or address."""
    said = [lines[place].strip()]
    for line in lines[place + 1 : place + 6]:
        if not line.strip() or _ADDRESS.match(line.strip(" <")):
            break
        said.append(line.strip())
    return " ".join(said)
