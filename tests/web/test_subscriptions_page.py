"""« Notifications » in the settings: kept, tried, ended; the address is never shown again."""

from __future__ import annotations

import pytest

from acquit.store.outbox.models import Subscription, SubscriptionCall
from tests.web.pages import part, soup, text_of

URL = "/reglages/envois/notifications/"
SLACK = "https://hooks.slack.example/services/T0/B0/s3cr3t"


def typed(**more):
    return {
        "kind": "slack",
        "name": "Recouvrement",
        "url": SLACK,
        "events": ["bounce", "promise_made"],
    } | more


def kept(founded) -> Subscription:
    with founded.open():
        return Subscription.objects.get()


def test_a_chat_room_is_kept_and_its_address_never_shown(visitor, creditor, founded):
    assert visitor.post(URL, typed()).status_code == 303
    assert (kept(founded).creditor_id, kept(founded).host) == (creditor.pk, "hooks.slack.example")
    assert SLACK not in kept(founded).sealed
    page = visitor.get(URL).content.decode()
    assert "s3cr3t" not in page
    assert "Adresse en échec, Promesse faite" in text_of(soup(page))


def test_the_key_of_an_own_system_is_shown_once(visitor, creditor):
    page = visitor.post(URL, typed(kind="json", for_all="on"))
    key = part(soup(page), "#cle-notification")["value"]
    assert len(key) == 43
    assert key not in visitor.get(URL).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"url": "http://plain.example/"}, {"url": "https://[::1"}, {"events": []}, {"kind": "fax"}]
)
def test_what_cannot_be_is_said_and_nothing_is_kept(visitor, creditor, founded, wrong):
    page = visitor.post(URL, typed(**wrong))
    assert "Rien n’est enregistré" in text_of(soup(page))
    with founded.open():
        assert not Subscription.objects.exists()


def test_it_is_tried_and_ended(visitor, creditor, founded):
    visitor.post(URL, typed(for_all="on"))
    key = kept(founded).pk
    assert visitor.post(f"{URL}{key}/essayer/").status_code == 303
    assert "Essai · Recouvrement" in text_of(soup(visitor.get(URL)))
    assert visitor.post(f"{URL}{key}/retirer/").status_code == 303
    assert not kept(founded).active
    with founded.open():
        assert SubscriptionCall.objects.get().outcome == "given_up"
    assert visitor.post(f"{URL}{key}/essayer/").status_code == 404
