"""Whether the world believes that a creditor's mails are his: SPF, DKIM, DMARC, and who signs.

Each lack comes with the record that mends it, to be handed to whoever keeps the domain's zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import dns.exception
import dns.resolver

#: What each provider publishes for SPF, and where its DKIM keys usually are.
INCLUDES: Mapping[str, str] = {
    "brevo": "include:spf.brevo.com",
    "mailjet": "include:spf.mailjet.com",
    "postmark": "include:spf.mtasv.net",
    "ses": "include:amazonses.com",
    "sendgrid": "include:sendgrid.net",
    "mailgun": "include:mailgun.org",
}
_RELAYS: Mapping[str, str] = {
    "gmail.com": "include:_spf.google.com",
    "google.com": "include:_spf.google.com",
    "office365.com": "include:spf.protection.outlook.com",
    "outlook.com": "include:spf.protection.outlook.com",
    "ovh.net": "include:mx.ovh.com",
    "gandi.net": "include:_mailcust.gandi.net",
} | {
    "brevo.com": INCLUDES["brevo"],
    "mailjet.com": INCLUDES["mailjet"],
    "postmarkapp.com": INCLUDES["postmark"],
    "amazonaws.com": INCLUDES["ses"],
    "sendgrid.net": INCLUDES["sendgrid"],
    "mailgun.org": INCLUDES["mailgun"],
}
SELECTORS: Mapping[str, tuple[str, ...]] = {
    "brevo": ("brevo1", "brevo2", "mail"),
    "mailjet": ("mailjet",),
    "postmark": ("pm",),
    "sendgrid": ("s1", "s2"),
    "mailgun": ("mailo", "smtp", "mx", "k1", "email", "pic"),
}
_COMMON = ("default", "mail", "dkim", "selector1", "selector2", "google", "s1", "s2", "k1")
#: Names that no zone holds (RFC 2606 and 6761).
RESERVED = (".example", ".invalid", ".test", ".localhost", ".local", "localhost")


class Unreachable(Exception):
    """No name server answered: nothing is known, and nothing is wrong."""


class Resolver(Protocol):
    """Whoever looks names up."""

    def txt(self, name: str) -> Sequence[str]:
        """Return the TXT records of `name`, none where there are none; raise Unreachable."""


class Dns:
    """The name servers of this machine, or those that are given."""

    def __init__(self, nameservers: Sequence[str] = (), *, port: int = 53, seconds: float = 3) -> None:
        self._servers, self._port, self._seconds = nameservers, port, seconds
        self._resolver: dns.resolver.Resolver | None = None

    def txt(self, name: str) -> Sequence[str]:
        """Return the TXT records of `name`."""
        try:
            answer = self._ready().resolve(name, "TXT", lifetime=self._seconds)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as error:
            raise Unreachable(str(error)) from error
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]

    def _ready(self) -> dns.resolver.Resolver:
        if self._resolver is None:
            self._resolver = dns.resolver.Resolver(configure=not self._servers)
            if self._servers:
                self._resolver.nameservers, self._resolver.port = list(self._servers), self._port
        return self._resolver


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How the mails of a domain leave: by which provider, from which server, signed as whom."""

    domain: str
    provider: str = "smtp"
    host: str = ""
    user: str = ""
    selector: str = ""
    signs_as: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What was found of one of `spf`, `dkim`, `dmarc`, `alignment`; `mend` is the record to add."""

    about: str
    fine: bool
    says: str
    mend: str = ""


def look(sending: Sending, resolver: Resolver) -> Iterator[Record]:
    """Yield what the zone of the sender says, and lacks. Raises Unreachable."""
    domain = sending.domain.lower().rstrip(".")
    yield _spf(sending, domain, resolver)
    yield _dkim(sending, domain, resolver)
    yield _dmarc(domain, resolver)
    other = _signs_elsewhere(sending)
    if other and organisational(other) != organisational(domain):
        yield Record(
            "alignment",
            False,
            f"mails of {domain} are handed in as {other}: receivers may take them for forged",
            f"Send from an address of {organisational(other)}, or let the carrier sign for {domain}.",
        )


def _spf(sending: Sending, domain: str, resolver: Resolver) -> Record:
    found = [text for text in resolver.txt(domain) if text.lower().split(" ")[0] == "v=spf1"]
    ours = _mechanism(sending)
    if not found:
        mend = f'{domain}. TXT "{" ".join(filter(None, ("v=spf1", ours or "mx", "~all")))}"'
        return Record("spf", False, f"{domain} has no SPF record", mend)
    if len(found) > 1:
        parts = list(dict.fromkeys(part for text in found for part in text.split()[1:] if part[-3:] != "all"))
        mend = f'{domain}. TXT "{" ".join(("v=spf1", *parts, "~all"))}"'
        return Record(
            "spf", False, f"{domain} has {len(found)} SPF records: none counts", f"Only one: {mend}"
        )
    terms = found[0].split()
    if ours and ours not in terms and not any(term.startswith("redirect=") for term in terms):
        mend = f'{domain}. TXT "{" ".join((terms[0], ours, *terms[1:]))}"'
        return Record("spf", False, f"the SPF record of {domain} does not name the carrier", mend)
    return Record("spf", True, found[0])


def _dkim(sending: Sending, domain: str, resolver: Resolver) -> Record:
    tried = (sending.selector,) if sending.selector else SELECTORS.get(sending.provider, _COMMON)
    for selector in tried:
        name = f"{selector}._domainkey.{domain}"
        for text in resolver.txt(name):
            tags = dict(part.strip().split("=", 1) for part in text.split(";") if "=" in part)
            if tags.get("p", "").strip():
                return Record("dkim", True, f"key at {name}")
            if "p" in tags:
                return Record(
                    "dkim", False, f"the key at {name} was withdrawn", "Publish the carrier's present key."
                )
    where = f"{tried[0]}._domainkey.{domain}" if sending.selector else f"SELECTOR._domainkey.{domain}"
    return Record(
        "dkim",
        False,
        f"no DKIM key of {domain} under {', '.join(tried)}",
        f'{where}. TXT "v=DKIM1; k=rsa; p=KEY" with the key that the carrier shows'
        + ("" if sending.selector else "; then say its selector in the carrier's settings"),
    )


def _dmarc(domain: str, resolver: Resolver) -> Record:
    for name in dict.fromkeys((domain, organisational(domain))):
        found = [text for text in resolver.txt(f"_dmarc.{name}") if text.lower().startswith("v=dmarc1")]
        if len(found) == 1:
            return Record("dmarc", True, found[0])
        if found:
            return Record("dmarc", False, f"{name} has {len(found)} DMARC records: none counts", "Keep one.")
    mend = f'_dmarc.{domain}. TXT "v=DMARC1; p=none; rua=mailto:dmarc@{domain}"'
    return Record("dmarc", False, f"{domain} has no DMARC record", mend)


def _mechanism(sending: Sending) -> str:
    known = INCLUDES.get(sending.provider, "")
    host = sending.host.lower().rstrip(".")
    if known or not host:
        return known
    for suffix, include in _RELAYS.items():
        if host == suffix or host.endswith(f".{suffix}"):
            return include
    inside = host in {"localhost", "127.0.0.1", "::1"} or "." not in host
    return "" if inside else f"a:{host}"


def _signs_elsewhere(sending: Sending) -> str:
    return sending.signs_as or (sending.user.rpartition("@")[2] if "@" in sending.user else "")


def organisational(domain: str) -> str:
    """Return the domain that somebody registered, near enough: the last two labels, three under co.uk.

    >>> organisational("mg.valmeric.fr"), organisational("mail.acme.co.uk")
    ('valmeric.fr', 'acme.co.uk')
    """
    labels = domain.lower().rstrip(".").split(".")
    short = (
        len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in ("co", "com", "org", "net", "gov", "ac")
    )
    return ".".join(labels[-3:] if short else labels[-2:])
