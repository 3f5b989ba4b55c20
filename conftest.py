"""Tells the tests where they live, before Django reads its settings: a private home, and a database.

TEST_DATABASE_URL names an empty database of your own; without it, an embedded PostgreSQL is made
for the run and thrown away.
"""

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.fixtures.prepared import bring

# What is imported and collected stays to the end: to look for garbage in it takes longer than many a test.
gc.disable()

for _name in ("DATABASE_URL", "ACQUIT_APP_DATABASE_URL", "EMAIL_BACKEND", "ACQUIT_BASE_URL"):
    os.environ.pop(_name, None)
if _given := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = _given

_home = tempfile.mkdtemp(prefix="acquit-tests-")
os.environ["ACQUIT_HOME"] = _home
os.environ["DJANGO_SETTINGS_MODULE"] = "acquit.settings"
os.environ["ACQUIT_BODACC_URL"] = "no"
if not _given:
    bring(Path(_home))
# Runs after the embedded server has stopped: what is registered first runs last.
atexit.register(shutil.rmtree, _home, ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let every process of a parallel run read its settings after its own home is made."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_collection_finish() -> None:
    """Let the collector of memory look at what the tests themselves leave."""
    gc.freeze()
    gc.enable()


pytest_plugins = [
    "tests.fixtures.database",
    "tests.fixtures.kannel",
    "tests.fixtures.kept_rows",
    "tests.fixtures.mailserver",
    "tests.fixtures.order",
    "tests.fixtures.scanner",
    "tests.fixtures.strictness",
]


def pytest_configure() -> None:
    """Load the settings now that the environment is set; pytest-django then sets Django up."""
    from django.conf import settings
    from hypothesis import HealthCheck
    from hypothesis import settings as properties

    # A machine that is busy is no fault of what is tested.
    properties.register_profile(
        "house", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    properties.load_profile("house")

    # A quick hash: what a good one costs is not what the tests are about.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
