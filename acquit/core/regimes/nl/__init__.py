"""Dutch law of late payment: between businesses, toward consumers, toward public bodies."""

from __future__ import annotations

from acquit.core.regimes.nl.rules import KINDS

__all__ = ["KINDS"]
