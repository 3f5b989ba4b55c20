"""The frame of every page: side bar, languages, creditors, sign-in, errors, toasts."""

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import include, path, reverse

from acquit.store.accounts.models import Creditor, Membership, User
from acquit.web import navigation, toast
from tests.flows.world import account
from tests.web.pages import Visitor, part, soup, text_of


@pytest.fixture(autouse=True)
def _first_try():
    """Forget how often earlier tests tried to sign in."""
    cache.clear()


@pytest.fixture
def visitor(founded):
    visitor = Visitor(headers={"Accept-Language": "fr"})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    return visitor


@pytest.fixture
def stranger(database):
    return Visitor(headers={"Accept-Language": "fr"})


@pytest.fixture
def sheet(founded):
    """The sheet of components stands for any page; staff may see it."""
    User.objects.filter(pk=founded.user_id).update(is_staff=True)
    return "/composants/"


def test_the_sheet_is_not_for_customers(visitor):
    assert visitor.get("/composants/").status_code == 404


def test_the_shell_names_the_creditor_and_the_reader(visitor, sheet):
    page = soup(visitor.get(sheet))
    assert "Alpha" in text_of(part(page, ".acq-org"))
    assert part(page, "html")["lang"] == "fr"
    assert part(page, "a.acq-skip")["href"] == "#contenu"
    assert part(page, "main")["id"] == "contenu"
    assert part(page, "nav[aria-label='Navigation principale']")


def test_a_stranger_sees_no_side_bar_entry(stranger, settings):
    settings.DEBUG = True
    page = soup(stranger.get("/composants/"))
    assert not page.select(".acq-nav a")
    assert not page.select(".acq-org")


def test_english_is_one_click_away_and_stays(visitor, sheet):
    form = next(form for form in soup(visitor.get(sheet)).select("form") if "setlang" in form["action"])
    visitor.post(form["action"], {"language": "en", "next": sheet})
    page = soup(visitor.get(sheet))
    assert part(page, "html")["lang"] == "en"
    assert "Sign out" in text_of(page)
    assert "€12,345.60" in text_of(page)


def test_the_creditor_can_be_changed_for_another_of_ours_only(visitor, found, founded, sheet):
    with founded.open():
        second = Creditor.objects.create(organisation_id=founded.id, key="export", name="Zoé Export")
    theirs = found("Autre")
    visitor.post("/societe/", {"creditor": second.pk})
    assert text_of(part(soup(visitor.get(sheet)), "summary.acq-org")) == "Zoé Export"
    assert visitor.post("/societe/", {"creditor": theirs.creditor_id}).status_code == 404
    assert visitor.get("/societe/").status_code == 405


def test_another_organisation_of_ours_can_be_chosen_and_no_other(visitor, found, founded, sheet):
    assert not soup(visitor.get(sheet)).select("summary.acq-org")
    other, foreign = found("Autre"), found("Etranger")
    with other.open():
        Membership.objects.create(organisation_id=other.id, user_id=founded.user_id)
    visitor.post("/organisation/", {"organisation": other.id})
    page = soup(visitor.get(sheet))
    assert text_of(part(page, "summary.acq-org")) == "Autre"
    assert "Etranger" not in text_of(page)
    assert visitor.post("/organisation/", {"organisation": foreign.id}).status_code == 404


def test_f63_a_form_of_a_page_drawn_for_another_company_does_nothing(visitor, founded):
    """Two tabs: the settings of one company are not saved for the other, nor its list accepted."""
    with founded.open():
        Creditor.objects.update(list_accepted_at=None)
        second = Creditor.objects.create(organisation_id=founded.id, key="export", name="Zoé Export")
        for number, creditor in enumerate(Creditor.objects.all()):
            account(creditor, f"C{number}")
    form = part(soup(visitor.get("/a-traiter/premiere-liste/")), "form[action$='accepter/']")
    posted = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    assert posted["creditor_shown"] == str(founded.creditor_id)
    visitor.post("/societe/", posted | {"creditor": second.pk})

    answer = visitor.post(form["action"], posted)
    assert (answer.status_code, answer["Location"]) == (303, "/")
    fragment = visitor.post(
        form["action"], headers={"HX-Request": "true", "X-Creditor-Shown": str(founded.creditor_id)}
    )
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, "/")
    assert "celle d’une autre société" in text_of(soup(visitor.get("/clients/")))
    quiet = visitor.post(form["action"], posted, headers={"HX-Request": "true", "X-Quiet": "yes"})
    assert (quiet.status_code, "HX-Redirect" in quiet.headers) == (204, False)
    with founded.open():
        assert not Creditor.objects.exclude(list_accepted_at=None).exists()
    assert visitor.post(form["action"], posted | {"creditor_shown": second.pk})["Location"] == "/a-traiter/"
    with founded.open():
        assert Creditor.objects.exclude(list_accepted_at=None).get() == second


def test_the_side_bar_shows_what_is_routed_and_lights_the_room():
    request = RequestFactory().get(reverse("home"))
    request.resolver_match = None
    assert {entry.url for entry in navigation.shown(request)} <= {
        reverse(entry.route) for entry in navigation.ENTRIES if _routed(entry.route)
    }


def _routed(route):
    from django.urls import NoReverseMatch

    try:
        return bool(reverse(route))
    except NoReverseMatch:
        return False


def test_a_page_of_a_room_lights_its_entry(visitor, settings, sheet):
    room = [path("", lambda _request: HttpResponse(), name="index")]
    entries = [path("essai/", include((room, "accounts")))]
    from django.urls import resolve

    settings.ROOT_URLCONF = tuple(entries)
    request = RequestFactory().get("/essai/")
    request.resolver_match = resolve("/essai/")
    shown = navigation.shown(request)
    assert [(entry.icon, entry.current) for entry in shown] == [("users", True)]


def test_sign_in_opens_the_door_and_says_when_it_does_not(stranger, founded):
    page = soup(stranger.get("/accounts/login/"))
    assert text_of(part(page, "h1")) == "Se connecter"
    assert {field["name"] for field in page.select("form.acq-stack-form input:not([type=hidden])")} == {
        "login",
        "password",
        "remember",
    }
    wrong = stranger.post("/accounts/login/", {"login": founded.email, "password": "non"})
    assert wrong.status_code == 200
    assert soup(wrong).select(".errorlist")
    right = stranger.post("/accounts/login/", {"login": founded.email, "password": founded.password})
    assert right.status_code == 302


def test_an_expired_session_leads_to_the_form_and_back_to_the_page(stranger):
    on = {"HTTP_HOST": "testserver", "HTTP_REFERER": "http://testserver/a-traiter/?vue=approvals"}
    posted = stranger.post("/a-traiter/premiere-liste/accepter/", **on)
    assert posted["Location"] == "/accounts/login/?next=/a-traiter/%3Fvue%3Dapprovals"

    fragment = stranger.get(
        "/clients/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://testserver/clients/?q=x"
    )
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, "/accounts/login/?next=/clients/%3Fq%3Dx")

    by_itself = stranger.get("/a-traiter/", headers={"HX-Request": "true", "X-Quiet": "yes"})
    assert (by_itself.status_code, "HX-Redirect" in by_itself.headers) == (204, False)

    elsewhere = stranger.post("/a-traiter/premiere-liste/accepter/", HTTP_REFERER="https://evil.example//x")
    assert elsewhere["Location"] == "/accounts/login/?next=/"
    assert stranger.get("/clients/?q=x")["Location"] == "/accounts/login/?next=/clients/%3Fq%3Dx"


def test_too_many_wrong_passwords_must_wait(stranger, founded):
    wrong = {"login": founded.email, "password": "non"}
    answers = [stranger.post("/accounts/login/", wrong) for _ in range(31)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert "Trop d’essais" in text_of(soup(answers[-1]))


def test_nobody_signs_up_uninvited(stranger):
    page = stranger.get("/accounts/signup/")
    assert "Sur invitation" in text_of(soup(page))
    stranger.post(
        "/accounts/signup/",
        {"email": "x@y.example", "password1": "a long one 12", "password2": "a long one 12"},
    )
    assert not User.objects.filter(email="x@y.example").exists()


@pytest.mark.ignore_template_errors  # allauth reads variables that it does not set
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/logout/",
        "/accounts/password/change/",
        "/accounts/password/reset/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/email/",
        "/accounts/sessions/",
        "/accounts/3rdparty/",
        "/accounts/reauthenticate/",
    ],
)
def test_every_page_of_the_account_is_in_our_look(stranger, founded, address, language):
    if address != "/accounts/login/":
        _sign_in(stranger, founded)
    answer = stranger.get(address, follow=True, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == address
    page = soup(answer)
    assert len(page.select("h1, .card-title")) >= 1
    assert page.select(".acq-app, .acq-plain")


def _sign_in(visitor, world):
    """Sign in and give the password once more, as whoever changes the keys of the house must."""
    visitor.post("/accounts/login/", {"login": world.email, "password": world.password})
    visitor.post("/accounts/reauthenticate/", {"password": world.password})


@pytest.mark.ignore_template_errors  # allauth reads variables that it does not set
def test_an_authenticator_can_be_turned_on_with_its_picture(stranger, founded):
    from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time

    _sign_in(stranger, founded)
    page = soup(stranger.get("/accounts/2fa/totp/activate/"))
    assert part(page, "img.acq-qr-code")["src"].startswith("data:image/svg+xml")
    secret = part(page, "#authenticator_secret")["value"]
    code = hotp_value(secret, next(yield_hotp_counters_from_time()))
    answer = stranger.post("/accounts/2fa/totp/activate/", {"code": f"{code:06d}"}, follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/2fa/recovery-codes/"
    assert len(part(soup(answer), "textarea").get_text().split()) == 10


def test_a_lost_password_sends_a_mail(stranger, founded, mailoutbox):
    answer = stranger.post("/accounts/password/reset/", {"email": founded.email}, follow=True)
    assert answer.status_code == 200
    assert [mail.to for mail in mailoutbox] == [[founded.email]]


def test_a_missing_page_says_so_in_our_look(visitor):
    answer = visitor.get("/nulle-part/")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in text_of(soup(answer))


def test_an_old_form_says_that_nothing_was_saved(founded):
    visitor = Visitor(enforce_csrf_checks=True, headers={"Accept-Language": "fr"})
    answer = visitor.post("/accounts/login/", {"login": founded.email})
    assert answer.status_code == 403
    assert "Rien n’a été enregistré" in text_of(soup(answer))


def test_a_toast_joins_the_answer_to_htmx_with_its_undo():
    answer = _toasting(HttpResponse("<p>fragment</p>"), htmx=True)
    said = soup(answer)
    assert part(said, "[hx-swap-oob='beforeend:#avis'] [data-toast] form")["action"] == "/annuler/1/"
    assert "Message approuvé." in text_of(said)


def test_a_whole_page_and_a_file_are_left_alone():
    whole = _toasting(HttpResponse("<!doctype html><html></html>"), htmx=True)
    assert b"approuv" not in whole.content
    assert _toasting(HttpResponse("a;b", content_type="text/csv"), htmx=True).content == b"a;b"
    assert _toasting(HttpResponse("<p></p>"), htmx=False).content == b"<p></p>"


def _toasting(answer, *, htmx):
    from django.contrib.messages.storage.cookie import CookieStorage

    request = RequestFactory().get("/", headers={"HX-Request": "true"} if htmx else {})
    request._messages = CookieStorage(request)
    toast.toast(request, "Message approuvé.", undo_url="/annuler/1/")
    return toast.ToastsForFragments(lambda _request: answer)(request)
