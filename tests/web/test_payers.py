"""« Habitudes de paiement »: what predictions are worth, and the profiles that a person answers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from acquit.core.payer import Quality
from acquit.core.payer_days import PARTS
from acquit.core.payer_model import FEATURES, STALE, PayerModel, Weighed, encoded
from acquit.store.accounts.models import Debtor, User
from acquit.store.payers.models import PayerModelFit, ProfileProposal, UsualDays
from tests.flows import world
from tests.web.pages import Visitor, assert_fragment_is_part, part, soup, text_of

OWN = Quality(count=536, late_share=0.282, accuracy=0.81, auc=0.851, brier=0.143, mean_error_days=6.21)
BETTER = Quality(count=536, late_share=0.282, accuracy=0.81, auc=0.863, brier=0.133, mean_error_days=5.685)
_FLAT = Weighed(start=0.0, weights=(0.0,) * len(FEATURES), centre=(0.0,) * len(FEATURES))
WEIGHTS = encoded(PayerModel(late=_FLAT, days=_FLAT, cautious_days=_FLAT, spread=(0.0,) * PARTS))


@pytest.fixture(autouse=True)
def _first_try():
    cache.clear()


@pytest.fixture
def visitor(founded):
    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    return visitor


@pytest.fixture
def account(founded):
    with founded.open():
        return world.account(world.ready_creditor(founded.id), "C1", name="<b>Bâti</b>-Sud")


def fit(founded, **said):
    given = {"kept": True, "because": "better", "baseline": asdict(OWN), "learned": asdict(BETTER),
             "weights": WEIGHTS, "split_on": world.TODAY, "fitted_at": timezone.now()}  # fmt: skip
    with founded.open():
        return PayerModelFit.objects.create(organisation_id=founded.id, terms=2000, **given | said)


def proposal(founded, account):
    with founded.open():
        return ProfileProposal.objects.create(
            organisation_id=founded.id, debtor=account.debtor, profile="late", proposed_at=world.NOW,
            reasons=[["late_share", {"late": 7, "terms": 9}], ["usual_days", {"days": 20}]],
        )  # fmt: skip


def test_before_anything_is_learned_it_says_so(visitor, account):
    page = text_of(part(soup(visitor.get("/habitudes/")), "main"))
    assert "Rien n’a encore été appris" in page
    assert "Aucun profil à confirmer" in page


def test_the_better_one_is_in_use_and_both_are_shown(visitor, founded, account):
    fit(founded)
    page = soup(visitor.get("/habitudes/"))
    own, learned = (text_of(row) for row in page.select("section:last-of-type tbody tr"))
    assert "En service" in learned
    assert "En service" not in own
    for figure in ("81,0", "0,863", "0,133", "5,7"):
        assert figure in learned
    assert "28,2" in text_of(part(page, "main"))


def test_the_simpler_stays_where_learning_was_no_better(visitor, founded, account):
    fit(founded, kept=False, because="not_better", weights={})
    own, learned = (
        text_of(row) for row in soup(visitor.get("/habitudes/")).select("section:last-of-type tbody tr")
    )
    assert "En service" in own
    assert "En service" not in learned


def test_what_was_learned_too_long_ago_is_not_said_to_be_in_use(visitor, founded, account):
    fit(founded, fitted_at=timezone.now() - STALE - timedelta(days=1), forecasts=True)
    page = soup(visitor.get("/habitudes/"))
    own, learned = (text_of(row) for row in page.select("section:last-of-type tbody tr"))
    assert "En service" in own
    assert "En service" not in learned
    assert "trop ancien" in text_of(part(page, "main"))


def uses(visitor):
    rows = soup(visitor.get("/habitudes/")).select("[aria-labelledby=usages] tbody tr")
    return [[text_of(cell) for cell in row.select("th, td")] for row in rows]


def kept(founded, by):
    with founded.open():
        UsualDays.objects.create(
            organisation_id=founded.id, days=[0], weight=20, known_on=timezone.localdate(), fit=by
        )


def test_it_says_where_the_model_serves_and_by_how_much_it_is_better(visitor, founded, account):
    assert uses(visitor) == []
    cash = {"origins": 23, "baseline": 0.274, "learned": 0.198, "first": "2013-07-01", "last": "2013-12-02"}
    kept(founded, fit(founded, forecast=cash, forecasts=True))
    forecast, order = uses(visitor)
    assert forecast[:2] == ["Prévision d’encaissement", "Le modèle appris"]
    assert "23 dates" in forecast[2]
    assert "19,8" in forecast[2]
    assert "27,4" in forecast[2]
    assert order[1] == "Le modèle appris"


def test_a_model_that_misses_more_cash_serves_only_in_the_order_of_work(visitor, founded, account):
    cash = {"origins": 9, "baseline": 0.11, "learned": 0.13, "first": "2026-03-30", "last": "2026-05-25"}
    kept(founded, fit(founded, forecast=cash))
    forecast, order = uses(visitor)
    assert (forecast[1], order[1]) == ("Le passé de chaque client", "Le modèle appris")


def test_without_a_model_the_past_serves_everywhere(visitor, founded, account):
    fit(founded, kept=False, because="not_better", weights={})
    kept(founded, None)
    assert [row[1] for row in uses(visitor)] == ["Le passé de chaque client"] * 2
    assert "Aucun modèle appris" in uses(visitor)[0][2]


def test_a_profile_is_accepted_or_refused_by_a_person(visitor, founded, account):
    open_ = proposal(founded, account)
    page = assert_fragment_is_part(visitor, "/habitudes/", "liste")
    row = text_of(part(page, "#liste tbody"))
    assert "Retardataire" in row
    assert "7 échéances sur 9 réglées en retard, règle d’ordinaire 20 jours" in row
    assert "<b>Bâti</b>-Sud" in row, "a name is never markup"
    said = visitor.post(f"/habitudes/{open_.pk}/repondre/", {"answer": "accept"}, follow=True)
    assert "a maintenant le profil" in text_of(soup(said))
    with founded.open():
        assert Debtor.objects.get(pk=account.debtor_id).profile == "late"
    again = visitor.post(f"/habitudes/{open_.pk}/repondre/", {"answer": "refuse"}, follow=True)
    assert "n’est plus proposé" in text_of(soup(again))
    assert visitor.get(f"/habitudes/{open_.pk}/repondre/").status_code == 405


def test_another_organisations_proposal_does_not_exist(visitor, found, account, founded):
    other = found("Béta")
    with other.open():
        theirs = proposal(other, world.account(world.ready_creditor(other.id), "X"))
    assert visitor.post(f"/habitudes/{theirs.pk}/repondre/", {"answer": "accept"}).status_code == 404
