"""« À traiter »: the list, what is read, and what a person decides."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from acquit.flows.material.scenarios import add_version
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Contact, Creditor, Debtor, User
from acquit.store.cases.models import Dispute, ManualContact, Promise, StepClaim, Task
from acquit.store.ledger.models import Feed, Term
from acquit.store.outbox.models import Carrier, Message
from acquit.store.payers.models import UsualDays
from tests.flows import world
from tests.flows.importing import bring
from tests.web.pages import Visitor, assert_fragment_is_part, part, soup, text_of
from tests.web.waiting import NOW, TODAY, names_of, owing

FRENCH = re.compile(r"\b(aucun|rien|votre|les|échu|envois)\b", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _first_try():
    cache.clear()


def test_home_is_the_dashboard(visitor, three):
    assert visitor.get("/").headers["Location"] == "/tableau-de-bord/"


def test_the_largest_comes_first_and_is_open(visitor, three):
    page = soup(visitor.get("/a-traiter/"))
    assert names_of(page) == ["Client KERLEAU", "Client ARVOR", "Client FOREZ"]
    assert "5 000 €" in plain(text_of(part(page, ".acq-work li:first-child .a")))
    reading = text_of(part(page, "#lecture"))
    assert "Client KERLEAU" in reading
    assert "kerleau@client.example" in reading
    assert "est échue depuis 14 jours" in reading
    assert "étape 1 sur 3" in reading
    assert [text_of(tab) for tab in page.select(".acq-tab")] == ["Tout 3", "Messages 3"]
    assert text_of(part(page, ".acq-nav a[aria-current] .acq-count")) == "3"


def test_a_line_says_what_a_contact_can_still_change(visitor, founded, three):
    """The largest sum comes by itself; of a natural person nothing is said but the sum."""
    kept = {
        three[0]: {"days": [14, 15, 16, 17], "weight": 40},
        three[1]: {"days": [60, 70, 80, 90], "weight": 20},
        three[2]: {"days": [15], "weight": 20},
    }
    with founded.open():
        for message, said in kept.items():
            UsualDays.objects.create(
                organisation_id=founded.id, debtor_id=message.debtor_id, known_on=TODAY, **said
            )
        Debtor.objects.filter(pk=three[2].debtor_id).update(kind="consumer")
    page = soup(visitor.get("/a-traiter/"))
    assert names_of(page) == ["Client ARVOR", "Client FOREZ", "Client KERLEAU"]
    arvor, forez, kerleau = page.select(".acq-work li")
    assert "tout à risque" in text_of(arvor)
    assert plain(part(kerleau, ".e [title]")["title"]) == (
        "Si personne ne s’en occupe, 161 € sur 5 000 € seraient encore dus dans 30 jours, d’après les"
        " règlements passés."
    )
    assert "161 € à risque" in plain(text_of(kerleau))
    assert "risque" not in str(forez)


def test_a_line_opened_by_htmx_is_part_of_its_page(visitor, three):
    for message in three:
        assert_fragment_is_part(visitor, f"/a-traiter/message/{message.pk}/", "lecture")


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.fixture
def reader(founded):
    """A browser that also takes what is framed, which has styles of its own."""
    client = Client(headers={"Accept-Language": "fr"})
    client.force_login(User.objects.get(pk=founded.user_id))
    return client


def url(message, action=""):
    return f"/a-traiter/message/{message.pk}/{action}"


def test_the_preview_is_the_very_mail(visitor, reader, three):
    frame = part(soup(visitor.get(url(three[0]))), "iframe")["src"]
    shown = reader.get(frame)
    assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "F-KERLEAU" in shown.content.decode()
    assert "5 000,00" in plain(shown.content.decode())


def test_approving_goes_on_to_the_next_and_can_be_undone(visitor, three, founded):
    answer = visitor.post(url(three[0], "approuver/"))
    assert answer.status_code == 303
    assert answer.headers["Location"] == url(three[1])
    with founded.open():
        approved = Message.objects.get(pk=three[0].pk)
    assert (approved.state, approved.approved_by_id) == ("ready", founded.user_id)
    assert approved.not_before >= approved.approved_at + timedelta(seconds=10)
    page = soup(visitor.get(url(three[1])))
    assert "Message approuvé." in text_of(part(page, "#avis"))
    undo = part(page, "#avis form")["action"]
    assert visitor.post(undo).headers["Location"] == url(three[0])
    with founded.open():
        assert Message.objects.get(pk=three[0].pk).state == "to_approve"


def test_an_approval_that_came_too_late_says_so(visitor, three, founded):
    with founded.open():
        Message.objects.filter(pk=three[0].pk).update(state="withdrawn")
    visitor.post(url(three[0], "approuver/"))
    assert "n’attend plus" in text_of(part(soup(visitor.get("/a-traiter/")), "#avis"))
    assert "n’attend plus" in text_of(part(soup(visitor.get(url(three[0]))), "#lecture"))


def test_the_ticked_ones_leave_together_and_come_back_together(visitor, three, founded):
    page = soup(visitor.get("/a-traiter/?vue=messages"))
    assert len(page.select("input[name=message]")) == 3
    visitor.post("/a-traiter/approuver/?vue=messages", {"message": [three[1].pk, three[2].pk]})
    with founded.open():
        assert set(Message.objects.filter(state="ready")) == {three[1], three[2]}
    page = soup(visitor.get("/a-traiter/?vue=messages"))
    assert "2 messages approuvés." in text_of(part(page, "#avis"))
    visitor.post(part(page, "#avis form")["action"])
    with founded.open():
        assert Message.objects.filter(state="to_approve").count() == 3


def test_a_whole_step_is_approved_at_once(visitor, three, founded):
    step = part(soup(visitor.get("/a-traiter/?vue=messages")), "button[name=step]")
    assert "3" in text_of(step)
    visitor.post("/a-traiter/approuver/", {"step": step["value"]})
    with founded.open():
        assert Message.objects.filter(state="ready").count() == 3


def test_what_came_to_a_step_after_the_page_was_drawn_waits(visitor, three, founded, creditor):
    step = part(soup(visitor.get("/a-traiter/?vue=messages")), "button[name=step]")
    with founded.open():
        owing(creditor, "TARDIF", "90000.00")
        plan_day(organisation_id=founded.id, now=NOW)
    visitor.post("/a-traiter/approuver/", {"step": step["value"]})
    with founded.open():
        assert Message.objects.filter(state="ready").count() == 3
        assert Message.objects.get(state="to_approve").account.debtor.name == "Client TARDIF"


@pytest.mark.parametrize("said", ["x", "a/b", "a/b/c", "//", "a/b/9/9"])
def test_a_step_that_is_none_approves_nothing(visitor, three, founded, said):
    assert visitor.post("/a-traiter/approuver/", {"step": said}).status_code == 303
    with founded.open():
        assert Message.objects.filter(state="to_approve").count() == 3


def test_nothing_ticked_approves_nothing(visitor, three, founded):
    visitor.post("/a-traiter/approuver/", {})
    with founded.open():
        assert Message.objects.filter(state="to_approve").count() == 3
    assert "cochez" in text_of(part(soup(visitor.get("/a-traiter/")), "#avis"))


@pytest.mark.parametrize(
    ("said", "days"), [({"when": "1"}, 1), ({"when": "3"}, 3), ({"when": "on", "day": "far"}, 20)]
)
def test_postponing_moves_the_day(visitor, three, founded, said, days):
    today = timezone.localdate(timezone=ZoneInfo("Europe/Paris"))
    day = today + timedelta(days=days)
    visitor.post(url(three[0], "reporter/"), {**said, "day": day.isoformat()} if "day" in said else said)
    with founded.open():
        moved = Message.objects.get(pk=three[0].pk).not_before
    assert moved.astimezone(ZoneInfo("Europe/Paris")).date() == day


def test_postponing_to_monday_is_the_next_one(visitor, three, founded):
    visitor.post(url(three[0], "reporter/"), {"when": "monday"})
    with founded.open():
        moved = Message.objects.get(pk=three[0].pk).not_before.astimezone(ZoneInfo("Europe/Paris"))
    assert moved.weekday() == 0
    assert moved.date() > timezone.localdate(timezone=ZoneInfo("Europe/Paris"))


def test_postponing_to_a_past_day_is_refused(visitor, three, founded):
    visitor.post(url(three[0], "reporter/"), {"when": "on", "day": "2020-01-01"})
    assert "Cette date est passée." in text_of(part(soup(visitor.get("/a-traiter/")), "#avis"))


def test_passing_over_keeps_the_reason(visitor, three, founded):
    visitor.post(url(three[0], "passer/"), {"reason": "Je préfère appeler"})
    visitor.post(url(three[1], "passer/"), {"reason": "other", "other": "Vu au salon"})
    visitor.post(url(three[2], "passer/"), {"reason": "other", "other": " "})
    with founded.open():
        kept = dict(Message.objects.values_list("pk", "because"))
        states = dict(Message.objects.values_list("pk", "state"))
    assert kept[three[0].pk] == "Je préfère appeler"
    assert kept[three[1].pk] == "Vu au salon"
    assert states[three[2].pk] == "to_approve"
    with founded.open():
        assert StepClaim.objects.filter(state="skipped").count() == 2


def test_an_edited_message_says_what_was_typed(visitor, reader, three, founded):
    page = soup(visitor.get(url(three[0], "modifier/")))
    body = part(page, "textarea[name=body]").text
    assert "[tableau des factures]" in body
    visitor.post(url(three[0], "modifier/"), {"subject": "Un mot", "body": "Bonjour **Nadia**,\n\n" + body})
    with founded.open():
        assert Message.objects.get(pk=three[0].pk).edited
    page = soup(visitor.get(url(three[0])))
    assert "Un mot" in text_of(part(page, ".acq-mail"))
    assert "Nadia" in reader.get(part(page, "iframe")["src"]).content.decode()


def test_an_empty_edit_is_refused_and_nothing_typed_is_lost(visitor, three, founded):
    page = soup(visitor.post(url(three[0], "modifier/"), {"subject": "", "body": "Bonjour, voici."}))
    assert part(page, "textarea[name=body]").text.strip() == "Bonjour, voici."
    assert page.select(".t-danger")
    with founded.open():
        assert not Message.objects.get(pk=three[0].pk).edited


def test_a_message_that_cannot_be_said_says_why_and_cannot_be_approved(visitor, founded, creditor):
    with founded.open():
        account = owing(creditor, "LETTRE", email="", address="240 rue du Grand Gigognan")
        Contact.objects.filter(debtor=account.debtor).update(postcode="", city="Nulle part sans code")
        plan_day(organisation_id=founded.id, now=NOW)
        message = Message.objects.get()
    assert message.channel == "letter"
    page = soup(visitor.get(url(message)))
    assert "ne peut pas être écrit" in text_of(part(page, ".acq-notice[data-tone=danger]"))
    assert part(page, "button[data-key=a]").has_attr("disabled")
    assert visitor.get(url(message, "lettre.pdf")).status_code == 404


def test_a_letter_is_shown_as_its_pdf(visitor, founded, creditor):
    with founded.open():
        owing(creditor, "LETTRE", email="", address="240 rue du Grand Gigognan")
        plan_day(organisation_id=founded.id, now=NOW)
        message = Message.objects.get()
    page = soup(visitor.get(url(message)))
    assert "Ouvrir la lettre" in text_of(part(page, "#lecture"))
    pdf = visitor.get(url(message, "lettre.pdf"))
    assert pdf.content.startswith(b"%PDF")


def test_facts_that_changed_are_told(visitor, three, founded):
    with founded.open():
        term = Term.objects.get(invoice__number="F-KERLEAU")
        world.receipt(term.account, "5000.00", on=TODAY)
    page = soup(visitor.get(url(three[0])))
    assert "Les faits ont changé" in text_of(part(page, "#lecture"))


def test_another_organisation_s_message_is_not_there(visitor, three, found, founded):
    theirs = found("Autre")
    other = Visitor(headers={"Accept-Language": "fr"})
    other.force_login(User.objects.get(pk=theirs.user_id))
    for action in ("", "apercu/", "lettre.pdf", "modifier/"):
        assert other.get(url(three[0], action)).status_code == 404
    for action in ("approuver/", "annuler/", "reporter/", "passer/", "appel/", "promesse/", "litige/"):
        assert other.post(url(three[0], action)).status_code == 404
    other.post("/a-traiter/approuver/", {"message": [three[0].pk]})
    with founded.open():
        assert Message.objects.get(pk=three[0].pk).state == "to_approve"
    assert Client().get("/a-traiter/").status_code == 302


def test_the_queries_do_not_grow_with_the_list(
    visitor, three, founded, creditor, django_assert_max_num_queries
):
    with founded.open():
        for number in range(30):
            owing(creditor, f"C{number}", f"{100 + number}.00")
        plan_day(organisation_id=founded.id, now=NOW)
    with django_assert_max_num_queries(52):
        assert len(soup(visitor.get("/a-traiter/")).select(".acq-work li")) == 33


# Calls

CALLING = {
    "key": "calls",
    "name": {"fr": "Appels", "en": "Calls"},
    "steps": [
        {"key": "call", "when": "3 days after due", "do": "phone", "name": {"fr": "Appel", "en": "Call"}}
    ],
}


@pytest.fixture
def call(founded, creditor):
    """A call handed over to a person."""
    with founded.open():
        version = add_version(founded.id, CALLING, now=NOW)
        Creditor.objects.filter(pk=creditor.pk).update(default_scenario=version.scenario, ask_above=None)
        account = owing(creditor, "DUMOULIN", "3890.00")
        Contact.objects.filter(debtor=account.debtor).update(phone="04 90 00 00 01")
        plan_day(organisation_id=founded.id, now=NOW)
        with world.mailbox() as box, world.sessions(box) as sessions:
            dispatch_messages(organisation_id=founded.id, now=NOW, worker="w", sessions=sessions)
        return Message.objects.get()


def test_a_call_shows_its_script_and_dials(visitor, call):
    assert call.state == "handed_over"
    page = assert_fragment_is_part(visitor, url(call), "lecture")
    assert part(page, "a[href^='tel:']")["href"] == "tel:+33-4-90-00-00-01"
    reading = text_of(part(page, "#lecture"))
    assert "Script de l’appel" in reading
    assert "F-DUMOULIN" in reading
    assert [button["value"] for button in page.select("button[name=outcome]")] == [
        "no_answer", "message_left", "paid_claimed", "wrong_number", "other",
    ]  # fmt: skip


def test_without_an_answer_the_call_comes_back_later(visitor, call, founded):
    visitor.post(url(call, "appel/"), {"outcome": "no_answer"})
    with founded.open():
        assert Message.objects.get().state == "handed_over"
        assert ManualContact.objects.get().outcome == "no_answer"
    page = soup(visitor.get(url(call)))
    assert "Essai 2 sur 3." in text_of(part(page, "#lecture"))
    later = soup(visitor.get("/a-traiter/appels/"))
    assert "Personne n’est à appeler maintenant." in text_of(later)
    assert part(later, "section[aria-label='Plus tard'] a[href^='tel:']")["href"] == "tel:+33-4-90-00-00-01"


def test_a_promise_takes_two_keys(visitor, call, founded):
    """P, then the figure of a day."""
    page = soup(visitor.get(url(call)))
    menu = part(page, "details[data-key=p]")
    days = menu.select("button[name=until][data-key]")
    assert [button["data-key"] for button in days] == [str(n + 1) for n in range(len(days))]
    visitor.post(part(menu, "form")["action"], {"until": days[0]["value"]})
    with founded.open():
        assert Promise.objects.get().until.isoformat() == days[0]["value"]
        assert Message.objects.get().state == "sent"


def test_a_dispute_takes_two_keys_where_one_invoice_is_owed(visitor, call, founded):
    """L, then the figure of what is wrong."""
    menu = part(soup(visitor.get(url(call))), "details[data-key=l]")
    button = menu.select("button[name=category][data-key]")[1]
    visitor.post(part(menu, "form")["action"], {"category": button["value"]})
    with founded.open():
        assert Dispute.objects.get().category == button["value"]
        assert Message.objects.get().state == "sent"


def test_a_caller_reads_what_was_promised_and_contested_before(visitor, call, founded):
    with founded.open():
        term = Term.objects.get()
        for until in (TODAY - timedelta(days=9), TODAY + timedelta(days=9)):
            Promise.objects.create(
                organisation_id=founded.id, account_id=term.account_id, until=until, made_on=TODAY,
                recorded_at=NOW,
            )  # fmt: skip
        Dispute.objects.create(
            organisation_id=founded.id, account_id=term.account_id, invoice_id=term.invoice_id,
            category="price", opened_on=TODAY, recorded_at=NOW,
        )  # fmt: skip
    reading = text_of(part(soup(visitor.get(url(call))), "#lecture"))
    assert "date passée" in reading
    assert "Conteste la facture F-DUMOULIN" in reading


def test_a_promise_on_the_phone_is_kept_then_the_call(visitor, call, founded):
    page = soup(visitor.post(url(call, "promesse/"), {"until": "2020-01-01", "amount": "1 000,00"}))
    assert part(page, "#promesse-amount")["value"] == "1 000,00"
    assert "Cette date est passée." in text_of(part(page, "#promesse"))
    day = (TODAY + timedelta(days=9)).isoformat()
    visitor.post(url(call, "promesse/"), {"until": day, "amount": "1 000,00", "note": "Mme Ferrand"})
    with founded.open():
        promise = Promise.objects.get()
        assert (promise.until.isoformat(), promise.amount, promise.note) == (day, 1000, "Mme Ferrand")
        assert Message.objects.get().state == "sent"


def test_a_dispute_on_the_phone_is_opened(visitor, call, founded):
    with founded.open():
        invoice = Term.objects.get().invoice_id
    visitor.post(url(call, "litige/"), {"invoice": invoice, "category": "price", "amount": "90"})
    with founded.open():
        assert Dispute.objects.get().amount == 90
        assert Message.objects.get().state == "sent"


def test_an_unknown_outcome_is_refused(visitor, call, founded):
    visitor.post(url(call, "appel/"), {"outcome": "whatever"})
    with founded.open():
        assert Message.objects.get().state == "handed_over"
        assert not ManualContact.objects.exists()


# SMS


def test_an_sms_is_read_with_its_parts_and_its_price_before_it_leaves(visitor, founded, creditor):
    step = {"key": "text", "when": "3 days after due", "do": "sms", "ask": "a person"}
    with founded.open():
        version = add_version(
            founded.id, {"key": "texts", "steps": [step | {"template": "sms_reminder"}]}, now=NOW
        )
        Creditor.objects.filter(pk=creditor.pk).update(default_scenario=version.scenario)
        Carrier.objects.create(
            organisation_id=founded.id, channel="sms", provider="kannel", name="Kannel", token="k" * 43,
            settings={"price": "0,055", "price_currency": "EUR"}, made_at=NOW,
        )  # fmt: skip
        account = owing(creditor, "DUMOULIN", "3890.00")
        Contact.objects.filter(debtor=account.debtor).update(phone="06 12 34 56 78")
        plan_day(organisation_id=founded.id, now=NOW)
        message = Message.objects.get()
    reading = text_of(part(soup(visitor.get(url(message))), "#lecture"))
    assert "1 SMS, 0,055\u00a0€" in reading
    assert "3 890,00 € à régler" in reading
    assert "06 12 34 56 78" in reading


# Tasks and alerts


@pytest.fixture
def unmatched(founded, creditor):
    """A payment that may cover what is late."""
    with founded.open():
        account = owing(creditor, "SENECHAL", "1486.00")
        world.invoice(account, "F-AUTRE", "90.00", due=TODAY - timedelta(days=40), known_on=TODAY)
        world.receipt(account, "1486.00", on=TODAY)
        plan_day(organisation_id=founded.id, now=NOW)
        return Task.objects.get(kind="possible_payment")


def test_money_to_match_is_proposed_for_its_very_amount(visitor, unmatched, founded):
    page = assert_fragment_is_part(visitor, f"/a-traiter/tache/{unmatched.pk}/", "lecture")
    ticked = page.select("#lecture input[name=term][checked]")
    assert len(ticked) == 1
    with founded.open():
        term = Term.objects.get(invoice__number="F-SENECHAL")
    assert ticked[0]["value"] == str(term.pk)
    payment = part(page, "#lecture input[name=payment]")["value"]
    visitor.post(f"/a-traiter/tache/{unmatched.pk}/imputer/", {"payment": payment, "term": [term.pk]})
    with founded.open():
        assert Term.objects.get(pk=term.pk).settled_on == TODAY
        assert Task.objects.get(pk=unmatched.pk).closed_at is not None


def test_matching_with_nothing_is_refused(visitor, unmatched, founded):
    page = soup(visitor.get(f"/a-traiter/tache/{unmatched.pk}/"))
    payment = part(page, "#lecture input[name=payment]")["value"]
    page = soup(visitor.post(f"/a-traiter/tache/{unmatched.pk}/imputer/", {"payment": payment}))
    assert "Cochez au moins une facture." in text_of(page)


def test_a_missing_address_is_added_here(visitor, founded, creditor):
    with founded.open():
        account = owing(creditor, "DELCOURT", email="")
        plan_day(organisation_id=founded.id, now=NOW)
        task = Task.objects.get(kind="no_address")
    address = f"/a-traiter/tache/{task.pk}/"
    page = soup(visitor.post(f"{address}contact/", {"name": "Léo", "email": "pas une adresse"}))
    assert part(page, "#contact-name")["value"] == "Léo"
    assert "nom@exemple.fr" in text_of(part(page, "#contact-email-errors"))
    assert (
        visitor.post(f"{address}contact/", {"name": "Léo", "email": "leo@client.example"}).status_code == 303
    )
    with founded.open():
        assert Contact.objects.filter(debtor=account.debtor, email="leo@client.example").exists()
        assert Task.objects.get(pk=task.pk).closed_at is not None


def test_old_data_stand_on_top(visitor, founded, creditor):
    with founded.open():
        Feed.objects.create(
            organisation_id=founded.id, creditor=creditor, kind="bank", bank_account="FR7612345",
            newest_on=NOW.date() - timedelta(days=30), newest_at=NOW,
        )  # fmt: skip
        owing(creditor, "MISTRAL")
        plan_day(organisation_id=founded.id, now=NOW)
    alert = part(soup(visitor.get("/a-traiter/")), ".acq-work a[data-tone=warn]")
    assert "Importez le relevé du " in text_of(alert)
    assert "Banque\u00a0····2345\u00a0: 30 jours" in text_of(alert)
    assert alert["href"] == "/imports/"


def test_an_unusual_day_is_confirmed_here(visitor, three, founded, creditor):
    with founded.open():
        Creditor.objects.filter(pk=creditor.pk).update(volume_limit=1)
        plan_day(organisation_id=founded.id, now=NOW)
        task = Task.objects.get(kind="volume")
    page = assert_fragment_is_part(visitor, f"/a-traiter/alerte/{task.pk}/", "lecture")
    assert "Confirmer le volume" in text_of(part(page, "#lecture"))
    visitor.post(f"/a-traiter/alerte/{task.pk}/fermer/")
    with founded.open():
        assert Task.objects.get(pk=task.pk).closed_at is not None
        assert Creditor.objects.get(pk=creditor.pk).volume_confirmed_on is not None


def test_failed_and_stuck_messages_wait_too(visitor, three, founded):
    with founded.open():
        Message.objects.filter(pk=three[0].pk).update(state="failed", because="550 no such user")
        Message.objects.filter(pk=three[1].pk).update(state="sending", claimed_at=NOW - timedelta(hours=1))
        Message.objects.filter(pk=three[2].pk).update(state="sending", claimed_at=timezone.now())
    page = soup(visitor.get("/a-traiter/?vue=echecs"))
    assert names_of(page) == ["Client KERLEAU", "Client ARVOR"]
    assert "550 no such user" in text_of(part(soup(visitor.get(url(three[0]))), "#lecture"))
    assert "Il n’est pas parti" in text_of(part(soup(visitor.get(url(three[1]))), "#lecture"))


# The first list


def test_f05_before_accepting_one_is_warned_of_another_softwares_reminders(visitor, founded, creditor):
    with founded.open():
        Creditor.objects.filter(pk=creditor.pk).update(list_accepted_at=None)
        owing(creditor, "KERLEAU", "5000.00")
    page = soup(visitor.get("/a-traiter/premiere-liste/"))
    assert "arrêtez ses relances avant d’accepter" in text_of(page)
    assert visitor.post("/a-traiter/premiere-liste/accepter/").status_code == 303
    page = soup(visitor.get("/a-traiter/premiere-liste/"))
    assert "arrêtez ses relances" not in text_of(page)


def test_before_accepting_one_learns_what_the_messages_would_lack(visitor, founded, creditor):
    def warned() -> str:
        return text_of(soup(visitor.get("/a-traiter/premiere-liste/")))

    with founded.open():
        Creditor.objects.filter(pk=creditor.pk).update(list_accepted_at=None, iban="", sender_email="")
    assert "L’IBAN manque" in warned()
    assert "L’e-mail de l’expéditeur manque" in warned()
    with founded.open():
        Creditor.objects.filter(pk=creditor.pk).update(iban="FR7630006000011234567890189")
    assert "L’IBAN manque" not in warned()


def test_the_first_list_says_who_and_who_not(visitor, founded, creditor):
    with founded.open():
        Creditor.objects.filter(pk=creditor.pk).update(list_accepted_at=None, ask_above="1000.00")
        owing(creditor, "KERLEAU", "5000.00")
        owing(creditor, "FOREZ", "300.00")
        owing(creditor, "TROPTOT", "300.00", late=-20)
        plan_day(organisation_id=founded.id, now=NOW)
    alert = part(soup(visitor.get("/a-traiter/")), ".acq-work a[data-tone=warn]")
    assert alert["href"] == "/a-traiter/premiere-liste/"
    page = assert_fragment_is_part(visitor, "/a-traiter/premiere-liste/", "liste")
    rows = [text_of(row) for row in page.select("tbody tr")]
    assert len(rows) == 2
    assert "Client KERLEAU" in rows[0]
    assert "à approuver" in rows[0]
    assert "seul" in rows[1]
    left = soup(visitor.get("/a-traiter/premiere-liste/?vue=laisses"))
    assert "Client TROPTOT" in text_of(part(left, "tbody tr"))
    with founded.open():
        assert not Message.objects.filter(state="sent").exists()
        assert Creditor.objects.get(pk=creditor.pk).list_accepted_at is None
    assert visitor.post("/a-traiter/premiere-liste/accepter/").status_code == 303
    with founded.open():
        assert Creditor.objects.get(pk=creditor.pk).list_accepted_at is not None
        assert not Task.objects.filter(kind="first_list", closed_at=None).exists()
    assert visitor.get("/a-traiter/premiere-liste/accepter/").status_code == 405


def test_a_list_to_which_a_file_was_added_meanwhile_is_read_again(visitor, founded, creditor):
    with founded.open():
        Creditor.objects.filter(pk=creditor.pk).update(list_accepted_at=None)
        owing(creditor, "KERLEAU")
    form = part(soup(visitor.get("/a-traiter/premiere-liste/")), "form[action$='accepter/']")
    posted = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    with founded.open():
        bring(
            founded, "Numéro;Client;Montant;Échéance\nF1;ARVOR;100,00;01/09/2026\n", creditor_id=creditor.pk
        )
    assert visitor.post(form["action"], posted)["Location"] == "/a-traiter/premiere-liste/"
    with founded.open():
        assert Creditor.objects.get(pk=creditor.pk).list_accepted_at is None
    assert "relisez la liste" in text_of(soup(visitor.get("/a-traiter/premiere-liste/")))


def test_an_empty_house_asks_for_a_file(visitor, founded):
    page = soup(visitor.get("/a-traiter/"))
    assert "Importez vos factures" in text_of(part(page, "#lecture"))


def test_all_is_said_in_english_too(visitor, call):
    visitor.post("/langue/setlang/", {"language": "en"})
    pages = ("/a-traiter/", url(call), "/a-traiter/premiere-liste/", "/envois/", "/imports/", "/reglages/")
    for address in pages:
        main = part(soup(visitor.get(address)), "main")
        for mail in main.select(".acq-mail"):
            mail.extract()  # the client's language
        said = text_of(main)
        assert not FRENCH.search(said), (address, FRENCH.search(said))
