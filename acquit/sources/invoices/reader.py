"""A list of invoices or open items becomes invoices, credit notes, and what was already paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import polars as pl

from acquit.sources import vocabulary as words
from acquit.sources.base import Options, Reading, content_of
from acquit.sources.due import due_on
from acquit.sources.identify import sureness
from acquit.sources.kinds import settle_kinds
from acquit.sources.listing import (
    Listing,
    debtor_keys,
    debtors_table,
    fits,
    open_listing,
    require,
    zero,
)
from acquit.sources.numbers import AMOUNT, shortened
from acquit.sources.sheet import open_sheet
from acquit.sources.words import Why

FIELDS = (
    words.EXTERNAL_ID, words.LISTED_NAME, words.SIREN, words.VAT, words.INVOICE_NUMBER, words.ISSUED_ON,
    words.DUE_ON, words.AMOUNT, words.REMAINING, words.PAID, words.PAID_ON, words.DEBIT, words.CREDIT,
    words.CURRENCY, words.DOCUMENT_TYPE, words.LABEL, words.REFERENCE, words.DISPUTED,
    words.INVOICE_STATUS,
    words.INSTALMENT, words.EMAIL, words.PHONE, words.LANGUAGE, words.COUNTRY, words.DEBTOR_KIND,
    words.PROFILE, words.TERMS, words.ADDRESS, words.ADDRESS_2, words.POSTCODE, words.CITY,
)  # fmt: skip
_MONEY = ("amount", "remaining", "paid", "debit", "credit")
_KEPT = [
    "line", "external_key", "debtor", "number", "kind", "issued_on", "currency", "amount", "label",
    "reference", "disputed", "due_computed",
]  # fmt: skip


_NEEDED = [
    "line", "debtor", "number", "issued_on", "due_on", "paid_on", "currency", "label", "reference",
    "instalment", "disputed", "amount", "credit", "settled", "status",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class InvoiceList:
    """A CSV or Excel list of invoices or open items; the columns may bear any usual name."""

    KIND = "invoices"
    LABEL = "liste de factures (CSV, Excel)"
    FIELDS: ClassVar[tuple[str, ...]] = tuple(field.name for field in FIELDS)

    def identify(self, content: bytes, filename: str) -> float:
        """Return how much the header looks like one of invoices."""
        return sureness(
            content, filename, FIELDS,
            needed=(("number",), ("amount", "remaining", "debit"), ("issued_on", "due_on")),
            telling=("due_on", "remaining", "issued_on"),
            hints=("factur", "invoice", "open", "echean", "encours", "balance", "impay"),
        )  # fmt: skip

    def read(self, content: bytes | Path, filename: str = "", options: Options | None = None) -> Reading:  # noqa: ARG002
        """Return the invoices, credit notes and sums already paid that the list states."""
        options = options or Options()
        sheet = open_sheet(content_of(content), FIELDS, options)
        listing = open_listing(sheet, FIELDS, options)
        require(listing, "number", "number")
        require(listing, "amount", "amount", "remaining", "debit")
        require(listing, "issued_on", "issued_on", "due_on")
        require(listing, "debtor", "external_id", "siren", "vat", "debtor_name")
        settle_kinds(listing)
        return _read(listing)


def _read(listing: Listing) -> Reading:
    who = debtor_keys(listing)
    rows = _rows(listing, who["debtor"])
    debtors = debtors_table(listing, who, reach=True)
    rows = _without_duplicates(listing, listing.good(rows))
    rows = _with_due_days(listing, rows, debtors)
    rows = listing.good(rows)
    invoices, credit_notes = rows.filter(~pl.col("credit")), rows.filter("credit")
    payments = _already_paid(invoices)
    named = _invoices(invoices)
    return listing.reading(
        "invoices",
        debtors=debtors.filter(pl.col("debtor").is_in(rows["debtor"].unique().implode())),
        invoices=named,
        terms=_terms(invoices),
        credit_notes=_credit_notes(credit_notes),
        payments=payments,
        allocations=_allocations(payments),
    )


def _rows(listing: Listing, debtor: pl.Series) -> pl.DataFrame:
    """Return one typed row per line, refusing those that cannot be one."""
    listing.settle_date_order(["issued_on", "due_on", "paid_on"])
    issued, due, paid_on = (listing.days(n) for n in ("issued_on", "due_on", "paid_on"))
    money = {name: listing.amounts(name) for name in _MONEY}
    currency = listing.currencies([own for _, own in money.values()], _MONEY)
    number = listing.text("number")
    listing.refuse(number == "", "number", Why("missing_value"))
    _refuse_nobody(listing, debtor)
    status = _statuses(listing)
    frame = pl.DataFrame(
        {
            "line": listing.lines, "debtor": debtor, "number": number, "issued_on": issued,
            "due_on": due, "paid_on": paid_on, "currency": currency, "label": listing.raw("label"),
            "reference": listing.raw("reference"), "instalment": listing.text("instalment"),
            "type": listing.text("type"),
            "disputed": listing.text("disputed").str.to_lowercase().is_in(list(words.YES_WORDS))
            | (status == "disputed"),
            "status": status,
            **{name: values for name, (values, _) in money.items()},
        }
    )  # fmt: skip
    _refuse_undated(listing, frame)
    return _settled(listing, _signed(listing, frame))


def _statuses(listing: Listing) -> pl.Series:
    """Return what the list says became of each invoice, and name the words that are not understood.

    A column called «payée» says it by yes or no.
    """
    code = listing.first_match("status", words.STATUSES)
    texts = listing.text("status")
    if listing.has("status") and fits(listing.column("status"), words.PAID_STATUS):
        said = texts.str.to_lowercase()
        yes, no = said.is_in(list(words.YES_WORDS)), said.is_in(["non", "no", "n", "false", "faux", "0"])
        code = code.set(yes, "paid").set(no, "open")
    strange = texts.filter((texts != "") & (code == ""))
    if len(strange):
        values = shortened(", ".join(strange.unique(maintain_order=True).to_list()), 120)
        listing.notes.append(Why("statuses_unknown", {"column": listing.column("status"), "values": values}))
    return code


def _without_offers(listing: Listing, frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out quotes, orders and drafts: nobody owes them."""
    offers = frame["type"].str.contains(words.NO_INVOICE_WORDS) | (frame["status"] == "draft")
    if not offers.any():
        return frame
    left = listing.text("status").zip_with(frame["status"] == "draft", frame["type"]).filter(offers)
    said = ", ".join(left.unique(maintain_order=True).to_list())
    listing.notes.append(Why("no_invoices", {"count": int(offers.sum()), "values": shortened(said)}))
    return frame.filter(~offers)


def _refuse_nobody(listing: Listing, debtor: pl.Series) -> None:
    name = next((n for n in ("external_id", "siren", "vat", "debtor_name") if listing.has(n)), "")
    listing.refuse(debtor == "", name, Why("missing_debtor"))


def _refuse_undated(listing: Listing, frame: pl.DataFrame) -> None:
    """Refuse what has no day at all, and what falls due before it was issued."""
    absent = (listing.text("issued_on") == "") & (listing.text("due_on") == "")
    listing.refuse(absent, "issued_on" if listing.has("issued_on") else "due_on", Why("missing_value"))
    texts = listing.text("due_on")
    early = (frame["due_on"] < frame["issued_on"]).fill_null(False)
    for index in early.arg_true().to_list():
        listing.refuse_row(index, "due_on", Why("due_before_issue", _both_days(frame, index)), texts[index])


def _both_days(frame: pl.DataFrame, index: int) -> dict[str, str]:
    return {"due": _day(frame["due_on"][index]), "issued": _day(frame["issued_on"][index])}


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _signed(listing: Listing, frame: pl.DataFrame) -> pl.DataFrame:
    """Add `total`, negative for a credit note, from whichever columns the list has."""
    missing = frame.select(pl.all_horizontal(pl.col("amount", "remaining", "debit", "credit").is_null()))
    blank = missing.to_series() & ~_any_text(listing, "amount", "remaining", "debit", "credit")
    name = next(n for n in ("amount", "remaining", "debit") if listing.has(n))
    listing.refuse(blank, name, Why("missing_value"))
    both = frame.select((pl.col("debit") != zero()) & (pl.col("credit") != zero())).to_series()
    for index in both.fill_null(False).arg_true().to_list():
        params = {"debit": str(frame["debit"][index]), "credit": str(frame["credit"][index])}
        listing.refuse_row(index, "debit", Why("debit_and_amount", params))
    by_sides = pl.col("debit").fill_null(zero()) - pl.col("credit").fill_null(zero())
    sided = pl.col("debit").is_not_null() | pl.col("credit").is_not_null()
    total = pl.coalesce("amount", pl.when(sided).then(by_sides), "remaining").cast(AMOUNT)
    paid = _says(words.PAYMENT_WORDS) & ~_says(words.RETURNED_WORDS) & ~sided
    word = _says(words.CREDIT_WORDS) | paid | _named_as_credits(listing, frame)
    return frame.with_columns(total.alias("total")).with_columns(
        pl.when(word).then(-pl.col("total").abs()).otherwise(pl.col("total")).cast(AMOUNT).alias("total"),
        pl.when(word).then(-pl.col("remaining").abs()).otherwise(pl.col("remaining"))
        .cast(AMOUNT).alias("remaining"),
    )  # fmt: skip


def _named_as_credits(listing: Listing, frame: pl.DataFrame) -> pl.Expr:
    """Return which rows call themselves credit notes by their label or number, for want of a type.

    A number says it only where it is the rarer form: a series may begin with any letters.
    """
    numbered = pl.col("number").str.contains(words.CREDIT_NUMBER)
    rare = frame.height > 2 * int(frame.select(numbered.sum()).item() or 0)
    named = pl.col("label").str.contains(words.CREDIT_LABEL) | (numbered & pl.lit(rare))
    asked = pl.coalesce("amount", "remaining", "debit") > zero()
    found = (pl.col("type") == "") & named & asked.fill_null(False)
    rows = frame.filter(found)
    if rows.height:
        said = shortened(", ".join(rows["number"].to_list()), 120)
        listing.notes.append(Why("credits_by_name", {"count": rows.height, "values": said}))
    return found


def _says(pattern: str) -> pl.Expr:
    return pl.col("type").str.contains(pattern)


def _any_text(listing: Listing, *names: str) -> pl.Series:
    found = pl.repeat(False, listing.frame.height, eager=True)
    for name in names:
        found |= listing.text(name) != ""
    return found


def _settled(listing: Listing, frame: pl.DataFrame) -> pl.DataFrame:
    """Add `amount` (positive), `credit`, and `settled`: how much of it the list says is paid."""
    total, remaining = pl.col("total"), pl.col("remaining")
    opposite = ((total < 0) & (remaining > 0)) | ((total > 0) & (remaining < 0))
    over = frame.select((remaining.abs() > total.abs()) | opposite).to_series().fill_null(False)
    for index in over.arg_true().to_list():
        params = {"remaining": str(frame["remaining"][index]), "amount": str(frame["total"][index])}
        listing.refuse_row(index, "remaining", Why("remaining_above_amount", params))
    paid = pl.col("paid").abs()
    unstated = remaining.is_null() & pl.col("paid").is_null()
    over_with = pl.col("status").is_in(["paid", "cancelled"])
    settled = (
        pl.when(remaining.is_not_null()).then(total.abs() - remaining.abs())
        .when(pl.col("paid").is_not_null()).then(paid)
        .when(unstated & (pl.col("paid_on").is_not_null() | over_with)).then(total.abs())
        .otherwise(zero())
    )  # fmt: skip
    frame = frame.with_columns(
        settled.cast(AMOUNT).alias("settled"), (total < 0).alias("credit"),
        total.abs().cast(AMOUNT).alias("amount"),
    )  # fmt: skip
    _refuse_unclear(listing, frame, unstated)
    too_much = frame.select(pl.col("settled") > pl.col("amount")).to_series().fill_null(False)
    for index in too_much.arg_true().to_list():
        params = {"paid": str(frame["settled"][index]), "amount": str(frame["amount"][index])}
        listing.refuse_row(index, "paid", Why("paid_above_amount", params))
    return _without_zeros(listing, _without_offers(listing, frame).select(_NEEDED))


def _refuse_unclear(listing: Listing, frame: pl.DataFrame, unstated: pl.Expr) -> None:
    """Refuse what is paid in part without saying how much, and what is paid though a rest is owed."""
    texts = listing.text("status")
    partly = frame.select(unstated & (pl.col("status") == "partly")).to_series().fill_null(False)
    for index in partly.arg_true().to_list():
        listing.refuse_row(index, "status", Why("status_partly"), texts[index])
    owed = ~unstated & pl.col("status").is_in(["paid", "cancelled"]) & (pl.col("settled") < pl.col("amount"))
    against = frame.select(owed).to_series().fill_null(False)
    for index in against.arg_true().to_list():
        rest = frame["amount"][index] - frame["settled"][index]
        why = Why("status_against_rest", {"value": shortened(texts[index]), "remaining": str(rest)})
        listing.refuse_row(index, "status", why, texts[index])


def _without_zeros(listing: Listing, frame: pl.DataFrame) -> pl.DataFrame:
    zeros = int((frame["amount"] == 0).sum())
    if zeros:
        listing.notes.append(Why("zero_rows", {"count": zeros}))
        frame = frame.filter((pl.col("amount") != zero()) | pl.col("amount").is_null())
    return frame


_IDENTITY = ("debtor", "number", "credit")


def _without_duplicates(listing: Listing, frame: pl.DataFrame) -> pl.DataFrame:
    """Count identical rows once; refuse every row of a number that has two contents.

    Which of the two is right nobody knows, and a wrong reminder is worse than none. Rows told apart
    by an instalment number are the terms of one invoice.
    """
    rank = pl.col("instalment").cast(pl.Int32, strict=False).fill_null(1)
    frame = frame.with_columns(rank.alias("rank"))
    keys = [*_IDENTITY, "rank"]
    if not frame.select(pl.struct(keys).is_duplicated().any()).item():
        return frame
    contents = [c for c in frame.columns if c != "line"]
    once = frame.unique(contents, keep="first", maintain_order=True)
    if once.height < frame.height:
        listing.notes.append(Why("same_rows", {"count": frame.height - once.height}))
    twice = once.filter(pl.struct(keys).is_duplicated())
    at = {line: index for index, line in enumerate(listing.lines.to_list())} if twice.height else {}
    for _, group in twice.group_by(keys, maintain_order=True):
        lines = group["line"].to_list()
        for line in lines:
            others = ", ".join(str(other) for other in lines if other != line)
            why = Why("duplicate_number", {"number": group["number"][0], "lines": others})
            listing.refuse_row(at[line], "number", why, group["number"][0])
    return listing.good(once)


def _with_due_days(listing: Listing, frame: pl.DataFrame, debtors: pl.DataFrame) -> pl.DataFrame:
    """Fill the due days that the list lacks from the terms, and the issue days from the due ones."""
    undated = int(frame["issued_on"].is_null().sum())
    if undated:
        listing.notes.append(Why("issue_unknown", {"count": undated}))
        frame = frame.with_columns(pl.coalesce("issued_on", "due_on").alias("issued_on"))
    due_less = int(frame["due_on"].is_null().sum())
    frame = frame.with_columns(pl.col("due_on").is_null().alias("due_computed"))
    if not due_less:
        return frame
    listing.notes.append(Why("due_computed", {"count": due_less}))
    traits = debtors.select("debtor", "external_id", *(["terms"] if "terms" in debtors.columns else []))
    joined = frame.join(traits, on="debtor", how="left", maintain_order="left")
    terms = joined["terms"] if "terms" in joined.columns else pl.repeat("", frame.height, eager=True)
    days = _due_days(joined["external_id"], joined["issued_on"], terms, listing.options)
    return frame.with_columns(pl.coalesce(pl.col("due_on"), days.alias("computed")).alias("due_on"))


def _due_days(external_id: pl.Series, issued: pl.Series, terms: pl.Series, options: Options) -> pl.Series:
    keys = pl.DataFrame({"who": external_id.fill_null(""), "on": issued, "terms": terms.fill_null("")})
    if options.due_on is None and (keys["terms"] == "").all():
        return keys["on"].dt.offset_by(f"{options.net_days}d")
    known = {key: _known_due_on(options, *key) for key in keys.unique().iter_rows()}
    return pl.Series([known[key] for key in keys.iter_rows()], dtype=pl.Date)


def _known_due_on(options: Options, external_id: str, issued_on: date | None, terms: str) -> date | None:
    return None if issued_on is None else due_on(options, external_id, issued_on, terms)


def _key(what: str) -> pl.Expr:
    return (what + ":" + pl.col("debtor") + "/" + pl.col("number")).alias("external_key")


def _invoices(frame: pl.DataFrame) -> pl.DataFrame:
    kind = pl.lit("invoice").alias("kind")
    frame = frame.with_columns(_key("invoice"), kind)
    if (frame["rank"] == 1).all():
        return frame.select(_KEPT)
    ordered = frame.sort("rank", "line")
    firsts = [
        pl.col(c).first() for c in _KEPT if c not in ("external_key", "amount", "disputed", "due_computed")
    ]
    grouped = ordered.group_by("external_key", maintain_order=True).agg(
        pl.col("amount").sum().cast(AMOUNT), pl.col("disputed", "due_computed").any(), *firsts
    )
    return grouped.select(_KEPT).sort("line")


def _terms(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        _key("invoice").alias("invoice_key"), pl.col("rank"), pl.col("due_on"), pl.col("amount")
    )


def _credit_notes(frame: pl.DataFrame) -> pl.DataFrame:
    """Return what is left of each credit note: the part used up already weighs on nothing."""
    left = pl.when(pl.col("settled") > zero()).then(pl.col("amount") - pl.col("settled"))
    amount = left.otherwise(pl.col("amount")).cast(AMOUNT).alias("amount")
    left_out = ("kind", "disputed", "due_computed", "external_key", "amount")
    kept = [c for c in _KEPT if c not in left_out]
    return frame.select(_key("credit_note"), amount, *kept).filter(pl.col("amount") != zero())


def _already_paid(frame: pl.DataFrame) -> pl.DataFrame:
    """Return what the list says was paid, as payments of the day it gives, else of the issue day."""
    known = pl.col("paid_on").is_not_null()
    rank = pl.when(pl.col("rank") == 1).then(pl.lit("")).otherwise("#" + pl.col("rank").cast(pl.String))
    return frame.filter(pl.col("settled") > zero()).select(
        "line",
        ("paid:" + pl.col("debtor") + "/" + pl.col("number") + rank).alias("external_key"),
        "debtor",
        pl.when(pl.col("status") == "cancelled")
        .then(pl.lit("adjustment"))
        .when(known)
        .then(pl.lit("payment"))
        .otherwise(pl.lit("already_paid"))
        .alias("kind"),
        pl.coalesce("paid_on", "issued_on").alias("received_on"),
        "currency",
        pl.col("settled").alias("amount"),
        pl.col("number").alias("reference"),
        ("invoice:" + pl.col("debtor") + "/" + pl.col("number")).alias("invoice_key"),
        pl.col("issued_on"),
    )


def _allocations(payments: pl.DataFrame) -> pl.DataFrame:
    return payments.select(
        "line",
        "invoice_key",
        pl.col("reference").alias("invoice_number"),
        "debtor",
        pl.lit("payment").alias("by"),
        pl.col("external_key").alias("by_key"),
        "amount",
        pl.max_horizontal("received_on", "issued_on").alias("allocated_on"),
    )
