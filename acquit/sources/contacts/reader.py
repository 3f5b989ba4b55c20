"""A list of contacts becomes people and mailboxes tied to debtors by account, SIREN or name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import polars as pl

from acquit.sources import vocabulary as words
from acquit.sources.base import Options, Reading, content_of
from acquit.sources.identify import sureness
from acquit.sources.kinds import settle_kinds
from acquit.sources.listing import (
    Listing,
    addresses,
    countries,
    debtor_keys,
    debtors_table,
    languages,
    open_listing,
    require,
)
from acquit.sources.numbers import shortened
from acquit.sources.sheet import open_sheet
from acquit.sources.words import Why

FIELDS = (
    words.EXTERNAL_ID, words.NAME, words.SIREN, words.VAT, words.CONTACT_NAME, words.LAST_NAME,
    words.FIRST_NAME, words.ROLE, words.EMAIL, words.PHONE, words.MOBILE, words.LANGUAGE,
    words.ADDRESS, words.ADDRESS_2, words.POSTCODE, words.CITY, words.COUNTRY, words.DEBTOR_KIND,
    words.PROFILE, words.TERMS,
)  # fmt: skip
_SEVERAL = re.compile(r"[;,/\s]+(?=[^\s;,/<>]+@)")
_WRAPPED = re.compile(r"^(.*?)<\s*([^<>\s]+)\s*>$")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))*\.[A-Za-z]{2,24}"
)


@dataclass(frozen=True, slots=True)
class ContactList:
    """A CSV or Excel list of debtors with their addresses; the columns may bear any usual name."""

    KIND = "contacts"
    LABEL = "liste de contacts (CSV, Excel)"
    FIELDS: ClassVar[tuple[str, ...]] = tuple(field.name for field in FIELDS)

    def identify(self, content: bytes, filename: str) -> float:
        """Return how much the header looks like one of contacts."""
        return sureness(
            content, filename, FIELDS,
            needed=(
                ("external_id", "siren", "vat", "debtor_name", "last_name"),
                ("email", "phone", "mobile", "address"),
            ),
            telling=("email", "contact_name", "phone"),
            hints=("contact", "client", "customer", "tiers", "annuaire", "adress"),
        )  # fmt: skip

    def read(self, content: bytes | Path, filename: str = "", options: Options | None = None) -> Reading:  # noqa: ARG002
        """Return the contacts that the list states, one per e-mail address of each row."""
        options = options or Options()
        sheet = open_sheet(content_of(content), FIELDS, options)
        listing = _name_as_debtor(open_listing(sheet, FIELDS, options))
        require(listing, "debtor", "external_id", "siren", "vat", "debtor_name")
        require(listing, "reach", "email", "phone", "mobile", "address")
        settle_kinds(listing)
        return _read(listing)


def _name_as_debtor(listing: Listing) -> Listing:
    """Take a lone column « Nom » for the debtor's name: no first name and no company stand by it."""
    if listing.has("debtor_name") or listing.has("first_name") or not listing.has("last_name"):
        return listing
    listing.mapping = tuple(
        type(m)(m.column, "debtor_name", m.confidence, m.by) if m.field == "last_name" else m
        for m in listing.mapping
    )
    return listing


def _read(listing: Listing) -> Reading:
    who = debtor_keys(listing)
    name = next((n for n in ("external_id", "siren", "vat", "debtor_name") if listing.has(n)), "")
    listing.refuse(who["debtor"] == "", name, Why("missing_debtor"))
    emails = _emails(listing)
    phone = listing.text("phone")
    phone = phone.zip_with(phone != "", listing.text("mobile"))
    place = addresses(listing)
    reached = pl.Series([bool(found) for found in emails], dtype=pl.Boolean)
    reachable = reached | (phone != "") | (place["address"] != "") | (listing.text("email") != "")
    at = next(n for n in ("email", "phone", "mobile", "address") if listing.has(n))
    listing.refuse(~reachable, at, Why("no_way_to_reach"))
    frame = pl.DataFrame(
        {
            "line": listing.lines, "debtor": who["debtor"], "own_name": _names(listing),
            "role": listing.first_match("role", words.ROLES), "phone": phone,
            "language": languages(listing), "country": countries(listing), **place,
            "addresses": pl.Series([found or [("", "")] for found in emails], dtype=_PAIRS),
        }
    )  # fmt: skip
    debtors = debtors_table(listing, who, reach=False)
    return listing.reading("contacts", debtors=debtors, contacts=_contacts(listing, frame))


_PAIRS = pl.List(pl.Struct({"shown": pl.String, "email": pl.String}))


def _names(listing: Listing) -> pl.Series:
    whole = listing.text("contact_name")
    parts = pl.DataFrame({"first": listing.text("first_name"), "last": listing.text("last_name")})
    joined = parts.select((pl.col("first") + " " + pl.col("last")).str.strip_chars().alias("n"))["n"]
    return whole.zip_with(whole != "", joined)


def _emails(listing: Listing) -> list[list[tuple[str, str]]]:
    """Return the addresses of each row with the name beside them, refusing a row with a bad one."""
    found: list[list[tuple[str, str]]] = []
    for index, text in enumerate(listing.text("email").to_list()):
        parts = [_address(part) for part in _SEVERAL.split(text) if part.strip()] if text else []
        bad = next((part for part in parts if not _EMAIL.fullmatch(part[1])), None)
        if bad is not None:
            why = Why("not_an_email", {"value": shortened(bad[1])})
            listing.refuse_row(index, "email", why, text)
        found.append([part for part in parts if _EMAIL.fullmatch(part[1])])
    return found


def _address(text: str) -> tuple[str, str]:
    """Return the name and the address of "Jeanne Petit <jeanne@x.fr>", "mailto:…" or an address."""
    text = text.strip().strip(";,").strip()
    if wrapped := _WRAPPED.match(text):
        return wrapped[1].strip().strip('"'), wrapped[2]
    return "", text[7:] if text.lower().startswith("mailto:") else text


def _contacts(listing: Listing, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a row per address; of rows alike in debtor and address the first is kept."""
    apart = listing.good(frame).explode("addresses").unnest("addresses")
    apart = apart.with_columns(
        pl.when(pl.col("own_name") != "").then(pl.col("own_name")).otherwise("shown").alias("name"),
        pl.coalesce(
            *(pl.when(pl.col(c) != "").then(pl.col(c).str.to_lowercase())
              for c in ("email", "phone", "own_name")),
            pl.lit("address"),
        ).alias("by"),
    )  # fmt: skip
    apart = apart.with_columns(("contact:" + pl.col("debtor") + "/" + pl.col("by")).alias("external_key"))
    once = apart.unique("external_key", keep="first", maintain_order=True)
    if once.height < apart.height:
        listing.notes.append(Why("same_rows", {"count": apart.height - once.height}))
    return once
