"""Which icons the sprite has."""

from functools import cache
from pathlib import Path


@cache
def icon_names() -> frozenset[str]:
    """Read the names of the icons that the sprite is made of."""
    listed = Path(__file__).parent / "icons.txt"
    return frozenset(listed.read_text(encoding="utf-8").split())
