"""What every form of ours carries; a builtin of the templates, in place of Django's `csrf_token`."""

from __future__ import annotations

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from acquit.web.organisation import SHOWN

register = template.Library()


class _Carried(CsrfTokenNode):
    def render(self, context: Context) -> str:
        """Add the creditor for whom the page is drawn (see `OnlyForTheCreditorShown`)."""
        token = super().render(context)
        creditor = getattr(getattr(context, "request", None), "creditor", None)
        if not token or creditor is None:
            return token
        return format_html('{}<input type="hidden" name="{}" value="{}">', token, SHOWN, creditor.pk)


@register.tag
def csrf_token(_parser: Parser, _token: Token) -> _Carried:
    """Draw the hidden fields of a form that is posted."""
    return _Carried()
