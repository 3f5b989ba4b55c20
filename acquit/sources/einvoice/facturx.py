"""The invoice inside a PDF: the one XML file that Factur-X and ZUGFeRD attach.

PDFs come from anywhere: nothing of one is drawn or run, streams unpack to a bounded size, and what
pypdf cannot follow is a broken file.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, EmbeddedFile

from acquit.sources.errors import StructureError
from acquit.sources.numbers import shortened
from acquit.sources.xml import root_name

LARGEST_PDF = 20 << 20
LARGEST_XML = 16 << 20
#: The names under which the standards attach the invoice; ZUGFeRD 1 and 2, Factur-X, XRechnung.
NAMES = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"})
ORDER_NAME = "order-x.xml"
_MOST_FILES = 100
_MOST_OBJECTS = 200_000
_MOST_TABLES = 50
_HEAD = 1024
_BOUNDS = Configuration(
    zlib_maximum_output_length=LARGEST_XML, lzw_maximum_output_length=LARGEST_XML,
    run_length_maximum_output_length=LARGEST_XML, brotli_maximum_output_length=LARGEST_XML,
    array_based_stream_maximum_output_length=LARGEST_XML, zlib_maximum_recovery_input_length=1 << 20,
    stream_decoding_work_maximum_length=3 * LARGEST_XML, stream_filters_maximum_length=4,
)  # fmt: skip

# What pypdf mends on its way is no news to anyone here.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


class _Reader(PdfReader):
    """A reader that does not follow tables of objects from one to the next without end."""

    _tables = 0

    def _read_pdf15_xref_stream(self, stream: IO[bytes]) -> Any:
        self._tables += 1
        if self._tables > _MOST_TABLES:
            raise LimitReachedError("too many tables of objects")
        return super()._read_pdf15_xref_stream(stream)


def is_pdf(content: bytes) -> bool:
    """Tell a PDF, which may have some rubbish before its mark."""
    return b"%PDF-" in content[:_HEAD]


def embedded_invoice(content: bytes) -> bytes:
    """Return the XML of the invoice that the PDF carries.

    Raises StructureError: `pdf_too_big`, `pdf_encrypted`, `pdf_broken`, `pdf_unpacks_too_big`,
    `pdf_without_invoice`, `pdf_without_xml`, `pdf_with_two_invoices`.
    """
    if len(content) > LARGEST_PDF:
        raise StructureError("pdf_too_big", limit=LARGEST_PDF >> 20)
    try:
        with apply_configuration(_BOUNDS):
            return _invoice(_Reader(io.BytesIO(content), xref_stream_maximum_entries=_MOST_OBJECTS))
    except StructureError:
        raise
    except LimitReachedError as error:
        raise StructureError("pdf_unpacks_too_big", limit=LARGEST_XML >> 20) from error
    except Exception as error:  # a broken PDF fails in any way, of which pypdf names few
        raise StructureError("pdf_broken", cause=shortened(str(error)) or type(error).__name__) from error


def _invoice(reader: PdfReader) -> bytes:
    if reader.is_encrypted:
        raise StructureError("pdf_encrypted")
    files = list(islice(_files(reader), _MOST_FILES))
    if not files:
        raise StructureError("pdf_without_invoice")
    named = [file for names, file in files if names & NAMES]
    written = [file.content for file in named] or _invoices_among(files)
    if not written:
        attached = ", ".join(sorted(min(names) for names, _ in files))
        raise StructureError("pdf_without_xml", names=shortened(attached))
    if len(set(written)) > 1:
        raise StructureError("pdf_with_two_invoices", count=len(set(written)))
    return written[0]


def _files(reader: PdfReader) -> Iterator[tuple[frozenset[str], EmbeddedFile]]:
    """Yield the attached files with their names, from the name tree, else from the associated files."""
    found = False
    for file in reader.attachment_list:
        found = True
        yield _names(file), file
    associated = reader.root_object.get("/AF")
    associated = associated.get_object() if associated is not None else None
    if found or not isinstance(associated, ArrayObject):
        return
    for entry in associated:
        specification = entry.get_object()
        if isinstance(specification, DictionaryObject):
            file = EmbeddedFile("", specification)
            yield _names(file), file


def _names(file: EmbeddedFile) -> frozenset[str]:
    return frozenset(str(name).strip().lower() for name in (file.name, file.alternative_name) if name) or (
        frozenset({"?"})
    )


def _invoices_among(files: list[tuple[frozenset[str], EmbeddedFile]]) -> list[bytes]:
    """Return the attached XML whose name is unknown, if it is an invoice or an order."""
    markup = (file for names, file in files if any(name.endswith(".xml") for name in names))
    contents = [file.content for file in markup]
    return [content for content in contents if is_trade_document(content)]


def is_trade_document(content: bytes) -> bool:
    """Tell an invoice or an order, in CII or UBL, from other XML."""
    space, name = root_name(content)
    if name in ("CrossIndustryInvoice", "CrossIndustryDocument", "SCRDMCCBDACIOMessageStructure"):
        return True
    return name in ("Invoice", "CreditNote") and space.startswith("urn:oasis:names:specification:ubl:")
