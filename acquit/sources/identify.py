"""How sure a list's reader is that a file is its own, from the names in the header alone."""

from __future__ import annotations

from collections.abc import Sequence

from acquit.sources.base import Options
from acquit.sources.columns import Field, header_score, map_columns
from acquit.sources.errors import StructureError
from acquit.sources.sheet import Sheet, open_sheet
from acquit.sources.text import decode
from acquit.sources.workbook import is_workbook

_HEAD = 64_000


def sureness(
    content: bytes,
    filename: str,
    fields: Sequence[Field],
    *,
    needed: Sequence[Sequence[str]],
    telling: Sequence[str],
    hints: Sequence[str],
) -> float:
    """Return 0 where a needed field has no column, else from 0.3 to 0.95.

    Fields that tell this list from the others weigh most, then the name of the file, then the
    share of columns understood.
    """
    try:
        sheet = open_head(content, fields)
        mapping, unknown = map_columns(sheet.header, sheet.frame, fields, {})
    except StructureError:
        return 0.0
    found = {m.field for m in mapping if m.by == "name" and m.confidence >= 0.7}
    found |= {m.field for m in mapping if m.by == "content"}
    if not all(found & set(group) for group in needed):
        return 0.0
    told = sum(1 for name in telling if name in found) / len(telling)
    hinted = any(hint in filename.lower() for hint in hints)
    understood = len(mapping) / max(1, len(mapping) + len(unknown))
    best = min(1.0, header_score(sheet.header, fields) / 6)
    return round(0.3 + 0.3 * told + 0.15 * hinted + 0.1 * understood + 0.1 * best, 3)


def open_head(content: bytes, fields: Sequence[Field]) -> Sheet:
    """Return the sheet that the first rows of the file make, or raise StructureError."""
    if is_workbook(content):
        return open_sheet(content, fields, Options())
    head = content
    if len(content) > _HEAD:
        cut = content.rfind(b"\n", 0, _HEAD)
        wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
        head = content[:_HEAD] if wide or cut < 0 else content[: cut + 1]
    decode(head)
    return open_sheet(head, fields, Options())
