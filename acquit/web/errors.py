"""The pages for what went wrong. They lean on nothing that may be what broke: no query, no session."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer 403."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answer 404, also for what belongs to another organisation."""
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer 500 without the context processors, one of which may have failed."""
    return HttpResponse(render_to_string("500.html"), status=500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form whose CSRF token is missing or old (CSRF_FAILURE_VIEW)."""
    return render(request, "403_csrf.html", status=403)
