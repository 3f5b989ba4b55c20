"""The six providers, each as its published API answers, on a server of this machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from acquit.channels.email.brevo import Brevo
from acquit.channels.email.mailgun import Mailgun
from acquit.channels.email.mailjet import Mailjet
from acquit.channels.email.postmark import Postmark
from acquit.channels.email.sendgrid import SendGrid
from acquit.channels.email.ses import Ses

SECRET = "acquit:a-long-secret"
TO = "compta@kerleau.example"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A provider with settings, where it is called, and how it says yes and that the address is wrong."""

    make: Callable[[str], Any]
    path: str
    settings: dict[str, str]
    accepted: tuple[int, dict[str, Any] | None, dict[str, str]]
    reference: str
    bad_address: tuple[int, dict[str, Any]] | None
    raw: bool = False
    seen: list[Request] = field(default_factory=list)

    def answer(self, server: HTTPServer, *answers: Response | Callable[[Request], Response]) -> Any:
        """Let the server give these answers, the last one for ever; return the provider."""
        left = list(answers)

        def handler(request: Request) -> Response:
            self.seen.append(request)
            request.get_data(cache=True)
            now = left.pop(0) if len(left) > 1 else left[0]
            return now if isinstance(now, Response) else now(request)

        self.seen.clear()
        server.clear()
        server.expect_request(self.path).respond_with_handler(handler)
        return self.make(server.url_for("/"))

    def yes(self) -> Response:
        """Return the answer to a mail that the provider takes."""
        status, body, headers = self.accepted
        return said(status, body, headers)


def said(status: int, body: Any = None, headers: dict[str, str] | None = None) -> Response:
    """Return an answer in JSON."""
    text = "" if body is None else json.dumps(body)
    return Response(text, status=status, headers=headers, content_type="application/json")


ACCOUNTS = {
    "brevo": Account(
        make=lambda url: Brevo(api_url=f"{url}v3/"), path="/v3/smtp/email",
        settings={"api_key": "k", "webhook_secret": SECRET},
        accepted=(201, {"messageId": "<202611240930.1@smtp-relay.mailin.fr>"}, {}),
        reference="<202611240930.1@smtp-relay.mailin.fr>",
        bad_address=(400, {"code": "invalid_parameter", "message": "email is not valid in to"}),
    ),
    "mailjet": Account(
        make=lambda url: Mailjet(api_url=f"{url}v3.1/"), path="/v3.1/send",
        settings={"api_key": "k", "secret_key": "s", "webhook_secret": SECRET},
        accepted=(
            200,
            {"Messages": [{
                "Status": "success", "To": [{"Email": TO, "MessageID": 456, "MessageUUID": "u"}],
                "Cc": [], "Bcc": [],
            }]},
            {},
        ),
        reference="456",
        bad_address=(400, {"Messages": [{"Status": "error", "Errors": [{
            "ErrorCode": "mj-0013", "StatusCode": 400, "ErrorMessage": "invalid email address",
            "ErrorRelatedTo": ["To[0].Email"],
        }]}]}),
    ),
    "postmark": Account(
        make=lambda url: Postmark(api_url=url), path="/email",
        settings={"server_token": "t", "webhook_secret": SECRET},
        accepted=(200, {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a", "To": TO}, {}),
        reference="b7bc2f4a",
        bad_address=(422, {"ErrorCode": 406, "Message": "You tried to send to recipients that are inactive"}),
    ),
    "sendgrid": Account(
        make=lambda url: SendGrid(api_url=f"{url}v3/"), path="/v3/mail/send",
        settings={"api_key": "k"},
        accepted=(202, None, {"X-Message-Id": "mt1"}), reference="",
        bad_address=(400, {"errors": [{
            "message": "Does not contain a valid address.", "field": "personalizations.0.to.0.email",
        }]}),
    ),
    "mailgun": Account(
        make=lambda url: Mailgun(api_url=f"{url}v3/"), path="/v3/mg.valmeric.example/messages.mime",
        settings={"api_key": "k", "domain": "mg.valmeric.example", "webhook_signing_key": "hush"},
        accepted=(200, {"id": "<20261124.1@mg.valmeric.example>", "message": "Queued. Thank you."}, {}),
        reference="<20261124.1@mg.valmeric.example>",
        bad_address=(400, {"message": "'to' parameter is not a valid address. please check documentation"}),
        raw=True,
    ),
    "ses": Account(
        make=lambda url: Ses(endpoint_url=url.rstrip("/")), path="/v2/email/outbound-emails",
        settings={
            "access_key": "AK", "secret_key": "SK", "region": "eu-west-3",
            "topic": "arn:aws:sns:eu-west-3:123456789012:acquit",
        },
        accepted=(200, {"MessageId": "0102018f-a1"}, {}), reference="0102018f-a1",
        bad_address=None, raw=True,
    ),
}  # fmt: skip
