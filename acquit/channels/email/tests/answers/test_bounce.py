"""Bounces: every real one read against our own reading of it, and newer dialects written for this test."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.channels.email.answer.bounce import CAUSES, Bounce, bounce_of, cause_of
from acquit.channels.email.answer.inbound import parse
from acquit.channels.email.answer.words import CAUSE_WORDS
from acquit.channels.email.tests.answers.real import EMAILS, needs_emails

# What a person reads in each file. P: gave up, trying again is vain; T: gave up, for a cause that may
# pass (full, unreachable); D: late, still being tried. "?": a bounce that does not say for whom.
# "-": no bounce at all. u: the address itself is unknown or closed, said so.
EXPECTED = """
aol_01 ?
bounce_01 ?
bounce_02 userx@example.com Pu
bounce_03 userx@example.uk T
caiwireless_01 userx@example.com P
dsn_01 userx@example.com T
dsn_02 zzzzz@example.uk T
dsn_03 userx@example.be P
dsn_04 userx@example.ch T
dsn_05 userx@example.cz D
dsn_06 userx@example.com D
dsn_07 userx@example.nz D
dsn_08 userx@example.de D
dsn_09 userx@example.com P
dsn_10 anne.person@dom.ain Pu
dsn_11 joem@example.com Pu
dsn_12 userx@example.jp Pu
dsn_13 userx@example.com Pu
dsn_14 userx@example.com.dk Pu
dsn_15 userx@example.com Pu
dsn_16 userx@example.com Pu
dsn_17 userx@example.fi D
dsn_18 email@replaced.net Pu
dumbass_01 ?
exim_01 userx@its.example.nl Pu
groupwise_01 userx@example.EDU Pu
groupwise_02 userx@example.com Pu
groupwise_03 -
hotpop_01 userx@example.com T
llnl_01 user1@example.gov Pu
microsoft_01 userx@example.COM Pu
microsoft_02 userx@example.COM Pu
microsoft_03 userx@example.com P
microsoft_04 userx@example.COM Pu
netscape_01 aaaaa@corel.com T bbbbb@corel.com T
newmailru_01 zzzzz@newmail.ru T
postfix_01 xxxxx@local.ie Pu
postfix_02 yyyyy@digicool.com T
postfix_03 ttttt@ggggg.com P
postfix_04 userx@mail1.example.com T
postfix_05 userx@example.net P
qmail_01 userx@example.de P
qmail_02 userx@example.com T
qmail_03 userx@example.jp Pu
qmail_04 userx@example.au Pu
qmail_05 userx@example.com Pu
qmail_06 ntl@xxx.com T
qmail_07 user@example.net T
qmail_08 -
sendmail_01 zzzzz@nfg.nl P
simple_01 bbbsss@example.com T
simple_02 userx@example.net T
simple_03 userx@example.za D
simple_04 userx@example.com Pu
simple_05 userx@example.net Pu
simple_06 userx@example.com Pu
simple_07 userx@example.net T
simple_08 userx@example.de Pu
simple_09 userx@example.de T
simple_10 userx@example.com P
simple_11 userx@example.com Pu
simple_12 userx@example.ac.jp Pu
simple_13 userx@example.fr Pu
simple_14 usery@example.com T
simple_15 userx@example.be Pu
simple_16 userx@example.com P
simple_17 userx@example.com P
simple_18 userx@example.com P
simple_19 userx@example.com.ar Pu
simple_20 userx@example.com P
simple_21 userx@example.com D
simple_22 User@example.org D
simple_23 userx@example.it Pu
simple_24 userx@example.com P
simple_25 userx@example.com Pu
simple_26 userx@example.it Pu
simple_27 userx@example.net.py Pu
simple_28 userx@example.com D
simple_29 userx@example.com Pu
simple_30 userx@example.com Pu
simple_31 userx@example.fr P
simple_32 userx@example.com T
simple_33 userx@example.com Pu
simple_34 roland@example.com Pu
simple_35 calvin@example.com D
simple_36 userx@example.com Pu
simple_37 user@example.edu Pu
simple_38 userx@example.com T
simple_39 userx@example.ru Pu
simple_40 user@example.com D
simple_41 userx@example.com Pu
simple_42 david...@gmail.com P
simple_43 ?
simple_44 user@example.com T
simple_45 subscriber@earthlink.net T
sina_01 userx@sina.com P usery@sina.com P
smtp32_01 userx@example.ph T
smtp32_02 userx@example.com T
smtp32_03 userx@example.com P
smtp32_04 after_another@example.net Pu one_bad_address@example.net Pu
smtp32_05 userx@example.com P
smtp32_06 Absolute_garbage_addr@example.net Pu
smtp32_07 userx@example.com Pu
yahoo_01 userx@example.com T
yahoo_02 userx@example.es T
yahoo_03 userx@example.com Pu
yahoo_04 userx@example.es T usery@example.uk T
yahoo_05 userx@example.com Pu usery@example.com Pu
yahoo_06 userx@example.com Pu usery@example.com Pu userz@example.com Pu usera@example.com Pu
yahoo_07 userw@example.com Pu userx@example.com Pu usery@example.com Pu userz@example.com Pu
yahoo_08 usera@example.com Pu userb@example.com Pu userc@example.com Pu userd@example.com Pu usere@example.com Pu userf@example.com Pu
yahoo_09 userx@example.com Pu usery@example.com Pu
yahoo_10 userx@example.com Pu usery@example.com Pu userz@example.com Pu
yahoo_11 bad_user@aol.com Pu
yahoo_12 user@yahoo.com P
yahoo_13 bogus-address@example.net Pu
yale_01 ?
"""  # noqa: E501

TABLE = dict(line.split(" ", 1) for line in EXPECTED.strip().splitlines())


def told(bounce: Bounce | None) -> str:
    """Return a bounce in the words of the table."""
    if bounce is None:
        return "-"
    if not bounce.recipients:
        return "?"
    return " ".join(
        f"{b.address} {'P' if b.permanent else 'T' if b.gave_up else 'D'}{'u' if b.blames_address else ''}"
        for b in bounce.recipients
    )


@needs_emails
def test_f45_every_real_bounce_is_read_as_a_person_reads_it() -> None:
    found = {p.stem: told(bounce_of(parse(p.read_bytes()))) for p in (EMAILS / "flufl_bounce").glob("*.txt")}
    assert found.keys() == TABLE.keys()
    assert len(found) == 117
    wrong = {name: (said, TABLE[name]) for name, said in found.items() if said != TABLE[name]}
    assert wrong == {}
    undecided = sorted(name for name, said in found.items() if said == "?")
    assert undecided == ["aol_01", "bounce_01", "dumbass_01", "simple_43", "yale_01"]
    assert sum(said == "-" for said in found.values()) == 2


@needs_emails
def test_the_one_who_is_told_is_never_the_one_that_bounced() -> None:
    for path in (EMAILS / "flufl_bounce").glob("*.txt"):
        inbound = parse(path.read_bytes())
        bounce = bounce_of(inbound)
        named = {b.address.lower() for b in bounce.recipients} if bounce else set()
        assert named.isdisjoint({*inbound.recipients, inbound.sender.address}), path.name


def notice(
    body: str, *, sender: str = "mailer-daemon@mx.example", subject: str = "Undelivered Mail"
) -> bytes:
    head = f"From: {sender}\nTo: relance@vendeur.example\nSubject: {subject}\n"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{body}".encode()


# Dialects that none of the real files speak, written before the reader saw them.
NEWER = {
    "Your message wasn't delivered to A because the address couldn't be found.": "Pu",
    "Your message to A couldn't be delivered.\n\ncompta wasn't found at client.example.": "Pu",
    "Votre message n'a pas pu être remis à ces destinataires.\n\nA\n550 5.1.1 Utilisateur inconnu": "Pu",
    "Échec de la remise :\n\nCompta (A)\nLa boîte aux lettres du destinataire est pleine.": "T",
    "Ihre Nachricht konnte nicht zugestellt werden.\n\n<A>:\n554 5.7.1 message blocked as spam": "P",
    "<A>: host mx.client.example[192.0.2.1] said: 452 4.2.2 Mailbox full (in reply to RCPT TO command)": "T",
    "This is just a warning.\nThe message to A has been delayed and will be retried for 3 days.": "D",
    "<A>: 550 5.7.26 This mail is unauthenticated, rejected by policy": "P",
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), NEWER.items())
def test_newer_dialects(body: str, expected: str) -> None:
    address = "compta@client.example"
    assert told(bounce_of(parse(notice(re.sub(r"\bA\b", address, body))))) == f"{address} {expected}"


def report(*groups: str) -> bytes:
    fields = "\n\n".join(("Reporting-MTA: dns; mx.example", *groups))
    return (
        "From: postmaster@mx.example\nTo: relance@vendeur.example\nSubject: Report\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nSee below.\n--b\n"
        f"Content-Type: message/delivery-status\n\n{fields}\n"
        "--b\nContent-Type: message/rfc822\n\nMessage-ID: <left@vendeur.example>\n"
        "From: relance@vendeur.example\nTo: a@x.example\n\nbody\n--b--\n"
    ).encode()


def test_a_report_names_each_recipient_and_the_mail_that_it_sends_back() -> None:
    inbound = parse(report(
        "Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no",
        "Original-Recipient: rfc822;b@x.example\n"
        "Final-Recipient: rfc822;b2@x.example\nAction: delayed\nStatus: 4.4.1",
        "Final-Recipient: rfc822; c@x.example\nAction: delivered\nStatus: 2.0.0",
        "Final-Recipient: rfc822; d@x.example\nAction: relayed\nStatus: 2.0.0",
    ))  # fmt: skip
    assert told(bounce_of(inbound)) == "a@x.example Pu b@x.example D"
    assert inbound.returned == "<left@vendeur.example>"


def test_a_report_that_all_went_well_is_no_bounce() -> None:
    well = report("Final-Recipient: rfc822; c@x.example\nAction: delivered\nStatus: 2.0.0")
    assert bounce_of(parse(well)) is None


def test_our_own_addresses_never_bounce() -> None:
    words = "<relance@autre.example>: 550 5.1.1 User unknown"
    bounce = bounce_of(parse(notice(words)), ours=("relance@autre.example",))
    assert told(bounce) == "?"


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        ("jean@client.example", "Re: relance", "Mon virement n'a pas pu être exécuté, jean@client.example"),
        (
            "jean@client.example",
            "Livraison non conforme",
            "The parcel could not be delivered to me@client.example",
        ),
        ("postmaster@client.example", "Facture", "Bonjour, merci, tout va bien."),
        ("postmaster@client.example", "Re: Facture", "The transfer failed, unknown user at the bank."),
        ("jean@client.example", "Delivery problem", "Your parcel was not delivered."),
    ],
)
def test_a_person_who_writes_of_what_did_not_arrive_has_not_bounced(
    sender: str, subject: str, body: str
) -> None:
    assert bounce_of(parse(notice(body, sender=sender, subject=subject))) is None


def test_an_absence_without_a_sender_is_no_bounce() -> None:
    body = "Je suis absent. En cas d'échec d'un paiement (failed payment) :\ncompta@client.example"
    head = b"Return-Path: <>\nAuto-Submitted: auto-replied\n"
    assert bounce_of(parse(head + notice(body, sender="jean@client.example", subject="Absence"))) is None


def test_every_cause_has_words() -> None:
    assert CAUSES.keys() == CAUSE_WORDS.keys()


@given(st.text(max_size=400))
def test_a_cause_is_one_of_the_known(said: str) -> None:
    assert cause_of(said) in CAUSES
