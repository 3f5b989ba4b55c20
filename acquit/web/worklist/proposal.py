"""What an answer seems to say, and from whom, in one line."""

from __future__ import annotations

from django.utils.translation import gettext

from acquit.store.answers.models import Answer
from acquit.web import formats
from acquit.web.inert import inert
from acquit.web.words import CATEGORIES, language, said


def sender_words(found: Answer) -> str:
    """Return who wrote, name and address, as the mail claims."""
    name, address = inert(found.sender_name), inert(found.sender)
    return f"{name} <{address}>" if name and address else name or address or gettext("Expéditeur inconnu")


def proposal_words(found: Answer) -> str:
    """Return what an answer seems to say, in one sentence: « Promet 500,00 € pour le 30 nov. 2026 »."""
    told = {
        "sum": formats.amount(found.amount, found.currency or "EUR", language=language()),
        "day": formats.day(found.day, language=language()),
        "why": said(CATEGORIES, found.category or "other"),
        "address": inert(found.address),
    }
    return _sentences(found).get(found.kind, gettext("À lire")) % told


def _sentences(found: Answer) -> dict[str, str]:
    """Return the sentence of each class, for what was found of it."""
    promise, paid = gettext("Promet de régler"), gettext("Dit avoir déjà réglé")
    if found.day:
        promise, paid = gettext("Promet de régler pour le %(day)s"), gettext("Dit avoir réglé le %(day)s")
        if found.amount:
            promise = gettext("Promet %(sum)s pour le %(day)s")
    elif found.amount:
        promise, paid = gettext("Promet de régler %(sum)s"), gettext("Dit avoir réglé %(sum)s")
    other = gettext("Dit d’écrire à %(address)s")
    return {
        "promise": promise,
        "paid": paid,
        "dispute": gettext("Conteste\u00a0: %(why)s"),
        "copy": gettext("Demande un document"),
        "wrong_contact": other if found.address else gettext("Dit n’être pas le bon contact"),
        "bank_details": gettext("Parle de coordonnées bancaires"),
    }
