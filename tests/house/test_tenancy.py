"""The organisation at work holds through nesting, rollbacks and lost connections, and never stays."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, DataError

from acquit.store import tenancy
from acquit.store.accounts.models import Creditor


def _seen() -> list[str]:
    return list(Creditor.objects.order_by("name").values_list("name", flat=True))


@pytest.fixture
def pair(found):
    return found("Ours"), found("Theirs")


def test_nested_organisations_give_way_to_each_other(pair):
    ours, theirs = pair
    assert _seen() == []
    with ours.open():
        assert _seen() == ["Ours"]
        with theirs.open():
            assert _seen() == ["Theirs"]
        assert _seen() == ["Ours"]
        assert tenancy.current_organisation() == ours.id
    assert _seen() == []
    assert tenancy.current_organisation() is None


def test_it_ends_when_an_error_passes(pair):
    with pytest.raises(KeyError), pair[0].open():
        raise KeyError
    assert _seen() == []


def test_it_ends_when_the_transaction_around_it_failed(pair):
    ours, theirs = pair
    with theirs.open():
        with pytest.raises(DataError), transaction.atomic(), ours.open():
            connection.cursor().execute("SELECT 1/0")
        assert _seen() == ["Theirs"]
    assert _seen() == []


def test_it_outlives_a_savepoint_that_is_rolled_back_inside(pair):
    ours, theirs = pair
    with transaction.atomic(), ours.open():
        with pytest.raises(DataError), transaction.atomic(), theirs.open():
            connection.cursor().execute("SELECT 1/0")
        assert _seen() == ["Ours"]
    assert _seen() == []


def test_it_holds_after_a_rollback_that_is_asked_for(pair):
    with pair[0].open():
        with transaction.atomic():
            assert _seen() == ["Ours"]
            transaction.set_rollback(True)
        assert _seen() == ["Ours"]


def test_a_lost_connection_comes_back_to_the_same_organisation(pair):
    with pair[0].open():
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        connection.close()
        assert _seen() == ["Ours"]
    assert _seen() == []


def test_a_cursor_that_was_open_before_follows(pair):
    with connection.cursor() as cursor:
        with pair[0].open():
            cursor.execute("SELECT count(*) FROM accounts_creditor")
            assert cursor.fetchone() == (1,)
        cursor.execute("SELECT count(*) FROM accounts_creditor")
        assert cursor.fetchone() == (0,)


def test_another_thread_sees_nothing(pair):
    seen: list[list[str]] = []

    def look() -> None:
        seen.append(_seen())
        connection.close()

    with pair[0].open():
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [[]]


def test_copy_stays_within_the_organisation(pair):
    ours, theirs = pair
    with ours.open(), connection.cursor() as cursor:
        with cursor.copy("COPY (SELECT name FROM accounts_creditor) TO STDOUT") as rows:
            assert b"".join(bytes(part) for part in rows) == b"Ours\n"
        with (
            pytest.raises(Exception, match="row-level security"),
            cursor.copy(
                "COPY accounts_contact (organisation_id, debtor_id, name, role, email, phone,"
                " address, postcode, city, country, is_main) FROM STDIN"
            ) as rows,
        ):
            rows.write_row((theirs.id, 1, "x", "", "", "", "", "", "", "", False))
