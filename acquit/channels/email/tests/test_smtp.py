"""SMTP against a real server: what left, what did not, and what nobody can know."""

from __future__ import annotations

import smtplib
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from acquit.channels.base import Accepted, Envelope, Refused, Unknown
from acquit.channels.email import CHANNEL
from acquit.channels.email.smtp import CONNECTION_LOST, NOT_CONNECTED, NOT_SIGNED_IN, SmtpConfig, SmtpSession
from acquit.channels.email.tests import servers
from acquit.channels.tests.outgoing import outgoing

TO = "compta@kerleau.example"
COPY = "direction@kerleau.example"


@pytest.fixture(params=[False, True], ids=["one by one", "pipelined"])
def server(request):
    """A server that takes commands one by one, and one that takes them at once: the outcomes are the same."""
    return partial(servers.server, pipelining=request.param)


def _send(config, *, key="1", recipients=(TO,), session=None, **changes):
    frozen = CHANNEL.freeze(outgoing(**changes))
    envelope = Envelope(sender="claire@valmeric.example", recipients=recipients)
    if session is not None:
        return session.send(frozen, envelope, idempotency_key=key)
    with SmtpSession(config) as own:
        return own.send(frozen, envelope, idempotency_key=key)


def test_both_kinds_of_server_are_met_here(server):
    with server() as (_, config), smtplib.SMTP(config.host, config.port) as smtp:
        smtp.ehlo()
        assert smtp.has_extn("pipelining") is server.keywords["pipelining"]


def test_a_mail_arrives_byte_for_byte_as_frozen(server):
    with server() as (mailbox, config):
        outcome = _send(config)
    assert outcome == Accepted(provider_ref="Q1", detail="250 OK: queued as Q1")
    assert mailbox.accepted == [([TO], CHANNEL.freeze(outgoing()).content)]


def test_lines_that_begin_with_a_dot_arrive_whole(server):
    text = ".\n..\n.fin\n" * 3
    with server() as (mailbox, config):
        assert isinstance(_send(config, text=text, html=None), Accepted)
    assert mailbox.mails()[0].get_content().splitlines() == text.splitlines()


@pytest.mark.parametrize("at", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize(("answer", "permanent"), [("451 later", False), ("554 never", True)])
def test_f03_a_refusal_says_whether_trying_again_is_vain(server, at, answer, permanent):
    with server(at=at, answer=answer) as (mailbox, config):
        outcome = _send(config)
    assert isinstance(outcome, Refused)
    assert outcome.permanent is permanent
    assert answer in outcome.because
    assert not outcome.blames_address
    assert mailbox.accepted == []


def test_only_a_mailbox_that_does_not_exist_blames_the_address(server):
    with server(at="rcpt", answer="550 no such user") as (_, config):
        outcome = _send(config)
    assert outcome == Refused(
        permanent=True, because="550 no such user", code="rcpt_550", blames_address=True
    )


@pytest.mark.parametrize("at", ["mail", "rcpt", "data"])
def test_a_connection_lost_before_the_mail_has_left_may_be_tried_again(server, at):
    with server(at=at, answer="drop") as (mailbox, config):
        outcome = _send(config)
    assert isinstance(outcome, Refused)
    assert not outcome.permanent
    assert outcome.code == CONNECTION_LOST
    assert mailbox.accepted == []


@pytest.mark.parametrize("at", ["dot", "after"])
def test_f02_a_connection_lost_after_the_final_dot_is_unknown_and_sent_once(server, at):
    with server(at=at, answer="drop") as (mailbox, config):
        outcome = _send(config)
    assert isinstance(outcome, Unknown)
    assert outcome.because
    assert len(mailbox.accepted) == (1 if at == "after" else 0)


def test_f02_a_reused_connection_lost_after_the_final_dot_is_not_tried_again(server):
    with server() as (mailbox, config), SmtpSession(config) as session:
        assert isinstance(_send(config, session=session), Accepted)
        mailbox.at, mailbox.answer = "after", "drop"
        assert isinstance(_send(config, session=session, message_key="1-43"), Unknown)
    assert len(mailbox.accepted) == 2


def test_a_server_that_does_not_answer_after_the_dot_in_time_is_unknown(server):
    with server(slow=2) as (mailbox, config):
        hasty = SmtpConfig(host=config.host, port=config.port, security="none", timeout=1)
        assert isinstance(_send(hasty), Unknown)
    assert len(mailbox.accepted) == 1


def test_nobody_listening_is_temporary_and_nothing_left(server):
    with server() as (_, config):
        pass
    outcome = _send(config)
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.code) == (False, NOT_CONNECTED)


def test_a_batch_goes_through_one_connection(server):
    with server() as (mailbox, config), SmtpSession(config) as session:
        for number in range(20):
            assert isinstance(_send(config, session=session, message_key=str(number)), Accepted)
    assert (len(mailbox.accepted), mailbox.connections) == (20, 1)


@pytest.mark.parametrize("answer", ["421 closing", "drop"])
def test_a_connection_closed_between_two_mails_is_opened_again(server, answer):
    with server() as (mailbox, config), SmtpSession(config) as session:
        assert isinstance(_send(config, session=session), Accepted)
        mailbox.at, mailbox.answer, mailbox.times = "mail", answer, 1
        assert isinstance(_send(config, session=session, message_key="1-43"), Accepted)
    assert (len(mailbox.accepted), mailbox.connections) == (2, 2)


def test_after_a_refusal_the_connection_serves_the_next_mail(server):
    gone = "gone@kerleau.example"
    behaves = server(at="rcpt", answer="550 no", only=gone)
    with behaves as (mailbox, config), SmtpSession(config) as session:
        refused = _send(config, session=session, recipients=(gone,))
        accepted = _send(config, session=session, message_key="1-43")
    assert isinstance(refused, Refused)
    assert isinstance(accepted, Accepted)
    assert mailbox.connections == 1


def test_a_refused_copy_does_not_stop_the_mail_and_is_named(server):
    with server(at="rcpt", answer="550 no", only=COPY) as (mailbox, config):
        outcome = _send(config, recipients=(TO, COPY))
    assert isinstance(outcome, Accepted)
    assert outcome.refused[COPY].permanent
    assert mailbox.accepted[0][0] == [TO]


def test_the_main_recipient_refused_stops_the_mail_even_if_the_copy_would_take_it(server):
    behaves = server(at="rcpt", answer="550 no", only=TO)
    with behaves as (mailbox, config), SmtpSession(config) as session:
        outcome = _send(config, session=session, recipients=(TO, COPY))
        assert (mailbox.accepted, mailbox.ended) == ([], 0), "a dot would have sent an empty mail to the copy"
        mailbox.times = 0
        assert isinstance(_send(config, session=session, message_key="1-43"), Accepted)
    assert isinstance(outcome, Refused)
    assert mailbox.ended == 1


def test_commands_travel_at_once_only_where_the_server_says_so():
    talk = []
    for says in (b"250-test\r\n250 SIZE 1000000\r\n", b"250-test\r\n250 PIPELINING\r\n"):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            config = SmtpConfig(host="127.0.0.1", port=listening.getsockname()[1], security="none", timeout=1)
            with ThreadPoolExecutor(1) as pool:
                talk.append(pool.submit(_heard_before_any_answer, listening, says))
                _send(config)
    one_by_one, at_once = (heard.result() for heard in talk)
    assert one_by_one.split(b"\r\n")[0].startswith(b"MAIL FROM:<claire@valmeric.example> SIZE=")
    assert one_by_one.count(b"\r\n") == 1
    assert at_once == b"MAIL FROM:<claire@valmeric.example>\r\nRCPT TO:<compta@kerleau.example>\r\nDATA\r\n"


def _heard_before_any_answer(listening, says) -> bytes:
    """Greet one client, answer its EHLO, then only listen."""
    connection, _ = listening.accept()
    with connection:
        connection.settimeout(0.5)
        connection.sendall(b"220 test\r\n")
        connection.recv(1000)
        connection.sendall(says)
        heard = b""
        try:
            while True:
                heard += connection.recv(1000)
        except TimeoutError:
            return heard


def test_a_password_never_shows():
    assert "secret" not in repr(SmtpConfig(host="h", user="u", password="secret"))


@pytest.mark.parametrize("at", ["mail", "rcpt", "data"])
def test_a_server_that_falls_silent_before_the_mail_has_left_may_be_tried_again(server, at):
    with server(at=at, answer="silence") as (mailbox, config):
        outcome = _send(SmtpConfig(host=config.host, port=config.port, security="none", timeout=1))
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.code) == (False, CONNECTION_LOST)
    assert mailbox.accepted == []


def test_a_server_that_never_greets_is_temporary(server):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        config = SmtpConfig(host="127.0.0.1", port=mute.getsockname()[1], security="none", timeout=1)
        outcome = _send(config)
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.code) == (False, NOT_CONNECTED)


def test_a_wrong_password_is_temporary_and_named(server):
    with server(signs_in=False) as (mailbox, config):
        wrong = SmtpConfig(
            host=config.host, port=config.port, security="none", timeout=3, user="claire", password="no"
        )
        outcome = _send(wrong)
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.code, outcome.blames_address) == (False, NOT_SIGNED_IN, False)
    assert outcome.because.startswith("535")
    assert mailbox.accepted == []


@pytest.mark.parametrize(("answer", "permanent"), [("452 mailbox full", False), ("552 mailbox full", True)])
@pytest.mark.parametrize("at", ["rcpt", "dot"])
def test_a_full_mailbox_is_no_dead_address(server, at, answer, permanent):
    with server(at=at, answer=answer) as (_, config):
        outcome = _send(config)
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.blames_address) == (permanent, False)
