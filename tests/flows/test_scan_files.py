"""Files that came with answers, before a real ClamAV; and handed out so that nothing opens them."""

from __future__ import annotations

import base64

import pytest

from acquit.channels.email.scanner import CannotScan, Scanner
from acquit.flows.answers.scan_files import scan_files
from acquit.flows.material.answers.files import FileInfected, hand_out
from acquit.store.answers.models import AnswerFile
from tests.fixtures.scanner import EICAR
from tests.flows.answering import LATER, keep
from tests.flows.world import ready_creditor


def with_files(*files: bytes) -> bytes:
    parts = [
        b"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="facture.pdf"\r\n\r\n' + base64.encodebytes(file)
        for file in files
    ]
    head = b"From: x@y.example\r\nMessage-ID: <f@y>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"\r\n".join([b"--b\r\nContent-Type: text/plain\r\n\r\nVoici.", *parts, b"--b--\r\n"])


@pytest.fixture
def kept(organisation):
    ready_creditor(organisation.id)
    keep(organisation, with_files(b"%PDF-1.7 ok", EICAR, b"PK\x03\x04 AutoOpenDropper", b"\x00" * 1_500_000))


def test_clean_infected_and_too_large_are_told_apart(organisation, kept, clamd) -> None:
    counted = scan_files(organisation_id=organisation.id, scanner=Scanner(clamd), now=LATER)
    assert counted == {"clean": 1, "infected": 2, "not_scanned": 1}
    found = [(f.scan, f.found) for f in AnswerFile.objects.order_by("position")]
    assert found[0] == ("clean", "")
    assert found[1][0] == found[2][0] == "infected"
    assert found[1][1].startswith("Test.Eicar")
    assert found[2][1].startswith("Test.Macro")
    assert found[3][0] == "not_scanned"
    assert scan_files(organisation_id=organisation.id, scanner=Scanner(clamd), now=LATER).total() == 0


def test_without_a_scanner_files_wait_unscanned(organisation, kept) -> None:
    nobody = Scanner("127.0.0.1:1")
    with pytest.raises(CannotScan):
        nobody.scan(b"x")
    scan_files(organisation_id=organisation.id, scanner=nobody, now=LATER)
    assert AnswerFile.objects.filter(scan="not_scanned", scanned_at=None).count() == 4


def test_f57_a_file_is_handed_out_as_bytes_that_no_browser_opens(organisation, kept) -> None:
    first = AnswerFile.objects.order_by("position")[0]
    out = hand_out(first)
    assert out.content == b"%PDF-1.7 ok"
    assert out.headers["Content-Type"] == "application/octet-stream"
    assert out.headers["Content-Disposition"].startswith('attachment; filename="facture.pdf"')
    assert out.headers["X-Content-Type-Options"] == "nosniff"
    assert out.headers["Content-Security-Policy"].startswith("sandbox")
    first.scan = "infected"
    with pytest.raises(FileInfected):
        hand_out(first)
