"""The routes of « Modèles »."""

from django.urls import path

from acquit.web.texts import views

app_name = "texts"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:key>/<str:tongue>/", views.text, name="text"),
    path("<slug:key>/<str:tongue>/apercu/", views.preview, name="preview"),
    path("<slug:key>/<str:tongue>/essai/", views.test, name="test"),
    path("<slug:key>/<str:tongue>/reprendre/", views.restore, name="restore"),
    path("<slug:key>/<str:tongue>/comparer/", views.compare, name="compare"),
    path("comparaisons/<int:number>/arreter/", views.end, name="end"),
]
