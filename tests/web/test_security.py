from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from acquit.web import security
from acquit.web.security import HEADER, ContentSecurityPolicy, framed_mail


def answered(view):
    return ContentSecurityPolicy(view)(RequestFactory().get("/"))


def test_every_answer_carries_a_policy_without_inline_code():
    header = answered(lambda _request: HttpResponse())[HEADER]
    assert "default-src 'self'" in header
    assert "unsafe" not in header
    assert "frame-ancestors 'none'" in header


def test_a_framed_mail_keeps_its_own_policy():
    answer = answered(framed_mail(lambda _request: HttpResponse("<p style='color:red'>")))
    assert "sandbox" in answer[HEADER]
    assert "default-src 'none'" in answer[HEADER]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_sign_in_form_may_go_on_to_the_identity_provider_and_nowhere_else():
    apps = [{"settings": {"server_url": "https://login.example/tenant/v2.0"}}]
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": apps}}):
        assert "form-action 'self' https://login.example;" in security.policy() + ";"
    with override_settings(SOCIALACCOUNT_PROVIDERS={}):
        assert "form-action 'self'" in security.policy()
        assert "https:" not in security.policy()
