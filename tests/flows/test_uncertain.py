"""What a message claims that less than two sources establish: told to our user, never to the debtor."""

from __future__ import annotations

from datetime import date

import pytest

from acquit.flows.material.contact import contacts_for
from acquit.flows.material.deciding import decide_case
from acquit.flows.material.saying import say
from acquit.flows.outbox.plan_day import plan_day
from acquit.store.cases.models import Task
from acquit.store.facts import CaseLoader
from acquit.store.outbox.models import Message
from acquit.web.uncertain import told
from tests.flows.world import NOW, account, invoice, ready_creditor


def said(creditor, template, *, country="FR", kind="business", due=date(2026, 10, 1)):
    """Return the first message to a debtor of `country`, said with `template`."""
    from acquit.flows.material.scenarios import add_version
    from acquit.store.accounts.models import Creditor

    plan = {
        "key": "one", "name": {"fr": "Un", "en": "One"},
        "steps": [{"key": "one", "when": "3 days after due", "do": "email", "template": template}],
    }  # fmt: skip
    version = add_version(creditor.organisation_id, plan, now=NOW)
    Creditor.objects.filter(id=creditor.id).update(default_scenario=version.scenario_id, country=country)
    one = account(creditor, "A", country=country, kind=kind)
    invoice(one, "F-1", due=due)
    plan_day(organisation_id=creditor.organisation_id, now=NOW)
    assert not Task.objects.exists()
    message = Message.objects.get()
    case = CaseLoader(creditor.organisation_id, NOW).one(one.pk, in_flight=False)
    contact = contacts_for(creditor.organisation_id, [(one.debtor_id, "email")])[one.debtor_id, "email"]
    return say(message, case, decide_case(case), contact)


@pytest.fixture
def creditor(organisation):
    return ready_creditor(organisation.id)


def test_a_message_that_names_no_penalty_bears_no_mark(creditor) -> None:
    assert said(creditor, "friendly", country="AT").doubts == ()


def test_what_french_law_gives_between_businesses_bears_no_mark(creditor) -> None:
    """The rate is of two sources, and the 40 euros of D441-5 are those of the directive."""
    found = said(creditor, "firm")
    assert "40,00" in found.rendered.text
    assert found.doubts == ()


def test_an_austrian_rate_is_marked_with_its_source_and_its_articles(creditor) -> None:
    found = said(creditor, "firm", country="AT")
    assert {(one.subject, one.percent is None, one.changes_sum) for one in found.doubts} == {
        ("interest", False, True), ("interest", True, True), ("fixed_sum", True, False)
    }  # fmt: skip
    rate = next(one for one in found.doubts if one.percent is not None)
    assert (str(rate.half_year), rate.source != "", rate.read_on.year) == ("2026 S2", True, 2026)


def test_what_could_be_another_sum_stands_apart_from_an_article_read_once(creditor) -> None:
    words = told(said(creditor, "firm", country="AT").doubts)
    assert [line.split("\u00a0:")[0] for line in words.sums] == [
        "Taux légal, 1,53\u00a0% (2026 S2)", "Pénalités de retard · § 456 UGB"
    ]  # fmt: skip
    assert "Banque nationale d’Autriche" in words.sums[0]
    assert words.articles == ("§ 458 UGB",)


def test_what_leaves_does_not_bear_the_mark(creditor) -> None:
    found = said(creditor, "firm", country="AT")
    assert found.doubts
    for doubt in found.doubts:
        for words in (str(doubt.confidence), "vérifier", "non confirmé", "source"):
            assert words not in found.rendered.text
            assert words not in found.rendered.html


def test_a_consumer_is_named_nothing_that_could_be_marked(creditor) -> None:
    assert said(creditor, "consumer_friendly", kind="consumer").doubts == ()
