"""Reading the demo's Maildir: a list, one mail, its HTML in a frame."""

from __future__ import annotations

import mailbox
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from acquit.web.components import Mail, WorkItem
from acquit.web.security import framed_mail

#: The newest mails that the list shows; it says how many there are in all.
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of the list."""

    key: str
    subject: str
    to: str
    at: datetime | None


@login_required
def index(request: HttpRequest, key: str = "") -> HttpResponse:
    """Show the mails that arrived, the newest first, and the one that is read."""
    box = _box()
    letters = sorted(
        (_letter(k, _mail(box, k)) for k in box.iterkeys()),
        key=lambda letter: (letter.at.timestamp() if letter.at else 0.0, letter.key),
        reverse=True,
    )
    chosen = key or (letters[0].key if letters else "")
    context = {
        "items": [_item(letter, chosen) for letter in letters[:_SHOWN]],
        "count": len(letters),
        "key": chosen,
        "read": _read(box, chosen) if chosen else None,
    }
    return render(request, "mailbox/index.html", context)


@login_required
@framed_mail
def html(_request: HttpRequest, key: str) -> HttpResponse:
    """Show the HTML of a mail exactly as it left."""
    part = _mail(_box(), key).get_body(("html",))
    if part is None:
        raise Http404
    return HttpResponse(part.get_content())


def _item(letter: Letter, chosen: str) -> WorkItem:
    return WorkItem(
        url=reverse("mailbox:mail", args=[letter.key]),
        icon="mail",
        name=letter.to,
        why=letter.subject,
        concerned=f"{letter.at:%d/%m %H:%M}" if letter.at else "",
        current=letter.key == chosen,
    )


def _box() -> mailbox.Maildir:
    return mailbox.Maildir(settings.DEMO_MAILBOX, create=True)


def _mail(box: mailbox.Maildir, key: str) -> EmailMessage:
    try:
        return message_from_bytes(box.get_bytes(key), policy=policy.default)
    except KeyError as error:
        raise Http404 from error


def _letter(key: str, mail: EmailMessage) -> Letter:
    date = mail["Date"]
    at = parsedate_to_datetime(str(date)) if date else None
    to = ", ".join(f"{a.display_name} ({a.addr_spec})" for a in mail["To"].addresses) if mail["To"] else ""
    return Letter(key, str(mail["Subject"] or ""), to, at)


def _read(box: mailbox.Maildir, key: str) -> dict[str, object]:
    mail = _mail(box, key)
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    letter = _letter(key, mail)
    attached = [part.get_filename() or _("pièce jointe") for part in mail.iter_attachments()]
    return {
        "letter": letter,
        "sender": str(mail["From"] or ""),
        "plain": plain.get_content() if plain is not None else "",
        "mail": Mail(
            to=(letter.to,),
            subject=letter.subject,
            attachments=", ".join(attached),
            plain=plain.get_content() if plain is not None else "",
            frame_url=reverse("mailbox:html", args=[key]) if rich is not None else "",
        ),
    }
