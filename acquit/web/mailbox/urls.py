"""The routes of the demo's mailbox; there are none without a demo."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, path

from acquit.web.mailbox import views

app_name = "mailbox"
urlpatterns: list[URLPattern] = []
if settings.DEMO_MAILBOX:
    urlpatterns = [
        path("", views.index, name="index"),
        path("<str:key>/", views.index, name="mail"),
        path("<str:key>/html/", views.html, name="html"),
    ]
