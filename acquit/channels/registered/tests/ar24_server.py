"""AR24 on this machine, as its documentation describes it: signed calls, encrypted answers, proofs."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import padding
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from acquit.channels.registered import ar24_api

TOKEN, KEY = "a-token", "7X9gx9E3Qx4EiUdB63nc"
PDF = b"%PDF-1.7 a proof"
MAIL_FIELDS = (
    "id_user",
    "to_email",
    "to_firstname",
    "to_lastname",
    "to_company",
    "dest_statut",
    "eidas",
    "ref_dossier",
)


@dataclass
class Ar24Server:
    """What AR24 knows; `fails` answers instead of /mail: an HTTP status, "drop after", or an error slug."""

    server: HTTPServer
    mails: dict[str, dict] = field(default_factory=dict)
    files: list[bytes] = field(default_factory=list)
    otps: list[str] = field(default_factory=list)
    fails: str = ""

    @property
    def settings(self) -> dict[str, str]:
        return {"token": TOKEN, "private_key": KEY, "id_user": "63068", "url": self.server.url_for("/api")}

    def install(self) -> None:
        self.server.clear()
        answers = {
            "": self._clock, "/attachment": self._attachment, "/mail": self._mail,
            "/user/auth_otp": self._otp,
        }  # fmt: skip
        for path, answer in answers.items():
            self.server.expect_request(f"/api{path}").respond_with_handler(answer)
        self.server.expect_request("/get/proof").respond_with_data(PDF, content_type="application/pdf")

    def happens(self, number: str, dated: str, proven: str, at: str = "2026-11-24 18:13:01") -> None:
        self.mails[number] |= {dated: at, proven: self.server.url_for(f"/get/proof?of={proven}")}

    def _clock(self, request: Request) -> Response:
        return Response()

    def _attachment(self, request: Request) -> Response:
        self.files.append(request.files["file"].read())
        return self._answer(request, {"file_id": f"f{len(self.files)}"})

    def _otp(self, request: Request) -> Response:
        self.otps.append(request.form["otp"])
        return self._answer(request, {})

    def _mail(self, request: Request) -> Response:
        if request.method == "GET":
            found = self.mails.get(request.args["id_mail"])
            return self._answer(request, found) if found else self._error("mail_not_exist")
        if self.fails and not self.fails.isdecimal():
            return self._error(self.fails)
        number = str(401800 + len(self.mails))
        draft = "" if self.otps else "to_valid"
        self.mails[number] = {
            "id": int(number), "status": draft or "waiting", "attachment": request.form["attachment[0]"],
            **{name: request.form.get(name, "") for name in MAIL_FIELDS},
        }  # fmt: skip
        return (
            Response("", status=int(self.fails)) if self.fails else self._answer(request, self.mails[number])
        )

    def _error(self, slug: str) -> Response:
        return Response(json.dumps({"status": "ERROR", "slug": slug, "message": f"about {slug}"}))

    def _answer(self, request: Request, result: dict) -> Response:
        said = request.args if request.method == "GET" else request.form
        assert said["token"] == TOKEN
        at = datetime.fromisoformat(said["date"]).replace(tzinfo=ar24_api.PARIS)
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=10)
        assert request.headers["signature"] == ar24_api.signature(said["date"], KEY)
        return Response(encrypted(json.dumps({"status": "SUCCESS", "result": result}), said["date"]))


def encrypted(words: str, date: str) -> str:
    """Return an answer as AR24 encrypts it."""
    padder = padding.PKCS7(128).padder()
    plain = padder.update(words.encode()) + padder.finalize()
    encryptor = ar24_api._cipher(ar24_api._digest(date + KEY), KEY).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()
