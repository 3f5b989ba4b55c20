"""One message, said: subject, plain text and HTML of the same document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from liquid import BoundTemplate

from acquit.core.scenario import Stage
from acquit.wording import mail, page, table, variables
from acquit.wording.document import Part, editable, inert, parse, parse_edited
from acquit.wording.facts import MessageFacts
from acquit.wording.template import (
    Phrases,
    Source,
    Unsayable,
    compile_source,
    environment,
    run,
    shipped,
)

#: Templates that claim interest and fixed sums in their table, where the law gives them.
CLAIMS_PENALTIES = frozenset({
    "formal_notice", "public_claim", "collector_first", "collector_reminder", "collector_last",
    "collector_formal_notice",
})  # fmt: skip
BROKEN_PROMISE = "broken_promise"
#: Templates that tell a broken promise in their own words, since no other text bears what they must.
TELLS_BROKEN_PROMISE = frozenset({"collector_reminder", "collector_last"})


#: Templates of SMS: they name no account number, since a text with one is how frauds are written.
SHORT = frozenset({"sms_courtesy", "sms_reminder", "sms_firm", "sms_broken_promise", "sms_thanks"})
#: Templates whose longer words mean what a short one says; the others are reminders.
_SHORTENED: Mapping[str, str] = {
    **dict.fromkeys(
        ("courtesy", "export_courtesy", "saas_courtesy", "vip_reception", "public_status"), "sms_courtesy"
    ),
    **dict.fromkeys(
        ("firm", "last", "export_last", "saas_last", "consumer_last", "penalties", "formal_notice",
         "consumer_formal_notice", "public_claim", "collector_last", "collector_formal_notice"),
        "sms_firm",
    ),
    "broken_promise": "sms_broken_promise", "thanks": "sms_thanks",
}  # fmt: skip

#: What a step written for an SMS says where it has to leave by mail or letter.
_IN_FULL: Mapping[str, str] = {
    "sms_courtesy": "courtesy", "sms_reminder": "friendly", "sms_firm": "firm",
    "sms_broken_promise": "broken_promise", "sms_thanks": "thanks",
}  # fmt: skip

#: Templates that are a script for the caller, not a text for the debtor.
SCRIPTS = frozenset({"call", "vip_call"})


def template_for(template_key: str, channel: str) -> str:
    """Return the template to use on `channel`, which may be the step's `otherwise`.

    A script is never mailed to the debtor, nobody reads an e-mail out on the phone, and an SMS has
    words of its own.
    """
    if channel == "sms":
        return template_key if template_key in SHORT else _SHORTENED.get(template_key, "sms_reminder")
    if template_key in SHORT:
        template_key = _IN_FULL[template_key]
    if channel == "phone":
        return template_key if template_key in SCRIPTS else "call"
    return "call_by_mail" if template_key in SCRIPTS else template_key


def template_said(step_template: str, stage: Stage, channel: str, *, broken: bool) -> str:
    """Return the template that a step says on `channel`; a `broken` promise has its own words."""
    reminds = stage is Stage.REMINDER and step_template not in TELLS_BROKEN_PROMISE
    if broken and reminds and channel in ("email", "sms"):
        return template_for(BROKEN_PROMISE, channel)
    return template_for(step_template, channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message in words. `editable` is the body as a person edits it, `parts` feed the letter."""

    subject: str
    text: str
    html: str
    editable: str
    parts: tuple[Part, ...]
    language: str
    claims_penalties: bool = False


def render(
    template_key: str,
    facts: MessageFacts,
    language: str,
    *,
    override_subject: str | None = None,
    override_body: str | None = None,
    source: Source | None = None,
) -> Rendered:
    """Return the message `template_key` of `facts`; raise Unsayable if anything is missing.

    What a person edited is taken as it is: no Liquid runs in it. `source` is a template of
    the organisation's own, in place of the shipped one.
    """
    environment(language)
    subject, parts = override_subject, None
    if override_body is not None:
        parts = parse_edited(override_body)
    if subject is None or parts is None:
        said_subject, said_parts = _said(template_key, facts, language, source)
        subject = said_subject if subject is None else subject
        parts = said_parts if parts is None else parts
    claims = template_key in CLAIMS_PENALTIES
    shown = table.of(facts, language, with_penalties=claims)
    subject = inert(subject)
    text = page.as_text(parts, facts, shown, language)
    return Rendered(
        subject=subject,
        text=text if template_key in SHORT | SCRIPTS else page.with_footer(text, facts, language),
        html=mail.as_html(parts, facts, shown, language, subject),
        editable=editable(parts, language),
        parts=parts,
        language=language,
        claims_penalties=claims and facts.may_name_penalties,
    )


def _said(
    key: str, facts: MessageFacts, language: str, source: Source | None
) -> tuple[str, tuple[Part, ...]]:
    known: dict[str, Any] = variables.of(facts)
    known["phrase"] = Phrases(language, known)
    subject, body = _compiled(language, key, source)
    return run(subject, known, key), parse(run(body, known, key))


@lru_cache(maxsize=1000)
def _compiled(language: str, key: str, source: Source | None) -> tuple[BoundTemplate, BoundTemplate]:
    found = source or shipped(language, key)
    return (
        compile_source(found.subject, language, f"{key}: subject"),
        compile_source(found.body, language, key),
    )


def template_variables() -> Mapping[str, tuple[str, ...]]:
    """Return the variables that a template may use, each with the names inside it."""
    return variables.names()


def check_source(source: Source, language: str) -> tuple[Unsayable, ...]:
    """Return what is wrong with a template before anybody is written to: syntax, unknown names, filters."""
    problems: list[Unsayable] = []
    for text in (source.subject, source.body):
        try:
            found = compile_source(text, language, "template").analyze()
        except Unsayable as error:
            problems.append(error)
            continue
        known = environment(language).filters
        problems += [Unsayable("unknown_filter", name) for name in sorted(found.filters) if name not in known]
        problems += [
            Unsayable("unknown_variable", name)
            for path in found.globals.values()
            for name in sorted({str(variable) for variable in path})
            if not _known(name)
        ]
    return tuple(problems)


def _known(name: str) -> bool:
    first, *others = name.replace("[", ".").replace("]", "").split(".")
    if first == "phrase":
        return True
    inside = variables.names().get(first)
    if inside is None:
        return False
    fields = [part for part in others if not part.isdigit() and part not in ("first", "last", "size")]
    return not fields or not inside or fields[0] in inside
