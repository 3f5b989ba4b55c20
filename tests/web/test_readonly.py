"""GET never writes: PostgreSQL refuses, whatever the view does."""

import sys
import types

import pytest
from django.db import connection
from django.db.utils import InternalError
from django.http import HttpResponse
from django.urls import path

from acquit.store.accounts.models import Creditor, User
from acquit.web.readonly import may_write
from tests.web.pages import Visitor


def rename(_request):
    Creditor.objects.update(name="Renommée")
    return HttpResponse("ok")


def count(_request):
    return HttpResponse(str(Creditor.objects.count()))


def remember(request):
    request.session["seen"] = "yes"
    return HttpResponse("ok")


@pytest.fixture
def visitor(founded, settings):
    routes = types.ModuleType("tests_readonly_routes")
    routes.urlpatterns = [path("rename/", rename), path("count/", count), path("remember/", remember)]
    sys.modules["tests_readonly_routes"] = routes
    settings.ROOT_URLCONF = "tests_readonly_routes"
    visitor = Visitor()
    visitor.force_login(User.objects.get(pk=founded.user_id))
    yield visitor
    del sys.modules["tests_readonly_routes"]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_get_that_writes_fails_and_changes_nothing(visitor, founded, method):
    with pytest.raises(InternalError, match="read-only"):
        getattr(visitor, method)("/rename/")
    with founded.open():
        assert Creditor.objects.get().name != "Renommée"


def test_a_post_writes(visitor, founded):
    visitor.post("/rename/")
    with founded.open():
        assert Creditor.objects.get().name == "Renommée"


def test_a_get_reads_the_rows_of_its_organisation_and_leaves_the_connection_as_it_was(visitor):
    assert visitor.get("/count/").content == b"1"
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("off",)
    assert visitor.get("/count/").content == b"1"


def test_a_get_may_keep_its_session(visitor):
    visitor.get("/remember/")
    assert visitor.session["seen"] == "yes"


def test_a_session_whose_password_changed_is_closed_without_an_error(visitor, founded):
    user = User.objects.get(pk=founded.user_id)
    user.set_password("un tout autre mot de passe")
    user.save()
    assert visitor.get("/count/").content == b"0"


def test_only_sign_in_may_write_on_get():
    from allauth.account.views import confirm_email

    assert may_write(confirm_email)
    assert not may_write(rename)
