"""The markup of OFX as elements that know their line: SGML whose end tags may lack, or XML.

Own, because the libraries at hand say neither where a file is broken nor what they skipped. Nothing in
a file can act: a declaration refuses it, and of entities only the few standard ones mean anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from acquit.sources.errors import StructureError

DEEPEST = 40
_ROOT = re.compile(r"<OFX\b", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._]{0,63}")
_ENTITY = re.compile(r"&(?:#(\d{1,6})|#x([0-9A-Fa-f]{1,5})|(amp|lt|gt|quot|apos|nbsp));")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: What holds a value and never elements: such a one ends where the next begins, even when it is empty.
_LEAVES = _names(
    "ACCTID ACCTKEY ACCTTYPE BALAMT BANKID BRANCHID CHECKNUM CODE CORRECTACTION CORRECTFITID CURDEF "
    "CURRATE CURSYM DTASOF DTAVAIL DTEND DTPOSTED DTSERVER DTSTART DTUSER EXTDNAME FITID LANGUAGE MEMO "
    "MESSAGE NAME PAYEEID REFNUM SEVERITY SIC SRVRTID TRNAMT TRNTYPE TRNUID"
)
#: What holds elements and must be closed: what lies in an open one cannot be told from what follows it.
_HOLDERS = _names(
    "OFX BANKMSGSRSV1 STMTTRNRS STMTRS CREDITCARDMSGSRSV1 CCSTMTTRNRS CCSTMTRS BANKACCTFROM CCACCTFROM "
    "BANKTRANLIST STMTTRN LEDGERBAL AVAILBAL INVSTMTMSGSRSV1 INVSTMTTRNRS INVSTMTRS"
)


@dataclass(slots=True)
class Element:
    """An element: what it holds, and the line where it begins."""

    name: str
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def child(self, name: str) -> Element | None:
        """Return the first element directly inside that bears the name."""
        return next((one for one in self.children if one.name == name), None)

    def said(self, *path: str) -> str:
        """Return the text at the path below, blanks folded; "" where there is none."""
        at: Element | None = self
        for name in path:
            at = None if at is None else at.child(name)
        return "" if at is None else " ".join(at.text.split())

    def line_of(self, name: str) -> int:
        """Return the line of the element inside that bears the name, else its own."""
        found = self.child(name)
        return self.line if found is None else found.line

    def each(self, *names: str) -> Iterator[Element]:
        """Yield all elements below that bear one of the names, in their order."""
        open_ = list(reversed(self.children))
        while open_:
            one = open_.pop()
            if one.name in names:
                yield one
            open_.extend(reversed(one.children))


def parse(text: str) -> Element:
    """Return the OFX element of the text, or raise StructureError with line and cause."""
    start = _ROOT.search(text)
    if start is None:
        raise StructureError("ofx_none", line=1)
    if declared := re.search(r"<!(?:DOCTYPE|ENTITY)", text[: start.start()], re.IGNORECASE):
        raise StructureError("ofx_declaration", line=text.count("\n", 0, declared.start()) + 1)
    builder = _Builder(text, start.start())
    root = builder.build()
    if another := _ROOT.search(text, builder.at):
        raise StructureError("ofx_two", line=text.count("\n", 0, another.start()) + 1)
    return root


class _Builder:
    """Goes through the text once, from tag to tag, with the elements that are open."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.at = start
        self.line = text.count("\n", 0, start) + 1
        self.counted = start
        self.open: list[Element] = []
        self.root: Element | None = None

    def build(self) -> Element:
        """Return the root once it is closed."""
        while self.root is None or self.open:
            tag = self._next_tag()
            self._read_text(self.text[self.at : tag])
            self.at = tag
            self._place(tag)
            self._tag()
        return self.root

    def _place(self, at: int) -> None:
        self.line += self.text.count("\n", self.counted, at)
        self.counted = at

    def _next_tag(self) -> int:
        """Return where the next tag begins; a < that begins none is text."""
        at = self.text.find("<", self.at)
        while at >= 0 and not re.match(r"[A-Za-z/!?]", self.text[at + 1 : at + 2]):
            at = self.text.find("<", at + 1)
        if at < 0:
            open_ = self.open[-1]
            self._place(len(self.text))
            raise StructureError("ofx_cut", line=self.line, name=open_.name, opened=open_.line)
        return at

    def _read_text(self, raw: str) -> None:
        if raw.strip() and self.open:
            self.open[-1].text += _ENTITY.sub(_meaning, raw.strip())

    def _tag(self) -> None:
        if self.text.startswith("<![CDATA[", self.at):
            inside = self._until("]]>", 9)
            self.open[-1].text += inside.strip()
        elif self.text.startswith("<!--", self.at):
            self._until("-->", 4)
        elif self.text.startswith("<?", self.at):
            self._until("?>", 2)
        elif self.text.startswith("<!", self.at):
            raise StructureError("ofx_declaration", line=self.line)
        else:
            self._element(self._until(">", 1))

    def _until(self, mark: str, skipped: int) -> str:
        end = self.text.find(mark, self.at + skipped)
        if end < 0:
            raise StructureError("ofx_tag", line=self.line, tag=_short(self.text[self.at : self.at + 40]))
        inside = self.text[self.at + skipped : end]
        self.at = end + len(mark)
        return inside

    def _element(self, inside: str) -> None:
        closes, empty = inside.startswith("/"), inside.endswith("/")
        name, *_ = inside.strip("/").split(maxsplit=1) or [""]
        if not _NAME.fullmatch(name):
            raise StructureError("ofx_tag", line=self.line, tag=_short(f"<{inside}>"))
        if closes:
            self._close(name.upper())
            return
        self._begin(name.upper())
        if empty:
            self.open.pop()

    def _begin(self, name: str) -> None:
        if self.open and (self.open[-1].text or self.open[-1].name in _LEAVES):
            self.open.pop()
        if len(self.open) >= DEEPEST:
            raise StructureError("ofx_too_deep", line=self.line, limit=DEEPEST)
        element = Element(name, self.line)
        if self.open:
            self.open[-1].children.append(element)
        elif self.root is None:
            self.root = element
        self.open.append(element)

    def _close(self, name: str) -> None:
        if not any(one.name == name for one in self.open):
            raise StructureError("ofx_end_alone", line=self.line, name=name)
        while (closed := self.open.pop()).name != name:
            if closed.name in _HOLDERS:
                raise StructureError(
                    "ofx_not_closed", line=self.line, name=closed.name, opened=closed.line, before=name
                )
            # A value left empty and open held nothing: what came after it lies beside it.
            self.open[-1].children += closed.children
            closed.children = []


def _meaning(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return _ENTITIES[name]
    number = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(number) if 31 < number < 0xD800 or 0xDFFF < number < 0x110000 else " "


def _short(text: str) -> str:
    return " ".join(text.split())[:40]
