"""The routes of « Habitudes de paiement »."""

from django.urls import path

from acquit.web.payers import views

app_name = "payers"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:key>/repondre/", views.answer, name="answer"),
]
