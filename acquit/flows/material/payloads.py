"""What a subscription receives: signed JSON for an own system, a sentence in the shape of each chat room.

Slack and Mattermost take `{"text": …}` at an incoming webhook
(https://api.slack.com/messaging/webhooks, https://developers.mattermost.com/integrate/webhooks/incoming);
the Workflows of Teams take an Adaptive Card in a message
(https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

KINDS = ("json", "slack", "teams", "mattermost")

_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "message_sent": "Message envoyé à {who}",
        "bounce": "Adresse en échec chez {who}",
        "answer_arrived": "Réponse reçue de {who}",
        "promise_made": "Promesse de {who} : {amount} pour le {until}",
        "promise_broken": "Promesse non tenue par {who}",
        "dispute_opened": "Litige ouvert par {who} sur {invoice} : {amount}",
        "payment_matched": "Règlements rapprochés : {lines}, {amount}",
        "channel_paused": "Un canal est en pause : {because}",
        "volume_alert": "Volume inhabituel : les messages du jour attendent votre confirmation",
        "test": "Essai d’Acquit : ceci est une notification d’essai",
    },
    "en": {
        "message_sent": "Message sent to {who}",
        "bounce": "An address of {who} fails",
        "answer_arrived": "Answer received from {who}",
        "promise_made": "Promise by {who}: {amount} by {until}",
        "promise_broken": "Promise broken by {who}",
        "dispute_opened": "Dispute opened by {who} on {invoice}: {amount}",
        "payment_matched": "Payments matched: {lines}, {amount}",
        "channel_paused": "A channel is paused: {because}",
        "volume_alert": "Unusual volume: today’s messages wait for your confirmation",
        "test": "A test from Acquit: this is a test notification",
    },
}


def sentence(event: str, facts: Mapping[str, Any], language: str) -> str:
    """Return one line of plain text; what comes from outside stands in it as it is."""
    amount = f"{facts['amount']} {facts.get('currency', '')}".strip() if facts.get("amount") else "—"
    said = {"who": "—", "until": "—", "invoice": "—", "lines": "0", "because": ""} | dict(facts)
    words = _SENTENCES.get(language, _SENTENCES["fr"])[event].format_map({**said, "amount": amount})
    return " ".join(words.split())


def payload(kind: str, event: str, facts: Mapping[str, Any], *, language: str, link: str) -> bytes:
    """Return the body for a subscription of `kind`; names from outside cannot mark up a chat room."""
    if kind == "json":
        return json.dumps({"event": event, **facts, "link": link}, ensure_ascii=False).encode()
    words = sentence(event, facts, language)
    if kind == "teams":
        block = {"type": "TextBlock", "text": _no_markdown(words), "wrap": True}
        button = {"type": "Action.OpenUrl", "title": "Acquit", "url": link}
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard",
            "version": "1.4", "body": [block], "actions": [button],
        }  # fmt: skip
        attached = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        return json.dumps({"type": "message", "attachments": [attached]}, ensure_ascii=False).encode()
    if kind == "slack":
        escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return json.dumps({"text": f"{escaped} <{link}|Acquit>"}, ensure_ascii=False).encode()
    return json.dumps({"text": f"{_no_markdown(words)} [Acquit]({link})"}, ensure_ascii=False).encode()


def _no_markdown(words: str) -> str:
    for sign in "\\`*_[]()<>#@!|~":
        words = words.replace(sign, f"\\{sign}")
    return words


def signature(key: str, timestamp: int, body: bytes) -> str:
    """Return the HMAC-SHA256 of «timestamp.body», in hexadecimal: an old call cannot be told again."""
    return hmac.new(key.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
