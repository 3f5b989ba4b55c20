"""Staging: the canonical tables of a Reading, copied into temporary tables of the transaction."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import polars as pl
from django.db.backends.utils import CursorWrapper

from acquit.flows.material.loading.outcome import Counts, Progress
from acquit.sources.base import AMOUNT, MOMENT, SCHEMAS, Document
from acquit.sources.errors import RowError
from acquit.sources.words import Why

_CHUNK = 50_000
_TYPES: dict[Any, str] = {
    pl.Int64: "bigint", pl.Int32: "integer", pl.String: "text", pl.Date: "date",
    pl.Boolean: "boolean", AMOUNT: "numeric(18,4)", pl.Decimal(7, 4): "numeric(7,4)",
    MOMENT: "timestamptz",
}  # fmt: skip
#: What the ledger does not keep is not copied either.
_LEFT = {
    "invoices": {"reference", "foreign_amount", "foreign_currency"},
    "credit_notes": {"reference", "foreign_amount", "foreign_currency"},
    "payments": {"payer_iban", "foreign_amount", "foreign_currency"},
    "contacts": {"external_key"},
}  # fmt: skip
#: Sources that are the invoice itself: what they say of it prevails over what a ledger or a list says.
PREVAILING = frozenset({"einvoice"})
#: An invoice of one term carries it along, which spares a row and a join for nearly every invoice.
_OWN_TERM = {"due_on": pl.Date}
_KEYS = ("external_key", "invoice_key", "by_key", "statement")
_LONGEST_KEY = 200


@dataclass(slots=True)
class Load:
    """One import at work: where it writes, on which day, and what it found so far.

    `source_at` is when the file arrived: by it a later file knows what files have tied. `header` is the
    hash of its columns, by which its source is known again. Only a whole file can deny by its silence
    what an earlier one said; one that `is_complete` holds all that is open. `refused_cells` are what the
    rows say that the reader refused.
    """

    cursor: CursorWrapper
    organisation_id: int
    creditor_id: int
    kind: str
    now: datetime
    today: date
    source_at: datetime
    file_id: int | None = None
    header: str = ""
    is_whole: bool = True
    is_complete: bool = False
    refused_cells: frozenset[str] = frozenset()
    states_disputes: bool = False
    documents: tuple[Document, ...] = ()
    progress: Progress | None = None
    created: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    moved: int = 0
    refused: list[RowError] = field(default_factory=list)
    notes: list[Why] = field(default_factory=list)

    def run(self, sql: str, **params: Any) -> int:
        """Run the statements; return how many rows the last one concerned."""
        self.cursor.execute(sql, {**self._params(), **params})
        while self.cursor.nextset():
            pass
        return int(self.cursor.rowcount)

    def rows(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        self.cursor.execute(sql, {**self._params(), **params})
        return list(self.cursor.fetchall())

    def count(self, table: str, created: int, updated: int, unchanged: int) -> None:
        """Add to the counts of a table."""
        for counted, number in (
            (self.created, created), (self.updated, updated), (self.unchanged, unchanged)
        ):  # fmt: skip
            counted[table] = counted.get(table, 0) + number

    def refuse(self, line: int | None, name: str, code: str, value: str = "", **params: Any) -> None:
        """Put a row among those that a person must look at."""
        self.refused.append(RowError(line, name, Why(code, params), value))

    def counts(self) -> Counts:
        """Return what was counted."""
        return Counts(created=self.created, updated=self.updated, unchanged=self.unchanged)

    def tell(self, stage: str, done: int, total: int) -> None:
        """Tell how far the work is."""
        if self.progress is not None:
            self.progress(stage, done, total)

    def _params(self) -> dict[str, Any]:
        return {
            "org": self.organisation_id, "creditor": self.creditor_id, "file": self.file_id,
            "header": self.header, "now": self.now, "today": self.today,
            "source_at": self.source_at, "kind": self.kind,
            "prevails": self.kind in PREVAILING, "prevailing": list(PREVAILING),
        }  # fmt: skip


def stage(load: Load, tables: dict[str, pl.DataFrame]) -> None:
    """Move every table into a `load_<kind>` that is gone at the end of the transaction."""
    _carry_single_terms(tables)
    total = sum(table.height for table in tables.values())
    done = 0
    for kind, schema in SCHEMAS.items():
        kept = {name: dtype for name, dtype in schema.items() if name not in _LEFT.get(kind, ())}
        kept |= _OWN_TERM if kind == "invoices" else {}
        _empty(load, f"load_{kind}", ", ".join(f"{name} {_TYPES[dtype]}" for name, dtype in kept.items()))
        for height in _copy(load.cursor, f"load_{kind}", tables.pop(kind).select(*kept)):
            done += height
            load.tell("copying", done, total)
        load.run(f"ANALYZE load_{kind}")


def _carry_single_terms(tables: dict[str, pl.DataFrame]) -> None:
    terms = tables["terms"]
    alone = terms.filter(pl.col("rank") == 1)
    if alone.height < terms.height:
        several = terms.filter(pl.col("rank") > 1)["invoice_key"].unique()
        alone = alone.filter(~pl.col("invoice_key").is_in(several.implode()))
        tables["terms"] = terms.filter((pl.col("rank") > 1) | pl.col("invoice_key").is_in(several.implode()))
    else:
        tables["terms"] = terms.clear()
    tables["invoices"] = tables["invoices"].join(
        alone.select("due_on", external_key="invoice_key"), on="external_key", how="left",
        maintain_order="left",
    )  # fmt: skip


def create(load: Load, name: str, query: str, **params: Any) -> int:
    """Make a temporary table of what `query` selects; return its rows."""
    load.run(f"DROP TABLE IF EXISTS pg_temp.{name}")
    rows = load.run(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {query}", **params)
    load.run(f"ANALYZE {name}")
    return rows


def _empty(load: Load, name: str, columns: str) -> None:
    """Make an empty temporary table; one may be there still, of an import inside a savepoint."""
    load.run(f"DROP TABLE IF EXISTS pg_temp.{name}")
    load.run(f"CREATE TEMPORARY TABLE {name} ({columns}) ON COMMIT DROP")


def _copy(cursor: CursorWrapper, name: str, table: pl.DataFrame) -> Iterator[int]:
    """Copy `table`, yielding the rows of each chunk."""
    if table.is_empty():
        return
    table = _short_keys(table)
    with cursor.copy(f"COPY pg_temp.{name} FROM STDIN (FORMAT csv)") as copy:
        for start in range(0, table.height, _CHUNK):
            chunk = table.slice(start, _CHUNK)
            buffer = io.BytesIO()
            chunk.write_csv(buffer, include_header=False)
            copy.write(buffer.getvalue())
            yield chunk.height


def _short_keys(table: pl.DataFrame) -> pl.DataFrame:
    """Keep keys within their column; a long one ends in a hash of itself."""
    for name in set(_KEYS) & set(table.columns):
        lengths = table[name].str.len_chars()
        if int(lengths.max() or 0) > _LONGEST_KEY:  # type: ignore[arg-type]
            long = table[name].filter(lengths > _LONGEST_KEY).unique()
            short = {key: f"{key[:130]} {sha256(key.encode()).hexdigest()}" for key in long}
            table = table.with_columns(pl.col(name).replace(short))
    return table
