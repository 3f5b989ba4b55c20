"""What each customer line of a FEC is, told by the accounts that stand against it in its entry.

Journal names are each bookkeeper's own; accounts are the law's. Names only help to see an opening
journal, and only where no account of result stands in it.

| against 411 in the entry | debit on 411 | credit on 411 |
|---|---|---|
| 70 to 75, 77, 419, 487, 4181 | invoice | credit note |
| 50 to 54, 58 (bank, cash, cheques) | returned payment, or refund if its words say so | payment |
| 654, 671 (bad debt); 658, 758 (differences) | adjustment | write-off |
| 665 (escompte) | adjustment | discount |
| 666, 766, 476, 477 (change) | adjustment | exchange |
| 4457 alone (VAT) | invoice | credit note |
| 413 (bills) | returned payment | bill |
| 416 (doubtful) | adjustment | doubtful |
| 890, or an opening entry | opening | opening |
| 891 (closing) | left out | left out |
| nothing that tells | as most entries of the journal, else adjustment | same |
"""

from __future__ import annotations

import polars as pl

_AGAINST = {
    "revenue": r"^(7[0-4]|75[0-7]|77|419|487|4181)",
    "vat": r"^4457",
    "bank": r"^5[0-48]",
    "bad_debt": r"^(654|671)",
    "discount": r"^665",
    "exchange": r"^(666|766|476|477)",
    "difference": r"^(658|758)",
    "bill": r"^413",
    "doubtful": r"^416",
    "opened": r"^890",
    "closed": r"^891",
    "result": r"^[67]",
    "capital": r"^(1[0-4]|2)",
}
_OPENING_NAME = r"(?i)nouv|^ran?$|^an[0-9]*$|^ano|ouvert|opening|report"
_SALES_CODE = r"(?i)^v(e|t|te|en|ent)?[0-9]*$"
_SALES_NAME = r"(?i)vente|factur|sales"
_BANK_CODE = r"(?i)^(bq|bnq|banq?|cai?|tr)[0-9]*$"
_BANK_NAME = r"(?i)banque|caisse|tr[ée]so|bank|r[èe]glement|encaisse"
_REFUND = r"(?i)remb|refund|restitution|trop.per[cç]u"


def entry_numbers(lines: pl.DataFrame) -> pl.Series:
    """Return a number per entry.

    EcritureNum restarts in each journal, some packages write 0 everywhere, and some give one number
    to a month of bank lines. So: journal, number and day where these balance; else journal and
    number; and where the number tells nothing, the file is cut each time its journal's balance is
    back to nothing.
    """
    told = lines.select(
        pl.col("EcritureNum").n_unique().over("JournalCode") > 1,
    ).to_series() & ~lines["EcritureNum"].is_in(["", "0"])
    by_day = ["JournalCode", "EcritureNum", "entry_on"]
    frame = lines.select("JournalCode", "EcritureNum", "entry_on", "signed", told.alias("told"))
    frame = frame.with_columns(
        (pl.col("signed").sum().over(by_day) == 0).alias("even"),
        pl.col("signed").cum_sum().over("JournalCode").alias("balance"),
    ).with_columns(
        (pl.col("balance") == 0).cast(pl.Int64).cum_sum().over("JournalCode").alias("ends"),
    ).with_columns(
        (pl.col("ends") - (pl.col("balance") == 0).cast(pl.Int64)).alias("cut"),
    )  # fmt: skip
    key = pl.struct(
        pl.col("JournalCode"),
        pl.when("told").then(pl.col("EcritureNum")).otherwise(pl.lit("")).alias("number"),
        pl.when(pl.col("told") & pl.col("even")).then(pl.col("entry_on")).alias("on"),
        pl.when(~pl.col("told")).then(pl.col("cut")).alias("cut"),
    )
    return frame.select(key.rank("dense").alias("entry"))["entry"]


def last_entry_is_cut(lines: pl.DataFrame, entry: pl.Series) -> bool:
    """Tell a file cut between two lines: all its entries balance but the last."""
    if lines.is_empty():
        return False
    sums = lines.select("signed", entry.alias("entry")).group_by("entry").agg(pl.col("signed").sum())
    uneven = sums.filter(pl.col("signed") != 0)["entry"].to_list()
    return sums.height > 1 and uneven == [entry[-1]]


def classify(lines: pl.DataFrame, entry: pl.Series) -> pl.DataFrame:
    """Return the customer lines that are not nothing, each with its `what` (closing ones too)."""
    lines = lines.with_columns(entry.alias("entry"))
    flags = [pl.col("CompteNum").str.contains(p).any().alias(n) for n, p in _AGAINST.items()]
    facts = lines.group_by("entry").agg(*flags, pl.col("entry_on").min().alias("first_on"))
    facts = _with_openings(lines, facts)
    customers = lines.filter(
        pl.col("CompteNum").str.contains("^411") & (pl.col("signed") != 0) & ~pl.col("wrong")
    )
    told = customers.join(facts, on="entry", how="left", maintain_order="left")
    told = told.with_columns(_what().alias("what"))
    return _by_journal(told)


def _with_openings(lines: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Add `opening`: carried forward, by account 890, by journal, or by form on the first day."""
    journals = lines.group_by("JournalCode").agg(
        pl.col("CompteNum").str.contains(_AGAINST["result"]).any().alias("has_result"),
        (pl.col("JournalCode").str.contains(_OPENING_NAME)
         | pl.col("JournalLib").str.contains(_OPENING_NAME)).any().alias("named"),
    )  # fmt: skip
    opening = journals.filter(pl.col("named") & ~pl.col("has_result"))["JournalCode"]
    of_entry = lines.group_by("entry").agg(pl.col("JournalCode").first())
    first_day = lines["entry_on"].min()
    form = pl.col("capital") & ~pl.col("result") & (pl.col("first_on") == pl.lit(first_day, pl.Date))
    return facts.join(of_entry, on="entry").with_columns(
        (pl.col("opened") | pl.col("JournalCode").is_in(opening.implode()) | form)
        .fill_null(False).alias("opening")
    ).drop("JournalCode")  # fmt: skip


def _what() -> pl.Expr:
    debit = (
        pl.when("closed").then(pl.lit("closing"))
        .when(pl.col("CompteNum").str.starts_with("4117")).then(pl.lit("retention"))
        .when("opening").then(pl.lit("opening"))
        .when(pl.col("revenue")).then(pl.lit("invoice"))
        .when("bank").then(_returned())
        .when(pl.col("bad_debt") | pl.col("discount") | pl.col("exchange")).then(pl.lit("adjustment"))
        .when("vat").then(pl.lit("invoice"))
        .when("bill").then(_returned())
        .when(pl.col("doubtful") | pl.col("difference")).then(pl.lit("adjustment"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    credit = (
        pl.when("closed").then(pl.lit("closing"))
        .when("opening").then(pl.lit("opening"))
        .when("bank").then(pl.lit("payment"))
        .when("revenue").then(pl.lit("credit_note"))
        .when("bad_debt").then(pl.lit("write_off"))
        .when("discount").then(pl.lit("discount"))
        .when("exchange").then(pl.lit("exchange"))
        .when("vat").then(pl.lit("credit_note"))
        .when("bill").then(pl.lit("bill"))
        .when("doubtful").then(pl.lit("doubtful"))
        .when("difference").then(pl.lit("write_off"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    return pl.when(pl.col("signed") > 0).then(debit).otherwise(credit)


def _returned() -> pl.Expr:
    refund = pl.col("EcritureLib").str.contains(_REFUND)
    return pl.when(refund).then(pl.lit("refund")).otherwise(pl.lit("returned_payment"))


def _by_journal(told: pl.DataFrame) -> pl.DataFrame:
    """Give the lines against which nothing tells the usual nature of their journal.

    Last comes the journal's name: extracts of customer accounts alone have nothing else.
    """
    if not (told["what"] == "").any():
        return told
    usual = (
        told.filter(pl.col("what") != "")
        .group_by("JournalCode")
        .agg(
            pl.col("what").is_in(["invoice", "credit_note"]).sum().alias("sales"),
            pl.col("what").is_in(["payment", "returned_payment", "refund"]).sum().alias("bank_lines"),
        )
    )
    told = told.join(usual, on="JournalCode", how="left", maintain_order="left")
    even = (pl.col("bank_lines") == pl.col("sales")).fill_null(True)
    code, name = pl.col("JournalCode"), pl.col("JournalLib")
    sales_name = code.str.contains(_SALES_CODE) | name.str.contains(_SALES_NAME)
    bank_name = code.str.contains(_BANK_CODE) | name.str.contains(_BANK_NAME)
    sales = (pl.col("sales") > pl.col("bank_lines")).fill_null(False) | (even & sales_name)
    banks = (pl.col("bank_lines") > pl.col("sales")).fill_null(False) | (even & bank_name)
    debit = pl.col("signed") > 0
    guess = (
        pl.when(sales & debit).then(pl.lit("invoice"))
        .when(sales).then(pl.lit("credit_note"))
        .when(banks & debit).then(_returned())
        .when(banks).then(pl.lit("payment"))
        .otherwise(pl.lit("adjustment"))
    )  # fmt: skip
    what = pl.when(pl.col("what") == "").then(guess).otherwise(pl.col("what"))
    return told.with_columns(what.alias("what")).drop("sales", "bank_lines")
