"""One message that waits, in full: why, to whom, and word for word what leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils.translation import gettext, ngettext

from acquit.core.decision import Act, Decision, Reason
from acquit.core.scenario import Scenario, Step
from acquit.flows.material.contact import contacts_for
from acquit.flows.material.deciding import decide_case
from acquit.flows.material.leaving import prepare
from acquit.flows.material.notice import checked_letter
from acquit.flows.material.saying import Said, say, step_of
from acquit.flows.material.sms_cost import sms_cost, sms_price
from acquit.store.accounts.models import Contact
from acquit.store.encoding import decode_reasons, decode_total
from acquit.store.facts import Case, CaseLoader
from acquit.store.ledger.models import Invoice
from acquit.store.outbox.models import PAPER, Evidence, Message
from acquit.web import formats
from acquit.web.balances import Owed, owed_by
from acquit.web.components import Because, Mail, Why
from acquit.web.steps import StepNames, scenario_name
from acquit.web.uncertain import Told, told
from acquit.web.words import CHANNELS, language, reason_chip
from acquit.web.words import said as worded
from acquit.web.worklist.words import Unsaid, unsaid
from acquit.wording import say_reason
from acquit.wording.template import Unsayable


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Where a message stands in its scenario."""

    scenario: str
    marks: tuple[str, ...]
    words: str
    tone: int


class Reading:
    """A message with the case behind it, looked at as it will be just before it leaves."""

    def __init__(self, message: Message, *, now: datetime) -> None:
        self.message, self.now = message, now
        self.loader = CaseLoader(message.organisation_id, now)
        self.case: Case = self.loader.one(message.account_id, in_flight=False)
        self.decision: Decision = decide_case(self.case)
        found = contacts_for(message.organisation_id, [(message.debtor_id, message.channel)])
        self.contact: Contact | None = found.get((message.debtor_id, message.channel))

    @property
    def today(self) -> date:
        """The creditor's day."""
        return self.case.today

    @cached_property
    def act(self) -> Act | None:
        """The decision of now, where it still asks for this very message."""
        decision = self.decision
        same = isinstance(decision, Act) and (decision.step, decision.channel) == (
            self.message.step,
            self.message.channel,
        )
        return decision if same and isinstance(decision, Act) else None

    @cached_property
    def said(self) -> Said | None:
        """The words of the message as of now; None where it cannot be said or is not wanted any more."""
        if self.act is None or self.message.state in ("handed_over", "sending"):
            return None
        try:
            said = say(self.message, self.case, self.act, self.contact)
            if self.message.channel in PAPER:
                checked_letter(said.rendered, said.facts, self.case.language)
        except Unsayable as error:
            self._unsaid = unsaid(error)
            return None
        return said

    _unsaid: Unsaid | None = None

    @property
    def doubts(self) -> Told:
        """What the message claims by the law that less than two sources establish, in words."""
        return Told() if self.said is None else told(self.said.doubts)

    @property
    def on_paper(self) -> bool:
        """Whether the message is a letter, which has a PDF to look at."""
        return self.message.channel in PAPER

    @property
    def problem(self) -> Unsaid | None:
        """Why the message cannot be written, if it cannot."""
        _ = self.said
        if self._unsaid is None and self.act is not None and self.contact is None:
            return Unsaid(
                words=gettext("Aucun contact de ce client n’a d’adresse valable pour ce canal."),
                mend="client",
            )
        return self._unsaid

    def document(self) -> bytes | None:
        """Return the letter as it would be printed."""
        if self.act is None:
            return None
        leaving = prepare(self.message, self.case, self.act, self.contact, self.now)
        return None if leaving is None else leaving.frozen.content

    @cached_property
    def frozen(self) -> Evidence | None:
        """What was frozen, once a message was handed over or tried."""
        return Evidence.objects.filter(message=self.message).order_by("-frozen_at", "-id").first()

    @cached_property
    def owed(self) -> list[Owed]:
        """What the account owes, by currency."""
        return owed_by([self.message.account_id], today=self.today).get(self.message.account_id, [])

    @cached_property
    def plan(self) -> Scenario | None:
        """The scenario that the message comes from."""
        plans = [self.case.scenario, *(term.scenario for term in self.case.snapshot.terms)]
        return next((one for one in plans if one and one.key == self.message.scenario), self.case.scenario)

    @cached_property
    def step(self) -> Step | None:
        """The step that the message does."""
        if self.act is not None:
            return step_of(self.case, self.act)
        return self.plan.step(self.message.step) if self.plan else None

    @property
    def step_words(self) -> str:
        """What the step is called."""
        return StepNames([self.plan] if self.plan else []).name(self.message.scenario, self.message.step)

    @property
    def kind_words(self) -> str:
        """What the channel and the step are called; a call named « Appel » is named once."""
        channel = worded(CHANNELS, self.message.channel)
        step = self.step_words
        return step if step.startswith(channel) else f"{channel} · {step}"

    @cached_property
    def track(self) -> Track | None:
        """The way of the listed terms through the scenario."""
        plan, step = self.plan, self.step
        if plan is None or step is None:
            return None
        listed = set(self.message.listed)
        terms = [term for term in self.case.snapshot.terms if term.key in listed]
        done = {one.step for term in terms for one in term.done}
        at = plan.positions.get(step.key, 0)
        marks = tuple(
            "now" if position == at else "done" if one.key in done else "skip" if position < at else ""
            for position, one in enumerate(plan.steps)
        )
        words = gettext("étape %(at)s sur %(all)s") % {"at": at + 1, "all": len(plan.steps)}
        if terms:
            late = (self.today - min(term.due for term in terms)).days
            words += f", {formats.step_day(late, language=language())}"
        return Track(scenario=scenario_name(plan), marks=marks, words=words, tone=step.tone)

    def why(self) -> Why:
        """Return why this message: the reason that decided, then those that weighed."""
        decided = self.act.reasons if self.act else decode_reasons(self.message.reasons)
        title = {
            "phone": gettext("Pourquoi cet appel"),
            "letter": gettext("Pourquoi cette lettre"),
            "registered_letter": gettext("Pourquoi cette lettre"),
        }.get(self.message.channel, gettext("Pourquoi ce message"))
        if not decided:
            return Why(title=title, lead="—")
        lead = say_reason(decided[0].code, decided[0].params, language())
        return Why(title=title, lead=lead, reasons=tuple(self._weighed(decided[1:])))

    def _weighed(self, reasons: Sequence[Reason]) -> list[Because]:
        weighed = [_because(reason) for reason in reasons]
        sent = self.case.snapshot.contacts
        if sent:
            last = formats.day(max(one.on for one in sent), language=language())
            words = ngettext(
                "%(count)s contact dans les 60 derniers jours, le dernier le %(day)s.",
                "%(count)s contacts dans les 60 derniers jours, le dernier le %(day)s.",
                len(sent),
            )
            weighed.append(Because(words=words % {"count": len(sent), "day": last}, icon="history"))
        habit = self.case.snapshot.habit_days
        if habit is not None and habit > 0:
            words = gettext("Ce client règle d’ordinaire %(days)s après l’échéance.")
            weighed.append(
                Because(words=words % {"days": formats.days(habit, language=language())}, icon="clock")
            )
        return weighed

    def changed(self) -> str:
        """Return why the facts of now do not want the message any more, or an empty text."""
        if self.act is not None or self.message.state in ("handed_over", "sending", "failed"):
            return ""
        reason = self.decision.reasons[0]
        return say_reason(reason.code, reason.params, language())

    def mail(self, *, frame_url: str) -> Mail | None:
        """Return the message as it leaves; None where it cannot be said."""
        message, said = self.message, self.said
        if said is not None:
            subject, text = said.rendered.subject, said.rendered.text
        elif message.subject and self.frozen is not None:
            subject, text = message.subject, self._frozen_text()
        else:
            return None
        attached = len(self._attached())
        words = ngettext("%(count)s PDF", "%(count)s PDF", attached) % {"count": attached}
        if message.channel == "sms":
            text = text.strip()
            words, attached = self._sms_words(text), 1
        return Mail(
            to=self.recipients(),
            subject=subject,
            attachments=words if attached else "",
            frame_url=frame_url if message.channel == "email" and said is not None else "",
            plain=text,
        )

    def _sms_words(self, text: str) -> str:
        """Return in how many parts an SMS leaves, and what that costs."""
        cost = sms_cost(text, sms_price(self.message.organisation_id, self.message.creditor_id))
        words = ngettext("%(count)s SMS", "%(count)s SMS", cost.parts.count) % {"count": cost.parts.count}
        if not cost.parts.is_gsm:
            words += gettext(", à cause de caractères hors de l’alphabet des SMS")
        if cost.total is None:
            return words
        return f"{words}, {formats.price(cost.total.amount, cost.total.currency, language=language())}"

    def _frozen_text(self) -> str:
        if self.frozen is not None and self.frozen.media_type.startswith("text/plain"):
            return bytes(self.frozen.content).decode("utf-8", "replace")
        return self.message.body

    def _attached(self) -> list[str]:
        found = Invoice.objects.filter(terms__id__in=self.message.listed, document__isnull=False)
        return (
            list(found.distinct().values_list("number", flat=True)) if self.message.channel == "email" else []
        )

    def recipients(self) -> tuple[str, ...]:
        """Return the person and the address."""
        address = self.message.recipient
        if self.contact is None:
            return (address,) if address else (self.case.name,)
        if self.message.channel in ("phone", "sms"):
            address = self.contact.phone or address
        elif self.message.channel == "email":
            address = self.contact.email or address
        else:
            city = f"{self.contact.postcode} {self.contact.city}".strip()
            address = ", ".join([*self.contact.address.splitlines(), city]) if city else address
        return tuple(part for part in (self.contact.name, address) if part)

    @property
    def sums(self) -> str:
        """What the message asks for."""
        total = self.act.total if self.act else decode_total(self.message.total)
        return " + ".join(formats.amount(one.amount, one.currency, language=language()) for one in total)


def _because(reason: Reason) -> Because:
    found = reason_chip(reason.code)
    tone = {"info": "accent"}.get(found.tone, found.tone) if found else ""
    words = say_reason(reason.code, reason.params, language())
    return Because(words=words, icon=found.icon if found else "check", tone=tone)
