"""What every channel promises, tried on each of them."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator

import pytest

from acquit import channels
from acquit.channels.base import (
    NO_ADDRESS,
    Accepted,
    Channel,
    Envelope,
    HandedOver,
    Kind,
    Refused,
    Unknown,
)
from acquit.channels.email import SmtpConfig
from acquit.channels.tests.outgoing import NOBODY, Person, outgoing


@pytest.fixture(params=channels.SHIPPED)
def channel(request) -> Channel:
    return next(iter(channels.every((request.param,)).values()))


@pytest.fixture
def config() -> Iterator[SmtpConfig]:
    """A port on which nobody answers: the worst world that a channel can meet."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield SmtpConfig(host="127.0.0.1", port=taken.getsockname()[1], security="none", timeout=2)


def test_the_same_message_freezes_to_the_same_bytes(channel):
    once, again = channel.freeze(outgoing()), channel.freeze(outgoing())
    assert once == again
    assert once.sha256 == hashlib.sha256(once.content).hexdigest()
    assert once.content


def test_another_message_freezes_to_other_bytes(channel):
    other = outgoing(text="Autre texte", subject="Autre", document=b"%PDF-1.7 another letter")
    assert channel.freeze(outgoing()).sha256 != channel.freeze(other).sha256


def test_sending_returns_an_outcome_whatever_the_world_does(channel, config):
    address = channel.address_of(Person())
    frozen = channel.freeze(outgoing())
    with channel.open(config) as session:
        outcome = session.send(
            frozen, Envelope(sender="a@b.example", recipients=(address,)), idempotency_key="1"
        )
    assert isinstance(outcome, Accepted | Refused | Unknown | HandedOver)
    if channel.kind is Kind.BY_HAND:
        assert isinstance(outcome, HandedOver)
    else:
        assert isinstance(outcome, Refused)
        assert not outcome.permanent
        assert outcome.because


@pytest.mark.parametrize("recipients", [(), ("",), ("\n",)])
def test_without_an_address_it_is_refused_for_good_and_says_so(channel, config, recipients):
    with channel.open(config) as session:
        outcome = session.send(
            channel.freeze(outgoing()),
            Envelope(sender="a@b.example", recipients=recipients),
            idempotency_key="1",
        )
    assert isinstance(outcome, Refused)
    assert outcome.permanent
    assert outcome.code == NO_ADDRESS
    assert outcome.blames_address


def test_it_knows_which_address_of_a_contact_is_its_own(channel):
    assert channel.address_of(Person())
    assert channel.address_of(NOBODY) is None


def test_it_has_a_name_in_each_language_and_an_icon(channel):
    assert set(channel.label) == {"fr", "en"}
    assert channel.icon
    assert channels.get(channel.key) is channel


def test_an_unknown_channel_is_named():
    with pytest.raises(channels.UnknownChannel, match="pigeon"):
        channels.get("pigeon")
