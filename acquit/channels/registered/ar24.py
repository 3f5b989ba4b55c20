"""AR24: qualified electronic registered letters (eIDAS art. 44), with their proofs as PDF.

As published (developers.ar24.fr/doc): each call bears the account's token, the Paris time and a signature
of it; good answers are encrypted with that same time, errors are in clear. `ev` is the dispatch, `AR` the
acceptance, then refusal, negligence (not accepted within 15 days) and bounce, each with its proof. AR24 keeps
no key of ours and cannot be asked for one: what nobody knows is a person's to settle, or the next
notification's, which brings our reference back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from acquit.channels.base import (
    NO_ADDRESS,
    Accepted,
    Addressee,
    Attached,
    Closing,
    Envelope,
    Frozen,
    HandedOver,
    Outcome,
    Refused,
    Unknown,
)
from acquit.channels.paper import PRINT
from acquit.channels.provider import Event, News, Received, Setting, Unreachable, Unreadable, complete
from acquit.channels.registered.ar24_api import PARIS, Api, Declined, NotReached

_WORDS = 500
_OURS = "acquit-"
#: Not sent until its sender proves on AR24's side who he is.
_DRAFT = "to_valid"
#: What each pair of fields of a registered mail tells: its date, its proof.
_EVENTS = (
    (Event.POSTED, "ts_ev_date", "proof_ev_url", "envoi"),
    (Event.SIGNED, "view_date", "proof_ar_url", "accuse-de-reception"),
    (Event.REFUSED, "refused_date", "proof_rf_url", "refus"),
    (Event.UNCLAIMED, "negligence_date", "proof_ng_url", "negligence"),
    (Event.BOUNCED, "bounced_date", "proof_bc_url", "adresse-en-echec"),
)


class Ar24Session(Closing):
    """Hands electronic registered letters in, one at a time."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.api = Api(settings)
        self._user, self._otp = settings["id_user"], settings.get("otp_secret", "")
        self._authenticated = not self._otp

    def close(self) -> None:
        """Let go of the connection."""
        self.api.close()

    def send(self, frozen: Frozen, envelope: Envelope, *, idempotency_key: str) -> Outcome:
        """Send the letter; hand it to a person on paper where no electronic one may go to its addressee."""
        to = envelope.addressee
        if to is None or not to.registered_email:
            if not any(recipient.strip() for recipient in envelope.recipients[:1]):
                because = "no postal address and none for electronic registered letters"
                return Refused(permanent=True, because=because, code=NO_ADDRESS, blames_address=True)
            return HandedOver(to=PRINT)
        try:
            self._authenticate()
            file = ("lettre.pdf", frozen.content, "application/pdf")
            kept = self.api.post("/attachment", {"id_user": self._user}, files={"file": file})
        except Declined as error:
            return error.refused()
        except Unreachable as error:
            return Refused(permanent=False, because=str(error)[:_WORDS], code="not_reached")
        mail = self._mail(to, envelope, idempotency_key) | {"attachment[0]": str(kept.get("file_id"))}
        return self._sent(mail)

    def _authenticate(self) -> None:
        """Prove once who sends, for the hour that follows: a qualified letter needs it (R53-1 CPCE)."""
        if not self._authenticated:
            self.api.post("/user/auth_otp", {"id_user": self._user, "otp": self.api.one_time(self._otp)})
            self._authenticated = True

    def _mail(self, to: Addressee, envelope: Envelope, key: str) -> dict[str, str]:
        first, _, last = to.name.rpartition(" ")
        return {
            "id_user": self._user, "eidas": "1", "to_email": to.registered_email,
            "to_firstname": first or "", "to_lastname": last or to.company,
            "to_company": "" if to.consumer else to.company,
            "dest_statut": "particulier" if to.consumer else "professionnel",
            "content": envelope.subject, "ref_dossier": key,
        }  # fmt: skip

    def _sent(self, mail: Mapping[str, str]) -> Outcome:
        try:
            made = self.api.post("/mail", mail)
        except Declined as error:
            return error.refused()
        except NotReached as error:
            return Refused(permanent=False, because=str(error)[:_WORDS], code="not_reached")
        except Unreachable as error:
            return Unknown(because=str(error)[:_WORDS])
        if made.get("status") == _DRAFT:
            because = f"AR24 keeps letter {made.get('id')} as a draft until its sender authenticates"
            return Refused(permanent=True, because=because, code=_DRAFT)
        if not made.get("id"):
            return Unknown(because="AR24 gave no number")
        return Accepted(provider_ref=str(made["id"]))


class Ar24:
    """AR24 as a provider."""

    key = "ar24"
    label = "AR24"
    keeps_keys = False
    fields = (
        Setting(key="token", label={"fr": "Jeton", "en": "Token"}, secret=True),
        Setting(key="private_key", label={"fr": "Clé privée", "en": "Private key"}, secret=True),
        Setting(key="id_user", label={"fr": "Numéro de l’expéditeur", "en": "Number of the sender"}),
        Setting(
            key="otp_secret", secret=True, required=False,
            label={"fr": "Secret des codes à usage unique", "en": "Secret of the one-time codes"},
        ),
        Setting(
            key="url", label={"fr": "Adresse de l’API", "en": "Address of the API"}, required=False,
            default="https://app.ar24.fr/api", leads=True,
        ),
    )  # fmt: skip

    def open(self, settings: Mapping[str, str]) -> Ar24Session:
        """Return a session of this account; raise ValueError naming a setting that misses."""
        for line in self.fields:
            if line.required and not settings.get(line.key, "").strip():
                raise ValueError(f"{line.key} is missing")
        return Ar24Session(complete(self, settings))

    def read(self, received: Received, settings: Mapping[str, str]) -> Sequence[News]:
        """Return what a notification tells: AR24 is asked about the letter that it names.

        A notification is not signed, so nothing of it but the number is believed.
        """
        said = parse_qs(received.body.decode("utf-8", "replace")) or {}
        if "id_mail" not in said and "id_user" in said:
            return ()
        number = said.get("id_mail", [""])[0]
        if not re.fullmatch(r"\d{1,18}", number):
            raise Unreadable("no id_mail")
        try:
            told = self.ask([number], settings, now=received.at)
        except Unreachable as error:
            raise Unreadable(f"AR24 cannot be asked: {error}") from error
        return [one for one in told if one.our_key.startswith(_OURS)]

    def ask(self, refs: Sequence[str], settings: Mapping[str, str], *, now: datetime) -> Sequence[News]:  # noqa: ARG002
        """Return what AR24 knows of these letters, with the proofs that exist; raise Unreachable."""
        with self.open(settings) as session:
            try:
                return [one for ref in refs for one in _told(session.api, ref)]
            except Declined as error:
                raise Unreachable(str(error)) from error

    def find(self, idempotency_key: str, settings: Mapping[str, str]) -> Outcome | None:  # noqa: ARG002
        """Return None: AR24 publishes no way to look for a reference."""
        return None


def _told(api: Api, ref: str) -> Iterator[News]:
    mail = api.get("/mail", {"id_mail": ref})
    for event, dated, proven, name in _EVENTS:
        at = _moment(mail.get(dated))
        if at is None:
            continue
        content = api.proof(mail.get(proven))
        proof = Attached(name=f"ar24-{name}-{ref}.pdf", content=content) if content else None
        yield News(
            event=event, event_id=f"{ref}:{event}{'+' if proof else ''}", provider_ref=ref, at=at,
            permanent=event is Event.BOUNCED, proof=proof, our_key=str(mail.get("ref_dossier") or ""),
            address=str(mail.get("to_email") or "") if event is Event.BOUNCED else "",
        )  # fmt: skip


def _moment(said: Any) -> datetime | None:
    """Return a moment that AR24 writes in Paris time; None where it has none."""
    try:
        return datetime.fromisoformat(str(said)).replace(tzinfo=PARIS)
    except ValueError:
        return None


PROVIDER = Ar24()
