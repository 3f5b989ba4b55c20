"""Law of late payment of the United Kingdom, between businesses and toward public bodies."""

from __future__ import annotations

from acquit.core.regimes.gb.rules import KINDS

__all__ = ["KINDS"]
