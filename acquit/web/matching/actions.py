"""What a person does with bank lines: accept, choose, share out, set aside, reopen, undo."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from acquit.flows.bank.match_line import (
    HandPart,
    WriteOff,
    accept_above,
    accept_proposal,
    match_by_hand,
    reopen_by_return,
)
from acquit.flows.bank.set_aside_line import refuse_proposal, set_aside, take_back
from acquit.flows.bank.undo_match import undo_match
from acquit.flows.material.errors import Impossible, LineTaken
from acquit.store.accounts.models import Account
from acquit.store.bank.models import BankLine, BankMatch
from acquit.store.ledger.models import Payment, Term
from acquit.web import formats
from acquit.web.answering import See, refused
from acquit.web.matching.dividing import Draft, shares_of
from acquit.web.matching.lines import SURE, sure_ids, waiting
from acquit.web.matching.page import At, Opened, answer, at
from acquit.web.matching.rows import ON_ACCOUNT, Row, rows_of
from acquit.web.matching.views import found_line
from acquit.web.matching.words import sums_words
from acquit.web.toast import toast
from acquit.web.words import language, money

#: What was accepted or set aside together, so that it can be undone together.
BATCHES = "matched"


def _shown(here: At) -> tuple[int, ...]:
    return waiting(here.creditor, group=here.group, page=here.page).ids


def _onward(here: At, place: int) -> See:
    """Send the reader to the line that took the place of the one that is dealt with."""
    left = _shown(here)
    if not left:
        return See(reverse("matching:index"))
    return See(here.url("line", left[min(place, len(left) - 1)]))


def _place(here: At, key: int) -> int:
    shown = _shown(here)
    return shown.index(key) if key in shown else 0


def _decided(
    request: HttpRequest,
    here: At,
    line: BankLine,
    decide: Callable[[], object],
    *,
    words: str,
    undo: str = "undo",
) -> HttpResponse:
    """Do one thing with a line and go on to the next; a refusal shows the line as it is by now."""
    place = _place(here, line.pk)
    try:
        decide()
    except Impossible as error:
        refused(request, error)
        return See(here.url("line", line.pk))
    toast(request, words, undo_url=here.url(undo, line.pk))
    return _onward(here, place)


def _sum(line: BankLine) -> str:
    return money(line.amount - line.matched, line.currency)


@login_required
@require_POST
def accept(request: HttpRequest, key: int) -> HttpResponse:
    """Accept the proposal that was chosen, or leave the money on the client's account."""
    here = at(request)
    line = found_line(here, key)
    row = rows_of([key], opened=key)[key]
    if not row.waits:
        return _taken(request, here, key)
    choice = request.POST.get("choix", "")
    if choice not in {option.value for option in row.options}:
        words = gettext("Choisissez ce que la ligne paie\u00a0: les propositions ont pu changer entre-temps.")
        toast(request, words, tone="warn")
        return See(here.url("line", key))
    name, _dash, account = choice.partition("-")

    def decide() -> None:
        if name == ON_ACCOUNT:
            match_by_hand(
                organisation_id=line.organisation_id, line_id=key, now=here.now, by=request.user.pk,
                parts=[HandPart(account_id=int(account), term_id=None, amount=row.rest)],
            )  # fmt: skip
        else:
            accept_proposal(
                organisation_id=line.organisation_id, line_id=key, rank=int(name), now=here.now,
                by=request.user.pk,
            )  # fmt: skip

    return _decided(request, here, line, decide, words=gettext("%(sum)s imputés.") % {"sum": _sum(line)})


def _taken(request: HttpRequest, here: At, key: int) -> See:
    """Say that somebody dealt with the line meanwhile, and show it as it is by now."""
    refused(request, LineTaken())
    return See(here.url("line", key))


@login_required
@require_POST
def accept_many(request: HttpRequest) -> HttpResponse:
    """Accept every sure proposal, but for the lines that were unticked or that changed meanwhile."""
    here = at(request)
    sure = sure_ids(here.creditor)
    shown = set(_keys(request, "montree")) & set(sure)
    ticked = set(request.POST.getlist("ligne"))
    kept = {key for key, row in rows_of(sorted(shown)).items() if _as_seen(row) in ticked}
    asked = [key for key in sure if key in kept or key not in shown]
    accepted = accept_above(
        organisation_id=here.creditor.organisation_id, creditor_id=here.creditor.pk, score=SURE,
        now=here.now, by=request.user.pk, only=asked,
    )  # fmt: skip
    if not accepted.lines:
        toast(request, gettext("Aucune proposition n’est à accepter."), tone="warn")
        return See(here.url("index"))
    sums = [(total, currency) for currency, total in accepted.total.items()]
    words = ngettext(
        "%(count)s ligne rapprochée, %(sum)s.", "%(count)s lignes rapprochées, %(sum)s.", accepted.lines
    ) % {"count": _count(accepted.lines), "sum": sums_words(sums)}
    made = BankMatch.objects.filter(line_id__in=asked, matched_at=here.now, undone_at=None)
    batch = _kept(request, sorted(set(made.values_list("line_id", flat=True))))
    toast(request, words, undo_url=here.url("undo_many", batch))
    return See(here.url("index"))


def _as_seen(row: Row) -> str:
    """Return what the tick box of a line posts: the line, and its proposal as it is now."""
    return f"{row.line.pk}-{row.offer.seen}" if row.offer is not None else ""


def _keys(request: HttpRequest, name: str) -> list[int]:
    return [int(one) for one in request.POST.getlist(name) if one.isdecimal() and len(one) < 12]


def _count(number: int) -> str:
    return formats.number(number, decimals=0, language=language())


def _kept(request: HttpRequest, keys: list[int]) -> str:
    batch = secrets.token_hex(6)
    request.session[BATCHES] = {batch: keys}
    return batch


@login_required
@require_POST
def undo_many(request: HttpRequest, batch: str) -> HttpResponse:
    """Undo what was accepted together."""
    here = at(request)
    keys = request.session.pop(BATCHES, {}).get(batch)
    if keys is None:
        raise Http404
    back = 0
    for key in keys:
        try:
            undo_match(
                organisation_id=here.creditor.organisation_id, line_id=key, on=here.today, now=here.now,
                by=request.user.pk,
            )  # fmt: skip
        except Impossible:
            continue
        back += 1
    words = ngettext("%(count)s rapprochement annulé.", "%(count)s rapprochements annulés.", back)
    toast(request, words % {"count": _count(back)}, tone="ok" if back == len(keys) else "warn")
    return See(here.url("index"))


@login_required
@require_POST
def undo(request: HttpRequest, key: int) -> HttpResponse:
    """Undo what was made of a line: its invoices are owed again."""
    here = at(request)
    line = found_line(here, key)
    try:
        undo_match(
            organisation_id=line.organisation_id, line_id=key, on=here.today, now=here.now, by=request.user.pk
        )
    except Impossible as error:
        refused(request, error)
    else:
        toast(request, gettext("Rapprochement annulé\u00a0: la ligne est de nouveau à vérifier."))
    return See(here.url("line", key))


@login_required
@require_POST
def divide(request: HttpRequest, key: int) -> HttpResponse:
    """Search, add or drop an invoice; or match the line with what was chosen."""
    here = at(request)
    line = found_line(here, key)
    draft = Draft.read(request.POST)
    asked, _colon, which = request.POST.get("faire", "").partition(":")
    row = rows_of([key], opened=key)[key]
    if not row.waits:
        return _taken(request, here, key)
    if asked != "imputer":
        return See(here.url("search", key, query=_changed(draft, asked, which, row).query))
    shares, draft = shares_of(draft, row, here.creditor)
    if shares is None:
        response = answer(request, here, Opened(key=key, draft=draft))
        response.headers["HX-Push-Url"] = here.url("search", key, query=draft.query)
        return response

    def decide() -> None:
        match_by_hand(
            organisation_id=line.organisation_id, line_id=key, now=here.now, by=request.user.pk,
            parts=[HandPart(account_id=a, term_id=t, amount=m) for a, t, m in shares.parts],
            write_off=[WriteOff(term_id=t, amount=m, kind=k) for t, m, k in shares.written_off],
            because=draft.because,
        )  # fmt: skip

    return _decided(request, here, line, decide, words=gettext("%(sum)s imputés.") % {"sum": _sum(line)})


def _changed(draft: Draft, asked: str, which: str, row: Row) -> Draft:
    """Return the draft after one of its buttons was pressed; a mere search changes nothing."""
    if not which.isdecimal() or len(which) > 11:
        return draft
    if asked == "ajouter":
        term = Term.objects.filter(pk=int(which), account__creditor=row.line.creditor_id).first()
        if term is None:
            return draft
        left, owed = row.rest - draft.placed, term.amount - term.allocated
        return draft.adding(term.pk, min(owed, left) if left > 0 else owed)
    if asked == "retirer":
        return draft.dropping(int(which))
    return replace(draft, account=int(which)) if asked == "chez" else draft


@login_required
@require_POST
def reopen(request: HttpRequest, key: int) -> HttpResponse:
    """Take back the payment that a returned debit says came back: its invoices are owed again."""
    here = at(request)
    line = found_line(here, key)
    chosen = request.POST.get("reglement", "")
    if not chosen.isdecimal() or len(chosen) > 11:
        toast(request, gettext("Choisissez d’abord le règlement qui est revenu."), tone="warn")
        return See(here.url("line", key))
    payment = get_object_or_404(Payment, pk=int(chosen), account__creditor=here.creditor)

    def decide() -> None:
        reopen_by_return(
            organisation_id=line.organisation_id, line_id=key, payment_id=payment.pk, now=here.now,
            by=request.user.pk,
        )  # fmt: skip

    words = gettext("Règlement de %(sum)s repris\u00a0: la facture redevient ouverte.")
    return _decided(request, here, line, decide, words=words % {"sum": _sum(line)})


@login_required
@require_POST
def refuse(request: HttpRequest, key: int) -> HttpResponse:
    """Rule an account out: the line is never proposed to it again."""
    here = at(request)
    line = found_line(here, key)
    account = request.POST.get("compte", "")
    found = get_object_or_404(
        Account.objects.select_related("debtor"),
        pk=int(account) if account.isdecimal() and len(account) < 12 else 0, creditor=here.creditor,
    )  # fmt: skip
    try:
        refuse_proposal(
            organisation_id=line.organisation_id, line_id=key, account_id=found.pk, now=here.now,
            by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
    else:
        words = gettext("Noté\u00a0: cette ligne ne vient pas de %(name)s.")
        toast(request, words % {"name": found.debtor.name})
    return See(here.url("line", key))


@login_required
@require_POST
def set_line_aside(request: HttpRequest, key: int) -> HttpResponse:
    """Set a line aside with its reason: it is nobody's payment."""
    here = at(request)
    line = found_line(here, key)
    because = _because(request)

    def decide() -> None:
        set_aside(
            organisation_id=line.organisation_id, line_id=key, because=because, now=here.now,
            by=request.user.pk,
        )  # fmt: skip

    words = gettext("Ligne écartée\u00a0: %(because)s.") % {"because": because.rstrip(".")}
    return _decided(request, here, line, decide, words=words, undo="take_back")


def _because(request: HttpRequest) -> str:
    chosen = request.POST.get("reason", "")
    return (request.POST.get("other", "") if chosen in ("other", "") else chosen).strip()[:200]


@login_required
@require_POST
def set_aside_many(request: HttpRequest) -> HttpResponse:
    """Set the lines that were ticked aside, for one reason."""
    here = at(request)
    ours = BankLine.objects.filter(pk__in=_keys(request, "ecarter"), creditor=here.creditor)
    done = 0
    try:
        for key in ours.order_by("id").values_list("id", flat=True):
            set_aside(
                organisation_id=here.creditor.organisation_id, line_id=key, because=_because(request),
                now=here.now, by=request.user.pk,
            )  # fmt: skip
            done += 1
    except Impossible as error:
        refused(request, error)
    if done:
        words = ngettext("%(count)s ligne écartée.", "%(count)s lignes écartées.", done)
        toast(request, words % {"count": _count(done)})
    elif not ours:
        toast(request, gettext("Cochez d’abord les lignes à écarter."), tone="warn")
    return See(here.url("index"))


@login_required
@require_POST
def take_line_back(request: HttpRequest, key: int) -> HttpResponse:
    """Take a line back among those to verify."""
    here = at(request)
    line = found_line(here, key)
    try:
        take_back(organisation_id=line.organisation_id, line_id=key, now=here.now, by=request.user.pk)
    except Impossible as error:
        refused(request, error)
    else:
        toast(request, gettext("Ligne reprise\u00a0: elle est de nouveau à vérifier."))
    return See(here.url("line", key))
