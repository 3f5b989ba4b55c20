"""What every screen knows: the side bar, the creditors, how fresh the facts are, and today's date."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from acquit.web import navigation
from acquit.web.freshness import freshness


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give the base template what it draws around each page; a stranger sees none of it.

    What `request` knows of creditors and memberships, the tenancy middleware set; counts and freshness cost
    queries, so they are asked only when the whole page is drawn, never for a fragment.
    """
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    return {
        "today": timezone.localdate(),
        "creditor": getattr(request, "creditor", None) if known else None,
        "creditors": getattr(request, "creditors", ()) if known else (),
        "membership": getattr(request, "membership", None) if known else None,
        "memberships": getattr(request, "memberships", ()) if known else (),
        "navigation": SimpleLazyObject(lambda: navigation.shown(request)) if known else (),
        "freshness": SimpleLazyObject(lambda: freshness(request)) if known else None,
        "languages": settings.LANGUAGES,
    }
