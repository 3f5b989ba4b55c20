"""The mail as bytes, read back by the standard parser."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.channels.base import Address, Attached
from acquit.channels.email import CHANNEL
from acquit.channels.email.mailbox import usable
from acquit.channels.email.mime import one_line
from acquit.channels.tests.outgoing import DATED_AT, Person, outgoing


def _read(**changes):
    frozen = CHANNEL.freeze(outgoing(**changes))
    assert frozen.media_type == "message/rfc822"
    assert frozen.content.isascii()
    assert b"\n" not in frozen.content.replace(b"\r\n", b"")
    assert max(map(len, frozen.content.split(b"\r\n"))) <= 998
    return message_from_bytes(frozen.content, policy=policy.default)


def _lines(mail):
    return mail.get_body(("plain",)).get_content().splitlines()


def test_it_is_text_and_html_with_the_headers_that_a_machine_must_set():
    mail = _read(reply_to=Address(address="reply+abc@valmeric.example"))
    assert mail.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]
    assert _lines(mail) == outgoing().text.splitlines()
    assert mail["From"] == "Claire Besson <claire@valmeric.example>"
    assert mail["To"] == "Yann Kerleau <compta@kerleau.example>"
    assert mail["Reply-To"] == "reply+abc@valmeric.example"
    assert mail["Subject"] == outgoing().subject
    assert mail["Date"].datetime == DATED_AT
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr"
    assert mail["List-Unsubscribe"] is None
    assert not mail.defects


def test_the_message_id_is_the_same_over_retries_and_says_nothing():
    first, again, other = _read(), _read(), _read(message_key="1-43")
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert first["Message-ID"].endswith("@valmeric.example>")
    assert "1-42" not in first["Message-ID"]
    assert _read(message_id="<own@valmeric.example>")["Message-ID"] == "<own@valmeric.example>"


def test_a_reminder_follows_the_messages_before_it():
    mail = _read(references=("<a@v.example>", "not an id", "<b@v.example>"))
    assert mail["In-Reply-To"] == "<b@v.example>"
    assert mail["References"].split() == ["<a@v.example>", "<b@v.example>"]


def test_invoices_are_attached_whole():
    pdf = bytes(range(256)) * 40
    mail = _read(
        attachments=(
            Attached(name="F-2026-0775.pdf", content=pdf),
            Attached(name='Façade "n°1".pdf', content=b"x"),
            Attached(name="../../etc\r\nBcc: x@y.example", content=b"", media_type="te xt"),
        )
    )
    assert mail.get_content_type() == "multipart/mixed"
    one, two, three = mail.iter_attachments()
    assert (one.get_filename(), one.get_content()) == ("F-2026-0775.pdf", pdf)
    assert two.get_filename() == 'Façade "n°1".pdf'
    assert three.get_content_type() == "application/octet-stream"
    assert "/" not in three.get_filename()
    assert mail["Bcc"] is None


HOSTILE = [
    "Nom\r\nBcc: tous@client.example",
    "Nom\nX-Other: 1",
    "Nom\u2028Bcc: a@b.example",
    'Nom" <autre@client.example>, "x',
    "=?utf-8?q?=42cc?=",
    "Nom\x00\x1b[2J",
    "\ud800",
    "é" * 500,
]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_name_or_subject_can_add_a_header_or_a_recipient(words):
    mail = _read(
        subject=words,
        recipient=Address(address="compta@kerleau.example", name=words),
        sender=Address(address="claire@valmeric.example", name=words),
        headers={"X-Acquit": words},
    )
    assert mail["Bcc"] is None
    assert mail["X-Other"] is None
    assert [a.addr_spec for a in mail["To"].addresses] == ["compta@kerleau.example"]
    assert [a.addr_spec for a in mail["From"].addresses] == ["claire@valmeric.example"]
    assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]


def test_a_header_name_must_be_one():
    with pytest.raises(ValueError, match="name of a header"):
        CHANNEL.freeze(outgoing(headers={"X: y\r\nBcc": "a@b.example"}))


@given(subject=st.text(max_size=200), text=st.text(max_size=400), name=st.text(max_size=80))
def test_whatever_the_words_the_mail_reads_back(subject, text, name):
    mail = _read(subject=subject, text=text, recipient=Address(address="a@b.example", name=name))
    assert _lines(mail) == (text.splitlines() or [""])
    assert [a.addr_spec for a in mail["To"].addresses] == ["a@b.example"]
    assert str(mail["Subject"]).split() == one_line(subject).split()


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("compta@client.example", "compta@client.example"),
        (" c.o+x@Client.Example ", "c.o+x@Client.Example"),
        ("compta@café.example", "compta@xn--caf-dma.example"),
        ("", None),
        ("compta", None),
        ("@client.example", None),
        ("a b@client.example", None),
        ("é@client.example", None),
        ("a@b@client.example", None),
        ("a@client..example", None),
        ("a@client.example\nBcc: b@c.example", None),
        ("<a@client.example>", None),
        ("a" * 65 + "@client.example", None),
    ],
)
def test_f16_an_address_that_cannot_work_is_no_address(address, clean):
    assert usable(address) == clean
    assert CHANNEL.address_of(Person(email=address)) == clean
