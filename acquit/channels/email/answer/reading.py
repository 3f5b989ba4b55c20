"""A mail that came in, read whole: what it is, what was said in it, what to propose to a person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from acquit.channels.email.answer.automatic import AutoReply, auto_reply_of
from acquit.channels.email.answer.bounce import Bounce, bounce_of
from acquit.channels.email.answer.concept import CONCEPTS
from acquit.channels.email.answer.inbound import Inbound, parse
from acquit.channels.email.answer.proposal import Proposal, propose
from acquit.channels.email.answer.strip import Stripped, strip
from acquit.channels.email.answer.text import folded
from acquit.channels.email.answer.words import Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A mail that came in, read. `proposal` never acts by itself."""

    inbound: Inbound
    stripped: Stripped
    proposal: Proposal
    bounce: Bounce | None = None
    auto_reply: AutoReply | None = None

    @property
    def holds(self) -> bool:
        """Whether its account waits until a person has read it (F-46): all but bounces and auto-replies."""
        return self.proposal.kind not in {"bounce", "auto_reply"} or not (self.bounce or self.auto_reply)


def read(content: bytes, *, received_on: date, ours: tuple[str, ...] = ()) -> Answer:
    """Return the mail in `content`, any bytes at all, as an answer.

    `ours` are the addresses that we send from.
    """
    inbound = parse(content)
    stripped = strip(inbound.text, cited=inbound.cited, sender_name=inbound.sender.name)
    bounce = bounce_of(inbound, ours=ours)
    if bounce is not None:
        code = "not_delivered" if bounce.gave_up else "delivery_late"
        return Answer(inbound=inbound, stripped=stripped, bounce=bounce,
                      proposal=Proposal(kind="bounce", score=1.0, reasons=(Why(code),)))  # fmt: skip
    on = inbound.written_on(received_on)
    known = frozenset({inbound.sender.address, *inbound.recipients, *(one.lower() for one in ours)})
    proposal = propose(stripped.said, on=on, known=known)
    if not stripped.said:
        proposal = replace(proposal, kind="other", score=0.0, reasons=(Why("nothing_said"),))
    automatic = auto_reply_of(inbound, on=on)
    if automatic is not None:
        proposal = _by_machine(proposal, automatic, stripped.said)
    return Answer(inbound=inbound, stripped=stripped, proposal=proposal, auto_reply=automatic)


def _by_machine(proposal: Proposal, automatic: AutoReply, said: str) -> Proposal:
    """Return the proposal for what a machine sent: a payment advice by an accounting program is news."""
    told = Why(f"by_{automatic.by}")
    away = CONCEPTS["away"].search(folded(said[:4000]))
    unclear = proposal.kind == "other" and automatic.by != "generated"
    if automatic.by == "receipt" or proposal.kind == "auto_reply" or away or unclear:
        return replace(proposal, kind="auto_reply", score=1.0, reasons=(told,), day=automatic.away_through,
                       amount=None, category="", address="")  # fmt: skip
    return replace(proposal, reasons=(told, *proposal.reasons))
