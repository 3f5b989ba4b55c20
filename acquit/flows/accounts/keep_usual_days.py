"""Keep on which days each debtor usually pays: by the learned model while it is better, else by his past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from acquit.core.payer import OWN_HISTORY
from acquit.core.payer_days import UsualDays
from acquit.core.payer_model import STALE, OtherFeatures, PayerModel, decoded
from acquit.store import tenancy
from acquit.store.accounts.models import Debtor
from acquit.store.payers.models import PayerModelFit
from acquit.store.payers.settled import KnownPasts
from acquit.store.payers.usual import (
    forget_usual_days,
    keep_habits,
    keep_past_days,
    keep_told_days,
    wait_for_others,
)


def keep_usual_days(*, organisation_id: int, today: date, now: datetime) -> bool:
    """Replace what is kept by what is known from before `today`; tell whether the learned model told it."""
    with tenancy.organisation(organisation_id), transaction.atomic():
        wait_for_others()
        fit = PayerModelFit.objects.filter(fitted_at__lte=now).order_by("-fitted_at", "-id").first()
        model = in_use(fit, now)
        forget_usual_days()
        if fit is None or model is None:
            keep_past_days(before=today)
            keep_habits(fit=None, before=today)
            return False
        keep_told_days(_told(model, KnownPasts(before=today)), fit=fit, before=today)
        keep_habits(fit=fit, before=today)
        return True


def in_use(fit: PayerModelFit | None, now: datetime) -> PayerModel | None:
    """Return the model of the newest `fit` if it beat the debtors' own past and is not stale."""
    if fit is None or not fit.kept or fit.fitted_at < now - STALE:
        return None
    try:
        return decoded(fit.weights)
    except OtherFeatures:
        return None


def _told(model: PayerModel, known: KnownPasts) -> Iterator[tuple[int | None, str, UsualDays]]:
    """Yield what the model tells of everybody, of segments, and of debtors with a past of their own.

    Not of natural persons; and a person's word on a debtor goes before a short past.
    """
    for segment in ("", *known.segments):
        pasts = known.of_segment(segment)
        if pasts is not None:
            yield None, segment, model.usual_days(pasts)
    debtors = Debtor.objects.exclude(kind="consumer").order_by("id")
    for debtor, kind, country, habit in debtors.values_list("id", "kind", "country", "habit_days").iterator():
        pasts = known.of(debtor, kind=kind, country=country)
        if pasts is not None and pasts.own.count >= (1 if habit is None else OWN_HISTORY):
            yield debtor, "", model.usual_days(pasts)
