"""The routes of « Tableau de bord »."""

from django.urls import path

from acquit.web.dashboard import views

app_name = "dashboard"
urlpatterns = [path("", views.index, name="index")]
