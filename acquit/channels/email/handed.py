"""A mail that a provider received for us and hands over: its bytes, or bytes made of what he tells of it.

Where a provider hands over the mail itself, that is what is kept. Where he hands over its fields, a mail is
put together again from them, always to the same bytes, with the headers by which bounces and automatic
replies are known. Before it stand the lines that a server writes when it delivers (RFC 5321, 4.4): the
sender and the recipient of the envelope, which may bear our reply token where the mail itself does not.
"""

from __future__ import annotations

import hashlib
import re
from base64 import encodebytes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import quote

from acquit.channels.email.answer.inbound import parse
from acquit.channels.provider import Event, News, Received, Unreadable

_NAME = re.compile(r"[!-9;-~]{1,80}")
_KIND = re.compile(r"(?!multipart/)[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,80}")
_CHARSET = re.compile(r"[A-Za-z0-9._-]{1,40}")
#: Headers of the mail as it was built, which is built anew.
_BUILT = frozenset({"content-type", "content-transfer-encoding", "content-disposition", "mime-version"})
_HEAD_BYTES = 64_000
_CRLF = b"\r\n"


class File(NamedTuple):
    """A file that came along. `kind` is what the provider calls its media type."""

    name: str
    kind: str
    content: bytes


@contextmanager
def as_published() -> Iterator[None]:
    """Raise Unreadable for whatever a missing or misshapen field makes Python raise."""
    try:
        yield
    except Unreadable:
        raise
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}"[:500]) from error


def answer(
    received: Received,
    mail: bytes,
    *,
    event_id: str = "",
    sender: str | None = None,
    recipient: str | None = None,
) -> News:
    """Return the news that `mail` came. Raises Unreadable where it is empty.

    `sender` and `recipient` are the envelope's; an empty sender is one to whom nothing may be answered.
    Without `event_id` the mail's own bytes name the event: an identity used twice would lose a mail.
    """
    if not mail.strip():
        raise Unreadable("no mail in it")
    return News(
        event=Event.ANSWERED,
        event_id=event_id or f"in:{hashlib.sha256(mail).hexdigest()}",
        provider_ref="",
        at=received.at,
        address=parse(mail[:_HEAD_BYTES]).sender.address,
        answer=_trace("Return-Path", sender) + _trace("Delivered-To", recipient) + mail,
    )


def composed(
    headers: Iterable[tuple[str, Any]],
    *,
    text: bytes | str | None = None,
    html: bytes | str | None = None,
    files: Sequence[File] = (),
    charsets: Mapping[str, str] | None = None,
) -> bytes:
    """Return a mail made of its fields. `charsets` are those of `text` and `html` where not UTF-8."""
    bodies = [
        _leaf(f'text/{kind}; charset="{_charset(charsets, name)}"', octets(body))
        for name, kind, body in (("text", "plain", text), ("html", "html", html))
        if body
    ]
    parts = [_multipart("alternative", bodies)] if len(bodies) == 2 else bodies
    head = b"".join(_header(name, value) for name, value in headers)
    return head + b"MIME-Version: 1.0\r\n" + _multipart("mixed", [*parts, *map(_attached, files)])


def pairs(headers: Any) -> Iterator[tuple[str, Any]]:
    """Yield the headers of {name: value or [value, …]} one by one."""
    for name, values in headers.items():
        for value in values if isinstance(values, list) else [values]:
            yield name, value


def octets(words: bytes | str) -> bytes:
    """Return text as UTF-8, with the bytes that a parser could not read as they were."""
    if isinstance(words, bytes):
        return words
    try:
        return words.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return words.encode("utf-8", "replace")


def _trace(name: str, address: str | None) -> bytes:
    if address is None:
        return b""
    bare = re.sub(r"[\s<>]+", "", address)[:320]
    return _header(name, f"<{bare}>" if name == "Return-Path" else bare)


def _header(name: str, value: Any) -> bytes:
    """Return a header on one line, nothing where it is none or says how the mail was built."""
    if not isinstance(value, str) or not _NAME.fullmatch(name) or name.lower() in _BUILT:
        return b""
    return octets(f"{name}: {' '.join(value.split())}") + _CRLF


def _charset(charsets: Mapping[str, str] | None, name: str) -> str:
    said = (charsets or {}).get(name)
    return said if isinstance(said, str) and _CHARSET.fullmatch(said) else "utf-8"


def _attached(file: File) -> bytes:
    kind = file.kind.partition(";")[0].strip().lower()
    known = kind if _KIND.fullmatch(kind) else "application/octet-stream"
    name = quote(octets(file.name[:200]), safe="")
    more = f"Content-Disposition: attachment; filename*=utf-8''{name}\r\n".encode()
    return more + _leaf(known, file.content)


def _leaf(declared: str, content: bytes) -> bytes:
    """Return a part; a mail or a report inside a mail must not be encoded (RFC 2046, 5.2.1)."""
    kind = f"Content-Type: {declared}\r\n".encode()
    if declared.startswith("message/"):
        return kind + _CRLF + content
    encoded = encodebytes(content).replace(b"\n", _CRLF)
    return kind + b"Content-Transfer-Encoding: base64\r\n\r\n" + encoded


def _multipart(kind: str, parts: Sequence[bytes]) -> bytes:
    """Return parts as one, between lines that are made of them, so that none can hold its own."""
    line = b"acquit-" + hashlib.sha256(_CRLF.join(parts)).hexdigest()[:40].encode()
    inside = b"".join(b"--" + line + _CRLF + part + _CRLF for part in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{line.decode()}"\r\n\r\n'.encode()
        + inside
        + (b"--" + line + b"--\r\n")
    )
