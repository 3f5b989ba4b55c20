"""Liquid for untrusted authors: strict, bounded, and without any way to another file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from liquid import BoundTemplate, Environment, RenderContext
from liquid.exceptions import LiquidError, UndefinedError
from liquid.output import LimitedStringIO
from liquid.undefined import FalsyStrictUndefined

from acquit.core.money import Money
from acquit.wording.document import BOLD_OFF, BOLD_ON
from acquit.wording.typography import NO_BREAK, TYPOGRAPHY, Typography

_T = TypeVar("_T")
_HERE = Path(__file__).parent
_CODE = re.compile(r"(\{%.*?%\}|\{\{.*?\}\})", re.DOTALL)
_PATH = re.compile(r"[\w.]+")
_BEFORE_MARK = re.compile(r" (?=[:;?!»%])")
_AFTER_QUOTE = re.compile(r"(?<=«) ")
#: Tags that reach another template or print counters nobody asked for.
_FORBIDDEN_TAGS = (
    "include",
    "render",
    "increment",
    "decrement",
    "tablerow",
    "ifchanged",
)
_FORBIDDEN_FILTERS = ("safe",)
#: Bytes that one template may yield.
_MOST_SAID = 200_000


class Unsayable(ValueError):
    """The message cannot be said: a variable, a template or a language is missing.

    `because` is a code: missing_variable, missing_template, missing_language, broken_template,
    figures_disagree. `what` names it.
    """

    def __init__(self, because: str, what: str) -> None:
        super().__init__(f"{because}: {what}")
        self.because = because
        self.what = what


class _Environment(Environment):
    loop_iteration_limit = 2_000
    output_stream_limit = _MOST_SAID
    local_namespace_limit = 200_000
    block_nesting_limit = 12
    context_depth_limit = 12


@dataclass(frozen=True, slots=True)
class Source:
    """A template as its author wrote it."""

    subject: str
    body: str


@cache
def environment(language: str) -> Environment:
    """Return the Liquid of `language`, with its filters."""
    typography = TYPOGRAPHY.get(language)
    if typography is None:
        raise Unsayable("missing_language", language)
    found = _Environment(undefined=FalsyStrictUndefined, strict_filters=True)
    for tag in _FORBIDDEN_TAGS:
        found.tags.pop(tag, None)
    for name in _FORBIDDEN_FILTERS:
        found.filters.pop(name, None)
    found.filters.update(_filters(typography))
    return found


def _filters(typography: Typography) -> Mapping[str, Callable[..., str]]:
    return {
        "amount": lambda value: _amount(value, typography),
        "long_day": lambda value: typography.long_day(_a(date, value)),
        "day": lambda value: typography.day(_a(date, value)),
        "short_day": lambda value: typography.short_day(_a(date, value)),
        "days": lambda value: typography.days(_a(list, value)),
        "percent": lambda value: typography.percent(_a(Decimal, value)),
        "in_words": lambda value: typography.count(_a(int, value)),
        "enumerate": lambda value: typography.joined(_a(list, value)),
        "bold": lambda value: f"{BOLD_ON}{value}{BOLD_OFF}",
    }


def _a(kind: type[_T], value: object) -> _T:
    if not isinstance(value, kind):
        raise TypeError(f"{str(value)!r} is not a {kind.__name__}")
    return value


def _amount(value: object, typography: Typography) -> str:
    if isinstance(value, Money):
        return typography.amount(value)
    return typography.amounts(_a(list, value))


def run(template: BoundTemplate, variables: Mapping[str, Any], name: str) -> str:
    """Return what `template` says of `variables`; raise Unsayable naming what is missing."""
    said = LimitedStringIO(_MOST_SAID)
    try:
        template.render_with_context(RenderContext(template, globals=variables), said)
        return said.getvalue()
    except UndefinedError as error:
        raise Unsayable("missing_variable", _missing(error)) from error
    except (LiquidError, TypeError, ValueError) as error:
        words = str(error).splitlines()[0]
        raise Unsayable("broken_template", f"{name}: {words}") from error


def typeset(text: str, language: str) -> str:
    """Return a template's own words with the spaces that French typography holds together.

    >>> typeset("Un oubli ? {{ a }} : {% if b != c %}", "fr").replace("\\u00a0", "_")
    'Un oubli_? {{ a }}_: {% if b != c %}'
    """
    if language != "fr":
        return text
    pieces = _CODE.split(text)
    pieces[::2] = [_AFTER_QUOTE.sub(NO_BREAK, _BEFORE_MARK.sub(NO_BREAK, words)) for words in pieces[::2]]
    return "".join(pieces)


def _missing(error: UndefinedError) -> str:
    """Return the whole path that the author wrote, of which Liquid names the first part."""
    token = error.token
    written = None if token is None else _PATH.match(token.source, max(token.start_index, 0))
    return written[0] if written else str(error).splitlines()[0]


def compile_source(text: str, language: str, name: str) -> BoundTemplate:
    """Return `text` compiled; raise Unsayable where the author's Liquid cannot be read."""
    try:
        return environment(language).from_string(typeset(text, language))
    except LiquidError as error:
        words = str(error).splitlines()[0]
        raise Unsayable("broken_template", f"{name}: {words}") from error


@cache
def shipped(language: str, key: str) -> Source:
    """Return the shipped template `key` in `language`; raise Unsayable where there is none."""
    environment(language)
    if not key.replace("_", "").isalnum():
        raise Unsayable("missing_template", key)
    path = _HERE / language / "templates" / f"{key}.liquid"
    if not path.is_file():
        raise Unsayable("missing_template", f"{key} ({language})")
    subject, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    return Source(subject.strip(), body.strip())


def shipped_keys(language: str) -> Sequence[str]:
    """Return the keys of the templates shipped in `language`, sorted."""
    return sorted(path.stem for path in (_HERE / language / "templates").glob("*.liquid"))


@cache
def phrases(language: str) -> Mapping[str, BoundTemplate]:
    """Return the sentences that the templates of `language` share, by name."""
    folder = _HERE / language / "phrases"
    return {
        path.stem: compile_source(path.read_text(encoding="utf-8").strip(), language, path.stem)
        for path in sorted(folder.glob("*.liquid"))
    }


class Phrases(Mapping[str, str]):
    """The shared sentences as a variable, each said only when a template asks for it.

    They are ours and set no variables, so all those of a message are said in one context.
    """

    def __init__(self, language: str, variables: Mapping[str, Any]) -> None:
        self._templates = phrases(language)
        self._variables = variables
        self._context: RenderContext | None = None

    def __getitem__(self, name: str) -> str:
        template = self._templates[name]
        if self._context is None:
            self._context = RenderContext(template, globals=self._variables)
        said = LimitedStringIO(_MOST_SAID)
        for node in template.nodes:
            node.render(self._context, said)
        return said.getvalue()

    def __iter__(self) -> Iterator[str]:
        return iter(self._templates)

    def __len__(self) -> int:
        return len(self._templates)
