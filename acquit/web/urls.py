"""The routes of the web: one line a room."""

from django.urls import include, path

from acquit.web.home import choose_creditor, choose_organisation, home

urlpatterns = [
    path("", home, name="home"),
    path("societe/", choose_creditor, name="creditor"),
    path("mise-en-route/", include("acquit.web.start.urls")),
    path("organisation/", choose_organisation, name="organisation"),
    path("tableau-de-bord/", include("acquit.web.dashboard.urls")),
    path("a-traiter/", include("acquit.web.worklist.urls")),
    path("envois/", include("acquit.web.outbox.urls")),
    path("impression/", include("acquit.web.printing.urls")),
    path("rapprochement/", include("acquit.web.matching.urls")),
    path("imports/", include("acquit.web.imports.urls")),
    path("controle/", include("acquit.web.checks.urls")),
    path("reglages/", include("acquit.web.setup.urls")),
    path("clients/", include("acquit.web.clients.urls")),
    path("habitudes/", include("acquit.web.payers.urls")),
    path("scenarios/", include("acquit.web.scenarios.urls")),
    path("modeles/", include("acquit.web.texts.urls")),
    path("rapports/", include("acquit.web.reports.urls")),
    path("hooks/", include("acquit.web.hooks.urls")),
    path("boite/", include("acquit.web.mailbox.urls")),
    path("", include("acquit.web.gallery.urls")),
    path("accounts/", include("allauth.urls")),
    path("langue/", include("django.conf.urls.i18n")),
]

handler403 = "acquit.web.errors.forbidden"
handler404 = "acquit.web.errors.not_found"
handler500 = "acquit.web.errors.broken"
