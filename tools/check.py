"""The checks that no linter makes: migrations written, system checks quiet, translations whole."""

from __future__ import annotations

import sys
from pathlib import Path

import django
from babel.messages.pofile import read_po
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.template.loader import get_template
from django.utils import translation

PACKAGE = Path(__file__).parent.parent / "acquit"
NEUTRAL = "fr"


def main() -> int:
    """Return 0 when all is well; print what is not."""
    django.setup()
    problems = [*migrations(), *system(), *templates(), *translations()]
    print("\n".join(problems) if problems else "migrations, system, templates, translations: all well")
    return bool(problems)


def migrations() -> list[str]:
    """Return a line if a model changed and no migration says so."""
    loader = MigrationLoader(None)
    questioner = NonInteractiveMigrationQuestioner(specified_apps=set(), dry_run=True)
    state = ProjectState.from_apps(apps)
    with translation.override(None):
        changes = MigrationAutodetector(loader.project_state(), state, questioner).changes(loader.graph)
    return [f"{app}: a model changed without a migration (django-admin makemigrations)" for app in changes]


def system() -> list[str]:
    """Return what Django's own checks object to."""
    try:
        call_command("check", fail_level="WARNING")
    except SystemCheckError as why:
        return [str(why)]
    return []


def templates() -> list[str]:
    """Return the templates that do not parse."""
    broken = []
    for folder in sorted((PACKAGE / "web").rglob("templates")):
        for file in sorted(folder.rglob("*.html")):
            try:
                get_template(str(file.relative_to(folder)))
            except Exception as why:  # noqa: BLE001
                broken.append(f"{file.relative_to(PACKAGE.parent)}: {why}")
    return broken


def translations() -> list[str]:
    """Return the French words that a translation lacks or marks as unsure."""
    lacking = []
    for file in sorted((PACKAGE / "locale").rglob("*.po")):
        language = file.parent.parent.name
        if language == NEUTRAL:
            continue
        with file.open("rb") as said:
            catalog = read_po(said, locale=language)
        for message in catalog:
            said_how = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.id and (message.fuzzy or not all(said_how)):
                lacking.append(f"{file.relative_to(PACKAGE.parent)}:{message.lineno}: {message.id!r}")
    return lacking


if __name__ == "__main__":
    sys.exit(main())
