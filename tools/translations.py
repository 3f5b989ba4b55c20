"""Compiles the .po files that changed into the .mo files that Django reads."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent.parent / "acquit" / "locale"


def compile_translations() -> int:
    """Return how many files were compiled anew."""
    compiled = 0
    for source in sorted(LOCALES.rglob("*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as said:
            catalog = read_po(said, locale=source.parent.parent.name)
        with target.open("wb") as file:
            write_mo(file, catalog)
        compiled += 1
    return compiled


if __name__ == "__main__":
    compile_translations()
