"""The routes of « Imports »."""

from django.urls import path

from acquit.web.imports import quarantine, views, waiting

app_name = "imports"
urlpatterns = [
    path("", views.index, name="index"),
    path("attente/<int:key>/", waiting.look, name="waiting"),
    path("attente/<int:key>/relire/", waiting.again, name="again"),
    path("attente/<int:key>/importer/", waiting.agree, name="agree"),
    path("attente/<int:key>/abandonner/", waiting.drop, name="drop"),
    path("<int:key>/", views.file, name="file"),
    path("<int:key>/brut/", views.raw, name="raw"),
    path("<int:key>/lignes.csv", views.lines, name="lines"),
    path("ligne/<int:key>/", quarantine.correct, name="row"),
    path("ligne/<int:key>/ecarter/", quarantine.drop, name="drop_row"),
]
