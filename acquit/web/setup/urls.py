"""The routes of « Réglages »."""

from django.urls import path

from acquit.web.setup import (
    carriers,
    identities,
    mailboxes,
    news,
    rates,
    reporting,
    sources,
    subscriptions,
    views,
)

app_name = "settings"
urlpatterns = [
    path("", views.index, name="index"),
    path("taux/", rates.index, name="rates"),
    path("taux/saisir/", rates.enter, name="enter_rate"),
    path("taux/importer/", rates.enter_file, name="enter_rates"),
    path("taux/<int:key>/retirer/", rates.remove, name="remove_rate"),
    path("rapports/", reporting.index, name="reporting"),
    path("sources/", sources.index, name="sources"),
    path("sources/<int:key>/", sources.change, name="change_source"),
    path("sources/<int:key>/retirer/", sources.retire, name="retire_source"),
    path("sources/<int:key>/reprendre/", sources.resume, name="resume_source"),
    path("boites/", mailboxes.index, name="mailboxes"),
    path("boites/nouvelle/", mailboxes.add, name="add_mailbox"),
    path("boites/<int:key>/", mailboxes.change, name="mailbox"),
    path("boites/<int:key>/essayer/", mailboxes.attempt, name="try_mailbox"),
    path("boites/<int:key>/pause/", mailboxes.pause, name="pause_mailbox"),
    path("boites/<int:key>/reprendre/", mailboxes.resume, name="resume_mailbox"),
    path("boites/<int:key>/retirer/", mailboxes.remove, name="remove_mailbox"),
    path("boites/<int:key>/continuer/", mailboxes.without, name="without_mailbox"),
    path("boites/<int:key>/attendre/", mailboxes.wait, name="wait_mailbox"),
    path("envois/", carriers.index, name="carriers"),
    path("envois/nouvelles/", news.index, name="news"),
    path("envois/nouvelles/<int:key>/rattacher/", news.tie, name="tie_news"),
    path("envois/nouvelles/<int:key>/ecarter/", news.set_aside, name="set_news_aside"),
    path("envois/expediteurs/", identities.index, name="identities"),
    path("envois/expediteurs/retirer/", identities.forget, name="forget_identity"),
    path("envois/notifications/", subscriptions.index, name="subscriptions"),
    path("envois/notifications/<int:key>/retirer/", subscriptions.end, name="end_subscription"),
    path("envois/notifications/<int:key>/essayer/", subscriptions.attempt, name="try_subscription"),
    path("envois/nouveau/<slug:channel>/<slug:provider>/", carriers.add, name="add_carrier"),
    path("envois/<int:key>/", carriers.change, name="carrier"),
    path("envois/<int:key>/essayer/", carriers.attempt, name="try_carrier"),
    path("envois/<int:key>/pause/", carriers.pause, name="pause_carrier"),
    path("envois/<int:key>/reprendre/", carriers.resume, name="resume_carrier"),
    path("envois/<int:key>/retirer/", carriers.retire, name="retire_carrier"),
    path("envois/<int:key>/remettre/", carriers.use, name="use_carrier"),
]
