"""The routes of « Envois »."""

from django.urls import path

from acquit.web.outbox import actions, views

app_name = "outbox"
urlpatterns = [
    path("", views.index, name="index"),
    path("imprimees/", actions.printed, name="printed"),
    path("<int:key>/", views.message, name="message"),
    path("<int:key>/preuve/<int:evidence>/", views.evidence, name="evidence"),
    path("<int:key>/preuve/<int:evidence>/cadre/", views.frame, name="frame"),
    path("<int:key>/trancher/", actions.resolve, name="resolve"),
    path("<int:key>/acheminement/", actions.arrived, name="arrived"),
    path("<int:key>/reessayer/", actions.retry, name="retry"),
    path("<int:key>/renoncer/", actions.drop, name="give_up"),
]
