"""How a CDAR message is named and how it writes days and moments (AFNOR XP Z12-012, annex A)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_STANDARD = "urn:un:unece:uncefact:data:standard:"
NAMESPACES = {
    "rsm": f"{_STANDARD}CrossDomainAcknowledgementAndResponse:100",
    "ram": f"{_STANDARD}ReusableAggregateBusinessInformationEntity:100",
    "qdt": f"{_STANDARD}QualifiedDataType:100",
    "udt": f"{_STANDARD}UnqualifiedDataType:100",
}
ROOT = "CrossDomainAcknowledgementAndResponse"
#: ISO/IEC 6523 schemes: SIREN, SIRET.
SIREN, SIRET = "0002", "0009"
#: UN/CEFACT 2379: a day, a minute, a second. The messages write the hour of Paris without saying so.
FORMATS = {"102": "%Y%m%d", "203": "%Y%m%d%H%M", "204": "%Y%m%d%H%M%S"}
PARIS = ZoneInfo("Europe/Paris")


def moment_of(written: str, form: str) -> datetime | None:
    """Return the moment, in UTC, that `written` says in the format `form`; None where it says none.

    >>> moment_of("20250701151000", "204")
    datetime.datetime(2025, 7, 1, 13, 10, tzinfo=datetime.timezone.utc)
    """
    try:
        if form not in FORMATS:
            said = datetime.fromisoformat(written)
        elif not written.isascii():
            return None
        else:
            said = datetime.strptime(written, FORMATS[form])  # noqa: DTZ007  its zone follows
        return (said if said.tzinfo else said.replace(tzinfo=PARIS)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day_of(written: str, form: str) -> date | None:
    """Return the day that `written` says; None where it says none."""
    said = moment_of(written, form)
    return None if said is None else said.astimezone(PARIS).date()
