"""How many e-mails leave a second: looked at again, worded, frozen, sent and recorded.

One worker, beside bare smtplib that sends the same bytes to the same server.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

from acquit.channels.email.smtp import SmtpConfig, SmtpSession
from acquit.flows.material.carriage import Carriage, Carrying
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.store import tenancy
from acquit.store.accounts.models import Creditor
from acquit.store.outbox.models import Evidence
from tests.bench.clock import timed
from tests.bench.portfolio import NOW
from tests.bench.report import Figure

MAILS = 2_000


def figures(organisation_id: int, port: int) -> Iterator[Figure]:
    """Yield the rate of a worker on messages that a run of `organisation_id` left ready."""
    session = SmtpSession(SmtpConfig(host="127.0.0.1", port=port, security="none", timeout=30))
    with tenancy.organisation(organisation_id):
        creditors = list(Creditor.objects.values_list("id", flat=True))
    carriage = Carriage({(one, "email"): Carrying(session=session, name="email") for one in creditors})
    with tenancy.organisation(organisation_id), timed() as spent:
        done = dispatch_messages(
            organisation_id=organisation_id, now=NOW, worker="bench", sessions=carriage, most=MAILS
        )
    session.__exit__(None, None, None)
    sent = done.messages["email", "sent"]
    if not sent:
        raise SystemExit(f"No e-mail left: {dict(done.messages)}")
    yield Figure(
        work="e-mails, one worker",
        value=sent / spent.seconds,
        unit="/s",
        target=600,
        floor=_bare(organisation_id, port),
        floor_is="bare smtplib, the same bytes",
        processor=spent.processor,
        note=f"{dict(done.messages)}; the target is for two workers on two cores",
    )


def _bare(organisation_id: int, port: int) -> float:
    with tenancy.organisation(organisation_id):
        frozen = Evidence.objects.filter(organisation_id=organisation_id, media_type="message/rfc822")
        mails = [bytes(content) for content in frozen.values_list("content", flat=True)[:MAILS]]
    with timed() as spent, smtplib.SMTP("127.0.0.1", port) as server:
        for mail in mails:
            server.sendmail("claire@creancier.example", ["compta@client.example"], mail)
    return len(mails) / spent.seconds
