"""What a telephone number must be before somebody is asked to dial it."""

from __future__ import annotations

import re

_FEWEST_DIGITS, _MOST_DIGITS = 4, 15


def could_be_dialled(number: str) -> bool:
    """Return whether `number` has neither too few digits nor too many (E.164: 15)."""
    return _FEWEST_DIGITS <= len(re.sub(r"\D", "", number)) <= _MOST_DIGITS
