"""A call that is a form, in bytes: mails come in it, whose charset the form's would spoil."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32
from urllib.parse import parse_qsl

from acquit.channels.email.handed import File
from acquit.channels.provider import Received

_MULTIPART, _ENCODED = "multipart/form-data", "application/x-www-form-urlencoded"
_MOST_FIELDS, _HEADER_BYTES = 1000, 16_000


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in, the first of each name, and the files in their order."""

    fields: Mapping[str, bytes] = field(default_factory=dict)
    files: tuple[File, ...] = ()

    def text(self, name: str) -> str:
        """Return a field as text, "" where it is absent."""
        return self.fields.get(name, b"").decode("utf-8", "replace")


def is_form(received: Received) -> bool:
    """Tell whether the call says that it is a form."""
    return _declared(received).get_content_type() in (_MULTIPART, _ENCODED)


def read_form(received: Received) -> Form:
    """Return the form; what is not well formed is left out, and all of it where its fields are too many."""
    declared = _declared(received)
    if declared.get_content_type() == _ENCODED:
        words = received.body.decode("latin-1")
        try:
            pairs = parse_qsl(words, keep_blank_values=True, encoding="latin-1", max_num_fields=_MOST_FIELDS)
        except ValueError:
            return Form()
        return Form({name: value.encode("latin-1") for name, value in reversed(pairs)})
    boundary = str(declared.get_boundary() or "").encode("utf-8", "surrogateescape")
    fields: dict[str, bytes] = {}
    files = []
    for head, content in _parts(received.body, boundary) if boundary else ():
        disposition = "content-disposition"
        name = head.get_param("name", "", disposition)
        if head.get_param("filename", None, disposition) is None:
            fields.setdefault(str(name), content)
        else:
            files.append(File(str(head.get_filename("")), head.get_content_type(), content))
    return Form(fields, tuple(files))


def _declared(received: Received) -> Message:
    message = Message(policy=compat32)
    message["Content-Type"] = received.headers.get("content-type", "")
    return message


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[Message, bytes]]:
    """Yield the headers and the bytes of each part (RFC 7578, RFC 2046 5.1)."""
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary, _MOST_FIELDS)
    for piece in pieces[1:]:
        head, found, content = piece.partition(b"\r\n\r\n")
        if found and not piece.startswith(b"--"):
            words = head[:_HEADER_BYTES].decode("utf-8", "replace").lstrip()
            yield HeaderParser(policy=compat32).parsestr(words), content
