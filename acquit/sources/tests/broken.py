"""Ways in which any table arrives broken; each reader must name the place and the cause of each."""

from __future__ import annotations

import io
import struct
import zipfile

from acquit.sources.base import Reading, Source, StructureError
from acquit.sources.errors import RowError


def refusal(source: Source, content: bytes, filename: str = "list.csv") -> StructureError:
    """Return why the file as a whole is refused; fail where it is read."""
    try:
        reading = source.read(content, filename)
    except StructureError as error:
        assert error.words("fr") != error.words("en")  # noqa: PT017
        return error
    raise AssertionError(f"read in spite of all: {reading.counts()}")


def only_error(reading: Reading) -> RowError:
    """Return the only row refused."""
    (error,) = reading.errors
    assert error.words("fr") != error.words("en")
    return error


def entities(workbook: bytes) -> bytes:
    """Return the workbook with an external entity declared and in its first sheet."""
    declared = b'<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    return changed(workbook, lambda name, part: part.replace(b"<worksheet", declared + b"<worksheet", 1)
                   if name.endswith("sheet1.xml") else part)  # fmt: skip


def bomb(workbook: bytes) -> bytes:
    """Return the workbook with a part that unpacks to a hundred megabytes of blanks."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in archive.namelist():
            new.writestr(name, archive.read(name))
        new.writestr("xl/media/blank.bin", b" " * (100 << 20))
    return out.getvalue()


def lying(workbook: bytes) -> bytes:
    """Return the workbook whose first sheet says it is smaller than it unpacks to."""
    place = workbook.rfind(b"PK\x01\x02")
    size = struct.unpack_from("<I", workbook, place + 24)[0]
    return workbook[: place + 24] + struct.pack("<I", max(1, size // 2)) + workbook[place + 28 :]


def changed(workbook: bytes, change: object) -> bytes:
    """Return the workbook with each part passed through `change(name, content)`."""
    assert callable(change)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive, zipfile.ZipFile(out, "w") as new:
        for name in archive.namelist():
            new.writestr(name, change(name, archive.read(name)))
    return out.getvalue()


def workbook(rows: list[list[object]], title: str = "Feuille 1") -> bytes:
    """Return an Excel workbook of the rows."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
