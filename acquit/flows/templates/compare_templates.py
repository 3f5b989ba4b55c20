"""Compare two texts of one template, each on half of the debtors."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from acquit.flows.material.errors import Impossible
from acquit.store.templates.models import Experiment, TemplateVersion


class ComparedAlready(Impossible):
    """Two versions of this text are being compared already: end that comparison first."""

    french = "Deux versions de ce texte sont déjà comparées\u00a0: arrêtez d’abord cette comparaison."


class SameText(Impossible):
    """A text is not compared with itself."""

    french = "Un texte ne se compare pas à lui-même."


class OutOfRange(Impossible):
    """A payment counts within 1 to 90 days."""

    french = "Un règlement compte dans un délai de 1 à 90 jours."


def begin_experiment(
    *,
    organisation_id: int,
    version_id: int,
    within_days: int,
    now: datetime,
    by: int | None = None,
) -> Experiment:
    """Send this version to half of the debtors from now on, drawn by lot and for good.

    The others get what is in force. Raise SameText for the version in force, ComparedAlready.
    """
    if not 1 <= within_days <= 90:
        raise OutOfRange
    challenger = TemplateVersion.objects.get(organisation_id=organisation_id, id=version_id)
    if challenger.in_force:
        raise SameText
    try:
        with transaction.atomic():
            return Experiment.objects.create(
                organisation_id=organisation_id, key=challenger.key, language=challenger.language,
                challenger=challenger, within_days=within_days, started_at=now, started_by_id=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise ComparedAlready from error


def end_experiment(*, organisation_id: int, experiment_id: int, now: datetime) -> bool:
    """End the comparison: everybody gets what is in force again. False if it had ended."""
    running = Experiment.objects.filter(organisation_id=organisation_id, id=experiment_id, ended_at=None)
    return bool(running.update(ended_at=now))
