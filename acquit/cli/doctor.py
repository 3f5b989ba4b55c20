"""`acquit doctor`: what is missing, each with its mend."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acquit.cli.answer import AsJson, CreditorKey, OrganisationName, Refused, say
from acquit.cli.ready import INIT, in_organisation, ready
from acquit.cli.ready import creditor as chosen

if TYPE_CHECKING:
    from acquit.reports.doubts import Doubt

QUIET_SECONDS = 120
OK, WORRY, FAULT = "ok", "worry", "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: ok, a worry (it works without), or a fault, with the mend."""

    what: str
    state: str
    says: str
    mend: str = ""


#: Doubts of a kind that a terminal shows; --json has them all.
SHOWN = 10


def command(
    data: Annotated[bool, typer.Option("--data", help="Look at the creditors' data instead.")] = False,
    creditor: CreditorKey = None,
    organisation: OrganisationName = None,
    as_json: AsJson = False,
) -> None:
    """Say what is missing and how to mend it. Status 1 where something must be mended.

    With --data: debtors without e-mail, wrong numbers, duplicates, due days before the issue… Status 0.

    Example: acquit doctor --data --json
    """
    if data:
        _say_doubts(creditor, organisation, as_json=as_json)
        return
    findings = examine()
    marks = {OK: "✓", WORRY: "!", FAULT: "✗"}
    lines = [
        f"{marks[one.state]} {one.what}: {one.says}" + (f"\n    → {one.mend}" if one.mend else "")
        for one in findings
    ]
    healthy = all(one.state != FAULT for one in findings)
    say({"healthy": healthy, "findings": [asdict(one) for one in findings]}, lines, as_json=as_json)
    if not healthy:
        raise typer.Exit(1)


def _say_doubts(key: str | None, organisation: str | None, *, as_json: bool) -> None:
    with in_organisation(organisation):
        from acquit.reports.doubts import doubts
        from acquit.store.accounts.models import Creditor

        creditors = [chosen(key)] if key else list(Creditor.objects.order_by("key"))
        found = {one.key: doubts(one.pk) for one in creditors}
    document = {
        one: {kind: [asdict(doubt) for doubt in rows] for kind, rows in kinds.items()}
        for one, kinds in found.items()
    }
    say({"creditors": document}, _doubt_lines(found), as_json=as_json)


def _doubt_lines(found: Mapping[str, Mapping[str, Sequence[Doubt]]]) -> Iterator[str]:
    for key, kinds in found.items():
        yield f"{key}: {sum(len(rows) for rows in kinds.values())} doubts"
        for kind, rows in kinds.items():
            if rows:
                yield f"  {len(rows)} {kind.replace('_', ' ')}"
            for one in rows[:SHOWN]:
                names = " · ".join(name for _, _, name in one.accounts)
                days = " → ".join(day.isoformat() for day in one.days)
                yield "    " + "  ".join(part for part in (names, one.said, days) if part)
            if len(rows) > SHOWN:
                yield f"    and {len(rows) - SHOWN} more"


def examine() -> list[Finding]:
    """Look at everything; what needs the database is left out where there is none."""
    try:
        ready()
    except Refused as refusal:
        return [Finding("settings", FAULT, str(refusal), "Correct the variable that is named.")]
    findings = [Finding("settings", OK, "read"), *_secret(), *_assets(), *_mail()]
    database = _database()
    findings.append(database)
    if database.state == OK:
        for look in (
            _migrations,
            _protection,
            _role,
            _people,
            _freshness,
            _statements,
            _rates,
            _mailboxes,
            _worker,
            _stuck,
            _zones,
        ):
            findings.extend(_looked(look))
    return findings


def _looked(look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """Do one look; a database that is not prepared answers some of them with an error."""
    from django.db.utils import DatabaseError

    try:
        return list(look())
    except DatabaseError as why:
        return [Finding(look.__name__.strip("_"), FAULT, str(why).strip().splitlines()[0], INIT)]


def _secret() -> Iterator[Finding]:
    from django.conf import settings

    if os.environ.get("ACQUIT_SECRET_KEY") or os.environ.get("ACQUIT_SECRET_KEY_FILE"):
        weak = len(settings.SECRET_KEY) < 32
        yield Finding(
            "secret",
            WORRY if weak else OK,
            "shorter than 32 characters" if weak else "given",
            "Give ACQUIT_SECRET_KEY at least 32 random characters." if weak else "",
        )
        return
    kept = settings.ACQUIT_HOME / "secret_key"
    readable = kept.stat().st_mode & 0o077
    yield Finding(
        "secret",
        FAULT if readable else OK,
        f"{kept} can be read by others" if readable else f"kept in {kept}",
        f"chmod 600 {kept}" if readable else "",
    )


def _assets() -> Iterator[Finding]:
    from django.conf import settings
    from django.contrib.staticfiles import finders

    wanted = ("vendor/tabler.min.css", "vendor/htmx.min.js", "vendor/icons.svg")
    missing = [name for name in wanted if finders.find(name) is None]
    yield Finding(
        "assets",
        FAULT if missing else OK,
        f"missing: {', '.join(missing)}" if missing else "present",
        "make assets" if missing else "",
    )
    locale = Path(settings.LOCALE_PATHS[0])
    uncompiled = [
        one.parent.parent.name for one in locale.rglob("*.po") if not one.with_suffix(".mo").exists()
    ]
    yield Finding(
        "translations",
        WORRY if uncompiled else OK,
        f"not compiled: {', '.join(uncompiled)}" if uncompiled else "compiled",
        "make assets" if uncompiled else "",
    )


def _mail() -> Iterator[Finding]:
    from django.conf import settings

    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    if not os.environ.get("EMAIL_HOST"):
        says = f"EMAIL_HOST is not set, {where} is used"
        yield Finding("e-mail", WORRY, says, "Set EMAIL_HOST and DEFAULT_FROM_EMAIL.")
    elif settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        yield Finding("e-mail", WORRY, f"leaves by {where} from nobody", "Set DEFAULT_FROM_EMAIL.")
    else:
        yield Finding("e-mail", OK, f"leaves by {where} as {settings.DEFAULT_FROM_EMAIL}")


def _database() -> Finding:
    from django.db import connection
    from django.db.utils import DatabaseError

    from acquit.store.database.embedded import NoEmbeddedServer

    kind = "embedded" if connection.settings_dict.get("EMBEDDED_IN") else "yours"
    try:
        connection.ensure_connection()
        version = connection.pg_version  # type: ignore[attr-defined]
    except (DatabaseError, NoEmbeddedServer) as why:
        return Finding("database", FAULT, str(why).strip().splitlines()[0], INIT)
    if version < 150000:
        return Finding("database", FAULT, f"PostgreSQL {version // 10000} is too old", "Use 15 or newer.")
    return Finding("database", OK, f"PostgreSQL {version // 10000}, {kind}")


def _migrations() -> Iterator[Finding]:
    from django.db import connections

    from acquit.store.database.prepare import OWNER, HalfWay, pending_migrations

    if OWNER not in connections:
        yield Finding("migrations", WORRY, "not looked at: DATABASE_URL is not given here")
        return
    try:
        waiting = pending_migrations()
    except HalfWay as why:
        yield Finding("migrations", FAULT, str(why), why.mend)
        return
    yield Finding(
        "migrations",
        FAULT if waiting else OK,
        f"{len(waiting)} waiting, first {waiting[0]}" if waiting else "up to date",
        INIT if waiting else "",
    )


def _protection() -> Iterator[Finding]:
    from django.db import connection

    from acquit.store.database.row_security import protections

    with connection.cursor() as cursor:
        tables = protections(cursor)
    lacking = [f"{one.table} lacks {', '.join(one.lacks())}" for one in tables if one.lacks()]
    yield Finding(
        "row-level security",
        FAULT if lacking or not tables else OK,
        "; ".join(lacking) or f"on all {len(tables)} tables of organisations",
        INIT if lacking or not tables else "",
    )
    if adding := [f"{one.table} has {', '.join(one.adds())}" for one in tables if one.adds()]:
        yield Finding(
            "policies of others",
            WORRY,
            "; ".join(adding),
            "Each lets more rows be seen than an organisation's own; drop those that nobody needs.",
        )


def _role() -> Iterator[Finding]:
    from django.db import connection

    from acquit.store.database.roles import powers

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (name,) = cursor.fetchone() or ("",)
        found = powers(cursor, name)
    bound = found is not None and found.none()
    yield Finding(
        "role of the web",
        OK if bound else FAULT,
        f"{name} is bound by row-level security" if bound else f"{name} could pass by it",
        "" if bound else "Give ACQUIT_APP_DATABASE_URL another role, or leave it out.",
    )


def _people() -> Iterator[Finding]:
    from acquit.store import tenancy
    from acquit.store.accounts.models import User

    organisations, people = len(tenancy.organisation_ids()), User.objects.filter(is_active=True).count()
    mend = "acquit init --organisation NAME --email ADDRESS" if not organisations or not people else ""
    yield Finding(
        "organisation",
        FAULT if not organisations else WORRY if not people else OK,
        f"{organisations} organisations, {people} people who may sign in",
        mend,
    )


def _mailboxes() -> Iterator[Finding]:
    from acquit.store import tenancy
    from acquit.store.answers.models import Mailbox

    now = datetime.now(UTC)
    for number in tenancy.organisation_ids():
        with tenancy.organisation(number):
            for one in Mailbox.objects.filter(is_active=True).order_by("id"):
                what = f"mailbox {one.name}"
                heard_at = one.read_through or one.created_at
                if now - heard_at > timedelta(hours=one.silent_hours):
                    goes_on = one.waivers.filter(ended_at=None, until__gt=now).exists()
                    waits = "a person goes on without it" if goes_on else "reminders wait for it"
                    says = f"not read since {heard_at:%Y-%m-%d %H:%M}, {waits}"
                    says += f"; {one.trouble}" if one.trouble else ""
                    yield Finding(
                        what, FAULT, says, "acquit mailboxes; or go on without it: --without ID --because …"
                    )
                elif one.failures:
                    yield Finding(what, WORRY, f"{one.failures} failures: {one.trouble}", "acquit mailboxes")
                else:
                    read = f"read {one.read_through:%Y-%m-%d %H:%M}" if one.read_through else "not read yet"
                    yield Finding(what, OK, read)


def _freshness() -> Iterator[Finding]:
    from acquit.store import tenancy
    from acquit.store.accounts.models import Creditor
    from acquit.store.facts import CaseLoader

    now = datetime.now(UTC)
    for number in tenancy.organisation_ids():
        with tenancy.organisation(number):
            loader = CaseLoader(number, now)
            for key, creditor_id in Creditor.objects.order_by("key").values_list("key", "pk"):
                facts = loader.creditor(creditor_id)
                if not facts.feeds:
                    continue
                old = ", ".join(
                    f"{one.kind} {one.bank_account}".strip() + f" ends {one.newest_on}"
                    for one in loader.stale(facts)
                )
                yield Finding(
                    f"facts of {key}",
                    WORRY if old else OK,
                    f"too old, nothing leaves: {old}" if old else "fresh",
                    "acquit import what has come since; a feed that ended: acquit feeds --retire"
                    if old
                    else "",
                )


def _statements() -> Iterator[Finding]:
    from acquit.store import tenancy
    from acquit.store.bank.gaps import missing_statements

    for number in tenancy.organisation_ids():
        with tenancy.organisation(number):
            for gap in missing_statements(number):
                says = f"one is missing between {gap.after} and {gap.before}"
                yield Finding(
                    f"statements of {gap.number}", WORRY, says, "acquit import the one of these days"
                )


def _rates() -> Iterator[Finding]:
    """Name the semesters whose legal rate is missing, or will be within a month."""
    from acquit.core.regimes.entered import gaps
    from acquit.store import tenancy
    from acquit.store.law_facts import rates_of

    today = datetime.now(UTC).date()
    missing: dict[str, None] = {}
    for number in tenancy.organisation_ids():
        with tenancy.organisation(number):
            for gap in gaps(rates_of(number), today):
                missing[
                    f"{gap.series} {gap.half_year}" + (f" in {gap.days} days" if gap.days > 0 else "")
                ] = None
    yield Finding(
        "legal rates",
        WORRY if missing else OK,
        f"missing: {', '.join(missing)}" if missing else "known for this semester",
        "« Réglages → Taux », or acquit rates --import FILE.csv" if missing else "",
    )


def _worker() -> Iterator[Finding]:
    from procrastinate.contrib.django.models import ProcrastinateWorker

    since = datetime.now(UTC) - timedelta(seconds=QUIET_SECONDS)
    alive = ProcrastinateWorker.objects.filter(last_heartbeat__gte=since).count()
    yield Finding(
        "workers",
        OK if alive else WORRY,
        f"{alive} alive" if alive else "none is alive: nothing is planned or sent by itself",
        "" if alive else "acquit serve, or acquit worker",
    )


def _stuck() -> Iterator[Finding]:
    from acquit.store import tenancy
    from acquit.store.outbox.models import Message

    since = datetime.now(UTC) - timedelta(minutes=10)
    stuck = 0
    for number in tenancy.organisation_ids():
        with tenancy.organisation(number):
            stuck += Message.objects.filter(state="sending", claimed_at__lt=since).count()
    yield Finding(
        "messages",
        WORRY if stuck else OK,
        f"{stuck} are «sending» for more than ten minutes" if stuck else "none is stuck",
        "Look at them in the outbox: each needs a person's word." if stuck else "",
    )


def _zones() -> Iterator[Finding]:
    from acquit.cli.sending import zones

    for sending, why, found in zones():
        if why:
            yield Finding(f"domain {sending.domain}", OK, why)
        for record in found:
            state = OK if record.fine else WORRY
            yield Finding(f"{record.about} of {sending.domain}", state, record.says, record.mend)
