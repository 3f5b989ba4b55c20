"""What providers tell of a mail later: signed, forged, told twice, and each word in ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from acquit.channels.email.brevo import Brevo
from acquit.channels.email.mailgun import Mailgun
from acquit.channels.email.mailjet import Mailjet
from acquit.channels.email.postmark import Postmark
from acquit.channels.email.sendgrid import SendGrid
from acquit.channels.email.ses import Ses
from acquit.channels.provider import Event, Forged, Received, Unreadable

AT = datetime(2026, 11, 24, 9, 45, tzinfo=UTC)
STAMP = int(AT.timestamp())
TO = "compta@kerleau.example"
SECRET = "acquit:a-long-secret"
BASIC = {"authorization": "Basic " + base64.b64encode(SECRET.encode()).decode()}
TOPIC = "arn:aws:sns:eu-west-3:123456789012:acquit"
CERTIFICATE_AT = "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-a1.pem"


def _received(said, headers=None, *, at=AT):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Received(headers=headers or {}, body=body, query={}, url="https://acquit.example/hooks/t/", at=at)


def _facts(news):
    return [(one.event, one.permanent, one.provider_ref, one.address) for one in news]


class _Basic:
    """Brevo, Mailjet and Postmark send our own secret back."""

    settings = {"webhook_secret": SECRET}

    def signed(self, said):
        return _received(said, BASIC)

    def forged(self, said):
        wrong = base64.b64encode(b"acquit:another").decode()
        yield _received(said)
        yield _received(said, {"authorization": f"Basic {wrong}"})
        yield _received(said, {"authorization": "Basic not base64"})
        yield _received(said, {"authorization": f"Bearer {SECRET}"})


class _BrevoCase(_Basic):
    provider = Brevo()
    _common = {"email": TO, "message-id": "<m1@x>", "ts_epoch": STAMP * 1000, "id": 7}
    told = (
        ({**_common, "event": "delivered"}, (Event.DELIVERED, False, "<m1@x>", TO)),
        ({**_common, "event": "hard_bounce", "reason": "550 no"}, (Event.BOUNCED, True, "<m1@x>", TO)),
        ({**_common, "event": "soft_bounce"}, (Event.BOUNCED, False, "<m1@x>", TO)),
        ({**_common, "event": "blocked"}, (Event.FAILED, False, "<m1@x>", TO)),
        ({**_common, "event": "deferred"}, (Event.DELAYED, False, "<m1@x>", TO)),
        ({**_common, "event": "spam"}, (Event.COMPLAINED, False, "<m1@x>", TO)),
        ({**_common, "event": "click", "link": "https://x"}, None),
    )


class _MailjetCase(_Basic):
    provider = Mailjet()
    _common = {"email": TO, "MessageID": 456, "time": STAMP}
    told = (
        ([{**_common, "event": "sent"}], (Event.DELIVERED, False, "456", TO)),
        (
            {**_common, "event": "bounce", "hard_bounce": True, "error": "user unknown"},
            (Event.BOUNCED, True, "456", TO),
        ),
        (
            {**_common, "event": "bounce", "hard_bounce": False, "error": "quota exceeded"},
            (Event.BOUNCED, False, "456", TO),
        ),
        ({**_common, "event": "blocked", "error": "policy issue"}, (Event.FAILED, False, "456", TO)),
        ({**_common, "event": "open"}, (Event.OPENED, False, "456", TO)),
    )


class _PostmarkCase(_Basic):
    provider = Postmark()
    _common = {"MessageID": "b7", "Metadata": {"acquit": "acquit-42-firm"}}
    told = (
        (
            {**_common, "RecordType": "Delivery", "Recipient": TO, "DeliveredAt": "2026-11-24T09:44:00Z"},
            (Event.DELIVERED, False, "b7", TO),
        ),
        (
            {**_common, "RecordType": "Bounce", "Type": "HardBounce", "ID": 9, "Email": TO,
             "BouncedAt": "2026-11-24T09:44:00Z", "Details": "smtp;550 no such user"},
            (Event.BOUNCED, True, "b7", TO),
        ),
        (
            {**_common, "RecordType": "Bounce", "Type": "SoftBounce", "ID": 10, "Email": TO},
            (Event.BOUNCED, False, "b7", TO),
        ),
        (
            {**_common, "RecordType": "Bounce", "Type": "Transient", "ID": 11, "Email": TO},
            (Event.DELAYED, False, "b7", TO),
        ),
        (
            {**_common, "RecordType": "SpamComplaint", "Type": "SpamComplaint", "ID": 12, "Email": TO},
            (Event.COMPLAINED, False, "b7", TO),
        ),
    )  # fmt: skip


class _MailgunCase:
    provider = Mailgun()
    settings = {"webhook_signing_key": "hush", "domain": "mg.valmeric.example"}

    @staticmethod
    def _event(**data):
        return {"event-data": {
            "id": f"e-{data['event']}-{data.get('severity', '')}", "timestamp": STAMP, "recipient": TO,
            "message": {"headers": {"message-id": "m1@mg.valmeric.example"}}, **data,
        }}  # fmt: skip

    def signed(self, said, *, stamp=STAMP, key="hush"):
        token = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:50]
        made = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
        block = {"timestamp": str(stamp), "token": token, "signature": made}
        return _received({**said, "signature": block}, {"content-type": "application/json"})

    def forged(self, said):
        yield _received(said)
        yield self.signed(said, key="guessed")
        yield self.signed(said, stamp=STAMP - 3 * 86_400)

    @property
    def told(self):
        ref = "<m1@mg.valmeric.example>"
        return (
            (self._event(event="delivered"), (Event.DELIVERED, False, ref, TO)),
            (
                self._event(event="failed", severity="permanent", reason="bounce"),
                (Event.BOUNCED, True, ref, TO),
            ),
            (self._event(event="failed", severity="temporary"), (Event.DELAYED, False, ref, TO)),
            (self._event(event="complained"), (Event.COMPLAINED, False, ref, TO)),
            (self._event(event="clicked"), None),
        )


class _SendGridCase:
    provider = SendGrid()
    _key = ec.generate_private_key(ec.SECP256R1())
    _common = {"email": TO, "timestamp": STAMP, "acquit": "acquit-42-firm", "anymail_id": "our-reference"}

    @property
    def settings(self):
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {"webhook_key": base64.b64encode(public).decode()}

    def signed(self, said, *, stamp=STAMP, key=None):
        body = json.dumps(said).encode()
        made = (key or self._key).sign(str(stamp).encode() + body, ec.ECDSA(hashes.SHA256()))
        headers = {
            "x-twilio-email-event-webhook-signature": base64.b64encode(made).decode(),
            "x-twilio-email-event-webhook-timestamp": str(stamp),
        }
        return _received(body, headers)

    def forged(self, said):
        yield _received(said)
        yield self.signed(said, key=ec.generate_private_key(ec.SECP256R1()))
        yield self.signed(said, stamp=STAMP - 3 * 86_400)
        true = self.signed(said)
        yield _received(true.body.replace(b"e", b"E"), dict(true.headers))

    @property
    def told(self):
        ref = "our-reference"
        return (
            ([{**self._common, "event": "delivered", "sg_event_id": "1"}], (Event.DELIVERED, False, ref, TO)),
            (
                [{**self._common, "event": "bounce", "type": "bounce", "sg_event_id": "2"}],
                (Event.BOUNCED, True, ref, TO),
            ),
            (
                [{**self._common, "event": "bounce", "type": "blocked", "sg_event_id": "3"}],
                (Event.BOUNCED, False, ref, TO),
            ),
            (
                [{**self._common, "event": "dropped", "reason": "Bounced Address", "sg_event_id": "4"}],
                (Event.BOUNCED, True, ref, TO),
            ),
            ([{**self._common, "event": "processed", "sg_event_id": "5"}], None),
        )


class _SesCase:
    _key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    settings = {"topic": TOPIC}

    def __init__(self):
        self.fetched = []
        self.provider = Ses(fetch=self._fetch)

    def _fetch(self, address):
        self.fetched.append(address)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
            .public_key(self._key.public_key()).not_valid_before(AT - timedelta(days=1))
            .not_valid_after(AT + timedelta(days=1)).sign(self._key, hashes.SHA256())
        )  # fmt: skip
        return made.public_bytes(serialization.Encoding.PEM)

    def signed(self, said, *, at=AT, key=None, **changes):
        message = {
            "Type": "Notification", "MessageId": f"n-{hashlib.sha1(json.dumps(said).encode()).hexdigest()}",
            "TopicArn": TOPIC, "Timestamp": at.isoformat().replace("+00:00", ".000Z"),
            "Message": json.dumps(said), "SignatureVersion": "2", "SigningCertURL": CERTIFICATE_AT,
        } | changes  # fmt: skip
        names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
        if message["Type"] == "Notification":
            names = ["Message", "MessageId", "Timestamp", "TopicArn", "Type"]
        whole = "".join(f"{name}\n{message[name]}\n" for name in names).encode()
        version = hashes.SHA1() if message["SignatureVersion"] == "1" else hashes.SHA256()
        made = (key or self._key).sign(whole, padding.PKCS1v15(), version)
        return _received({**message, "Signature": base64.b64encode(made).decode()})

    def forged(self, said):
        other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        yield self.signed(said, key=other)
        yield self.signed(said, at=AT - timedelta(days=3))
        yield self.signed(said, TopicArn="arn:aws:sns:eu-west-3:999:other")
        yield self.signed(said, SigningCertURL="https://sns.eu-west-3.amazonaws.com.evil.example/a.pem")
        yield self.signed(said, SigningCertURL="http://sns.eu-west-3.amazonaws.com/a.pem")
        yield self.signed(said, SigningCertURL="https://x@sns.eu-west-3.amazonaws.com/a.pem")

    @property
    def told(self):
        mail = {"messageId": "0102-a1", "destination": [TO], "timestamp": "2026-11-24T09:44:00Z"}
        bounced = {"bouncedRecipients": [{"emailAddress": TO, "diagnosticCode": "smtp; 550 5.1.1"}]}
        return (
            (
                {"eventType": "Delivery", "mail": mail, "delivery": {"recipients": [TO]}},
                (Event.DELIVERED, False, "0102-a1", TO),
            ),
            (
                {"eventType": "Bounce", "mail": mail, "bounce": {
                    "bounceType": "Permanent", "bounceSubType": "General", **bounced}},
                (Event.BOUNCED, True, "0102-a1", TO),
            ),
            (
                {"notificationType": "Bounce", "mail": mail, "bounce": {
                    "bounceType": "Transient", "bounceSubType": "MailboxFull", **bounced}},
                (Event.BOUNCED, False, "0102-a1", TO),
            ),
            (
                {"eventType": "Complaint", "mail": mail,
                 "complaint": {"complainedRecipients": [{"emailAddress": TO}]}},
                (Event.COMPLAINED, False, "0102-a1", TO),
            ),
        )  # fmt: skip


CASES = [_BrevoCase(), _MailjetCase(), _PostmarkCase(), _MailgunCase(), _SendGridCase(), _SesCase()]


@pytest.fixture(params=CASES, ids=lambda case: case.provider.key)
def case(request):
    return request.param


def test_each_event_is_said_in_our_words(case):
    for said, expected in case.told:
        news = case.provider.read(case.signed(said), case.settings)
        assert _facts(news) == ([] if expected is None else [expected]), said


def test_news_bears_our_key_where_the_provider_tells_it_back():
    key = "acquit-42-firm"
    brevo = {"email": TO, "message-id": "<m>", "ts_epoch": 1, "event": "delivered", "tags": [key]}
    mailjet = {
        "email": TO,
        "MessageID": 4,
        "time": 1,
        "event": "sent",
        "Payload": json.dumps({"acquit": key}),
    }
    ses = {"eventType": "Delivery", "delivery": {"recipients": [TO]}, "mail": {
        "messageId": "0102", "destination": [TO], "tags": {"acquit": [key]}}}  # fmt: skip
    told = (
        (CASES[0], brevo),
        (CASES[1], mailjet),
        (CASES[2], CASES[2].told[0][0]),
        (CASES[3], {"event-data": {**CASES[3].told[0][0]["event-data"], "tags": [key]}}),
        (CASES[4], CASES[4].told[0][0]),
        (CASES[5], ses),
    )
    for case, said in told:
        (news,) = case.provider.read(case.signed(said), case.settings)
        assert news.our_key == key, case.provider.key


def test_a_forged_call_is_refused(case):
    said = case.told[0][0]
    for number, received in enumerate(case.forged(said)):
        with pytest.raises(Forged):
            case.provider.read(received, case.settings)
        assert number >= 0


def test_without_a_secret_of_ours_every_call_is_refused(case):
    said = case.told[0][0]
    with pytest.raises(Forged):
        case.provider.read(case.signed(said), dict.fromkeys(case.settings, ""))


def test_the_same_news_told_twice_is_one_event(case):
    said = case.told[1][0]
    first, again = (case.provider.read(case.signed(said), case.settings) for _ in range(2))
    assert [one.event_id for one in first] == [one.event_id for one in again]
    other = case.provider.read(case.signed(case.told[0][0]), case.settings)
    assert other[0].event_id != first[0].event_id


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b'"x"', b"{}", b"[1]", b'{"event": {}}'])
def test_whatever_is_said_it_is_read_or_refused(case, body):
    for received in (_received(body), _received(body, BASIC)):
        try:
            assert case.provider.read(received, case.settings) == ()
        except (Forged, Unreadable):
            continue


def test_mailguns_signature_does_not_cover_the_event_so_its_token_is_spent_once():
    case = _MailgunCase()
    true = case.signed(case.told[0][0])
    block = json.loads(true.body)["signature"]
    told = case.provider.read(true, case.settings)
    altered = _received({**case.told[1][0], "signature": block})
    assert case.provider.read(altered, case.settings)[0].event_id == told[0].event_id


def test_ses_confirms_a_subscription_of_our_own_topic_only():
    case = _SesCase()
    confirm = "https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    asked = {"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": confirm}
    assert case.provider.read(case.signed({}, **asked), case.settings) == ()
    assert case.fetched == [CERTIFICATE_AT, confirm]
    elsewhere = asked | {"SubscribeURL": "https://evil.example/"}
    with pytest.raises(Forged):
        case.provider.read(case.signed({}, **elsewhere), case.settings)
    assert "https://evil.example/" not in case.fetched


def test_ses_takes_the_older_signature_too():
    case = _SesCase()
    said, expected = case.told[0]
    assert _facts(case.provider.read(case.signed(said, SignatureVersion="1"), case.settings)) == [expected]
