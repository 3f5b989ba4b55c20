"""The part of a Reading that one line of its file is about."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

_CLAIMS = ("invoices", "credit_notes", "payments")
_BY_LINE = ("contacts", "bank_lines", "statuses")


def part_of(tables: Mapping[str, pl.DataFrame], line: int | None) -> dict[str, pl.DataFrame]:
    """Return the rows of `line`, with the allocations that name them and the other side of these."""
    keys = pl.concat([tables[kind].filter(pl.col("line") == line)["external_key"] for kind in _CLAIMS])
    ties = tables["allocations"].filter(
        (pl.col("line") == line)
        | pl.col("invoice_key").is_in(keys.implode())
        | pl.col("by_key").is_in(keys.implode())
    )
    wanted = pl.concat([keys, ties["invoice_key"], ties["by_key"]]).unique()
    part = {kind: table.clear() for kind, table in tables.items()}
    for kind in _CLAIMS:
        part[kind] = tables[kind].filter(pl.col("external_key").is_in(wanted.implode()))
    part["allocations"] = ties
    part |= {kind: tables[kind].filter(pl.col("line") == line) for kind in _BY_LINE}
    part |= {
        kind: tables[kind].filter(pl.col("invoice_key").is_in(wanted.implode()))
        for kind in ("terms", "vat_lines")
    }
    stated = part["bank_lines"]["statement"].unique()
    part["statements"] = tables["statements"].filter(pl.col("statement").is_in(stated.implode()))
    who = pl.concat([part[kind]["debtor"] for kind in (*_CLAIMS, "contacts")]).unique()
    part["bank_lines"] = tables["bank_lines"].filter(pl.col("line") == line)
    part["debtors"] = tables["debtors"].filter(pl.col("debtor").is_in(who.implode()))
    return part
