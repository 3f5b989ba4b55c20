"""Invoices for the tests: the samples, what is changed in them, and PDFs that carry them."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from acquit.sources.base import Options, Reading
from acquit.sources.einvoice import SOURCE
from acquit.sources.tests.fuzzing import check

SAMPLES = Path(__file__).parent / "samples"
CII = (SAMPLES / "facture.cii.xml").read_bytes()
UBL = (SAMPLES / "facture.ubl.xml").read_bytes()
CREDIT = (SAMPLES / "avoir.ubl.xml").read_bytes()
ZUGFERD1 = (SAMPLES / "zugferd1.xml").read_bytes()


def read(content: bytes, name: str = "", options: Options | None = None) -> Reading:
    """Return the reading, checked against the contract of all sources."""
    reading = SOURCE.read(content, name, options)
    check(reading)
    return reading


def changed(content: bytes, *changes: tuple[str, str]) -> bytes:
    """Return the sample with each first text replaced by the second; all must be there."""
    text = content.decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def rows(reading: Reading, kind: str, *columns: str) -> list[tuple[object, ...]]:
    """Return the columns of a table."""
    return reading.tables[kind].select(*columns).rows()


def pdf(*files: tuple[str, bytes], password: str = "") -> bytes:
    """Return a PDF of one empty page with the files attached."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    for name, content in files:
        writer.add_attachment(name, content)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    return _written(writer)


def associated_only(content: bytes) -> bytes:
    """Return a PDF that names its attachment nowhere but among the associated files."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    stream = DecodedStreamObject()
    stream.set_data(content)
    specification = DictionaryObject({
        NameObject("/Type"): NameObject("/Filespec"), NameObject("/F"): TextStringObject("factur-x.xml"),
        NameObject("/EF"): DictionaryObject({NameObject("/F"): writer._add_object(stream)}),
    })  # fmt: skip
    writer.root_object[NameObject("/AF")] = ArrayObject([writer._add_object(specification)])
    return _written(writer)


def bomb(megabytes: int, *, layers: int = 1) -> bytes:
    """Return a PDF whose attachment unpacks to so many megabytes of blanks, packed several times over."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(megabytes)) + packer.flush()
    for _ in range(layers - 1):
        packed = zlib.compress(packed, 9)
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_attachment("factur-x.xml", b"")
    (file,) = writer.attachment_list
    stream = file._embedded_file
    stream.set_data(packed)
    stream[NameObject("/Filter")] = ArrayObject([NameObject("/FlateDecode")] * layers)
    return _written(writer)


def endless_tables(count: int, megabytes: int) -> bytes:
    """Return a PDF whose tables of objects point from one to the next, each of them unpacking to blanks."""
    body = zlib.compress(b"\0" * (megabytes << 20), 9)
    out, before = bytearray(b"%PDF-1.7\n"), ""
    for number in range(1, count + 1):
        place = len(out)
        head = f"/Type /XRef /Size 9 /W [1 2 1] {before} /Filter /FlateDecode /Length {len(body)}"
        out += f"{number} 0 obj\n<< {head} >>\nstream\n".encode() + body + b"\nendstream\nendobj\n"
        before = f"/Prev {place}"
    return bytes(out) + f"startxref\n{place}\n%%EOF".encode()


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
