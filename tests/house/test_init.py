"""`acquit init` and `acquit doctor`, as programs: embedded, and on Debian's PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest

from tests.house.conftest import answer


@pytest.mark.slow
def test_init_makes_everything_and_once_behind_a_password(acquit, home):
    first = answer(acquit("init", "--json", "--organisation", "Dupont", "--email", "a@dupont.example"))
    assert first["migrations"] > 50
    assert first["protected_tables"] >= 25
    assert first["organisation"]["organisation_is_new"]
    assert len(first["organisation"]["made_password"]) >= 12
    again = answer(acquit("init", "--json", "--organisation", "Dupont", "--email", "a@dupont.example"))
    assert again["migrations"] == 0
    assert not again["organisation"]["organisation_is_new"]
    assert again["organisation"]["organisation_id"] == first["organisation"]["organisation_id"]
    assert again["organisation"]["made_password"] is None
    for secret in ("secret_key", "postgresql.password"):
        assert (home / secret).stat().st_mode & 0o777 == 0o600
    healthy = answer(acquit("doctor", "--json"))
    faults = [one for one in healthy["findings"] if one["state"] == "fault" and one["what"] != "assets"]
    assert faults == []
    _nobody_gets_in_without_the_password(home)


def test_doctor_says_what_is_missing_and_the_mend(acquit):
    done = acquit("doctor", "--json")
    assert done.returncode == 1
    database = next(one for one in answer(done)["findings"] if one["what"] == "database")
    assert database["state"] == "fault"
    assert "acquit init" in database["mend"]


def test_a_verb_before_init_is_refused_with_the_mend(home):
    done = subprocess.run(
        [sys.executable, "-c", "from acquit.cli.ready import in_organisation\nwith in_organisation(): pass"],
        env={"PATH": os.environ["PATH"], "ACQUIT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Refused" in done.stderr
    assert "acquit init" in done.stderr


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "cannot be reached"),
        ({"EMAIL_PORT": "many"}, "EMAIL_PORT"),
        ({"EMAIL_USE_TLS": "perhaps"}, "EMAIL_USE_TLS"),
        ({"EMAIL_USE_TLS": "1", "EMAIL_USE_SSL": "1"}, "EMAIL_USE_SSL"),
        ({"ACQUIT_BASE_URL": "acquit.example"}, "ACQUIT_BASE_URL"),
        ({"ACQUIT_SECRET_KEY": "a", "ACQUIT_SECRET_KEY_FILE": "/b"}, "both"),
        ({"ACQUIT_SECRET_KEY_FILE": "/nowhere"}, "/nowhere"),
        ({"ACQUIT_APP_DATABASE_URL": "postgresql://web@127.0.0.1:1/x"}, "owner"),
    ],
)
def test_nonsense_in_the_environment_is_refused_by_name(acquit, environment, word):
    done = acquit("init", **environment)
    assert done.returncode == 1
    assert word in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_whole_of_row_security_holds_on_debians_postgresql(debian):
    debian.execute("CREATE DATABASE whole")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "tests/house/test_row_security.py", "tests/house/test_tenancy.py"],
        env={**os.environ, "TEST_DATABASE_URL": debian.url("postgres", "whole")},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert debian.version >= 15


@pytest.mark.slow
def test_an_owner_who_is_no_superuser_makes_the_database_and_is_bound_too(debian, acquit):
    debian.execute("CREATE ROLE landlord LOGIN CREATEROLE CREATEDB", "CREATE ROLE mighty LOGIN BYPASSRLS")
    url = debian.url("landlord", "let")
    made = answer(acquit("init", "--json", "--organisation", "A", "--email", "a@a.example", DATABASE_URL=url))
    assert made["organisation"]["organisation_is_new"]
    answer(acquit("init", "--json", "--organisation", "B", "--email", "b@b.example", DATABASE_URL=url))
    see = ("SELECT count(*) FROM accounts_creditor",)
    assert debian.execute(*see, user="landlord", database="let") == [(0,)]
    assert debian.execute(*see, user=made["role"], database="let") == [(0,)]
    one = f"SET acquit.organisation = '{made['organisation']['organisation_id']}'"
    assert debian.execute(one, *see, user=made["role"], database="let") == [(1,)]
    maintain = "SET acquit.maintenance = 'on'"
    assert debian.execute(maintain, *see, user="landlord", database="let") == [(2,)]
    assert debian.execute(maintain, *see, user=made["role"], database="let") == [(0,)]
    numbers = "SELECT count(*) FROM acquit_organisation_ids()"
    assert debian.execute(numbers, user=made["role"], database="let") == [(2,)]
    passes = acquit("init", DATABASE_URL=url, ACQUIT_APP_DATABASE_URL=debian.url("mighty", "let"))
    assert passes.returncode == 1
    assert "bypasses=True" in passes.stderr


@pytest.mark.slow
def test_an_owner_who_may_not_make_roles_is_told_so(debian, acquit):
    debian.execute("CREATE ROLE tenant LOGIN", "CREATE DATABASE rented OWNER tenant")
    debian.execute("ALTER SCHEMA public OWNER TO tenant", database="rented")
    url = debian.url("tenant", "rented")
    refused = acquit("init", DATABASE_URL=url)
    assert refused.returncode == 1
    assert "CREATEROLE" in refused.stderr
    assert "ACQUIT_APP_DATABASE_URL" in refused.stderr
    debian.execute("CREATE ROLE given LOGIN")
    given = debian.url("given", "rented")
    made = answer(acquit("init", "--json", DATABASE_URL=url, ACQUIT_APP_DATABASE_URL=given))
    assert made["role"] == "given"


def _nobody_gets_in_without_the_password(home):
    code = (
        "import os, sys, time; from pathlib import Path;"
        "from acquit.store.database.embedded import server_in;"
        "server = server_in(Path(os.environ['ACQUIT_HOME'])); server.ensure_running();"
        "print('up', flush=True); sys.stdin.read()"
    )
    keeper = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "ACQUIT_HOME": str(home)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert keeper.stdout is not None
    assert keeper.stdout.readline() == "up\n"
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://acquit_owner@/acquit?host={home / 'run'}")
    keeper.communicate()
    assert keeper.returncode == 0
