"""The routes of « Réglages »."""

from django.urls import path

from acquit.web.setup import carriers, identities, reporting, sources, views

app_name = "settings"
urlpatterns = [
    path("", views.index, name="index"),
    path("rapports/", reporting.index, name="reporting"),
    path("sources/", sources.index, name="sources"),
    path("sources/<int:key>/", sources.change, name="change_source"),
    path("sources/<int:key>/retirer/", sources.retire, name="retire_source"),
    path("sources/<int:key>/reprendre/", sources.resume, name="resume_source"),
    path("envois/", carriers.index, name="carriers"),
    path("envois/expediteurs/", identities.index, name="identities"),
    path("envois/expediteurs/retirer/", identities.forget, name="forget_identity"),
    path("envois/nouveau/<slug:channel>/<slug:provider>/", carriers.add, name="add_carrier"),
    path("envois/<int:key>/", carriers.change, name="carrier"),
    path("envois/<int:key>/essayer/", carriers.attempt, name="try_carrier"),
    path("envois/<int:key>/pause/", carriers.pause, name="pause_carrier"),
    path("envois/<int:key>/reprendre/", carriers.resume, name="resume_carrier"),
    path("envois/<int:key>/retirer/", carriers.retire, name="retire_carrier"),
    path("envois/<int:key>/remettre/", carriers.use, name="use_carrier"),
]
