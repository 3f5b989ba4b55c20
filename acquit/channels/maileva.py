"""Maileva, of the La Poste group: prints, posts and, for registered letters, tells and proves.

As published: the APIs `mail` v2 and `registered_mail` v4 (www.maileva.com/developpeur, OpenAPI of
registered_mail 4.10) and `notification_center`. A sending is a draft (DRAFT) that is produced only once it is
submitted; nothing that failed before has left. The API has no idempotency key: ours is the sending's
`custom_id`, looked for before anything is made.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from acquit.channels.base import (
    NO_ADDRESS,
    Accepted,
    Attached,
    Closing,
    Envelope,
    Frozen,
    Outcome,
    Refused,
    Unknown,
)
from acquit.channels.maileva_api import WORDS, Api, Declined, Product
from acquit.channels.provider import Event, Forged, News, Received, Setting, Unreachable, Unreadable, complete

#: Countries that registered letters may go to.
REGISTERED_COUNTRIES = frozenset({"FR", "MC", "RE", "YT", "MQ", "GP", "MF", "BL", "GF"})
_OURS = re.compile(r"/sendings/([0-9A-Za-z-]{1,64})")

#: Codes of La Poste's tracking, as Maileva publishes them, that say something to a creditor.
_TRACKING = {
    "LP08": Event.PRESENTED, "LP09": Event.PRESENTED, "LP10": Event.PRESENTED,
    "LP15": Event.SIGNED, "LP16": Event.SIGNED, "LP28": Event.SIGNED, "LP29": Event.SIGNED,
    "LP19": Event.UNCLAIMED, "LP25": Event.UNCLAIMED, "LP20": Event.RETURNED, "LP21": Event.RETURNED,
    "LP22": Event.REFUSED,
}  # fmt: skip
#: Why an envelope came back (« pli non distribuable »).
_UNDELIVERED = {
    "N02": Event.RETURNED, "N03": Event.UNCLAIMED, "N05": Event.REFUSED, "N07": Event.RETURNED,
}  # fmt: skip
_STOPPED = frozenset({"REJECTED", "CANCELED", "SENDING_REJECTED"})


class MailevaSession(Closing):
    """Hands letters in, one sending each."""

    def __init__(self, product: Product, settings: Mapping[str, str]) -> None:
        self._product, self._settings = product, settings
        self.api = Api(product, settings)
        self._known: dict[str, Mapping[str, Any]] | None = None

    def close(self) -> None:
        """Let go of the connection."""
        self.api.close()

    def send(self, frozen: Frozen, envelope: Envelope, *, idempotency_key: str) -> Outcome:
        """Make a sending and submit it, unless one with this key was submitted already."""
        to = envelope.addressee
        lines = to.lines if to else tuple("".join(envelope.recipients[:1]).split("\n"))
        country = to.country if to else "FR"
        if len([line for line in lines if line.strip()]) < 2:
            return Refused(permanent=True, because="no postal address", code=NO_ADDRESS, blames_address=True)
        if self._product.registered and country not in REGISTERED_COUNTRIES:
            because = f"Maileva takes no registered letter to {country}"
            return Refused(permanent=True, because=because, code="country")
        try:
            before = self.before(idempotency_key)
            if before is not None and before.get("status") != "DRAFT":
                return Accepted(provider_ref=str(before["id"]), detail="submitted by an earlier attempt")
            if before is not None:
                self.api.call("DELETE", f"/sendings/{before['id']}")
            sending = self._made(frozen, envelope, idempotency_key, (lines, country))
        except Unreachable as error:
            return Refused(permanent=False, because=str(error)[:WORDS], code="not_reached")
        except Declined as error:
            return error.refused()
        return self._submitted(sending)

    def before(self, key: str) -> Mapping[str, Any] | None:
        """Return the sending that an earlier attempt made; all are read once a session."""
        if self._known is None:
            self._known = {str(one.get("custom_id")): one for one in self.api.sendings()}
        return self._known.get(key)

    def _made(self, frozen: Frozen, envelope: Envelope, key: str, to: tuple[Sequence[str], str]) -> str:
        """Return the id of a new draft with its document and its addressee."""
        said: dict[str, Any] = {
            "name": (envelope.subject or key)[:256], "custom_id": key,
            "color_printing": self._settings.get("colour") == "yes",
            "duplex_printing": self._settings.get("both_sides") != "no",
        }  # fmt: skip
        if self._product.registered:
            said |= {"acknowledgement_of_receipt": True, "returned_mail_scanning": True}
            said |= _address_lines(envelope.sender_lines, "FR", "sender_")
        else:
            said |= {"postage_type": "FAST"}
        sending = str(self.api.post("/sendings", json=said)["id"])
        files = {
            "document": ("lettre.pdf", frozen.content, "application/pdf"),
            "metadata": ("metadata", json.dumps({"priority": 1, "name": "lettre.pdf"}), "application/json"),
        }
        self.api.post(f"/sendings/{sending}/documents", files=files)
        lines, country = to
        recipient = {"custom_id": key, **_address_lines(lines, country, "")}
        self.api.post(f"/sendings/{sending}/recipients", json=recipient)
        return sending

    def _submitted(self, sending: str) -> Outcome:
        """Submit, and where no good answer comes look whether it was done all the same."""
        try:
            self.api.call("POST", f"/sendings/{sending}/submit")
        except (Unreachable, Declined) as error:
            return self._looked(sending, error)
        return Accepted(provider_ref=sending)

    def _looked(self, sending: str, error: Exception) -> Outcome:
        try:
            status = str(self.api.get(f"/sendings/{sending}").get("status"))
        except (Unreachable, Declined) as unknown:
            return Unknown(because=f"submit: {error}; then: {unknown}"[:WORDS])
        if status != "DRAFT":
            return Accepted(provider_ref=sending, detail=f"submit: {error}; {status}"[:WORDS])
        if isinstance(error, Declined):
            return error.refused()
        return Refused(permanent=False, because=str(error)[:WORDS], code="not_submitted")


class Maileva:
    """Maileva as a provider of one product."""

    key = "maileva"
    label = "Maileva"
    keeps_keys = True
    fields = (
        Setting(key="client_id", label={"fr": "Identifiant d’application", "en": "Client id"}),
        Setting(
            key="client_secret", label={"fr": "Secret d’application", "en": "Client secret"}, secret=True
        ),
        Setting(key="user", label={"fr": "Compte", "en": "Account"}, leads=True),
        Setting(key="password", label={"fr": "Mot de passe", "en": "Password"}, secret=True),
        Setting(
            key="colour", label={"fr": "Couleur", "en": "Colour"}, default="no", choices=("no", "yes"),
            required=False,
        ),
        Setting(
            key="both_sides", label={"fr": "Recto verso", "en": "Both sides"}, default="yes",
            choices=("yes", "no"), required=False,
        ),
        Setting(
            key="hook_user", label={"fr": "Compte des notifications", "en": "Notifications: account"},
            required=False,
        ),
        Setting(
            key="hook_password", secret=True, required=False,
            label={"fr": "Mot de passe des notifications", "en": "Notifications: password"},
        ),
        Setting(
            key="url", label={"fr": "Adresse de l’API", "en": "Address of the API"}, required=False,
            default="https://api.maileva.com", leads=True,
        ),
        Setting(
            key="auth_url", label={"fr": "Adresse de connexion", "en": "Address to sign in"}, required=False,
            default="https://connexion.maileva.com", leads=True,
        ),
    )  # fmt: skip

    def __init__(self, product: Product) -> None:
        self._product = product

    def open(self, settings: Mapping[str, str]) -> MailevaSession:
        """Return a session of this account; raise ValueError naming a setting that misses."""
        for line in self.fields:
            if line.required and not settings.get(line.key, "").strip():
                raise ValueError(f"{line.key} is missing")
        return MailevaSession(self._product, complete(self, settings))

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:
        """Return what a notification tells: Maileva is asked about the sending that it names.

        Notifications are not signed; a subscription may have a user and a password (Basic), which are
        checked where they are set. They say neither why an envelope came back nor bring its proofs.
        """
        if not _basic(received, settings):
            raise Forged("wrong user or password")
        try:
            said = json.loads(received.body)
        except ValueError as error:
            raise Unreadable("not JSON") from error
        if not isinstance(said, dict) or "resource_type" not in said:
            raise Unreadable("no resource_type")
        if not str(said["resource_type"]).startswith(self._product.path.split("/")[0] + "/"):
            return ()
        found = _OURS.search(str(said.get("resource_location")))
        sending = found[1] if found else str(said.get("resource_id") or "")
        if not re.fullmatch(r"[0-9A-Za-z-]{1,64}", sending):
            raise Unreadable("no sending")
        try:
            return self.ask([sending], settings, now=received.at)
        except Unreachable as error:
            raise Unreadable(f"Maileva cannot be asked: {error}") from error

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:
        """Return what Maileva knows of these sendings, with the proofs that exist; raise Unreachable."""
        with self.open(settings) as session:
            return [one for ref in refs for one in self._told(session.api, ref, now)]

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:
        """Return what became of the sending with this custom id; raise Unreachable."""
        with self.open(settings) as session:
            try:
                found = session.before(idempotency_key)
            except Declined as error:
                raise Unreachable(str(error)) from error
        if found is None or found.get("status") == "DRAFT":
            because = "never submitted" if found else "unknown to Maileva"
            return Refused(permanent=False, because=because, code="not_submitted")
        return Accepted(provider_ref=str(found["id"]), detail=str(found.get("status")))

    def _told(self, api: Api, ref: str, now: datetime) -> Iterator[News]:
        try:
            sending = api.get(f"/sendings/{ref}")
            status = str(sending.get("status"))
            if status in _STOPPED:
                because = str(sending.get("status_detail") or status)
                yield self._news(ref, Event.FAILED, status, now, sending, detail=because)
                return
            if not self._product.registered:
                if status.startswith("PROCESSED"):
                    yield self._news(
                        ref, Event.POSTED, status, _moment(sending.get("processed_date"), now), sending
                    )
                return
            for recipient in api.get(f"/sendings/{ref}/recipients").get("recipients") or []:
                yield from self._arrivals(api, ref, recipient, now)
        except Declined as error:
            if error.status != 404:
                raise Unreachable(str(error)) from error

    def _arrivals(self, api: Api, ref: str, of: Mapping[str, Any], now: datetime) -> Iterator[News]:
        number = str(of.get("registered_number") or "")
        if str(of.get("status")) in _STOPPED:
            because = str(of.get("status_detail") or of.get("status"))
            yield self._news(ref, Event.FAILED, "recipient", now, of, detail=because)
        if of.get("deposit_proof_date"):
            proof = _proof(api, of.get("deposit_proof_url"), f"preuve-de-depot-{number}.pdf")
            at = _moment(of["deposit_proof_date"], now)
            yield self._news(ref, Event.POSTED, "deposit", at, of, detail=number, proof=proof)
        for tracked in of.get("delivery_statuses") or []:
            event = _TRACKING.get(str(tracked.get("code")))
            if event is not None:
                at, code = _moment(tracked.get("date"), now), str(tracked["code"])
                label = f"{tracked.get('label') or code} {number}".strip()
                yield self._news(ref, event, f"{code}:{at.isoformat()}", at, of, detail=label)
        if of.get("acknowledgement_of_receipt_date"):
            url = of.get("acknowledgement_of_receipt_url")
            proof = _proof(api, url, f"avis-de-reception-{number}.pdf")
            if proof is not None:
                at = _moment(of["acknowledgement_of_receipt_date"], now)
                yield self._news(ref, Event.SIGNED, "acknowledgement", at, of, detail=number, proof=proof)
        event = _UNDELIVERED.get(str(of.get("undelivered_mail_reason")))
        if event is not None:
            proof = _proof(api, of.get("undelivered_mail_url"), f"pli-retourne-{number}.pdf")
            at, code = _moment(of.get("undelivered_mail_date"), now), str(of["undelivered_mail_reason"])
            yield self._news(ref, event, code, at, of, detail=number, proof=proof)

    @staticmethod
    def _news(
        ref: str,
        event: Event,
        what: str,
        at: datetime,
        of: Mapping[str, Any],
        *,
        detail: str = "",
        proof: Attached | None = None,
    ) -> News:
        known = "+" if proof is not None else ""
        return News(
            event=event, event_id=f"{ref}:{event}:{what}{known}", provider_ref=ref, at=at,
            detail=detail[:WORDS], proof=proof, our_key=str(of.get("custom_id") or ""),
        )  # fmt: skip


def _address_lines(lines: Sequence[str], country: str, prefix: str) -> dict[str, str]:
    """Return the lines as Maileva numbers them: 1 the addressee, 6 the city, the others between in order.

    The country's own line is left out: Maileva prints it from the code.
    """
    kept = [line for line in lines if line.strip()]
    if country not in REGISTERED_COUNTRIES and len(kept) > 2 and not any(c.isdigit() for c in kept[-1]):
        kept = kept[:-1]
    if not kept:
        return {}
    between = kept[1:-1]
    first = max(2, 5 - len(between))
    numbered = {1: kept[0], **dict(enumerate(between, start=first)), 6: kept[-1]}
    found = {f"{prefix}address_line_{number}": line for number, line in numbered.items()}
    return {**found, f"{prefix}country_code": country}


def _moment(said: object, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return now
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _proof(api: Api, url: object, name: str) -> Attached | None:
    """Return the PDF of a proof whose address Maileva gives within the product; None until it exists."""
    if not isinstance(url, str) or not url.startswith("/") or "//" in url or ".." in url:
        return None
    content = api.call("GET", url).content
    return Attached(name=name, content=content) if content.startswith(b"%PDF") else None


def _basic(received: Received, settings: Mapping[str, str]) -> bool:
    user, password = settings.get("hook_user", ""), settings.get("hook_password", "")
    if not (user or password):
        return True
    wanted = base64.b64encode(f"{user}:{password}".encode()).decode()
    return hmac.compare_digest(received.headers.get("authorization", "").encode(), f"Basic {wanted}".encode())
