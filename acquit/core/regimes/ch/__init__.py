"""Swiss law of late payment: five percent, whoever the debtor is."""

from __future__ import annotations

from acquit.core.regimes.ch.rules import KINDS

__all__ = ["KINDS"]
