"""How facts become sentences: templates per language, reasons in words, letters."""

from __future__ import annotations

from acquit.wording.reasons import say_reason
from acquit.wording.render import Rendered, render, template_variables
from acquit.wording.template import Unsayable

__all__ = ["Rendered", "Unsayable", "render", "say_reason", "template_variables"]
