"""A judgment that opens an insolvency: whom it concerns, what it stops, and until when to declare."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Procedure = Literal["safeguard", "recovery", "liquidation", "other", "overindebtedness"]
#: A household whose file the commission admitted (C. conso. L722-2 and L722-5): said by a person only.
OVERINDEBTEDNESS: Final = "overindebtedness"
_WORDS = re.compile(r"[a-z0-9]+")
_FORMS = frozenset({"sa", "sas", "sasu", "sarl", "eurl", "sci", "snc", "scop", "ste", "societe", "ets"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What an official journal or a person says of a debtor.

    `opening` tells a judgment that opens a procedure from those that follow. `published_on` is the day
    of the journal, from which the time to declare runs; None where it is not known. `officer` is to
    whom claims are declared, in the announcement's own words.
    """

    external_id: str
    siren: str
    name: str
    opening: bool
    procedure: Procedure
    judged_on: date
    published_on: date | None = None
    nature: str = ""
    court: str = ""
    officer: str = ""
    url: str = ""
    source: Literal["bodacc", "file", "person"] = "bodacc"


def procedure_of(nature: str) -> Procedure:
    """Return the kind of procedure that the words of a judgment name.

    >>> procedure_of("Jugement d'ouverture de liquidation judiciaire simplifiée")
    'liquidation'
    """
    plain = _plain(nature)
    if "liquidation" in plain:
        return "liquidation"
    if "redressement" in plain:
        return "recovery"
    return "safeguard" if "sauvegarde" in plain else "other"


def is_opening(family: str, nature: str) -> bool:
    """Tell whether the announcement is of a judgment that opens a procedure.

    A conversion into a liquidation opens no new time to declare: the first judgment did.

    >>> is_opening("Jugement d'ouverture", "Jugement de conversion en liquidation judiciaire")
    False
    """
    plain = _plain(f"{family} {nature}")
    converted = any(
        word in plain for word in ("conversion", "convertissant", "cloture", "plan de", "infirmant")
    )
    return "ouverture" in plain and not converted


Bearing = Literal["same", "namesake", "other"]


def bearing(announced: Announcement, siren: str, name: str) -> Bearing:
    """Return whether the announcement is about the debtor: by the SIREN alone it is; a name only resembles.

    >>> one = Announcement(
    ...     external_id="A1", siren="732829320", name="DUPONT SARL", opening=True, procedure="recovery",
    ...     judged_on=date(2026, 11, 3),
    ... )
    >>> bearing(one, "732829320", "Autre"), bearing(one, "552100554", "Dupont"), bearing(one, "", "Durand")
    ('same', 'namesake', 'other')
    """  # fmt: skip
    if siren and announced.siren and siren == announced.siren:
        return "same"
    return "namesake" if _name(name) and _name(name) == _name(announced.name) else "other"


def _name(name: str) -> str:
    return " ".join(sorted(word for word in _WORDS.findall(_plain(name)) if word not in _FORMS))


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("’", "'")
