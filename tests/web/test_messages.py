"""Every French word on screen has its English, and keeps the spaces of French typography."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BARE = re.compile(r"[ ](?=[?!;:»])|«[ ]")


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("language", ["en", "fr"])
def test_catalogues_are_up_to_date_and_whole(tool, language):
    gathered = tool.catalogue(language, list(tool.said()))
    kept = tool.existing(language)
    ids = {(str(message.id), message.context) for message in gathered if message.id}
    assert ids == {(str(message.id), message.context) for message in kept if message.id}, "run: make messages"
    lacking = [message.id for message in kept if message.id and not tool._is_told(message.string)]
    assert not lacking, f"to translate in {tool.path_of(language)}"


def test_a_translation_keeps_the_values_of_its_sentence(tool):
    named = re.compile(r"%\(\w+\)s")
    for message in tool.existing("en"):
        if message.id and tool._is_told(message.string):
            said = message.id if isinstance(message.id, tuple) else (message.id,)
            told = message.string if isinstance(message.string, tuple) else (message.string,)
            assert set(named.findall(said[-1])) == set(named.findall(told[-1])), message.id


def test_french_keeps_no_break_spaces_before_its_double_signs(tool):
    for message, _context, place in tool.said():
        for words in [message] if isinstance(message, str) else message:
            assert not BARE.search(words), f"{place}: {words!r} wants U+00A0"


def test_plurals_are_french_at_zero():
    from django.utils import translation

    with translation.override("fr"):
        assert translation.ngettext("%(count)s jour", "%(count)s jours", 0) == "%(count)s jour"
    with translation.override("en"):
        assert translation.ngettext("%(count)s jour", "%(count)s jours", 0) == "%(count)s days"
