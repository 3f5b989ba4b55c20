"""The page of the first steps."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from acquit.web.answering import creditor_of
from acquit.web.start.steps import steps_of


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show what is set up and what is not."""
    steps = steps_of(creditor_of(request))
    done = sum(step.done for step in steps)
    return render(request, "start/index.html", {"steps": steps, "done": done, "all": done == len(steps)})
