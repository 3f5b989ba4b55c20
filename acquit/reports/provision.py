"""What to set aside for claims by their age, without VAT, by the creditor's rule or by ours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from psycopg import sql

from acquit.core.loss import NORMAL_VAT, OURS, LossRule, rule_of
from acquit.reports.ageing import in_bucket
from acquit.reports.asof import OWED
from acquit.reports.behind import Part
from acquit.reports.filters import Filters
from acquit.reports.list_query import ListQuery
from acquit.reports.scope import fetch
from acquit.store.accounts.models import Creditor

# VAT of an invoice is what its rates say, in proportion; else the normal rate of its creditor's country. Only
# what is owed beyond the first column with a share is looked at one by one.
_WITHOUT = """(SELECT sum(v.base) / nullif(sum(v.base + v.tax), 0) FROM ledger_invoicevat v
        WHERE v.organisation_id = %(organisation)s AND v.invoice_id = a.invoice_id)"""
_COLUMNS = f"""
WITH {OWED}, asked AS (
  SELECT o.invoice_id, o.currency, %(on)s - o.due_on AS late, o.owed,
      k.creditor_id
    FROM owed o JOIN accounts_account k ON k.id = o.account_id
    WHERE k.creditor_id = %(creditor)s AND o.owed > 0
), taxed AS (
  SELECT a.currency, {{column}} AS place, a.owed,
      {_WITHOUT} AS without
    FROM asked a
)
SELECT place, currency, sum(owed), sum(owed * coalesce(without, 100 / (100 + %(vat)s::numeric))),
  count(*) FILTER (WHERE without IS NULL), count(*)
FROM taxed GROUP BY 1, 2 ORDER BY 2, 1
"""  # noqa: S608  all of it is ours
# The rules of the creditors as rows: a term lies in the column whose days hold its own.
_LISTED = f"""
WITH {OWED}, rules AS (
  SELECT * FROM unnest(%(creditors)s::bigint[], %(places)s::int[], %(afters)s::int[], %(mosts)s::int[],
      %(percents)s::numeric[], %(taxes)s::numeric[])
    AS r(creditor_id, place, after, most, percent, vat)
), asked AS (
  SELECT o.id, o.account_id, o.invoice_id, o.currency, o.due_on, %(on)s - o.due_on AS days_late, o.owed,
      r.creditor_id, r.place, r.percent, r.vat
    FROM owed o JOIN accounts_account k ON k.id = o.account_id
    JOIN rules r ON r.creditor_id = k.creditor_id AND %(on)s - o.due_on > r.after
      AND %(on)s - o.due_on <= r.most
    WHERE o.owed > 0 AND (%(place)s::int IS NULL OR r.place = %(place)s)
), taxed AS (
  SELECT a.*, {_WITHOUT} AS without FROM asked a
)
SELECT id, account_id, invoice_id, NULL::text AS number, currency, due_on, days_late, creditor_id, place,
  percent, owed AS open, owed * coalesce(without, 100 / (100 + vat)) AS without_tax,
  owed * coalesce(without, 100 / (100 + vat)) * percent / 100 AS aside, (without IS NULL)::int AS assumed
FROM taxed WHERE {{in_currency}} AND (%(kind)s::text IS NULL OR without IS NULL)
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
    return tuple(row for one in _creditors(filters) for row in _of(one, filters))


def _creditors(filters: Filters) -> list[Creditor]:
    wanted = Creditor.objects.order_by("key")
    return list(wanted if filters.creditor_id is None else wanted.filter(pk=filters.creditor_id))


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


_EVER = 10**6


def _rules(filters: Filters, _: Part) -> dict[str, Any]:
    """Return the columns of each creditor's rule, one a row: over so many days late, up to so many."""
    rows = [
        (one.pk, place, after, most, rule.percents[place], NORMAL_VAT.get(one.country, Decimal(0)))
        for one in _creditors(filters)
        for rule in (rule_of(one.provision_rule),)
        for place, (after, most) in enumerate(pairwise((-_EVER, 0, *rule.buckets.edges, _EVER)))
    ]
    names = ("creditors", "places", "afters", "mosts", "percents", "taxes")
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return dict(zip(names, map(list, columns), strict=True)) | {"place": filters.bucket}


#: The terms of a column of the rule (or of all), with what to set aside for each, the oldest first.
SET_ASIDE = ListQuery(
    key="set_aside", query=_LISTED, order="due_on, id", values=_rules,
    added=("open", "without_tax", "aside", "assumed"), shares=("without_tax", "aside"),
    share_of="creditor_id, place",
    columns=(
        "debtor", "external_id", "number", "due_on", "days_late", "currency", "assumed", "open",
        "without_tax", "percent", "aside",
    ),
)  # fmt: skip
#: What the part of a list is called that counts the terms whose VAT was taken to be the normal one.
ASSUMED = "assumed"
