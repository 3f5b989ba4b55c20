"""The routes of the clients."""

from django.urls import path

from acquit.web.clients import messages
from acquit.web.clients.account import account, act, undo
from acquit.web.clients.documents import invoice
from acquit.web.clients.index import index

app_name = "accounts"
urlpatterns = [
    path("", index, name="index"),
    path("<int:key>/", account, name="account"),
    path("<int:key>/messages/<int:message_key>/", messages.message, name="message"),
    path("<int:key>/preuves/<int:evidence_key>/", messages.copy, name="copy"),
    path("<int:key>/preuves/<int:evidence_key>/cadre/", messages.frame, name="frame"),
    path("<int:key>/factures/<int:invoice_key>/", invoice, name="invoice"),
    path("<int:key>/annuler/<slug:slug>/<int:subject_key>/", undo, name="undo"),
    path("<int:key>/<slug:slug>/", act, name="act"),
    path("<int:key>/<slug:slug>/<int:subject_key>/", act, name="act"),
]
