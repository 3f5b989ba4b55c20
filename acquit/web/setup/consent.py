"""A mailbox at Microsoft or Google: its owner consents in his browser, and comes back with a code.

The state belongs to the session that asked, is good once, and for ten minutes. What comes back is shown
before anything is kept: GET never writes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from acquit.channels.email.oauth import GOOGLE, MICROSOFT, Application, NotGranted, consent_url, exchanged
from acquit.store.secrets import Sealed, seal, unseal
from acquit.web.answering import See
from acquit.web.toast import toast

#: Who signs people in, as they call themselves.
NAMES = {MICROSOFT: "Microsoft 365", GOOGLE: "Google"}
#: How long a consent may take.
_LASTS = timedelta(minutes=10)
_ASKED, _BROUGHT = "mailbox_consent_asked", "mailbox_consent_brought"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for: for which form (and mailbox, if there is one), as which application."""

    application: Application
    mailbox_id: int | None
    typed: QueryDict
    user: str
    state: str
    verifier: str
    until: datetime
    code: str = ""


def ask(
    request: HttpRequest, *, application: Application, mailbox_id: int | None, typed: QueryDict, user: str
) -> HttpResponse:
    """Send the reader on to the page from which he goes to consent; an earlier question is forgotten."""
    asked = Asked(
        application=application, mailbox_id=mailbox_id, typed=typed, user=user,
        state=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(64), until=timezone.now() + _LASTS,
    )  # fmt: skip
    _put(request, _ASKED, asked)
    return See(reverse("settings:consent"))


def redirect_uri() -> str:
    """Return the address to register with Microsoft or Google: there people come back."""
    return f"{settings.ACQUIT_BASE_URL}{reverse('settings:consent_back')}"


@login_required
@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """Lead to where the consent is given: by a link, since a form may lead to our own pages only."""
    asked = _get(request, _ASKED)
    if asked is None:
        return _again(request)
    there = consent_url(
        asked.application, user=asked.user, redirect_uri=redirect_uri(), state=asked.state,
        verifier=asked.verifier, url=settings.ACQUIT_OAUTH_CONSENT_URLS[asked.application.by],
    )  # fmt: skip
    context = {"there": there, "by": NAMES[asked.application.by], "user": asked.user}
    return render(request, "setup/consent.html", context)


@login_required
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Take what the consent brought, once, if it is the answer to our question; say what follows."""
    asked = _get(request, _ASKED)
    if asked is None or not secrets.compare_digest(
        request.GET.get("state", "").encode(), asked.state.encode()
    ):
        return _again(request)
    del request.session[_ASKED]
    by, code = NAMES[asked.application.by], request.GET.get("code", "")
    if not code:
        why = request.GET.get("error_description") or request.GET.get("error") or "?"
        words = gettext("%(by)s n’a pas donné d’accord, et rien n’est enregistré\u00a0: %(why)s")
        toast(request, words % {"by": by, "why": why[:300]}, tone="danger")
        return See(reverse("settings:mailboxes"))
    _put(request, _BROUGHT, asked, code=code)
    return render(request, "setup/consent_back.html", {"by": by, "user": asked.user})


def brought(request: HttpRequest) -> tuple[Asked, str, str] | NotGranted | None:
    """Return, once, what was asked with the refresh and the access token that its code is good for."""
    asked = _get(request, _BROUGHT)
    request.session.pop(_BROUGHT, None)
    if asked is None:
        return None
    try:
        token = exchanged(
            asked.application, code=asked.code, redirect_uri=redirect_uri(), verifier=asked.verifier,
            token_url=settings.ACQUIT_OAUTH_TOKEN_URLS[asked.application.by],
        )  # fmt: skip
    except NotGranted as error:
        return error
    return asked, token.refresh_token, token.access_token


def _again(request: HttpRequest) -> HttpResponse:
    words = gettext("Cette demande d’accord n’a plus cours\u00a0: recommencez depuis la boîte.")
    toast(request, words, tone="danger")
    return See(reverse("settings:mailboxes"))


def _put(request: HttpRequest, key: str, asked: Asked, *, code: str = "") -> None:
    application = asked.application
    request.session[key] = seal({
        "by": application.by, "client_id": application.client_id, "tenant": application.tenant,
        "client_secret": application.client_secret, "mailbox": str(asked.mailbox_id or ""),
        "typed": asked.typed.urlencode(), "user": asked.user, "state": asked.state,
        "verifier": asked.verifier, "until": asked.until.isoformat(), "code": code,
    })  # fmt: skip


def _get(request: HttpRequest, key: str) -> Asked | None:
    """Return what the session holds, unless its time is over."""
    try:
        kept = unseal(request.session.get(key, ""))
    except Sealed:
        return None
    if not kept or datetime.fromisoformat(kept["until"]) < timezone.now():
        return None
    return Asked(
        application=Application(
            by=kept["by"], client_id=kept["client_id"], tenant=kept["tenant"],
            client_secret=kept["client_secret"],
        ),
        mailbox_id=int(kept["mailbox"]) if kept["mailbox"] else None, typed=QueryDict(kept["typed"]),
        user=kept["user"], state=kept["state"], verifier=kept["verifier"], code=kept["code"],
        until=datetime.fromisoformat(kept["until"]),
    )  # fmt: skip
