"""A list of payments becomes payments, and allocations where it names the invoice that was paid."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import polars as pl

from acquit.sources import vocabulary as words
from acquit.sources.base import Options, Reading, content_of
from acquit.sources.identify import sureness
from acquit.sources.listing import (
    Listing,
    content_keys,
    debtor_keys,
    debtors_table,
    open_listing,
    require,
    zero,
)
from acquit.sources.numbers import AMOUNT
from acquit.sources.sheet import open_sheet
from acquit.sources.words import Why

FIELDS = (
    words.EXTERNAL_ID, words.LISTED_NAME, words.SIREN, words.VAT, words.RECEIVED_ON, words.PAYMENT_AMOUNT,
    words.DEBIT, words.CREDIT, words.CURRENCY, words.PAID_NUMBER, words.PAYMENT_REFERENCE,
    words.PAYMENT_LABEL, words.METHOD, words.IBAN, words.PAYMENT_ID,
    words.DEBTOR_KIND, words.PROFILE, words.PAYMENT_STATUS,
)  # fmt: skip
_MONEY = ("amount", "credit", "debit")
#: Without any of these a list says nothing of whose payments they are: it is rather a bank's.
_WHOSE = ("external_id", "debtor_name", "siren", "vat", "number", "payment_id", "method", "payer_iban")
_SEVERAL = r"\s*[;,+&]\s*|\s+et\s+|\s+and\s+"


@dataclass(frozen=True, slots=True)
class PaymentList:
    """A CSV or Excel list of payments received; the columns may bear any usual name."""

    KIND = "payments"
    LABEL = "liste de règlements (CSV, Excel)"
    FIELDS: ClassVar[tuple[str, ...]] = tuple(field.name for field in FIELDS)

    def identify(self, content: bytes, filename: str) -> float:
        """Return how much the header looks like one of payments."""
        return sureness(
            content, filename, FIELDS,
            needed=(("received_on",), ("amount", "credit"), _WHOSE),
            telling=("method", "payer_iban", "payment_id"),
            hints=("regl", "paiement", "payment", "encaisse", "virement", "receipt"),
        )  # fmt: skip

    def read(self, content: bytes | Path, filename: str = "", options: Options | None = None) -> Reading:  # noqa: ARG002
        """Return the payments that the list states, and what they pay where it says so."""
        options = options or Options()
        sheet = open_sheet(content_of(content), FIELDS, options)
        listing = open_listing(sheet, FIELDS, options)
        require(listing, "amount", "amount", "credit")
        require(listing, "received_on", "received_on")
        return _read(listing)


def _read(listing: Listing) -> Reading:
    _leave_failed_out(listing)
    who = debtor_keys(listing)
    rows = _rows(listing, who["debtor"])
    debtors = debtors_table(listing, who, reach=False)
    rows = listing.good(rows)
    back = rows.filter(pl.col("total") < zero())
    lost = int((back["debtor"] == "").sum())
    if lost:
        listing.notes.append(Why("money_out", {"count": lost}))
    returned = _returned(back.filter(pl.col("debtor") != ""))
    payments = rows.filter(pl.col("total") > zero()).with_columns(pl.lit("payment").alias("kind"))
    payments = payments.with_columns(pl.col("total").alias("amount"))
    return listing.reading(
        "payments",
        debtors=debtors,
        invoices=returned,
        terms=returned.select(
            pl.col("external_key").alias("invoice_key"), pl.lit(1).alias("rank"),
            pl.col("issued_on").alias("due_on"), "amount",
        ),
        payments=payments,
        allocations=_allocations(payments),
    )  # fmt: skip


def _leave_failed_out(listing: Listing) -> None:
    failed = listing.text("status").str.contains(words.FAILED)
    if failed.any():
        listing.notes.append(Why("payments_failed", {"count": int(failed.sum())}))
        listing.frame = listing.frame.filter(~failed)


def _rows(listing: Listing, debtor: pl.Series) -> pl.DataFrame:
    listing.settle_date_order(["received_on"])
    received = listing.days("received_on")
    money = {name: listing.amounts(name) for name in _MONEY}
    currency = listing.currencies([own for _, own in money.values()], _MONEY)
    listing.refuse(listing.text("received_on") == "", "received_on", Why("missing_value"))
    blank = (listing.text("amount") == "") & (listing.text("credit") == "") & (listing.text("debit") == "")
    listing.refuse(blank, "amount" if listing.has("amount") else "credit", Why("missing_value"))
    frame = pl.DataFrame(
        {
            "line": listing.lines, "debtor": debtor, "received_on": received, "currency": currency,
            "number": listing.text("number"), "reference": listing.raw("reference"),
            "label": listing.raw("label"), "id": listing.text("payment_id"),
            "payer_iban": listing.text("payer_iban").str.to_uppercase().str.replace_all(" ", ""),
            "method": _methods(listing), **{name: values for name, (values, _) in money.items()},
        }
    )  # fmt: skip
    sides = pl.col("credit").abs().fill_null(zero()) - pl.col("debit").abs().fill_null(zero())
    frame = frame.with_columns(pl.coalesce("amount", sides.cast(AMOUNT)).cast(AMOUNT).alias("total"))
    return _with_keys(listing, frame)


def _methods(listing: Listing) -> pl.Series:
    code = listing.first_match("method", words.METHODS)
    return code.zip_with(code != "", listing.text("method"))


def _with_keys(listing: Listing, frame: pl.DataFrame) -> pl.DataFrame:
    """Add a key: the number that the list gives, else what the row holds.

    The same number twice with the same content is one payment; with two contents both rows are
    refused, for nobody knows which is right.
    """
    zeros = int((frame["total"] == 0).sum())
    if zeros:
        listing.notes.append(Why("zero_rows", {"count": zeros}))
        frame = frame.filter((pl.col("total") != zero()) | pl.col("total").is_null())
    frame = _distinct_ids(listing, frame)
    columns = ["debtor", "received_on", "total", "currency", "number", "reference", "label"]
    by_content = content_keys("payment", frame, columns)
    key = pl.when(pl.col("id") != "").then("payment:" + pl.col("id")).otherwise(by_content)
    return frame.with_columns(key.alias("external_key"))


def _distinct_ids(listing: Listing, frame: pl.DataFrame) -> pl.DataFrame:
    named = frame.filter(pl.col("id") != "")
    if named["id"].is_unique().all():
        return frame
    contents = [c for c in frame.columns if c != "line"]
    once = named.unique(contents, keep="first", maintain_order=True)
    if once.height < named.height:
        listing.notes.append(Why("same_rows", {"count": named.height - once.height}))
    at = {line: index for index, line in enumerate(listing.lines.to_list())}
    for _, group in once.filter(pl.col("id").is_duplicated()).group_by("id", maintain_order=True):
        lines = group["line"].to_list()
        for line in lines:
            others = ", ".join(str(other) for other in lines if other != line)
            why = Why("duplicate_payment", {"number": group["id"][0], "lines": others})
            listing.refuse_row(at[line], "payment_id", why, group["id"][0])
    return pl.concat([frame.filter(pl.col("id") == ""), once]).sort("line")


def _returned(rows: pl.DataFrame) -> pl.DataFrame:
    """Return money that went back to a known debtor as claims, so that his balance stays right."""
    text = pl.concat_str("label", "reference", separator=" ")
    refund = text.str.contains(words.REFUND_WORDS) & ~text.str.contains(words.RETURNED_WORDS)
    kind = pl.when(refund).then(pl.lit("refund")).otherwise(pl.lit("returned_payment"))
    said = pl.coalesce(
        *(pl.when(pl.col(c).str.strip_chars() != "").then(pl.col(c).str.strip_chars())
          for c in ("id", "reference")),
        pl.col("received_on").dt.strftime("%Y%m%d"),
    )  # fmt: skip
    rows = rows.with_columns(
        kind.alias("kind"), said.alias("number"), pl.col("received_on").alias("issued_on"),
        pl.col("total").abs().cast(AMOUNT).alias("amount"),
    )  # fmt: skip
    rank = pl.int_range(pl.len()).over("debtor", "number")
    again = pl.when(rank > 0).then("/" + (rank + 1).cast(pl.String)).otherwise(pl.lit(""))
    return rows.with_columns((pl.col("number") + again).alias("number"))


def _allocations(payments: pl.DataFrame) -> pl.DataFrame:
    """Return an allocation per invoice named, of as much as both sides allow.

    The list says what was paid, not what was owed: only the ledger knows how much of it fits.
    """
    named = payments.filter(pl.col("number") != "")
    split = named.with_columns(
        pl.col("number").str.replace_all(_SEVERAL, "\x1f").str.split("\x1f").alias("numbers")
    )
    one = split.explode("numbers").with_columns(pl.col("numbers").str.strip_chars())
    return one.filter(pl.col("numbers") != "").select(
        "line",
        pl.col("numbers").alias("invoice_number"),
        "debtor",
        pl.lit("payment").alias("by"),
        pl.col("external_key").alias("by_key"),
        pl.col("received_on").alias("allocated_on"),
    )
