"""What every source gives: canonical tables, the rows it refused, and the questions it could not settle.

The tables are the contract with the flow that stores them. One polars DataFrame per kind, always
with the columns of `SCHEMAS`, in that order, so that the flow can COPY them without looking at where
they came from. Amounts are `Decimal(18, 4)`, never floats; days are dates; texts are never null
(absent is ""), and are stored exactly as read: a cell that looks like a formula is just a text.

Keys: `debtor` ties rows to `debtors.debtor` within one Reading. `external_key` names a row for ever:
the same line of a later export of the same system has the same key, so a second import updates
instead of adding. `allocations` name the claim by `invoice_key`, or, where the file only knows a
number, by `debtor` (may be "") and `invoice_number`.

Signs: every amount is positive. Balance of a debtor in a Reading =
invoices (all kinds) − credit_notes − payments (all kinds), whatever is allocated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from acquit.sources.errors import Question, RowError, StructureError
from acquit.sources.text import decode, refuse_binary
from acquit.sources.words import Why

__all__ = [
    "AMOUNT", "MOMENT", "SCHEMAS", "Document", "DueOn", "Mapped", "Options", "Question", "Reading",
    "RowError", "Sale", "Source", "StructureError", "Why", "all_tables", "conform", "content_of",
    "empty_table", "load", "recognise",
]  # fmt: skip

AMOUNT = pl.Decimal(18, 4)
MOMENT = pl.Datetime("us", "UTC")

SCHEMAS: dict[str, dict[str, Any]] = {
    "debtors": {
        "line": pl.Int64,  # first line where the debtor is seen
        "debtor": pl.String,  # key within the Reading: external_id, else "siren:…", "vat:…", "name:…"
        "external_id": pl.String,
        "name": pl.String,
        "siren": pl.String,
        "vat": pl.String,
        "country": pl.String,  # ISO 3166 alpha-2, or ""
        "language": pl.String,  # ISO 639-1, or ""
        "kind": pl.String,  # business, consumer, public_body, intercompany, or ""
        "profile": pl.String,  # good, regular, bad, vip, the word of the file, or ""
        "terms": pl.String,  # "45 jours fin de mois", or ""
        "email": pl.String,
        "phone": pl.String,
        "address": pl.String,  # lines separated by \n
        "postcode": pl.String,
        "city": pl.String,
    },
    # kind: invoice, opening (carried forward), returned_payment (unpaid cheque, rejected debit: due at
    # once), refund (money given back: never to be reminded by itself), adjustment (rounding,
    # transfer), retention (retenue de garantie, 4117).
    "invoices": {
        "line": pl.Int64,
        "external_key": pl.String,
        "debtor": pl.String,
        "number": pl.String,  # unique per debtor within the Reading
        "kind": pl.String,
        "issued_on": pl.Date,
        "currency": pl.String,
        "amount": AMOUNT,
        "label": pl.String,
        "reference": pl.String,
        "disputed": pl.Boolean,
        "due_computed": pl.Boolean,  # its due day is reckoned from terms of payment, not stated
        "foreign_amount": AMOUNT,  # null unless the ledger keeps another currency beside the amount
        "foreign_currency": pl.String,
        # Only the invoice itself says what follows; "" and false elsewhere.
        "paid_by": pl.String,  # direct_debit, or ""
        "vat_on_receipt": pl.Boolean,  # VAT is due when money comes in
        "payee_iban": pl.String,  # the account that the invoice asks to pay to
        "replaces": pl.String,  # number of the invoice that this one corrects and replaces, or ""
    },
    # At least one per invoice; their sum is the invoice's amount.
    "terms": {
        "invoice_key": pl.String,
        "rank": pl.Int32,
        "due_on": pl.Date,
        "amount": AMOUNT,
    },
    "credit_notes": {
        "line": pl.Int64,
        "external_key": pl.String,
        "debtor": pl.String,
        "number": pl.String,
        "issued_on": pl.Date,
        "currency": pl.String,
        "amount": AMOUNT,
        "label": pl.String,
        "reference": pl.String,
        "foreign_amount": AMOUNT,
        "foreign_currency": pl.String,
    },
    # kind: payment, already_paid (a list of invoices says so; received_on is then a guess unless the
    # list gives it), opening, bill (effet à recevoir), doubtful (moved to 416), write_off, discount
    # (escompte), exchange (change difference), adjustment. Only "payment" proves that money came in. The
    # flow that stores a complete list adds "vanished": what such a list no longer holds.
    "payments": {
        "line": pl.Int64,
        "external_key": pl.String,
        "debtor": pl.String,  # "" where the file does not say who paid
        "kind": pl.String,
        "received_on": pl.Date,
        "currency": pl.String,
        "amount": AMOUNT,
        "reference": pl.String,
        "label": pl.String,
        "method": pl.String,  # transfer, cheque, card, cash, direct_debit, bill, the file's word, or ""
        "payer_iban": pl.String,
        "foreign_amount": AMOUNT,
        "foreign_currency": pl.String,
    },
    "allocations": {
        "line": pl.Int64,
        "invoice_key": pl.String,  # "" where only the number is known
        "invoice_number": pl.String,
        "debtor": pl.String,
        "by": pl.String,  # "payment" or "credit_note"
        "by_key": pl.String,
        "amount": AMOUNT,  # null: as much as both sides allow
        "allocated_on": pl.Date,  # the later of the two days, not the day somebody matched them
    },
    "contacts": {
        "line": pl.Int64,
        "external_key": pl.String,
        "debtor": pl.String,
        "name": pl.String,
        "role": pl.String,  # accounts_payable, manager, buyer, legal, or ""
        "email": pl.String,
        "phone": pl.String,
        "language": pl.String,
        "address": pl.String,
        "postcode": pl.String,
        "city": pl.String,
        "country": pl.String,
    },
    # The VAT of an invoice (not of a credit note), one row a category and rate.
    "vat_lines": {
        "invoice_key": pl.String,
        "category": pl.String,  # UNCL 5305: S, Z, E, AE, K, G, O…
        "rate": pl.Decimal(7, 4),  # in percent
        "base": AMOUNT,  # negative where an allowance exceeds the lines of the rate
        "tax": AMOUNT,
    },
    # What a bank says; see `acquit.sources.statement`, which makes both tables. Balances have their sign.
    "statements": {
        "line": pl.Int64,
        "statement": pl.String,  # key, unique within its bank account for ever
        "bank_account": pl.String,  # IBAN without spaces, else the bank's own number
        "account_name": pl.String,
        "number": pl.String,
        "currency": pl.String,
        "from_on": pl.Date,
        "to_on": pl.Date,
        "opening": AMOUNT,  # null where the file states none
        "closing": AMOUNT,
    },
    "bank_lines": {
        "line": pl.Int64,
        "external_key": pl.String,  # within the bank account
        "bank_account": pl.String,
        "currency": pl.String,
        "statement": pl.String,  # "" where the file has no statements
        "booked_on": pl.Date,
        "value_on": pl.Date,
        "amount": AMOUNT,
        "direction": pl.String,  # credit or debit
        "is_return": pl.Boolean,  # takes an earlier line back: reversal, returned debit, unpaid cheque
        "return_reason": pl.String,
        "counterparty_name": pl.String,
        "counterparty_iban": pl.String,
        "label": pl.String,  # all that was written, lines separated by \n
        "reference": pl.String,  # the creditor reference where the bank gives it structured
        "end_to_end": pl.String,
        "bank_reference": pl.String,
        "code": pl.String,  # the bank's code of the kind of movement
        "method": pl.String,  # transfer, cheque, card, cash, direct_debit, bill, fee, or ""
        "charges": AMOUNT,  # kept by banks on the way, where the bank says so; null else
    },
    # What the e-invoicing network says of an invoice (CDAR).
    "statuses": {
        "line": pl.Int64,
        "external_key": pl.String,
        "invoice_number": pl.String,
        "invoice_issued_on": pl.Date,  # null where absent
        "seller": pl.String,  # SIREN of who issued the invoice, or ""
        "buyer": pl.String,
        "code": pl.Int32,
        "label": pl.String,
        "at": MOMENT,
        "issuer_role": pl.String,  # SE, BY, WK, DL…
        "reasons": pl.String,  # codes separated by spaces
        "note": pl.String,
        "amounts": pl.String,  # JSON [{"type": "MEN", "amount": "12.00", "currency": "EUR", "rate": "20.00"}]
    },
}


@dataclass(frozen=True, slots=True)
class Document:
    """A file inside the file, kept as it is beside the invoice that it shows."""

    invoice_key: str
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """Who sold to whom, in a file that is one invoice: it tells a sale from a purchase.

    VAT numbers without spaces; "" where the invoice gives none.
    """

    seller_siren: str = ""
    seller_vat: str = ""
    buyer_siren: str = ""
    buyer_vat: str = ""
    payee_iban: str = ""
    is_factored: bool = False


@dataclass(frozen=True, slots=True)
class Mapped:
    """A column that was understood as a field: `by` is "name", "content" or "choice"."""

    column: str
    field: str
    confidence: float
    by: str


DueOn = Callable[[str, date], date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the caller knows better than the file. Every option may be left out."""

    mapping: Mapping[str, str] = field(default_factory=dict)  # field -> column ("" = ignore it)
    decimal: str | None = None  # "," or "."
    date_order: str | None = None  # "dmy" or "mdy"
    currency: str = "EUR"  # of amounts that state none
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    due_on: DueOn | None = None  # (debtor external_id, issued_on) -> due day, where the file has none
    terms_due_on: Callable[[str, date], date] | None = None  # ("45 jours fin de mois", issued_on)
    net_days: int = 30  # where neither is given
    complete: bool | None = None  # whether a list holds all that is open; None: nobody said
    corrections: Mapping[int, Mapping[str, str]] = field(default_factory=dict)  # line -> column -> cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one file says. `tables` holds every kind of `SCHEMAS`, empty where the file has none."""

    kind: str
    tables: Mapping[str, pl.DataFrame]
    errors: tuple[RowError, ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[Why, ...] = ()
    columns: tuple[str, ...] = ()
    mapping: tuple[Mapped, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    rows: int = 0  # rows of the file, header and blank lines left out
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    date_order: str = ""
    first_on: date | None = None
    last_on: date | None = None
    creditor_siren: str = ""
    bank_accounts: tuple[str, ...] = ()  # IBANs or numbers: they too tell whose file it is
    documents: tuple[Document, ...] = ()
    sale: Sale | None = None  # of a file that is one invoice

    def counts(self) -> dict[str, int]:
        """Return the number of rows of each kind."""
        return {kind: table.height for kind, table in self.tables.items()}


class Source(Protocol):
    """A format that can be recognised and read. Each folder of `acquit.sources` gives one as SOURCE."""

    KIND: str
    LABEL: str
    FIELDS: tuple[str, ...]  # what `Options.mapping` may name; see `words.field_name`. Empty for a FEC.

    def identify(self, content: bytes, filename: str) -> float:
        """Return how sure it is, from 0 to 1, that the file is of this kind; never raises."""
        ...

    def read(self, content: bytes | Path, filename: str = "", options: Options = ...) -> Reading:
        """Return what the file says, or raise StructureError where it is broken as a whole."""
        ...


def empty_table(kind: str) -> pl.DataFrame:
    """Return a table of `kind` without rows."""
    return pl.DataFrame(schema=SCHEMAS[kind])


def all_tables(**tables: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return one table per kind, each in its schema, those not given being empty."""
    return {kind: conform(kind, tables[kind]) if kind in tables else empty_table(kind) for kind in SCHEMAS}


_ABSENT: dict[Any, str | bool] = {pl.String: "", pl.Boolean: False}


def conform(kind: str, table: pl.DataFrame) -> pl.DataFrame:
    """Return `table` with exactly the columns of its kind: missing texts are "", the rest is null."""
    columns = []
    for name, dtype in SCHEMAS[kind].items():
        column = pl.col(name) if name in table.columns else pl.lit(None)
        column = column.cast(dtype)
        if dtype in _ABSENT:
            column = column.fill_null(_ABSENT[dtype])
        columns.append(column.alias(name))
    return table.select(columns)


def load(paths: Sequence[str]) -> tuple[Source, ...]:
    """Return the sources of the dotted `paths`, in order."""
    return tuple(import_module(path).SOURCE for path in paths)


def recognise(content: bytes, filename: str, paths: Sequence[str], kind: str | None = None) -> Source:
    """Return the source that reads the file: the one of `kind` if given, else the surest.

    The first of `paths` wins a tie. Raises StructureError where none recognises the file.
    """
    sources = load(paths)
    if kind is not None:
        for source in sources:
            if kind == source.KIND:
                return source
        raise StructureError("unknown_kind", kind=kind, kinds=", ".join(s.KIND for s in sources))
    sureness = [(source.identify(content, filename), source) for source in sources]
    best = max(sureness, key=lambda pair: pair[0])
    if best[0] <= 0:
        refuse_unreadable(content)
        raise StructureError("not_recognised", kinds=", ".join(s.LABEL for s in sources))
    return best[1]


def content_of(content: bytes | Path) -> bytes:
    """Return the bytes of a file given as bytes or as a path."""
    return content.read_bytes() if isinstance(content, Path) else content


def refuse_unreadable(content: bytes) -> None:
    """Raise StructureError where the bytes cannot be a table at all, naming what they are."""
    refuse_binary(content)
    if not content.startswith(b"PK"):
        decode(content)
