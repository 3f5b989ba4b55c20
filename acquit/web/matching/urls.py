"""The routes of « Rapprochement »."""

from django.urls import path

from acquit.web.matching import actions, views

app_name = "matching"
urlpatterns = [
    path("", views.index, name="index"),
    path("releves/", views.statements, name="statements"),
    path("accepter/", actions.accept_many, name="accept_many"),
    path("ecarter/", actions.set_aside_many, name="set_aside_many"),
    path("annuler/<slug:batch>/", actions.undo_many, name="undo_many"),
    path("ligne/<int:key>/", views.line, name="line"),
    path("ligne/<int:key>/ecarter/", views.aside, name="aside"),
    path("ligne/<int:key>/chercher/", views.search, name="search"),
    path("ligne/<int:key>/imputer/", actions.accept, name="accept"),
    path("ligne/<int:key>/repartir/", actions.divide, name="divide"),
    path("ligne/<int:key>/rouvrir/", actions.reopen, name="reopen"),
    path("ligne/<int:key>/refuser/", actions.refuse, name="refuse"),
    path("ligne/<int:key>/annuler/", actions.undo, name="undo"),
    path("ligne/<int:key>/mettre-de-cote/", actions.set_line_aside, name="set_aside"),
    path("ligne/<int:key>/reprendre/", actions.take_line_back, name="take_back"),
]
