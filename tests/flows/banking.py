"""A bank for the tests of flows: statements as the sources read them, without any format."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

from acquit.flows.ledger.import_file import import_file
from acquit.sources.statement import Line, Statement, reading_of
from tests.flows.world import NOW, TODAY

IBAN = "FR7630006000011234567890189"


class PlainBank:
    """A source of statements written as JSON: one object a line, `{"statement": {}, "lines": []}`."""

    LABEL = "Test bank"
    FIELDS = ()

    def __init__(self, kind):
        self.KIND = kind

    def identify(self, content, filename):
        return 1.0 if content.startswith(b'{"bank": "' + self.KIND.encode()) else 0.0

    def read(self, content, filename="", options=None):
        told = json.loads(content)
        statements = [
            Statement(**{**_typed(one), "lines": tuple(Line(**_typed(line)) for line in one["lines"])})
            for one in told["statements"]
        ]
        return reading_of(self.KIND, statements)


def _typed(told):
    days, amounts = {"booked_on", "value_on", "from_on", "to_on"}, {"amount", "opening", "closing", "charges"}
    return {
        name: date.fromisoformat(said)
        if name in days and said
        else Decimal(said)
        if name in amounts and said
        else said
        for name, said in told.items()
    }


def line(amount, label="", *, on=TODAY, direction="credit", **more):
    said = {"line": 1, "booked_on": on, "value_on": on, "amount": Decimal(amount), "label": label}
    return said | {"direction": direction} | more


def statement(*lines, account=IBAN, currency="EUR", key="", **more):
    return {"bank_account": account, "currency": currency, "key": key, "lines": list(lines)} | more


def file_of(*statements, kind="bank_a"):
    return json.dumps({"bank": kind, "statements": list(statements)}, default=str).encode()


def bring_lines(world, *lines, kind="bank_a", now=NOW, **more):
    """Import a file whose lines stand alone, numbered in their order."""
    numbered = [one | {"line": place} for place, one in enumerate(lines, 1)]
    return bring_statements(world, statement(*numbered), kind=kind, now=now, **more)


def bring_statements(world, *statements, kind="bank_a", now=NOW, **more):
    more.setdefault("creditor_id", world.creditor_id)
    return import_file(
        organisation_id=world.id, name=f"{kind}.json", content=file_of(*statements, kind=kind), now=now,
        **more,
    )  # fmt: skip


def days_ago(number):
    return TODAY - timedelta(days=number)


SOURCE = PlainBank("bank_a")
#: What `settings.SOURCES` is for tests with a bank that writes in two formats.
SOURCES = ["tests.flows.banking", "tests.flows.other_bank", "acquit.sources.fec", "acquit.sources.payments",
           "acquit.sources.invoices"]  # fmt: skip
