"""Whose file it is: the creditor named, else the one of the file's SIREN or bank account."""

from __future__ import annotations

from collections.abc import Sequence

from acquit.flows.material.errors import Impossible
from acquit.flows.material.scenarios import give_rules
from acquit.store.accounts.models import Account, Creditor, Organisation
from acquit.store.bank.models import BankAccount


class CreditorUnclear(Impossible):
    """The file does not say whose it is, and there are several creditors: choose one."""

    french = "Le fichier ne dit pas à qui il est, et il y a plusieurs sociétés : choisissez-en une."


class OtherCreditor(Impossible):
    """The file is that of another company: its SIREN or bank account is not the chosen creditor's."""

    french = (
        "Ce fichier est celui d’une autre société : son SIREN ou son compte bancaire n’est pas celui de"
        " la société choisie."
    )


#: Files about the invoices of whoever sold: a company of ours that buys receives those of others.
_OF_ANY_SELLER = frozenset({"cdar"})


def creditor_of(
    organisation_id: int,
    creditor_id: int | None,
    siren: str,
    bank_accounts: Sequence[str] = (),
    *,
    kind: str | None = None,
) -> Creditor:
    """Return the creditor of a file of `kind`, made where its SIREN is new.

    The only creditor of an organisation takes the first SIREN, as long as he has none and no data;
    any other SIREN is another company, and none of ours where the file may be about any seller's
    invoices. A bank account is whose statements came before, or whose IBAN it is. Raises
    CreditorUnclear, OtherCreditor.
    """
    creditors = Creditor.objects.filter(organisation_id=organisation_id)
    owners = bank_account_owners(organisation_id, bank_accounts)
    if creditor_id is not None:
        chosen = creditors.get(id=creditor_id)
        if (siren and chosen.siren and chosen.siren != siren) or owners - {chosen.id}:
            raise OtherCreditor
        return chosen
    if owners:
        if len(owners) > 1:
            raise CreditorUnclear
        return creditors.get(id=owners.pop())
    found = list(creditors.order_by("id"))
    if not siren:
        if len(found) != 1:
            raise CreditorUnclear
        return found[0]
    same = [creditor for creditor in found if creditor.siren == siren]
    if same:
        return same[0]
    if kind in _OF_ANY_SELLER:
        raise OtherCreditor
    if len(found) == 1 and _is_blank(found[0]):
        creditors.filter(id=found[0].id).update(siren=siren)
        found[0].siren = siren
        return found[0]
    return _made(organisation_id, siren, found[0] if found else None)


def bank_account_owners(organisation_id: int, bank_accounts: Sequence[str]) -> set[int]:
    """Return the creditors to whom the bank accounts are known to belong."""
    if not bank_accounts:
        return set()
    known = BankAccount.objects.filter(organisation_id=organisation_id, number__in=list(bank_accounts))
    owners = set(known.values_list("creditor_id", flat=True))
    stated = Creditor.objects.filter(organisation_id=organisation_id).exclude(iban="")
    wanted = set(bank_accounts)
    return owners | {c for c, iban in stated.values_list("id", "iban") if iban.replace(" ", "") in wanted}


def _is_blank(creditor: Creditor) -> bool:
    accounts = Account.objects.filter(organisation_id=creditor.organisation_id, creditor=creditor)
    return not creditor.siren and not accounts.exists()


def _made(organisation_id: int, siren: str, like: Creditor | None) -> Creditor:
    """Make the creditor of a new SIREN, with the habits of the one that is there."""
    Organisation.objects.select_for_update(of=("self",)).get(id=organisation_id)
    same = Creditor.objects.filter(organisation_id=organisation_id, siren=siren).first()
    if same is not None:
        return same
    habits = ("country", "timezone", "language", "currency", "payment_terms")
    said = {name: getattr(like, name) for name in habits} if like else {}
    creditor = Creditor.objects.create(
        organisation_id=organisation_id, key=siren, name=f"SIREN {siren}", siren=siren, **said
    )
    give_rules(creditor)
    return creditor
