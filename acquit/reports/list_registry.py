"""Every list that stands behind figures, by its key."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.reports.collectors import CASH, CONTACTED, CONTACTS, OBTAINED
from acquit.reports.delays import SETTLED
from acquit.reports.disputes import CONTESTED, RESOLVED
from acquit.reports.effects import FOLLOWED
from acquit.reports.expected_items import EXPECTED
from acquit.reports.experiments import COMPARED
from acquit.reports.list_query import Lister
from acquit.reports.open_items import CONSISTS_OF, CREDITS, ITEMS
from acquit.reports.promises import promised
from acquit.reports.provision import SET_ASIDE
from acquit.reports.sales_and_receipts import RECEIVED, SALES

LISTS: Mapping[str, Lister] = {
    **{
        one.key: one
        for one in (
            ITEMS, CREDITS, CONSISTS_OF, SALES, RECEIVED, EXPECTED, CONTESTED, FOLLOWED, SETTLED, SET_ASIDE,
            CONTACTS, CONTACTED, OBTAINED, CASH, COMPARED, RESOLVED,
        )
    },
    "promised": promised,
}  # fmt: skip
