"""The demo as a visitor meets it: built, served, signed in to, and given a file."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest

_ACQUIT = Path(sys.executable).parent / "acquit"
_SIGN_IN = re.compile(r"Connexion\s+(\S+) / (\S+)")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_BROKEN = (
    "Code client;Nom client;N° facture;Date facture;Échéance;Montant TTC\r\n"
    "Z1;Zed;F-1;01/10/2026;31/11/2026;100,00\r\n"
    "Z2;Deux;F-2;01/10/2026;31/10/2026;100,00\r\n"
)


@pytest.mark.slow
def test_the_demo_serves_and_takes_a_file_that_is_partly_wrong(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "ACQUIT_DEMO_ONCE")}
    said = tmp_path / "said"
    with said.open("wb") as out:
        demo = subprocess.Popen(
            [_ACQUIT, "demo", "--port", str(port)],
            env=environment | {"ACQUIT_HOME": str(tmp_path / "home"), "PYTHONUNBUFFERED": "1"},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        base = f"http://127.0.0.1:{port}"
        browser = _signed_in(base, said, demo)
        answer = _upload(browser, base)
        assert "Novembre 2026 a 30 jours" in answer
        assert "messages" in browser.open(f"{base}/a-traiter/", timeout=30).read().decode().lower()
        assert "mail" in browser.open(f"{base}/boite/", timeout=30).read().decode()
    finally:
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(60) == 0
    with socket.socket() as again:
        assert again.connect_ex(("127.0.0.1", port)) != 0, "nothing serves any more"


def _signed_in(base: str, said: Path, demo: subprocess.Popen[bytes]) -> OpenerDirector:
    browser = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))
    deadline = time.monotonic() + 400
    while True:
        assert demo.poll() is None, said.read_text()
        assert time.monotonic() < deadline, said.read_text()
        try:
            page = browser.open(f"{base}/accounts/login/", timeout=10).read().decode()
        except (URLError, OSError):
            time.sleep(1)
            continue
        break
    email, password = _SIGN_IN.search(said.read_text()).groups()
    form = {"csrfmiddlewaretoken": _TOKEN.search(page)[1], "login": email, "password": password}
    browser.open(Request(f"{base}/accounts/login/", urlencode(form).encode(), {"Referer": base}), timeout=30)
    return browser


def _upload(browser: OpenerDirector, base: str) -> str:
    page = browser.open(f"{base}/imports/", timeout=30).read().decode()
    token = _TOKEN.findall(page)[-1]
    parts = [
        ('name="csrfmiddlewaretoken"', token.encode()),
        ('name="files"; filename="casse.csv"', _BROKEN.encode("cp1252")),
    ]
    body = b"".join(
        b"--acquit\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + content + b"\r\n"
        for head, content in parts
    )
    headers = {"Content-Type": "multipart/form-data; boundary=acquit", "Referer": base}
    request = Request(f"{base}/imports/", body + b"--acquit--\r\n", headers)
    return browser.open(request, timeout=60).read().decode()


def test_its_lists_say_who_is_a_consumer_and_who_a_public_body(tmp_path: Path) -> None:
    """A consumer who is taken for a business would be asked for what the law forbids."""
    from acquit.cli.demo.company import Company
    from acquit.sources.invoices import SOURCE

    company = Company(today=date(2026, 11, 27))
    listed = tmp_path / "factures.csv"
    listed.write_bytes(company.invoices_csv(date.min, date.max) or b"")
    told = dict(SOURCE.read(listed).tables["debtors"].select("external_id", "kind").iter_rows())
    meant = {one.code: one.kind for one in company.customers}
    assert {code: kind.replace("public_body", "public") for code, kind in told.items()} == meant
    assert {"consumer", "public", "business"} <= set(meant.values())
