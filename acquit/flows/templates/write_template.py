"""Write a text of one's own in place of a shipped one, go back to an earlier one, or to the shipped."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from acquit.flows.material.errors import Impossible
from acquit.store.accounts.models import Organisation
from acquit.store.templates.models import TemplateVersion
from acquit.wording.template import Source, Unsayable, shipped
from acquit.wording.template_check import Fault, faults_of


class FaultyTemplate(ValueError):
    """The text has faults and was not kept."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{one.code} {one.what}".strip() for one in faults))
        self.faults = faults


class NoSuchVersion(Impossible):
    """There is no such version of this text."""

    french = "Cette version n’existe pas."


def write_template(
    *,
    organisation_id: int,
    key: str,
    language: str,
    source: Source,
    now: datetime,
    by: int | None = None,
    in_force: bool = True,
) -> TemplateVersion:
    """Keep `source` as a new version of the template, and use it from now on if `in_force`.

    What already waits is said in the new words, unless a person edited it. The same text as the version in
    force makes no new one. Raise FaultyTemplate with all that is wrong.
    """
    try:
        shipped(language, key)
    except Unsayable as error:
        raise FaultyTemplate((Fault(code="unknown_template", what=f"{key} ({language})"),)) from error
    faults = faults_of(key, source, language)
    if faults:
        raise FaultyTemplate(faults)
    with transaction.atomic():
        # Two people who write at once get two numbers.
        Organisation.objects.select_for_update().get(pk=organisation_id)
        mine = TemplateVersion.objects.filter(organisation_id=organisation_id, key=key, language=language)
        used = mine.filter(in_force=True).first()
        if used is not None and in_force and (used.subject, used.body) == (source.subject, source.body):
            return used
        if in_force:
            mine.filter(in_force=True).update(in_force=False)
        newest = mine.aggregate(newest=Max("number"))["newest"] or 0
        return TemplateVersion.objects.create(
            organisation_id=organisation_id, key=key, language=language, number=newest + 1,
            subject=source.subject, body=source.body, in_force=in_force, written_at=now, written_by_id=by,
        )  # fmt: skip


def restore_template(*, organisation_id: int, key: str, language: str, number: int | None) -> None:
    """Use an earlier version again, or the shipped text (None); raise NoSuchVersion."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation_id)
        mine = TemplateVersion.objects.filter(organisation_id=organisation_id, key=key, language=language)
        mine.filter(in_force=True).update(in_force=False)
        if number is not None and not mine.filter(number=number).update(in_force=True):
            raise NoSuchVersion
