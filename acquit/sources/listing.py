"""What the three lists (invoices, payments, contacts) share: cells read as fields, errors by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import polars as pl

from acquit.sources import vocabulary as words
from acquit.sources.base import Mapped, Options, Reading, all_tables
from acquit.sources.columns import Field, map_columns, shown
from acquit.sources.days import ask_order, find_order, read_days, unsure_examples, why_no_day
from acquit.sources.errors import Question, RowError, StructureError
from acquit.sources.numbers import AMOUNT, CURRENCIES, read_amounts, shortened, why_no_amount
from acquit.sources.places import country_code, language_code
from acquit.sources.records import cell, is_total
from acquit.sources.sheet import Sheet
from acquit.sources.words import Why

ERROR_LIMIT = 20_000
_EMAIL = r"([^\s;,<>@]+@[^\s;,<>@]+\.[A-Za-z]{2,24})"
_DOLLARS = frozenset(["USD", "CAD", "AUD", "NZD", "SGD", "HKD"])
_BLANKS = " \t\u00a0\u202f\n"


@dataclass(slots=True)
class Listing:
    """A sheet being read: the columns as fields, the errors found so far, one slot per row."""

    sheet: Sheet
    options: Options
    mapping: tuple[Mapped, ...]
    unknown: tuple[str, ...]
    frame: pl.DataFrame
    errors: list[RowError] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[Why] = field(default_factory=list)
    date_order: str = "dmy"
    refused: set[int] = field(default_factory=set)

    @property
    def lines(self) -> pl.Series:
        """Return the line of each row."""
        return self.frame["line"]

    def has(self, name: str) -> bool:
        """Tell whether a column was understood as the field."""
        return any(m.field == name for m in self.mapping)

    def column(self, name: str) -> str:
        """Return the column, as the file names it, that was understood as the field."""
        return next((m.column for m in self.mapping if m.field == name), name)

    def raw(self, name: str) -> pl.Series:
        """Return the cells of the field exactly as read, "" where there is no such column."""
        if not self.has(name):
            return pl.repeat("", self.frame.height, dtype=pl.String, eager=True).alias(name)
        return self.frame[cell(self.sheet.header.index(self.column(name)))].alias(name)

    def cells(self, column: str) -> pl.Series:
        """Return the cells of a column, as the file names it, without the blanks around them."""
        return self.frame[cell(self.sheet.header.index(column))].str.strip_chars(_BLANKS)

    def text(self, name: str) -> pl.Series:
        """Return the cells of the field without the blanks around them."""
        if not self.has(name):
            return self.raw(name)
        return self.raw(name).str.strip_chars(_BLANKS)

    def refuse(self, bad: pl.Series, name: str, why: Why | None = None) -> None:
        """Record an error for each row where `bad`, worded by `why` or by what the cell holds."""
        if not bad.any():
            return
        texts = self.text(name)
        for index in bad.fill_null(False).arg_true().to_list():
            self.refuse_row(index, name, why or self._explain(name, texts[index]), texts[index])

    def refuse_row(self, index: int, name: str, why: Why, value: str = "") -> None:
        """Record an error of one row, which is then left out of every table."""
        line = int(self.lines[index])
        self.refused.add(line)
        row = tuple(self.frame.row(index)[1 : len(self.sheet.header) + 1])
        column = self.column(name)
        self.errors.append(RowError(line, column, why, shortened(value, 200), row))
        if len(self.errors) > ERROR_LIMIT:
            first = self.errors[0]
            raise StructureError("too_many_errors", line=first.line, limit=ERROR_LIMIT,
                                 first=first.why)  # fmt: skip

    def _explain(self, name: str, value: str) -> Why:
        if name.endswith("_on"):
            return why_no_day(value, self.date_order)
        return why_no_amount(value)

    def _nothing(self, name: str, dtype: pl.DataType) -> pl.Series:
        return pl.Series(name, [None], dtype=dtype).new_from_index(0, self.frame.height)

    def amounts(self, name: str) -> tuple[pl.Series, pl.Series]:
        """Return the field as amounts with the currency that each cell names itself, or ""."""
        if not self.has(name):
            return self._nothing(name, AMOUNT), self.raw(name)
        read = read_amounts(self.raw(name), column=self.column(name), decimal=self.options.decimal)
        if read.question is not None:
            self.questions.append(read.question)
        self.refuse(read.bad, name)
        return read.values.alias(name), read.currencies

    def settle_date_order(self, names: Sequence[str]) -> None:
        """Find once for the whole file whether the day or the month comes first, or ask."""
        mapped = [name for name in names if self.has(name)]
        texts = {name: self.text(name) for name in mapped}
        found = self.options.date_order or find_order(texts.values())
        if found == "":
            found = "dmy"
        if found is None:
            examples = [e for name in mapped for e in unsure_examples(texts[name])][:3]
            columns = tuple(self.column(name) for name in mapped)
            self.questions.append(ask_order(columns, examples))
        self.date_order = found or "dmy"

    def days(self, name: str) -> pl.Series:
        """Return the field as days."""
        if not self.has(name):
            return self._nothing(name, pl.Date())
        read = read_days(self.raw(name), self.date_order)
        self.refuse(read.bad, name)
        return read.values.alias(name)

    def currencies(self, own: Iterable[pl.Series], header_names: Sequence[str]) -> pl.Series:
        """Return the currency of each row: the column's, else the sign's, else the header's or ours."""
        stated = self.text("currency").str.to_uppercase().replace({"€": "EUR", "EURO": "EUR",
                                                                   "EUROS": "EUR", "$": "USD",
                                                                   "£": "GBP"})  # fmt: skip
        self.refuse_currency((stated != "") & ~stated.is_in(list(CURRENCIES)))
        signs = pl.repeat("", self.frame.height, dtype=pl.String, eager=True)
        for series in own:
            signs = signs.zip_with(signs != "", series)
        dollar = (signs == "USD") & stated.is_in(list(_DOLLARS))
        against = (stated != "") & (signs != "") & (signs != stated) & ~dollar
        for index in against.arg_true().to_list():
            params = {"value": self._shown_amount(index), "sign": signs[index],
                      "currency": stated[index]}  # fmt: skip
            self.refuse_row(index, "currency", Why("currencies_differ", params), stated[index])
        default = self._header_currency(header_names) or self.options.currency
        currency = stated.zip_with(stated != "", signs)
        return currency.set(currency == "", default).alias("currency")

    def refuse_currency(self, bad: pl.Series) -> None:
        """Record an error for each row whose currency is none."""
        texts = self.text("currency")
        for index in bad.arg_true().to_list():
            why = Why("unknown_currency", {"value": shortened(texts[index])})
            self.refuse_row(index, "currency", why, texts[index])

    def _shown_amount(self, index: int) -> str:
        name = next((n for n in ("amount", "remaining", "debit", "credit") if self.has(n)), "amount")
        return shortened(str(self.text(name)[index]))

    def _header_currency(self, names: Sequence[str]) -> str | None:
        found = set()
        for name in names:
            column = self.column(name).upper() if self.has(name) else ""
            tokens = column.replace("(", " ").replace(")", " ").replace("/", " ").split()
            found |= {token for token in tokens if token in ("EUR", "USD", "GBP", "CHF", "CAD")}
            found |= {code for sign, code in (("€", "EUR"), ("$", "USD"), ("£", "GBP")) if sign in column}
        return found.pop() if len(found) == 1 else None

    def first_match(self, name: str, table: Iterable[tuple[str, str]]) -> pl.Series:
        """Return the code of the first pattern that a cell fits, else ""."""
        texts = self.text(name)
        known = {text: first_fit(text, table) for text in texts.unique().to_list()}
        return texts.replace_strict(known, return_dtype=pl.String).alias(name)

    def good(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of `frame` that no error refused."""
        if not self.refused:
            return frame
        return frame.filter(~pl.col("line").is_in(list(self.refused)))

    def reading(self, kind: str, **tables: pl.DataFrame) -> Reading:
        """Return what was read, errors in the order of the lines."""
        days = [tables[t][c] for t, c in (("invoices", "issued_on"), ("payments", "received_on"))
                if t in tables]  # fmt: skip
        known = pl.concat([d.drop_nulls() for d in days]) if days else pl.Series([], dtype=pl.Date)
        errors = sorted([*self.sheet.errors, *self.errors], key=lambda e: e.line or 0)
        return Reading(
            kind=kind,
            tables=all_tables(**tables),
            errors=tuple(errors),
            questions=_distinct(self.questions),
            notes=tuple(self.notes),
            columns=self.sheet.header,
            mapping=self.mapping,
            unknown_columns=self.unknown,
            rows=self.frame.height + len(self.sheet.errors),
            encoding=self.sheet.encoding,
            separator=self.sheet.separator,
            sheet=self.sheet.name,
            date_order=self.date_order,
            first_on=known.min(),  # type: ignore[arg-type]
            last_on=known.max(),  # type: ignore[arg-type]
        )


def fits(text: str, pattern: str) -> bool:
    """Tell whether a cell that is not blank bears the pattern."""
    return bool(text) and re.search(pattern, text) is not None


def first_fit(text: str, table: Iterable[tuple[str, str]]) -> str:
    """Return the code of the first pattern that a cell fits, else ""."""
    return next((code for code, pattern in table if fits(text, pattern)), "")


def _distinct(questions: list[Question]) -> tuple[Question, ...]:
    """Return one question per option: the answer holds for the whole file."""
    by_option = {question.option: question for question in reversed(questions)}
    return tuple(reversed(by_option.values()))


def open_listing(sheet: Sheet, fields: Sequence[Field], options: Options) -> Listing:
    """Return the sheet with its columns understood, totals left out."""
    mapping, unknown = map_columns(sheet.header, sheet.frame, fields, options.mapping)
    listing = Listing(sheet, options, mapping, unknown, sheet.frame)
    if sheet.others:
        names = (sheet.name, *sheet.others)
        why = Why("which_sheet", {"sheet": sheet.name, "sheets": shortened(", ".join(sheet.others), 120)})
        listing.questions.append(Question("sheet", why, names, sheet.name))
    _leave_totals_out(listing)
    return listing


def _leave_totals_out(listing: Listing) -> None:
    frame = listing.frame
    cells = [c for c in frame.columns if c != "line"]
    if not cells or frame.is_empty():
        return
    starts = pl.any_horizontal(pl.col(cells).str.contains(r"(?i)^\s*(sous-|solde |grand )?total"))
    suspects = frame.filter(starts)
    totals = [row[0] for row in suspects.iter_rows() if is_total(row[1:]) and _mostly_blank(row[1:])]
    if totals:
        listing.frame = frame.filter(~pl.col("line").is_in(totals))
        listing.notes.append(Why("total_rows", {"count": len(totals)}))


def _mostly_blank(row: Sequence[str]) -> bool:
    return sum(1 for value in row if value.strip()) * 2 <= len(row) + 1


def require(listing: Listing, said: str, *any_of: str) -> None:
    """Raise StructureError where none of the fields has a column, naming the columns there are."""
    if not any(listing.has(name) for name in any_of):
        raise StructureError(
            "missing_column",
            line=listing.sheet.header_line,
            needed=said,
            columns=shown(listing.sheet.header),
        )


def debtor_keys(listing: Listing) -> pl.DataFrame:
    """Return who each row is about: what the file says, and one key for it ("" for nobody)."""
    siren = listing.text("siren").str.replace_all(r"[ \u00a0.]", "")
    bad = (siren != "") & ~siren.str.contains(r"^\d{9}(\d{5})?$")
    for index in bad.arg_true().to_list():
        why = Why("not_a_siren", {"value": shortened(siren[index])})
        listing.refuse_row(index, "siren", why, siren[index])
    frame = pl.DataFrame(
        {
            "line": listing.lines,
            "external_id": listing.text("external_id"),
            "siren": siren.str.slice(0, 9),
            "vat": listing.text("vat").str.to_uppercase().str.replace_all(r"[ .\-]", ""),
            "name": listing.text("debtor_name").str.replace_all(r"\s+", " "),
        }
    )
    plain = pl.col("name").str.to_lowercase().str.replace_all(r"\s+", " ")
    key = (
        pl.when(pl.col("external_id") != "").then(pl.col("external_id"))
        .when(pl.col("siren") != "").then("siren:" + pl.col("siren"))
        .when(pl.col("vat") != "").then("vat:" + pl.col("vat"))
        .when(pl.col("name") != "").then("name:" + plain)
        .otherwise(pl.lit(""))
    )  # fmt: skip
    return frame.with_columns(key.alias("debtor"))


def debtors_table(listing: Listing, who: pl.DataFrame, *, reach: bool) -> pl.DataFrame:
    """Return one row per debtor: the first thing that the file says of each of its traits."""
    traits = {
        "country": countries(listing),
        "language": languages(listing),
        "kind": listing.first_match("debtor_kind", words.KINDS),
        "profile": _or_own_word(listing, "profile", words.PROFILES),
        "terms": listing.text("terms"),
    }
    if reach:
        email = listing.text("email").str.extract(_EMAIL, 1).fill_null("")
        traits |= addresses(listing) | {"email": email, "phone": listing.text("phone")}
    told = {name: series for name, series in traits.items() if (series != "").any()}
    _refuse_two_kinds(listing, who["debtor"], traits["kind"])
    frame = listing.good(who.with_columns([s.alias(n) for n, s in told.items()]))
    frame = frame.filter(pl.col("debtor") != "")
    kept = ["external_id", "siren", "vat", "name", *told]
    first_told = [pl.col(n).filter(pl.col(n) != "").first().fill_null("").alias(n) for n in kept]
    return frame.group_by("debtor", maintain_order=True).agg(pl.col("line").first(), *first_told)


def _refuse_two_kinds(listing: Listing, debtor: pl.Series, kind: pl.Series) -> None:
    """Refuse every row of a debtor of whom the file says two kinds: nobody knows which law holds."""
    frame = pl.DataFrame({"debtor": debtor, "kind": kind}).with_row_index("at")
    said = frame.filter((pl.col("debtor") != "") & (pl.col("kind") != ""))
    several = said.group_by("debtor").agg(pl.col("kind").n_unique().alias("n")).filter(pl.col("n") > 1)
    for index in frame.filter(pl.col("debtor").is_in(several["debtor"].implode()))["at"].to_list():
        listing.refuse_row(index, "debtor_kind", Why("two_kinds"), listing.text("debtor_kind")[index])


def _or_own_word(listing: Listing, name: str, table: Iterable[tuple[str, str]]) -> pl.Series:
    code = listing.first_match(name, table)
    return code.zip_with(code != "", listing.text(name))


def addresses(listing: Listing) -> dict[str, pl.Series]:
    """Return the postal address of each row, its lines separated by line ends."""
    lines = pl.DataFrame({"one": listing.text("address"), "two": listing.text("address_2")})
    joined = lines.select((pl.col("one") + "\n" + pl.col("two")).str.strip_chars("\n").alias("a"))
    return {
        "address": joined["a"],
        "postcode": listing.text("postcode"),
        "city": listing.text("city"),
    }


def countries(listing: Listing) -> pl.Series:
    """Return the country of each row as its code of two letters, "" where it is not known."""
    texts = listing.text("country")
    known = {text: country_code(text) for text in texts.unique().to_list()}
    strange = sorted(text for text, code in known.items() if text and not code)
    note = Why("unknown_countries", {"values": shortened(", ".join(strange), 120)})
    if strange and note not in listing.notes:
        listing.notes.append(note)
    return texts.replace_strict(known, return_dtype=pl.String)


def languages(listing: Listing) -> pl.Series:
    """Return the language of each row as its code of two letters, "" where it is not known."""
    texts = listing.text("language")
    known = {text: language_code(text) for text in texts.unique().to_list()}
    return texts.replace_strict(known, return_dtype=pl.String)


def content_keys(prefix: str, frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Return a key per row from what it holds and, among rows alike, from its rank.

    Two like payments of one day are two payments; the same two in the next export are the same two.
    """
    joined = frame.select(pl.concat_str([pl.col(c).cast(pl.String).fill_null("") for c in columns],
                                        separator="\x1f").alias("all"))  # fmt: skip
    ranked = joined.with_columns(pl.int_range(pl.len()).over("all").alias("rank"))
    return pl.Series(
        [f"{prefix}:{_digest(text)}:{rank}" for text, rank in ranked.iter_rows()], dtype=pl.String
    )


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=10).hexdigest()


def zero() -> pl.Expr:
    """Return nothing, as an exact amount."""
    return pl.lit(0).cast(AMOUNT)
