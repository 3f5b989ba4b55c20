"""The real mails beside the project, which nobody here wrote; they are never kept in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

EMAILS = Path(__file__).parents[5].parent / "shared/data/emails"
needs_emails = pytest.mark.skipif(
    not EMAILS.exists(), reason="no real mails beside the project (../shared/data/emails)"
)


def words(text: str) -> str:
    """Return `text` with single spaces, as two readers of it would agree on."""
    return " ".join(text.split())


def digest(text: str) -> str:
    """Return what stands for a text in an expectation, so that none of it is kept here."""
    return hashlib.sha256(words(text).encode()).hexdigest()[:12]
