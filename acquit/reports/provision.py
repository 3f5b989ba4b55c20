"""What to set aside for claims by their age, without VAT, by the creditor's rule or by ours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from psycopg import sql

from acquit.core.loss import NORMAL_VAT, OURS, LossRule, rule_of
from acquit.reports.ageing import in_bucket
from acquit.reports.asof import OWED
from acquit.reports.filters import Filters
from acquit.reports.scope import fetch
from acquit.store.accounts.models import Creditor

# VAT of an invoice is what its rates say, in proportion; else the normal rate of its creditor's country. Only
# what is owed beyond the first column with a share is looked at one by one.
_COLUMNS = f"""
WITH {OWED}, asked AS (
  SELECT o.invoice_id, o.currency, %(on)s - o.due_on AS late, o.owed,
      k.creditor_id
    FROM owed o JOIN accounts_account k ON k.id = o.account_id
    WHERE k.creditor_id = %(creditor)s AND o.owed > 0
), taxed AS (
  SELECT a.currency, {{column}} AS place, a.owed,
      (SELECT sum(v.base) / nullif(sum(v.base + v.tax), 0) FROM ledger_invoicevat v
        WHERE v.organisation_id = %(organisation)s AND v.invoice_id = a.invoice_id) AS without
    FROM asked a
)
SELECT place, currency, sum(owed), sum(owed * coalesce(without, 100 / (100 + %(vat)s::numeric))),
  count(*) FILTER (WHERE without IS NULL), count(*)
FROM taxed GROUP BY 1, 2 ORDER BY 2, 1
"""  # noqa: S608  all of it is ours


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionRow:
    """One column of the rule: what is owed with tax and without, the share, and what to set aside.

    Of `items` terms `assumed` were taken to bear the normal VAT, since their invoice tells none.
    """

    creditor: str
    column: str
    currency: str
    open: Decimal
    without_tax: Decimal
    percent: Decimal
    aside: Decimal
    items: int
    assumed: int
    rule_is_ours: bool
    filters: Filters


def provision(filters: Filters) -> tuple[ProvisionRow, ...]:
    """Return what to set aside at the end of the day, for each creditor by his own rule."""
    wanted = Creditor.objects.order_by("key")
    if filters.creditor_id is not None:
        wanted = wanted.filter(pk=filters.creditor_id)
    return tuple(row for one in wanted for row in _of(one, filters))


def _of(creditor: Creditor, filters: Filters) -> list[ProvisionRow]:
    rule = rule_of(creditor.provision_rule)
    asked = replace(filters, creditor_id=creditor.pk, buckets=rule.buckets, aged_by="due")
    rows = fetch(
        _COLUMNS, asked, creditor=creditor.pk, vat=NORMAL_VAT.get(creditor.country, Decimal(0)),
        parts={"column": _column(rule)},
    )  # fmt: skip
    labels = rule.buckets.labels()
    return [
        ProvisionRow(
            creditor=creditor.key,
            column=labels[place],
            currency=currency,
            open=owed,
            without_tax=without,
            percent=rule.percents[place],
            aside=without * rule.percents[place] / 100,
            items=items,
            assumed=assumed,
            rule_is_ours=rule is OURS,
            filters=asked.in_bucket(place),
        )
        for place, currency, owed, without, assumed, items in rows
    ]


def _column(rule: LossRule) -> sql.Composable:
    """Return the place of a term's column, of its days late."""
    whens = (
        sql.SQL("WHEN {} THEN {}").format(in_bucket(rule.buckets, place), sql.Literal(place))
        for place in range(len(rule.buckets))
    )
    return sql.SQL("CASE {} END").format(sql.SQL(" ").join(whens))
