"""How a message leaves: one folder a channel, found through the dotted paths of settings.CHANNELS.

Each listed package holds a `CHANNEL` that keeps the promises of `base.Channel`. Nothing else names the
channels there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import cast

from django.conf import settings

from acquit.channels.base import Channel


class UnknownChannel(LookupError):
    """No listed channel has this key."""


def every(paths: Sequence[str] | None = None) -> dict[str, Channel]:
    """Return the channels of `paths`, or those of the settings, by key and in their order."""
    return _every(tuple(settings.CHANNELS if paths is None else paths))


def get(key: str) -> Channel:
    """Return the channel named `key`; raise UnknownChannel when none of the settings is it."""
    channel = every().get(key)
    if channel is None:
        raise UnknownChannel(key)
    return channel


@cache
def _every(paths: tuple[str, ...]) -> dict[str, Channel]:
    found = (cast("Channel", import_module(path).CHANNEL) for path in paths)
    return {channel.key: channel for channel in found}
