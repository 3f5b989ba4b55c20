"""`acquit doctor` looks at the zones that creditors write from, and at nothing when it cannot."""

from __future__ import annotations

from acquit.channels.email.domain import Unreachable
from acquit.cli.sending import sendings, zones
from acquit.store.accounts.models import Creditor
from acquit.store.outbox.models import Carrier
from tests.fixtures.database import World
from tests.flows.world import NOW, ready_creditor


class Silent:
    asked = 0

    def txt(self, name):
        self.asked += 1
        raise Unreachable("timed out")


class Empty:
    def txt(self, name):
        return []


def _senders(organisation: World) -> Creditor:
    creditor = ready_creditor(organisation.id, sender_email="claire@valmeric.fr")
    other = Creditor.objects.get(id=creditor.id)
    other.pk, other.key, other.sender_email = None, "autre", "compta@autre.fr"
    other.save()
    return creditor


def test_each_domain_is_looked_at_as_its_carrier_sends(organisation: World) -> None:
    creditor = _senders(organisation)
    Carrier.objects.create(
        organisation_id=organisation.id, creditor=creditor, channel="email", provider="mailgun",
        name="Mailgun", token="t" * 64, made_at=NOW,
        settings={"domain": "mg.elsewhere.fr", "dkim_selector": "k9"},
    )  # fmt: skip
    found = {one.domain: one for one in sendings()}
    assert (found["valmeric.fr"].provider, found["valmeric.fr"].selector) == ("mailgun", "k9")
    assert found["autre.fr"].provider == "smtp"
    records = {s.domain: {r.about: r for r in said} for s, _, said in zones(Empty())}
    assert 'TXT "v=spf1 include:mailgun.org ~all"' in records["valmeric.fr"]["spf"].mend
    assert "k9._domainkey.valmeric.fr" in records["valmeric.fr"]["dkim"].mend
    assert "alignment" in records["valmeric.fr"]


def test_offline_nothing_is_checked_and_nobody_asked_twice(organisation: World) -> None:
    _senders(organisation)
    silent = Silent()
    said = [why for _, why, _ in zones(silent)]
    assert said == ["not checked: no name server answers"] * 2
    assert silent.asked == 1


def test_a_domain_for_examples_is_never_asked_for(organisation: World) -> None:
    ready_creditor(organisation.id)
    silent = Silent()
    assert [why for _, why, _ in zones(silent)] == ["not checked: valmeric.example is a name for examples"]
    assert not silent.asked
