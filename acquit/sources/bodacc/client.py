"""Asking the BODACC's open API about one SIREN.

`GET {base}/catalog/datasets/annonces-commerciales/records` with `where`, `order_by` and `limit`, as the
portal's API explore v2.1 describes; no key is needed. An answer has `total_count` and `results`.
"""

from __future__ import annotations

from typing import Final

import httpx

from acquit.core.insolvency import Announcement
from acquit.sources.bodacc.reader import announcements_of

BASE_URL: Final = "https://bodacc-datadila.opendatasoft.com/api/explore/v2.1"
_RECORDS = "/catalog/datasets/annonces-commerciales/records"
#: The portal gives no more at once; nobody has had more judgments.
_LIMIT = 100
TIMEOUT: Final = 20.0


class Unavailable(Exception):
    """The BODACC does not answer, or not as described."""


def announcements(client: httpx.Client, siren: str, base_url: str = BASE_URL) -> tuple[Announcement, ...]:
    """Return the announcements of insolvency about `siren` (nine digits), the newest first.

    Raises Unavailable. What the answer says of another SIREN is left out.
    """
    if len(siren) != 9 or not siren.isdecimal():
        return ()
    asked = {
        "where": f'registre like "{siren}" and familleavis = "collective"',
        "order_by": "dateparution desc",
        "limit": str(_LIMIT),
    }
    try:
        answer = client.get(base_url + _RECORDS, params=asked, timeout=TIMEOUT)
        answer.raise_for_status()
        results = answer.json()["results"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as why:
        raise Unavailable(f"{type(why).__name__}: {why}") from why
    if not isinstance(results, list):
        raise Unavailable("«results» is no list")
    found = announcements_of(record for record in results if isinstance(record, dict))
    return tuple(one for one in found if one.siren == siren)
