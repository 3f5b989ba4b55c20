"""From the bytes of a text file to its lines: encoding, line ends, and what no table can be."""

from __future__ import annotations

import codecs
import re

from acquit.sources.errors import StructureError

LINE_LIMIT = 1_000_000
FILE_LIMIT = 1 << 30
_CHUNK = 1 << 20
_ONE_BYTE = ("cp1252", "iso-8859-15")

_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0", "old_excel"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"\x1f\x8b", "compressed"),
    (b"7z\xbc\xaf", "compressed"),
    (b"Rar!", "compressed"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ASCII = bytes(range(128))
_UNDEFINED_1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
_C1 = frozenset(range(0x80, 0xA0))
_LATIN9 = frozenset(b"\xa4\xbc\xbd")
_HIGH = re.compile(rb"[\x80-\xff]+")
_UTF8_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_LATIN9_ONLY = re.compile(rb"\xa4|[A-Za-z][\xbc\xbd]|[\xbc\xbd][A-Za-z]")


def refuse_binary(content: bytes) -> None:
    """Raise StructureError for what is empty, too big, or plainly no table."""
    if _blank(content):
        raise StructureError("empty")
    if len(content) > FILE_LIMIT:
        raise StructureError("file_too_big", limit=FILE_LIMIT >> 20)
    if content[:200].lstrip().lower().startswith((b"<html", b"<!doctype html", b"<table")):
        raise StructureError("web_page")
    for signature, code in _SIGNATURES:
        if content.startswith(signature):
            raise StructureError(code)


def decode(
    content: bytes, encoding: str | None = None, *, longest_line: int = LINE_LIMIT
) -> tuple[bytes, str]:
    """Return the text as UTF-8 bytes with \\n line ends and no byte order mark, and its encoding.

    Bytes rather than str: a million rows with one euro sign in them would take twice the memory.
    """
    refuse_binary(content)
    found = encoding.lower() if encoding else _bom(content)
    if found is None or not found.replace("-", "").lower().startswith("utf16"):
        _refuse_zero_bytes(content)
    if found is None:
        found = _guess(content)
    utf8 = _transcode(content, found)
    if b"\r" in utf8:
        utf8 = utf8.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    utf8 = utf8.rstrip(b"\x1a")  # the end mark of files made under DOS
    refuse_long_lines(utf8, longest_line)
    if _blank(utf8):
        raise StructureError("empty")
    return utf8, "utf-8" if found == "utf-8-sig" else found


def _blank(content: bytes) -> bool:
    """Tell whether there is nothing but blanks, without copying what is long."""
    return not content[:1000].strip() and not content.strip()


def refuse_long_lines(utf8: bytes, limit: int = LINE_LIMIT) -> None:
    """Raise StructureError at the first line over the limit, in steps of the limit itself."""
    start = 0
    while len(utf8) - start > limit:
        end = utf8.rfind(b"\n", start, start + limit)
        if end < 0:
            raise StructureError("line_too_long", line=utf8.count(b"\n", 0, start) + 1, limit=limit)
        start = end + 1


def _bom(content: bytes) -> str | None:
    return next((name for mark, name in _BOMS if content.startswith(mark)), None)


def _refuse_zero_bytes(content: bytes) -> None:
    at = content.find(b"\0")
    if at < 0:
        return
    line, column = place_of(content, at)
    raise StructureError("zero_byte", line=line, column=column)


def place_of(content: bytes, at: int) -> tuple[int, int]:
    """Return the line and the column, from 1, of the byte at offset `at`."""
    before = content[:at].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1, len(before) - before.rfind(b"\n")


def _guess(content: bytes) -> str:
    bad = _first_bad_utf8(content)
    if bad is None:
        return "utf-8"
    if _mostly_utf8(content[max(0, bad - _CHUNK) : bad + _CHUNK]):
        line, column = place_of(content, bad)
        byte = f"0x{content[bad]:02X}"
        raise StructureError("mixed_encoding", line=line, column=column, byte=byte)
    high = set(content.translate(None, _ASCII))
    if undefined := _UNDEFINED_1252 & high:
        at = min(content.index(byte) for byte in undefined)
        line, column = place_of(content, at)
        raise StructureError("unknown_encoding", line=line, column=column, byte=f"0x{content[at]:02X}")
    if not high & _C1 and high & _LATIN9 and _LATIN9_ONLY.search(content):
        return "iso-8859-15"
    return "cp1252"


def _first_bad_utf8(content: bytes) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(content), _CHUNK):
        chunk = content[start : start + _CHUNK]
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=start + _CHUNK >= len(content))
        except UnicodeDecodeError as error:
            return max(0, start - pending + error.start)
    return None


def _mostly_utf8(content: bytes) -> bool:
    """Tell UTF-8 with a few foreign bytes from a one-byte encoding, where pairs are rare."""
    high = sum(len(run) for run in _HIGH.findall(content))
    paired = sum(len(pair) for pair in _UTF8_PAIR.findall(content))
    return paired * 2 > high


def _transcode(content: bytes, encoding: str) -> bytes:
    if encoding in ("utf-8", "utf8"):
        _check(content, "utf-8")
        return content.removeprefix(codecs.BOM_UTF8)
    if encoding == "utf-8-sig":
        _check(content, "utf-8")
        return content[len(codecs.BOM_UTF8) :]
    if encoding in _ONE_BYTE and not _UNDEFINED_1252 & set(content.translate(None, _ASCII)):
        starts = range(0, len(content), _CHUNK)
        return b"".join(content[i : i + _CHUNK].decode(encoding).encode() for i in starts)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line, column = place_of(content, error.start)
        byte = f"0x{content[error.start]:02X}"
        raise StructureError(
            "not_that_encoding", line=line, column=column, byte=byte, encoding=encoding
        ) from error
    except LookupError as error:
        raise StructureError("no_such_encoding", encoding=encoding) from error
    if "\0" in text:
        at = text.index("\0")
        raise StructureError(
            "zero_byte", line=text.count("\n", 0, at) + 1, column=at - text.rfind("\n", 0, at)
        )
    return text.encode("utf-8", "replace")


def _check(content: bytes, encoding: str) -> None:
    bad = _first_bad_utf8(content)
    if bad is None:
        return
    line, column = place_of(content, bad)
    byte = f"0x{content[bad]:02X}"
    raise StructureError("not_that_encoding", line=line, column=column, byte=byte, encoding=encoding)
