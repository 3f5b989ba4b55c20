"""A FEC becomes debtors, invoices, credit notes, payments and their lettrage.

The balance of a debtor is the sum, debit less credit, of his lines on accounts 411 (411, 4111, 4117
and individual ones), to the cent: each such line becomes exactly one row, whatever it is taken for.
Bills (413) and doubtful debts (416) are other accounts: what is moved there leaves 411 as a payment
of kind "bill" or "doubtful", and what they hold is told in a note. Advances (419) and invoices to
come (4181) are no claims. Lines that close the books (against 891) are left out, or every
balance would be nothing.

The due day is not in a FEC: it comes from the terms that the caller knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from acquit.sources.base import Options, Reading, all_tables, content_of
from acquit.sources.errors import StructureError
from acquit.sources.fec.entries import classify, entry_numbers, last_entry_is_cut
from acquit.sources.fec.ledger import CUSTOMER, Ledger, looks_like_header, looks_like_line, read_ledger
from acquit.sources.fec.lettering import Lettered, Match, match
from acquit.sources.listing import content_keys
from acquit.sources.numbers import AMOUNT
from acquit.sources.records import find_separator, sample_rows
from acquit.sources.text import decode
from acquit.sources.words import Why

CLAIMS = ("invoice", "opening", "returned_payment", "refund", "adjustment", "retention")
_RETENTION_DAYS = 365  # a retenue de garantie is released a year after reception (loi 71-584)
_IDENTITY = (
    "debtor", "JournalCode", "EcritureDate", "CompteNum", "PieceRef", "PieceDate", "EcritureLib",
    "signed",
)  # fmt: skip
#: A document is dated years after it was booked by a slip of the hand; left so, it would never fall due.
_PIECE_AHEAD = pl.col("piece_on") > pl.col("entry_on").dt.offset_by("1y")
_NO_NUMBER = ("", "sans", "-", "0", "nd", "divers", "néant")
_METHODS = (
    (r"(?i)\bpr(e|é)?l(e|è)?v|\bprlv", "direct_debit"),
    (r"(?i)\bvir", "transfer"),
    (r"(?i)ch(e|è)que|\bche?q\b|\bche?k\b|rem\.? ?chq", "cheque"),
    (r"(?i)\bcb\b|carte", "card"),
    (r"(?i)\besp|caisse|cash", "cash"),
    (r"(?i)\blcr\b|traite|effet", "bill"),
)


@dataclass(frozen=True, slots=True)
class Fec:
    """The fichier des écritures comptables of one creditor."""

    KIND = "fec"
    LABEL = "fichier des écritures comptables (FEC)"
    FIELDS: ClassVar[tuple[str, ...]] = ()

    def identify(self, content: bytes, filename: str) -> float:  # noqa: ARG002
        """Return near certainty where the header is that of a FEC."""
        try:
            utf8, _ = decode(content[:200_000])
            rows = sample_rows(utf8, find_separator(utf8))
        except StructureError:
            return 0.0
        if not rows:
            return 0.0
        first = rows[0][1]
        return 0.99 if looks_like_header(first) else 0.9 if looks_like_line(first) else 0.0

    def read(self, content: bytes | Path, filename: str = "", options: Options | None = None) -> Reading:
        """Return the customers' accounts of the ledger; see the module for what counts."""
        options = options or Options()
        if isinstance(content, Path):
            filename = filename or content.name
        ledger = read_ledger(content_of(content), options)
        if not ledger.errors and not ledger.lines["CompteNum"].str.contains(CUSTOMER).any():
            raise StructureError("fec_no_customer")
        entry = entry_numbers(ledger.lines)
        if not ledger.errors and last_entry_is_cut(ledger.lines, entry):
            last = ledger.lines["line"][-1]
            raise StructureError("fec_cut", line=last)
        lines = _with_debtors(classify(ledger.lines, entry))
        return _reading(ledger, lines, filename, options)


def _with_debtors(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `debtor` and `name`: the auxiliary account, else what an individual account says.

    An account that is 411 followed by zeros (or 1 and zeros) is collective: without auxiliary, its
    lines belong to a customer nobody knows, kept under the account itself so that sums stay right.
    """
    suffix = pl.col("CompteNum").str.slice(3)
    collective = suffix.str.contains(r"^[0-9]?0*$")
    own = pl.when(collective).then(pl.col("CompteNum")).otherwise(suffix)
    known = pl.col("CompAuxNum") != ""
    lines = lines.with_columns(
        pl.when(known).then(pl.col("CompAuxNum")).otherwise(own).alias("debtor"),
        pl.when(pl.col("CompAuxLib") != "").then(pl.col("CompAuxLib"))
        .otherwise(pl.when(known).then(pl.lit("")).otherwise(pl.col("CompteLib"))).alias("name"),
        (~known & collective).alias("nobody"),
        pl.when(_PIECE_AHEAD).then("entry_on").otherwise(pl.coalesce("piece_on", "entry_on"))
        .alias("issued_on"),
        pl.col("signed").abs().cast(AMOUNT).alias("amount"),
        pl.col("PieceRef").str.replace_all(r"\s+", " ").alias("reference"),
        pl.col("EcritureLib").alias("label"),
        pl.lit("EUR").alias("currency"),
    )  # fmt: skip
    return _with_foreign(lines.with_columns(content_keys("fec", lines, _IDENTITY).alias("external_key")))


def _with_foreign(lines: pl.DataFrame) -> pl.DataFrame:
    code = pl.col("Idevise").str.to_uppercase()
    foreign = code.str.contains(r"^[A-Z]{3}$") & (code != "EUR") & (pl.col("foreign_amount") != 0)
    return lines.with_columns(
        pl.when(foreign).then(pl.col("foreign_amount").abs()).cast(AMOUNT).alias("foreign_amount"),
        pl.when(foreign).then(code).otherwise(pl.lit("")).alias("foreign_currency"),
    )


def _reading(ledger: Ledger, lines: pl.DataFrame, filename: str, options: Options) -> Reading:
    kept = lines.filter(pl.col("what") != "closing")
    claims = kept.filter(pl.col("signed") > 0)
    notes = kept.filter(pl.col("what") == "credit_note")
    payments = kept.filter((pl.col("signed") < 0) & (pl.col("what") != "credit_note"))
    claims = claims.with_columns(
        pl.col("what").alias("kind"), _numbers(claims), pl.lit(True).alias("due_computed")
    )
    notes = notes.with_columns(_numbers(notes))
    matches, partial = match(_lettered(kept))
    siren = re.match(r"(\d{9})FEC\d{8}", filename, re.IGNORECASE)
    return Reading(
        kind="fec",
        tables=all_tables(
            debtors=_debtors(kept),
            invoices=claims,
            terms=_terms(claims, options),
            credit_notes=notes,
            payments=_payments(payments),
            allocations=_allocations(matches),
        ),
        errors=ledger.errors,
        notes=_notes(ledger, lines, partial),
        columns=ledger.header,
        mapping=ledger.mapping,
        unknown_columns=ledger.unknown,
        rows=ledger.rows,
        encoding=ledger.encoding,
        separator=ledger.separator,
        first_on=_day(ledger.lines["entry_on"].min()),
        last_on=_day(ledger.lines["entry_on"].max()),
        creditor_siren=siren[1] if siren else "",
    )


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _debtors(lines: pl.DataFrame) -> pl.DataFrame:
    named = pl.col("name").filter(pl.col("name") != "").first().fill_null("")
    return lines.group_by("debtor", maintain_order=True).agg(
        pl.col("line").first(), named.alias("name")
    ).with_columns(pl.col("debtor").alias("external_id"))  # fmt: skip


def _numbers(lines: pl.DataFrame) -> pl.Series:
    """Return a number per row, unlike any other of the debtor: PieceRef, marked when used again.

    Some packages write the month of the journal as PieceRef, the same on all its entries. The mark
    is the number of the entry where it has one, and the first keeps the bare number.
    """
    taken: set[tuple[str, str]] = set()
    ranks: dict[tuple[str, str], int] = {}
    numbers = []
    columns = ("debtor", "reference", "JournalCode", "EcritureNum", "entry_on")
    for debtor, reference, journal, entry, on in lines.select(columns).iter_rows():
        bare = reference
        if reference.lower() in _NO_NUMBER:
            bare = f"{journal} {on:%Y%m%d}" if entry in ("", "0") else f"{journal} {entry}"
        number = bare
        if (debtor, number) in taken and entry not in ("", "0"):
            number = f"{bare}/{entry}"
        while (debtor, number) in taken:
            ranks[debtor, bare] = ranks.get((debtor, bare), 1) + 1
            number = f"{bare}/{ranks[debtor, bare]}"
        taken.add((debtor, number))
        numbers.append(number)
    return pl.Series("number", numbers, dtype=pl.String)


def _terms(claims: pl.DataFrame, options: Options) -> pl.DataFrame:
    def due_on(debtor: str, issued: date, entry_on: date, kind: str) -> date:
        if kind == "returned_payment":
            return entry_on
        if kind == "retention":
            return issued + timedelta(days=_RETENTION_DAYS)
        if options.due_on is not None:
            return options.due_on(debtor, issued)
        return issued + timedelta(days=options.net_days)

    keys = claims.select("debtor", "issued_on", "entry_on", "kind").iter_rows()
    days = pl.Series([due_on(*key) for key in keys], dtype=pl.Date)
    return claims.select(
        pl.col("external_key").alias("invoice_key"), pl.lit(1).alias("rank"),
        days.alias("due_on"), "amount",
    )  # fmt: skip


def _payments(lines: pl.DataFrame) -> pl.DataFrame:
    words = pl.concat_str("reference", "label", "JournalLib", separator=" ")
    method = pl.lit("")
    for pattern, name in reversed(_METHODS):
        method = pl.when(words.str.contains(pattern)).then(pl.lit(name)).otherwise(method)
    cash_like = pl.col("what") == "payment"
    return lines.with_columns(
        pl.col("what").alias("kind"), pl.col("entry_on").alias("received_on"),
        pl.when(cash_like).then(method).otherwise(pl.lit("")).alias("method"),
    )  # fmt: skip


def _lettered(lines: pl.DataFrame) -> list[Lettered]:
    columns = ("debtor", "EcritureLet", "DateLet", "entry_on", "line", "signed", "external_key", "what")
    marked = lines.filter(pl.col("EcritureLet") != "").select(columns)
    return [
        Lettered(debtor, letter, day, on, line, signed, key,
                 "credit_note" if what == "credit_note" else "payment")
        for debtor, letter, day, on, line, signed, key, what in marked.iter_rows()
    ]  # fmt: skip


def _allocations(matches: list[Match]) -> pl.DataFrame:
    rows: list[Mapping[str, object]] = [
        {
            "line": m.credit.line, "invoice_key": m.claim.key, "debtor": m.claim.debtor,
            "by": m.credit.by, "by_key": m.credit.key, "amount": m.amount,
            "allocated_on": max(m.claim.on, m.credit.on),
        }
        for m in matches
    ]  # fmt: skip
    schema: dict[str, Any] = {
        "line": pl.Int64, "invoice_key": pl.String, "debtor": pl.String, "by": pl.String,
        "by_key": pl.String, "amount": AMOUNT, "allocated_on": pl.Date,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def _notes(ledger: Ledger, lines: pl.DataFrame, partial: int) -> tuple[Why, ...]:
    """Return what a person must know of the ledger before trusting the balances."""
    everything = ledger.lines
    notes = []
    whole = not everything["CompteNum"].str.contains(CUSTOMER).all()
    if whole and everything["signed"].sum() != 0:
        sums = everything.select(
            pl.col("signed").filter(pl.col("signed") > 0).sum().alias("d"),
            (-pl.col("signed").filter(pl.col("signed") < 0).sum()).alias("c"),
        ).row(0)  # fmt: skip
        notes.append(Why("fec_unbalanced", {"debit": f"{sums[0]:.2f}", "credit": f"{sums[1]:.2f}"}))
    closing = int((lines["what"] == "closing").sum())
    if closing:
        notes.append(Why("fec_closing", {"count": closing}))
    if lines.height and (lines["EcritureLet"] == "").all():
        notes.append(Why("fec_no_lettering"))
    ahead = int(lines.select(_PIECE_AHEAD.sum()).item() or 0)
    if ahead:
        notes.append(Why("fec_piece_ahead", {"count": ahead}))
    if partial:
        notes.append(Why("fec_partly_lettered", {"count": partial}))
    for account, count in lines.filter("nobody").group_by("CompteNum").len().sort("CompteNum").iter_rows():
        notes.append(Why("fec_unknown_debtor", {"account": account, "count": count}))
    for account in ("413", "416"):
        of_account = everything.filter(pl.col("CompteNum").str.starts_with(account))
        if of_account.height:
            balance = f"{of_account['signed'].sum():.2f}"
            params = {"account": account, "count": of_account.height, "balance": balance}
            notes.append(Why("fec_left_out", params))
    return tuple(notes)
