"""The scenarios: listed, read, compared, simulated, exported, checked in words and published."""

from __future__ import annotations

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from acquit.store.accounts.models import Creditor, User
from acquit.store.cases.models import Scenario, ScenarioVersion
from acquit.store.outbox.models import Message
from tests.web.pages import Visitor, part, soup, text_of
from tests.web.worlds import Company, company


@pytest.fixture
def valmeric(founded) -> Company:
    with founded.open():
        return company(founded)


@pytest.fixture
def claire(valmeric) -> Visitor:
    visitor = Visitor()
    visitor.force_login(User.objects.get(pk=valmeric.world.user_id))
    return visitor


def exported(claire: Visitor, key: str = "polite") -> dict:
    return yaml.safe_load(claire.get(reverse("scenarios:export", args=[key])).content)


def text_of_scenario(mapping: dict) -> str:
    return yaml.safe_dump(mapping, allow_unicode=True, sort_keys=False)


def test_the_list_says_the_version_the_clients_and_the_default(claire):
    page = soup(claire.get("/scenarios/"))
    rows = {text_of(row.select_one(".acq-name")): text_of(row) for row in page.select("tr[data-row]")}
    assert "v1" in rows["Poli"]
    assert "Par défaut" in rows["Poli"]
    assert "Choisir par défaut" in rows["Standard"]


def test_another_default_is_chosen(claire, valmeric):
    answer = claire.post(reverse("scenarios:default", args=["standard"]))
    assert "par défaut" in text_of(part(soup(claire.get(answer.headers["Location"])), "[data-toast]"))
    with valmeric.world.open():
        assert Creditor.objects.get(pk=valmeric.creditor.pk).default_scenario.key == "standard"


def test_a_scenario_is_drawn_step_by_step(claire):
    page = soup(claire.get(reverse("scenarios:scenario", args=["standard"]), {"etape": "firm"}))
    steps = page.select(".acq-step")
    assert [text_of(step.select_one(".name")) for step in steps][:2] == ["Prévenance", "Rappel courtois"]
    assert text_of(part(page, ".acq-step[aria-current] .name")) == "Relance ferme"
    assert "20 jours après l’échéance" in text_of(part(page, "#etape"))
    assert "À approuver" in text_of(steps[-1])


def test_the_simulation_is_a_part_of_the_page_and_sends_nothing(claire, valmeric):
    with valmeric.world.open():
        before = Message.objects.count()
    url = reverse("scenarios:scenario", args=["polite"])
    whole = soup(claire.get(url, {"simuler": "1"}))
    assert "rien n’est envoyé" in text_of(whole)
    fragment = claire.get(reverse("scenarios:simulation", args=["polite"]), headers={"HX-Request": "true"})
    assert text_of(part(whole, "#simulation")) == text_of(soup(fragment))
    total = int(text_of(part(whole, ".acq-sim tfoot td.r")))
    days = sum(int(text_of(day)) for day in whole.select(".acq-heat td[data-shade]"))
    assert total == days > 0
    with valmeric.world.open():
        assert Message.objects.count() == before


def test_an_export_is_read_back_as_the_same_scenario(claire):
    url = reverse("scenarios:write", args=["polite"])
    page = soup(claire.post(url, {"text": text_of_scenario(exported(claire))}))
    assert "déjà ce que dit la version 1" in text_of(part(page, "#id_text-errors"))


def test_a_change_is_checked_shown_then_published(claire, valmeric):
    mapping = exported(claire)
    mapping["steps"][1]["when"] = "12 days after previous step"
    url = reverse("scenarios:write", args=["polite"])
    page = soup(claire.post(url, {"text": text_of_scenario(mapping)}))
    assert "Rien n’est encore publié" in text_of(page)
    assert "12 jours après l’étape précédente" in text_of(part(page, "section[aria-labelledby=t-checked]"))
    with valmeric.world.open():
        assert ScenarioVersion.objects.filter(scenario__key="polite").count() == 1
    answer = claire.post(url, {"text": text_of_scenario(mapping), "publish": "yes"})
    assert answer.status_code == 302
    shown = soup(claire.get(answer.headers["Location"]))
    assert "v2 en service" in text_of(shown)
    compared = soup(claire.get(reverse("scenarios:scenario", args=["polite"]), {"comparer": "1"}))
    assert "8 jours après l’étape précédente" in text_of(part(compared, "#versions"))
    old = soup(claire.get(reverse("scenarios:scenario", args=["polite"]), {"version": "1"}))
    assert "v1, remplacée" in text_of(old)


def test_every_fault_is_said_in_words_and_the_text_is_kept(claire):
    bad = {
        "key": "faux",
        "steps": [
            {"key": "a", "when": "3 days after previous step", "do": "pigeon"},
            {"key": "a", "when": "on due", "do": "email", "template": "introuvable"},
        ],
    }
    page = soup(claire.post(reverse("scenarios:new"), {"text": text_of_scenario(bad)}))
    errors = text_of(part(page, "#id_text-errors"))
    for words in (
        "compte depuis une étape qui n’existe pas",
        "« pigeon » n’est pas un canal",
        "Deux étapes",
        "introuvable",
    ):
        assert words in errors, errors
    assert "pigeon" in text_of(part(page, "#id_text"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Collez un scénario"),
        ("a: [1, 2", "YAML"),
        ("- rien", "key, name, steps"),
        ("a: &x [1]\nb: *x", "YAML"),
        ("!!python/object/apply:os.system ['true']", "YAML"),
        ("key: x\nsteps: []\nextra: 1", "extra"),
        ("key: x\nname: y" + " " * 100_001, "trop long"),
    ],
)
def test_a_text_that_is_no_scenario_says_why(claire, text, says):
    page = soup(claire.post(reverse("scenarios:new"), {"text": text}))
    assert says in text_of(part(page, "#id_text-errors"))


def test_a_file_is_checked_like_a_text(claire, valmeric):
    mapping = exported(claire) | {"key": "mon-plan", "name": {"fr": "Mon plan", "en": "My plan"}}
    file = SimpleUploadedFile("plan.yaml", text_of_scenario(mapping).encode())
    page = soup(claire.post(reverse("scenarios:new"), {"file": file}))
    text = part(page, "#id_text").get_text()
    assert "Mon plan" in text
    claire.post(reverse("scenarios:new"), {"text": text, "publish": "yes"})
    with valmeric.world.open():
        assert Scenario.objects.filter(key="mon-plan").exists()
    wrong = SimpleUploadedFile("plan.yaml", b"\xff\xfe\x00")
    page = soup(claire.post(reverse("scenarios:new"), {"file": wrong}))
    assert "UTF-8" in text_of(part(page, "#id_file-errors"))


def test_a_stranger_finds_no_scenario_of_ours(found, claire, valmeric):
    other = found("Beta")
    stranger = Visitor()
    stranger.force_login(User.objects.get(pk=other.user_id))
    assert stranger.get(reverse("scenarios:scenario", args=["polite"])).status_code == 404
    assert stranger.post(reverse("scenarios:default", args=["polite"])).status_code == 404
    assert stranger.get(reverse("scenarios:export", args=["polite"])).status_code == 404


def test_an_unknown_version_is_not_found(claire):
    assert claire.get(reverse("scenarios:scenario", args=["polite"]), {"version": "9"}).status_code == 404
