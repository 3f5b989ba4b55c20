"""SMTP, spoken so that each failure says whether the mail can have left.

Before the final dot nothing has left: a refusal or a lost connection may be tried again with
the same bytes. Once the dot is on its way and no answer came back, nobody knows: `Unknown`.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, cast

from acquit.channels.base import (
    NO_ADDRESS,
    Accepted,
    Closing,
    Envelope,
    Frozen,
    Outcome,
    Refused,
    Unknown,
)
from acquit.channels.email.fields import COMMON
from acquit.channels.email.mailbox import usable
from acquit.channels.provider import News, Received, Setting

CONNECTION_LOST = "connection_lost"
NOT_CONNECTED = "not_connected"
NOT_SIGNED_IN = "not_signed_in"

_QUEUED = re.compile(r"queued as\s+<?([\w.@-]+)", re.IGNORECASE)
_STARTS_WITH_DOT = re.compile(rb"(?m)^\.")
_CLOSING = 421
_GO_AHEAD = 354
_PERMANENT = 500
_WORDS = 500
#: Replies to RCPT that mean that nobody lives there; others are about us or a policy.
_NO_SUCH_MAILBOX = frozenset({550, 551, 553})


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpConfig:
    """Where mail is handed in. `ssl_context` None: the system's certificates are demanded."""

    host: str
    port: int = 587
    security: Literal["none", "starttls", "ssl"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: int = 30
    ssl_context: ssl.SSLContext | None = None


class _Refusal(Exception):
    """The server refused before the mail left; it may wait for the content all the same."""

    def __init__(self, refused: Refused, *, waits_for_content: bool = False) -> None:
        super().__init__(refused.because)
        self.refused = refused
        self.waits_for_content = waits_for_content


class SmtpSession(Closing):
    """One connection for a batch, opened at the first mail and again when the server closed it."""

    def __init__(self, config: SmtpConfig) -> None:
        self._config = config
        self._smtp: smtplib.SMTP | None = None

    def close(self) -> None:
        """Let go of the connection."""
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.docmd("QUIT")
            self._drop()

    def send(self, frozen: Frozen, envelope: Envelope, *, idempotency_key: str) -> Outcome:  # noqa: ARG002
        """Hand the mail in once, on a fresh connection when the old one proved dead.

        SMTP knows no idempotency key: the Message-ID inside the bytes carries it.
        """
        addresses = [usable(address) for address in (envelope.sender, *envelope.recipients)]
        if len(addresses) < 2 or None in addresses[:2]:
            return Refused(
                permanent=True,
                because="the address cannot be a mailbox",
                code=NO_ADDRESS,
                blames_address=addresses[:1] != [None],
            )
        sender, *recipients = [address or "" for address in addresses]
        reused = self._smtp is not None
        outcome = self._hand_in(frozen.content, sender, recipients)
        if reused and isinstance(outcome, Refused) and outcome.code == CONNECTION_LOST:
            return self._hand_in(frozen.content, sender, recipients)
        return outcome

    def _hand_in(self, content: bytes, sender: str, recipients: list[str]) -> Outcome:
        try:
            smtp = self._connected()
            refused = self._open_envelope(smtp, sender, [*filter(None, recipients)], len(content))
            smtp.send(_stuffed(content))
        except _Refusal as refusal:
            self._rest(waits_for_content=refusal.waits_for_content)
            return refusal.refused
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Refused(permanent=False, because=_words_of(error), code=CONNECTION_LOST)
        return self._finish(smtp, refused)

    def _finish(self, smtp: smtplib.SMTP, refused: dict[str, Refused]) -> Outcome:
        """Send the final dot, after which only the server's answer tells what happened."""
        try:
            smtp.send(b".\r\n")
            code, reply = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            words = f"no answer after the mail was handed in: {_words_of(error)}"
            return Unknown(because=words[:_WORDS])
        if code // 100 != 2:
            if code == _CLOSING:
                self._drop()
            return _refused("data", code, reply)
        detail = _decoded(reply)
        queued = _QUEUED.search(detail)
        return Accepted(
            provider_ref=queued[1] if queued else "",
            detail=f"{code} {detail}",
            refused=refused,
        )

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = _connect(self._config)
            except smtplib.SMTPAuthenticationError as error:
                because = _words_of(error)
                raise _Refusal(Refused(permanent=False, because=because, code=NOT_SIGNED_IN)) from error
            except (OSError, smtplib.SMTPException) as error:
                because = _words_of(error)
                raise _Refusal(Refused(permanent=False, because=because, code=NOT_CONNECTED)) from error
        return self._smtp

    def _open_envelope(
        self, smtp: smtplib.SMTP, sender: str, recipients: list[str], size: int
    ) -> dict[str, Refused]:
        """Name sender and recipients and announce the content; return the copies that the server refuses."""
        option = f" SIZE={size}" if smtp.has_extn("size") else ""
        wanted = [
            ("mail", f"MAIL FROM:<{sender}>{option}"),
            *(("rcpt", f"RCPT TO:<{recipient}>") for recipient in recipients),
            ("data", "DATA"),
        ]
        answers = _answers(smtp, [command for _, command in wanted])
        waits = answers[-1][0] == _GO_AHEAD
        refused: dict[str, Refused] = {}
        for position, ((verb, _), (code, reply)) in enumerate(zip(wanted, answers, strict=False)):
            if code == _CLOSING:
                raise smtplib.SMTPServerDisconnected(f"{code} {_decoded(reply)}")
            if waits if verb == "data" else code // 100 == 2:
                continue
            refusal = _refused(verb, _PERMANENT if code // 100 == 2 else code, reply)
            if verb != "rcpt" or position == 1:
                raise _Refusal(refusal, waits_for_content=waits)
            refused[recipients[position - 1]] = refusal
        return refused

    def _rest(self, *, waits_for_content: bool) -> None:
        """Make the connection ready for the next mail, or let go of it.

        A server that waits for the content of a mail that it partly refused gets no dot: that would be one.
        """
        if self._smtp is None:
            return
        try:
            code = _CLOSING if waits_for_content else self._smtp.rset()[0]
        except (OSError, smtplib.SMTPException):
            code = _CLOSING
        if code // 100 != 2:
            self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _connect(config: SmtpConfig) -> smtplib.SMTP:
    context = config.ssl_context or ssl.create_default_context()
    smtp: smtplib.SMTP
    if config.security == "ssl":
        smtp = smtplib.SMTP_SSL(config.host, config.port, timeout=config.timeout, context=context)
    else:
        smtp = smtplib.SMTP(config.host, config.port, timeout=config.timeout)
    try:
        if config.security == "starttls":
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if config.user:
            smtp.login(config.user, config.password)
        # The dot travels in a segment of its own: without this it waits 40 ms for an ACK.
        if smtp.sock is not None:
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _answers(smtp: smtplib.SMTP, commands: Sequence[str]) -> list[tuple[int, bytes]]:
    """Return the server's answers, as far as it went: up to a refusal without which nothing can follow.

    All commands travel at once where it takes them so (RFC 2920), which saves all waiting but one.
    """
    at_once = smtp.has_extn("pipelining")
    if at_once:
        smtp.send("".join(f"{command}\r\n" for command in commands))
    answers: list[tuple[int, bytes]] = []
    for position, command in enumerate(commands):
        answers.append(smtp.getreply() if at_once else smtp.docmd(command))
        code = answers[-1][0]
        if code == _CLOSING or (not at_once and position < 2 and code // 100 != 2):
            break
    return answers


def _stuffed(content: bytes) -> bytes:
    whole = content if content.endswith(b"\r\n") else content + b"\r\n"
    # Hardly a mail has such a line, and looking for two bytes costs a fiftieth of looking at each line.
    if b"\n." not in whole and not whole.startswith(b"."):
        return whole
    return _STARTS_WITH_DOT.sub(b"..", whole)


def _refused(verb: str, code: int, reply: bytes) -> Refused:
    """Return the refusal, saying of what: only "rcpt" accuses the recipient's address."""
    return Refused(
        permanent=code >= _PERMANENT,
        because=f"{code} {_decoded(reply)}",
        code=f"{verb}_{code}",
        blames_address=verb == "rcpt" and code in _NO_SUCH_MAILBOX,
    )


def _decoded(reply: bytes) -> str:
    return " ".join(reply.decode("utf-8", "replace").split())[:_WORDS]


def _words_of(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        text = reply if isinstance(reply, str) else _decoded(reply)
        return f"{error.smtp_code} {text}"[:_WORDS]
    return (str(error) or type(error).__name__)[:_WORDS]


class Smtp:
    """Any SMTP server. It tells no news: bounces come back as mails."""

    key = "smtp"
    label = "SMTP"
    keeps_keys = False
    fields = (
        Setting(key="host", label={"fr": "Serveur", "en": "Server"}, leads=True),
        Setting(key="port", label={"fr": "Port", "en": "Port"}, default="587", leads=True),
        Setting(
            key="security", label={"fr": "Chiffrement", "en": "Encryption"}, default="starttls",
            choices=("starttls", "ssl", "none"), leads=True,
        ),
        Setting(key="user", label={"fr": "Identifiant", "en": "User"}, required=False, leads=True),
        Setting(
            key="password", label={"fr": "Mot de passe", "en": "Password"}, secret=True, required=False
        ),
        Setting(
            key="timeout", label={"fr": "Délai (secondes)", "en": "Timeout (seconds)"}, required=False,
            default="30",
        ),
        *COMMON,
    )  # fmt: skip

    def open(self, settings: Mapping[str, str]) -> SmtpSession:
        """Return a session with that server; raise ValueError naming a setting that cannot be used."""
        host, security = settings.get("host", "").strip(), settings.get("security") or "starttls"
        if not host:
            raise ValueError("host is missing")
        if security not in {"none", "starttls", "ssl"}:
            raise ValueError(f"security is starttls, ssl or none, not {security!r}")
        return SmtpSession(
            SmtpConfig(
                host=host,
                port=_number(settings, "port", 587),
                security=cast("Literal['none', 'starttls', 'ssl']", security),
                user=settings.get("user", ""),
                password=settings.get("password", ""),
                timeout=_number(settings, "timeout", 30),
            )
        )

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: a plain server calls nobody."""
        return ()

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: a plain server cannot be asked."""
        return ()

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:  # noqa: ARG002
        """Return None: a plain server knows no keys."""
        return None


def _number(settings: Mapping[str, str], key: str, default: int) -> int:
    said = settings.get(key) or str(default)
    if not said.isdecimal() or not 0 < int(said) < 65536:
        raise ValueError(f"{key} must be a number, not {said!r}")
    return int(said)


PROVIDER = Smtp()
