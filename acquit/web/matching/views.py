"""« Rapprochement », read: the tabs, one line, the search, the statements."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from acquit.store.bank.models import BankLine
from acquit.web.answering import creditor_of
from acquit.web.components import Link
from acquit.web.matching.dividing import Draft
from acquit.web.matching.page import At, Opened, answer, at
from acquit.web.matching.statements import statements_of


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show one tab; among what is to verify, the first line to choose is open."""
    return answer(request, at(request))


def found_line(here: At, key: int) -> BankLine:
    """Return a credit or a return of the creditor, or raise Http404: no other debit concerns a client."""
    ours = BankLine.objects.filter(Q(direction="credit") | Q(is_return=True), creditor=here.creditor)
    return get_object_or_404(ours, pk=key)


@login_required
@require_safe
def line(request: HttpRequest, key: int) -> HttpResponse:
    """Show a line open among the others; one that waits no more says what became of it."""
    here = at(request)
    return answer(request, here, Opened(key=found_line(here, key).pk))


@login_required
@require_safe
def aside(request: HttpRequest, key: int) -> HttpResponse:
    """Show a line open with the reasons for which it may be set aside."""
    here = at(request)
    return answer(request, here, Opened(key=found_line(here, key).pk, aside=True))


@login_required
@require_safe
def search(request: HttpRequest, key: int) -> HttpResponse:
    """Show a line open with the search of what it may pay, and what was chosen so far."""
    here = at(request)
    return answer(request, here, Opened(key=found_line(here, key).pk, draft=Draft.read(request.GET)))


@login_required
@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """Show the statements of each bank account, and what is missing between them."""
    link = Link(label=gettext("Importer un relevé"), url=reverse("imports:index"))
    context = {"accounts": statements_of(creditor_of(request)), "import_link": link}
    return render(request, "matching/statements.html", context)
