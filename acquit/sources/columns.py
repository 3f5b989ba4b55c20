"""Which column is what: by its name in French or English, then by the shape of what it holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import polars as pl

from acquit.sources.base import Mapped
from acquit.sources.errors import StructureError
from acquit.sources.records import cell

_SAMPLE = 300
_SMALL_WORDS = frozenset(
    ["de", "du", "des", "la", "le", "les", "l", "d", "a", "au", "aux", "en", "the", "of", "on", "to", "for"]
)
_CURRENCY_WORDS = frozenset(["eur", "euro", "euros", "usd", "gbp", "chf", "cad"])
_SHAPES = {
    "amount": r"^[(\-−+]?\s*(?:[€£$]|[A-Z]{3})?\s*[\d][\d\s\u00a0\u202f.,'’]*\s*(?:[€£$]|[A-Z]{3})?[)\-]?$",
    "day": r"^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|(?:19|20)\d{6}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}.*"
    r"|\d{1,2}(?:er|st|nd|rd|th)?[\s\-.]+[A-Za-zéûÉÛ]{3,}\.?,?[\s\-.]+\d{2,4}|[2-6]\d{4}(?:\.\d+)?)$",
    "email": r"^[^\s@]+@[^\s@]+\.[A-Za-z]{2,}",
    "iban": r"^[A-Z]{2}\d{2}[ ]?[A-Z0-9]{4}(?:[ ]?[A-Z0-9]{2,4}){2,}$",
    "siren": r"^\d{3}[ \u00a0]?\d{3}[ \u00a0]?\d{3}(?:[ \u00a0]?\d{5})?$",
    "vat": r"^(?:FR[0-9A-Z]{2}\d{9}|[A-Z]{2}[0-9A-Z]{8,12})$",
}
_TELLING = ("email", "iban")  # shapes that say what a column is whatever its name


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """What a column may be: its names (normal form), its shape, and words that rule it out.

    Two fields are the same only when they are one: that is what makes asking after a name quick.
    """

    name: str
    names: tuple[str, ...]
    shape: str = "text"
    never: frozenset[str] = frozenset()


@lru_cache(maxsize=1 << 14)
def normal(name: str) -> str:
    """Return a column's name without case, accents, punctuation and small words.

    >>> normal("N° de Facture"), normal("InvoiceDate"), normal("Date d’échéance")
    ('n facture', 'invoice date', 'date echeance')
    """
    letters = unicodedata.normalize("NFKD", name)
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z]|[A-Z]{2}\b)", " ", bare)
    words = re.sub(r"[^a-z0-9]+", " ", apart.lower()).split()
    kept = [word for word in words if word not in _SMALL_WORDS]
    return " ".join(kept or words)


def named(header: Sequence[str], fields: Sequence[Field]) -> int:
    """Return how many columns of the header bear the name of a field."""
    return sum(max((_by_name(normal(name), f) for f in fields), default=0) >= 0.9
               for name in header)  # fmt: skip


def header_score(header: Sequence[str], fields: Sequence[Field]) -> float:
    """Return how well the header suits the fields: columns named, each counted once."""
    best: dict[str, float] = {}
    for name in map(normal, header):
        for field in fields:
            best[field.name] = max(best.get(field.name, 0.0), _by_name(name, field))
    return sum(score for score in best.values() if score >= 0.7)


def map_columns(
    header: tuple[str, ...],
    frame: pl.DataFrame,
    fields: Sequence[Field],
    chosen: Mapping[str, str],
) -> tuple[tuple[Mapped, ...], tuple[str, ...]]:
    """Return which column each field is, and the columns that are none.

    What a person chose goes first (an empty choice leaves the field out), then the surest.
    """
    mapped = _chosen(header, fields, chosen)
    left = {i for i, name in enumerate(header) if name.strip()}
    left -= {header.index(m.column) for m in mapped}
    open_fields = [f for f in fields if f.name not in chosen]
    samples = {i: _sample(frame, i) for i in left}
    scores = [
        (score, -order, i, field, by)
        for order, field in enumerate(open_fields)
        for i in left
        for score, by in [_score(normal(header[i]), field, samples[i])]
        if score > 0
    ]
    taken: set[str] = set()
    for score, _, i, field, by in sorted(scores, key=lambda s: (-s[0], -s[1], s[2])):
        if i in left and field.name not in taken:
            taken.add(field.name)
            left.discard(i)
            mapped.append(Mapped(header[i], field.name, round(score, 2), by))
    return tuple(mapped), tuple(header[i] for i in sorted(left))


def _chosen(header: tuple[str, ...], fields: Sequence[Field], chosen: Mapping[str, str]) -> list[Mapped]:
    known = {field.name for field in fields}
    mapped = []
    for name, column in chosen.items():
        if name not in known:
            raise StructureError("no_such_field", field=name, fields=", ".join(sorted(known)))
        if column and column not in header:
            raise StructureError("no_such_column", column=column, columns=shown(header))
        if column:
            mapped.append(Mapped(column, name, 1.0, "choice"))
    return mapped


def shown(header: Sequence[str]) -> str:
    """Return the names of columns as a sentence may carry them."""
    names = ", ".join(name.strip()[:40] for name in header if name.strip())
    return names if len(names) <= 400 else names[:399] + "…"


def _sample(frame: pl.DataFrame, index: int) -> pl.Series:
    column = frame[cell(index)].head(_SAMPLE * 4).str.strip_chars()
    return column.filter(column != "").head(_SAMPLE)


def _score(name: str, field: Field, sample: pl.Series) -> tuple[float, str]:
    by_name = _by_name(name, field)
    if by_name == 0:
        suits = field.shape in _TELLING and _share(sample, field.shape) >= 0.8
        return (0.5, "content") if suits else (0.0, "")
    if field.shape not in _SHAPES or sample.is_empty():
        return by_name, "name"
    share = _share(sample, field.shape)
    if by_name < 0.9 and share < 0.5:
        return 0.0, ""
    return by_name * (0.8 + 0.2 * share), "name"


def _share(sample: pl.Series, shape: str) -> float:
    if sample.is_empty():
        return 0.0
    return float(sample.str.contains(_SHAPES[shape]).mean() or 0.0)  # type: ignore[arg-type]


@lru_cache(maxsize=1 << 15)
def _by_name(name: str, field: Field) -> float:
    """Return 1 for the very name, less for a name that contains one of two words or more."""
    words = [word for word in name.split() if word not in _CURRENCY_WORDS]
    if not words or not field.never.isdisjoint(words):
        return 0.0
    spellings = _spellings(field)
    best = max(spellings.exact.get(" ".join(words), 0.0), spellings.joined.get("".join(words), 0.0))
    said = set(words)
    for synonym in spellings.several:
        if synonym <= said:
            best = max(best, 0.6 + 0.25 * len(synonym) / len(words))
    return best


class _Spellings(NamedTuple):
    """The names of a field with how much each says: as it is, without spaces, and by its words."""

    exact: Mapping[str, float]
    joined: Mapping[str, float]
    several: tuple[frozenset[str], ...]


@cache
def _spellings(field: Field) -> _Spellings:
    exact: dict[str, float] = {}
    joined: dict[str, float] = {}
    for rank, synonym in enumerate(field.names):
        first = 0.02 * (rank / len(field.names))  # the earlier of two synonyms wins
        exact.setdefault(synonym, 1.0 - first)
        joined.setdefault(synonym.replace(" ", ""), 0.98 - first)
    several = (frozenset(synonym.split()) for synonym in field.names if " " in synonym)
    return _Spellings(exact, joined, tuple(dict.fromkeys(several)))


def only_column_of_shape(
    header: tuple[str, ...], frame: pl.DataFrame, candidates: Sequence[str], shape: str
) -> str | None:
    """Return the only column among the candidates that holds nothing but `shape`, if there is one."""
    fits = [name for name in candidates if _share(_sample(frame, header.index(name)), shape) >= 0.95]
    return fits[0] if len(fits) == 1 else None
