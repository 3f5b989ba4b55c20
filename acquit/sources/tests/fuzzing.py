"""Foreign bytes by Hypothesis: noise, and good files spoilt, which reach deeper than noise does."""

from __future__ import annotations

import io
import time
import zipfile

import polars as pl
from hypothesis import strategies as st

from acquit.sources.base import SCHEMAS, Reading, Source, StructureError
from acquit.sources.words import say

SECONDS = 20.0
_SEEDS = (
    b"\0", b"\xff", b'"', b"\r", b"\n", b";", b"\t", b"|", b",", b"=1+1", b"31/11/2026", b"1O0",
    b"\xef\xbb\xbf",
    b"-", b"(", b")", b"\xc3", b"9" * 40, b"\x01", b"1.234", b"TOTAL", "\u2028é€".encode(),
    b"99999999999999,99",
)  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn, samples: tuple[bytes, ...]) -> bytes:
    """Return a good sample after a few cuts, repeats, insertions and swaps."""
    content = bytearray(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        how = draw(st.sampled_from(("cut", "repeat", "insert", "end", "byte")))
        if how == "cut":
            del content[start:end]
        elif how == "repeat":
            content[start:start] = content[start:end] * draw(st.integers(1, 30))
        elif how == "insert":
            content[start:start] = draw(st.sampled_from(_SEEDS))
        elif how == "end":
            del content[max(start, 1) :]
        elif content and start < len(content):
            content[start] = draw(st.integers(0, 255))
    return bytes(content)


def noise() -> st.SearchStrategy[bytes]:
    """Return bytes without any form, and text that looks a little like a table."""
    cells = st.text(st.characters(codec="utf-8"), max_size=12)
    rows = st.lists(st.lists(cells, max_size=6), max_size=8)
    separators = st.sampled_from(";,\t|:")
    table = st.tuples(rows, separators).map(_joined)
    return st.binary(max_size=400) | table


def _joined(table: tuple[list[list[str]], str]) -> bytes:
    rows, separator = table
    return "\n".join(separator.join(row) for row in rows).encode("utf-8", "replace")


def spoilt_workbook(samples: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Return a workbook with one of its parts spoilt, zipped again so that the checksums hold."""

    @st.composite
    def one(draw: st.DrawFn) -> bytes:
        content = draw(st.sampled_from(samples))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        name = draw(st.sampled_from(sorted(parts)))
        parts[name] = draw(spoilt((parts[name],)))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, value in parts.items():
                archive.writestr(part, value)
        return out.getvalue()

    return one()


def read_or_refuse(source: Source, content: bytes, filename: str = "list.csv") -> None:
    """Fail unless the reader answers in time, with tables of the contract or a worded refusal."""
    started = time.monotonic()
    sure = source.identify(content, filename)
    try:
        check(source.read(content, filename))
    except StructureError as error:
        assert error.words("fr")  # noqa: PT017
        assert error.words("en")  # noqa: PT017
    assert 0.0 <= sure <= 1.0
    assert time.monotonic() - started < SECONDS


def _check_bank(statements: pl.DataFrame, lines: pl.DataFrame) -> None:
    """Fail unless keys are unique within an account, amounts positive, and each statement's sums agree."""
    assert not statements.select("bank_account", "currency", "statement").is_duplicated().any()
    assert not lines.select("bank_account", "currency", "external_key").is_duplicated().any()
    assert (lines["amount"] > 0).all()
    assert lines["direction"].is_in(["credit", "debit"]).all()
    for one in statements.filter(pl.col("opening").is_not_null()).iter_rows(named=True):
        of_it = lines.filter(
            (pl.col("statement") == one["statement"]) & (pl.col("bank_account") == one["bank_account"])
            & (pl.col("currency") == one["currency"])
        )  # fmt: skip
        signs = {"credit": 1, "debit": -1}
        moved = sum(signs[way] * amount for amount, way in of_it.select("amount", "direction").iter_rows())
        assert one["closing"] is None or one["opening"] + moved == one["closing"]


def check(reading: Reading) -> None:
    """Fail unless the reading keeps the contract: schemas, keys, sums, words."""
    for kind, table in reading.tables.items():
        assert dict(table.schema) == SCHEMAS[kind]
    tables = reading.tables
    for kind in ("invoices", "credit_notes", "payments"):
        assert tables[kind]["external_key"].is_unique().all()
        assert (tables[kind]["amount"] > 0).all()
        assert tables[kind]["currency"].str.contains("^[A-Z]{3}$").all()
    _check_bank(tables["statements"], tables["bank_lines"])
    day_columns = (
        ("invoices", "issued_on"), ("terms", "due_on"), ("payments", "received_on"),
        ("bank_lines", "booked_on"), ("bank_lines", "value_on"),
    )  # fmt: skip
    for kind, column in day_columns:
        assert not tables[kind][column].has_nulls()
    owed = dict(tables["invoices"].select("external_key", "amount").iter_rows())
    by_invoice = tables["terms"].group_by("invoice_key").agg(pl.col("amount").sum())
    assert owed == dict(by_invoice.iter_rows())
    for error in reading.errors:
        assert error.words("fr")
        assert error.words("en")
    for question in reading.questions:
        assert question.words("fr")
        assert question.default in question.choices
    for note in reading.notes:
        assert say(note)
