"""Amazon SES: the frozen bytes leave as they are, by SendEmail (v2) with raw content.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import boto3
import botocore.exceptions
import httpx
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from botocore.config import Config

from acquit.channels.base import NO_ADDRESS, Accepted, Closing, Envelope, Frozen, Outcome, Refused
from acquit.channels.email import fields, handed, signature, tracked
from acquit.channels.email.mailbox import usable
from acquit.channels.email.reply import refusal, unanswered, unreached
from acquit.channels.provider import Forged, News, Received, Setting, Unreadable

#: Refusals that say that the account must wait or be put right, not that this mail is wrong.
_LATER = frozenset(
    {
        "TooManyRequestsException", "LimitExceededException", "SendingPausedException",
        "AccountSuspendedException", "Throttling", "ThrottlingException",
    }
)  # fmt: skip


def fetched(address: str) -> bytes:
    """Return what lies at an address of Amazon SNS; raise Forged when it cannot be had."""
    try:
        response = httpx.get(address, timeout=10, follow_redirects=False)
        response.raise_for_status()
    except httpx.HTTPError as error:
        raise Forged(f"the certificate cannot be fetched: {error}") from error
    return response.content


@dataclass(frozen=True, slots=True, kw_only=True)
class Ses:
    """Amazon SES, from its published API, which knows no idempotency. `fetch` brings SNS's certificates."""

    endpoint_url: str | None = None
    fetch: signature.Fetch = field(default=fetched, repr=False)
    key: str = "ses"
    label: str = "Amazon SES"
    keeps_keys: bool = False
    fields: tuple[Setting, ...] = (
        Setting(key="access_key", label={"fr": "Identifiant de clé d’accès", "en": "Access key ID"}),
        fields.key("secret_key", "Clé d’accès secrète", "Secret access key"),
        Setting(key="region", label={"fr": "Région", "en": "Region"}, default="eu-west-3"),
        Setting(
            key="configuration_set", required=False,
            label={"fr": "Jeu de configuration", "en": "Configuration set"},
        ),
        Setting(
            key="topic", required=False,
            label={"fr": "Sujet SNS des notifications (ARN)", "en": "SNS topic of the notifications (ARN)"},
        ),
        *fields.COMMON,
    )  # fmt: skip

    def open(self, settings: Mapping[str, str]) -> SesSession:
        """Return a session; raise ValueError naming what is missing."""
        access_key, secret_key, region = fields.wanted(settings, "access_key", "secret_key", "region")
        return SesSession(
            {
                "aws_access_key_id": access_key, "aws_secret_access_key": secret_key,
                "region_name": region, "endpoint_url": self.endpoint_url,
            },
            settings.get("configuration_set", "").strip(),
        )  # fmt: skip

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:
        """Return the events or the mail of a notification that SNS signed for our topic; confirm our
        subscription.
        """
        said = signature.read_json(received.body)
        if not isinstance(said, Mapping):
            raise Unreadable("not an object")
        topic = settings.get("topic", "").strip()
        if not topic or said.get("TopicArn") != topic:
            raise Forged("another topic")
        signature.check_sns(said, received.at, self.fetch)
        if said.get("Type") == "SubscriptionConfirmation":
            address = str(said.get("SubscribeURL", ""))
            if not signature.of_sns(address):
                raise Forged("the confirmation is not at Amazon SNS")
            self.fetch(address)
            return ()
        if said.get("Type") != "Notification":
            return ()
        try:
            told = json.loads(str(said.get("Message", "")))
        except ValueError:
            return ()  # SNS greets a new topic in plain words
        if isinstance(told, Mapping) and told.get("notificationType") == "Received":
            return (_answer(received, told),)
        view = AmazonSESTrackingWebhookView(webhook_secret=topic)
        try:
            events = view.esp_to_anymail_events(told, said)
        except Exception as error:
            raise Unreadable(f"{type(error).__name__}: {error}"[:500]) from error
        return _apart(tracked.news_of(events, _hardness, received.at), told)

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:  # noqa: ARG002
        """Return nothing: SES tells through SNS."""
        return ()

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:  # noqa: ARG002
        """Return None: SES cannot be asked by our key."""
        return None


class SesSession(Closing):
    """One client for a batch. The client of Amazon repeats by itself unless it is told not to."""

    def __init__(self, account: Mapping[str, str | None], configuration_set: str) -> None:
        self._account = account
        self._configuration_set = configuration_set
        self._client: Any = None

    def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def send(self, frozen: Frozen, envelope: Envelope, *, idempotency_key: str) -> Outcome:
        """Hand the bytes over once, in one request."""
        recipients = [one for one in map(usable, envelope.recipients) if one is not None]
        if not envelope.recipients or usable(envelope.recipients[0]) is None:
            because = "the address cannot be a mailbox"
            return Refused(permanent=True, because=because, code=NO_ADDRESS, blames_address=True)
        asked: dict[str, Any] = {
            "FromEmailAddress": envelope.sender,
            "Destination": {"ToAddresses": recipients[:1], "CcAddresses": recipients[1:]},
            "Content": {"Raw": {"Data": frozen.content}},
            "EmailTags": [{"Name": tracked.MARK, "Value": idempotency_key}],
        }
        if self._configuration_set:
            asked["ConfigurationSetName"] = self._configuration_set
        try:
            said = self._connected().send_email(**asked)
        except botocore.exceptions.ClientError as error:
            return _refused(error)
        except (
            botocore.exceptions.ConnectTimeoutError, botocore.exceptions.EndpointConnectionError,
            botocore.exceptions.SSLError, botocore.exceptions.ProxyConnectionError,
        ) as error:  # fmt: skip
            return unreached(str(error))
        except botocore.exceptions.BotoCoreError as error:
            return unanswered(str(error))
        reference = said.get("MessageId")
        return Accepted(provider_ref=reference, detail="200") if reference else unanswered("no MessageId")

    def _connected(self) -> Any:
        if self._client is None:
            once = Config(
                retries={"total_max_attempts": 1, "mode": "standard"}, connect_timeout=10, read_timeout=30
            )
            self._client = boto3.session.Session().client("sesv2", config=once, **self._account)
        return self._client


def _refused(error: botocore.exceptions.ClientError) -> Outcome:
    said = error.response.get("Error", {})
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    words = f"{said.get('Code', '')}: {said.get('Message', '')}"
    if said.get("Code") in _LATER:
        return Refused(permanent=False, because=f"{status} {words}"[:500], code=str(said["Code"]))
    return refusal(status, words)


def _answer(received: Received, told: Mapping[str, Any]) -> News:
    """Return the mail that a receipt rule publishes to our topic, up to 150 KB; not one that lies in S3.

    https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
    """
    with handed.as_published():
        action = told["receipt"]["action"]
        if action["type"] != "SNS":
            raise Unreadable(f"the mail is not in the notification: the action is {action['type']}, not SNS")
        content = handed.octets(told["content"])
        mail = b64decode(content) if action.get("encoding") == "BASE64" else content
        to = (told["receipt"].get("recipients") or [None])[0]
        return handed.answer(received, mail, sender=told["mail"].get("source"), recipient=to)


def _hardness(said: Mapping[str, Any]) -> str:
    bounce = said.get("bounce")
    if not isinstance(bounce, Mapping):
        return ""
    return "hard" if bounce.get("bounceType") == "Permanent" else "soft"


def _apart(news: Sequence[News], told: Any) -> Sequence[News]:
    """One notification tells of several recipients: each is an event of its own. Our key is its tag."""
    try:
        key = str(told["mail"]["tags"][tracked.MARK][0])
    except (KeyError, IndexError, TypeError):
        key = ""
    return tuple(
        News(
            event=one.event, event_id=f"{one.event_id}:{one.address}", provider_ref=one.provider_ref,
            at=one.at, address=one.address, permanent=one.permanent, detail=one.detail, our_key=key,
        )
        for one in news
    )  # fmt: skip


PROVIDER = Ses()
