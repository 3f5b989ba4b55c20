"""Every list that stands behind figures, by its key."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.reports.collectors import CASH, CONTACTED, CONTACTS, OBTAINED
from acquit.reports.delays import SETTLED
from acquit.reports.disputes import CONTESTED
from acquit.reports.effects import FOLLOWED
from acquit.reports.entries import RECEIVED, SALES
from acquit.reports.expected import EXPECTED
from acquit.reports.items import CONSISTS_OF, CREDITS, ITEMS
from acquit.reports.listing import Lister
from acquit.reports.promises import promised
from acquit.reports.provision import SET_ASIDE

LISTS: Mapping[str, Lister] = {
    **{
        one.key: one
        for one in (
            ITEMS, CREDITS, CONSISTS_OF, SALES, RECEIVED, EXPECTED, CONTESTED, FOLLOWED, SETTLED, SET_ASIDE,
            CONTACTS, CONTACTED, OBTAINED, CASH,
        )
    },
    "promised": promised,
}  # fmt: skip
