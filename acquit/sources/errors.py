"""What goes wrong in a foreign file: a row refused, a file refused, a question left open."""

from __future__ import annotations

from dataclasses import dataclass

from acquit.sources.words import Why, say, sentence


@dataclass(frozen=True, slots=True)
class RowError:
    """One row that could not be read. `row` is what was read, cell by cell, for the quarantine."""

    line: int | None
    field: str | None
    why: Why
    value: str = ""
    row: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Return the code of the reason, for machines."""
        return self.why.code

    def words(self, language: str = "fr") -> str:
        """Return the reason in plain words."""
        return say(self.why, language)


class StructureError(Exception):
    """The file is broken as a whole: nothing of it can be imported."""

    def __init__(self, code: str, line: int | None = None, **params: object) -> None:
        self.why = Why(code, params)
        self.line = line
        super().__init__(self.words())

    @property
    def code(self) -> str:
        """Return the code of the cause, for machines."""
        return self.why.code

    def words(self, language: str = "fr") -> str:
        """Return the place and the cause in plain words."""
        if self.line is None:
            return sentence(self.why, language)
        place = "Ligne {}\u00a0: {}" if language == "fr" else "Line {}: {}"
        return place.format(self.line, say(self.why, language))


@dataclass(frozen=True, slots=True)
class Question:
    """Something the file leaves open, read as `default` until `option` says otherwise.

    The caller shows it once, and passes the answer as that option the next time.
    """

    option: str
    why: Why
    choices: tuple[str, ...]
    default: str
    columns: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()

    def words(self, language: str = "fr") -> str:
        """Return the question in plain words."""
        return sentence(self.why, language)
