"""What the pieces of a screen are given: one frozen value a piece, words already in the reader's language.

A view makes these values, a tag of `acquit_components` draws them. They hold text and links, never a model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

Words = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One view of a list."""

    label: Words
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A key figure. `sense`: ok, late or empty, the colour of the change; `definition` is read behind ⓘ.

    `trend` is the icon of the change, `url` the list that the figure opens.
    """

    label: Words
    value: Words
    note: Words = ""
    change: Words = ""
    sense: str = ""
    definition: Words = ""
    tone: str = ""
    trend: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How old the bank and the invoices are. `suspended`: automatic sends wait for newer facts.

    `banner` says on the pages concerned what is too old and what to do, and is empty else; `unheard`
    which mailbox could not be read for too long.
    """

    suspended: bool
    rows: tuple[tuple[Words, Words], ...] = ()
    banner: Words = ""
    unheard: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """A line of a worklist. `expected` and `concerned` are amounts already written.

    `reason` says why it stands where it does. `who` has it, or, with `reading`, has it before his eyes now.
    """

    url: str
    icon: str
    name: Words
    why: Words
    expected: Words = ""
    concerned: Words = ""
    reason: Words = ""
    tone: str = ""
    current: bool = False
    ident: str = ""
    who: Words = ""
    reading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message as it leaves: `body` is safe HTML, or `plain` text, or `frame_url` shows the very bytes."""

    to: tuple[Words, ...]
    subject: Words
    copies: tuple[Words, ...] = ()
    attachments: Words = ""
    body: str = ""
    plain: str = ""
    frame_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One reason of a menu; its key is its place, from 1 to 9."""

    value: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonMenu:
    """A decision that needs a reason: a button that unfolds a form, posted to `action` as `field`.

    `other` names a free text field, `on` a date field (from `on_from`); empty leaves it out.
    """

    label: Words
    icon: str
    key: str
    title: Words
    action: str
    choices: tuple[Choice, ...]
    field: str = "reason"
    other: str = ""
    other_words: Words = ""
    on: str = ""
    on_words: Words = ""
    on_from: date | None = None
    hint: Words = ""
    up: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """A rule that weighed in a decision. `tone` colours its icon: ok, warn, late, danger or accent."""

    words: Words
    icon: str = "check"
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A way out of a piece: `primary` makes it the button of the view."""

    label: Words
    url: str
    icon: str = ""
    key: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why Acquit did, or did not: the sentence first, then what weighed, then what a person may do."""

    lead: Words
    title: Words = ""
    reasons: tuple[Because, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A dated event to come, if nothing changes."""

    on: date
    icon: str
    what: Words
    condition: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A dated event that happened. `tone` only for payments, promises, disputes and law.

    Where the hour is not known (`timed` false) only the day is shown.
    """

    at: datetime
    icon: str
    what: Words
    subject: Words = ""
    detail: Words = ""
    quote: Words = ""
    tone: str = ""
    links: tuple[Link, ...] = ()
    timed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioStep:
    """A step, on the axis and as a card. `offset_days` counts from the due date.

    `stage`: courtesy, reminder or legal. `when` replaces « J+20 » where days from the due date do not fit.
    """

    offset_days: int
    name: Words
    icon: str
    tone: int
    mode: Words
    asks: bool = False
    conditions: tuple[Words, ...] = ()
    url: str = ""
    selected: bool = False
    stage: str = "reminder"
    when: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One ageing class of a balance, and the list that it opens; `share` of the whole, as written."""

    label: Words
    amount: Decimal
    url: str = ""
    note: Words = ""
    share: Words = ""
    pressed: bool = False


def stretch(shares: Sequence[Decimal], *, least: Decimal = Decimal("1.5")) -> list[tuple[Decimal, Decimal]]:
    """Return the start and the width, in hundredths, of each part of a bar; the smallest stays visible.

    >>> stretch([Decimal(1), Decimal(3)])
    [(Decimal('0.00'), Decimal('25.00')), (Decimal('25.00'), Decimal('75.00'))]
    >>> stretch([Decimal(0)])
    [(Decimal('0.00'), Decimal('0.00'))]
    """
    positive = [max(share, Decimal(0)) for share in shares]
    whole = sum(positive, Decimal(0))
    if not whole:
        return [(Decimal("0.00"), Decimal("0.00"))] * len(positive)
    widths = [max(least, share * 100 / whole) if share else Decimal(0) for share in positive]
    scale = 100 / sum(widths, Decimal(0))
    parts, start = [], Decimal(0)
    for width in widths:
        parts.append((start.quantize(Decimal("0.01")), (width * scale).quantize(Decimal("0.01"))))
        start += width * scale
    return parts
