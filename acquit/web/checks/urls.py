"""The routes of « Contrôle des données »."""

from django.urls import path

from acquit.web.checks import views

app_name = "checks"
urlpatterns = [
    path("", views.index, name="index"),
    path("fusionner/", views.merge, name="merge"),
    path("fusions/<int:key>/annuler/", views.undo, name="undo"),
    path("doublons/<int:key>/", views.duplicate, name="duplicate"),
    path("doublons/<int:key>/annuler/", views.again, name="ask_again"),
]
