"""Which account each debtor of a Reading is: found by code, SIREN, VAT number or name, or made."""

from __future__ import annotations

from acquit.flows.material.loading.staging import Load, create

#: Lists that speak about debtors of the ledger: one that is not there is a mistake, not a new debtor.
KNOWN_DEBTORS_ONLY = frozenset({"payments", "contacts"})


def merge_accounts(load: Load) -> None:
    """Tie every debtor key to an account in `load_accounts`, and store what the file says of them."""
    create(load, "load_accounts", _BY_CODE)
    load.run("ALTER TABLE load_accounts ADD PRIMARY KEY (debtor)")
    only_known = load.kind in KNOWN_DEBTORS_ONLY
    for column, norm in _IDENTITIES:
        if column == "siren" or not only_known:
            load.run(_BY_IDENTITY.format(column=column, norm=norm, coded="false" if only_known else "true"))
        else:
            load.run(_BY_IDENTITY.format(column=column, norm=norm, coded="false"))
    if not only_known:
        _make_accounts(load)
