"""The open channels of a run, with what the environment says about each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Literal

from django.conf import settings

from acquit import channels
from acquit.channels.base import Session
from acquit.channels.email.smtp import SmtpConfig


@contextmanager
def open_sessions() -> Iterator[dict[str, Session]]:
    """Open every listed channel for a batch; each connects only when it must."""
    with ExitStack() as stack:
        yield {
            key: stack.enter_context(channel.open(_config(key)))
            for key, channel in channels.every(tuple(settings.CHANNELS)).items()
        }


def smtp_config() -> SmtpConfig:
    """Return where mail is handed in, from Django's own settings."""
    security: Literal["none", "starttls", "ssl"] = "none"
    if settings.EMAIL_USE_SSL:
        security = "ssl"
    elif settings.EMAIL_USE_TLS:
        security = "starttls"
    return SmtpConfig(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT or 25,
        security=security,
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        timeout=settings.EMAIL_TIMEOUT or 30,
    )


CONFIGS: dict[str, Callable[[], object]] = {"email": smtp_config}


def _config(key: str) -> object:
    return CONFIGS[key]() if key in CONFIGS else None
