"""HTML turned into plain text: nothing is run, nothing is fetched, what it quotes is known.

The markup is walked as a stream of tags, so that its depth costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from lxml import etree

_LONGEST = 1_000_000
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p",
    "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
})  # fmt: skip
_SILENT = frozenset({
    "head", "iframe", "noscript", "object", "script", "select", "style", "svg", "template",
    "textarea", "title",
})  # fmt: skip
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
})  # fmt: skip
_SPACES = re.compile(r"[ \t\r\n\f]+")
_MANY_LINES = re.compile(r"\n(?:[ \u00a0]*\n){2,}")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CITING_CLASSES = frozenset({
    "gmail_quote", "gmail_quote_container", "yahoo_quoted", "moz-cite-prefix",
    "protonmail_quote", "zmail_extra", "tutanota_quote", "moz-forward-container",
})  # fmt: skip
_CITING_IDS = frozenset({
    "olk_src_body_section", "mail-editor-reference-message-container",
})  # fmt: skip
#: Before these, what follows on the page is the message that was answered, not only what is inside.
_BEFORE_CITED = frozenset({"divrplyfwdmsg", "appendonsend", "stopspelling", "reply-intro"})
_HIDDEN = re.compile(r"display\s*:\s*none|font-size\s*:\s*0(?![.\d])|visibility\s*:\s*hidden", re.IGNORECASE)
#: Outlook draws a line above the message that it answers.
_RULED = re.compile(
    r"border(?:-top)?\s*:\s*(?:none\s*;\s*border-top\s*:\s*)?solid\s+#(?:b5c4df|e1e1e1)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page, and the spans (from, to) of it that its markup says are quoted."""

    text: str
    cited: tuple[tuple[int, int], ...] = ()


def plain(markup: str) -> Page:
    """Return the text that a reader of `markup` would see."""
    parser = etree.HTMLParser(target=_Walk(), recover=True, no_network=True, huge_tree=True)
    try:
        parser.feed("<html><body>")
        parser.feed(_CONTROLS.sub("", markup[:_LONGEST]))
        page = parser.close()
    except (etree.LxmlError, ValueError, AssertionError):
        return Page(re.sub(r"<[^<>]{0,2000}>", " ", markup[:_LONGEST]))
    return page if isinstance(page, Page) else Page("")


@dataclass(slots=True)
class _Walk:
    """Hears the tags one by one; keeps the text, the depth of what is silent and what is cited."""

    parts: list[tuple[str, bool]] = field(default_factory=list)
    open: list[tuple[str, bool, bool]] = field(default_factory=list)
    silent: int = 0
    citing: int = 0
    rest_is_cited: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "br":
            self._add("\n")
        elif tag in _BLOCKS:
            self._new_line()
        elif tag in {"td", "th"}:
            self._add(" ")
        silent, cites = self._silences(tag, attributes), self._cites(tag, attributes)
        if tag == "hr":
            self._add("____\n")
        if tag in _VOID:
            return
        self.silent += silent
        self.citing += cites
        self.open.append((tag, silent, cites))

    def end(self, tag: str) -> None:
        if tag in _BLOCKS and tag != "hr":
            self._new_line()
        while self.open and tag not in _VOID:
            name, silent, cites = self.open.pop()
            self.silent -= silent
            self.citing -= cites
            if name == tag:
                break

    def data(self, words: str) -> None:
        words = _SPACES.sub(" ", words)
        if self._at_line_start():
            words = words.lstrip(" ")
        self._add(words)

    def comment(self, words: str) -> None:
        """Leave comments out, Outlook's conditional ones too."""

    def close(self) -> Page:
        return _assembled(self.parts)

    def _silences(self, tag: str, attributes: Mapping[str, str]) -> bool:
        return tag in _SILENT or bool(_HIDDEN.search(attributes.get("style") or ""))

    def _cites(self, tag: str, attributes: Mapping[str, str]) -> bool:
        names = set((attributes.get("class") or "").lower().split())
        identity = (attributes.get("id") or "").lower().removeprefix("x_")
        if identity in _BEFORE_CITED or _RULED.search(attributes.get("style") or ""):
            self.rest_is_cited = True
        return tag == "blockquote" or bool(names & _CITING_CLASSES) or identity in _CITING_IDS

    def _add(self, words: str) -> None:
        if words and not self.silent:
            self.parts.append((words, bool(self.citing) or self.rest_is_cited))

    def _new_line(self) -> None:
        if self.parts and not self._at_line_start():
            self._add("\n")

    def _at_line_start(self) -> bool:
        return not self.parts or self.parts[-1][0].endswith("\n")


def _assembled(parts: list[tuple[str, bool]]) -> Page:
    """Join the parts; blank lines in a row become one, and the spans follow."""
    texts: list[str] = []
    spans: list[tuple[int, int]] = []
    length = 0
    for cited, run in groupby(parts, key=itemgetter(1)):
        kept = _MANY_LINES.sub("\n\n", "".join(words for words, _ in run))
        if cited:
            spans.append((length, length + len(kept)))
        texts.append(kept)
        length += len(kept)
    return Page("".join(texts), tuple(spans))
