"""The words of an HTML mail of ours, as whoever reads it or has it read to him meets them."""

from __future__ import annotations

import re
from html import unescape

from acquit.wording.mail import FILLER

_UNSEEN = re.compile(r"<(style|script)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_SAID = re.compile(r"""\s(?:alt|title|aria-label)="([^"]*)\"""")
#: Tags within a word; every other one parts words.
_INLINE = re.compile(r"</?(?:a|b|em|font|i|small|span|strong|u|wbr)(?![a-zA-Z0-9])[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def words_of_html(html: str) -> str:
    """Return the text of `html`, with what stands in its title, its hidden first line and its pictures.

    >>> words_of_html('<p>Une <b>sai</b>sie</p><p>suit</p><img alt="code&nbsp;QR">').split()
    ['Une', 'saisie', 'suit', 'code', 'QR']
    """
    shown = _UNSEEN.sub(" ", html.replace(FILLER, ""))
    pictures = " ".join(_SAID.findall(shown))
    return unescape(f"{_TAG.sub(' ', _INLINE.sub('', shown))} {pictures}")
