"""What a mail carries beside its words: the code, the statement, the copies, the way back."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from acquit.channels.email.answer.inbound import parse
from acquit.flows.material.scenarios import add_version
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.accounts.models import Account, Creditor, User
from acquit.store.ledger.models import Invoice
from acquit.store.outbox.models import Message
from tests.fixtures.database import World
from tests.flows.world import NOW, TODAY, account, invoice, mailbox, ready_creditor, sessions

PLAN = {
    "key": "watched", "name": "Watched",
    "steps": [
        {"key": "friendly", "when": "3 days after due", "do": "email"},
        {
            "key": "firm", "when": "8 days after previous step", "do": "email",
            "copy to": ["owner", "manager"], "attach": "statement",
        },
    ],
}  # fmt: skip


@pytest.fixture
def creditor(organisation: World) -> Creditor:
    found = ready_creditor(
        organisation.id, manager_email="daf@valmeric.example", reply_domain="rep.valmeric.example",
        colour="#8a2be2", transfer_code="everybody",
    )  # fmt: skip
    version = add_version(organisation.id, PLAN, now=NOW)
    Creditor.objects.update(default_scenario=version.scenario)
    return found


def _mails(creditor: Creditor, *days: int) -> list[EmailMessage]:
    with mailbox() as box:
        for day in days:
            from datetime import timedelta

            now = NOW + timedelta(days=day)
            plan_day(organisation_id=creditor.organisation_id, now=now)
            with sessions(box) as opened:
                dispatch_messages(
                    organisation_id=creditor.organisation_id, now=now, worker="test", sessions=opened
                )
        return [
            (mail.rcpt_tos, message_from_bytes(mail.content, policy=policy.default)) for mail in box.mails
        ]


def _owes(creditor: Creditor) -> Account:
    debtor = account(creditor, "C001")
    invoice(debtor, "FA-101")
    invoice(debtor, "FA-202", "300.00", due=TODAY.replace(month=12, day=20))
    seller = User.objects.create(username="sales", email="commercial@valmeric.example")
    Account.objects.filter(id=debtor.id).update(owner=seller)
    return debtor


def test_from_a_step_on_the_owner_and_the_manager_read_too_and_the_statement_goes_with_it(creditor) -> None:
    _owes(creditor)
    (to, first), (copied, firm) = _mails(creditor, 0, 9)
    assert to == ["c001@client.example"]
    assert first["Cc"] is None
    assert copied == ["c001@client.example", "commercial@valmeric.example", "daf@valmeric.example"]
    assert [one.addr_spec for one in firm["Cc"].addresses] == copied[1:]
    assert not list(first.iter_attachments())
    (statement,) = firm.iter_attachments()
    assert statement.get_filename() == "Relevé de compte.pdf"
    assert statement.get_content().startswith(b"%PDF")


def test_the_statement_lists_what_is_not_due_yet_too(creditor) -> None:
    import io

    from pypdf import PdfReader

    _owes(creditor)
    *_, (_, firm) = _mails(creditor, 0, 9)
    (statement,) = firm.iter_attachments()
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(statement.get_content())).pages)
    for words in ("FA-101", "FA-202", "Client C001", "1\u202f500,00\u00a0€"):
        assert words in text


def test_a_case_is_one_conversation(creditor) -> None:
    _owes(creditor)
    (_, first), (_, firm) = _mails(creditor, 0, 9)
    assert firm["In-Reply-To"] == first["Message-ID"]
    assert firm["References"].split() == [first["Message-ID"]]
    assert first["List-Unsubscribe"] is None


def test_invoices_that_we_have_are_attached_and_said(creditor) -> None:
    _owes(creditor)
    Invoice.objects.filter(number="FA-101").update(document=b"%PDF-1.7 FA-101")
    ((_, mail),) = _mails(creditor, 0)
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("FA-101.pdf", b"%PDF-1.7 FA-101")
    assert "pièce jointe" in mail.get_body(("plain",)).get_content()


def test_the_transfer_is_a_picture_inside_with_words_in_its_place(creditor) -> None:
    _owes(creditor)
    ((_, mail),) = _mails(creditor, 0)
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [part.get_content_disposition() for part in pictures] == ["inline"]
    page = BeautifulSoup(mail.get_body(("html",)).get_content(), "html.parser")
    (image,) = page.find_all("img")
    assert image["src"] == f"cid:{pictures[0]['Content-ID'].strip('<>')}"
    assert "1\u202f200,00\u00a0€" in image["alt"]
    assert "#8a2be2" in str(page)
    assert not page.find_all(src=lambda src: src and src.startswith("http"))
    assert "FR76 3000 6000 0112 3456 7890 189" in page.get_text()


@pytest.mark.parametrize(("whose", "kind", "count"), [
    ("consumers", "business", 0), ("consumers", "consumer", 1), ("nobody", "consumer", 0),
])  # fmt: skip
def test_the_code_is_in_the_mails_of_those_who_read_it(creditor, whose, kind, count) -> None:
    Creditor.objects.update(transfer_code=whose)
    invoice(account(creditor, "C001", kind=kind), "FA-101")
    ((_, mail),) = _mails(creditor, 0)
    html = mail.get_body(("html",)).get_content()
    assert html.count("<img") == count
    assert sum(part.get_content_type() == "image/png" for part in mail.walk()) == count


def test_not_the_right_person_is_a_mail_that_is_tied_to_the_message(creditor) -> None:
    _owes(creditor)
    ((_, mail),) = _mails(creditor, 0)
    page = BeautifulSoup(mail.get_body(("html",)).get_content(), "html.parser")
    (link,) = (a for a in page.find_all("a") if a["href"].startswith("mailto:"))
    assert link.get_text() == "Je ne suis pas le bon interlocuteur"
    parts = urlsplit(link["href"])
    token = Message.objects.get().reply_token
    assert unquote(parts.path) == f"reply+{token}@rep.valmeric.example"
    answer = EmailMessage()
    answer["From"], answer["To"] = "x@client.example", "compta@valmeric.example"
    answer["Subject"] = parse_qs(parts.query)["subject"][0]
    answer.set_content("…")
    assert parse(answer.as_bytes()).tokens == (token,)
    assert token in mail.get_body(("plain",)).get_content()
