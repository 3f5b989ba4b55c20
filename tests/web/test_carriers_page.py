"""« Envois » in the settings: set up, tried, paused and resumed without a secret ever shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.utils import timezone

from acquit.channels.provider import Event, News
from acquit.flows.material.contact import silence
from acquit.flows.outbox.record_news import record_news
from acquit.store.accounts.models import Contact, Creditor, User
from acquit.store.cases.models import SilentNumber, Task
from acquit.store.outbox.models import Carrier, Delivery, Message, ProviderEvent
from acquit.store.secrets import unseal
from tests.fixtures.loft_server import loft
from tests.flows import world
from tests.web.pages import Visitor, part, soup, text_of

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NEW = "/reglages/envois/nouveau/email/smtp/"


@pytest.fixture
def visitor(founded, settings):
    cache.clear()
    settings.CHANNELS = [*settings.CHANNELS, "tests.fixtures.pigeon"]
    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    with founded.open():
        world.ready_creditor(founded.id)
    return visitor


def typed(**more):
    return {
        "name": "Relais", "s-host": "smtp.example", "s-port": "587", "s-security": "starttls",
        "s-user": "claire", "s-password": "s3cret", "s-timeout": "30",
    } | more  # fmt: skip


def carrier(founded) -> Carrier:
    with founded.open():
        return Carrier.objects.get()


def test_every_channel_says_what_carries_it(visitor):
    page = text_of(soup(visitor.get("/reglages/envois/")))
    assert "Le serveur de l’installation" in page
    assert "Pigeon voyageur" in page
    assert "ces messages attendent" in page


def test_a_carrier_is_set_up_and_its_secret_is_sealed_and_never_shown(visitor, founded):
    assert visitor.post(NEW, typed()).status_code == 303
    one = carrier(founded)
    assert (one.creditor_id, one.settings["host"], len(one.token)) == (
        founded.creditor_id,
        "smtp.example",
        43,
    )
    assert "password" not in one.settings
    with founded.open():
        assert unseal(one.secrets)["password"] == "s3cret"
    page = visitor.get(f"/reglages/envois/{one.pk}/").content.decode()
    assert "s3cret" not in page
    assert f"/hooks/{one.token}/" in page


def test_an_empty_secret_stays_the_same_and_a_new_one_replaces_it(visitor, founded):
    visitor.post(NEW, typed())
    url = f"/reglages/envois/{carrier(founded).pk}/"
    visitor.post(url, typed(**{"s-password": "", "s-timeout": "20", "for_all": "on"}))
    one = carrier(founded)
    with founded.open():
        assert (one.settings["timeout"], one.creditor_id, unseal(one.secrets)["password"]) == (
            "20", None, "s3cret",
        )  # fmt: skip
        visitor.post(url, typed(**{"s-password": "n3w"}))
        assert unseal(carrier(founded).secrets)["password"] == "n3w"


@pytest.mark.parametrize("elsewhere", [{"s-host": "other.example"}, {"s-port": "2525"}, {"s-user": "paul"}])
def test_a_kept_secret_goes_to_no_other_server(visitor, founded, elsewhere):
    visitor.post(NEW, typed())
    url = f"/reglages/envois/{carrier(founded).pk}/"
    page = visitor.post(url, typed(**elsewhere, **{"s-password": ""}))
    assert "celui d’un autre serveur" in page.content.decode()
    assert carrier(founded).settings["host"] == typed()["s-host"]
    assert visitor.post(url, typed(**elsewhere, **{"s-password": "n3w"})).status_code == 303
    with founded.open():
        assert unseal(carrier(founded).secrets)["password"] == "n3w"


def test_what_the_provider_cannot_use_is_said_and_nothing_is_kept(visitor, founded):
    page = visitor.post(NEW, typed(**{"s-port": "many"}))
    assert "port must be a number" in page.content.decode()
    assert "Ce champ est nécessaire" in visitor.post(NEW, typed(**{"s-host": ""})).content.decode()
    with founded.open():
        assert not Carrier.objects.exists()


def test_a_second_carrier_of_a_channel_is_refused_until_the_first_is_retired(visitor, founded):
    visitor.post(NEW, typed())
    assert "retirez-le d’abord" in visitor.post(NEW, typed(name="Autre")).content.decode()
    first = carrier(founded).pk
    assert visitor.post(f"/reglages/envois/{first}/retirer/").status_code == 303
    assert visitor.post(NEW, typed(name="Autre")).status_code == 303
    visitor.post(f"/reglages/envois/{first}/remettre/")
    with founded.open():
        assert Carrier.objects.get(active=True).name == "Autre"


def test_a_pause_is_said_in_the_side_bar_and_ends_with_its_alert(visitor, founded):
    visitor.post(NEW, typed())
    key = carrier(founded).pk
    with founded.open():
        world.invoice(world.account(world.Creditor.objects.get(), "C1"), "FA-1")
        from acquit.flows.material.feeds import note_arrival

        note_arrival(world.Creditor.objects.get(), "invoices", {"": None}, now=datetime.now(UTC))
        Task.objects.create(
            organisation_id=founded.id, creditor_id=founded.creditor_id, kind="email_paused", opened_at=AT
        )
    visitor.post(f"/reglages/envois/{key}/pause/")
    assert "E-mail en pause" in text_of(part(soup(visitor.get("/reglages/envois/")), ".acq-fresh"))
    assert "Un canal est en pause" in text_of(soup(visitor.get("/reglages/")))
    visitor.post(f"/reglages/envois/{key}/reprendre/")
    assert "en pause" not in text_of(part(soup(visitor.get("/reglages/envois/")), ".acq-fresh"))
    with founded.open():
        assert Task.objects.get().closed_at is not None


def test_a_test_leaves_through_the_provider_and_is_recorded_nowhere(visitor, founded):
    with loft() as birds:
        visitor.post("/reglages/envois/nouveau/pigeon/loft/", {"name": "Colombier", "s-url": birds.url})
        key = carrier(founded).pk
        page = visitor.post(f"/reglages/envois/{key}/essayer/", {"to": "+33600000001"}, follow=True)
        assert "Essai accepté" in page.content.decode()
        assert birds.flown[0][1] == "+33600000001"
        birds.says = 500
        page = visitor.post(f"/reglages/envois/{key}/essayer/", {"to": "+33600000001"}, follow=True)
        assert "Essai refusé" in page.content.decode()


def test_what_a_provider_said_is_inert(visitor, founded):
    visitor.post(NEW, typed())
    with founded.open():
        ProviderEvent.objects.create(
            organisation_id=founded.id, carrier=carrier(founded), event="bounced", event_id="1", at=AT,
            received_at=AT, detail="<script>alert(1)</script>", provider_ref="<b>R</b>",
        )  # fmt: skip
    page = visitor.get("/reglages/envois/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_carrier_of_another_organisation_does_not_exist(visitor, founded, found):
    other = found("Theirs")
    with other.open():
        theirs = Carrier.objects.create(
            organisation_id=other.id, channel="email", provider="smtp", name="X", token="x", made_at=AT
        )
    assert visitor.get(f"/reglages/envois/{theirs.pk}/").status_code == 404
    assert visitor.post(f"/reglages/envois/{theirs.pk}/pause/").status_code == 404


def test_a_channel_from_outside_is_in_the_scenario_screen_with_word_and_icon(visitor, founded):
    from acquit.flows.cases.publish_scenario import publish_scenario
    from tests.flows.test_carriers import FLIES

    with founded.open():
        publish_scenario(organisation_id=founded.id, definition=FLIES, now=AT)
    page = visitor.get("/scenarios/flying/").content.decode()
    assert "Pigeon voyageur" in page
    assert "#i-feather" in page


def test_the_client_page_tells_what_the_provider_said(visitor, founded):
    visitor.post(NEW, typed())
    with founded.open():
        owes = world.account(world.Creditor.objects.get(), "C1")
        message = Message.objects.create(
            organisation_id=founded.id, creditor_id=founded.creditor_id, debtor_id=owes.debtor_id,
            account=owes, channel="email", scenario="polite", step="friendly", stage="reminder", state="sent",
            planned_on=AT.date(), not_before=AT, recipient="c1@client.example",
        )  # fmt: skip
        ProviderEvent.objects.create(
            organisation_id=founded.id, carrier=carrier(founded), message=message, event="bounced",
            event_id="1", at=AT, received_at=AT, detail="550 <b>nobody</b>",
        )  # fmt: skip
    page = visitor.get(f"/clients/{owes.pk}/").content.decode()
    assert "Adresse sans réponse" in page
    assert "550 &lt;b&gt;nobody" in page


@pytest.fixture
def untied(founded, visitor):
    """A bounce that names no message, beside a message that left through the same carrier."""
    now = timezone.now()
    with founded.open():
        creditor = Creditor.objects.get()
        own = Carrier.objects.create(
            organisation_id=founded.id, channel="email", provider="smtp", name="Relais", token="r" * 43,
            made_at=now,
        )  # fmt: skip
        one = world.account(creditor, "C001", name="Kerleau <b>SA</b>")
        message = Message.objects.create(
            organisation_id=founded.id, creditor=creditor, debtor=one.debtor, account=one, channel="email",
            scenario="polite", step="friendly", stage="reminder", state="sent", planned_on=now.date(),
            not_before=now, sent_at=now, recipient="c001@client.example", attempts=1,
        )  # fmt: skip
        Delivery.objects.create(
            organisation_id=founded.id, message=message, attempt=1, began_at=now, outcome="accepted",
            carrier=own, provider_ref="R1",
        )  # fmt: skip
        news = News(
            event=Event.BOUNCED, event_id="e1", provider_ref="R2", at=now, permanent=True,
            address="c001@client.example",
        )  # fmt: skip
        told = record_news(organisation_id=founded.id, carrier_id=own.pk, news=[news], now=now)
        return told.untied[0], message.pk


def test_news_without_a_message_says_what_was_tried_and_is_tied(visitor, founded, untied):
    event, message = untied
    page = soup(visitor.get("/reglages/envois/nouvelles/"))
    said = text_of(part(page, f"section[aria-labelledby=nouvelle-{event}]"))
    assert "référence du transporteur R2, adresse c001@client.example" in said
    assert "Kerleau <b>SA</b>" in said
    at = f"/reglages/envois/nouvelles/{event}"
    visitor.post(f"{at}/rattacher/", {"message": "999999"})
    with founded.open():
        assert ProviderEvent.objects.get().message_id is None
    visitor.post(f"{at}/rattacher/", {"message": str(message)})
    with founded.open():
        assert ProviderEvent.objects.get().message_id == message
    assert "Rien à rattacher" in text_of(soup(visitor.get("/reglages/envois/nouvelles/")))


def test_news_is_set_aside_for_a_reason(visitor, founded, untied):
    at = f"/reglages/envois/nouvelles/{untied[0]}"
    visitor.post(f"{at}/ecarter/", {"because": " "})
    with founded.open():
        assert ProviderEvent.objects.get().looked_at is None
    visitor.post(f"{at}/ecarter/", {"because": "Essai"})
    with founded.open():
        row = ProviderEvent.objects.get()
        assert (row.set_aside_because, row.looked_by_id) == ("Essai", founded.user_id)
    assert "Nouvelles sans message connu" not in text_of(soup(visitor.get("/reglages/envois/")))


def test_a_silent_number_is_shown_and_lifted(visitor, founded):
    with founded.open():
        one = world.account(Creditor.objects.get(), "C001")
        Contact.objects.update(phone="06 12 34 56 78")
        contact = Contact.objects.get().pk
        silence(founded.id, "+33612345678", because="complained", now=AT)
    at = f"/clients/{one.pk}/"
    assert "Plus de SMS depuis le 24 nov." in text_of(soup(visitor.get(at))).replace("\u00a0", " ")
    visitor.post(f"{at}sms/{contact}/", {"because": ""})
    with founded.open():
        assert SilentNumber.objects.get().lifted_at is None
    visitor.post(f"{at}sms/{contact}/", {"because": "Accord par téléphone"})
    with founded.open():
        kept = SilentNumber.objects.get()
        assert (kept.lifted_because, kept.lifted_by_id) == ("Accord par téléphone", founded.user_id)
    assert "Plus de SMS" not in text_of(soup(visitor.get(at)))
    assert visitor.post(f"{at}sms/{contact}/", {"because": "encore"}).status_code == 404
