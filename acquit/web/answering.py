"""What views share: whose rows they show, how they refuse, and where they send the reader on."""

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.utils.translation import get_language

from acquit.flows.material.errors import Impossible
from acquit.store.accounts.models import Creditor
from acquit.web.formats import spoken
from acquit.web.toast import toast


class See(HttpResponseRedirect):
    """Sends the reader on by GET after what he posted: a reload repeats nothing."""

    status_code = 303


def creditor_of(request: HttpRequest) -> Creditor:
    """Return the creditor whose rows are shown; a person without one sees no page."""
    creditor: Creditor | None = request.creditor  # type: ignore[attr-defined]
    if creditor is None:
        raise Http404
    return creditor


def impossible(error: Impossible) -> str:
    """Return why a thing cannot be done, in the language of the screen."""
    return error.french if spoken(get_language() or "fr") == "fr" else str(error)


def refused(request: HttpRequest, error: Impossible) -> None:
    """Say on the next screen why a thing could not be done."""
    toast(request, impossible(error), tone="danger")
