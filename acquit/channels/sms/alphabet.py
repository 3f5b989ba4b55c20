"""The alphabet of an SMS and what a text costs in parts (3GPP TS 23.038 and 23.040).

One character outside the GSM alphabet turns the whole text into UCS-2, of which a part holds 70 and not
160: « ê », « œ » or a narrow space would more than double the price. Such letters lose their sign where
the word stays; a text in another script keeps every character and pays for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Each is written as an escape and a character: it counts two.
_EXTENSION = frozenset("\f^{}\\[~]|€")
_SAID_OTHERWISE = str.maketrans({
    "’": "'", "‘": "'", "‚": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "−": "-",
    "\u2010": "-", "\u2011": "-", "…": "...", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
    "ð": "d", "þ": "th", "ı": "i", "•": "-", "·": "-", "°": "o", "№": "No", "\t": " ",
})  # fmt: skip
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_QUOTES = re.compile("«[ ]?|[ ]?»")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x09\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Parts:
    """How a text crosses the air: in how many parts, of what size, and whether the alphabet is GSM's.

    `used` are the septets of GSM or the 16-bit units of UCS-2.
    """

    count: int
    used: int
    is_gsm: bool


def fitted(text: str) -> str:
    """Return `text` in the GSM alphabet where its words survive that; else with all its characters.

    >>> fitted("Échéance dépassée : « tête-à-tête », cœur, reçu, 1\\u202f200,00\\u00a0€")
    'Échéance dépassée : "tete-à-tete", coeur, recu, 1 200,00 €'
    >>> fitted("Рахунок №5")
    'Рахунок №5'
    """
    text = _UNSEEN.sub("", _SPACES.sub(" ", unicodedata.normalize("NFC", text)))
    text = re.sub(r" *\n\s*", "\n", text).strip()
    plain = "".join(map(_simpler, _QUOTES.sub('"', text.translate(_SAID_OTHERWISE))))
    return plain if _is_gsm(plain) else text


def _simpler(character: str) -> str:
    """Return a character of the alphabet, by taking its signs off if need be."""
    if _is_gsm(character):
        return character
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return bare if bare.strip() and _is_gsm(bare) else character


def _is_gsm(text: str) -> bool:
    return all(character in _BASIC or character in _EXTENSION for character in text)


def parts(text: str) -> Parts:
    """Return in how many parts `text` is sent.

    One part holds 160 septets or 70 units; of several, each gives up the room of its header and holds
    153 or 67. Neither an escaped character nor a surrogate pair is cut in two.

    >>> parts("a" * 160).count, parts("a" * 161).count, parts("€" * 80).count, parts("€" * 77 + "a" * 7).count
    (1, 2, 1, 2)
    >>> parts("ж" * 70).count, parts("ж" * 71).count
    (1, 2)
    """
    is_gsm = _is_gsm(text)
    alone, each = (160, 153) if is_gsm else (70, 67)
    sizes = [_septets(c) if is_gsm else _units(c) for c in text]
    used = sum(sizes)
    if used <= alone:
        return Parts(1, used, is_gsm)
    return Parts(_packed(sizes, each), used, is_gsm)


def _septets(character: str) -> int:
    return 2 if character in _EXTENSION else 1


def _units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1


def _packed(sizes: Iterable[int], room: int) -> int:
    count, left = 1, room
    for size in sizes:
        if size > left:
            count, left = count + 1, room
        left -= size
    return count
