"""Every component on one page, with invented facts: shown to staff, and to everyone under DEBUG."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from acquit.web.gallery import samples


def sheet(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    if not (settings.DEBUG or request.user.is_staff):
        raise Http404
    return render(request, "gallery/sheet.html", samples.everything())
