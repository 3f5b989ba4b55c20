"""« Impression »: choose the letters of the day, print them, say what was posted."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from acquit.flows.material.errors import Impossible
from acquit.flows.outbox.print_letters import batch_pdf, close_batch, open_batch
from acquit.store.accounts.models import Creditor
from acquit.store.outbox.models import PAPER, Message, PrintBatch, PrintedLetter
from acquit.web.answering import See, creditor_of, refused
from acquit.web.toast import toast
from acquit.web.words import CHANNELS, language, said

#: A batch that a person can fold and post in one go; the others wait for the next.
MOST = 500
_CLOSED_SHOWN = 10


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the letters that wait, and the batches that were printed."""
    creditor = creditor_of(request)
    waiting = _waiting(creditor)
    batches = PrintBatch.objects.filter(creditor=creditor).select_related("opened_by").order_by("-opened_at")
    counted = batches.annotate(
        count=Count("letters"), posted=Count("letters", filter=Q(letters__outcome="posted"))
    )
    context = {
        "letters": [_line(message) for message in waiting[:MOST]],
        "count": waiting.count(),
        "most": MOST,
        "open_batches": list(counted.filter(closed_at=None)),
        "closed_batches": list(counted.exclude(closed_at=None)[:_CLOSED_SHOWN]),
        "today": timezone.localdate(),
    }
    return render(request, "printing/index.html", context)


@login_required
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take the letters that were ticked to the printer."""
    creditor = creditor_of(request)
    try:
        opened = open_batch(
            organisation_id=creditor.organisation_id, creditor_id=creditor.pk,
            message_ids=_ids(request, "message")[:MOST], today=timezone.localdate(), now=timezone.now(),
            by=request.user.pk, language=language(),
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
        return See(reverse("printing:index"))
    if opened.elsewhere:
        words = ngettext(
            "%(count)s lettre est déjà à l’impression dans un autre lot\u00a0: elle n’est pas dans celui-ci.",
            "%(count)s lettres sont déjà à l’impression dans un autre lot\u00a0: elles ne sont pas dans "
            "celui-ci.",
            opened.elsewhere,
        )
        toast(request, words % {"count": opened.elsewhere}, tone="warn")
    return See(reverse("printing:batch", args=[opened.batch_id]))


@login_required
@require_safe
def batch(request: HttpRequest, key: int) -> HttpResponse:
    """Show a batch in the order of its envelopes, to print it and to say what was posted."""
    found = _batch(request, key)
    letters = found.letters.select_related("message__debtor", "message__account").order_by("number")
    context = {
        "batch": found,
        "letters": [(letter, _line(letter.message)) for letter in letters],
        "pages": sum(letter.pages for letter in letters),
        "today": timezone.localdate(),
    }
    return render(request, "printing/batch.html", context)


@login_required
@require_safe
def letters(request: HttpRequest, key: int) -> HttpResponse:
    """Hand over the letters behind their cover list: the same bytes each time."""
    found = _batch(request, key)
    pdf = batch_pdf(organisation_id=found.organisation_id, batch_id=key)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="lettres-{found.printed_on}-{key}.pdf"'
    return response


@login_required
@require_POST
def close(request: HttpRequest, key: int) -> HttpResponse:
    """Record that the letters that are ticked were posted; the others wait again."""
    found = _batch(request, key)
    inside = set(found.letters.values_list("message_id", flat=True))
    posted = set() if "none" in request.POST else set(_ids(request, "message"))
    numbers = {one: request.POST.get(f"number-{one}", "")[:60] for one in inside}
    try:
        closed = close_batch(
            organisation_id=found.organisation_id, batch_id=key, put_back=inside - posted, numbers=numbers,
            now=timezone.now(), by=request.user.pk,
        )  # fmt: skip
    except Impossible as error:
        refused(request, error)
        return See(reverse("printing:batch", args=[key]))
    words = [ngettext("%(count)s lettre postée.", "%(count)s lettres postées.", closed.posted)]
    if closed.put_back:
        words.append(ngettext("%(back)s remise en attente.", "%(back)s remises en attente.", closed.put_back))
    toast(request, " ".join(words) % {"count": closed.posted, "back": closed.put_back})
    return See(reverse("printing:index"))


def _batch(request: HttpRequest, key: int) -> PrintBatch:
    found = PrintBatch.objects.select_related("opened_by", "closed_by")
    return get_object_or_404(found, pk=key, creditor=creditor_of(request))


def _waiting(creditor: Creditor) -> QuerySet[Message]:
    """Return the letters that nobody has at the printer, the longest waiting first."""
    taken = PrintedLetter.objects.filter(
        organisation_id=OuterRef("organisation_id"), message=OuterRef("pk"), outcome=""
    )
    return (
        Message.objects.filter(
            ~Exists(taken), creditor=creditor, channel__in=PAPER, state="handed_over"
        )
        .select_related("debtor", "account")
        .order_by("claimed_at", "id")
    )  # fmt: skip


def _line(message: Message) -> dict[str, object]:
    return {
        "message": message,
        "kind": said(CHANNELS, message.channel),
        "registered": message.channel != "letter",
    }


def _ids(request: HttpRequest, name: str) -> list[int]:
    return [int(one) for one in request.POST.getlist(name) if one.isdecimal() and len(one) < 19]
