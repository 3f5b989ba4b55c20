"""The routes of the scenarios."""

from django.urls import path

from acquit.web.scenarios import views

app_name = "scenarios"
urlpatterns = [
    path("", views.index, name="index"),
    path("nouveau/", views.write, name="new"),
    path("<slug:key>/", views.scenario, name="scenario"),
    path("<slug:key>/modifier/", views.write, name="write"),
    path("<slug:key>/simulation/", views.simulation, name="simulation"),
    path("<slug:key>/exporter/", views.export, name="export"),
    path("<slug:key>/par-defaut/", views.make_default, name="default"),
]
