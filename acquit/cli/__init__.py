"""The command line: one module a verb, read only when it is called.

A verb's module holds either `command`, a function with typer's annotations, or `app`, a typer
application of several. It imports Django's models inside the function, after `ready()`, so that
verbs without a database start at once.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from acquit import __version__
from acquit.cli.answer import Refused, show_refusal
from acquit.cli.single import single

#: verb → module of acquit.cli, in the order in which `acquit --help` shows them.
VERBS = {
    "init": "init",
    "doctor": "doctor",
    "demo": "demo",
    "serve": "serve",
    "worker": "worker",
    "import": "import_files",
    "feeds": "feeds",
    "mailboxes": "mailboxes",
    "accept": "accept",
    "statuses": "statuses",
    "run": "run",
    "why": "why",
    "diary": "diary",
    "simulate": "simulate",
    "story": "story",
    "match": "match",
    "payers": "payers",
    "due": "due",
    "interest": "interest",
    "rates": "rates",
    "charges": "charges",
    "insolvency": "insolvency",
    "orders": "orders",
    "report": "report",
}


class Verbs(TyperGroup):
    """Finds a verb's module when the verb is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [verb for verb, module in VERBS.items() if _is_there(module)]

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | TyperGroup | None:
        module = VERBS.get(cmd_name)
        if module is None or not _is_there(module):
            return None
        return _command(cmd_name, import_module(f"acquit.cli.{module}"))


def main() -> None:
    """Run the command line: status 0 done, 1 refused with reasons, 2 misused.

    What is imported stays to the end, so nothing is gained where the collector of memory looks through it:
    that takes as long as a report. `ready` lets it look at what comes after.
    """
    gc.disable()
    try:
        app(prog_name="acquit")
    except Refused as refusal:
        show_refusal(refusal, as_json="--json" in sys.argv)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    finally:
        gc.freeze()


app = typer.Typer(
    cls=Verbs,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Acquit : la relance client qui s'arrête dès que c'est payé.",
)


def _say_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def acquit(
    version: Annotated[
        bool,
        typer.Option("--version", help="Say which version this is.", callback=_say_version, is_eager=True),
    ] = False,
) -> None:
    """Acquit : la relance client qui s'arrête dès que c'est payé."""


def _is_there(module: str) -> bool:
    folder = Path(__file__).parent
    return (folder / f"{module}.py").exists() or (folder / module / "__init__.py").exists()


def _command(name: str, module: Any) -> TyperCommand | TyperGroup:
    if not hasattr(module, "app"):
        return single(name, module.command)
    found = cast("TyperCommand | TyperGroup", typer.main.get_command(module.app))
    found.name = name
    return found
