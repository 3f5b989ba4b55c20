"""The routes of « Contrôle des données »."""

from django.urls import path

from acquit.web.checks import mailboxes, views

app_name = "checks"
urlpatterns = [
    path("", views.index, name="index"),
    path("fusionner/", views.merge, name="merge"),
    path("fusions/<int:key>/annuler/", views.undo, name="undo"),
    path("doublons/<int:key>/", views.duplicate, name="duplicate"),
    path("doublons/<int:key>/annuler/", views.again, name="ask_again"),
    path("boites/<int:key>/delai/", mailboxes.hours, name="mailbox_hours"),
    path("boites/<int:key>/continuer/", mailboxes.without, name="without_mailbox"),
    path("boites/<int:key>/attendre/", mailboxes.wait, name="wait_mailbox"),
]
