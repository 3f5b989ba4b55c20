"""Lines of the log: one event begins each line, whatever a name from outside has in it."""

from __future__ import annotations

import logging
import re

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


class OneLine(logging.Formatter):
    """A formatter that writes what is not seen as its escape; what follows an event is set in.

    >>> said = logging.LogRecord("a", 30, "", 1, "client %s", ("X\\nERROR forged",), None)
    >>> OneLine("{levelname}: {message}", style="{").format(said)
    'WARNING: client X\\\\nERROR forged'
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name in logging
        """Return the line of `record`, before what was raised."""
        return _escaped(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802  the name in logging
        """Return what was raised, set in by two spaces, so that no line of it looks like an event."""
        said = super().formatException(ei)  # type: ignore[arg-type]
        return "\n".join(f"  {_escaped(line)}" for line in said.splitlines())


def _escaped(line: str) -> str:
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), line)
