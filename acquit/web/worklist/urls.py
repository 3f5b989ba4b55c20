"""The routes of « À traiter »."""

from django.urls import path

from acquit.web.worklist import actions, answers, calls, firstlist, shared, tasks, views

app_name = "worklist"
urlpatterns = [
    path("", views.index, name="index"),
    path("message/<int:key>/", views.message, name="message"),
    path("message/<int:key>/apercu/", views.preview, name="preview"),
    path("message/<int:key>/lettre.pdf", views.letter, name="letter"),
    path("message/<int:key>/approuver/", actions.approve, name="approve"),
    path("message/<int:key>/annuler/", actions.undo, name="undo"),
    path("message/<int:key>/reporter/", actions.postpone, name="postpone"),
    path("message/<int:key>/passer/", actions.skip, name="skip"),
    path("message/<int:key>/modifier/", actions.edit, name="edit"),
    path("message/<int:key>/appel/", calls.outcome, name="outcome"),
    path("message/<int:key>/promesse/", calls.promise, name="promise"),
    path("message/<int:key>/litige/", calls.dispute, name="dispute"),
    path("approuver/", actions.approve_many, name="approve_many"),
    path("annuler/<slug:batch>/", actions.undo_many, name="undo_many"),
    path("tache/<int:key>/", views.task, name="task"),
    path("tache/<int:key>/imputer/", tasks.allocate, name="allocate"),
    path("tache/<int:key>/contact/", tasks.add_contact, name="contact"),
    path("tache/<int:key>/statut/", tasks.settle_status, name="settle_status"),
    path("tache/<int:key>/garder/", tasks.keep_dispute, name="keep_dispute"),
    path("compte-a-payer/<int:key>/", tasks.confirm_account, name="confirm_account"),
    path("alerte/<int:key>/", views.alert, name="alert"),
    path("alerte/<int:key>/fermer/", tasks.settle_alert, name="settle"),
    path("alerte/<int:key>/liste/", tasks.answer_list, name="answer_list"),
    path("reponse/<int:key>/", answers.show, name="answer"),
    path("reponse/<int:key>/piece/<int:position>/", answers.attachment, name="attachment"),
    path("reponse/<int:key>/origine/", answers.original, name="original"),
    path("en-cours/", shared.live, name="live"),
    path("suivi/<slug:kind>/<int:key>/confier/", shared.assign, name="assign"),
    path("suivi/<slug:kind>/<int:key>/plus-tard/", shared.snooze, name="snooze"),
    path("suivi/<slug:kind>/<int:key>/reprendre/", shared.wake, name="wake"),
    path("suivi/<slug:kind>/<int:key>/lire/", shared.claim, name="claim"),
    path("suivi/<slug:kind>/<int:key>/commenter/", shared.comment, name="comment"),
    path("suivi/<slug:kind>/<int:key>/vu/", shared.seen, name="seen"),
    path("premiere-liste/", firstlist.index, name="first_list"),
    path("premiere-liste/accepter/", firstlist.accept, name="accept"),
]
