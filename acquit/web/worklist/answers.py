"""What debtors wrote, read: the words, what they seem to say, and what a person may make of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from acquit.channels.email.answer.inbound import attached
from acquit.channels.email.answer.words import WORDS, Why, say
from acquit.store.accounts.models import Account, Debtor, folded
from acquit.store.answers.models import UNREAD, Answer, AnswerCandidate, AnswerFile
from acquit.store.ledger.models import Invoice
from acquit.web import components, formats
from acquit.web.answering import creditor_of
from acquit.web.balances import owed_by
from acquit.web.components import Because
from acquit.web.inert import inert
from acquit.web.words import Words, language, said
from acquit.web.worklist import forms
from acquit.web.worklist.page import At, Pane, answer, at
from acquit.web.worklist.proposal import proposal_words, sender_words
from acquit.web.worklist.words import KINDS, OUTCOMES

#: What a screen shows of a text; the whole of it can be downloaded.
MOST_SHOWN = 20_000
#: How many clients are proposed for an answer of nobody.
MOST_WHO = 8
#: How long reminders wait for a payment that was announced, or for a document to be sent.
PAUSE = timedelta(days=7)
#: class → the form that confirms it
_CONFIRMS = {
    "promise": "promesse", "dispute": "litige", "paid": "regle", "copy": "copie", "wrong_contact": "contact",
    "bank_details": "compte",
}  # fmt: skip
_WARNS = ("fraud_guard", "orders_nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that came along, and whether it may be taken."""

    position: int
    name: str
    kind: str
    size: str
    state: Words
    tone: str
    may_be_taken: bool


def of_creditor(here: At) -> QuerySet[Answer]:
    """Return the answers that the creditor may see: of its debtors, or of nobody yet."""
    has = Account.objects.filter(debtor_id=OuterRef("debtor_id"), creditor=here.creditor)
    loose = Q(debtor=None) & (Q(creditor=None) | Q(creditor=here.creditor))
    tied = Q(account__creditor=here.creditor) | Q(account=None) & Q(Exists(has))
    return Answer.objects.filter(loose | tied)


def found_answer(here: At, key: int) -> Answer:
    """Return an answer of the creditor, without its bytes, or raise Http404."""
    return get_object_or_404(
        of_creditor(here).defer("content").select_related("debtor", "account", "contact", "message"), pk=key
    )


def account_of(here: At, found: Answer) -> Account | None:
    """Return the account that the answer is about: its own, else the debtor's first at the creditor."""
    if found.account is not None or found.debtor_id is None:
        return found.account
    return Account.objects.filter(debtor_id=found.debtor_id, creditor=here.creditor).order_by("id").first()


@login_required
@require_safe
def show(request: HttpRequest, key: int) -> HttpResponse:
    """Show an answer."""
    here = at(request)
    return answer(request, here, answer_pane(here, key))


def answer_pane(here: At, key: int, **more: Any) -> Pane:
    """Return the reading pane of an answer."""
    found = found_answer(here, key)
    account = account_of(here, found)
    text = inert(found.text)
    words = inert(found.said) or text
    context: dict[str, Any] = {
        "answer": found,
        "account": account,
        "account_url": forms.account_url(account.pk) if account else "",
        "sender": sender_words(found),
        "name": inert(found.debtor.name) if found.debtor else sender_words(found),
        "owed": owed_by([account.pk], today=here.today).get(account.pk, []) if account else [],
        "kind_words": str(KINDS[found.kind][0]) if found.kind in KINDS else found.kind,
        "kind_icon": KINDS[found.kind][1] if found.kind in KINDS else "mail",
        "why": _why(found),
        "warnings": _warnings(found),
        "said": words[:MOST_SHOWN],
        "whole": text[:MOST_SHOWN] if text.strip() != words.strip() else "",
        "files": [_file(one) for one in AnswerFile.objects.filter(answer=found).order_by("position")],
        "unread": found.state == UNREAD,
        "done": _done(here, found),
        "confirm": _CONFIRMS.get(found.kind, ""),
        **more,
    }
    if found.state == UNREAD and account is not None:
        context |= _forms(here, found, account, more)
    if found.state == UNREAD and found.debtor_id is None:
        context |= _who(here, found)
    return Pane(template="worklist/read_answer.html", kind="answer", id=key, context=context)


def named_invoices(found: Answer, account: Account | None) -> list[Invoice]:
    """Return the invoices of the account that the answer names."""
    numbers = [str(one) for one in found.numbers]
    return list(Invoice.objects.filter(account=account, number__in=numbers).order_by("id"))


def _forms(here: At, found: Answer, account: Account, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return the forms of the classes, filled in with what was found; those with errors are in `more`."""
    amount = formats.number(found.amount, decimals=2, language=language()) if found.amount else None
    promised = {"until": found.day, "amount": amount} if found.kind == "promise" else {}
    named = named_invoices(found, account)
    contested = {
        "category": found.category or "other",
        "invoice": str(named[0].pk) if named else None,
        "amount": amount if found.kind == "dispute" else None,
    }
    pause = {"until": here.today + PAUSE}
    plain = {
        "promise_form": forms.PromiseForm(initial=promised, auto_id="promesse-%s"),
        "dispute_form": forms.DisputeForm(
            initial=contested, account_id=account.pk, auto_id="litige-%s", must_choose=not named
        ),
        "paid_form": forms.PauseForm(initial=pause, auto_id="regle-%s"),
        "copy_form": forms.PauseForm(initial=pause, auto_id="copie-%s"),
        "address": found.address,
    }
    return {name: value for name, value in plain.items() if name not in more}


def _who(here: At, found: Answer) -> dict[str, Any]:
    """Return who may have written, and the clients whose name was searched."""
    because = {
        "shared": gettext("adresse partagée"), "domain": gettext("même domaine"),
        "invoice": gettext("cite sa facture"),
    }  # fmt: skip
    candidates = (
        AnswerCandidate.objects.filter(answer=found).select_related("debtor").order_by("id")[:MOST_WHO]
    )
    known = Debtor.objects.filter(
        Exists(Account.objects.filter(debtor=OuterRef("pk"), creditor=here.creditor))
    )
    name = folded(here.searched.strip())
    clients = known.filter(folded_name__contains=name).order_by("folded_name", "id")[:MOST_WHO]
    return {
        "candidates": [(one.debtor, because.get(one.because, "")) for one in candidates[:MOST_WHO]],
        "searched": here.searched,
        "clients": list(clients) if name else [],
    }


def _why(found: Answer) -> components.Why:
    reasons = [
        Because(words=_capital(inert(say(Why(code, params), language()))), icon="message")
        for code, params in found.reasons
        if code in WORDS and code not in _WARNS
    ]
    return components.Why(
        title=gettext("Ce qu’Acquit a compris"), lead=f"{proposal_words(found)}.", reasons=tuple(reasons)
    )


def _warnings(found: Answer) -> list[str]:
    codes = [code for code, _params in found.reasons if code in _WARNS]
    if found.fraud_guard and "fraud_guard" not in codes:
        codes.append("fraud_guard")
    return [f"{_capital(say(Why(code), language()))}." for code in codes]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _done(here: At, found: Answer) -> str:
    """Return what became of an answer that was dealt with."""
    if found.state == UNREAD:
        return ""
    outcome = said(OUTCOMES, found.outcome) if found.outcome else gettext("Classé sans lecture")
    who = here.people.name(found.handled_by_id)
    return gettext("%(outcome)s, par %(who)s.") % {"outcome": outcome, "who": who} if who else f"{outcome}."


def _file(one: AnswerFile) -> File:
    states = {
        "clean": (gettext("Analysé, rien trouvé"), "ok"),
        "infected": (gettext("Infecté\u00a0: ne peut pas être pris"), "danger"),
    }
    state, tone = states.get(one.scan, (gettext("Pas encore analysé\u00a0: prudence"), "warn"))
    kilos = max(1, round(one.size / 1000))
    return File(
        position=one.position, name=inert(one.name), kind=one.media_type, state=state, tone=tone,
        size=gettext("%(size)s ko") % {"size": formats.number(kilos, decimals=0, language=language())},
        may_be_taken=one.scan != "infected",
    )  # fmt: skip


@login_required
@require_safe
def attachment(request: HttpRequest, key: int, position: int) -> HttpResponse:
    """Give a file that came along, never to be opened in the page; one that is infected is not given."""
    here = at(request)
    found = get_object_or_404(of_creditor(here), pk=key)
    file = get_object_or_404(AnswerFile, answer=found, position=position)
    if file.scan == "infected":
        raise Http404
    files = attached(bytes(found.content))
    if not 0 < position <= len(files):
        raise Http404
    return _download(files[position - 1], inert(file.name) or f"fichier-{position}")


@login_required
@require_safe
def original(request: HttpRequest, key: int) -> HttpResponse:
    """Give the mail as it came, bytes for bytes."""
    creditor_of(request)
    found = get_object_or_404(of_creditor(at(request)), pk=key)
    return _download(bytes(found.content), f"reponse-{key}.eml")


def _download(content: bytes, name: str) -> HttpResponse:
    """Answer with bytes that no browser shows or runs, whatever they are."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
