"""Gathers the French words of the code and the templates into acquit/locale/<language>/LC_MESSAGES/django.po.

Needs no gettext program. Translations are kept; a word that is new comes in empty, one that is gone goes. The
French catalogue holds plurals only: without it, gettext would say « 0 factures ».
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).parent.parent / "acquit"
LOCALES = PACKAGE / "locale"
LANGUAGES = ("en", "fr")
FRENCH = "fr"

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

Said = tuple[str | tuple[str, str], str | None, str]


def said(package: Path = PACKAGE) -> Iterator[Said]:
    """Yield each message (singular and plural if it has one), its context, and the file that says it."""
    for file in sorted(package.rglob("*.py")):
        if "tests" not in file.parts:
            yield from _messages(file.read_text(encoding="utf-8"), _named(file, package))
    for file in sorted(package.rglob("templates/**/*.html")):
        source = templatize(file.read_text(encoding="utf-8"), origin=str(file))
        flat = "\n".join(line.strip() for line in source.splitlines())
        yield from _messages(flat, _named(file, package))


def catalogue(language: str, messages: list[Said]) -> Catalog:
    """Return the catalogue of a language: today's messages, with the translations that it already has."""
    kept = existing(language)
    gathered = Catalog(
        locale=language,
        fuzzy=False,
        project="Acquit",
        version="",
        header_comment="# The words of Acquit's screens.",
    )
    for message, context, place in messages:
        if language == FRENCH and isinstance(message, str):
            continue
        known = kept.get(message if isinstance(message, str) else message[0], context)
        told = known.string if known is not None else None
        if language == FRENCH:
            told = message
        gathered.add(message, told or None, locations=[(place, None)], context=context)  # type: ignore[arg-type, list-item]
    return gathered


def existing(language: str) -> Catalog:
    """Read the catalogue as it is, or an empty one."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def path_of(language: str) -> Path:
    """Return where a language's catalogue is."""
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def written(gathered: Catalog) -> bytes:
    """Return a catalogue as text, sorted by file so that a diff shows what changed and nothing else."""
    out = io.BytesIO()
    write_po(out, gathered, width=110, omit_header=False, sort_by_file=True, include_lineno=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    passing = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Generated-By',
        '"Project-Id',
        '"Report-Msgid',
        '"Last-Tr',
        '"Language-Team',
    )
    return "".join(line for line in lines if not line.startswith(passing)).encode()


def main() -> int:
    """Write the catalogues; say what is still to be translated."""
    messages = list(said())
    lacking = 0
    for language in LANGUAGES:
        gathered = catalogue(language, messages)
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(gathered))
        empty = [message.id for message in gathered if message.id and not _is_told(message.string)]
        lacking += len(empty)
        print(f"{language}: {len(gathered)} messages, {len(empty)} to translate")
        for message in empty:
            print(f"  {message}")
    return lacking > 0


def _is_told(string: object) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def _named(file: Path, package: Path) -> str:
    return file.relative_to(package.parent).as_posix()


def _messages(source: str, place: str) -> Iterator[Said]:
    found = extract_python(io.BytesIO(source.encode()), KEYWORDS, (), {"encoding": "utf-8"})
    for _line, function, message, _comments in found:
        parts = [message] if isinstance(message, str) else [part for part in message if part is not None]
        if not parts or not all(isinstance(part, str) for part in parts):
            continue
        context = parts.pop(0) if function and function.startswith(("pgettext", "npgettext")) else None
        plural = function is not None and "ngettext" in function.replace("npgettext", "ngettext")
        yield ((parts[0], parts[1]) if plural and len(parts) > 1 else parts[0], context, place)


if __name__ == "__main__":
    sys.exit(main())
