"""Life-cycle messages: all they say is read, what is broken is named, nothing in them acts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings

from acquit.sources.base import Reading, StructureError, recognise
from acquit.sources.cdar import SOURCE
from acquit.sources.cdar.tests.messages import BUYER, SELLER, detail, message, reference
from acquit.sources.tests.broken import only_error, refusal
from acquit.sources.tests.fuzzing import check, noise, read_or_refuse, spoilt

OFFICIAL = Path(__file__).parents[4].parent / "shared" / "data" / "einvoice" / "cdar_afnor_annexB"
SEVERAL = message(
    reference(205, "F-1", label="Approuvée"),
    reference(
        207, "F-2",
        details=detail(
            reasons=["QTE_ERR", "PU_ERR"], note="3 colis manquent", amounts=[("MNATTC", "120.50", "")]
        ),
    ),
    reference(212, "F-3", details=detail(amounts=[("MEN", "120.00", "20.00"), ("MEN", "-5.50", "5.5")])),
)  # fmt: skip
CODES = (
    200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 220, 221, 224, 225, 226, 227,
    228, 250, 251, 300, 301, 400, 401, 500, 501, 601, 999,
)  # fmt: skip


def read(content: bytes) -> Reading:
    reading = SOURCE.read(content)
    check(reading)
    return reading


def rows(reading: Reading, *columns: str) -> list[tuple[object, ...]]:
    return reading.tables["statuses"].select(*columns).rows()


def test_it_is_recognised_by_its_root() -> None:
    assert SOURCE.identify(SEVERAL, "status.xml") == 1.0
    assert SOURCE.identify(b"<Invoice xmlns='urn:oasis'/>", "x.xml") == 0.0
    paths = ["acquit.sources.payments", "acquit.sources.cdar"]
    assert recognise(SEVERAL, "x.xml", paths).KIND == "cdar"


def test_a_message_about_several_invoices() -> None:
    reading = read(SEVERAL)
    assert rows(reading, "invoice_number", "code", "label", "reasons", "note") == [
        ("F-1", 205, "Approuvée", "", ""),
        ("F-2", 207, "", "QTE_ERR PU_ERR", "3 colis manquent"),
        ("F-3", 212, "", "", ""),
    ]
    assert {*rows(reading, "seller", "buyer", "issuer_role")} == {(SELLER, BUYER, "BY")}
    assert rows(reading, "invoice_issued_on", "at")[0] == (
        date(2026, 10, 11), datetime(2026, 11, 5, 9, tzinfo=UTC),
    )  # fmt: skip
    amounts = [json.loads(said) for (said,) in rows(reading, "amounts")]
    assert amounts[1] == [{"type": "MNATTC", "amount": "120.50", "currency": "EUR"}]
    assert amounts[2] == [
        {"type": "MEN", "amount": "120.00", "currency": "EUR", "rate": "20.00"},
        {"type": "MEN", "amount": "-5.50", "currency": "EUR", "rate": "5.5"},
    ]
    assert (reading.rows, reading.creditor_siren, reading.errors) == (3, SELLER, ())


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_kept_and_unknown_ones_too(code: int) -> None:
    assert rows(read(message(reference(code))), "code") == [(code,)]


def test_the_details_of_a_status_may_state_another() -> None:
    told = reference(207, details=detail(reasons=["PU_ERR"]) + detail(code="208", reasons=["JUSTIF_ABS"]))
    assert rows(read(message(told)), "code", "reasons") == [(207, "PU_ERR"), (208, "JUSTIF_ABS")]


def test_a_replay_has_the_same_keys_and_two_alike_are_two() -> None:
    twice = message(reference(205), reference(205), key="CDV-1")
    keys = [key for (key,) in rows(read(twice), "external_key")]
    assert keys == ["CDV-1 F-1 2026-10-11 205", "CDV-1 F-1 2026-10-11 205 #2"]
    assert [key for (key,) in rows(read(twice), "external_key")] == keys


@pytest.mark.parametrize(
    ("written", "form", "moment"),
    [
        ("20261105100000", "204", datetime(2026, 11, 5, 9, tzinfo=UTC)),
        ("20260705100000", "204", datetime(2026, 7, 5, 8, tzinfo=UTC)),
        ("202611051000", "203", datetime(2026, 11, 5, 9, tzinfo=UTC)),
        ("20261105", "102", datetime(2026, 11, 4, 23, tzinfo=UTC)),
        ("2026-11-05T10:00:00Z", "", datetime(2026, 11, 5, 10, tzinfo=UTC)),
    ],
)
def test_days_and_moments(written: str, form: str, moment: datetime) -> None:
    assert rows(read(message(reference(205), at=written, form=form)), "at") == [(moment,)]


def test_the_new_bank_account_is_read_as_it_is_written() -> None:
    told = reference(208, details=detail(reasons=["COORD_BANC_ERR"], amounts=[("CBB", "FR76 3000 6000", "")]))
    ((amounts,),) = rows(read(message(told)), "amounts")
    assert json.loads(amounts) == [{"type": "CBB", "value": "FR76 3000 6000"}]


def test_a_seller_named_by_siret_or_in_the_head_only() -> None:
    by_siret = SEVERAL.replace(
        f'schemeID="0002">{SELLER}'.encode(), f'schemeID="0009">{SELLER}00017'.encode()
    )
    assert read(by_siret).creditor_siren == SELLER
    assert rows(read(message(reference(501, seller=""))), "seller") == [(SELLER,)]


def test_two_sellers_in_one_message_name_no_creditor() -> None:
    assert read(message(reference(205), reference(205, "X-9", seller=BUYER))).creditor_siren == ""


@pytest.mark.parametrize(
    ("told", "code", "name"),
    [
        (reference("ACCEPTED"), "cdar_no_code", "status_code"),
        (reference(""), "cdar_no_code", "status_code"),
        (reference(205, ""), "cdar_no_number", "invoice_number"),
        (reference(205, issued="20261341"), "cdar_bad_day", "invoice_issued_on"),
        (reference(212, details=detail(amounts=[("MEN", "1,5", "20")])), "cdar_bad_amount", "amounts"),
        (reference(212, details=detail(amounts=[("MEN", "1e9", "20")])), "cdar_bad_amount", "amounts"),
        (reference(212, details=detail(amounts=[("MEN", "1", "=20")])), "cdar_bad_amount", "amounts"),
    ],
)
def test_a_broken_status_is_named_and_the_others_read(told: str, code: str, name: str) -> None:
    reading = read(message(reference(200, "F-0"), told))
    error = only_error(reading)
    assert (error.code, error.field, error.line) == (code, name, 7)
    assert rows(reading, "invoice_number") == [("F-0",)]


def test_without_any_moment_nothing_can_be_put_in_order() -> None:
    assert only_error(read(message(reference(205), at="hier"))).code == "cdar_no_moment"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xml_broken"),
        (SEVERAL[:600], "xml_broken"),
        (b"<Invoice/>", "cdar_other_root"),
        (message(), "cdar_empty"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + message(reference(205)).partition(b"\n")[2], "xml_doctype"),
    ],
)
def test_a_broken_file_is_refused_whole(content: bytes, code: str) -> None:
    assert refusal(SOURCE, content, "status.xml").code == code


@given(spoilt((SEVERAL,)) | noise())
@settings(max_examples=80, deadline=None)
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    read_or_refuse(SOURCE, content, "status.xml")


def test_the_official_examples_are_read() -> None:
    if not OFFICIAL.is_dir():
        pytest.skip("the official examples (XP Z12-012, annex B) lie outside this repository")
    found = {}
    for path in sorted(OFFICIAL.glob("*.xml")):
        reading = read(path.read_bytes())
        assert (reading.errors, reading.creditor_siren) == ((), "100000009")
        ((code, number, day, amounts),) = rows(
            reading, "code", "invoice_number", "invoice_issued_on", "amounts"
        )
        assert (number, day) == ("F202500003", date(2025, 7, 1))
        found[code] = json.loads(str(amounts))
    assert sorted(found) == [200, 202, 203, 204, 205, 211, 212]
    assert found[211] == [{"type": "MPA", "amount": "12000", "currency": "EUR", "on": "2025-07-30"}]
    assert found[212] == [{"type": "MEN", "amount": "12000", "currency": "EUR", "rate": "20.00"}]


def test_words_name_place_and_cause() -> None:
    with pytest.raises(StructureError, match="racine est « Invoice »".replace(" ", "\\s")):
        SOURCE.read(b"<Invoice/>")
