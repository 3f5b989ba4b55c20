"""Say a text of a real account, without writing to anybody but oneself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.core.mail import EmailMultiAlternatives

from acquit.core.decision import THANKS, Act
from acquit.core.scenario import Stage
from acquit.flows.material.background import background_of
from acquit.flows.material.contact import contacts_for
from acquit.flows.material.errors import Impossible
from acquit.flows.material.saying import Said, facts_of, law_of
from acquit.flows.material.uncertain import uncertain
from acquit.store.accounts.models import Account
from acquit.store.facts import CaseLoader
from acquit.store.outbox.models import Message
from acquit.wording.render import Rendered, render
from acquit.wording.template import Source
from acquit.wording.template_check import NOTICES


class NothingToSay(Impossible):
    """This client owes nothing: choose another one to try the text on."""

    french = "Ce client ne doit rien\u00a0: choisissez-en un autre pour essayer ce texte."


def try_template(
    *, organisation_id: int, account_id: int, key: str, language: str, source: Source, now: datetime
) -> Said:
    """Return what `source` would say to the account today, of all that it owes; nothing is kept or sent.

    Raise NothingToSay, or wording's Unsayable naming what is missing.
    """
    account = Account.objects.get(organisation_id=organisation_id, id=account_id)
    case = replace(CaseLoader(organisation_id, now).one(account.pk), language=language)
    owed = tuple(t for t in case.snapshot.terms if t.open > 0)
    late = tuple(t for t in owed if t.due < case.today) or owed
    if not late:
        raise NothingToSay
    message = Message(
        organisation_id=organisation_id, creditor_id=account.creditor_id, debtor_id=account.debtor_id,
        account=account, channel="email", scenario="", step="", stage="", state="planned",
        planned_on=case.today, not_before=now, reply_token="",
    )  # fmt: skip
    act = Act(
        step=THANKS if key == THANKS else "try",
        stage=Stage.FORMAL_NOTICE if key in NOTICES else Stage.REMINDER,
        channel="email", claims=(), listed=tuple(t.key for t in late),
        invoices=tuple(t.invoice for t in late), total=(), asks=True, reasons=(),
    )  # fmt: skip
    contact = contacts_for(organisation_id, [(account.debtor_id, "email")]).get((account.debtor_id, "email"))
    background = background_of(message, act)
    law = law_of(case, act, background)
    facts = facts_of(message, case, act, contact, background, law)
    rendered = render(key, facts, language, source=source)
    return Said(facts=facts, rendered=rendered, doubts=uncertain(law, facts, rendered))


def send_to_oneself(*, rendered: Rendered, to: str, mark: str) -> None:
    """Mail a tried text to the person who tries it, its subject marked; raise OSError or SMTPException."""
    mail = EmailMultiAlternatives(subject=f"{mark} {rendered.subject}", body=rendered.text, to=[to])
    mail.attach_alternative(rendered.html, "text/html")
    mail.send()
