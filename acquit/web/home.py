"""The first page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from acquit.web import navigation


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send the reader to the first page of the side bar."""
    first = next(iter(navigation.shown(request)), None)
    return redirect(first.url) if first else render(request, "home.html")
