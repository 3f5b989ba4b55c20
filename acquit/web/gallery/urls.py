"""The route of the sheet of components."""

from django.urls import path

from acquit.web.gallery.views import sheet

app_name = "gallery"
urlpatterns = [path("composants/", sheet, name="sheet")]
