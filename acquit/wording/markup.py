"""The words of an HTML mail of ours, as whoever reads it or has it read to him meets them."""

from __future__ import annotations

import re
from html import unescape

_UNSEEN = re.compile(r"<(style|script)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_SAID = re.compile(r"""\s(?:alt|title|aria-label)="([^"]*)\"""")
_TAG = re.compile(r"</?([a-zA-Z0-9]*)[^>]*>")
#: Tags within a word; every other one parts words.
_INLINE = frozenset({"a", "b", "em", "font", "i", "small", "span", "strong", "u", "wbr"})


def words_of_html(html: str) -> str:
    """Return the text of `html`, with what stands in its title, its hidden first line and its pictures.

    >>> words_of_html('<p>Une <b>sai</b>sie</p><p>suit</p><img alt="code&nbsp;QR">').split()
    ['Une', 'saisie', 'suit', 'code', 'QR']
    """
    shown = _UNSEEN.sub(" ", html)
    pictures = " ".join(_SAID.findall(shown))
    return unescape(f"{_TAG.sub(_parting, shown)} {pictures}")


def _parting(tag: re.Match[str]) -> str:
    return "" if tag[1].lower() in _INLINE else " "
