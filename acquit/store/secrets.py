"""What is secret at rest: sealed with a key that is not in the database.

The key is derived from ACQUIT_SECRET_KEY. After it was changed the old one, listed in
ACQUIT_OLD_SECRET_KEYS, still opens what it sealed; whatever is sealed again has the new key.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"acquit: secrets of carriers"


class Sealed(ValueError):
    """It was sealed with another ACQUIT_SECRET_KEY: list that in ACQUIT_OLD_SECRET_KEYS or enter it anew."""


def seal(secrets: Mapping[str, str]) -> str:
    """Return `secrets` so that only a holder of the key can read them; empty for none."""
    if not secrets:
        return ""
    return _fernet(*_keys()).encrypt(json.dumps(dict(secrets)).encode()).decode("ascii")


def unseal(sealed: str) -> dict[str, str]:
    """Return what `seal` was given; raise Sealed where no key that we hold opens it."""
    if not sealed:
        return {}
    try:
        opened = _fernet(*_keys()).decrypt(sealed.encode("ascii"))
    except (InvalidToken, UnicodeEncodeError) as error:
        raise Sealed(Sealed.__doc__) from error
    return {str(key): str(value) for key, value in json.loads(opened).items()}


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.ACQUIT_OLD_SECRET_KEYS)


@cache
def _fernet(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())
    return base64.urlsafe_b64encode(derived)
