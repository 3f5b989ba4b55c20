"""What came of an attempt, and why a message was taken back, in words."""

from __future__ import annotations

from django.utils.translation import gettext

from acquit.core.decision import REASON_CODES
from acquit.store.outbox.models import Delivery, Message
from acquit.web.words import language
from acquit.wording import say_reason


def delivery_words(delivery: Delivery) -> tuple[str, str, str]:
    """Return an attempt's outcome as the words, the tone and the icon of a chip."""
    if not delivery.outcome:
        return gettext("Sans réponse connue"), "warn", "alert-triangle"
    if delivery.outcome == "refused":
        if delivery.permanent:
            return gettext("Refusé pour de bon"), "danger", "circle-x"
        return gettext("Refusé pour l’instant"), "warn", "refresh"
    return {
        "accepted": (gettext("Accepté par le serveur"), "ok", "check"),
        "handed_over": (gettext("Remis à une personne"), "info", "user-check"),
        "unknown": (gettext("Réponse inconnue"), "warn", "alert-triangle"),
        "not_sent": (gettext("Retenu avant l’envoi"), "info", "refresh"),
    }.get(delivery.outcome, (delivery.outcome, "", "info-circle"))


def withdrawn_words(message: Message) -> str:
    """Return why a message was taken back, passed over or refused; empty where nothing is to say."""
    because = message.because
    if not because:
        return ""
    if message.state == "withdrawn":
        named = {
            "replaced": gettext("Remplacé par un autre message, plus juste."),
            "by hand": gettext("Une personne y a renoncé."),
        }
        if because in named:
            return named[because]
        if because in REASON_CODES:
            return say_reason(because, {}, language())
    return because
