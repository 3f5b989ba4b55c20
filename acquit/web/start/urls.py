"""The route of « Mise en route »."""

from django.urls import path

from acquit.web.start import views

app_name = "start"
urlpatterns = [path("", views.index, name="index")]
