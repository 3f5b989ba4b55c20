"""What a formal notice must say and must not: a checklist, not legal advice.

The law lists no mention (art. 1344 C. civ.); judges look for a sufficient summons. Each item
is one that they or the debtor would miss. What is forbidden is so by art. 433-13 C. pén.,
art. L111-8 CPCE, and good faith.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from acquit.core.money import Money
from acquit.wording.expression import Expression, plain, standing
from acquit.wording.facts import InvoiceLine, MessageFacts
from acquit.wording.labels import labels
from acquit.wording.postal import AddressDoesNotFit, envelope_lines
from acquit.wording.typography import TYPOGRAPHY


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorWords:
    """Words, as `plain` leaves them, by which one who recovers for another says what he must.

    Each tuple is of alternatives; `no_interest` and `no_charges` say that there are none.
    """

    principal: str
    interest: str
    no_interest: tuple[str, ...]
    charges: str
    no_charges: tuple[str, ...]
    pay: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWords:
    """The words of one language that the checklist looks for, and how it reports.

    They are written as `plain` leaves them: small letters, no accents. `harmless` are patterns of
    words that are no threat though one of `never` stands in them. `names` says what each mention is
    called.
    """

    title: tuple[str, ...]
    summons: tuple[str, ...]
    delay: str
    court: tuple[str, ...]
    rights: tuple[str, ...]
    no_vat: tuple[str, ...]
    missing: str
    forbidden: str
    never: tuple[Expression, ...]
    never_to_consumers: tuple[Expression, ...]
    harmless: tuple[str, ...]
    collector: CollectorWords
    names: Mapping[str, str]


def notice_words(language: str) -> NoticeWords:
    """Return the words that the checklist looks for in a language; raises Unsayable for one without."""
    labels(language)
    return cast("NoticeWords", import_module(f"acquit.wording.{language}.notice").NOTICE)


def lint_formal_notice(text: str, facts: MessageFacts, language: str = "fr") -> list[str]:
    """Return what the letter `text` lacks or must not say, in the author's words; empty when fit.

    `text` is the whole letter as it is read, head and foot included.
    """
    words, bare = notice_words(language), plain(text)
    missing = [
        _named(name, words) for name, wanted in _required(facts, words, language) if not _holds(bare, wanted)
    ]
    said = forbidden_words(text, kind=facts.debtor.kind, language=language, names=names_of(facts))
    return [*map(words.missing.format, missing), *map(words.forbidden.format, said)]


def _named(name: str, words: NoticeWords) -> str:
    """Return what a mention is called: "line F-1.due_on" is the due date of invoice F-1."""
    of, _, field = name.rpartition(".")
    if of.startswith("line "):
        return f"{words.names[f'line.{field}']} ({of.removeprefix('line ')})"
    return words.names[name]


def _required(
    facts: MessageFacts, words: NoticeWords, language: str
) -> Iterator[tuple[str, Sequence[str | None]]]:
    """Yield each mention with the words of which one must stand in the letter."""
    typography, creditor = TYPOGRAPHY[language], facts.creditor
    claims = facts.totals_with_penalties if facts.may_name_penalties else facts.totals
    yield "creditor.name", [creditor.name]
    yield "creditor.legal_form", [creditor.legal_form]
    if creditor.capital:
        yield "creditor.capital", [creditor.capital]
    yield "creditor.siren", [creditor.siren]
    for line in creditor.address or (None,):
        yield "creditor.address", [line]
    yield "debtor.name", [facts.debtor.name]
    for line in _window(facts):
        yield "recipient.address", [line]
    yield "today", [typography.day(facts.today)]
    yield "creditor.city", [creditor.city]
    yield "title", words.title
    for invoice in facts.lines:
        yield from _line(invoice, facts, language)
    yield "lines", [line.number for line in facts.lines] or [None]
    for total in (*facts.totals, *claims):
        yield "total", [typography.amount(total)]
    if facts.may_name_penalties and facts.penalties is not None:
        if facts.interest:
            yield "penalties.rate", [typography.percent(facts.penalties.rate)]
            yield "penalties.law", [facts.penalties.law]
            yield "no_vat", words.no_vat
        for total in (*facts.interest, *facts.fixed_sums):
            yield "penalties", [typography.amount(total)]
    yield "summons", words.summons
    count = typography.count(facts.delay_days)
    yield "delay", [f"{count} {words.delay}", f"{facts.delay_days} {words.delay}"]
    yield "creditor.iban", [creditor.iban]
    yield "payment_reference", [facts.payment_reference]
    yield "court", words.court
    yield "rights", words.rights
    yield "creditor.signatory", [creditor.signatory]
    yield "creditor.signatory_title", [creditor.signatory_title]


def _window(facts: MessageFacts) -> Sequence[str | None]:
    """Return the lines of the envelope as they are printed, abbreviated where too long."""
    try:
        return envelope_lines(facts)
    except AddressDoesNotFit:
        return (None,)


def _line(
    line: InvoiceLine, facts: MessageFacts, language: str
) -> Iterator[tuple[str, Sequence[str | None]]]:
    typography = TYPOGRAPHY[language]
    where = f"line {line.number}"
    yield f"{where}.number", [line.number]
    yield f"{where}.issued_on", [typography.short_day(line.issued_on)]
    yield f"{where}.due_on", [typography.short_day(line.due_on)]
    yield f"{where}.late", [labels(language).late(line.days_late)]
    for money in {line.original, line.asked}:
        yield f"{where}.amount", [typography.amount(Money(money, line.currency))]
    if facts.may_name_penalties and line.interest:
        yield f"{where}.interest", [typography.amount(Money(line.interest, line.currency))]


def _holds(text: str, wanted: Sequence[str | None]) -> bool:
    """Tell whether one of `wanted` stands in the text, whatever its spaces and capitals."""
    return any(
        word is not None and (plain(word) in text or plain(word).replace(" ", "") in text.replace(" ", ""))
        for word in wanted
    )


#: Its words are looked for in every message: whoever edits one may write French to anybody.
_ALWAYS = "fr"


def forbidden_words(text: str, *, kind: str, language: str, names: Iterable[str] = ()) -> list[str]:
    """Return the words of `text` that a message to a debtor of `kind` must not bear.

    Threats of what only a court gives, the look of a judicial act (C. pén. 433-13), and toward consumers any
    cost or penalty (CPCE L111-8). Those of its language and the French ones; not where they are part of
    `names`: a bailiff may owe like anybody.
    """
    spoken = [notice_words(one) for one in dict.fromkeys((language, _ALWAYS))]
    banned = [one for words in spoken for one in words.never]
    if kind == "consumer":
        banned += [one for words in spoken for one in words.never_to_consumers]
    harmless = [one for words in spoken for one in words.harmless]
    return list(dict.fromkeys(standing(text, banned, harmless=harmless, names=names)))


def names_of(facts: MessageFacts) -> Iterator[str]:
    """Yield the names, addresses and numbers that the message has from its facts: a bailiff may owe too.

    They are gathered once they are asked for: hardly a message has a word for which they are.
    """
    creditor, to = facts.creditor, facts.recipient
    found = (
        facts.debtor.name, to.name, *to.address, *_window(facts), creditor.name, *creditor.address,
        creditor.signatory, creditor.signatory_title, facts.sender.name, facts.sender.title,
        *(line.number for line in (*facts.lines, *facts.statement)),
    )  # fmt: skip
    yield from dict.fromkeys(name for name in found if name)
