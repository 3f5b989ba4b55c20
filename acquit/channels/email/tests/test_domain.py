"""What a sender's zone must say, looked up in a book and at a name server of this machine."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager

import dns.message
import dns.rrset
import pytest

from acquit.channels.email.domain import Dns, Sending, Unreachable, look

DOMAIN = "valmeric.fr"
GOOD = {
    DOMAIN: ["google-site-verification=x", "v=spf1 include:spf.mtasv.net ~all"],
    f"pm._domainkey.{DOMAIN}": ["v=DKIM1; k=rsa; p=MIGf"],
    f"_dmarc.{DOMAIN}": ["v=DMARC1; p=none"],
}


class Book(dict):
    """A resolver that reads a page."""

    def txt(self, name):
        return self.get(name, [])


def _look(zone, **sending):
    said = {"domain": DOMAIN, "provider": "postmark"} | sending
    return {record.about: record for record in look(Sending(**said), Book(zone))}


def test_a_zone_in_order_lacks_nothing():
    found = _look(GOOD)
    assert set(found) == {"spf", "dkim", "dmarc"}
    assert all(record.fine for record in found.values())


def test_an_empty_zone_is_told_each_record_to_add():
    found = _look({})
    assert found["spf"].mend == 'valmeric.fr. TXT "v=spf1 include:spf.mtasv.net ~all"'
    assert found["dmarc"].mend == '_dmarc.valmeric.fr. TXT "v=DMARC1; p=none; rua=mailto:dmarc@valmeric.fr"'
    assert "SELECTOR._domainkey.valmeric.fr" in found["dkim"].mend
    assert not any(record.fine for record in found.values())


@pytest.mark.parametrize(
    ("records", "mend"),
    [
        (["v=spf1 mx -all"], 'valmeric.fr. TXT "v=spf1 include:spf.mtasv.net mx -all"'),
        (
            ["v=spf1 mx -all", "v=spf1 include:spf.mtasv.net ~all"],
            'Only one: valmeric.fr. TXT "v=spf1 mx include:spf.mtasv.net ~all"',
        ),
    ],
)
def test_an_spf_record_that_does_not_do_is_put_right(records, mend):
    assert _look(GOOD | {DOMAIN: records})["spf"].mend == mend


@pytest.mark.parametrize(
    ("host", "mechanism"),
    [
        ("smtp.gmail.com", "include:_spf.google.com"),
        ("ssl0.ovh.net", "include:mx.ovh.com"),
        ("relay.hebergeur.fr", "a:relay.hebergeur.fr"),
        ("localhost", "mx"),
    ],
)
def test_each_relay_has_its_mechanism(host, mechanism):
    assert f"v=spf1 {mechanism} ~all" in _look({}, provider="smtp", host=host)["spf"].mend


def test_the_selector_of_the_carrier_is_looked_at_and_a_withdrawn_key_is_said():
    zone = GOOD | {f"acquit2026._domainkey.{DOMAIN}": ["v=DKIM1; p="]}
    assert "withdrawn" in _look(zone, selector="acquit2026")["dkim"].says
    assert "acquit2027._domainkey.valmeric.fr" in _look(zone, selector="acquit2027")["dkim"].mend


def test_a_sender_of_another_domain_than_the_account_is_not_aligned():
    assert "alignment" in _look(GOOD, provider="smtp", user="compta@autre.fr")
    assert "alignment" not in _look(GOOD, provider="smtp", user="compta@mail.valmeric.fr")
    assert "alignment" in _look(GOOD, provider="mailgun", signs_as="mg.autre.fr")


def test_dmarc_of_the_domain_above_counts():
    zone = {"_dmarc.valmeric.fr": ["v=DMARC1; p=reject"]}
    assert _look(zone, domain="factures.valmeric.fr")["dmarc"].fine


@contextmanager
def _name_server(zone):
    """Answer TXT questions from `zone` by UDP."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind(("127.0.0.1", 0))
        wire.settimeout(5)

        def serve():
            while True:
                try:
                    asked, whom = wire.recvfrom(4096)
                except OSError:
                    return
                if not asked:
                    return
                query = dns.message.from_wire(asked)
                answer = dns.message.make_response(query)
                name = query.question[0].name
                for text in zone.get(name.to_text(omit_final_dot=True), []):
                    answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", f'"{text}"'))
                wire.sendto(answer.to_wire(), whom)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield wire.getsockname()[1]
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", wire.getsockname())
            thread.join(timeout=5)


def test_it_is_looked_up_at_a_real_name_server():
    zone = {
        name: [text for text in texts if "spf" in text or "DMARC" in text] for name, texts in GOOD.items()
    }
    with _name_server(zone) as port:
        found = {
            r.about: r
            for r in look(Sending(domain=DOMAIN, provider="postmark"), Dns(["127.0.0.1"], port=port))
        }
    assert found["spf"].fine
    assert found["dmarc"].fine
    assert not found["dkim"].fine


def test_without_a_name_server_nothing_is_known():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable):
            list(look(Sending(domain=DOMAIN), Dns(["127.0.0.1"], port=taken.getsockname()[1], seconds=0.2)))
