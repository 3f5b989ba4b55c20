"""What a look at a file said, kept as plain JSON until somebody agrees: words in every language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from acquit.flows.ledger.import_file import (
    CreditorUnclear,
    Imported,
    OtherCreditor,
    StructureError,
    import_file,
)
from acquit.flows.ledger.keep_upload import note_look
from acquit.flows.material.errors import Impossible
from acquit.sources.base import Options
from acquit.sources.errors import Question, RowError
from acquit.sources.words import Why, sentence
from acquit.store.ledger.models import WaitingFile

#: Refused lines that are shown before an import; all of them are kept by it.
MOST_LINES = 100
_ANSWERED = ("decimal", "date_order", "currency", "encoding", "separator", "sheet")

Report = dict[str, Any]


def look_at(waiting: WaitingFile, choices: Mapping[str, Any], *, now: datetime) -> Report:
    """Read the file as an import would, write nothing of it, and keep what that said."""
    try:
        imported = import_file(
            organisation_id=waiting.organisation_id, creditor_id=waiting.creditor_id, name=waiting.name,
            content=bytes(waiting.content), now=now, kind=choices.get("kind") or None,
            options=options_of(choices), dry_run=True,
        )  # fmt: skip
        report = _report(imported)
    except StructureError as why:
        report = {"refused": _both(why.words), "line": why.line}
    except (OtherCreditor, CreditorUnclear) as error:
        report = {"refused": refusal(error), "line": None}
    note_look(organisation_id=waiting.organisation_id, upload_id=waiting.pk, options=choices, report=report)
    return report


def refusal(error: Impossible) -> dict[str, str]:
    """Return why a thing cannot be done, in every language."""
    return {"fr": error.french, "en": str(error)}


def options_of(choices: Mapping[str, Any]) -> Options:
    """Return the options that a person's choices make."""
    answers = {name: choices[name] for name in _ANSWERED if choices.get(name)}
    complete = {"yes": True, "no": False}.get(choices.get("complete", ""))
    return Options(mapping=dict(choices.get("mapping", {})), complete=complete, **answers)


def _report(imported: Imported) -> Report:
    return {
        "kind": imported.kind,
        "rows": imported.rows,
        "counts": {
            "created": dict(imported.counts.created),
            "updated": dict(imported.counts.updated),
            "unchanged": dict(imported.counts.unchanged),
        },
        "quarantined": len(imported.quarantined),
        "lines": [_line(error) for error in imported.quarantined[:MOST_LINES]],
        "questions": [_question(one, imported.choices) for one in imported.questions],
        "notes": [_said(why) for why in imported.notes],
        "columns": list(imported.columns),
        "mapping": [
            {"column": m.column, "field": m.field, "by": m.by, "sure": round(m.confidence * 100)}
            for m in imported.mapping
        ],
        "totals": [[c.currency, str(c.before), str(c.after)] for c in imported.totals],
        "already": imported.already_imported,
    }


def _line(error: RowError) -> dict[str, Any]:
    return {
        "line": error.line,
        "field": error.field or "",
        "value": error.value[:200],
        "why": _said(error.why),
    }


def _question(question: Question, chosen: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "option": question.option,
        "words": _said(question.why),
        "choices": list(question.choices),
        "chosen": question.default
        if question.option == "complete"
        else chosen.get(question.option, question.default),
        "examples": list(question.examples),
    }


def _said(why: Why) -> dict[str, str]:
    return _both(lambda language: sentence(why, language))


def _both(words: Any) -> dict[str, str]:
    return {code: words(code) for code, _name in settings.LANGUAGES}
