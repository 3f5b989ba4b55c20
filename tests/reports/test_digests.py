"""Digests reach a real SMTP server once per person and day, in the person's language, and inert."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.db import connection, transaction

from acquit.flows.accounts.choose_digests import choose_digests
from acquit.flows.cases.record_promise import record_promise
from acquit.flows.outbox.send_digest import claim_digest
from acquit.jobs.digests import send_digests
from acquit.store.accounts.models import Account, Membership, User
from acquit.store.outbox.models import Digest
from tests.flows.world import NOW, TODAY, account, invoice, mailbox, ready_creditor, receipt

#: Half past eight in Paris, Tuesday 24 November 2026.
MORNING = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def server():
    with mailbox() as box:
        yield box


@pytest.fixture
def box(server: Any, settings: Any) -> Any:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.ACQUIT_BASE_URL = "https://acquit.example"
    server.mails.clear()
    server.answer, server.refused_recipient = None, ""
    return server


@pytest.fixture
def creditor(organisation: Any) -> Any:
    made = ready_creditor(organisation.id)
    one = account(made, "C1", name="<b>=1+1</b>\r\nBcc: x@y.example")
    term = invoice(one, "F1", "1200.00", due=TODAY - timedelta(days=40))
    receipt(one, "40.00", on=TODAY - timedelta(days=1))
    record_promise(
        organisation_id=made.organisation_id, account_id=one.pk, until=TODAY,
        today=TODAY - timedelta(days=2), now=NOW, invoice_ids=[term.invoice_id],
    )  # fmt: skip
    return made


def chosen(
    creditor: Any, email: str, *, language: str = "fr", daily: bool = True, weekly: bool = False
) -> User:
    of = creditor.organisation_id
    user = User.objects.create(username=email, email=email, language=language, first_name="Claire")
    Membership.objects.create(organisation_id=of, user=user, role="collector")
    choose_digests(organisation_id=of, user_id=user.pk, daily=daily, weekly=weekly)
    return user


def parts_of(envelope: Any) -> tuple[Any, str, str]:
    mail = message_from_bytes(envelope.content, policy=policy.default)
    return mail, mail.get_body(["plain"]).get_content(), mail.get_body(["html"]).get_content()


def test_each_morning_once_in_the_language_of_each(creditor: Any, box: Any) -> None:
    claire, _ = chosen(creditor, "claire@a.example"), chosen(creditor, "mary@a.example", language="en")
    chosen(creditor, "nobody@a.example", daily=False)
    assert send_digests(creditor.organisation_id, now=MORNING) == 2
    assert send_digests(creditor.organisation_id, now=MORNING + timedelta(hours=1)) == 0
    assert sorted(box.recipients) == ["claire@a.example", "mary@a.example"]
    by_person = {mail.rcpt_tos[0]: parts_of(mail) for mail in box.mails}
    mail, text, page = by_person["claire@a.example"]
    assert mail["Subject"].strip() == "Valmeric Industrie\u00a0: rien à traiter ce 24 novembre 2026"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "À régler aujourd’hui\u00a0: 1\u00a0· 1\u202f200,00\u00a0€" in text
    assert "Encaissé depuis le dernier jour ouvré\u00a0: 40,00\u00a0€ (1 règlement)" in text
    assert "https://acquit.example/rapports/liste/echeances/?au=2026-11-24&amp;retard=1" in page
    assert "Due today: 1 · €1,200.00" in by_person["mary@a.example"][1]
    row = Digest.objects.get(user=claire)
    assert (row.kind, row.day, row.attempts) == ("daily", TODAY, 1)
    assert row.sent_at == MORNING

    assert send_digests(creditor.organisation_id, now=MORNING + timedelta(days=1)) == 2


def test_mine_are_my_accounts(creditor: Any, box: Any) -> None:
    user = chosen(creditor, "claire@a.example")
    mine = account(creditor, "C2", name="Le mien")
    invoice(mine, "F2", "77.00", due=TODAY - timedelta(days=3))
    Account.objects.filter(pk=mine.pk).update(owner=user)
    send_digests(creditor.organisation_id, now=MORNING)
    _, text, _ = parts_of(box.mails[0])
    assert "Échu\u00a0: 77,00\u00a0€" in text
    assert "Aucune promesse" in text


@pytest.mark.parametrize("moment", [
    MORNING.replace(hour=4), MORNING.replace(hour=11, minute=30), datetime(2026, 11, 22, 8, tzinfo=UTC),
    datetime(2026, 12, 25, 8, tzinfo=UTC),
])  # fmt: skip
def test_not_at_night_nor_on_days_off(creditor: Any, box: Any, moment: datetime) -> None:
    chosen(creditor, "claire@a.example")
    assert send_digests(creditor.organisation_id, now=moment) == 0


def test_the_page_of_the_week_on_its_first_working_day(creditor: Any, box: Any) -> None:
    chosen(creditor, "cfo@a.example", daily=False, weekly=True)
    monday = MORNING - timedelta(days=1)
    assert send_digests(creditor.organisation_id, now=MORNING) == 0
    assert send_digests(creditor.organisation_id, now=monday) == 1
    mail, text, page = parts_of(box.mails[0])
    assert mail["Subject"].strip() == "Valmeric Industrie\u00a0: la semaine au 23 novembre 2026"
    assert mail["Bcc"] is None
    assert "Échu\u00a0: 1\u202f200,00\u00a0€ (100,0\u00a0% de l’encours" in text
    assert "31–60\u00a0j\u00a0: 1\u202f200,00\u00a0€" in text
    assert "<b>=1+1</b> Bcc: x@y.example" in text
    assert "&lt;b&gt;=1+1&lt;/b&gt;" in page
    assert "<b>" not in page
    # Easter Monday is no working day: the week begins on Tuesday.
    easter = datetime(2026, 4, 7, 8, tzinfo=UTC)
    assert send_digests(creditor.organisation_id, now=easter - timedelta(days=1)) == 0
    assert send_digests(creditor.organisation_id, now=easter) == 1
    assert str(Digest.objects.order_by("-id").first().day) == "2026-04-06"


def test_a_refused_digest_is_tried_again_and_an_uncertain_one_is_not(creditor: Any, box: Any) -> None:
    user, of = chosen(creditor, "claire@a.example"), creditor.organisation_id
    box.refused_recipient = "claire@a.example"
    assert send_digests(of, now=MORNING) == 0
    assert "no such user" in Digest.objects.get(user=user).because
    assert send_digests(of, now=MORNING + timedelta(minutes=10)) == 0
    box.refused_recipient = ""
    assert send_digests(of, now=MORNING + timedelta(minutes=20)) == 1
    assert Digest.objects.get(user=user).attempts == 2

    day = TODAY + timedelta(days=1)
    taken = {"organisation_id": of, "user_id": user.pk, "kind": "daily", "day": day}
    assert claim_digest(**taken, now=MORNING) is not None
    assert claim_digest(**taken, now=MORNING + timedelta(hours=2)) is None
    assert send_digests(of, now=MORNING + timedelta(days=1)) == 0


def test_two_workers_claim_one_digest(creditor: Any) -> None:
    user = chosen(creditor, "claire@a.example")
    taken = {"organisation_id": creditor.organisation_id, "user_id": user.pk, "kind": "daily", "day": TODAY}
    Digest.objects.create(**taken, claimed_at=NOW - timedelta(hours=1), because="450 busy")
    assert claim_digest(**taken, now=NOW) is not None
    assert claim_digest(**taken, now=NOW) is None
    with pytest.raises(Exception, match="a_digest_leaves_once_a_day"), transaction.atomic():
        Digest.objects.create(**taken, claimed_at=NOW)
    connection.ensure_connection()
