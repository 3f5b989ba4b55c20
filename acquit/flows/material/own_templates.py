"""The organisation's own texts, and which of two a debtor gets while they are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from acquit.core.experiment import arm
from acquit.store.templates.models import Experiment, TemplateVersion
from acquit.wording.template import Source

#: A template and a language.
Which = tuple[str, str]


@dataclass(frozen=True, slots=True)
class OwnTemplates:
    """What an organisation wrote itself: in force by template and language, and on trial beside it."""

    in_force: Mapping[Which, Source] = field(default_factory=dict)
    on_trial: Mapping[Which, tuple[int, Source]] = field(default_factory=dict)

    def source(self, key: str, language: str, *, debtor_id: int | None) -> Source | None:
        """Return the text for a debtor; None where the shipped one is used."""
        trial = self.on_trial.get((key, language))
        if trial is not None and debtor_id is not None and arm(trial[0], debtor_id) == "B":
            return trial[1]
        return self.in_force.get((key, language))


def own_templates(organisation_id: int) -> OwnTemplates:
    """Return what the organisation uses now."""
    mine = TemplateVersion.objects.filter(organisation_id=organisation_id, in_force=True)
    trials = Experiment.objects.filter(organisation_id=organisation_id, ended_at=None)
    return OwnTemplates(
        in_force={(one.key, one.language): source_of(one) for one in mine},
        on_trial={
            (one.key, one.language): (one.pk, source_of(one.challenger))
            for one in trials.select_related("challenger")
        },
    )


def source_of(version: TemplateVersion) -> Source:
    """Return the text of a version."""
    return Source(subject=version.subject, body=version.body)
