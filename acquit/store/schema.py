"""What migrations write the schema down with. Never change a column here: there are tables of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Tables(Operation):
    """Create tables together: what refers to what is worked out once, not again after each of them.

    Django alone renders every model that is linked to a new one, and here all of them are: three quarters of
    the time of a first `acquit init` went there.
    """

    def __init__(self, *tables: CreateModel) -> None:
        self.tables = tables

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)
        for table in self.tables:
            table.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return "Create " + ", ".join(table.name for table in self.tables)


def key() -> models.BigAutoField[Any, Any]:
    """Return the number that a row is known by."""
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def link(to: str, on_delete: Callable[..., Any], **more: Any) -> models.ForeignKey[Any, Any]:
    """Return a link without an index of its own: every index begins with the organisation."""
    given: dict[str, Any] = {"related_name": "+", "db_index": False} | more
    return models.ForeignKey(to, on_delete, **given)


def organisation() -> models.ForeignKey[Any, Any]:
    """Return the organisation that the row belongs to, which row-level security goes by."""
    return link("accounts.organisation", models.PROTECT)


def person(on_delete: Callable[..., Any] = models.SET_NULL, **more: Any) -> models.ForeignKey[Any, Any]:
    """Return the user who did something; what he did outlives him."""
    return link(settings.AUTH_USER_MODEL, on_delete, **({"null": on_delete is models.SET_NULL} | more))
