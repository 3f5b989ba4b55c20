"""What a company has not said of itself, without which its messages leave incomplete."""

from __future__ import annotations

from django.utils.translation import gettext

from acquit.store.accounts.models import Creditor


def missing_words(creditor: Creditor) -> tuple[str, ...]:
    """Return a sentence for each thing that the creditor's customers will miss."""
    found = (
        (
            creditor.sender_email,
            gettext("L’e-mail de l’expéditeur manque\u00a0: vos clients voient l’adresse de l’installation."),
        ),
        (creditor.iban, gettext("L’IBAN manque\u00a0: vos clients ne savent pas où payer.")),
    )
    return tuple(words for said, words in found if not said)
