"""The routes of the clients."""

from django.urls import path

from acquit.web.clients.index import index

app_name = "accounts"
urlpatterns = [
    path("", index, name="index"),
]
