"""Who is on the other side of a transaction, and by which account."""

from __future__ import annotations

from acquit.sources.xml import Element, text


def account_of(element: Element | None) -> str:
    """Return the IBAN of an account, else the bank's own number, without spaces; "" for none.

    `element` holds the Id: IBAN, Othr/Id, or PrtryAcct/Id as version 1 called it.
    """
    paths = ("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN")
    found = next((said for path in paths if (said := text(element, path))), "")
    return found.replace(" ", "").upper()


def name_of(element: Element, path: str) -> str:
    """Return the name at `path`, which later versions hold inside a Pty (or of a bank, an Agt)."""
    found = element.find(path)
    return text(found, "Nm") or text(found, "Pty/Nm") or text(found, "Agt/FinInstnId/Nm")


def other_side(detail: Element, *, credit: bool, own: str) -> tuple[str, str, str]:
    """Return name, account and ultimate name of who paid (`credit`) or was paid.

    A side that states our own account is never the other one. Where the party itself has no name,
    the ultimate one stands in, and is then not repeated.
    """
    parties = detail.find("RltdPties")
    if parties is None:
        return "", "", ""
    side = "Dbtr" if credit else "Cdtr"
    account = account_of(parties.find(f"{side}Acct"))
    if account and account == own:
        return "", "", ""
    name, ultimate = name_of(parties, side), name_of(parties, f"Ultmt{side}")
    if not name:
        return ultimate, account, ""
    return name, account, ultimate if ultimate != name else ""
