"""`acquit payers`: what it says of the model, and that it claims no more than what serves."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from acquit.cli import app
from acquit.core.payer_model import STALE
from acquit.store.payers.models import PayerModelFit
from tests.web.test_payers import BETTER, OWN, WEIGHTS

CASH = {"origins": 23, "baseline": 0.274, "learned": 0.198, "first": "2013-07-01", "last": "2013-12-02"}


def said(*words: str) -> str:
    done = CliRunner().invoke(app, ["payers", *words])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def fit(world: Any, **more: Any) -> PayerModelFit:
    given = {
        "fitted_at": datetime.now(UTC), "terms": 2000, "split_on": "2013-07-01", "kept": True,
        "because": "better", "baseline": asdict(OWN), "learned": asdict(BETTER), "weights": WEIGHTS,
        "forecast": CASH, "forecasts": True,
    }  # fmt: skip
    return PayerModelFit.objects.create(organisation_id=world.id, **given | more)


def test_nothing_was_learned(organisation: Any) -> None:
    assert said() == "Nothing was learned yet: acquit payers --learn\n"


def test_the_model_beside_the_own_past(organisation: Any) -> None:
    fit(organisation)
    lines = said().splitlines()
    assert lines[0] == "Learned model in use: it beats the debtors' own past (2000 settled terms)."
    assert [line.split() for line in lines[3:5]] == [
        ["own", "past", "0.810", "0.851", "0.143", "6.21"],
        ["learned", "0.810", "0.863", "0.133", "5.68"],
    ]
    assert "missed by 27.4% from the own past, by 19.8% from the learned model" in lines[5]
    assert lines[6] == "The forecast is made from the learned model."


@pytest.mark.parametrize(
    "more",
    [
        {"fitted_at": datetime.now(UTC) - STALE - timedelta(days=1)},
        {"weights": WEIGHTS | {"features": ["of another version"]}},
    ],
    ids=["too old", "of another version"],
)
def test_a_model_that_serves_nowhere_is_not_said_to_be_in_use(organisation: Any, more: Any) -> None:
    fit(organisation, **more)
    model = json.loads(said("--json"))["model"]
    assert (model["in_use"], model["because"], model["forecasts"]) == (False, "stale", False)
    lines = said().splitlines()
    assert "not in use" in lines[0]
    assert lines[-1] == "The forecast is made from the own past."


def test_a_model_that_is_better_by_term_and_worse_at_cash_makes_no_forecast(organisation: Any) -> None:
    fit(organisation, forecasts=False)
    lines = said().splitlines()
    assert "in use: it beats" in lines[0]
    assert lines[-1] == "The forecast is made from the own past."
