"""The routes of « Rapports »."""

from django.urls import path

from acquit.web.reports import lists, views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("echeances/", lists.items, name="items"),
    path("promesses/liste/", lists.promises, name="promises"),
    path("<slug:slug>/", views.report, name="report"),
]
