"""Clients who owe, for the tests of « À traiter », and what its list says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.flows import world
from tests.web.pages import text_of

NOW = datetime.now(UTC)
TODAY = NOW.date()


def owing(creditor, code, amount="1200.00", *, late=14, number=None, **debtor):
    """Return an account with one late invoice."""
    account = world.account(creditor, code, **debtor)
    world.invoice(account, number or f"F-{code}", amount, due=TODAY - timedelta(days=late), known_on=TODAY)
    return account


def names_of(page):
    return [text_of(tag) for tag in page.select(".acq-work .n")]
