"""Secrets at rest: unreadable without the key, readable with an old one."""

from __future__ import annotations

import pytest

from acquit.store.secrets import Sealed, seal, unseal


def test_what_is_sealed_shows_nothing_and_opens_again(settings):
    sealed = seal({"password": "s3cret"})
    assert "s3cret" not in sealed
    assert unseal(sealed) == {"password": "s3cret"}
    assert (seal({}), unseal("")) == ("", {})


def test_a_new_key_opens_with_the_old_one_listed(settings):
    sealed = seal({"password": "s3cret"})
    old, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 40
    with pytest.raises(Sealed, match="ACQUIT_OLD_SECRET_KEYS"):
        unseal(sealed)
    settings.ACQUIT_OLD_SECRET_KEYS = [old]
    assert unseal(sealed) == {"password": "s3cret"}
    again = seal(unseal(sealed))
    settings.ACQUIT_OLD_SECRET_KEYS = []
    assert unseal(again) == {"password": "s3cret"}


def test_what_somebody_changed_does_not_open():
    sealed = seal({"password": "s3cret"})
    with pytest.raises(Sealed):
        unseal(sealed[:-3] + ("AAA" if not sealed.endswith("AAA") else "BBB"))
