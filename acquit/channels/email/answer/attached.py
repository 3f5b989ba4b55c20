"""What a file that came along is by its first bytes, whatever it calls itself. Nothing is opened."""

from __future__ import annotations

import re

UNKNOWN = "application/octet-stream"
#: First bytes → media type, the longest first where one begins another.
_BEGINS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/x-msdownload"),
    (b"#!", "text/x-script"),
    (b"<?xml", "application/xml"),
)
_PAGE = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body|<script|<svg)", re.IGNORECASE)
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UNSAFE_NAME = re.compile(r"[^\w .,()\[\]+@=&'’-]|^\.+", re.UNICODE)
_LONGEST = 100


def sniffed(begins: bytes) -> str:
    """Return the media type that the first bytes of a file show.

    >>> sniffed(b"%PDF-1.7\\n"), sniffed(b"MZ\\x90"), sniffed(b"\\n<HTML>"), sniffed("été;1".encode())
    ('application/pdf', 'application/x-msdownload', 'text/html', 'text/plain')
    """
    if begins[:4] == b"RIFF" and begins[8:12] == b"WEBP":
        return "image/webp"
    found = next((kind for start, kind in _BEGINS if begins.startswith(start)), "")
    if found:
        return found
    if _PAGE.match(begins.removeprefix(b"\xef\xbb\xbf")):
        return "text/html"
    return "text/plain" if begins and not _NOT_TEXT.search(begins) else UNKNOWN


def clean_name(name: str, position: int) -> str:
    """Return a file's name fit for a disk, a header and a screen; a number where nothing is left of it.

    >>> clean_name('..fac"ture\\r\\n été.pdf', 1), clean_name("///", 2)
    ('fac_ture été.pdf', 'fichier-2')
    """
    kept = _UNSAFE_NAME.sub("_", " ".join(name.split()).lstrip(".")).strip(" .")
    if not kept.strip("_"):
        return f"fichier-{position}"
    if len(kept) <= _LONGEST:
        return kept
    start, dot, ending = kept.rpartition(".")
    ending = f"{dot}{ending}" if dot and len(ending) <= 10 else ""
    return f"{(start or kept)[: _LONGEST - len(ending)]}{ending}"
