"""Where providers tell their news: who may, what is kept, and what a stranger learns."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from acquit.channels.email.smtp import Smtp
from acquit.channels.provider import Event, Forged, News, Unreadable
from acquit.store.outbox.models import Carrier, ProviderEvent
from acquit.store.secrets import seal
from acquit.web.hooks import often, views

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TOKEN = "k" * 43


@pytest.fixture
def carrier(founded, monkeypatch):
    monkeypatch.setattr(often, "_counts", type(often._counts)())
    monkeypatch.setattr(Smtp, "read", _read)
    with founded.open():
        yield Carrier.objects.create(
            organisation_id=founded.id, channel="email", provider="smtp", name="Post", token=TOKEN,
            settings={"host": "smtp.example"}, secrets=seal({"password": "s3cret"}), made_at=AT,
        )  # fmt: skip


def _read(self, received, settings):
    assert settings["password"] == "s3cret"
    if received.headers.get("x-signature") != "right" and received.method == "POST":
        raise Forged("the signature is wrong")
    if received.body == b"?":
        raise Unreadable("no JSON")
    return [News(event=Event.DELIVERED, event_id="1", provider_ref="R", at=received.at, detail=received.url)]


def post(body=b"{}", token=TOKEN, **headers):
    return Client(enforce_csrf_checks=True).post(
        f"/hooks/{token}/", data=body, content_type="application/json", headers=headers
    )


def test_news_is_recorded_without_sign_in_and_told_twice_once(founded, carrier):
    assert [post(x_signature="right").status_code for _ in range(2)] == [200, 200]
    told = ProviderEvent.objects.get()
    assert (told.event, told.message_id) == ("delivered", None)
    assert told.detail.endswith(f"/hooks/{TOKEN}/")


def test_kannel_tells_by_get(founded, carrier):
    assert Client().get(f"/hooks/{TOKEN}/?id=R&status=1").status_code == 200
    assert ProviderEvent.objects.count() == 1


def test_a_forged_call_is_refused_and_leaves_nothing(founded, carrier, caplog):
    assert post(x_signature="wrong").status_code == 403
    assert not ProviderEvent.objects.exists()
    assert "not the provider's" in caplog.text
    assert TOKEN not in caplog.text


def test_an_unreadable_call_is_kept_raw_once_with_its_cause(founded, carrier):
    answers = [post(b"?", x_signature="right") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [422, 422]
    kept = ProviderEvent.objects.get()
    assert (kept.event, bytes(kept.raw), kept.detail) == ("unreadable", b"?", "no JSON")


def test_an_unknown_address_is_none_and_guessing_ends(founded, carrier, monkeypatch):
    monkeypatch.setattr(views, "GUESSES_A_MINUTE", 2)
    monkeypatch.setattr(views.timezone, "now", lambda: AT)
    assert [post(token="nobody").status_code for _ in range(3)] == [404, 404, 429]


def test_too_many_calls_and_too_large_a_call_are_refused(founded, carrier, monkeypatch, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert post(b"x" * 11, x_signature="right").status_code == 413
    monkeypatch.setattr(views, "CALLS_A_MINUTE", 0)
    assert post(x_signature="right").status_code == 429


def test_a_carrier_whose_key_is_lost_asks_the_provider_to_call_again(founded, carrier, settings):
    settings.SECRET_KEY = "another key of at least thirty-two characters"
    assert post(x_signature="right").status_code == 503
    settings.ACQUIT_OLD_SECRET_KEYS = []


def test_other_organisations_see_nothing_of_it(founded, found, carrier):
    post(x_signature="right")
    with found("Theirs").open():
        assert not Carrier.objects.exists()
        assert not ProviderEvent.objects.exists()
