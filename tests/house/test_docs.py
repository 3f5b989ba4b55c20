"""The documents agree with the code: links lead somewhere; settings, states, codes, verbs are there."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from django.utils import translation

from acquit import channels
from acquit.cli import VERBS
from acquit.core.decision import REASON_CODES
from acquit.core.regimes import COUNTRIES
from acquit.core.scenario import KINDS, PROFILES
from acquit.store.outbox.models import STATES
from acquit.web.words import MESSAGE_STATES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_READ = re.compile(r'env_(?P<how>text|bool|int|list|secret|url)\(\s*"(?P<name>[A-Z_]+)"')
_ELSEWHERE = re.compile(r'(?:os\.environ(?:\.get\(|\[)|envvar=)"(?P<name>[A-Z_]+)"')
#: Other variables belong to Django, or to the machine.
_PREFIXES = ("ACQUIT_", "DATABASE_", "TEST_DATABASE_", "EMAIL_")


def pages() -> list[object]:
    return [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES]


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def anchors_of(page: Path) -> frozenset[str]:
    return frozenset(anchor(title) for title in _HEADING.findall(_FENCE.sub("", text_of(page))))


def anchor(title: str) -> str:
    """Return the anchor that a heading gets where the page is shown."""
    plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", title)
    kept = (c for c in plain.lower() if c in " -_" or unicodedata.category(c)[0] in "LN")
    return "".join(kept).replace(" ", "-")


def settings_read() -> dict[str, str]:
    """Return each variable that the settings read, with how."""
    source = (ROOT / "acquit" / "settings.py").read_text(encoding="utf-8")
    return {found["name"]: found["how"] for found in _READ.finditer(source)}


def variables_read_elsewhere() -> set[str]:
    """Return the variables that commands, tests and benchmarks read by themselves."""
    modules = [ROOT / "conftest.py", *(ROOT / "acquit").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    found = {m["name"] for p in modules for m in _ELSEWHERE.finditer(p.read_text(encoding="utf-8"))}
    return {name.removesuffix("_FILE") for name in found if name.startswith(_PREFIXES)}


def described() -> set[str]:
    """Return the variables in the first column of the tables that tell of them."""
    pages = (DOCS / "howto" / "settings.md", DOCS / "howto" / "run-the-tests.md")
    rows = [line for page in pages for line in text_of(page).splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row.split(" | ")[0])}


@pytest.mark.parametrize("page", pages())
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in _LINK.findall(_FENCE.sub("", text_of(page))):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, fragment = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists():
            broken.append(target)
        elif fragment and fragment not in anchors_of(there):
            broken.append(f"{target}: no such heading")
    assert broken == []


@pytest.mark.parametrize("page", pages())
def test_pages_begin_with_a_title_and_name_no_machine(page: Path) -> None:
    text = text_of(page)
    assert text.startswith("# ")
    assert re.findall(r"/(?:tmp|home|root|work|Users)/\S*", text) == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = _LINK.findall(_FENCE.sub("", text_of(page)))
        beside = ((page.parent / t.partition("#")[0]).resolve() for t in targets if "://" not in t)
        waiting.extend(t for t in beside if t.suffix == ".md" and t.exists())
    assert [str(page.relative_to(ROOT)) for page in PAGES if page not in reached] == []


def test_every_setting_is_described() -> None:
    read = settings_read()
    assert len(read) > 15
    assert sorted((read.keys() | variables_read_elsewhere()) - described()) == []


def test_every_setting_described_is_read() -> None:
    read = settings_read().keys() | variables_read_elsewhere() | {"CI"}
    assert sorted(described() - read) == []


def test_every_secret_is_marked_so() -> None:
    text = text_of(DOCS / "howto" / "settings.md")
    marked = set(re.findall(r"`([A-Z_]+)` \*s\*", text))
    assert marked == {name for name, how in settings_read().items() if how == "secret"}


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("reason codes", REASON_CODES),
        ("states of a message", STATES),
        ("kinds", KINDS),
        ("profiles", PROFILES),
    ],
)
def test_the_glossary_knows_every_word(what: str, words: frozenset[str] | tuple[str, ...]) -> None:
    known = set(re.findall(r"`([a-z_]+)`", text_of(DOCS / "glossary.md")))
    assert sorted(set(words) - known) == [], what


def test_the_glossary_knows_no_reason_that_is_none() -> None:
    section = text_of(DOCS / "glossary.md").partition("## Reason codes")[2]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)) == REASON_CODES


def test_the_glossary_calls_states_as_the_screens_do() -> None:
    said = dict(re.findall(r"^\| `([a-z_]+)` \| ([^|]+) \|", text_of(DOCS / "glossary.md"), re.MULTILINE))
    with translation.override("fr"):
        shown = {state: str(words) for state, (words, _, _) in MESSAGE_STATES.items()}
    assert {state: said[state].strip() for state in STATES} == shown


def test_the_guide_tells_of_every_verb() -> None:
    told = text_of(DOCS / "guide" / "ligne-de-commande.md")
    there = {verb for verb, module in VERBS.items() if is_there(module)}
    assert sorted(verb for verb in there if f"`acquit {verb}" not in told) == []


def is_there(module: str) -> bool:
    folder = ROOT / "acquit" / "cli"
    return (folder / f"{module}.py").exists() or (folder / module / "__init__.py").exists()


def test_decisions_are_numbered_and_say_why() -> None:
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    index = text_of(DOCS / "decisions" / "README.md")
    numbers = [r.name[:4] for r in records]
    assert len(set(numbers)) == len(numbers)  # a record that was given up leaves a gap
    for record in records:
        text = text_of(record)
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences")), record.name
        assert record.name in index


def test_no_channel_or_country_is_claimed_that_does_not_exist() -> None:
    assert set(channels.every()) == {"email", "sms", "letter", "registered_letter", "phone"}
    named = {code.upper() for code in COUNTRIES}
    decision = "decisions/0011-which-law-claims-what.md"
    for page in ("../README.md", "algorithms/letters-and-notices.md", decision):
        said = set(re.findall(r"\b[A-Z]{2}\b", (DOCS / page).read_text(encoding="utf-8")))
        assert named - {"FR"} <= said, page
