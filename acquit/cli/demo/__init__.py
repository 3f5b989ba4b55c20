"""`acquit demo`: a company with a year behind it, its day run, its mail readable, the web served."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.answer import AsJson, say
from acquit.home import environment_home

if TYPE_CHECKING:
    from acquit.cli.demo.history import Lived

EMAIL, PASSWORD = "demo@acquit.example", "relance-demo-2026"


def command(
    once: Annotated[
        bool, typer.Option("--once", envvar="ACQUIT_DEMO_ONCE", help="Do everything, then stop.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the web.", min=1, max=65535)] = 8000,
    as_json: AsJson = False,
) -> None:
    """Make a fresh demo company, run its day, deliver to a local mailbox, and serve the web.

    Example: acquit demo --port 8000
    """
    folder = _own_home()
    from acquit.cli.demo.postbox import open_postbox

    server, smtp_port = open_postbox(folder / "mailbox")
    try:
        os.environ |= {
            "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(smtp_port), "EMAIL_USE_TLS": "no",
            "EMAIL_USE_SSL": "no", "EMAIL_HOST_USER": "",
            "ACQUIT_DEMO_MAILBOX": str(folder / "mailbox"),
            "ACQUIT_BASE_URL": f"http://127.0.0.1:{port}",
            "ACQUIT_BODACC_URL": "no",
        }  # fmt: skip
        lived, today, name = _build(quiet=as_json)
        document = _document(lived, today, port) | {"organisation": name}
        say(document, _lines(document, once=once), as_json=as_json)
        if not once:
            _serve(port)
    finally:
        server.stop()


def _own_home() -> Path:
    """Keep the demo apart: its own folder and database, never that of real work."""
    home = environment_home() / "demo"
    home.mkdir(parents=True, exist_ok=True)
    os.environ["ACQUIT_HOME"] = str(home)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    folder = home / f"run-{stamp}"
    folder.mkdir(exist_ok=True)
    return folder


def _build(*, quiet: bool) -> tuple[Lived, date, str]:
    from rich.console import Console
    from rich.progress import Progress

    from acquit.cli.demo.company import CREDITOR, Company
    from acquit.cli.init import prepare

    prepare()
    from acquit.cli.demo.history import DAYS_BEHIND, live
    from acquit.jobs.sessions import open_sessions
    from acquit.store import tenancy
    from acquit.store.accounts.models import Creditor, Organisation

    today = _last_working_day(datetime.now(UTC).date())
    company = Company(today)
    organisation_id, creditor_id = _found()
    console = Console(stderr=True)
    show = sys.stderr.isatty() and not quiet
    with (
        tenancy.organisation(organisation_id),
        open_sessions(organisation_id) as sessions,
        Progress(console=console, disable=not show, transient=True) as bar,
    ):
        Creditor.objects.filter(id=creditor_id).update(**CREDITOR)
        task = bar.add_task("Huit semaines de relances", total=DAYS_BEHIND)

        def lived_to(day: date) -> None:
            bar.update(task, completed=DAYS_BEHIND - (today - day).days)

        lived = live(
            company, organisation_id=organisation_id, creditor_id=creditor_id, sessions=sessions,
            progress=lived_to,
        )  # fmt: skip
        _learn(organisation_id, today)
        name = Organisation.objects.get(id=organisation_id).name
    return lived, today, name


def _learn(organisation_id: int, today: date) -> None:
    """Do what the nights of a company do: learn how debtors pay, and propose their profiles."""
    from acquit.flows.accounts.keep_usual_days import keep_usual_days
    from acquit.flows.accounts.learn_payers import learn_payers
    from acquit.flows.accounts.propose_profiles import propose_profiles

    for flow in (learn_payers, keep_usual_days, propose_profiles):
        flow(organisation_id=organisation_id, today=today, now=datetime.now(UTC))


def _last_working_day(day: date) -> date:
    from acquit.core.calendar import Calendar
    from acquit.store.calendars import holidays_of

    calendar = Calendar(holidays=holidays_of((("FR", None),), range(day.year - 1, day.year + 1)))
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    return day


def _found() -> tuple[int, int]:
    """Found a fresh organisation; those of earlier demos lose their visitor."""
    from acquit.flows.accounts.found_organisation import OWNER, found_organisation
    from acquit.store.accounts.models import Membership

    now = datetime.now(UTC)
    found = found_organisation(
        name=f"Démonstration {now:%Y-%m-%d %H:%M:%S.%f}", email=EMAIL, password=PASSWORD, now=now
    )
    Membership.objects.using(OWNER).filter(user__email=EMAIL).exclude(
        organisation_id=found.organisation_id
    ).delete()
    return found.organisation_id, found.creditor_id


def _document(lived: Lived, today: date, port: int) -> dict[str, Any]:
    from acquit.cli.run import _nested

    return {
        "day": today,
        "decisions": dict(lived.plan.decisions),
        "reasons": dict(lived.plan.reasons),
        "dispatched": _nested(lived.sent.messages),
        "history": dict(lived.history),
        "web": f"http://127.0.0.1:{port}",
        "mailbox": f"http://127.0.0.1:{port}/boite/",
        "email": EMAIL,
        "password": PASSWORD,
        "home": os.environ["ACQUIT_HOME"],
    }


def _lines(document: dict[str, Any], *, once: bool) -> list[str]:
    reasons = ", ".join(f"{number} {code}" for code, number in document["reasons"].items())
    sent = ", ".join(
        f"{number} {channel} {word}"
        for channel, words in document["dispatched"].items()
        for word, number in words.items()
    )
    lines = [
        "",
        "Valmeric Industrie : un an de factures, huit semaines de relances.",
        f"Décisions du {document['day']} : {reasons}",
        f"Envois du jour : {sent or 'aucun'}",
        f"Depuis huit semaines : {sum(document['history'].values())} messages",
        "",
    ]
    if once:
        lines.append("Tout est prêt. `make demo` sans ACQUIT_DEMO_ONCE laisse le site ouvert :")
    organisation = shlex.quote(document["organisation"])
    return [
        *lines,
        f"  Site                {document['web']}",
        f"  Connexion           {document['email']} / {document['password']}",
        f"  Boîte aux lettres   {document['mailbox']}",
        f"  Ligne de commande   ACQUIT_HOME={document['home']} acquit why C001 --organisation {organisation}",
        "",
    ]


def _serve(port: int) -> None:
    """Serve from a process of its own until stopped.

    The web forks its workers, and the threads of the bulk reader, which this process has used,
    do not survive a fork: an upload would wait for them for ever.
    """
    verb = [sys.executable, "-m", "acquit", "serve", "--port", str(port)]
    web = subprocess.Popen(verb, start_new_session=True)  # noqa: S603  our own program
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: web.terminate())
    if not sys.stdout.isatty():
        print(
            f"Pas de terminal : le serveur tourne jusqu’à ce qu’on l’arrête (kill {os.getpid()}).", flush=True
        )
    else:
        print("Ctrl-C pour arrêter.", flush=True)
    web.wait()
