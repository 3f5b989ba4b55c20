"""The first page."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from acquit.store.accounts.models import Account
from acquit.web import navigation
from acquit.web.organisation import CREDITOR, ORGANISATION


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send the reader to the dashboard; before there is any client, to the page that says how to begin."""
    if getattr(request, "creditor", None) is None:
        first = next(iter(navigation.shown(request)), None)
        return redirect(first.url) if first else render(request, "home.html")
    return redirect("dashboard:index" if Account.objects.exists() else "start:index")


@login_required
@require_POST
def choose_creditor(request: HttpRequest) -> HttpResponse:
    """Work for another creditor of the organisation, from now on."""
    chosen = request.POST.get("creditor", "")
    if not any(str(one.pk) == chosen for one in request.creditors):  # type: ignore[attr-defined]
        raise Http404
    request.session[CREDITOR] = int(chosen)
    return redirect("home")


@login_required
@require_POST
def choose_organisation(request: HttpRequest) -> HttpResponse:
    """Work in another organisation to which the person belongs, from now on."""
    chosen = request.POST.get("organisation", "")
    if not any(str(one.organisation_id) == chosen for one in request.memberships):  # type: ignore[attr-defined]
        raise Http404
    request.session[ORGANISATION] = int(chosen)
    request.session.pop(CREDITOR, None)
    return redirect("home")
