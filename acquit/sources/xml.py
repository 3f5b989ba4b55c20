"""XML from outside, read without anything in it being able to act: no entities, no network, no bombs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from acquit.sources.errors import StructureError

Element: TypeAlias = etree._Element  # noqa: SLF001  the class has no public name

LARGEST_BYTES = 200 * 1024 * 1024
DEEPEST = 100
_HEAD = 64 * 1024  # some begin with a long licence


def parse_xml(content: bytes, *, largest: int = LARGEST_BYTES) -> Element:
    """Return the root of `content`, its elements named without their namespace.

    Raises StructureError: `xml_too_large`, `xml_doctype` (whoever declares entities wants something
    else than to be read), `xml_too_deep`, or `xml_broken` with its line.
    """
    if len(content) > largest:
        raise StructureError("xml_too_large", size=len(content), limit=largest)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(content.lstrip(b"\x00 \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise StructureError("xml_broken", line=line or None, cause=str(error).split("\n")[0]) from error
    if root.getroottree().docinfo.doctype:
        raise StructureError("xml_doctype", line=1)
    for element in root.iter():
        element.tag = etree.QName(element).localname
    if _depth(root) > DEEPEST:
        raise StructureError("xml_too_deep", limit=DEEPEST)
    return root


def root_name(content: bytes) -> tuple[str, str]:
    """Return namespace and local name of the root element, reading only the head; never raises.

    >>> root_name(b'<?xml version="1.0"?><a:Doc xmlns:a="urn:x">')
    ('urn:x', 'Doc')
    """
    head = content[:_HEAD].lstrip(b"\x00 \t\r\n")
    if b"<" not in head or b"<!DOCTYPE" in head:
        return "", ""
    parser = etree.XMLPullParser(
        events=("start",), resolve_entities=False, no_network=True, load_dtd=False, recover=True
    )
    try:
        parser.feed(head)
        for _, element in parser.read_events():
            name = etree.QName(element)
            return name.namespace or "", name.localname
    except (etree.XMLSyntaxError, ValueError):
        pass
    return "", ""


def text(element: Element | None, path: str) -> str:
    """Return the text at `path` below `element`, its white space folded; "" where there is none."""
    if element is None:
        return ""
    found = element.find(path)
    return "" if found is None else " ".join("".join(found.itertext()).split())


def texts(element: Element, path: str) -> list[str]:
    """Return the texts of all elements at `path`, empty ones left out."""
    folded = (" ".join("".join(one.itertext()).split()) for one in element.findall(path))
    return [said for said in folded if said]


def each(element: Element, path: str) -> Iterator[Element]:
    """Yield the elements at `path`."""
    yield from element.findall(path)


def _depth(root: Element) -> int:
    deepest, level = 0, 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest
