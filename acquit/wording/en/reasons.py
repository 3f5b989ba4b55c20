"""English sentences of the reason codes: a fact, "because", a cause, what follows."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.wording.reasons import Sentence, Words

_CHANNELS = {
    "email": "e-mail address", "letter": "postal address", "registered_letter": "postal address",
    "phone": "phone number", "sms": "mobile number",
}  # fmt: skip
_STATUSES = {
    "208": "the buyer suspended it", "210": "the buyer refused it", "213": "the platform rejected it",
    "209": "the buyer is looking at the document that was missing", "220": "it is cancelled",
    "221": "it was lost on its way", "227": "the account to pay is contested",
    "501": "it is inadmissible",
}  # fmt: skip


def _which(words: Words) -> str:
    count, numbers = words.numbers(lambda rest: f"{rest} others")
    return f"{'invoice' if count == 1 else 'invoices'} {numbers}" if count else "what is due"


def _plural(words: Words, one: str, many: str) -> str:
    return many if words.numbers(str)[0] > 1 else one


def _since(before: str, words: str) -> str:
    return f"{before}{words}" if words else ""


def _paid(words: Words) -> str:
    if words.word("code"):
        return f"No reminder for {_which(words)} because status 212 declares it collected."
    return "No reminder because everything is paid."


def _insolvent(words: Words) -> str:
    return (
        f"Reminders stopped because insolvency proceedings are open{_since(' since ', words.day('on'))}."
        " The claim must be filed with the administrator."
    )


def _mailbox_silent(words: Words) -> str:
    return (
        "No reminder because the mailbox in which customers answer could not be read"
        f"{_since(' since ', words.day('on'))}: there may be an answer."
        " Reminders resume as soon as it is read."
    )


def _stale(words: Words) -> str:
    return (
        "Reminders suspended because the bank or ledger data are no longer up to date"
        f"{_since(' since ', words.day('on'))}. They resume at the next import."
    )


def _possible_payment(words: Words) -> str:
    received = f"{_since(' on ', words.day('on'))}{_since(', of ', words.amount('amount'))}"
    comma = "," if words.amount("amount") else ""
    return (
        f"No reminder because a payment received{received}{comma} could cover this sum."
        " It remains to be matched."
    )


def _away(words: Words) -> str:
    cause = f"away until {words.day('until')}" if words.day("until") else "away"
    return f"No reminder today because the customer is {cause}. It waits for the return."


def _partly_disputed(words: Words) -> str:
    amount = words.amount("amount")
    left_out = f"{amount} is not asked" if amount else "A part is not asked"
    return f"{left_out} because {_which(words)} {_plural(words, 'is', 'are')} disputed in part."


def _promised(words: Words) -> str:
    amount, until, look = words.amount("amount"), words.day("until"), words.day("look_on")
    promise = f"a payment{_since(' of ', amount)} is promised{_since(' for ', until)}"
    follows = f" Acquit checks on {look}." if look else ""
    return f"No reminder for {_which(words)} because {promise}.{follows}"


def _broken_promise(words: Words) -> str:
    until = words.day("until")
    if words.word("code"):
        expected = f", expected for {until}," if until else ""
        return (
            f"Reminder for {_which(words)} because the payment announced on the network{expected}"
            " did not arrive."
        )
    cause = f"the payment promised for {until}" if until else "the promised payment"
    return f"Reminder for {_which(words)} because {cause} did not arrive."


def _on_hold(words: Words) -> str:
    until, by, reason = words.day("until"), words.word("by"), words.word("reason")
    who = f"{by} suspended reminders" if by else "a person suspended reminders"
    end = f" until {until}" if until else ", with no end date"
    return f"No reminder for {_which(words)} because {who}{f' ({reason})' if reason else ''}{end}."


def _missing_from_list(words: Words) -> str:
    gone = _plural(words, "holds it no longer", "holds them no longer")
    return (
        f"No reminder for {_which(words)} because the newest complete list {gone}:"
        " a person must say whether it was complete."
    )


def _einvoice(words: Words) -> str:
    code = words.word("code")
    cause = _STATUSES.get(code, "the electronic invoice is stopped")
    status = f" (status {code})" if code else ""
    who = "" if code == "209" else " A person must see to it."
    return f"No reminder for {_which(words)} because {cause}{status}.{who}"


def _below_minimum(words: Words) -> str:
    total, minimum = words.amount("total"), words.amount("minimum")
    fact = f"No reminder for {total}" if total else "No reminder"
    return (
        f"{fact} because this sum is below the minimum {f'of {minimum}' if minimum else 'of the scenario'}."
    )


def _not_yet(words: Words) -> str:
    until = words.day("until")
    follows = f" on {until}" if until else " later"
    return f"No reminder today because the next step for {_which(words)} comes{follows}."


def _habit(words: Words) -> str:
    until = words.day("until")
    follows = f" The reminder waits for {until}." if until else ""
    return f"No reminder for {_which(words)} because this customer usually pays later.{follows}"


def _contact_gap(words: Words) -> str:
    on, days, most = words.day("on"), words.number("days"), words.number("most")
    if most is not None:
        return _too_many(words)
    cause = f"this customer was contacted on {on}" if on else "this customer was contacted just now"
    gap = "" if days is None else f"; {days} working days lie between two contacts"
    return f"No reminder today because {cause}{gap}."


def _too_many(words: Words) -> str:
    count, most = words.number("count"), words.number("most")
    times = f"{count} times" if count is not None else "often enough"
    limit = f" (at most {most})" if most is not None else ""
    return f"No reminder today because this customer was contacted {times} in 30 days{limit}."


def _not_working(words: Words) -> str:
    until = words.day("until")
    follows = f" The message leaves on {until}." if until else ""
    return f"No reminder today because it is not a working day.{follows}"


def _no_address(words: Words) -> str:
    missing = _CHANNELS.get(words.word("channel"), "address")
    return f"No reminder because a working {missing} is missing. A person must add it."


def _nobody_answers(_words: Words) -> str:
    return (
        "No reminder because nobody answers the telephone, and the step has no other way."
        " A person must choose what follows."
    )


def _asks(words: Words) -> str:
    above = words.amount("above")
    cause = f"the sum is above {above}" if above else "the scenario asks for it"
    return f"The message waits for a person's approval because {cause}."


def _volume(words: Words) -> str:
    count, usual = words.number("count"), words.number("usual")
    figures = ""
    if count is not None:
        figures = f" ({count} messages{f' against {usual} usually' if usual is not None else ''})"
    return f"Nothing left because the number of messages today is unusual{figures}. A person must confirm it."


def _step_reached(words: Words) -> str:
    days = words.number("days")
    count, _ = words.numbers(str)
    if days is not None and days > 0:
        since = "1 day" if days == 1 else f"{days} days"
        cause = f"is {since} overdue" if count <= 1 else f"are overdue, the oldest by {since}"
        return f"Reminder because {_which(words)} {cause}."
    if days is not None and count:
        when = "today" if days == 0 else f"in {-days} day{'s' if days < -1 else ''}"
        return f"Notice because {_which(words)} {_plural(words, 'falls', 'fall')} due {when}."
    return f"Reminder because the step is reached for {_which(words)}."


def _credit(words: Words) -> str:
    amount = words.amount("amount")
    fact = f"{amount} is taken off" if amount else "A sum is taken off"
    return f"{fact} what is asked because a credit note or payment is not allocated yet."


def _because(cause: str) -> Sentence:
    return lambda _words: f"No reminder because {cause}."


def _left_out(one: str, many: str) -> Sentence:
    return lambda words: f"No reminder for {_which(words)} because {_plural(words, one, many)}."


SENTENCES: Mapping[str, Sentence] = {
    "paid": _paid,
    "nothing_open": _because("nothing is owed"),
    "insolvent": _insolvent,
    "agency": _because("the file was handed to a third party for collection"),
    "intercompany": _because("this customer is a company of the group"),
    "written_off": _left_out("it is written off", "they are written off"),
    "erased": _because("this customer's data were erased"),
    "stale_data": _stale,
    "mailbox_silent": _mailbox_silent,
    "possible_payment": _possible_payment,
    "bank_change": lambda _words: (
        "Nothing left because the account to pay is contested. Two persons must verify it."
    ),
    "unread_reply": _because("an answer from the customer has not been read yet"),
    "away": _away,
    "disputed": _left_out("it is disputed", "they are disputed"),
    "partly_disputed": _partly_disputed,
    "promised": _promised,
    "broken_promise": _broken_promise,
    "on_hold": _on_hold,
    "missing_from_list": _missing_from_list,
    "instalment_plan": _left_out("its instalment plan is kept to", "their instalment plan is kept to"),
    "einvoice_stopped": _einvoice,
    "direct_debit": _left_out("it is paid by direct debit", "they are paid by direct debit"),
    "factored": _left_out("it is sold to the factor", "they are sold to the factor"),
    "below_minimum": _below_minimum,
    "not_yet": _not_yet,
    "habit": _habit,
    "contact_gap": _contact_gap,
    "too_many_contacts": _too_many,
    "not_a_working_day": _not_working,
    "window": lambda words: (
        "The message waits because the customer's sending hours are closed"
        f"{_since('. It leaves on ', words.day('until'))}."
    ),
    "no_address": _no_address,
    "nobody_answers": _nobody_answers,
    "asks_a_person": _asks,
    "first_list": lambda _words: (
        "Nothing left because the first list has not been accepted. A person must read it."
    ),
    "volume": _volume,
    "scenario_over": lambda words: (
        f"No reminder for {_which(words)} because every step of the scenario is done."
        " A person chooses what follows."
    ),
    "step_reached": _step_reached,
    "thanks_due": lambda words: f"Thanked because {_which(words)} {_plural(words, 'is paid', 'are paid')}.",
    "reopened": lambda words: (
        f"Reminders resumed for {_which(words)} because the payment came back or was unmatched."
    ),
    "time_barred": lambda words: (
        f"The message waits for a person's approval because {_which(words)} "
        f"{_plural(words, 'seems', 'seem')} time-barred."
    ),
    "partial_payment": lambda words: (
        f"Only the rest is asked because {_which(words)} {_plural(words, 'is', 'are')} paid in part."
    ),
    "unallocated_credit": _credit,
    "no_scenario": _because("no scenario applies to this customer"),
    "in_flight": _because("a message is already on its way"),
}
