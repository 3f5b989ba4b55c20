"""Public holidays of the world, as dates for the core."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays


def holidays_of(places: tuple[tuple[str, str | None], ...], years: range) -> frozenset[date]:
    """Return the public holidays of all `places` (country, region) in `years`."""
    return frozenset[date]().union(*(_of(country, region, years) for country, region in places))


@lru_cache(maxsize=1024)
def _of(country: str, region: str | None, years: range) -> frozenset[date]:
    try:
        found = holidays.country_holidays(country, subdiv=region or None, years=years)
    except NotImplementedError:
        if region:
            return _of(country, None, years)
        return frozenset()
    return frozenset(found)
