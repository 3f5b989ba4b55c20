"""Where the window of an envelope lies on the folded sheet, by the country that the letter goes to.

France: the frame of 85 × 33 mm at 110 mm from the left and 55 mm from the top. Countries of left-hand
windows: the address field of DIN 5008 form B, 85 × 45 mm at 20 and 45 mm, of which the lower 27.3 mm hold
the address and the upper 17.7 mm what the post must read above it. Switzerland: its right-hand window.
Only the French frame is confirmed by a source; the others are the trade's general knowledge, to be tried
with one's own envelopes before a first batch.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of the sheet that the window shows, in millimetres from the left and the top edge.

    `note_top` is where the mention of a registered letter stands, above the address.
    """

    left: float
    top: float
    width: float
    height: float
    note_top: float

    @property
    def on_the_left(self) -> bool:
        """Tell whether the address stands on the left half of an A4 sheet."""
        return self.left < 105


_RIGHT = Window(left=110, top=55, width=85, height=33, note_top=42)
_DIN_5008_B = Window(left=20, top=62.7, width=85, height=27.3, note_top=47)
_SWISS_RIGHT = Window(left=118, top=50, width=80, height=36, note_top=40)

_BY_COUNTRY = {
    "DE": _DIN_5008_B, "AT": _DIN_5008_B, "NL": _DIN_5008_B, "GB": _DIN_5008_B, "IE": _DIN_5008_B,
    "CH": _SWISS_RIGHT, "LI": _SWISS_RIGHT,
}  # fmt: skip


def window_of(country: str) -> Window:
    """Return the window of letters to `country` (ISO 3166); the French one where none is known."""
    return _BY_COUNTRY.get(country, _RIGHT)
