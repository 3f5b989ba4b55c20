"""A verb of one function: what stands under `acquit`, or under a verb of several."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import typer
from typer.core import TyperCommand


def single(name: str, function: Callable[..., None]) -> TyperCommand:
    """Return the command `name` that calls a function with typer's annotations."""
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name, no_args_is_help=False)(function)
    found = cast("TyperCommand", typer.main.get_command(alone))
    found.name = name
    return found
