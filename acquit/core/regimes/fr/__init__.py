"""French law of late payment: between businesses, toward consumers, toward public buyers."""

from __future__ import annotations

from acquit.core.regimes.fr.rules import KINDS

__all__ = ["KINDS"]
