"""Who carries a channel's messages, and what he tells of them later.

A channel has one or more providers: `channels/<channel>/<provider>.py` with a `PROVIDER`, listed in the
channel's `providers`. A creditor's *carrier* is one provider with settings of its own. News comes back by
a call to our address (`read`) or because we ask (`ask`), always in the words of `Event`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from importlib import import_module
from typing import Protocol, cast

from acquit.channels.base import Attached, Outcome, Session


class Event(StrEnum):
    """What a provider can tell of a message; each provider has a table from its words to these."""

    POSTED = "posted"  # given to the post, or taken in charge by the next hand
    DELAYED = "delayed"  # not arrived yet, still tried
    DELIVERED = "delivered"
    PRESENTED = "presented"  # a registered letter was shown at the door; the addressee was absent
    OPENED = "opened"
    SIGNED = "signed"  # taken by the addressee against a signature
    REFUSED = "refused"  # the addressee refused the letter
    UNCLAIMED = "unclaimed"  # never fetched
    RETURNED = "returned"  # the postal address does not work
    BOUNCED = "bounced"  # the mailbox or number does not work; see `permanent`
    FAILED = "failed"  # not delivered for a reason that is not the address's
    COMPLAINED = "complained"  # the addressee called it unwanted
    ANSWERED = "answered"  # the addressee wrote back


#: Among the settings that a provider is given: the address at which its carrier takes news.
HOOK_URL = "hook_url"

#: After these nothing more is to be asked of a provider.
FINAL = frozenset({
    Event.DELIVERED, Event.SIGNED, Event.REFUSED, Event.UNCLAIMED, Event.RETURNED, Event.BOUNCED,
    Event.FAILED,
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One line of a provider's form. `label` per language; a secret is encrypted and never shown again.

    One that `leads` says where the secrets go, or whose they are: another one wants them entered anew.
    """

    key: str
    label: Mapping[str, str]
    secret: bool = False
    leads: bool = False
    required: bool = True
    default: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A call of a provider as it came: header names in lower case, the raw body, query and URL."""

    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str]
    url: str
    at: datetime
    method: str = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One event of one message.

    `event_id` is the provider's own, or made of what identifies the event: the same news told twice is
    recorded once. `provider_ref` is what `Accepted.provider_ref` was; `address` tells copies apart. `proof`
    is a document that the provider gives; `answer` the raw bytes that the addressee wrote (a whole MIME
    message for e-mail, UTF-8 text for SMS).

    `our_key` is the idempotency key, `message_id` the Message-ID, where the provider tells them back: they
    tie news to an attempt of which we never heard the reference.
    """

    event: Event
    event_id: str
    provider_ref: str
    at: datetime
    address: str = ""
    permanent: bool = False
    detail: str = ""
    proof: Attached | None = None
    answer: bytes | None = None
    our_key: str = ""
    message_id: str = ""


class Forged(Exception):
    """The call does not come from the provider: its signature is wrong, old or missing."""


class Unreadable(ValueError):
    """The call is the provider's, but not as it is published."""


class Unreachable(Exception):
    """The provider does not answer now; ask later."""


class Provider(Protocol):
    """Somebody who carries a channel's messages. `settings` are the values of `fields` by key.

    `keeps_keys`: the provider knows our idempotency key, so that an attempt of which nobody knows whether
    it left may be made again with the same key, or be looked for by it (`find`), without a second message.
    `open` connects to nothing yet.
    """

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def fields(self) -> tuple[Setting, ...]: ...
    @property
    def keeps_keys(self) -> bool: ...

    def open(self, settings: Mapping[str, str]) -> Session:
        """Return a session with these settings; raise ValueError naming a setting that cannot be used."""

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:
        """Return what a call to our address tells; raise Forged or Unreadable. Empty: nothing of ours."""

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:
        """Return what the provider knows of these messages when asked; empty where it cannot be asked.

        Raise Unreachable.
        """

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:
        """Return what became of the attempt with this key; None when the provider cannot say.

        `Accepted` proves that it left, `Refused` that it did not. Raise Unreachable.
        """


class Listed(Mapping[str, Provider]):
    """The providers of dotted paths by their keys, in that order; imported when first looked at."""

    def __init__(self, *paths: str) -> None:
        self._paths = paths

    @cached_property
    def _found(self) -> dict[str, Provider]:
        found = (cast("Provider", import_module(path).PROVIDER) for path in self._paths)
        return {provider.key: provider for provider in found}

    def __getitem__(self, key: str) -> Provider:
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._paths)


def without_settings(providers: Mapping[str, Provider]) -> Provider | None:
    """Return the first provider that needs no settings, such as a person with a printer; None if none."""
    ready = (one for one in providers.values() if not any(line.required for line in one.fields))
    return next(ready, None)


def complete(provider: Provider, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the provider's settings with the defaults of those that miss, and without others."""
    return {line.key: settings.get(line.key) or line.default for line in provider.fields}
