"""Irish law of late payment: the directive between businesses, at the rate of the day of payment."""

from __future__ import annotations

from acquit.core.regimes.ie.rules import KINDS

__all__ = ["KINDS"]
