"""What every channel promises, tried on each of them."""

from __future__ import annotations

import contextlib
import hashlib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings

from acquit import channels
from acquit.channels.base import (
    NO_ADDRESS,
    Accepted,
    Channel,
    Envelope,
    HandedOver,
    Refused,
    Unknown,
)
from acquit.channels.provider import Forged, Provider, Received, Unreadable
from acquit.channels.tests.outgoing import NOBODY, Person, outgoing

#: What is installed, and the channel of docs/howto/add-a-channel.md.
EVERY = [*settings.CHANNELS, "tests.fixtures.pigeon"]


@pytest.fixture(params=EVERY)
def channel(request) -> Channel:
    return next(iter(channels.every((request.param,)).values()))


@pytest.fixture(params=EVERY)
def carried(request) -> Iterator[tuple[Channel, Provider, dict[str, str]]]:
    """Each provider of a channel in the worst world there is: a port on which nobody answers."""
    channel = next(iter(channels.every((request.param,)).values()))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        yield channel, next(iter(channel.providers.values())), {
            "host": "127.0.0.1", "port": port, "security": "none", "timeout": "2",
            "url": f"http://127.0.0.1:{port}", "user": "acquit", "password": "secret", "sender": "36180",
        }  # fmt: skip


def test_the_same_message_freezes_to_the_same_bytes(channel):
    once, again = channel.freeze(outgoing()), channel.freeze(outgoing())
    assert once == again
    assert once.sha256 == hashlib.sha256(once.content).hexdigest()
    assert once.content


def test_another_message_freezes_to_other_bytes(channel):
    other = outgoing(text="Autre texte", subject="Autre", document=b"%PDF-1.7 another letter")
    assert channel.freeze(outgoing()).sha256 != channel.freeze(other).sha256


def test_sending_returns_an_outcome_whatever_the_world_does(carried):
    channel, provider, settings = carried
    address = channel.address_of(Person())
    with provider.open(settings) as session:
        outcome = session.send(
            channel.freeze(outgoing()),
            Envelope(sender="a@b.example", recipients=(address,)),
            idempotency_key="1",
        )
    assert isinstance(outcome, Accepted | Refused | Unknown | HandedOver)
    if provider.fields:
        assert isinstance(outcome, Refused)
        assert not outcome.permanent
        assert outcome.because
    else:
        assert isinstance(outcome, HandedOver)


@pytest.mark.parametrize("recipients", [(), ("",), ("\n",)])
def test_without_an_address_it_is_refused_for_good_and_says_so(carried, recipients):
    channel, provider, settings = carried
    with provider.open(settings) as session:
        outcome = session.send(
            channel.freeze(outgoing()),
            Envelope(sender="a@b.example", recipients=recipients),
            idempotency_key="1",
        )
    assert isinstance(outcome, Refused)
    assert outcome.permanent
    assert outcome.code == NO_ADDRESS
    assert outcome.blames_address


def _every_provider() -> list[Provider]:
    return [one for channel in channels.every(EVERY).values() for one in channel.providers.values()]


@pytest.mark.parametrize("provider", _every_provider(), ids=lambda one: one.key)
def test_a_provider_says_what_it_needs(provider):
    keys = [line.key for line in provider.fields]
    assert len(set(keys)) == len(keys)
    assert provider.label
    for line in provider.fields:
        assert set(line.label) == {"fr", "en"}
        assert line.default in line.choices or not line.choices
        assert not (line.secret and line.default)


@pytest.mark.parametrize("provider", _every_provider(), ids=lambda one: one.key)
def test_a_provider_refuses_to_open_without_what_it_needs(provider):
    if any(line.required and not line.default for line in provider.fields):
        with pytest.raises(ValueError, match=r"\w"):
            provider.open({})


@pytest.mark.parametrize("provider", _every_provider(), ids=lambda one: one.key)
@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\x00\xff", b'{"event": {"a": []}}', b"<a><b/></a>"])
def test_a_call_of_a_stranger_brings_no_news(provider, body):
    settings = {line.key: line.default or "x" for line in provider.fields}
    at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    received = Received(headers={}, body=body, query={}, url="https://acquit.example/hooks/x/", at=at)
    with contextlib.suppress(Forged, Unreadable):
        assert list(provider.read(received, settings)) == []


def test_it_knows_which_address_of_a_contact_is_its_own(channel):
    assert channel.address_of(Person())
    assert channel.address_of(NOBODY) is None


def test_it_has_a_name_in_each_language_and_an_icon(channel):
    assert set(channel.label) == {"fr", "en"}
    assert channel.icon


def test_an_unknown_channel_is_named():
    with pytest.raises(channels.UnknownChannel, match="pigeon"):
        channels.get("pigeon")
