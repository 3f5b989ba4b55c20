"""Whether an electronic invoice is a sale of the creditor, and asks to pay where he is paid."""

from __future__ import annotations

from collections.abc import Iterator

from acquit.flows.material.loading.creditor import OtherCreditor
from acquit.sources.base import Sale
from acquit.sources.words import Why
from acquit.store.accounts.models import Creditor


class PurchaseInvoice(OtherCreditor):
    """This invoice is one that the creditor is to pay: a purchase, not a sale."""

    french = "C’est une facture d’achat\u00a0: la société y est le client, pas le vendeur."


class OtherSeller(OtherCreditor):
    """The seller on this invoice is none of the creditors."""

    french = "Le vendeur de cette facture n’est pas une de vos sociétés."


def refuse_purchase(organisation_id: int, creditor_id: int | None, sale: Sale | None) -> None:
    """Raise PurchaseInvoice or OtherSeller unless the seller is the creditor, as far as both are known.

    A ledger may make the creditor of its SIREN; an invoice may not, for it may have gone astray.
    Only a creditor who is alone and has no number yet takes that of the seller.
    """
    if sale is None:
        return
    creditors = Creditor.objects.filter(organisation_id=organisation_id).order_by("id")
    asked = list(creditors if creditor_id is None else creditors.filter(id=creditor_id))
    seller, buyer = {sale.seller_siren, sale.seller_vat} - {""}, {sale.buyer_siren, sale.buyer_vat} - {""}
    if any(seller.intersection(_numbers(creditor)) for creditor in asked):
        return
    if any(buyer.intersection(_numbers(creditor)) for creditor in asked):
        raise PurchaseInvoice
    known = [creditor for creditor in asked if any(_numbers(creditor))]
    if seller and (known or len(asked) != 1):
        raise OtherSeller


def _numbers(creditor: Creditor) -> Iterator[str]:
    """Yield what is known to name the creditor: SIREN, VAT number, and the SIREN in a French one."""
    vat = creditor.vat_number.replace(" ", "").upper()
    if creditor.siren:
        yield creditor.siren.replace(" ", "")
    if vat:
        yield vat
        if vat.startswith("FR"):
            yield vat[4:]


def other_iban(creditor: Creditor, sale: Sale | None) -> tuple[Why, ...]:
    """Return the note that the invoice asks to pay elsewhere than the creditor's settings say."""
    known = creditor.iban.replace(" ", "").upper()
    if sale is None or sale.is_factored or not known or sale.payee_iban in ("", known):
        return ()
    return (Why("einvoice_other_iban", {"stated": sale.payee_iban, "known": known}),)
