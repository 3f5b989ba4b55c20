"""Texts of one's own: kept with their versions, said in place of the shipped ones, compared fairly."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from acquit.core.experiment import arm
from acquit.flows.material.own_templates import own_templates
from acquit.flows.outbox.dispatch_message import dispatch_messages
from acquit.flows.outbox.plan_day import plan_day
from acquit.flows.templates.compare_templates import (
    ComparedAlready,
    OutOfRange,
    SameText,
    begin_experiment,
    end_experiment,
)
from acquit.flows.templates.try_template import NothingToSay, try_template
from acquit.flows.templates.write_template import (
    FaultyTemplate,
    NoSuchVersion,
    restore_template,
    write_template,
)
from acquit.reports.experiments import compared
from acquit.reports.filters import Filters
from acquit.store.ledger.models import Allocation, Payment
from acquit.store.outbox.models import Message
from acquit.store.templates.models import TemplateVersion
from acquit.wording.template import Source, Unsayable
from tests.flows.world import NOW, TODAY, account, invoice, mailbox, ready_creditor, sessions

OURS = Source(
    "Notre objet : {{ total | amount }}",
    "Bonjour,\n\nNotre texte.\n\n{{ invoice_table }}\n\n{{ signature }}",
)
OTHER = Source("L’autre objet", OURS.body.replace("Notre", "L’autre"))


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id)


def write(world, source=OURS, *, key="friendly", language="fr", **more):
    return write_template(
        organisation_id=world.id, key=key, language=language, source=source, now=NOW,
        by=world.user_id, **more,
    )  # fmt: skip


def faults(world, source, **more):
    with pytest.raises(FaultyTemplate) as refused:
        write(world, source, **more)
    return [(one.code, one.what) for one in refused.value.faults]


def sent(world):
    """Plan and send the day; return the messages by the account's code, and the mails."""
    with mailbox() as box, sessions(box) as opened:
        plan_day(organisation_id=world.id, now=NOW)
        dispatch_messages(organisation_id=world.id, now=NOW, worker="w", sessions=opened)
    return {m.account.external_id: m for m in Message.objects.select_related("account")}, box.mails


def test_versions_are_numbered_kept_and_restored(organisation, creditor):
    first = write(organisation)
    assert write(organisation).pk == first.pk, "the same text is no new version"
    second = write(organisation, OTHER)
    assert (second.number, second.in_force) == (2, True)
    in_force = lambda: [v.number for v in TemplateVersion.objects.filter(in_force=True)]  # noqa: E731
    mine = {"organisation_id": organisation.id, "key": "friendly", "language": "fr"}
    restore_template(**mine, number=1)
    assert in_force() == [1]
    restore_template(**mine, number=None)
    assert in_force() == []
    with pytest.raises(NoSuchVersion):
        restore_template(**mine, number=9)
    assert write(organisation, OTHER, in_force=False).number == 3
    assert in_force() == []


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        (Source("", OURS.body), [("no_subject", "")]),
        (Source("Objet", " "), [("no_body", ""), ("no_table", "")]),
        (Source("Objet", OURS.body + "{{ contact.mood }}"), [("unknown_variable", "contact.mood")]),
        (Source("Objet", OURS.body + "{{ total | nonsense }}"), [("unknown_filter", "nonsense")]),
        (Source("Objet", "Sans tableau"), [("no_table", "")]),
        (Source("Objet", OURS.body + " Un huissier viendra."), [("forbidden_word", "huissier")]),
        (Source("Objet", OURS.body + "x" * 20_001), [("too_long", "20000")]),
    ],
)
def test_a_faulty_text_is_refused_with_all_that_is_wrong(organisation, creditor, source, wrong):
    assert faults(organisation, source) == wrong
    assert not TemplateVersion.objects.exists()


@pytest.mark.parametrize("body", ["{% include 'secret' %}", "{% if %}", "{% for i in (1..9) %}"])
def test_liquid_that_cannot_be_read_is_refused(organisation, creditor, body):
    assert faults(organisation, Source("Objet", OURS.body + body))[0][0] == "broken_template"


def test_a_consumer_is_asked_for_no_fixed_sum(organisation, creditor):
    said = Source("Objet", OURS.body + " Une indemnité forfaitaire est due.")
    assert faults(organisation, said, key="consumer_friendly") == [
        ("forbidden_word", "indemnité forfaitaire")
    ]
    assert write(organisation, said).number == 1


def test_a_template_or_language_that_does_not_exist_is_named(organisation, creditor):
    assert faults(organisation, OURS, key="nothing") == [("unknown_template", "nothing (fr)")]
    assert faults(organisation, OURS, language="de") == [("unknown_template", "friendly (de)")]


def test_what_leaves_says_the_text_in_force(organisation, creditor):
    invoice(account(creditor, "A"), "F-1")
    write(organisation)
    found, mails = sent(organisation)
    assert found["A"].state == "sent"
    assert found["A"].subject == "Notre objet\u00a0: 1\u202f200,00\u00a0€"
    assert b"Notre texte" in mails[0].content


def test_it_is_tried_on_a_real_account_and_nothing_is_kept(organisation, creditor):
    late = account(creditor, "A", name="<script>alert(1)</script> =cmd {{ 7 | times: 7 }}")
    invoice(late, "F-1")
    said = Source("Pour {{ debtor.name }}", "<b>{{ debtor.name }}</b>\n\n{{ invoice_table }}")
    asked = {"organisation_id": organisation.id, "key": "friendly", "language": "fr", "now": NOW}
    rendered = try_template(account_id=late.id, source=said, **asked).rendered
    assert "<script" not in rendered.html
    assert "<b>" not in rendered.html, "a template's markup is text"
    assert "{{ 7 | times: 7 }}" in rendered.text, "a name is no template"
    assert "F-1" in rendered.text
    with pytest.raises(Unsayable, match="broken_promise"):
        try_template(account_id=late.id, source=Source("x", "{{ broken_promise.until | day }}"), **asked)
    with pytest.raises(NothingToSay):
        try_template(account_id=account(creditor, "B").id, source=said, **asked)
    assert not Message.objects.exists()


def test_each_debtor_gets_one_of_two_compared_texts(organisation, creditor):
    for n in range(12):
        invoice(account(creditor, f"A{n}"), f"F-{n}")
    used = write(organisation)
    trial = write(organisation, OTHER, in_force=False)
    asked = {"organisation_id": organisation.id, "now": NOW}
    begun = begin_experiment(version_id=trial.id, within_days=14, **asked)
    found, _ = sent(organisation)
    for message in found.values():
        want = "L’autre objet" if arm(begun.id, message.debtor_id) == "B" else "Notre objet"
        assert message.subject.startswith(want)
    assert len({m.subject for m in found.values()}) == 2
    with pytest.raises(ComparedAlready):
        begin_experiment(version_id=trial.id, within_days=14, **asked)
    with pytest.raises(SameText):
        begin_experiment(version_id=used.id, within_days=9, **asked)
    with pytest.raises(OutOfRange):
        begin_experiment(version_id=trial.id, within_days=0, **asked)
    _who_paid(begun, found)
    assert end_experiment(experiment_id=begun.id, **asked)
    assert not end_experiment(experiment_id=begun.id, **asked)


def _who_paid(experiment, found):
    """Let all of B pay in time, one of A a day late, one be written off; while days run nobody counts."""
    in_arm = {code: arm(experiment.id, m.debtor_id) for code, m in found.items()}
    late, lost = [code for code, one in in_arm.items() if one == "A"][:2]
    _pay(found[lost], TODAY + timedelta(days=3), kind="write_off")
    for code, message in found.items():
        if in_arm[code] == "B" or code == late:
            _pay(message, TODAY + timedelta(days=15 if code == late else 14))
    early = compared([experiment], Filters(on=TODAY + timedelta(days=14)))[experiment.pk]
    share = early.comparison
    assert (share.a.of, share.b.of, share.verdict, early.waiting) == (0, 0, "too_few", len(found))
    late = compared([experiment], Filters(on=TODAY + timedelta(days=15)))[experiment.pk]
    assert late.waiting == 0
    done = late.comparison
    counts = [list(in_arm.values()).count(one) for one in "AB"]
    assert [(s.count, s.of) for s in (done.a, done.b)] == [(0, counts[0]), (counts[1], counts[1])]
    assert done.verdict == "too_few", "twelve debtors prove nothing"


def _pay(message: Message, on: date, *, kind: str = "payment") -> None:
    owned = {"organisation_id": message.organisation_id, "account_id": message.account_id}
    paid = Payment.objects.create(
        **owned, external_key=f"p{message.id}", amount="1200.00", currency="EUR", known_on=on, received_on=on,
        kind=kind,
    )  # fmt: skip
    Allocation.objects.create(
        **owned, term_id=message.listed[0], payment=paid, amount="1200.00", effective_on=on, recorded_at=NOW
    )


def test_own_texts_are_read_once_for_a_whole_batch(organisation, creditor, django_assert_max_num_queries):
    write(organisation)
    with django_assert_max_num_queries(2):
        own_templates(organisation.id)
