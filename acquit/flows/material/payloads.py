"""What a subscription receives: signed JSON for an own system, a sentence in the shape of each chat room.

Slack and Mattermost take `{"text": …}` at an incoming webhook
(https://api.slack.com/messaging/webhooks, https://developers.mattermost.com/integrate/webhooks/incoming);
the Workflows of Teams take an Adaptive Card in a message
(https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook).
In Slack a text of type plain_text is not read as markup
(https://docs.slack.dev/reference/block-kit/composition-objects/text-object).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from acquit.core.money import Money
from acquit.wording.typography import TYPOGRAPHY

KINDS = ("json", "slack", "teams", "mattermost")
#: No name makes a notice longer than this, in characters.
_MOST = 300

_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "message_sent": "Message envoyé à {who}",
        "bounce": "Adresse en échec chez {who}",
        "answer_arrived": "Réponse reçue de {who}",
        "promise_made": "Promesse de {who} : {amount} pour le {until}",
        "promise_broken": "Promesse non tenue par {who}",
        "dispute_opened": "Litige ouvert par {who} sur {invoice} : {amount}",
        "payment_matched": "Règlement rapproché : {amount}, {who}",
        "channel_paused": "Un canal est en pause : {because}",
        "volume_alert": "Volume inhabituel : les messages du jour attendent votre confirmation",
        "test": "Essai d’Acquit : ceci est une notification d’essai",
    },
    "en": {
        "message_sent": "Message sent to {who}",
        "bounce": "An address of {who} fails",
        "answer_arrived": "Answer received from {who}",
        "promise_made": "Promise by {who}: {amount} by {until}",
        "promise_broken": "Promise broken by {who}",
        "dispute_opened": "Dispute opened by {who} on {invoice}: {amount}",
        "payment_matched": "Payment matched: {amount}, {who}",
        "channel_paused": "A channel is paused: {because}",
        "volume_alert": "Unusual volume: today’s messages wait for your confirmation",
        "test": "A test from Acquit: this is a test notification",
    },
}


def sentence(event: str, facts: Mapping[str, Any], language: str) -> str:
    """Return one line of plain text; what comes from outside stands in it without unseen characters."""
    language = language if language in _SENTENCES else "fr"
    written = TYPOGRAPHY[language]
    said = {"until": "—", "invoice": "—", "because": ""} | {k: _seen(v) for k, v in facts.items()}
    said["who"] = _seen(facts.get("who") or facts.get("sender") or "—")
    said["amount"] = "—"
    if facts.get("amount"):
        said["amount"] = written.amount(Money(Decimal(facts["amount"]), facts["currency"]))
    if facts.get("until"):
        said["until"] = written.day(date.fromisoformat(facts["until"]))
    return _SENTENCES[language][event].format_map(said)


def payload(kind: str, event: str, facts: Mapping[str, Any], *, language: str, link: str) -> bytes:
    """Return the body for a subscription of `kind`; names from outside cannot mark up a chat room."""
    if kind == "json":
        return _json({"event": event, **facts, "link": link})
    words = sentence(event, facts, language)
    if kind == "teams":
        return _json(_card(words, link))
    if kind == "slack":
        escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return _json({
            "text": escaped, "unfurl_links": False, "unfurl_media": False,
            "blocks": [
                {"type": "section", "text": {"type": "plain_text", "text": words, "emoji": False}},
                {"type": "context", "elements": [{"type": "mrkdwn", "text": f"<{link}|Acquit>"}]},
            ],
        })  # fmt: skip
    return _json({"text": f"{_no_markdown(words)} [Acquit]({link})"})


def _card(words: str, link: str) -> dict[str, Any]:
    """Return a card whose words are a TextRun, which knows no Markdown, unlike a TextBlock."""
    said = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": words}]}
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard",
        "version": "1.4", "body": [said],
        "actions": [{"type": "Action.OpenUrl", "title": "Acquit", "url": link}],
    }  # fmt: skip
    attached = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attached]}


def _json(said: Mapping[str, Any]) -> bytes:
    """Return JSON in ASCII, so that no receiver has to guess how it is written."""
    return json.dumps(said).encode("ascii")


def _seen(value: Any) -> str:
    """Return one line of `value` without controls, zero-width marks and overrides of direction."""
    seen = (one for one in str(value) if one.isspace() or unicodedata.category(one)[0] != "C")
    return " ".join("".join(seen).split())[:_MOST]


def _no_markdown(words: str) -> str:
    """Return `words` with every sign escaped; what would call a person is written as another sign."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", words.replace("@", "＠"))


def signature(key: str, timestamp: int, body: bytes) -> str:
    """Return the HMAC-SHA256 of «timestamp.body», in hexadecimal: an old call cannot be told again."""
    return hmac.new(key.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
