"""Have the files that came with answers looked at by a scanner."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from acquit.channels.email.answer.inbound import attached
from acquit.channels.email.scanner import CannotScan, Scanner
from acquit.store.answers.models import Answer, AnswerFile

#: How many files one call takes at most.
MOST = 100
CLEAN, INFECTED, NOT_SCANNED = "clean", "infected", "not_scanned"


def scan_files(*, organisation_id: int, scanner: Scanner, now: datetime, most: int = MOST) -> Counter[str]:
    """Write down the scanner's verdict on the files that have none; return how many of each.

    A file that it cannot judge stays "not scanned" and is not shown to it again.
    """
    waiting = AnswerFile.objects.filter(
        organisation_id=organisation_id, scan=NOT_SCANNED, scanned_at=None
    ).order_by("answer_id", "position")[:most]
    counted: Counter[str] = Counter()
    for answer_id, files in groupby(waiting, key=attrgetter("answer_id")):
        content = bytes(Answer.objects.only("content").get(pk=answer_id).content)
        bodies = attached(content)
        for file in files:
            verdict = _judge(scanner, bodies, file, now)
            counted[verdict] += 1
    return counted


def _judge(scanner: Scanner, bodies: tuple[bytes, ...], file: AnswerFile, now: datetime) -> str:
    if file.position > len(bodies):
        AnswerFile.objects.filter(id=file.id).update(scanned_at=now, found="")
        return NOT_SCANNED
    try:
        verdict = scanner.scan(bodies[file.position - 1])
    except CannotScan as error:
        try:
            scanner.version()
        except CannotScan:
            return NOT_SCANNED
        AnswerFile.objects.filter(id=file.id).update(scanned_at=now, found=str(error)[:200])
        return NOT_SCANNED
    said = INFECTED if verdict.found else CLEAN
    AnswerFile.objects.filter(id=file.id).update(scan=said, found=verdict.found, scanned_at=now)
    return said
