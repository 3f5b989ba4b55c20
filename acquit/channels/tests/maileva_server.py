"""Maileva on this machine, as its API is published: drafts, documents, recipients, submission, tracking."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from acquit.channels.maileva_api import Product

PDF = b"%PDF-1.7 a proof"


@dataclass
class MailevaServer:
    """What Maileva knows. `breaks` names a step that fails: with a status, and done all the same or not."""

    server: HTTPServer
    product: Product
    sendings: dict[str, dict] = field(default_factory=dict)
    breaks: dict[str, tuple[int, bool]] = field(default_factory=dict)
    signed_in: int = 0
    password: str = "secret"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "client_id": "acquit", "client_secret": "s", "user": "valmeric", "password": "secret",
            "url": self.server.url_for(""), "auth_url": self.server.url_for(""),
        }  # fmt: skip

    def install(self) -> None:
        self.server.clear()
        token = "/auth/realms/services/protocol/openid-connect/token"
        self.server.expect_request(token, method="POST").respond_with_handler(self._token)
        any_of_ours = re.compile(f"/{self.product.path}/sendings.*")
        self.server.expect_request(any_of_ours).respond_with_handler(self._answer)

    def recipient(self, number: str = "s1") -> dict:
        return self.sendings[number]["recipients"][0]

    def _token(self, request: Request) -> Response:
        self.signed_in += 1
        good = request.form["password"] == self.password
        return _json({"access_token": f"t{self.signed_in}"} if good else {}, 200 if good else 401)

    def _answer(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer t{self.signed_in}":
            return _json({"code": "UNAUTHORIZED"}, 401)
        path = request.path.removeprefix(f"/{self.product.path}/").split("/")
        step = path[-1] if len(path) > 2 else f"{request.method} {'one' if len(path) > 1 else 'all'}"
        status, done = self.breaks.get(step, (0, True))
        said = self._done(request, path) if done else _json({}, 200)
        return _json({"errors": [{"code": "BROKEN", "message": step}]}, status) if status else said

    def _done(self, request: Request, path: list[str]) -> Response:  # noqa: PLR0911
        if len(path) == 1:
            return self._made(request) if request.method == "POST" else self._listed(request)
        sending = self.sendings.get(path[1])
        if sending is None:
            return _json({"code": "SENDING_NOT_FOUND", "message": "Ressource SENDING introuvable"}, 404)
        if len(path) == 2 and request.method == "DELETE":
            del self.sendings[path[1]]
        elif len(path) == 2:
            return _json(
                {key: value for key, value in sending.items() if key not in ("recipients", "documents")}
            )
        elif path[2] == "submit" and sending["status"] != "DRAFT":
            return _json({"errors": [{"code": "SENDING_STATUS_IS_NOT_DRAFT"}]}, 400)
        elif path[2] == "submit":
            assert sending["documents"]
            assert sending["recipients"]
            sending["status"] = "PENDING"
        elif path[2] == "documents":
            json.loads(request.files["metadata"].read())
            sending["documents"].append(request.files["document"].read())
        elif path[-1].startswith("download"):
            return Response(PDF, content_type="application/pdf")
        elif request.method == "POST":
            return self._addressed(sending, json.loads(request.data))
        else:
            return _json({"recipients": sending["recipients"], "paging": {}})
        return _json({}, 201)

    def _made(self, request: Request) -> Response:
        said = json.loads(request.data)
        assert len(said["name"]) <= 256
        number = f"s{len(self.sendings) + 1}"
        self.sendings[number] = {"id": number, "status": "DRAFT", "documents": [], "recipients": [], **said}
        return _json({"id": number}, 201)

    def _listed(self, request: Request) -> Response:
        start, count = int(request.args["start_index"]), int(request.args["count"])
        found = [
            {"id": n, "custom_id": s["custom_id"], "status": s["status"]} for n, s in self.sendings.items()
        ]
        return _json(
            {"sendings": found[start - 1 : start - 1 + count], "paging": {"total_results": len(found)}}
        )

    @staticmethod
    def _addressed(sending: dict, said: dict) -> Response:
        lines = [said.get(f"address_line_{n}", "") for n in range(1, 7)]
        too_long = [n for n, line in enumerate(lines, start=1) if len(line) > 38]
        if too_long or not lines[5] or not (lines[0] or lines[1]):
            code = f"ADDRESS_LINE_{too_long[0]}_TOO_LONG" if too_long else "EMPTY_ADDRESS_LINE_6"
            return _json({"errors": [{"code": code, "message": "limitée à 38 caractères"}]}, 400)
        sending["recipients"].append({"id": "r1", "status": "PENDING", **said})
        return _json({"id": "r1"}, 201)


def _json(said: dict, status: int = 200) -> Response:
    return Response(json.dumps(said), status=status, content_type="application/json")
