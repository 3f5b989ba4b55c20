"""The routes of « Réglages »."""

from django.urls import path

from acquit.web.setup import rates, sources, views

app_name = "settings"
urlpatterns = [
    path("", views.index, name="index"),
    path("taux/", rates.index, name="rates"),
    path("taux/saisir/", rates.enter, name="enter_rate"),
    path("taux/importer/", rates.enter_file, name="enter_rates"),
    path("taux/<int:key>/retirer/", rates.remove, name="remove_rate"),
    path("sources/", sources.index, name="sources"),
    path("sources/<int:key>/", sources.change, name="change_source"),
    path("sources/<int:key>/retirer/", sources.retire, name="retire_source"),
    path("sources/<int:key>/reprendre/", sources.resume, name="resume_source"),
]
