"""Luxembourg law of late payment: the directive between businesses."""

from __future__ import annotations

from acquit.core.regimes.lu.rules import KINDS

__all__ = ["KINDS"]
