"""What a creditor's own data get wrong: found by looking, never mended by itself (docs/algorithms/checks.md).

Each look is one read of the database; check digits and addresses are judged here. Rows are those of one
creditor; what is owed first, most first.
"""

# ruff: noqa: S608  every name put into a statement here is ours
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection
from stdnum import iban
from stdnum.eu import vat
from stdnum.fr import siren

from acquit.core.regimes.fr.caps import Trade, latest_due
from acquit.store import tenancy
from acquit.wording.postal import AddressDoesNotFit, window_address

Row = tuple[Any, ...]

#: Words of a name that say the form of a firm, and small words: « Dupont SARL » is « DUPONT ».
_FORMS = frozenset({
    "sa", "sas", "sasu", "sarl", "eurl", "snc", "sci", "scop", "scp", "selarl", "ste", "societe", "ets",
    "etablissements", "entreprise", "gmbh", "ag", "kg", "bv", "nv", "srl", "spa", "ltd", "limited", "llc",
    "plc", "inc", "et", "and", "de", "la", "le", "les", "du", "des", "the",
})  # fmt: skip
_WORDS = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One thing that looks wrong. `accounts` are whose it is, (id, debtor id, name) each.

    `said` is what stands there, `open` what they owe together, in the creditor's currency. `asked` is the
    question that a person answers about it, where there is one, and `amount` the money that it is about.
    """

    kind: str
    accounts: tuple[tuple[int, int, str], ...]
    said: str = ""
    open: Decimal = Decimal(0)
    days: tuple[date, ...] = field(default=())
    asked: int | None = None
    amount: tuple[Decimal, str] | None = None


def doubts(creditor_id: int, kinds: Iterable[str] | None = None) -> dict[str, list[Doubt]]:
    """Return the doubts of each kind of `kinds` (of all: `KINDS`), those that owe most first."""
    owed = _owed(creditor_id)
    return {
        kind: sorted(
            (_with_open(one, owed) for one in KINDS[kind](creditor_id)),
            key=lambda one: (-one.open, one.accounts[0][2] if one.accounts else "", one.said),
        )
        for kind in (KINDS if kinds is None else kinds)
    }


def _with_open(one: Doubt, owed: Mapping[int, Decimal]) -> Doubt:
    total = sum((owed.get(account, Decimal(0)) for account, _, _ in one.accounts), Decimal(0))
    return replace(one, open=total)


def _read(sql: str, creditor_id: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"org": tenancy.current_organisation(), "creditor": creditor_id})
        return list(cursor.fetchall())


def _owed(creditor_id: int) -> dict[int, Decimal]:
    return {account: Decimal(total) for account, total in _read(_OWED, creditor_id)}


def _without_email(creditor_id: int) -> Iterator[Doubt]:
    for account, debtor, name in _read(_NO_EMAIL, creditor_id):
        yield Doubt(kind="no_email", accounts=((account, debtor, name),))


def _wrong_siren(creditor_id: int) -> Iterator[Doubt]:
    yield from _wrong("wrong_siren", "siren", siren.is_valid, creditor_id)


def _wrong_vat(creditor_id: int) -> Iterator[Doubt]:
    yield from _wrong("wrong_vat", "vat_number", _is_vat, creditor_id)


def _is_vat(number: str) -> bool:
    """Tell whether a VAT number can be one; of countries outside the Union nothing is known here."""
    return vat.is_valid(number) or number[:2].lower() not in vat.MEMBER_STATES


def _wrong(kind: str, column: str, is_valid: Callable[[str], bool], creditor_id: int) -> Iterator[Doubt]:
    for account, debtor, name, said in _read(_NUMBERS[column], creditor_id):
        if not is_valid(said):
            yield Doubt(kind=kind, accounts=((account, debtor, name),), said=said)


def _wrong_iban(creditor_id: int) -> Iterator[Doubt]:
    """Yield the creditor's own IBAN, and those that payers were learned by."""
    for account, debtor, name, said in _read(_IBANS, creditor_id):
        if not iban.is_valid(said):
            whose = ((account, debtor, name),) if account else ()
            yield Doubt(kind="wrong_iban", accounts=whose, said=said)


def _due_before_issue(creditor_id: int) -> Iterator[Doubt]:
    for account, debtor, name, number, issued, due, _trade in _read(_EARLY, creditor_id):
        yield Doubt(
            kind="due_before_issue", accounts=((account, debtor, name),), said=number, days=(issued, due)
        )


def _long_terms(creditor_id: int) -> Iterator[Doubt]:
    """Yield open invoices between French firms that fall due later than the law of the trade lets them agree.

    Where nothing tells the day of delivery that of the invoice stands for it.
    """
    for account, debtor, name, number, issued, due, trade in _read(_LONG, creditor_id):
        if due > latest_due(issued, trade=Trade(trade)):
            yield Doubt(
                kind="long_terms", accounts=((account, debtor, name),), said=number, days=(issued, due)
            )


def _same_email(creditor_id: int) -> Iterator[Doubt]:
    yield from _grouped("same_email", _read(_EMAILS, creditor_id))


def _same_number(creditor_id: int) -> Iterator[Doubt]:
    yield from _grouped("same_number", _read(_SAME_NUMBER, creditor_id))


def _same_payment(creditor_id: int) -> Iterator[Doubt]:
    """Yield payments that two sources may have told of, both counting until a person has said."""
    for key, account, debtor, name, day, amount, currency, first, second in _read(_TOLD_TWICE, creditor_id):
        yield Doubt(
            kind="same_payment", accounts=((account, debtor, name),), said=f"{first} / {second}", days=(day,),
            asked=key, amount=(amount, currency),
        )  # fmt: skip


def _duplicates(creditor_id: int) -> Iterator[Doubt]:
    """Yield debtors that may be one, each pair by what speaks strongest for it.

    The same SIREN, the same VAT number, the same name in the same postcode, then names that differ only
    in case, accents, order, and the form of the firm.
    """
    rows = _read(_DEBTORS, creditor_id)
    seen: set[frozenset[int]] = set()
    for told in _TELLING:
        for one in _grouped("duplicate", ((told(row), *row[:3]) for row in rows)):
            pair = frozenset(debtor for _, debtor, _ in one.accounts)
            if pair not in seen:
                seen.add(pair)
                yield one


def _name_and_place(row: Row) -> str:
    return f"{row[5]} {row[6]}" if row[6] else ""


def name_key(folded_name: str) -> str:
    """Return what two spellings of one firm share.

    >>> name_key("menuiserie dupont sarl") == name_key("s.a.r.l. dupont-menuiserie")
    True
    """
    words = _WORDS.findall(re.sub(r"\b(?:[a-z]\.){2,}", lambda m: m[0].replace(".", ""), folded_name))
    return " ".join(sorted(word for word in words if word not in _FORMS))


#: What two rows of `_DEBTORS` may share if they are one debtor, the strongest first.
_TELLING: tuple[Callable[[Row], str], ...] = (
    lambda row: str(row[3]),
    lambda row: str(row[4]),
    _name_and_place,
    lambda row: name_key(row[5]),
)


def _grouped(kind: str, rows: Iterable[Row]) -> Iterator[Doubt]:
    """Yield one doubt for each text that several debtors share."""
    sharing: dict[str, dict[int, tuple[int, int, str]]] = defaultdict(dict)
    for said, account, debtor, name in rows:
        if said:
            sharing[said].setdefault(debtor, (account, debtor, name))
    for said, by_debtor in sharing.items():
        if len(by_debtor) > 1:
            yield Doubt(kind=kind, accounts=tuple(by_debtor[key] for key in sorted(by_debtor)), said=said)


def _bad_address(creditor_id: int) -> Iterator[Doubt]:
    """Yield main addresses that a letter could not bear."""
    for account, debtor, name, address, postcode, city, country in _read(_ADDRESSES, creditor_id):
        if not _fits(address, postcode, city, country):
            said = ", ".join(part for part in (*address.splitlines(), f"{postcode} {city}".strip()) if part)
            yield Doubt(kind="bad_address", accounts=((account, debtor, name),), said=said)


@cache
def _fits(address: str, postcode: str, city: str, country: str) -> bool:
    try:
        window_address([*address.splitlines(), f"{postcode} {city}"], country)
    except AddressDoesNotFit:
        return False
    return True


#: kind of doubt → where it is looked for, in the order in which it is shown
KINDS: Mapping[str, Callable[[int], Iterator[Doubt]]] = {
    "same_payment": _same_payment,
    "no_email": _without_email,
    "duplicate": _duplicates,
    "same_email": _same_email,
    "same_number": _same_number,
    "wrong_siren": _wrong_siren,
    "wrong_vat": _wrong_vat,
    "wrong_iban": _wrong_iban,
    "due_before_issue": _due_before_issue,
    "long_terms": _long_terms,
    "bad_address": _bad_address,
}

_OF_CREDITOR = """
accounts_account a JOIN accounts_debtor d ON d.id = a.debtor_id AND d.organisation_id = a.organisation_id
"""
_MINE = "a.organisation_id = %(org)s AND a.creditor_id = %(creditor)s"
_OWED = f"""
SELECT x.account_id, sum(x.amount - x.allocated) FROM ledger_term x
  JOIN accounts_account a ON a.id = x.account_id
  JOIN accounts_creditor c ON c.id = a.creditor_id AND c.currency = x.currency
WHERE x.organisation_id = %(org)s AND x.allocated < x.amount AND {_MINE} GROUP BY x.account_id
"""
_NO_EMAIL = f"""
SELECT a.id, d.id, d.name FROM {_OF_CREDITOR} WHERE {_MINE} AND NOT EXISTS (
  SELECT FROM accounts_contact k WHERE k.organisation_id = %(org)s AND k.debtor_id = d.id
    AND k.email <> '' AND k.email_bounced_on IS NULL)
"""
_NUMBERS = {
    column: f"SELECT a.id, d.id, d.name, d.{column} FROM {_OF_CREDITOR} WHERE {_MINE} AND d.{column} <> ''"
    for column in ("siren", "vat_number")
}
_IBANS = f"""
SELECT NULL, NULL, c.name, c.iban FROM accounts_creditor c
WHERE c.organisation_id = %(org)s AND c.id = %(creditor)s AND c.iban <> ''
UNION ALL
SELECT DISTINCT ON (l.iban, d.id) a.id, d.id, d.name, l.iban
FROM bank_learnedpayer l JOIN {_OF_CREDITOR} ON a.debtor_id = l.debtor_id
WHERE {_MINE} AND l.organisation_id = %(org)s AND l.creditor_id = %(creditor)s
  AND l.iban ~ '^[A-Z]{{2}}[0-9]{{2}}'
"""
_TERMS = f"""
SELECT a.id, d.id, d.name, i.number, i.issued_on, x.due_on, c.trade
FROM ledger_term x JOIN ledger_invoice i ON i.id = x.invoice_id
  JOIN accounts_account a ON a.id = x.account_id JOIN accounts_debtor d ON d.id = a.debtor_id
  JOIN accounts_creditor c ON c.id = a.creditor_id
WHERE x.organisation_id = %(org)s AND x.allocated < x.amount AND i.kind = 'invoice' AND {_MINE}
"""
_EARLY = _TERMS + "AND x.due_on < i.issued_on"
# Nothing that is due within 20 days is too long, whatever is sold.
_LONG = (
    _TERMS
    + """AND c.country = 'FR' AND d.country = 'FR' AND d.kind = 'business' AND x.due_on > i.issued_on + 20
  AND NOT EXISTS (SELECT FROM ledger_term o WHERE o.organisation_id = %(org)s
    AND o.invoice_id = i.id AND o.position > 1)"""
)
_EMAILS = f"""
SELECT lower(btrim(k.email)), a.id, d.id, d.name
FROM accounts_contact k JOIN {_OF_CREDITOR} ON k.debtor_id = d.id
WHERE {_MINE} AND k.organisation_id = %(org)s AND k.email <> '' ORDER BY a.id
"""
_SAME_NUMBER = f"""
SELECT i.number, a.id, d.id, d.name FROM ledger_invoice i JOIN {_OF_CREDITOR} ON a.id = i.account_id
WHERE {_MINE} AND i.organisation_id = %(org)s AND i.kind = 'invoice' AND i.number IN (
  SELECT o.number FROM ledger_invoice o JOIN accounts_account a ON a.id = o.account_id
  WHERE {_MINE} AND o.organisation_id = %(org)s AND o.kind = 'invoice'
  GROUP BY o.number HAVING count(DISTINCT a.debtor_id) > 1)
ORDER BY a.id
"""
_DEBTORS = f"""
SELECT a.id, d.id, d.name, d.siren, d.vat_number, d.folded_name, (
  SELECT k.postcode FROM accounts_contact k WHERE k.organisation_id = %(org)s AND k.debtor_id = d.id
    AND k.postcode <> '' ORDER BY k.is_main DESC, k.id LIMIT 1)
FROM {_OF_CREDITOR} WHERE {_MINE} ORDER BY a.id
"""
# What each source says of it, and which file that was.
_SAYS = """
concat_ws(' ', coalesce(nullif({p}.reference, ''), nullif(split_part({p}.label, E'\\n', 1), ''), '—'),
  '(' || {f}.name || ')')
"""
_TOLD_TWICE = f"""
SELECT q.id, a.id, d.id, d.name, p.received_on, p.amount, p.currency,
  {_SAYS.format(p="p", f="pf")}, {_SAYS.format(p="o", f="of")}
FROM ledger_duplicatepayment q JOIN {_OF_CREDITOR} ON a.id = q.account_id
  JOIN ledger_payment p ON p.organisation_id = %(org)s AND p.id = q.payment_id
  JOIN ledger_payment o ON o.organisation_id = %(org)s AND o.id = q.other_id
  LEFT JOIN ledger_sourcefile pf ON pf.organisation_id = %(org)s AND pf.id = p.file_id
  LEFT JOIN ledger_sourcefile of ON of.organisation_id = %(org)s AND of.id = o.file_id
WHERE {_MINE} AND q.organisation_id = %(org)s AND q.is_same IS NULL AND p.returned_on IS NULL
  AND o.returned_on IS NULL
"""
_ADDRESSES = f"""
SELECT DISTINCT ON (d.id) a.id, d.id, d.name, k.address, k.postcode, k.city,
  coalesce(nullif(k.country, ''), d.country)
FROM accounts_contact k JOIN {_OF_CREDITOR} ON k.debtor_id = d.id
WHERE {_MINE} AND k.organisation_id = %(org)s AND k.address <> '' ORDER BY d.id, k.is_main DESC, k.id, a.id
"""
