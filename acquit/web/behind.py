"""Where the list behind a figure is: every room that shows one links to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.urls import reverse

from acquit.reports.behind import Behind

#: What each list is called in its address.
SLUGS: Mapping[str, str] = {
    "items": "echeances",
    "credits": "non-lettre",
    "consists_of": "solde",
    "sales": "ventes",
    "received": "recu",
    "expected_in": "attendu",
    "promised": "promesses",
    "contested": "litiges",
    "resolved": "litiges-resolus",
    "followed": "messages",
    "settled": "reglees",
    "set_aside": "provision",
    "contacts": "contacts",
    "contacted": "comptes-contactes",
    "obtained": "promesses-obtenues",
    "cash": "encaisse",
    "compared": "comparaison",
}


def list_url(behind: Behind, *, today: date) -> str:
    """Return the address of a list; the day is in it where it is not today's."""
    query = "&".join(part for part in (behind.filters.query(today=today), behind.part.query()) if part)
    return reverse("reports:list", args=[SLUGS[behind.list]]) + (f"?{query}" if query else "")
