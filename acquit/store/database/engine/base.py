"""Django's PostgreSQL backend, which starts the embedded server and keeps to one organisation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from acquit.store.database.embedded import server_in


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows a connection may see. Without an organisation it sees none."""

    organisation: int | None = None
    user: int | None = None


NOBODY = Scope()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that knows for whom it works, also after it was lost and made again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = NOBODY
        self._told: Scope | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        home = self.settings_dict.get("EMBEDDED_IN")
        if home:
            server_in(Path(home)).ensure_running()
        return super().get_new_connection(conn_params)

    def init_connection_state(self) -> None:
        super().init_connection_state()
        self._told = NOBODY
        self._tell()

    def create_cursor(self, name: str | None = None) -> Any:
        self._tell()
        return super().create_cursor(name)

    def work_for(self, scope: Scope) -> None:
        """Let every statement from now on see the rows of `scope`, and no others.

        A setting made inside a transaction goes with its rollback, back to what held before the
        transaction began. In a failed transaction no setting can be made at all: then the
        server is told before the next statement.
        """
        self.scope = scope
        if self.connection is None or self.connection.closed:
            return
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            self._told = None
        else:
            self._tell()

    def _tell(self) -> None:
        if self._told == self.scope or self.connection is None:
            return
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        with self.wrap_database_errors:
            self.connection.execute(
                "SELECT set_config('acquit.organisation', %s, false), set_config('acquit.user', %s, false)",
                (str(self.scope.organisation or ""), str(self.scope.user or "")),
            )
        self._told = self.scope

    def _rollback(self) -> Any:
        self._told = None
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._told = None
