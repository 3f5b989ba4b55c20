"""What a column called « Type » speaks of: documents (facture, avoir) or clients (particulier, société)."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from acquit.sources import vocabulary as words
from acquit.sources.base import Mapped
from acquit.sources.columns import normal
from acquit.sources.listing import Listing, first_fit
from acquit.sources.numbers import shortened
from acquit.sources.words import Why

#: Names that say neither.
_EITHER = frozenset(["type", "nature", "categorie", "category"])
_DOCUMENT, _CLIENT, _BOTH, _NEITHER = "document", "client", "both", "neither"


def settle_kinds(listing: Listing) -> None:
    """Tell by what it holds whether a column speaks of documents or of clients, and name what fits neither.

    A consumer who is taken for a business is asked for penalties that he does not owe. In a column
    that holds both sorts the rows of the rarer one are refused, until a person says what the column is.
    """
    for column in _unsettled(listing):
        _settle(listing, column)
    _note_strange(listing)


def _unsettled(listing: Listing) -> list[str]:
    """Return the columns whose name leaves it open, those that a person chose left out."""
    named = [m.column for m in listing.mapping if m.field == "type" and m.by != "choice"]
    dropped = {"type", "debtor_kind"} & {n for n, c in listing.options.mapping.items() if not c}
    return named + [c for c in listing.unknown if not dropped and normal(c) in _EITHER]


def _settle(listing: Listing, column: str) -> None:
    texts = listing.cells(column)
    sorts = texts.replace_strict({t: _sort(t) for t in texts.unique().to_list()}, return_dtype=pl.String)
    documents = int(sorts.is_in([_DOCUMENT, _BOTH]).sum())
    clients = int((sorts == _CLIENT).sum())
    is_type = listing.has("type") and listing.column("type") == column
    if clients > documents and not listing.has("debtor_kind"):
        _take(listing, column, "debtor_kind")
        _refuse_others(listing, "debtor_kind", sorts == _DOCUMENT)
    elif clients > documents and is_type:
        _leave(listing, column)
    elif is_type:
        _refuse_others(listing, "type", sorts == _CLIENT)
        both = texts.filter(sorts == _BOTH)
        if len(both) and not listing.has("debtor_kind"):
            listing.notes.append(Why("type_says_both", {"column": column, "values": _named(both)}))


def _sort(text: str) -> str:
    kind = first_fit(text, words.KINDS)
    if first_fit(text, words.DOCUMENTS):
        return _BOTH if kind not in ("", "business") else _DOCUMENT
    return _CLIENT if kind else _NEITHER


def _take(listing: Listing, column: str, field: str) -> None:
    kept = tuple(m for m in listing.mapping if m.column != column)
    listing.mapping = (*kept, Mapped(column, field, 0.8, "content"))
    listing.unknown = tuple(c for c in listing.unknown if c != column)


def _leave(listing: Listing, column: str) -> None:
    listing.mapping = tuple(m for m in listing.mapping if m.column != column)
    listing.unknown = (*listing.unknown, column)


def _refuse_others(listing: Listing, field: str, others: pl.Series) -> None:
    texts = listing.text(field)
    for index in others.arg_true().to_list():
        said = {"value": shortened(texts[index])}
        why = Why("client_among_documents", said)
        if field == "debtor_kind":
            why = Why("document_among_clients", said)
        listing.refuse_row(index, field, why, texts[index])


def _note_strange(listing: Listing) -> None:
    """Name the values that the list uses for a document or a client and that are not understood."""
    if strange := _strange(listing, "debtor_kind", words.KINDS):
        listing.notes.append(Why("kinds_unknown", strange))
    if strange := _strange(listing, "type", words.DOCUMENTS):
        listing.notes.append(Why("types_unknown", strange))


def _strange(listing: Listing, field: str, table: Iterable[tuple[str, str]]) -> dict[str, str]:
    texts, kept = listing.text(field), ~listing.lines.is_in(list(listing.refused))
    strange = texts.filter(kept & (texts != "") & (listing.first_match(field, table) == ""))
    return {"column": listing.column(field), "values": _named(strange)} if len(strange) else {}


def _named(texts: pl.Series) -> str:
    return shortened(", ".join(texts.unique(maintain_order=True).to_list()), 120)
