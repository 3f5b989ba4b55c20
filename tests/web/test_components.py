"""Each component draws, escapes what people wrote, and leaves nothing that the security policy refuses."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from acquit.web import components
from acquit.web.gallery import samples
from acquit.web.templatetags.acquit import UnknownIcon, icon_names
from tests.web.pages import assert_clean, part, soup, text_of

LOAD = "{% load acquit acquit_components %}"
HOSTILE = '<b onclick="x">"\'&'


def draw(source, **values):
    request = RequestFactory().get("/clients/?q=a&sort=name&page=3")
    request.user = AnonymousUser()
    drawn = Template(LOAD + source).render(Context({"request": request, "csrf_token": "t", **values}))
    assert_clean(drawn)
    return soup(drawn)


def page(template, **values):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    return render_to_string(template, values, request)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_sheet_shows_every_component_and_is_clean(language):
    with translation.override(language):
        drawn = page("gallery/sheet.html", **samples.everything())
    assert_clean(drawn)
    shown = soup(drawn)
    pieces = "chip days amt kpis ageing bucket fresh notice tabs work mail menu track tone axis step why"
    for piece in [*pieces.split(), "diary", "tl-item", "empty", "keys", "pages", "search"]:
        assert shown.select(f".acq-{piece}"), piece
    assert len(shown.select("h1")) == 1


def test_every_component_says_what_it_takes():
    folder = Path(samples.__file__).parent.parent / "templates" / "components"
    silent = {"brand.html", "keyboard_list.html"}
    for file in folder.glob("*.html"):
        if file.name not in silent:
            assert file.read_text(encoding="utf-8").startswith("{#"), file.name


def test_an_icon_must_be_in_the_sprite():
    with pytest.raises(UnknownIcon):
        draw('{% icon "no-such" %}')
    assert 'aria-hidden="true"' in str(draw('{% icon "mail" %}'))
    assert part(draw('{% icon "x" label="Fermer" %}'), "svg")["aria-label"] == "Fermer"


def test_icons_are_listed_once_in_order():
    listed = (Path(samples.__file__).parent.parent / "icons.txt").read_text(encoding="utf-8").split()
    assert listed == sorted(set(listed))
    assert set(listed) == icon_names()


def test_a_part_paid_amount_shows_the_whole_and_an_open_one_does_not():
    values = {"rest": Decimal(5840), "whole": Decimal(9840)}
    with translation.override("fr"):
        assert text_of(draw('{% amount_cell rest "EUR" of=whole %}', **values)) == (
            "5\u202f840,00\u00a0€ sur 9\u202f840,00\u00a0€"
        )
        assert text_of(draw('{% amount_cell rest "EUR" of=rest %}', **values)) == "5\u202f840,00\u00a0€"


def test_an_amount_in_a_foreign_currency_keeps_it():
    with translation.override("en"):
        assert text_of(draw('{{ value|amount:"USD" }}', value=Decimal(1200))) == "$1,200.00"


@pytest.mark.parametrize(
    ("late", "said"), [(41, "41\u00a0j"), (0, "aujourd’hui"), (-6, "dans 6\u00a0j"), (None, "—")]
)
def test_days_late(late, said):
    with translation.override("fr"):
        assert text_of(draw("{% days_late late %}", late=late)) == said


def test_the_ageing_bar_says_in_words_what_it_draws():
    with translation.override("fr"):
        bar = part(draw("{% ageing_bar split %}", split=samples.SPLIT), "svg")
    assert "31–60 j 16\u202f660,00\u00a0€" in bar["aria-label"]
    assert [rect["data-age"] for rect in bar.select("rect")] == ["0", "1", "2", "3"]
    assert {rect["x"][-1] for rect in bar.select("rect")} == {"%"}
    assert "," not in bar.select("rect")[1]["x"]


def test_an_empty_balance_draws_no_bar():
    assert not draw("{% ageing_bar split %}", split=[Decimal(0)] * 5).select("rect")


def test_what_people_wrote_is_escaped_everywhere():
    link = components.Link(label=HOSTILE, url="/x")
    values = {
        "why": components.Why(lead=HOSTILE, reasons=(components.Because(words=HOSTILE),), links=(link,)),
        "item": components.WorkItem(url="/x", icon="mail", name=HOSTILE, why=HOSTILE),
        "mail": components.Mail(to=(HOSTILE,), copies=(HOSTILE,), subject=HOSTILE, plain=HOSTILE),
        "ahead": [components.Ahead(on=date(2026, 1, 1), icon="mail", what=HOSTILE, condition=HOSTILE)],
        "today": date(2026, 1, 1),
        "text": HOSTILE,
        "link": link,
    }
    drawn = draw(
        "{% why_panel why %}{% work_item item %}{% message_editor mail %}{% diary ahead today text %}"
        '{% notice text "ok" link=link %}{% status_chip text %}{% empty_state "none" text text link %}',
        **values,
    )
    assert not drawn.select("b[onclick]")
    assert text_of(drawn).count("onclick") >= 14


def test_a_reason_menu_posts_without_javascript():
    menu = samples.everything()["skip"]
    drawn = draw("{% reason_menu menu %}", menu=menu)
    form = part(drawn, "details form")
    assert form["method"] == "post"
    assert part(form, "input[name=csrfmiddlewaretoken]")["value"] == "t"
    assert [button["data-key"] for button in form.select("button[data-key]")] == ["1", "2", "3", "4", "5"]
    assert {button["name"] for button in form.select("button")} == {"reason"}
    assert part(form, "input[name=other]")


def test_pages_and_sorting_keep_the_filters():
    sheet = samples.everything()["page"]
    assert {link["href"] for link in draw("{% pagination page %}", page=sheet).select("a")} == {
        "?q=a&sort=name&page=1",
        "?q=a&sort=name&page=3",
    }
    header = part(draw('{% sort_header "name" "Client" %}'), "th")
    assert header["aria-sort"] == "ascending"
    assert part(header, "a")["href"] == "?q=a&sort=-name"
    kept = draw('{% search_field "Chercher" %}').select("input[type=hidden]")
    assert [(field["name"], field["value"]) for field in kept] == [("sort", "name")]


def test_a_field_with_an_error_says_so_and_keeps_its_value():
    drawn = draw("{% message_form form '/x' '/y' %}", form=samples.everything()["form"])
    subject = part(drawn, "#id_subject")
    assert subject["aria-invalid"] == "true"
    assert part(drawn, f"#{subject['aria-describedby']}").get_text(strip=True)
    assert "Kerleau" in part(drawn, "#id_body").get_text()


def test_a_component_refuses_a_word_that_it_does_not_know():
    with pytest.raises(TemplateSyntaxError):
        draw('{% status_chip "Payée" colour="ok" %}')


def test_error_pages_need_no_request():
    for name in ("403", "404", "429", "500", "403_csrf"):
        assert_clean(render_to_string(f"{name}.html"))
