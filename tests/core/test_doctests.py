"""Every example in a docstring of the core says what is so."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import acquit.core

MODULES = sorted(m.name for m in pkgutil.walk_packages(acquit.core.__path__, "acquit.core."))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
