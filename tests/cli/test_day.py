"""The whole day by the command line, on a real ledger: imported, accepted, sent, explained."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from acquit.store import tenancy
from acquit.store.accounts.models import Account
from acquit.store.outbox.models import Evidence, Message
from tests.fixtures.database import World
from tests.fixtures.program import program
from tests.flows.world import Mailbox, mailbox

_FEC = Path(__file__).parents[2].parent / "shared/data/fec/neolegal-fec-reader"
Acquit = Callable[..., Any]
_DAY = "2024-02-06"
_NBSP = re.compile("[\u00a0\u202f]")

pytestmark = pytest.mark.skipif(not _FEC.exists(), reason="the FEC of ../shared/data are not here")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as opened:
        yield opened


@pytest.fixture
def acquit(founded: World, box: Mailbox) -> Iterator[Acquit]:
    """Run a verb with --json as a person would, and return its document."""
    with program(
        EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(box.port), DEFAULT_FROM_EMAIL="compta@valmeric.example"
    ) as read:
        yield read.answer


@pytest.mark.slow
def test_from_the_ledger_to_the_mailbox_and_why(
    founded: World, box: Mailbox, tmp_path: Path, acquit: Acquit
) -> None:
    files = sorted(map(str, _FEC.iterdir()))
    first = acquit("import", *files)
    assert [file["kind"] for file in first["files"]] == ["fec", "fec"]
    again = acquit("import", *files)
    assert all(file["created"] == file["updated"] == 0 for file in again["files"])

    assert _balances(acquit) == {
        key: sum_ for path in files for key, sum_ in _sums_of_411(Path(path)).items() if sum_
    }

    _contacts(founded, tmp_path, acquit)
    old = acquit("run", "--on", _DAY)
    assert set(old["reasons"]) <= {"stale_data", "paid"}, "the ledgers end five weeks before"
    for key in _keys(founded):
        (feed,) = acquit("feeds", "--creditor", key)["feeds"]
        acquit("feeds", "--creditor", key, "--by-arrival", str(feed["id"]))

    before = acquit("run", "--on", _DAY)
    assert set(before["reasons"]) <= {"first_list", "possible_payment", "paid"}
    assert not box.mails, "nothing leaves before the first list is accepted"

    creditors = sorted({file["creditor"] for file in first["files"]})
    for key in _keys(founded):
        acquit("accept", "--yes", "--creditor", key)
    assert len(creditors) == 2
    sent = acquit("run", "--on", _DAY)
    assert sent["dispatched"]["email"] == {"sent": len(box.mails)}
    assert box.mails
    _mails_are_right(founded, box)
    _letters_are_right(founded, tmp_path)
    _everybody_else_has_a_reason(founded, acquit)
    acquit("run", "--on", _DAY)
    assert sent["dispatched"]["email"] == {"sent": len(box.mails)}, "a second run sends nothing"


def _balances(acquit: Acquit) -> dict[str, Decimal]:
    rows = acquit("report", "balances")["balances"]
    return {row["external_id"]: Decimal(row["open_balance"]) for row in rows if Decimal(row["open_balance"])}


def _sums_of_411(path: Path) -> dict[str, Decimal]:
    """Read the ledger a second way, without any of the product's code."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    separator = "|" if "|" in text.splitlines()[0] else "\t"
    head, *lines = [line.split(separator) for line in text.splitlines() if line.strip()]
    at = {name.strip().lower(): position for position, name in enumerate(head)}
    for line in lines:
        if line[at["comptenum"]].strip().startswith("411"):
            debit, credit = (
                Decimal(line[at[name]].strip().replace(",", ".") or "0") for name in ("debit", "credit")
            )
            sums[line[at["compauxnum"]].strip()] += debit - credit
    return dict(sums)


def _keys(world: World) -> list[str]:
    from acquit.store.accounts.models import Creditor

    with world.open():
        return list(Creditor.objects.order_by("id").values_list("key", flat=True))


def _contacts(world: World, folder: Path, acquit: Acquit) -> None:
    """Give every third debtor a postal address only, the others an e-mail, by an imported list."""
    for key in _keys(world):
        with world.open():
            accounts = list(
                Account.objects.filter(creditor__key=key)
                .order_by("external_id")
                .values_list("external_id", flat=True)
            )
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow(["Code client", "Contact", "E-mail", "Adresse", "CP", "Ville"])
        for number, code in enumerate(accounts):
            email = "" if number % 3 == 2 else f"{code.lower()}@client.example"
            writer.writerow(
                [code, "Service comptabilité", email, f"{number + 1} rue des Lilas", "84000", "Avignon"]
            )
        path = folder / f"contacts-{key}.csv"
        path.write_bytes(out.getvalue().encode("cp1252"))
        done = acquit("import", str(path), "--creditor", key)
        assert done["files"][0]["quarantined"] == []


def _mails_are_right(world: World, box: Mailbox) -> None:
    """Each mail goes to its debtor, in his language, for the sum of its lines less what is unmatched."""
    with world.open():
        expected = {
            message.recipient: message
            for message in Message.objects.filter(channel="email", state="sent").select_related("account")
        }
        assert len(expected) == len(box.mails)
        for envelope in box.mails:
            (recipient,) = envelope.rcpt_tos
            message = expected[recipient]
            assert recipient == f"{message.account.external_id.lower()}@client.example"
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert mail["Content-Language"] == "fr"
            assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
            text = _NBSP.sub(" ", mail.get_body(("plain",)).get_content())
            ((amount, currency),) = message.total
            assert currency == "EUR"
            assert f"Total : {_french(Decimal(amount))} €" in text
            for term in message.account.terms.filter(id__in=message.listed).select_related("invoice"):
                assert term.invoice.number in text
                assert _french(term.amount - term.allocated) in text


def _french(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",")


def _letters_are_right(world: World, folder: Path) -> None:
    with world.open():
        letters = list(Message.objects.filter(channel="letter", state="handed_over").select_related("debtor"))
        assert letters
        for message in letters:
            path = folder / "letter.pdf"
            path.write_bytes(bytes(Evidence.objects.get(message=message).content))
            read = subprocess.run(
                ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
            )
            text = _NBSP.sub(" ", read.stdout)
            assert "84000 AVIGNON" in text
            assert _french(Decimal(message.total[0][0])) in text


def _everybody_else_has_a_reason(world: World, acquit: Acquit) -> None:
    """Must show 4: an account that was not contacted says why, in words and codes."""
    with world.open():
        contacted = set(
            Message.objects.filter(state__in=("sent", "handed_over")).values_list("account_id", flat=True)
        )
        others = list(Account.objects.exclude(id__in=contacted).values_list("external_id", "creditor__key"))
    assert others
    for external_id, key in others[:8]:
        why = acquit("why", external_id, "--creditor", key)
        assert why["decision"] in ("hold", "wait", "stop")
        assert why["reasons"][0]["code"]
        assert len(why["reasons"][0]["words"]) > 10
    assert tenancy.organisation_ids() == [world.id]
