"""Mails as facts: what a good one says, and that no bytes at all make the reader fail."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from acquit.channels.base import Address, Attached
from acquit.channels.email.answer.inbound import Attachment, Inbound, parse
from acquit.channels.email.answer.reading import read
from acquit.channels.email.answer.text import shown
from acquit.channels.email.mime import build
from acquit.channels.tests.outgoing import outgoing

ON = date(2026, 8, 5)
PDF = b"%PDF-1.7 not opened"


def reply() -> bytes:
    message = EmailMessage()
    message["From"] = "Élodie Petit <Elodie@Client.example>"
    message["To"] = "Relance <reply+00112233445566778899@reponses.vendeur.example>, autre@vendeur.example"
    message["Subject"] = "Re: Facture échue"
    message["Date"] = "Tue, 04 Aug 2026 18:00:00 +0200"
    message["Message-ID"] = "<a1@client.example>"
    message["In-Reply-To"] = "<acquit.1.22.aabbccddeeff00112233@vendeur.example>"
    message["References"] = "<old@vendeur.example> <acquit.1.22.aabbccddeeff00112233@vendeur.example>"
    message.set_content("Bonjour,\nPaiement le 24 août.\n")
    message.add_alternative("<p>Bonjour,<br>Paiement le 24 août.</p>", subtype="html")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="../../preuve.pdf")
    return message.as_bytes()


def test_a_reply_as_facts() -> None:
    found = parse(reply())
    assert found.sender == Address(address="elodie@client.example", name="Élodie Petit")
    assert found.recipients == (
        "reply+00112233445566778899@reponses.vendeur.example",
        "autre@vendeur.example",
    )
    assert found.tokens == ("00112233445566778899", "aabbccddeeff00112233")
    assert found.message_id == "<a1@client.example>"
    assert found.in_reply_to == "<acquit.1.22.aabbccddeeff00112233@vendeur.example>"
    assert found.references[0] == "<old@vendeur.example>"
    assert found.subject == "Re: Facture échue"
    assert found.dated_at == datetime(2026, 8, 4, 16, tzinfo=UTC)
    assert found.text.strip() == "Bonjour,\nPaiement le 24 août."
    assert found.attachments == (
        Attachment(
            name="preuve.pdf",
            media_type="application/pdf",
            size=19,
            sha256=hashlib.sha256(PDF).hexdigest(),
            begins=PDF,
        ),
    )
    assert found.complete


def test_what_we_send_ourselves_is_read_back() -> None:
    sent = build(outgoing(attachments=(Attached(name="facture.pdf", content=PDF),)))
    found = parse(sent)
    assert [one.name for one in found.attachments] == ["facture.pdf"]
    assert found.header("auto-submitted") == "auto-generated"


def test_a_page_without_plain_text_is_read_with_its_quotes() -> None:
    found = parse(b"Content-Type: text/html\n\n<p>Oui</p><blockquote>non</blockquote>")
    assert found.text.split() == ["Oui", "non"]
    assert [found.text[start:end].strip() for start, end in found.cited] == ["non"]


def test_a_day_counts_from_the_mail_unless_its_date_is_nonsense() -> None:
    assert parse(reply()).written_on(ON) == date(2026, 8, 4)
    assert parse(b"Date: Mon, 1 Jan 2001 00:00:00 +0000\n\nx").written_on(ON) == ON
    assert parse(b"Date: yesterday\n\nx").written_on(ON) == ON


@pytest.mark.parametrize("charset", ["x-unknown", "utf-16", "", "utf-8\0", "idna", "rot13", "hex"])
def test_a_charset_that_is_wrong_or_no_charset(charset: str) -> None:
    head = f'Content-Type: text/plain; charset="{charset}"\nContent-Transfer-Encoding: 8bit\n\n'
    assert parse(head.encode() + "réglé".encode()).text
    assert parse(head.encode() + "réglé".encode("cp1252")).text


def test_what_turns_the_line_around_or_hides_is_not_shown() -> None:
    found = parse(
        "Subject: pay\u202e\u2066d\x07\nFrom: \u202ebob <a@b.example>\n\n"
        "ab\u200b\u202ec\x00\x1b[31md".encode()
    )
    assert found.subject == "payd"
    assert found.sender.name == "bob"
    assert found.text == "abc[31md"
    assert shown("a\u2028b\x85c\r\nd") == "a\nb\nc\nd"


def test_a_header_cannot_bring_in_another() -> None:
    found = parse(b"Subject: =?utf-8?q?a=0D=0ABcc=3A_x=40y.example?=\nFrom: a@b.example\n\nx")
    assert "\n" not in found.subject
    assert found.recipients == ()


def nested(depth: int) -> bytes:
    start = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    end = "".join(f"\n--b{n}--\n" for n in reversed(range(depth)))
    return f"Subject: deep\n{start}Content-Type: text/plain\n\nau fond{end}".encode()


HOSTILE = {
    "empty": b"",
    "a hundred deep": nested(100),
    "five thousand deep": nested(5000),
    "a line of ten million": b"Subject: long\n\n" + b"a" * 10_000_000,
    "a page of ten million": b"Content-Type: text/html\n\n" + b"<div>" * 2_000_000,
    "a header of ten million": b"Subject: " + b"a" * 10_000_000 + b"\n\nx",
    "ten thousand headers": b"To: a@b.example\n" * 10_000 + b"\nx",
    "no boundary": b"Content-Type: multipart/mixed\n\n--x\n\ntext\n--x--\n",
    "a boundary of nothing": b'Content-Type: multipart/mixed; boundary=""\n\n--\n\ntext\n----\n',
    "never closed": b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\ntext',
    "broken base64": b"Content-Transfer-Encoding: base64\n\n====a!!!",
    "broken quoted-printable": b"Content-Transfer-Encoding: quoted-printable\n\n=ZZ=",
    "unknown encoding": b"Content-Transfer-Encoding: x-none\n\ntext",
    "encoded words that are not": b"Subject: =?utf-8?b?a?= =?x?q?=ZZ?= =?utf-8?q?=FF?=\n\nx",
    "dates that are none": b"Date: Mon, 99 Foo 99999999999999 99:99:99 +9999999\n\nx",
    "addresses without end": b"From: " + b"(" * 50_000 + b"<" * 50_000 + b"\n\nx",
    "a report of nothing": b'Content-Type: multipart/report; boundary="b"\n\n--b\n'
    b"Content-Type: message/delivery-status\n\n\n--b--",
    "quotes without end": b"Subject: x\n\n" + b"> " * 200_000 + b"\n" + b">\n" * 200_000,
    "lines without end": b"Subject: x\n\n" + b"Le 1 a ecrit\n" * 200_000,
    "zeros": b"\0" * 1000,
    "a bomb of names": b"Content-Type: text/plain; " + b'a*0*="x"; ' * 5000 + b"\n\nx",
    "a name in pieces": b"Content-Disposition: attachment;"
    b" filename*=x''%FF%00; filename=\"\x00/..\\evil.exe\"\n\nx",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_bytes_make_the_reader_fail_or_wait(content: bytes) -> None:
    started = time.monotonic()
    answer = read(content, received_on=ON)
    assert answer.proposal.reasons is not None
    assert time.monotonic() - started < 60


def test_what_is_too_deep_is_said_to_be_incomplete() -> None:
    assert not parse(nested(5000)).complete
    assert not parse(nested(100)).complete
    assert parse(nested(20)).text.strip() == "au fond"


GOOD = (reply(), nested(3), b"Content-Type: text/html\n\n<p>Oui</p>")


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """Return a good mail after a few cuts and insertions."""
    content = bytearray(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(content)))
        if draw(st.booleans()):
            del content[place : place + draw(st.integers(0, 60))]
        else:
            content[place:place] = draw(st.sampled_from(SPOILS) | st.binary(max_size=12))
    return bytes(content)


SPOILS = (
    b"\n", b"\r", b"\0", b"=?utf-8?q?", b"?=", b"<", b">", b'"', b";", b"\xff\xfe",
    b"Content-Type: message/rfc822\n\n",
    b"Content-Type: multipart/mixed; boundary=b\n", b"--b\n", b"charset=utf-7", b"*0*=", b"%", b"(", b"@",
    b",",
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=600) | spoilt())
@example(b"From: =?")
def test_any_bytes_become_facts(content: bytes) -> None:
    answer = read(content, received_on=ON)
    found = answer.inbound
    assert isinstance(found, Inbound)
    for line in (found.subject, found.sender.name, *(one.name for one in found.attachments)):
        assert line == shown(line)
        assert "\n" not in line
    assert found.text == shown(found.text)
    assert all(0 <= start < end <= len(found.text) for start, end in found.cited)
