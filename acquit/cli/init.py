"""`acquit init`: create or upgrade the database, its roles, and the first administrator."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acquit.cli.answer import AsJson, Refused, say
from acquit.cli.ready import ready

if TYPE_CHECKING:
    from acquit.flows.accounts.found_organisation import Founded
    from acquit.store.database.prepare import Prepared

DEFAULT_NAME = "Mon entreprise"


def command(
    organisation: Annotated[
        str, typer.Option(help="Name of the organisation.", envvar="ACQUIT_ORGANISATION")
    ] = "",
    email: Annotated[
        str, typer.Option(help="Address of the first administrator.", envvar="ACQUIT_ADMIN_EMAIL")
    ] = "",
    password: Annotated[
        str,
        typer.Option(
            help="His password; made up and shown once if not given.", envvar="ACQUIT_ADMIN_PASSWORD"
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Create or upgrade the database, its roles and the first administrator. Safe to repeat.

    Example: acquit init --organisation "Dupont SAS" --email compta@dupont.example
    """
    prepared = prepare()
    founded = _found(organisation, email, password)
    say(_document(prepared, founded), _lines(prepared, founded, email), as_json=as_json)


def prepare() -> Prepared:
    """Bring the database to this version's state, or refuse with the mend."""
    ready()
    from acquit.store.database import prepare as database
    from acquit.store.database.embedded import NoEmbeddedServer
    from acquit.store.database.roles import MayNotMakeRoles, TooPowerful

    ours = not (os.environ.get("ACQUIT_APP_DATABASE_URL") or os.environ.get("ACQUIT_APP_DATABASE_URL_FILE"))
    try:
        return database.prepare_database(app_role_is_ours=ours)
    except (
        database.NoOwner, database.NoDatabase, MayNotMakeRoles, TooPowerful, NoEmbeddedServer,
    ) as why:  # fmt: skip
        raise Refused(str(why)) from why
    except database.HalfWay as why:
        raise Refused(str(why), why.mend) from why


def _found(organisation: str, email: str, password: str) -> Founded | None:
    """Found what was named; without a name, only where there is nothing yet, or for an administrator."""
    from acquit.flows.accounts.found_organisation import found_organisation
    from acquit.store import tenancy

    known = tenancy.organisation_ids()
    if not organisation and known and not email:
        return None
    return found_organisation(
        name=organisation or _name_of_only(known), email=email, password=password, now=datetime.now(UTC)
    )


def _name_of_only(known: list[int]) -> str:
    if not known:
        return DEFAULT_NAME
    if len(known) > 1:
        raise Refused("There are several organisations: say which with --organisation.")
    from acquit.store import tenancy
    from acquit.store.accounts.models import Organisation

    with tenancy.organisation(known[0]):
        return Organisation.objects.get(pk=known[0]).name


def _document(prepared: Prepared, founded: Founded | None) -> dict[str, Any]:
    return {
        "migrations": prepared.migrations,
        "protected_tables": prepared.protected,
        "role": prepared.role,
        "organisation": founded,
    }


def _lines(prepared: Prepared, founded: Founded | None, email: str) -> list[str]:
    done = f"{prepared.migrations} migrations applied, {prepared.protected} tables protected"
    lines = [f"Database ready: {done}, the web connects as {prepared.role}."]
    if founded is not None:
        lines.append("Organisation " + ("created." if founded.organisation_is_new else "was there already."))
        if founded.user_id is None:
            lines.append("No administrator: acquit init --email you@example.com adds one.")
        elif founded.made_password:
            lines.append(f"Administrator {email}, password {founded.made_password} (shown only now).")
        else:
            lines.append(
                f"Administrator {email} " + ("created." if founded.user_is_new else "was there already.")
            )
    return lines
