"""What every e-mail carrier is asked, beside its own keys."""

from __future__ import annotations

from collections.abc import Mapping

from acquit.channels.provider import Setting

DKIM_SELECTOR, WEBHOOK_SECRET = "dkim_selector", "webhook_secret"

#: Where the carrier's DKIM key is published, for the doctor to look at.
COMMON = (Setting(key=DKIM_SELECTOR, label={"fr": "Sélecteur DKIM", "en": "DKIM selector"}, required=False),)

#: « user:password », which the provider sends back with each call (basic authentication).
SECRET = Setting(
    key=WEBHOOK_SECRET,
    label={
        "fr": "Secret des notifications (utilisateur:mot de passe)",
        "en": "Secret of the notifications (user:password)",
    },
    secret=True,
    required=False,
)


def key(name: str, fr: str, en: str) -> Setting:
    """Return a required secret."""
    return Setting(key=name, label={"fr": fr, "en": en}, secret=True)


def wanted(settings: Mapping[str, str], *names: str) -> list[str]:
    """Return the settings of these names; raise ValueError naming the first that is missing."""
    for name in names:
        if not settings.get(name, "").strip():
            raise ValueError(f"{name} is missing")
    return [settings[name].strip() for name in names]
