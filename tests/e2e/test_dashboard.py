"""« Tableau de bord » in a browser: charts over tables, in light and dark, and without any script."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import House
from tests.fixtures.database import World

expect.set_options(timeout=30_000)
_TODAY = datetime.now(UTC).date()


@pytest.fixture
def owing(house: House, founded: World) -> None:
    """Two clients with a habit; the larger owes late."""
    from acquit.store.accounts.models import Creditor, Debtor
    from tests.flows import world

    with founded.open():
        creditor = Creditor.objects.get()
        kerleau = world.account(creditor, "KERLEAU", name="Transports Kerleau")
        world.invoice(kerleau, "F-1", "18432.00", due=_TODAY - timedelta(days=41), known_on=_TODAY)
        arvor = world.account(creditor, "ARVOR", name="Cuisines Arvor")
        world.invoice(arvor, "F-2", "900.00", due=_TODAY + timedelta(days=5), known_on=_TODAY)
        Debtor.objects.update(habit_days=50)


@pytest.mark.slow
def test_the_chart_is_drawn_over_a_table_and_a_class_opens_its_list(
    house: House, owing: None, browser: Browser
) -> None:
    context = browser.new_context(base_url=house.base, locale="fr-FR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    _sign_in(page, house)
    expect(page.locator("[data-chart=weeks] svg")).to_be_visible()
    table = page.locator("[data-chart=weeks] ~ .acq-as-table table")
    expect(table).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it fits a telephone"
    light = _colours(page)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert _colours(page) != light, "the chart follows the theme"
    page.locator("a.acq-bucket", has_text="31–60").click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    expect(page.locator("main tbody")).to_contain_text("F-1")
    page.go_back()
    expect(page.locator("[data-chart=weeks] svg")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.locator("h1")).to_have_text("Rapports")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page.locator("h1")).to_have_text("Tableau de bord")
    assert not faults, faults

    plain = browser.new_context(base_url=house.base, java_script_enabled=False)
    plain.add_cookies(context.cookies())  # type: ignore[arg-type]
    bare = plain.new_page()
    bare.goto("/tableau-de-bord/")
    expect(bare.locator(".acq-as-table table").first).to_be_visible()
    expect(bare.locator("[data-chart=weeks]")).to_be_hidden()


def _sign_in(page: Page, house: House) -> None:
    page.goto("/")
    page.locator("input[name=login]").fill(house.email)
    page.locator("input[name=password]").fill(house.password)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(re.compile("tableau-de-bord"))


def _colours(page: Page) -> set[str]:
    return set(
        page.locator("[data-chart=weeks] svg text").evaluate_all(
            "all => all.map(one => one.getAttribute('fill'))"
        )
    )
