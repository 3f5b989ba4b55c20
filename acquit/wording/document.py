"""What a template yields: paragraphs and the fixed blocks of a message.

One document is shown as plain text, as HTML and as a letter, so the three cannot disagree.
Marks are characters of the private use area, which every text from outside is stripped of:
nobody's name can open a block or a bold run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

TABLE, PAYMENT, SIGNATURE = "\ue010", "\ue011", "\ue012"
BOLD_ON, BOLD_OFF = "\ue000", "\ue001"

_MARKS = re.compile("[\ue000-\uf8ff]")
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+"
)
_RUNS = re.compile(f"{BOLD_ON}(.*?){BOLD_OFF}", re.DOTALL)
_EDITED_BOLD = re.compile(r"\*\*(\S(?:[^*\n]*\S)?)\*\*")
_BLANK = re.compile(r"[ \t\n]+")
_SPACES = re.compile(r"[ \t]+")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")

#: How a person sees the blocks while editing a text; any language's words are understood.
BLOCK_WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        TABLE: "[tableau des factures]",
        PAYMENT: "[moyens de paiement]",
        SIGNATURE: "[signature]",
    },
    "en": {TABLE: "[invoice table]", PAYMENT: "[how to pay]", SIGNATURE: "[signature]"},
}
_BLOCKS = {words: mark for by_mark in BLOCK_WORDS.values() for mark, words in by_mark.items()}


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of words, bold or not."""

    words: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that stand together; a line break inside is "\\n"."""

    runs: tuple[Run, ...]

    @property
    def words(self) -> str:
        """The paragraph without its bold."""
        return "".join(run.words for run in self.runs)


@dataclass(frozen=True, slots=True)
class Block:
    """The invoice table, the payment box or the signature, by its mark."""

    mark: str


Part = Paragraph | Block


def inert(words: str) -> str:
    """Return text from outside on one line, without marks, controls or direction tricks."""
    # Nothing of what is taken out counts as printable: most words pass by this glance alone.
    if words.isprintable() and "  " not in words:
        return words.strip()
    return _BLANK.sub(" ", _CONTROL.sub(" ", _MARKS.sub("", words))).strip()


def parse(marked: str) -> tuple[Part, ...]:
    """Return the paragraphs and blocks of what a template yielded."""
    return tuple(_part(chunk.strip()) for chunk in _BLANK_LINES.split(marked) if chunk.strip())


def parse_edited(text: str) -> tuple[Part, ...]:
    """Return the paragraphs and blocks of a text that a person edited: nothing in it is code.

    `**words**` are bold, and a paragraph that is one of BLOCK_WORDS stands for that block.
    """
    plain = _CONTROL.sub(" ", _MARKS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    marked = _EDITED_BOLD.sub(f"{BOLD_ON}\\1{BOLD_OFF}", plain)
    chunks = (chunk.strip() for chunk in _BLANK_LINES.split(marked))
    return tuple(_part(_BLOCKS.get(chunk.casefold(), chunk)) for chunk in chunks if chunk)


def editable(parts: Iterable[Part], language: str) -> str:
    """Return `parts` as the text that a person edits and `parse_edited` reads back."""
    return "\n\n".join(
        BLOCK_WORDS[language][part.mark]
        if isinstance(part, Block)
        else "".join(f"**{run.words}**" if run.bold else run.words for run in part.runs)
        for part in parts
    )


def _part(chunk: str) -> Part:
    if chunk in (TABLE, PAYMENT, SIGNATURE):
        return Block(chunk)
    lines = "\n".join(_SPACES.sub(" ", line).strip() for line in chunk.split("\n"))
    return Paragraph(tuple(_runs(lines)))


def _runs(words: str) -> Iterable[Run]:
    position = 0
    for match in _RUNS.finditer(words):
        yield from _run(words[position : match.start()], bold=False)
        yield from _run(match[1], bold=True)
        position = match.end()
    yield from _run(words[position:], bold=False)


def _run(words: str, *, bold: bool) -> Iterable[Run]:
    clean = _MARKS.sub("", words)
    return (Run(clean, bold),) if clean else ()
