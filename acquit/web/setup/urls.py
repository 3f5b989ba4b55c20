"""The routes of « Réglages »."""

from django.urls import path

from acquit.web.setup import views

app_name = "settings"
urlpatterns = [path("", views.index, name="index")]
