"""What a verb says: lines for a person, or one JSON document for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
CreditorKey = Annotated[
    str | None, typer.Option("--creditor", help="Which creditor, where there are several.")
]
OrganisationName = Annotated[
    str | None, typer.Option("--organisation", help="Which organisation, where there are several.")
]


class Refused(Exception):
    """What was asked cannot be done, for these reasons. The command ends with status 1."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def say(document: Any, lines: Iterable[str], *, as_json: bool) -> None:
    """Print the document for a program, or the lines for a person."""
    if as_json:
        print(json.dumps(document, default=plain, ensure_ascii=False))
    else:
        for line in lines:
            print(line)


def show_refusal(refusal: Refused, *, as_json: bool) -> None:
    """Print why not: on standard error, and as JSON on standard output where that was asked for."""
    if as_json:
        print(json.dumps({"refused": list(refusal.reasons)}, ensure_ascii=False))
    for reason in refusal.reasons:
        print(reason, file=sys.stderr)


def plain(value: Any) -> Any:
    """Return days as ISO, amounts as strings, frozen values as objects."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
