"""The lines of a file as statements of fields, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from acquit.sources.errors import StructureError

#: A line is a field only under these tags, so that words that look like one stay words.
_TAGS = "13D?|20|21|25P?|28C?|34F|60[FM]|61|62[FM]|64|65|86|90[CD]|NS"
_FIELD = re.compile(rf":({_TAGS}):(.*)")
_INTRADAY = re.compile(r"\{2:[IO](94[12]).*|:?(94[12])(?: [0-9]*)?:?")
_END = re.compile(r"-(?:\}.*|XXX)?")


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its tag, the line on which it begins, and its text, line by line."""

    tag: str
    line: int
    rows: list[str]

    @property
    def first(self) -> str:
        """The first line without blanks around it."""
        return self.rows[0].strip()


def fields_of(text: str) -> Iterator[list[Field]]:
    """Yield the fields of each statement, from its ":20:" to the next, or to the end mark.

    What stands before and between statements (SWIFT blocks, the bank's own header) is not read,
    but for the kind of message that it names: an intraday report is refused.
    """
    fields: list[Field] = []
    inside = False
    for number, written in enumerate(text.split("\n"), 1):
        row = _without_blocks(written, number)
        if _END.fullmatch(row.rstrip()):
            inside = False
            continue
        found = _FIELD.fullmatch(row)
        if found is None and not inside:
            _refuse_intraday(row, number)
        elif found is None:
            fields[-1].rows.append(row)
        elif found[1] == "20":
            if fields:
                yield fields
            fields, inside = [Field("20", number, [found[2]])], True
        elif not inside:
            raise StructureError("mt940_outside", line=number, tag=found[1])
        else:
            fields.append(Field(found[1], number, [found[2]]))
    if fields:
        yield fields


def _without_blocks(row: str, number: int) -> str:
    """Return the row without the blocks of the envelope, whose second names the kind of message."""
    if not row.startswith("{"):
        return row
    envelope, _, rest = row.partition("{4:")
    at = envelope.find("{2:")
    if at >= 0:
        _refuse_intraday(envelope[at:], number)
    return rest


def _refuse_intraday(row: str, number: int) -> None:
    found = _INTRADAY.fullmatch(row.strip())
    if found:
        raise StructureError("mt940_intraday", line=number, message=found[1] or found[2])
