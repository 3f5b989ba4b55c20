"""What a message says: the facts of a case and a decision, handed to the words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from acquit.channels.sms.alphabet import fitted
from acquit.core.decision import THANKS, Act
from acquit.core.exclusion import Asked, examine
from acquit.core.money import Money, totals
from acquit.core.reference import NoReference, creditor_reference
from acquit.core.regimes.doubt import Doubt
from acquit.core.scenario import Scenario, Stage, Step
from acquit.core.snapshot import TermFacts
from acquit.flows.material.background import Background, Matched, background_of, reference_of
from acquit.flows.material.notice import check_words
from acquit.flows.material.penalties import Law, penalties_of
from acquit.flows.material.uncertain import uncertain
from acquit.store.accounts.models import Contact, Creditor
from acquit.store.facts import Case
from acquit.store.outbox.models import PAPER, Identity, Message
from acquit.store.reach import registered_email_of
from acquit.wording import facts as said
from acquit.wording.render import Rendered, render, template_for, template_said
from acquit.wording.template import Unsayable

#: Days that a reminder leaves for the payment to arrive.
_REPLY_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message in words, with the facts behind them.

    `doubts` are for whoever reads it before it leaves, never for the debtor: what it claims by the law
    that rests on less than two sources.
    """

    facts: said.MessageFacts
    rendered: Rendered
    doubts: tuple[Doubt, ...] = ()


def say(
    message: Message, case: Case, act: Act, contact: Contact | None, background: Background | None = None
) -> Said:
    """Return what `message` says today. Raises wording's Unsayable when a word is missing.

    Without its `background`, which may have been read for many messages, it is read here.
    """
    background = background or background_of(message, act)
    law = law_of(case, act, background)
    facts = facts_of(message, case, act, contact, background, law)
    key = template_of(case, act)
    rendered = render(
        key,
        facts,
        case.language,
        source=background.templates.source(key, case.language, debtor_id=message.debtor_id),
        override_subject=message.subject if message.edited else None,
        override_body=message.body if message.edited else None,
    )
    if act.channel == "sms":
        rendered = replace(rendered, text=fitted(rendered.text))
    check_words(rendered, facts, background.creditor, case.language)
    return Said(facts=facts, rendered=rendered, doubts=uncertain(law, facts, rendered))


def template_of(case: Case, act: Act) -> str:
    """Return the template of the step that `act` does; a broken promise has its own words."""
    step = step_of(case, act)
    if step is None:
        return template_for(THANKS, act.channel)
    return template_said(step.template, act.stage, act.channel, broken=_broken(act) is not None)


def step_of(case: Case, act: Act) -> Step | None:
    """Return the step of `act` in the scenario that it comes from; None for the thank-you."""
    plans: list[Scenario] = [t.scenario for t in case.snapshot.terms if t.scenario is not None]
    if case.scenario is not None:
        plans.insert(0, case.scenario)
    found = (plan.step(act.step) for plan in plans if plan.key == act.scenario)
    return next((step for step in found if step is not None), None)


def law_of(case: Case, act: Act, background: Background) -> Law:
    """Return what the law adds to what the message lists.

    Raises Unsayable where a formal notice needs a rate that nobody entered.
    """
    law = penalties_of(case, _listed(case, act), background.matched.receipts, background.settled)
    if law.missing and act.stage is Stage.FORMAL_NOTICE:
        raise Unsayable("missing_rate", law.missing)
    return law


def facts_of(  # noqa: PLR0917  what one message is made of
    message: Message, case: Case, act: Act, contact: Contact | None, background: Background, law: Law
) -> said.MessageFacts:
    """Return everything that the message may say."""
    creditor, matched = background.creditor, background.matched
    step = step_of(case, act)
    listed = _listed(case, act)
    lines = tuple(_line(t, case, background, law) for t in listed)
    thanks = act.step == THANKS
    return said.MessageFacts(
        creditor=_creditor(creditor),
        sender=_sender(creditor, background.identity),
        recipient=_recipient(contact, case),
        debtor=said.Debtor(
            name=case.name, kind=case.snapshot.kind, external_id=case.external_id,
            siren=background.siren or None, country=case.country,
        ),
        lines=() if thanks else lines,
        today=case.today,
        step=act.step,
        stage=act.stage.words,
        tone=step.tone if step else 0,
        language=case.language,
        reply_by=case.calendar.next_working(case.today + _REPLY_WITHIN),
        reply_to=(background.identity and background.identity.reply_to) or _reply_to(creditor, message),
        reference=reference_of(act.stage.words, message.planned_on, message.id),
        payment_reference=_payment_reference(case, listed),
        qr_cid=_qr_cid(creditor, case, act, message),
        answer_to=_answers(creditor, message, background.identity),
        answer_token=message.reply_token or None,
        attachments=_attachments(background),
        statement=_statement(case, background, law) if step and "statement" in step.attach else (),
        credits=() if thanks else _credits(case, listed),
        penalties=law.penalties,
        partial_payments=() if thanks else _received(matched, listed, since=_last_contact(background)),
        broken_promise=_broken(act),
        thanks_for=_received(matched, listed, since=date.min) if thanks else (),
        previous_reminders=_previous(background, case),
        first_letter=_first_letter(background, case),
        registered=message.channel == "registered_letter", registered_number="",
    )  # fmt: skip


def _listed(case: Case, act: Act) -> list[TermFacts]:
    """Return the terms that the message lists, the oldest due first."""
    listed = [t for t in case.snapshot.terms if t.key in set(act.listed)]
    return sorted(listed, key=lambda t: (t.due, t.invoice))


def _qr_cid(creditor: Creditor, case: Case, act: Act, message: Message) -> str | None:
    """Name the code of the transfer in the mails of those who read it; making it costs a mail's time."""
    for_him = creditor.transfer_code == "everybody" or (
        creditor.transfer_code == "consumers" and case.snapshot.kind == "consumer"
    )
    return f"transfer.{message.id}@acquit" if for_him and act.channel == "email" else None


def _answers(creditor: Creditor, message: Message, identity: Identity | None) -> str | None:
    """Return where « this is not for me » is read."""
    chosen = identity.reply_to or identity.email if identity is not None else ""
    return chosen or _reply_to(creditor, message) or creditor.sender_email or None


def _attachments(background: Background) -> tuple[said.Attachment, ...]:
    """Return the invoices of the message that we have as PDF."""
    return tuple(
        said.Attachment(name=f"{document.number}.pdf".replace("/", "-"), content=document.content)
        for document in background.documents
    )


def _statement(case: Case, background: Background, law: Law) -> tuple[said.InvoiceLine, ...]:
    """Return every open term of the account, the oldest due first: what its statement lists."""
    terms = sorted((t for t in case.snapshot.terms if t.open), key=lambda t: (t.due, t.invoice))
    return tuple(_line(term, case, background, law) for term in terms)


def _sender(creditor: Creditor, identity: Identity | None) -> said.Sender:
    """Return who writes: whom the creditor chose for this stage, else the creditor's own sender."""
    if identity is not None:
        phone = identity.phone or creditor.sender_phone
        title = _title(creditor) if identity.name == creditor.signatory else None
        return said.Sender(name=identity.name, title=title, phone=phone or None, email=identity.email)
    return said.Sender(
        name=creditor.sender_name or creditor.signatory or creditor.name,
        title=_title(creditor),
        phone=creditor.sender_phone or None,
        email=creditor.sender_email or None,
    )


def _title(creditor: Creditor) -> str | None:
    """The title of the signatory stands only under his own name."""
    own = creditor.sender_name in ("", creditor.signatory)
    return creditor.signatory_title or None if own else None


def _creditor(row: Creditor) -> said.Creditor:
    city = " ".join(filter(None, (row.postcode, row.city)))
    lines = [line for line in row.address.splitlines() if line.strip()]
    return said.Creditor(
        name=row.name, country=row.country, language=row.language,
        legal_form=row.legal_form or None, capital=row.capital or None, siren=row.siren or None,
        rcs_city=row.registry_city or None, vat_number=row.vat_number or None,
        address=(*lines, city) if city else tuple(lines), city=row.city or None,
        iban=row.iban or None, bic=row.bic or None, phone=row.sender_phone or None,
        email=row.sender_email or None, signatory=row.signatory or None,
        signatory_title=row.signatory_title or None, colour=row.colour or None,
        collects_for=(row.collects_for_others and row.collects_for.strip()) or None,
    )  # fmt: skip


_CIVILITIES = {
    "m.": "Monsieur", "m": "Monsieur", "monsieur": "Monsieur", "mr": "Mr", "mr.": "Mr",
    "mme": "Madame", "mme.": "Madame", "madame": "Madame", "ms": "Ms", "ms.": "Ms",
    "mrs": "Mrs", "mrs.": "Mrs",
}  # fmt: skip


def _recipient(contact: Contact | None, case: Case) -> said.Recipient:
    if contact is None:
        return said.Recipient(name=case.name, country=case.country)
    first, _, rest = contact.name.partition(" ")
    civility = _CIVILITIES.get(first.lower())
    person = rest.strip() if civility else contact.name.strip()
    lines = [line for line in contact.address.splitlines() if line.strip()]
    city = " ".join(filter(None, (contact.postcode, contact.city)))
    return said.Recipient(
        name=contact.name or None, civility=civility if person else None,
        last_name=person.split()[-1] if civility and person else None,
        role=contact.role or None, email=contact.email or None, phone=contact.phone or None,
        address=tuple(filter(None, (case.name, *lines, city))) if lines else (),
        country=contact.country or case.country,
        registered_email=registered_email_of(contact, case.snapshot.kind) or None,
    )  # fmt: skip


def _line(term: TermFacts, case: Case, background: Background, law: Law) -> said.InvoiceLine:
    asked = examine(term, case.snapshot, case.calendar, case.today)
    amount = asked.amount if isinstance(asked, Asked) else term.open
    return said.InvoiceLine(
        number=term.invoice, issued_on=term.issued, due_on=term.due,
        days_late=(case.today - term.due).days, original=term.amount, open=term.open,
        currency=term.currency, credited=background.matched.credited(term.key),
        paid=sum((a for _, a in background.matched.paid(term.key)), Decimal(0)),
        disputed=term.open - amount, interest=law.interest.get(term.key),
        fixed_sum=law.fixed_sums.get(term.key), term=background.instalments.get(term.key),
    )  # fmt: skip


def _reply_to(creditor: Creditor, message: Message) -> str | None:
    if creditor.reply_domain and message.reply_token:
        return f"reply+{message.reply_token}@{creditor.reply_domain}"
    return None


def _payment_reference(case: Case, listed: list[TermFacts]) -> str | None:
    """The invoice's own reference when there is one invoice, else the account's."""
    numbers = {term.invoice for term in listed}
    wanted = numbers.pop() if len(numbers) == 1 else case.external_id
    for number in (wanted, case.external_id):
        try:
            return creditor_reference(number)
        except NoReference:
            continue
    return None


def _credits(case: Case, listed: list[TermFacts]) -> tuple[Money, ...]:
    """What nobody matched yet, one sum per currency of the message: the total takes it off."""
    currencies = {term.currency for term in listed}
    unmatched = totals(Money(c.amount, c.currency) for c in case.snapshot.credits)
    return tuple(money for money in unmatched if money.currency in currencies and money.amount)


def _received(matched: Matched, listed: list[TermFacts], *, since: date) -> tuple[said.PaymentReceived, ...]:
    sums: dict[tuple[date, str], tuple[Decimal, list[str]]] = {}
    for term in listed:
        for on, amount in matched.paid(term.key):
            if on < since:
                continue
            before, invoices = sums.get((on, term.currency), (Decimal(0), []))
            sums[on, term.currency] = (before + amount, [*invoices, term.invoice])
    return tuple(
        said.PaymentReceived(
            amount=Money(amount, currency), received_on=on, invoices=tuple(dict.fromkeys(invoices))
        )
        for (on, currency), (amount, invoices) in sorted(sums.items())
    )


def _last_contact(background: Background) -> date:
    """Only money that came since the last message is news to the debtor."""
    return background.sent[-1].at.date() if background.sent else date.min


def _previous(background: Background, case: Case) -> tuple[date, ...]:
    reminders = (one.at for one in background.sent if one.stage in ("reminder", "formal notice"))
    return tuple(dict.fromkeys(at.astimezone(case.creditor.zone).date() for at in reminders))


def _first_letter(background: Background, case: Case) -> said.FirstLetter | None:
    """Return the first letter that left, where the creditor recovers for another."""
    if not background.creditor.collects_for_others:
        return None
    for one in background.sent:
        if one.channel in PAPER and one.stage in ("reminder", "formal notice"):
            sent_on = one.at.astimezone(case.creditor.zone).date()
            return said.FirstLetter(reference=one.reference, sent_on=sent_on)
    return None


def _broken(act: Act) -> said.BrokenPromise | None:
    """Return the promise of his own; a day reckoned from a status (211) is none of his words."""
    for reason in act.reasons:
        if reason.code == "broken_promise" and "code" not in reason.params:
            return said.BrokenPromise(
                until=reason.params["until"], invoices=tuple(reason.params.get("invoices", ()))
            )
    return None
