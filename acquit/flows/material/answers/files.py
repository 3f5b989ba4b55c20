"""A file that came with an answer, handed out so that no browser opens it (F-57)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from acquit.channels.email.answer.attached import UNKNOWN
from acquit.channels.email.answer.inbound import attached
from acquit.flows.material.errors import Impossible
from acquit.store.answers.models import AnswerFile

INFECTED = "infected"


class FileInfected(Impossible):
    """The scanner found malware in this file: it is not handed out."""

    french = "L’antivirus a trouvé un programme malveillant dans ce fichier\u00a0: il n’est pas remis."


class FileGone(Impossible):
    """This file was not kept whole."""

    french = "Ce fichier n’a pas été conservé en entier."


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """A file's bytes, and the headers without which they must not leave."""

    content: bytes
    headers: Mapping[str, str]


def hand_out(file: AnswerFile) -> HandedOut:
    """Return a file as a download; raise FileInfected, FileGone.

    Whatever it is, it is declared as bytes of no kind, to be saved and not shown.
    """
    if file.scan == INFECTED:
        raise FileInfected
    bodies = attached(bytes(file.answer.content))
    if file.position > len(bodies):
        raise FileGone
    plain = file.name.encode("ascii", "replace").decode("ascii").replace("?", "_")
    return HandedOut(
        content=bodies[file.position - 1],
        headers={
            "Content-Type": UNKNOWN,
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name)}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )
