"""The routes of « Réglages »."""

from django.urls import path

from acquit.web.setup import sources, views

app_name = "settings"
urlpatterns = [
    path("", views.index, name="index"),
    path("sources/", sources.index, name="sources"),
    path("sources/<int:key>/", sources.change, name="change_source"),
    path("sources/<int:key>/retirer/", sources.retire, name="retire_source"),
    path("sources/<int:key>/reprendre/", sources.resume, name="resume_source"),
]
