from django.urls import path

from acquit.web.hooks.views import take_news

app_name = "hooks"

urlpatterns = [path("<str:token>/", take_news, name="news")]
