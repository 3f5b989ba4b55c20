"""Invoices with their terms, credit notes and payments: new ones added, different ones updated."""

from __future__ import annotations

from acquit.flows.material.loading.accounts import refuse_unknown
from acquit.flows.material.loading.staging import Load, create

_NUMBER_LENGTH = 100


def merge_invoices(load: Load) -> None:
    """Store the staged invoices and their terms.

    An invoice that another source brought under the same number and day is the same one: known
    where the amount agrees, refused where it does not, as adding it would ask for the sum twice.
    """
    _refuse_long_numbers(load, "invoices")
    refuse_unknown(load, "invoices")
    create(load, "load_i", _INVOICES)
    _recognise(load, "load_i", "ledger_invoice", "load_invoices")
    create(load, "load_t", _TERMS)
    created = load.run(_INSERT_INVOICES)
    load.run(_INSERT_TERMS)
    _make_room(load)
    updated = load.run(_UPDATE_INVOICES)
    load.run(_UPDATE_TERMS)
    known = load.rows("SELECT count(*) FROM load_i")[0][0] - created
    updated = load.rows("SELECT count(DISTINCT id) FROM load_changed_invoices")[0][0] if updated else 0
    load.count("invoices", created, updated, known - updated)
