"""The routes of « Impression »."""

from django.urls import path

from acquit.web.printing import views

app_name = "printing"
urlpatterns = [
    path("", views.index, name="index"),
    path("ouvrir/", views.take, name="open"),
    path("<int:key>/", views.batch, name="batch"),
    path("<int:key>/lettres.pdf", views.letters, name="letters"),
    path("<int:key>/clore/", views.close, name="close"),
]
