"""How a message leaves: one folder a channel, found through a list of dotted paths.

Each listed package holds a `CHANNEL` that keeps the promises of `base.Channel`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import cast

from acquit.channels.base import Channel

SHIPPED = (
    "acquit.channels.email", "acquit.channels.letter", "acquit.channels.registered", "acquit.channels.phone",
)  # fmt: skip


class UnknownChannel(LookupError):
    """No listed channel has this key."""


@cache
def every(paths: tuple[str, ...] = SHIPPED) -> dict[str, Channel]:
    """Return the channels of `paths` by key, in their order."""
    found = (cast("Channel", import_module(path).CHANNEL) for path in paths)
    return {channel.key: channel for channel in found}


def get(key: str, paths: Sequence[str] = SHIPPED) -> Channel:
    """Return the channel named `key`; raise UnknownChannel when none of `paths` is it."""
    channel = every(tuple(paths)).get(key)
    if channel is None:
        raise UnknownChannel(key)
    return channel
