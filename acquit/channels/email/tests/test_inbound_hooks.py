"""Mails that providers hand over: signed, forged, told again, raw or in fields; and what they are read as."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from acquit.channels.email.answer.inbound import attached, parse
from acquit.channels.email.answer.reading import read
from acquit.channels.email.brevo import Brevo
from acquit.channels.email.form import read_form
from acquit.channels.email.mailgun import Mailgun
from acquit.channels.email.mailjet import Mailjet
from acquit.channels.email.postmark import Postmark
from acquit.channels.email.sendgrid import SendGrid
from acquit.channels.email.tests.test_notifications import AT, BASIC, CASES, SECRET, STAMP
from acquit.channels.provider import Event, Forged, Received, Unreadable

TOKEN = "0a1b2c3d4e5f60718293"
TO = f"reply+{TOKEN}@reponses.valmeric.example"
PDF = b"%PDF-1.4\r\n\x00\xff--not a boundary\r\n"
HEADERS = [
    ("From", "Nadia Ferrand <nadia@kerleau.example>"),
    ("To", "Claire Besson <claire@valmeric.example>"),
    ("Subject", "Re: Facture FA-1"),
    ("Date", "Tue, 24 Nov 2026 10:40:00 +0100"),
    ("Message-ID", "<r1@kerleau.example>"),
    ("Content-Type", "text/plain; charset=iso-8859-1"),
    ("Content-Transfer-Encoding", "8bit"),
]
TEXT = "Bonjour, facture payée hier par virement."
AWAY = [*HEADERS[:2], ("Subject", "Absence"), ("Auto-Submitted", "auto-replied"), *HEADERS[4:]]
#: As a server that gives up says it (RFC 3464).
RETURNED = [
    ("From", "MAILER-DAEMON@mx.kerleau.example"), ("To", HEADERS[1][1]),
    ("Subject", "Undelivered Mail Returned to Sender"), ("Message-ID", "<d1@mx.kerleau.example>"),
    ("Content-Type", 'multipart/report; report-type=delivery-status; boundary="b"'),
]  # fmt: skip
STATUS = (
    b"Reporting-MTA: dns; mx.kerleau.example\r\n\r\nFinal-Recipient: rfc822; compta@kerleau.example\r\n"
    b"Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
)


def raw(headers=HEADERS, text=TEXT):
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode() + (
        b"\r\n" + text.encode("latin-1") + b"\r\n"
    )


def received(body, content_type="application/json", **headers):
    return Received(
        headers={"content-type": content_type, **headers},
        body=body,
        query={},
        url="https://x/hooks/t/",
        at=AT,
    )


def form(fields, files=()):
    """Return a form's media type and bytes, as a program sends it (RFC 7578)."""
    parts = [(f'name="{name}"', value) for name, value in fields.items()]
    parts += [
        (f'name="attachment-{n}"; filename="{name}"\r\nContent-Type: {kind}', content)
        for n, (name, kind, content) in enumerate(files, start=1)
    ]
    body = b"".join(
        f"--xYz\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode()
        + (value if isinstance(value, bytes) else value.encode())
        + b"\r\n"
        for head, value in parts
    )
    return "multipart/form-data; boundary=xYz", body + b"--xYz--\r\n"


class _Mailgun:
    """Its routes: the mail itself to an address that ends in « mime », else its fields."""

    provider = Mailgun()
    settings = {"webhook_signing_key": "hush"}

    def signed(self, *, stamp=STAMP, key="hush", **fields):
        token = hashlib.sha256(json.dumps(sorted(fields), default=str).encode()).hexdigest()[:50]
        made = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
        envelope = {"sender": "nadia@kerleau.example", "recipient": TO}
        return {**envelope, **fields, "timestamp": str(stamp), "token": token, "signature": made}

    def raw(self, mail, **how):
        kind, body = form(self.signed(**{"body-mime": mail}, **how))
        return received(body, kind)

    def fields(self, headers, text, files=()):
        said = {"message-headers": json.dumps(headers), "body-plain": text}
        kind, body = form(self.signed(**said), files)
        return received(body, kind)

    def forged(self):
        yield self.raw(raw(), key="guessed")
        yield self.raw(raw(), stamp=STAMP - 3 * 86_400)
        yield received(urlencode({"body-mime": raw()}).encode(), "application/x-www-form-urlencoded")

    def broken(self):
        kind, body = form(self.signed(subject="no mail"))
        yield received(body, kind)


class _SendGrid:
    """Inbound Parse, by default in fields with their charsets, or raw."""

    provider = SendGrid()
    _key = ec.generate_private_key(ec.SECP256R1())

    @property
    def settings(self):
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {"parse_key": base64.b64encode(public).decode(), "webhook_key": "of the events"}

    def signed(self, kind, body, *, stamp=STAMP, key=None):
        made = (key or self._key).sign(str(stamp).encode() + body, ec.ECDSA(hashes.SHA256()))
        return replace(
            received(body, kind),
            headers={
                "content-type": kind, "x-twilio-email-event-webhook-timestamp": str(stamp),
                "x-twilio-email-event-webhook-signature": base64.b64encode(made).decode(),
            },
        )  # fmt: skip

    def raw(self, mail, **how):
        envelope = json.dumps({"to": [TO], "from": "nadia@kerleau.example"})
        return self.signed(*form({"email": mail, "envelope": envelope}), **how)

    def fields(self, headers, text, files=()):
        said = {
            "headers": "".join(f"{name}: {value}\n" for name, value in headers),
            "text": text.encode("latin-1"), "charsets": json.dumps({"text": "iso-8859-1"}),
            "envelope": json.dumps({"to": [TO], "from": "nadia@kerleau.example"}),
        }  # fmt: skip
        return self.signed(*form(said, files))

    def forged(self):
        yield self.raw(raw(), key=ec.generate_private_key(ec.SECP256R1()))
        yield self.raw(raw(), stamp=STAMP - 3 * 86_400)
        true = self.raw(raw())
        yield replace(true, body=true.body.replace(b"hier", b"jamais"))
        yield received(true.body, true.headers["content-type"])

    def broken(self):
        yield self.signed(*form({"subject": "no mail"}))
        yield self.signed(*form({"email": raw(), "envelope": "{"}))


class _Basic:
    settings = {"webhook_secret": SECRET, "api_key": "k"}

    def told(self, said):
        return received(json.dumps(said).encode(), **BASIC)

    def forged(self):
        true = self.fields(HEADERS, TEXT)
        yield received(true.body)
        yield received(true.body, authorization="Basic " + base64.b64encode(b"acquit:guessed").decode())


class _Postmark(_Basic):
    """Its inbound stream, with « include raw email content » or without."""

    provider = Postmark()
    _taken = frozenset({"From", "To", "Subject", "Date", "Content-Type", "Content-Transfer-Encoding"})

    def _said(self, headers, **more):
        known = dict(headers)
        name, _, address = known["From"].rpartition(" ")
        back = {"Name": "Return-Path", "Value": "<nadia@kerleau.example>"}
        return self.told({
            "From": address.strip("<>"), "FromFull": {"Email": address.strip("<>"), "Name": name},
            "To": known["To"], "Cc": "", "ReplyTo": "", "OriginalRecipient": TO, "Subject": known["Subject"],
            "Date": known.get("Date", ""), "MessageID": "22c74902-a0c1", "MessageStream": "inbound",
            "Headers": [back, *({"Name": n, "Value": v} for n, v in headers if n not in self._taken)], **more,
        })  # fmt: skip

    def raw(self, mail):
        return self._said(HEADERS, RawEmail=mail.decode("latin-1").replace("iso-8859-1", "utf-8"))

    def fields(self, headers, text, files=()):
        named = [
            {"Name": name, "ContentType": kind, "Content": base64.b64encode(content).decode()}
            for name, kind, content in files
        ]
        return self._said(headers, TextBody=text, HtmlBody="", Attachments=named)

    def broken(self):
        yield self._said(HEADERS, Attachments=[{"Name": "a"}], TextBody=TEXT)
        yield self.told({"FromFull": None})


class _Mailjet(_Basic):
    """Its Parse API, which hands over fields only."""

    provider = Mailjet()

    def fields(self, headers, text, files=()):
        said = {
            "Sender": "nadia@kerleau.example", "Recipient": TO, "Date": "20261124T094000", "Text-part": text,
            "Headers": {**dict(headers), "Received": ["by a", "by b"]}, "SpamAssassinScore": "0.6",
            "Parts": [{"Headers": {"Content-Type": "text/plain"}, "ContentRef": "Text-part"}],
        }  # fmt: skip
        for n, (name, kind, content) in enumerate(files, start=1):
            head = {"Content-Type": f'{kind}; name="{name}"', "Content-Disposition": f'a; filename="{name}"'}
            said["Parts"].append({"Headers": head, "ContentRef": f"Attachment{n}"})
            said[f"Attachment{n}"] = base64.b64encode(content).decode()
        return self.told(said)

    def broken(self):
        yield self.told({"Headers": "none"})
        yield self.told({"Headers": {}, "Parts": [{"Headers": {}, "ContentRef": "Attachment1"}]})


class _Brevo(_Basic):
    """Its inbound parsing, which hands over fields, and files by an address."""

    provider = Brevo(api_url="http://127.0.0.1:9/")

    def fields(self, headers, text, files=()):
        named = [{"Name": n, "ContentType": k, "DownloadToken": f"t {n}"} for n, k, _ in files]
        trace = {"Delivered-To": TO, "Received": ["by a", "by b"]}
        return self.told({"items": [{
            "Uuid": ["a1b2"], "MessageId": "<r1@kerleau.example>", "Headers": {**dict(headers), **trace},
            "RawTextBody": text, "RawHtmlBody": None, "Attachments": named, "SpamScore": 1.2,
        }]})  # fmt: skip

    def broken(self):
        yield self.told({"items": [{"Uuid": ["a1b2"]}]})
        yield self.told({"items": None})


class _Ses:
    """A receipt rule that publishes to an SNS topic, in either encoding."""

    def __init__(self):
        self._sns = CASES[5]
        self.provider, self.settings = self._sns.provider, self._sns.settings

    def told(self, content, encoding="BASE64", kind="SNS"):
        return {
            "notificationType": "Received", "content": content,
            "mail": {"messageId": "o3vrnil0", "source": "nadia@kerleau.example", "destination": [TO]},
            "receipt": {"recipients": [TO], "action": {"type": kind, "encoding": encoding}},
        }  # fmt: skip

    def raw(self, mail):
        return self._sns.signed(self.told(base64.b64encode(mail).decode()))

    def forged(self):
        yield from self._sns.forged(self.told(base64.b64encode(raw()).decode()))

    def broken(self):
        yield self._sns.signed(self.told("", kind="S3"))
        yield self._sns.signed(self.told("not base64"))
        yield self._sns.signed({"notificationType": "Received"})


EVERY = [_Mailgun(), _SendGrid(), _Postmark(), _Mailjet(), _Brevo(), _Ses()]
RAW = [one for one in EVERY if hasattr(one, "raw")]
FIELDS = [one for one in EVERY if hasattr(one, "fields")]


def every(cases=EVERY):
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.provider.key)


def one_call(case):
    return case.raw(raw()) if hasattr(case, "raw") else case.fields(HEADERS, TEXT)


@every()
def test_a_mail_is_an_answer_that_bears_its_sender_and_our_token(case):
    (news,) = case.provider.read(one_call(case), case.settings)
    assert (news.event, news.provider_ref, news.at) == (Event.ANSWERED, "", AT)
    assert news.address == "nadia@kerleau.example"
    found = parse(news.answer)
    assert (found.message_id, found.subject) == ("<r1@kerleau.example>", "Re: Facture FA-1")
    assert (found.text.strip(), found.tokens) == (TEXT, (TOKEN,))


@every(RAW)
def test_a_raw_mail_is_kept_to_the_byte(case):
    (news,) = case.provider.read(case.raw(raw()), case.settings)
    same = (
        raw()
        if case.provider.key != "postmark"
        else raw().decode("latin-1").replace("iso-8859-1", "utf-8").encode()
    )
    assert news.answer.endswith(same)


@every(FIELDS[:-1])
def test_a_mail_in_fields_keeps_its_files(case):
    call = case.fields(HEADERS, TEXT, [("avis é.pdf", "application/pdf", PDF)])
    (news,), (again,) = (case.provider.read(call, case.settings) for _ in range(2))
    (file,) = parse(news.answer).attachments
    assert (file.name, file.media_type, attached(news.answer)) == ("avis é.pdf", "application/pdf", (PDF,))
    assert again == news


@every()
def test_a_forged_mail_is_refused(case):
    for call in case.forged():
        with pytest.raises(Forged):
            case.provider.read(call, case.settings)
    with pytest.raises(Forged):
        case.provider.read(one_call(case), dict.fromkeys(case.settings, ""))


@every()
def test_a_mail_told_again_is_the_same_event(case):
    call = one_call(case)
    first, again = (case.provider.read(call, case.settings) for _ in range(2))
    assert first == again
    assert first[0].event_id


@every()
def test_what_is_not_as_published_is_unreadable(case):
    for call in case.broken():
        with pytest.raises(Unreadable):
            case.provider.read(call, case.settings)


def test_mailguns_token_is_one_event_whatever_is_said_with_it():
    case = EVERY[0]
    kind, body = form(case.signed(**{"body-mime": raw()}))
    (true,) = case.provider.read(received(body, kind), case.settings)
    (altered,) = case.provider.read(received(body.replace(b"hier", b"fini"), kind), case.settings)
    assert true.event_id == altered.event_id == case.signed(**{"body-mime": raw()})["token"]


@every(FIELDS)
def test_a_mail_taken_apart_is_still_a_bounce_or_an_automatic_reply(case):
    report = [("status", "message/delivery-status", STATUS)] if case.provider.key != "brevo" else []
    notice = "The mail could not be delivered to:\n<compta@kerleau.example>: 550 5.1.1 no such user here"
    (bounced,) = case.provider.read(case.fields(RETURNED, notice, report), case.settings)
    bounce = read(bounced.answer, received_on=date(2026, 11, 24)).bounce
    assert [(one.address, one.blames_address) for one in bounce.recipients] == [
        ("compta@kerleau.example", True)
    ]
    away = "Je suis absente jusqu'au 30 novembre."
    (told,) = case.provider.read(case.fields(AWAY, away), case.settings)
    assert not read(told.answer, received_on=date(2026, 11, 24)).holds


def test_brevo_is_asked_for_the_files_and_one_that_it_does_not_give_is_kept_by_its_name(httpserver):
    httpserver.expect_request("/inbound/attachments/t a.pdf", headers={"api-key": "k"}).respond_with_data(PDF)
    provider = Brevo(api_url=httpserver.url_for("/"))
    call = EVERY[4].fields(HEADERS, TEXT, [(n, "application/pdf", b"") for n in ("a.pdf", "b.pdf")])
    (news,) = provider.read(call, _Basic.settings)
    assert [file.name for file in parse(news.answer).attachments] == ["a.pdf", "b.pdf"]
    assert attached(news.answer) == (PDF, b"")
    assert [request.path for request, _ in httpserver.log] == [
        "/inbound/attachments/t a.pdf", "/inbound/attachments/t b.pdf",
    ]  # fmt: skip


def test_ses_takes_text_too():
    case = EVERY[5]
    call = case._sns.signed(case.told(raw(text="Paye hier").decode(), encoding="UTF8"))
    (news,) = case.provider.read(call, case.settings)
    assert news.answer.endswith(raw(text="Paye hier"))


def test_headers_of_a_mail_in_fields_cannot_break_out_of_their_line():
    wild = [
        *HEADERS,
        ("X-A", "b\r\nBcc: x@y.example\r\n\r\nbody"),
        ("X B", "c"),
        ("\ud800", "\ud800"),
        ("X-C", 7),
    ]
    (news,) = EVERY[0].provider.read(EVERY[0].fields(wild, TEXT), EVERY[0].settings)
    assert b"\r\nBcc" not in news.answer
    assert parse(news.answer).text.strip() == TEXT


@given(
    st.lists(
        st.sampled_from(
            [b"--xYz", b"\r\n", b"--", b'Content-Disposition: form-data; name="a"', b"\xff", b";"]
        )
    )
)
def test_any_bytes_are_a_form(pieces):
    read_form(received(b"".join(pieces), "multipart/form-data; boundary=xYz"))
    read_form(received(b"".join(pieces), "application/x-www-form-urlencoded"))
