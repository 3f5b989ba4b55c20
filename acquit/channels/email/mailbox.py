"""What an e-mail address must be before it may stand in a header or an envelope."""

from __future__ import annotations

import re

# The dot-atom of RFC 5322: quoted local parts and SMTPUTF8 are refused rather than half kept.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9-]{1,63}")
_LONGEST_LOCAL, _LONGEST = 64, 254


def usable(address: str) -> str | None:
    """Return `address` with its domain in ASCII (IDNA), or None when it cannot be a mailbox.

    >>> usable(" compta@café.example ")
    'compta@xn--caf-dma.example'
    >>> usable("compta@client.example\\nBcc: all@client.example") is None
    True
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        return None
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    whole = f"{local}@{ascii_domain}"
    return whole if len(whole) <= _LONGEST and _DOMAIN.fullmatch(ascii_domain) else None
