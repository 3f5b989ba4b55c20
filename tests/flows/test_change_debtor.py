"""What a debtor is taken for."""

from __future__ import annotations

from acquit.flows.accounts.change_debtor import change_debtor
from acquit.store.accounts.models import Account, Debtor
from tests.flows.world import NOW, account, ready_creditor


def test_every_account_of_the_debtor_is_looked_at_again(organisation):
    creditor = ready_creditor(organisation.id)
    one, other = account(creditor, "A"), account(creditor, "B")
    Account.objects.update(look_at=None)
    change_debtor(
        organisation_id=organisation.id, debtor_id=one.debtor_id, profile="vip", kind="public",
        language="en", country="BE", region="VLG", now=NOW,
    )  # fmt: skip
    debtor = Debtor.objects.get(pk=one.debtor_id)
    assert (debtor.profile, debtor.kind, debtor.language, debtor.country, debtor.region) == (
        "vip", "public", "en", "BE", "VLG",
    )  # fmt: skip
    assert Account.objects.get(pk=one.pk).look_at == NOW
    assert Account.objects.get(pk=other.pk).look_at is None
