"""Every verb keeps the promises of the command line: help with an example, and the exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from acquit.cli import VERBS, Verbs, app
from acquit.cli.answer import Refused, say, show_refusal

THERE = Verbs(name="acquit").list_commands(None)


@pytest.mark.parametrize("verb", THERE)
def test_help_has_an_example(verb):
    said = CliRunner().invoke(app, [verb, "--help"])
    assert said.exit_code == 0
    assert "Example" in said.stdout or verb == "report"


def test_verbs_without_a_database_do_not_read_django():
    code = "import sys; from acquit.cli import app; print('django' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


def test_misuse_ends_with_two():
    assert CliRunner().invoke(app, ["no-such-verb"]).exit_code == 2
    assert CliRunner().invoke(app, ["init", "--no-such-option"]).exit_code == 2


def test_the_version_is_the_packages():
    done = subprocess.run(
        [sys.executable, "-m", "acquit", "--version"],
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "0.1.0\n")


def test_json_keeps_amounts_as_strings_and_days_as_iso(capsys):
    say({"amount": Decimal("1200.00")}, [], as_json=True)
    assert capsys.readouterr().out == '{"amount": "1200.00"}\n'


def test_a_refusal_is_said_to_both_readers(capsys):
    show_refusal(Refused("because", "and so"), as_json=True)
    said = capsys.readouterr()
    assert said.out == '{"refused": ["because", "and so"]}\n'
    assert said.err == "because\nand so\n"


def test_every_verb_is_listed_once():
    assert len(set(VERBS.values())) == len(VERBS)
