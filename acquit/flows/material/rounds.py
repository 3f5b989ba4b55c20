"""The rounds of terms: ended when the money is in, begun again when it goes back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import F

from acquit.store.cases.models import Round
from acquit.store.ledger.models import Term


def end_settled(organisation_id: int, term_ids: Iterable[int], *, on: date) -> None:
    """End the open round of each of `term_ids` that is settled."""
    settled = Term.objects.filter(
        organisation_id=organisation_id, id__in=list(term_ids), allocated__gte=F("amount")
    )
    Round.objects.filter(organisation_id=organisation_id, term__in=settled, ended_on=None).update(ended_on=on)


def resume_reopened(organisation_id: int, term_ids: Iterable[int], *, on: date) -> None:
    """Begin a new round for each of `term_ids` that is owed again after it had been paid.

    It resumes after the last step done, the interval counted from `on`, so that an undone match
    or a returned payment brings no contact that same day (F-66).
    """
    owed = Term.objects.filter(
        organisation_id=organisation_id, id__in=list(term_ids), allocated__lt=F("amount")
    )
    for term in owed.order_by("id"):
        rounds = Round.objects.filter(organisation_id=organisation_id, term=term)
        last = rounds.order_by("-number").first()
        rounds.filter(ended_on=None).update(ended_on=on)
        Round.objects.create(
            organisation_id=organisation_id,
            term=term,
            number=last.number + 1 if last else 2,
            version=last.version if last else None,
            started_on=on,
            resumed_on=on,
        )
