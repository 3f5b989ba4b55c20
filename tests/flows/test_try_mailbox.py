"""A mailbox is opened before it is kept: each refusal has its cause; off, on and removed."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from acquit.channels.email import imap
from acquit.flows.answers import keep_mailbox as flow
from acquit.flows.answers.keep_mailbox import (
    MailboxBusy,
    MailboxIncomplete,
    Said,
    keep_mailbox,
    remove_mailbox,
    retry_mailbox,
    switch_mailbox,
    try_mailbox,
)
from acquit.flows.answers.read_mailbox import read_mailbox
from acquit.flows.material.errors import SecretForAnother
from acquit.store.answers.models import Answer, Mailbox
from acquit.store.facts import CaseLoader
from acquit.store.secrets import unseal
from tests.fixtures.mailserver import ACCENTED, ACCENTED_PASSWORD, PASSWORD, MailServer
from tests.flows.answering import written
from tests.flows.world import NOW, TODAY, ready_creditor

BOX = "relances@valmeric.example"


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id, sender_email=BOX, reply_domain="")


def said(server: MailServer, **more: Any) -> Said:
    known = {"host": server.host, "user": BOX, "port": server.imap_port, "security": "none",
             "since": date(2020, 1, 1), "secrets": {"password": PASSWORD}}  # fmt: skip
    return Said(**known | more)


def keep(organisation: Any, how: Said, key: int | None = None) -> int:
    return keep_mailbox(organisation_id=organisation.id, said=how, today=TODAY, now=NOW, mailbox_id=key)


def tried(organisation: Any, how: Said, key: int | None = None) -> imap.CannotRead | None:
    return try_mailbox(organisation_id=organisation.id, said=how, now=NOW, mailbox_id=key)


def cause(organisation: Any, how: Said) -> str:
    error = tried(organisation, how)
    return error.cause if error else ""


def test_what_opens_is_not_kept_by_the_try(organisation, mail_server) -> None:
    assert tried(organisation, said(mail_server, move_to="Jamais créé")) is None
    assert not Mailbox.objects.exists()
    with mail_server.imap(BOX) as client:
        assert not client.folder_exists("Jamais créé")


@pytest.mark.parametrize("host", ["nulle-part.invalid", "é" * 80])
def test_a_host_that_is_unknown(organisation, mail_server, monkeypatch, host) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert cause(organisation, said(mail_server, host=host)) == imap.HOST_UNKNOWN


def test_a_port_where_nobody_listens(organisation, mail_server) -> None:
    assert cause(organisation, said(mail_server, port=1)) == imap.NOBODY_LISTENS


def test_a_server_that_does_not_speak(organisation, mail_server, monkeypatch) -> None:
    monkeypatch.setattr(flow, "TRY_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        assert cause(organisation, said(mail_server, port=mute.getsockname()[1])) == imap.NO_ANSWER


def test_a_certificate_that_nobody_vouches_for(organisation, mail_server, tmp_path) -> None:
    with stranger(tmp_path) as (port, heard):
        assert cause(organisation, said(mail_server, port=port, security="ssl")) == imap.CERTIFICATE
    assert heard == [], "the password was not given"


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_an_encryption_that_the_server_does_not_offer(organisation, mail_server, security) -> None:
    assert cause(organisation, said(mail_server, security=security)) == imap.ENCRYPTION


def test_a_password_that_is_wrong(organisation, mail_server) -> None:
    error = tried(organisation, said(mail_server, secrets={"password": "faux"}))
    assert error is not None
    assert (error.cause, error.refused) == (imap.SIGN_IN, True)
    assert "faux" not in str(error)
    assert str(error) == f"{BOX}: [AUTHENTICATIONFAILED] Authentication failed."


def test_a_password_with_accents_opens(organisation, mail_server) -> None:
    how = said(mail_server, user=ACCENTED, secrets={"password": ACCENTED_PASSWORD})
    assert tried(organisation, how) is None
    assert cause(organisation, said(mail_server, secrets={"password": "clé"})) == imap.SIGN_IN


def test_a_folder_that_is_not_there_names_those_that_are(organisation, mail_server) -> None:
    with mail_server.imap(BOX, folder="Réponses"):
        pass
    error = tried(organisation, said(mail_server, folder="Relances"))
    assert error is not None
    assert error.cause == imap.FOLDER
    assert {"INBOX", "Réponses"} <= set(error.folders)
    assert tried(organisation, said(mail_server, folder="Réponses")) is None


def test_a_kept_password_goes_to_no_other_server(organisation, mail_server) -> None:
    key = keep(organisation, said(mail_server))
    for other in (
        {"host": "localhost"},
        {"port": 1},
        {"user": "claire@valmeric.example"},
        {"security": "ssl"},
    ):
        moved = said(mail_server, secrets={}, **other)
        with pytest.raises(SecretForAnother):
            tried(organisation, moved, key)
        with pytest.raises(SecretForAnother):
            keep(organisation, moved, key)
    renamed = said(mail_server, secrets={}, name="Réponses", silent_hours=48)
    assert tried(organisation, renamed, key) is None
    keep(organisation, renamed, key)
    kept = Mailbox.objects.get()
    assert (kept.name, kept.silent_hours, unseal(kept.sealed)) == ("Réponses", 48, {"password": PASSWORD})


def test_the_failure_is_kept_with_its_cause_and_ends_with_a_reading(
    organisation, creditor, mail_server
) -> None:
    key = keep(organisation, said(mail_server, secrets={"password": "faux"}))
    read_mailbox(organisation_id=organisation.id, mailbox_id=key, now=NOW)
    assert Mailbox.objects.get().cause == imap.SIGN_IN
    error = retry_mailbox(organisation_id=organisation.id, mailbox_id=key, now=NOW)
    assert error is not None
    assert error.cause == imap.SIGN_IN
    assert Mailbox.objects.get().next_try_at is not None
    keep(organisation, said(mail_server), key)
    Mailbox.objects.update(next_try_at=NOW + timedelta(hours=1), cause=imap.SIGN_IN, failures=3)
    assert retry_mailbox(organisation_id=organisation.id, mailbox_id=key, now=NOW) is None
    assert Mailbox.objects.get().next_try_at is None, "the next tick reads it"
    read_mailbox(organisation_id=organisation.id, mailbox_id=key, now=NOW)
    assert (Mailbox.objects.get().cause, Mailbox.objects.get().failures) == ("", 0)


def test_off_it_holds_nothing_and_on_again_it_holds_until_read(organisation, creditor) -> None:
    how = Said(host="127.0.0.1", user=BOX, port=1, security="none", secrets={"password": "x"})
    key = keep_mailbox(organisation_id=organisation.id, said=how, today=TODAY, now=NOW - timedelta(days=2))
    assert unheard(creditor)
    switch_mailbox(organisation_id=organisation.id, mailbox_id=key, on=False, now=NOW)
    assert not unheard(creditor)
    switch_mailbox(organisation_id=organisation.id, mailbox_id=key, on=True, now=NOW)
    assert unheard(creditor)


def test_one_that_was_removed_forgets_its_secrets_keeps_its_answers_and_goes_on_where_it_was(
    organisation, creditor, mail_server
) -> None:
    key = keep(organisation, said(mail_server))
    with mail_server.imap(BOX) as client:
        client.append("INBOX", written(key="a"))
    read_mailbox(organisation_id=organisation.id, mailbox_id=key, now=datetime.now(UTC))
    remove_mailbox(organisation_id=organisation.id, mailbox_id=key, now=NOW)
    gone = Mailbox.objects.get()
    assert (gone.is_active, gone.sealed, Answer.objects.get().mailbox_id) == (False, "", key)
    with pytest.raises(MailboxIncomplete):
        switch_mailbox(organisation_id=organisation.id, mailbox_id=key, on=True, now=NOW)
    with pytest.raises(MailboxIncomplete):
        keep(organisation, said(mail_server, secrets={}), key)
    with mail_server.imap(BOX) as client:
        client.append("INBOX", written(key="b"))
    assert keep(organisation, said(mail_server)) == key
    reading = read_mailbox(organisation_id=organisation.id, mailbox_id=key, now=datetime.now(UTC))
    assert (reading.kept["unread"], reading.known) == (1, 0)


def test_one_that_is_being_read_is_not_changed_meanwhile(organisation, mail_server, monkeypatch) -> None:
    key = keep(organisation, said(mail_server))

    @contextmanager
    def taken(_key: int) -> Iterator[bool]:
        yield False

    monkeypatch.setattr(flow, "alone", taken)
    with pytest.raises(MailboxBusy):
        keep(organisation, said(mail_server), key)


def nobody(host: str, *_: Any, **__: Any) -> None:
    """A resolver that knows no name, as Python asks it: in IDNA."""
    host.encode("idna")
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def unheard(creditor: Any) -> bool:
    loader = CaseLoader(creditor.organisation_id, NOW)
    return bool(loader.unheard(loader.creditor(creditor.pk)))


@contextmanager
def stranger(folder: Path) -> Iterator[tuple[int, list[bytes]]]:
    """A server with a certificate of its own making: its port, and what it was told after the handshake."""
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "imap.stranger.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(whose).issuer_name(whose).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )  # fmt: skip
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    mine = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    mine.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            taken, _ = server.accept()
            with taken:
                try:
                    heard.append(mine.wrap_socket(taken, server_side=True).recv(1000))
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], heard
        thread.join(10)
