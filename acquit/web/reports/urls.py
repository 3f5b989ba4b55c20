"""The routes of « Rapports »."""

from django.urls import path

from acquit.web.reports import lists, views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("liste/<slug:slug>/", lists.listing, name="list"),
    path("<slug:slug>/", views.report, name="report"),
]
