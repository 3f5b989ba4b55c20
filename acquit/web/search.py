"""Finding accounts by what people have at hand: a name, a code, a SIREN, an invoice, an amount."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection

from acquit.store.accounts.models import folded

#: More than this is no answer: the reader is asked to say more.
MOST = 1000
_FEWEST_LETTERS = 2
_LAST = "\uffff"
_AMOUNT = re.compile(r"^\d{1,12}([.,]\d{1,4})?$")

_BY_NAME = """
SELECT a.id FROM accounts_debtor d
JOIN accounts_account a ON a.organisation_id = d.organisation_id AND a.debtor_id = d.id
WHERE d.folded_name LIKE %(inside)s
"""
_BY_CODE = "SELECT id FROM accounts_account WHERE external_id ILIKE %(begins)s"
_BY_NUMBER = """
SELECT account_id FROM ledger_invoice
WHERE number >= %(upper)s AND number < %(upper_end)s AND number LIKE %(upper_begins)s
"""
_BY_SIREN = """
SELECT a.id FROM accounts_debtor d
JOIN accounts_account a ON a.organisation_id = d.organisation_id AND a.debtor_id = d.id
WHERE d.siren = %(digits)s AND d.siren <> ''
"""
_BY_AMOUNT = """
SELECT account_id FROM ledger_term
WHERE allocated < amount AND (amount = %(amount)s OR amount - allocated = %(amount)s)
"""


def found_accounts(words: str) -> list[int]:
    """Return the accounts that `words` may mean, at most one more than MOST."""
    asked = words.strip()
    if len(asked) < _FEWEST_LETTERS:
        return []
    digits = "".join(asked.split())
    upper = asked.upper()
    params: dict[str, Any] = {
        "inside": f"%{_escaped(folded(asked))}%",
        "begins": f"{_escaped(asked)}%",
        "upper": upper,
        "upper_end": upper + _LAST,
        "upper_begins": f"{_escaped(upper)}%",
        "digits": digits[:9],
        "amount": _amount(asked),
        "most": MOST + 1,
    }
    parts = [_BY_NAME, _BY_CODE, _BY_NUMBER]
    if digits.isdigit() and len(digits) in (9, 14):
        parts.append(_BY_SIREN)
    if params["amount"] is not None:
        parts.append(_BY_AMOUNT)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(parts) + " LIMIT %(most)s", params)
        return [row[0] for row in cursor.fetchall()]


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _amount(words: str) -> Decimal | None:
    """Return the amount that `words` may be, however its thousands are separated.

    >>> _amount("1 240,50 €"), _amount("Dupont")
    (Decimal('1240.50'), None)
    """
    bare = "".join(words.replace("€", "").split())
    if not _AMOUNT.match(bare):
        return None
    try:
        return Decimal(bare.replace(",", "."))
    except InvalidOperation:
        return None
